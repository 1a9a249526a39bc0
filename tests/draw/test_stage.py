from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import fixed, gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Array, Rule, Trajectory
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.plot import CurvePlot, View, view_of
from lranim.draw.shapes import Shape
from lranim.draw.stage import AIM, Stage, ease
from lranim.look.fonts import check_fonts
from lranim.look.theme import THEMES

BOX = Box(-6.0, -2.0, 2.0, 3.0)


def run(rule: Rule | None = None, lr: float = 0.9, start: float = 13.0, steps: int = 8) -> Trajectory:
    """A descent on the bowl."""
    return descend(COSTS["bowl"], rule or gradient_descent(), constant(lr), (start,), steps)


@pytest.fixture(scope="module")
def stage_of() -> Callable[..., Stage]:
    """Make a stage over a plot of the bowl."""
    theme = THEMES["dark"]
    setter = Typesetter(theme, check_fonts(theme.fonts, "").used, 0.08)

    def make(trajectory: Trajectory, view: View | None = None, **options: Any) -> Stage:
        plot = CurvePlot(setter, COSTS["bowl"], BOX, view or view_of(COSTS["bowl"], -7.4, 13.4))
        return Stage(setter, plot, trajectory, **options)

    return make


def centres(shape: Shape) -> Array:
    """Centres of the circles of a shape."""
    return shape.points.reshape(-1, 16, 3).mean(axis=1)[:, :2]


def test_ease_rests_at_both_ends() -> None:
    """From 0 to 1, symmetrical, without a jolt, and the same outside."""
    u = np.linspace(0, 1, 101)
    eased = np.array([ease(v) for v in u])
    assert (eased[0], eased[-1], ease(-3), ease(7)) == (0, 1, 0, 1)
    assert np.allclose(eased + eased[::-1], 1)
    assert np.diff(eased).min() > 0
    assert np.diff(eased)[[0, -1]].max() < 2e-5


def test_at_rest_the_dot_is_on_the_runs_point(stage_of: Callable[..., Stage]) -> None:
    """After k steps the dot lies on the curve at x[k], the earlier dots at all the points before."""
    trajectory = run()
    stage = stage_of(trajectory)
    for k in (0, 3, 8, 1):
        stage.put(float(k))
        assert centres(stage.dot)[0] == pytest.approx(stage.plot.on_curve(trajectory.x[k, 0]))
        assert len(centres(stage.earlier)) == k + 1
        assert not len(stage.shaft.points)
        assert not len(stage.tangent.points)
    assert np.array_equal(centres(stage_of(trajectory).put(99.0).dot), centres(stage.put(8.0).dot))


def test_on_the_way_first_the_arrow_then_the_point(stage_of: Callable[..., Stage]) -> None:
    """The arrow grows to the step's length while the point rests; then the point moves without a leap."""
    trajectory = run()
    stage = stage_of(trajectory, tag=lambda k: f"step {k}")
    start, end = stage.plot.on_curve(trajectory.x[1:3, 0])
    stage.put(1 + AIM)
    assert centres(stage.dot)[0] == pytest.approx(start)
    tip = stage.shaft.points[:, 0]
    assert max(tip, key=lambda x: abs(x - start[0])) == pytest.approx(end[0])
    assert len(stage.tag.points)
    way = np.array([centres(stage.put(1 + share).dot)[0] for share in np.linspace(AIM, 1, 41)])
    assert np.allclose(way[-1], end)
    assert np.abs(np.diff(way, axis=0)).max() < 0.1 * np.abs(end - start).max()
    side = (way - start) @ (end - start)
    assert (np.diff(side) >= 0).all()


def test_the_tangent_touches_the_curve(stage_of: Callable[..., Stage]) -> None:
    """It goes through the point with the gradient's slope, as the plot is scaled."""
    trajectory = run(start=8.0)
    stage = stage_of(trajectory).put(AIM / 2)
    start, end = stage.tangent.points[[0, -1], :2]
    at = trajectory.x[0, 0]
    near = stage.plot.on_curve(np.array([at - 1e-5, at + 1e-5]))
    slope = np.diff(near, axis=0)[0]
    assert (end[1] - start[1]) / (end[0] - start[0]) == pytest.approx(slope[1] / slope[0], rel=1e-4)
    point = stage.plot.on_curve(at)
    assert np.cross([*(end - start), 0], [*(point - start), 0])[2] == pytest.approx(0, abs=1e-9)


def test_the_ruler_marks_equal_steps_with_equal_arcs(stage_of: Callable[..., Stage]) -> None:
    """One arc a step done, all as wide as the step, from the start on."""
    trajectory = run(fixed(1.5))
    stage = stage_of(trajectory, ruler=True).put(5.0)
    arcs = stage.hops.points.reshape(-1, 4, 3)
    widths = np.abs(arcs[:, 3, 0] - arcs[:, 0, 0])
    assert len(widths) == 5
    assert np.allclose(widths, 1.5 / 20.8 * BOX.width)
    assert len(stage.put(0.0).hops.points) == 0


def test_a_bounce_leaves_one_dot_a_place(stage_of: Callable[..., Stage]) -> None:
    """Two places, two dots, however long it bounces: else transparent dots would add up."""
    stage = stage_of(run(lr=1.0)).put(8.0)
    assert len(centres(stage.earlier)) == 2


def test_what_is_out_of_view_is_not_drawn(stage_of: Callable[..., Stage]) -> None:
    """Points outside a narrow view leave no dot, and an arrow to there ends at the edge of the box."""
    trajectory = run(lr=1.05)
    stage = stage_of(trajectory, view_of(COSTS["bowl"], -7.4, 13.4))
    stage.put(AIM)
    reach = stage.shaft.points[:, 0]
    assert reach.min() == pytest.approx(BOX.left)
    assert BOX.left - 1e-9 <= stage.tangent.points[:, 0].min()
    stage.put(1.0)
    assert not len(stage.dot.points)
    assert len(centres(stage.earlier)) == 1
    assert np.isfinite(stage.put(8.0).trail.points).all()


@pytest.mark.parametrize("theme", list(THEMES))
def test_the_tangent_is_told_from_the_trail_by_its_dashes(theme: str) -> None:
    """In `contrast`, where colour must not matter; solid elsewhere. It lies where it lay."""
    look = THEMES[theme]
    setter = Typesetter(look, check_fonts(look.fonts, "").used, 0.08)
    plot = CurvePlot(setter, COSTS["bowl"], BOX, view_of(COSTS["bowl"], -7.4, 13.4))
    stage = Stage(setter, plot, run(lr=0.3, start=8.0))
    stage.put(AIM / 2)
    ends = stage.tangent.points.reshape(-1, 4, 3)[:, [0, 3], :2]
    lengths = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    assert (len(ends) > 3) == (theme == "contrast") == bool(look.tangent_dash)
    assert lengths.max() <= look.tangent_dash[0] * 0.08 + 1e-9 if look.tangent_dash else len(ends) == 1
    whole = np.hypot(*(ends[-1, 1] - ends[0, 0]))
    assert whole == pytest.approx(18 * 0.08, abs=look.tangent_dash[1] * 0.08 if look.tangent_dash else 1e-6)


def test_a_step_that_leaves_the_plot_is_seen_to_its_edge(stage_of: Callable[..., Stage]) -> None:
    """Its line ends where it meets the edge, the dot is not drawn beyond, and no later step is."""
    wild = run(lr=1.3, steps=6)  # 13, −13: out at the left and at the top
    stage = stage_of(wild)
    plot = stage.plot
    start, end = plot.on_curve(wild.x[:2, 0])
    for progress in (1.0, 2.5, 6.0):
        stage.put(progress)
        assert not len(stage.dot.points)
        assert not len(stage.rim.points)
        [line] = stage.trail.points.reshape(-1, 4, 3)[:, [0, 3], :2]
        assert np.allclose(line[0], start)
        (a, b), (c, d) = line[1] - start, end - start
        assert a * d == pytest.approx(b * c)
        gaps = np.abs([line[1][0] - BOX.left, line[1][1] - BOX.top])
        assert gaps.min() < 1e-5
    stage.put(0.9)
    seen = stage.trail.points[:, :2]
    assert (seen >= [BOX.left - 1e-5, BOX.bottom]).all()
    assert (seen <= [BOX.right, BOX.top + 1e-5]).all()


def test_a_gliding_tangent(stage_of: Callable[..., Stage]) -> None:
    """It grows with the first arrow, goes along with the point, and lies level at the minimum."""
    stage = stage_of(run(lr=0.3, steps=30), glide=12.0)
    assert not len(stage.tangent.points)
    lengths = []
    for progress in (0.1, 0.2, AIM, 0.8, 1.0, 1.5):
        ends = stage.put(progress).tangent.points[[0, -1], :2]
        lengths.append(float(np.hypot(*(ends[1] - ends[0]))))
        middle = float(ends[:, 0].mean())
        # Cut at the edge of the plot it is shorter on one side.
        if progress >= 1:
            assert middle == pytest.approx(float(stage.dot.points[:, 0].mean()), abs=0.35)
    assert lengths[0] < lengths[1] < lengths[2]
    stage.detailed = False
    ends = stage.put(30.0).tangent.points[[0, -1], :2]
    assert ends[0, 1] == pytest.approx(ends[1, 1], abs=1e-3)
    assert ends[1, 0] - ends[0, 0] == pytest.approx(24 * stage.setter.unit)
