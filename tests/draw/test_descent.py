"""A descent on a curve: what is drawn at any moment is the run's, and stays in the plot."""

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
from lranim.draw.chart.cost_curve import CurvePlot, View
from lranim.draw.chart.descent import AIM, Descent
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.scene import ease
from lranim.draw.shapes import Shape, holds
from lranim.look.fonts import check_fonts
from lranim.look.theme import THEMES

BOX = Box(-6.0, -2.0, 2.0, 3.0)
BOWL = COSTS["bowl"]


def run(rule: Rule | None = None, lr: float = 0.9, start: float = 13.0, steps: int = 8) -> Trajectory:
    """A descent on the bowl."""
    return descend(BOWL, rule or gradient_descent(), constant(lr), (start,), steps)


@pytest.fixture(scope="module")
def descent_of() -> Callable[..., Descent]:
    """Make a descent over a plot of the bowl."""

    def make(trajectory: Trajectory, theme: str = "dark", **options: Any) -> Descent:
        look = THEMES[theme]
        setter = Typesetter(look, check_fonts(look.fonts, "").used, 0.08)
        return Descent(CurvePlot(setter, BOWL, BOX, View.of(BOWL, -7.4, 13.4)), trajectory, **options)

    return make


def centres(shape: Shape) -> Array:
    """Centres of the circles of a shape."""
    return shape.points.reshape(-1, 16, 3).mean(axis=1)[:, :2]


def ends(shape: Shape) -> Array:
    """First and last point of each curve of a shape, ``(k, 2, 2)``."""
    return shape.points.reshape(-1, 4, 3)[:, [0, 3], :2]


def test_ease_rests_at_both_ends() -> None:
    """From 0 to 1, symmetrical, without a jolt, and the same outside."""
    eased = np.array([ease(v) for v in np.linspace(0, 1, 101)])
    assert (eased[0], eased[-1], ease(-3), ease(7)) == (0, 1, 0, 1)
    assert np.allclose(eased + eased[::-1], 1)
    assert np.diff(eased).min() > 0
    assert np.diff(eased)[[0, -1]].max() < 2e-5


def test_at_rest_the_dot_is_on_the_runs_point(descent_of: Callable[..., Descent]) -> None:
    """After k steps it lies on the curve at x[k], earlier dots at those before, whatever came between."""
    trajectory = run()
    descent = descent_of(trajectory)
    for k in (0, 3, 8, 1):
        descent.put(float(k))
        assert centres(descent.dot)[0] == pytest.approx(descent.plot.on_curve(trajectory.x[k, 0]))
        assert len(centres(descent.earlier)) == k + 1
        assert not len(descent.shaft.points)
        assert not len(descent.tangent.points)
    assert np.array_equal(centres(descent_of(trajectory).put(99.0).dot), centres(descent.put(8.0).dot))
    # Two places, two dots, however long it bounces: else transparent dots would add up.
    assert len(centres(descent_of(run(lr=1.0)).put(8.0).earlier)) == 2


def test_on_the_way_first_the_arrow_then_the_point(descent_of: Callable[..., Descent]) -> None:
    """The arrow grows to the step's length while the point rests; then the point moves without a leap."""
    trajectory = run()
    descent = descent_of(trajectory, tags=[f"step {k}" for k in range(8)])
    start, end = descent.plot.on_curve(trajectory.x[1:3, 0])
    descent.put(1 + AIM)
    assert centres(descent.dot)[0] == pytest.approx(start)
    assert max(descent.shaft.points[:, 0], key=lambda x: abs(x - start[0])) == pytest.approx(end[0])
    assert [words for words, *_ in descent.tag.shown] == ["step 1"]
    way = np.array([centres(descent.put(1 + share).dot)[0] for share in np.linspace(AIM, 1, 41)])
    assert np.allclose(way[-1], end)
    assert np.abs(np.diff(way, axis=0)).max() < 0.1 * np.abs(end - start).max()
    assert (np.diff((way - start) @ (end - start)) >= 0).all()


def test_the_tangent_touches_the_curve(descent_of: Callable[..., Descent]) -> None:
    """It goes through the point with the gradient's slope, as the plot is scaled."""
    trajectory = run(start=8.0)
    descent = descent_of(trajectory).put(AIM / 2)
    start, end = descent.tangent.points[[0, -1], :2]
    at = trajectory.x[0, 0]
    slope = np.diff(descent.plot.on_curve(np.array([at - 1e-5, at + 1e-5])), axis=0)[0]
    assert (end[1] - start[1]) / (end[0] - start[0]) == pytest.approx(slope[1] / slope[0], rel=1e-4)
    point = descent.plot.on_curve(at)
    assert np.cross([*(end - start), 0], [*(point - start), 0])[2] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("theme", list(THEMES))
def test_the_tangent_is_told_from_the_trail_by_its_dashes(
    descent_of: Callable[..., Descent], theme: str
) -> None:
    """In `contrast`, where colour must not matter; solid elsewhere. It lies where it lay."""
    dash = THEMES[theme].tangent_dash
    pieces = ends(descent_of(run(lr=0.3, start=8.0), theme).put(AIM / 2).tangent)
    assert (len(pieces) > 3) == (theme == "contrast") == bool(dash)
    if dash:
        assert np.hypot(*(pieces[:, 1] - pieces[:, 0]).T).max() <= dash[0] * 0.08 + 1e-9
    whole = np.hypot(*(pieces[-1, 1] - pieces[0, 0]))
    assert whole == pytest.approx(18 * 0.08, abs=dash[1] * 0.08 if dash else 1e-6)


def test_the_ruler_marks_equal_steps_with_equal_arcs(descent_of: Callable[..., Descent]) -> None:
    """One arc a step done, all as wide as the step, from the start on."""
    descent = descent_of(run(fixed(1.5)), ruler=True).put(5.0)
    arcs = ends(descent.hops)
    assert np.abs(arcs[:, 1, 0] - arcs[:, 0, 0]) == pytest.approx(np.full(5, 1.5 / 20.8 * BOX.width))
    assert not len(descent.put(0.0).hops.points)


def test_a_step_that_leaves_the_plot_is_seen_to_its_edge(descent_of: Callable[..., Descent]) -> None:
    """Its arrow and its line end where they meet the edge; nothing is drawn beyond, nor of later steps."""
    wild = run(lr=1.3, steps=6)  # 13, −13: out at the left and at the top
    descent = descent_of(wild)
    assert descent.put(AIM).shaft.points[:, 0].min() == pytest.approx(BOX.left)
    start, end = descent.plot.on_curve(wild.x[:2, 0])
    for progress in (1.0, 2.5, 6.0):
        descent.put(progress)
        assert not len(descent.dot.points)
        assert not len(descent.rim.points)
        assert len(centres(descent.earlier)) == 1
        [line] = ends(descent.trail)
        (a, b), (c, d) = line[1] - start, end - start
        assert a * d == pytest.approx(b * c)
        assert np.abs([line[1][0] - BOX.left, line[1][1] - BOX.top]).min() < 1e-5
    for progress in np.linspace(0, 6, 61):
        descent.put(float(progress))
        for shape in (descent.trail, descent.tangent, descent.shaft, descent.hops):
            assert holds(BOX.inset(*[-0.3] * 4), shape.points[:, :2]).all()
