from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from manim import VMobject

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Trajectory
from lranim.draw.layout import Box
from lranim.draw.lesson_scene import LessonScene
from lranim.draw.walkers import LONGEST, REST, Walkers

STARTS = (4.45, -0.27, -3.54)


def runs_of(*starts: float, name: str = "two-minima", lr: float = 0.1, steps: int = 25) -> list[Trajectory]:
    """Gradient descent from each of the starts."""
    cost = COSTS[name]
    return [descend(cost, gradient_descent(), constant(lr), (start,), steps) for start in starts]


@pytest.fixture
def scene() -> LessonScene:
    """A scene made ready, without a story; what it plays is noted, not played."""
    scene = LessonScene()
    scene.setup()
    return scene


@pytest.fixture
def played(scene: LessonScene, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each motion took."""
    seconds: list[float] = []

    def move(duration: float, draw: Callable[[float], object], *moving: VMobject) -> None:
        seconds.append(duration)
        for share in np.linspace(0, 1, 7):
            draw(float(share))

    monkeypatch.setattr(scene, "move", move)
    return seconds


def test_they_walk_in_step(scene: LessonScene) -> None:
    """At each moment every dot is at its own run's point, and one number counts the steps of all."""
    walkers = Walkers(scene, scene.layout.body, runs_of(*STARTS))
    for k in (0, 1, 7, 25):
        walkers.show(float(k))
        assert walkers.count.shown[0][0] == f"step {k}"
        for stage in walkers.stages:
            centre = stage.dot.points[:, :2].mean(axis=0)
            assert np.allclose(centre, walkers.picture.plot.on_curve(stage.run.x[k, 0]), atol=1e-3)


def test_the_tangent_goes_along(scene: LessonScene) -> None:
    """None before the first step; then it has the curve's slope under the point, also at rest."""
    walkers = Walkers(scene, scene.layout.body, runs_of(4.45))
    [stage], plot = walkers.stages, walkers.picture.plot
    assert not len(stage.tangent.points)
    for progress in (1.0, 1.2, 3.7, 9.0):
        walkers.show(progress)
        start, end = stage.tangent.points[[0, -1], :2]
        x = (start[0] + end[0]) / 2
        width = (plot.view.right - plot.view.left) / plot.box.width
        value = plot.view.left + (x - plot.box.left) * width
        height = (plot.view.high - plot.view.low) / plot.box.height
        slope = (end[1] - start[1]) / (end[0] - start[0]) * height / width
        assert slope == pytest.approx(float(plot.cost.grad(np.array([value]))[0]), rel=1e-6)


@pytest.mark.parametrize(
    ("starts", "options"),
    [
        (STARTS, {}),
        ((4.95, 1.5, 0.5, -3.95), {}),
        ((-4.0, 5.0), {"lr": 1.0}),
        ((13.0,), {"name": "bowl"}),
        ((-7.0,), {"name": "bowl", "lr": 0.9}),
        ((3.0,), {"name": "gentle-bowl"}),
    ],
)
def test_starts_are_named_where_there_is_room(
    scene: LessonScene, ink: Callable[[VMobject], Box], starts: tuple[float, ...], options: dict[str, Any]
) -> None:
    """Each name stands inside the plot and off the curve; none is far from its start."""
    walkers = Walkers(scene, scene.layout.body, runs_of(*starts, **options))
    plot, box = walkers.picture.plot, walkers.picture.box
    assert len(walkers.starts.shown) <= len(starts)
    if not walkers.starts.shown:
        return
    filled = ink(walkers.starts)
    assert box.left <= filled.left < filled.right <= box.right
    assert filled.top < box.top
    x = np.linspace(plot.view.left, plot.view.right, 2000)
    curve = plot.on_curve(x)
    names, first = [words for words, _ in walkers.starts.shown], 0
    for words, count in walkers.starts.shown:
        part = walkers.starts.points.reshape(-1, 4, 3)[first : first + count, :, :2].reshape(-1, 2)
        (left, bottom), (right, top) = part.min(axis=0), part.max(axis=0)
        under = (curve[:, 0] > left) & (curve[:, 0] < right)
        assert not ((curve[under, 1] > bottom) & (curve[under, 1] < top)).any(), words
        first += count
    assert set(names) <= {f"a = {start:g}".replace("-", "−") for start in starts}


def test_runs_near_a_text_or_a_trail_stay_unnamed_rather_than_hidden(scene: LessonScene) -> None:
    """Jumps from side to side over the whole plot leave no place for a name."""
    free = Walkers(scene, scene.layout.body, runs_of(-7.0, name="bowl"))
    [jumps] = runs_of(-7.0, name="bowl", lr=0.97)
    crossed = Walkers(scene, Box(-3.0, -2.0, -1.0, 1.0), [jumps])
    assert free.starts.shown
    assert not crossed.starts.shown


def test_a_long_row_of_steps_is_quick(scene: LessonScene, played: list[float]) -> None:
    """Steps have their pace until they are many; those too short to see do not keep one waiting."""
    few = Walkers(scene, scene.layout.body, runs_of(13.0, name="bowl"))
    few.walk(0.0, 3.0, 0.75)
    few.walk(3.0, 3.0, 0.75)
    few.walk(0.0, 0.35, 2.0)
    many = Walkers(scene, scene.layout.body, runs_of(13.0, name="bowl", lr=0.01, steps=500))
    many.walk(0.0, 900.0, 0.34)
    assert played[:2] == pytest.approx([3 * 0.75, 0.35 * 2.0])
    assert LONGEST < played[2] < LONGEST + REST + 0.01
    assert many.count.shown[0][0] == "step 500"


def test_one_curve_becomes_another(scene: LessonScene, played: list[float]) -> None:
    """The old one is gone, the new one complete, and the curve lies where it should."""
    old = Walkers(scene, scene.layout.body, runs_of(11.79, name="bowl")).appear()
    old.show(25.0)
    new = Walkers(scene, scene.layout.body, runs_of(*STARTS))
    old.give_way(new, 1.0)
    assert played == [1.0]
    shown = set(scene.mobjects)
    assert {new.picture, *new.moving} <= shown
    assert not {old.picture, *old.moving} & shown
    plot = new.picture.plot
    assert np.allclose(plot.curve.points[:, :2].reshape(-1, 4, 2), plot.outline)
    assert (plot.curve.opacity, plot.labels.opacity, new.starts.opacity) == (1, 1, 1)
    assert all(stage.dot.opacity == 1 for stage in new.stages)


def test_a_view_of_several_holds_starts_and_minima(scene: LessonScene) -> None:
    """One run is seen on the whole domain, several as large as they can be."""
    whole = Walkers(scene, scene.layout.body, runs_of(4.45)).picture.plot.view
    close = Walkers(scene, scene.layout.body, runs_of(*STARTS)).picture.plot.view
    assert whole.left < -4 < 5 < whole.right
    assert whole.left < close.left < -3.54 < 4.45 < close.right < whole.right
    assert close.high < whole.high
