from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from lranim.core.costs import COSTS, directional
from lranim.core.descend import descend
from lranim.core.results import Table
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.draw.space_picture import ABOVE, ELEVATION, TURN
from lranim.draw.strokes import Stroke
from lranim.draw.ways import CurveWays, SurfaceWays, fading, growing

BOWL, OVAL = COSTS["bowl"], COSTS["oval"]
POINT = np.array([-2.0, 0.5])
ANGLES = np.linspace(0, 2 * np.pi, 24, endpoint=False)
RING = Table({"angle": ANGLES, "slope": directional(OVAL, POINT, ANGLES)})
WORDS = ("ring", "along a", "along b", "gradient", "down")


@pytest.fixture
def ways_of(staged: Callable[..., Any]) -> Callable[..., Any]:
    """Ways on the oval, in a scene of their own."""

    @contextmanager
    def make(**how: Any) -> Iterator[SurfaceWays]:
        with staged("surface", **how) as scene:
            scene.setup()
            ways = SurfaceWays(scene, OVAL, POINT, RING, WORDS, 6.0)
            scene.add(*ways.parts)
            yield ways

    return make


def test_arrows_go_against_the_slopes_sign(staged: Callable[..., Any]) -> None:
    """Told one by one: on the left, where the slope is below 0, to the right, and the other way round."""
    runs = [descend(BOWL, gradient_descent(), constant(0.3), (x,), 1) for x in (-2.0, 9.0)]
    with staged("surface") as scene:
        scene.setup()
        ways = CurveWays(scene, runs, ["slope −10", "slope +12"])
        assert [stage.tag.shown for stage in ways.stages] == [(), ()]
        for index, (start, sign) in enumerate(((-2.0, 1), (9.0, -1))):
            ways.tell(index)
            stage = ways.stages[index]
            place = stage.plot.on_curve(start)
            shaft = sign * (stage.shaft.points[:, 0] - place[0])
            assert shaft.min() > -0.01
            assert shaft.max() > 0.5
            assert np.ptp(stage.tangent.points[:, 0]) > 0.5
            assert stage.dot.get_center()[:2] == pytest.approx(place)  # it looks, and does not go
        assert [stage.tag.shown[0][0] for stage in ways.stages] == ["slope −10", "slope +12"]


def test_strokes_grow_and_fade_with_the_share_of_time() -> None:
    """From nothing to all, and from one opacity to another."""
    strokes = [Stroke(np.zeros((2, 2)), (1, 1, 1), 0.1) for _ in range(2)]
    grow, fade = growing(strokes), fading(strokes, 1.0, 0.3)
    for share, shown, alpha in ((0.0, 0.0, 1.0), (0.5, 0.5, 0.65), (1.0, 1.0, 0.3)):
        grow(share)
        fade(share)
        for stroke in strokes:
            assert (stroke.shown, stroke.alpha) == pytest.approx((shown, alpha))


def test_the_picture_turns_until_it_lands(ways_of: Callable[..., Any]) -> None:
    """At its pace, whatever happens meanwhile; seen from above it stands still."""
    with ways_of() as ways:
        start = ways.space.view.azimuth
        changes: list[float] = []
        ways.play(2.0, changes.append, row=0)
        assert changes[-1] == 1.0
        assert ways.space.view.azimuth - start == pytest.approx(2 * TURN)
        assert ways.space.view.elevation == ELEVATION
        assert [row.words[0].opacity for row in ways.panel.rows] == [1, 0, 0, 0, 0]
        ways.land(1.5)
        view = ways.space.view
        assert view.elevation == pytest.approx(ABOVE)
        assert (np.sin(view.azimuth), np.cos(view.azimuth)) == pytest.approx((-1.0, 0.0), abs=0.01)
        assert abs(view.azimuth - start) < np.pi
        assert (ways.space.surface_alpha, ways.space.drop) == (0.0, 1.0)
        ways.play(3.0)
        assert ways.space.view == view


@pytest.mark.parametrize("size", [(854, 480), (640, 480), (480, 480), (270, 480)])
def test_nothing_gets_in_the_way_as_it_lands(ways_of: Callable[..., Any], size: tuple[int, int]) -> None:
    """The surface is gone before it comes up to the title; labels swing by neither caption nor panel."""
    with ways_of(size=size) as ways:
        scene, layout = ways.scene, ways.scene.layout
        move = scene.move

        def watched(seconds: float, draw: Callable[[float], object], *moving: Any) -> None:
            for share in np.linspace(0, 1, 41):
                draw(share)
                if ways.space.surface_alpha > 0.15:
                    xy, _ = ways.space.view.project(ways.space.field.vertices)
                    assert xy[..., 1].max() < layout.title.centre[1]
                for line in ways.picture.labels:
                    beside = line.x + line.advance < layout.panel.left
                    assert beside or line.y > layout.panel.top, line.words
                    assert line.y > layout.body.bottom, line.words
            move(seconds, draw, *moving)

        scene.move = watched
        ways.land(1.5)


@pytest.mark.parametrize("size", [(854, 480), (480, 480), (270, 480)])
def test_the_key_has_the_numbers_of_the_picture(ways_of: Callable[..., Any], size: tuple[int, int]) -> None:
    """Both slopes, the gradient and its opposite, each with its line or arrow."""
    with ways_of(size=size) as ways:
        formulas = [row.formula.words if row.formula else "" for row in ways.panel.rows]
        assert formulas == [
            "",
            r"partial J \/ partial a = −1.5",
            r"partial J \/ partial b = 3",
            "nabla J = (−1.5, 3)",
            "-nabla J = (1.5, −3)",
        ]
        assert [row.words.words for row in ways.panel.rows] == list(WORDS)
