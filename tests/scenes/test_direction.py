from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from lranim.core.costs import COSTS
from lranim.draw.surface.paint import rgb
from lranim.draw.surface.surface import Surface
from lranim.look.text import texts
from lranim.look.theme import THEMES
from lranim.scenes.direction import EDGE, SPOKES, Params, inner, numbers

FIELDS = [name for name, cost in COSTS.items() if cost.dim == 2]


def test_a_function_of_one_s_own_is_named(tell: Callable[..., Any]) -> None:
    """In the words that describe the picture, as it was written."""
    assert "x**2 + 3*y**2" in tell("direction", function="x**2 + 3*y**2").alt


@pytest.mark.parametrize("name", FIELDS)
def test_the_ring_begins_with_the_steepest_way_down(name: str) -> None:
    """Opposite the gradient, as steep as that is long; the slope goes round as a cosine."""
    params = Params(cost=name)
    grad = COSTS[name].grad(params.place)
    ring = numbers(params).columns
    assert len(ring["angle"]) == SPOKES
    ways = np.stack([ring["a"], ring["b"]], axis=-1)
    assert np.hypot(*ways.T) == pytest.approx(np.ones(SPOKES))
    assert ring["slope"] == pytest.approx(ways @ grad)
    assert ways[0] == pytest.approx(-grad / np.hypot(*grad))
    assert ring["slope"][0] == pytest.approx(-np.hypot(*grad))
    assert ring["slope"][SPOKES // 4] == pytest.approx(0.0, abs=1e-9)
    assert np.argmin(ring["slope"]) == 0
    assert np.argmax(ring["slope"]) == SPOKES // 2


def test_the_defaults_are_numbers_that_one_can_follow() -> None:
    """On the oval at (−2, 0.5) the slopes are −1.5 and 3, and straight down does not lead to the minimum."""
    place, cost = Params().place, COSTS["oval"]
    assert place.tolist() == [-2.0, 0.5]
    assert cost.grad(place).tolist() == [-1.5, 3.0]
    down, home = -cost.grad(place), np.array(cost.minima[0]) - place
    assert down @ home / np.hypot(*down) / np.hypot(*home) < np.cos(np.radians(30))


def test_the_story(tell: Callable[..., Any]) -> None:
    """The sign on a curve, then all ways from a point of a surface, its slopes, and against the gradient."""
    scene = tell("direction")
    assert [beat.text for beat in scene.beats] == [
        "On a curve there are two ways to go: left or right.",
        "Here the slope is −10, below 0: down is to the right.",
        "Here it is +12, above 0: down is to the left. Always against the sign.",
        "On a surface one can go any way: the longer the spoke, the faster J falls.",
        "Cut along a and along b: the slopes of the two cuts are the partial derivatives.",
        "The two slopes together are the gradient: it points the steepest way up.",
        "The steepest way down is opposite the gradient, square to the contour line.",
    ]
    assert scene.alt == (
        "On a curve the slope's sign says left or right: −10 means right, +12 means left. On the surface of "
        "oval at (−2, 0.5) the gradient is (−1.5, 3); of all ways the opposite one, (1.5, −3), falls "
        "fastest, square to the contour line."
    )
    assert 18 < scene.time < 25


@pytest.mark.parametrize("name", FIELDS)
def test_the_end_shows_the_opposite_of_the_gradient(tell: Callable[..., Any], name: str) -> None:
    """All arrows, in green the one against the gradient; the ring is bright again, the surface gone."""
    scene = tell("direction", cost=name, theme="light", lang="zh")
    [surface] = [mobject for mobject in scene.mobjects if isinstance(mobject, Surface)]
    assert (surface.drop, surface.surface_alpha) == (1.0, 0.0)
    shown = [stroke for stroke in surface.strokes if stroke.alpha == 1 and stroke.shown == 1]
    green = [stroke for stroke in shown if stroke.head and stroke.colour == rgb(THEMES["light"].gradient)]
    assert len(green) == 1
    way = green[0].points[-1] - green[0].points[0]
    grad = COSTS[name].grad(Params(cost=name).place)
    assert way / np.hypot(*way) == pytest.approx(-grad / np.hypot(*grad))
    assert len(shown) >= SPOKES + 4  # the ring, two arrows, the contour line, the right angle
    assert all(later.t - earlier.t > 1 for earlier, later in pairwise(scene.beats))
    assert len(scene.alt) <= 250


def test_every_text_comes_up(tell: Callable[..., Any], heard: set[str]) -> None:
    """In the one story that there is."""
    tell("direction")
    assert {key for key in texts("en") if key.startswith("direction.")} <= heard


@pytest.mark.thorough_after(4)
@pytest.mark.parametrize(
    ("size", "options"),
    [
        ((270, 480), {"cost": "himmelblau", "point": (4.4, 4.5)}),
        ((640, 480), {"cost": "ravine"}),
        ((480, 480), {"cost": "bowl-2d", "point": (3.6, 3.6)}),
        ((854, 480), {"point": (1.02, -1.0)}),
        ((270, 480), {"point": (-3.6, -3.6)}),
        ((854, 480), {"cost": "himmelblau"}),
    ],
)
def test_unusual_points_leave_the_layout_whole(
    faults: Callable[..., set[str]], size: tuple[int, int], options: dict[str, Any]
) -> None:
    """All the check's rules but that marks keep off the labels of the axes, in frames of each shape."""
    assert faults("direction", marks=False, size=size, **options) == set()


@pytest.mark.parametrize("name", FIELDS)
def test_the_point_keeps_off_the_edges(name: str) -> None:
    """The one that is given must, and the cost's own is moved in."""
    for axis, (low, high) in enumerate(inner(COSTS[name])):
        assert low - COSTS[name].domain[axis][0] == pytest.approx(EDGE * np.diff(COSTS[name].domain[axis])[0])
        assert low <= Params(cost=name).place[axis] <= high


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"point": (4, 4)}, "--point is 4,4; it must lie in the domain of oval: a from -3.6 to 3.6 and b"),
        ({"point": (0, -9)}, "--point is 0,-9; it must lie in the domain of oval"),
        ({"point": (1, -1)}, "--point is 1,-1, where oval is all but flat; give a point on a slope"),
        ({"cost": "himmelblau", "point": (3, 2)}, "--point is 3,2, where himmelblau is all but flat"),
        ({"cost": "bowl"}, "a cost of 1 variable; this scene draws costs of two variables"),
        ({"point": (0, float("nan"))}, "finite"),
        ({"point": (0,)}, "Field required"),
    ],
)
def test_bad_options(options: dict[str, Any], message: str) -> None:
    """Refused with what is wrong before anything is drawn."""
    with pytest.raises(ValidationError, match=message):
        Params(**options)
