from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.starts import draw_start
from lranim.draw.surface.surface import ELEVATION, Surface
from lranim.scenes.surface import Params, numbers, pair

FIELDS = [name for name, cost in COSTS.items() if cost.dim == 2]


def surface_of(scene: Any) -> Surface:
    """The 3-D picture of a scene."""
    [surface] = [m for m in scene.mobjects if isinstance(m, Surface)]
    return surface


@pytest.mark.parametrize("name", FIELDS)
def test_the_start_is_the_seeds_or_the_one_given(name: str) -> None:
    """A seed draws it; a start that is given is taken as it is."""
    for seed in (0, 7):
        assert np.array_equal(numbers(Params(cost=name, seed=seed)).x[0], draw_start(COSTS[name], seed))
    assert numbers(Params(cost=name, start=(1.5, -1))).x[0].tolist() == [1.5, -1]


@pytest.mark.parametrize("name", FIELDS)
def test_the_path_is_the_runs_and_goes_down(tell: Callable[..., Any], name: str) -> None:
    """The picture ends with the point where the run ended, and with the suited rate the cost never rises."""
    scene = tell("surface", cost=name)
    run = numbers(Params(cost=name))
    surface = surface_of(scene)
    assert np.allclose(surface.trail.path, run.x)
    assert surface.progress == run.steps
    assert np.allclose(surface.trail.until(surface.progress)[0][-1], run.x[-1])
    assert (np.diff(run.cost) <= 1e-12).all()
    assert pair(run.x[0]) in scene.alt
    assert pair(run.x[-1]) in scene.alt


def test_the_arrow_is_the_negative_gradient(tell: Callable[..., Any]) -> None:
    """Whenever it is seen, it starts at the point and goes straight down."""
    run = numbers(Params(cost="ravine"))
    seen = []

    def look(scene: Any) -> None:
        surface = surface_of(scene)
        if surface.arrow is not None and surface.arrow_alpha > 0.5:
            at, way = surface.arrow
            k = int(np.argmin(np.abs(run.x - at).sum(axis=1)))
            assert np.allclose(run.x[k], at)
            assert np.allclose(way / np.hypot(*way), -run.grad[k] / np.hypot(*run.grad[k]))
            seen.append(k)

    tell("surface", cost="ravine", look=look)
    assert seen


def test_the_picture_turns_one_way_slowly(tell: Callable[..., Any]) -> None:
    """Never back, never at a leap, always from above; less than a quarter turn in all."""
    turned: list[tuple[float, float]] = []

    def look(scene: Any) -> None:
        view = surface_of(scene).view
        assert view.elevation == ELEVATION
        turned.append((scene.time, view.azimuth))

    tell("surface", look=look)
    time, azimuth = np.array(turned).T
    assert (np.diff(azimuth) >= 0).all()
    assert 0.1 < np.ptp(azimuth) < np.pi / 2
    moving = np.diff(time) > 0
    rates = np.diff(azimuth)[moving] / np.diff(time)[moving]
    assert rates.max() < np.radians(3)
    # Before the end it slows down, to half its rate on average, and then rests.
    assert rates[-2:] == pytest.approx([rates.max() / 2, 0.0], rel=0.1)


@pytest.mark.parametrize(
    ("options", "ending"),
    [
        ({"cost": "himmelblau", "start": (0.0, 0.0)}, "the start decides which minimum"),
        ({"cost": "bowl-2d", "lr": 1.0}, "back and forth"),
        ({"cost": "bowl-2d", "lr": 3.0}, "it leaves the picture"),
        ({"cost": "bowl-2d", "lr": 0.5}, "One step, and it is there"),
        ({"cost": "ravine"}, "From side to side"),
    ],
)
def test_endings(tell: Callable[..., Any], options: dict[str, Any], ending: str) -> None:
    """Each way to end has its own sentence."""
    assert ending in tell("surface", **options).beats[-1].text


def test_a_run_that_leaves_is_not_followed_for_long(tell: Callable[..., Any]) -> None:
    """The clip ends soon after nothing can be seen any more, and what is said is of the last point shown."""
    scene = tell("surface", cost="bowl-2d", lr=3.0, steps=200)
    run = numbers(Params(cost="bowl-2d", lr=3.0, steps=200))
    shown = scene.alt.split(" steps")[0].split(" ")[-1]
    assert 1 <= int(shown) <= 5
    assert pair(run.x[int(shown)]) in scene.alt
    assert scene.time < 20
