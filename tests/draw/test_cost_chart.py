from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from manim import VMobject

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Trajectory
from lranim.draw.cost_chart import CostChart
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.look.text import short

BOX = Box(2.5, -2.5, 6.5, -0.5)


def run(lr: float, steps: int = 29) -> Trajectory:
    """A descent on the bowl from 13."""
    return descend(COSTS["bowl"], gradient_descent(), constant(lr), (13.0,), steps)


def test_it_shows_the_cost_of_every_step(setter: Typesetter) -> None:
    """Heights in proportion to the costs, steps evenly spaced, as many dots as steps done."""
    trajectory = run(0.9)
    chart = CostChart(setter, BOX, trajectory, trajectory.first_within())
    places = chart.curve.points
    plot = chart.chart.plot
    assert (plot.bottom, plot.top) == pytest.approx((BOX.bottom, BOX.top))
    assert (places[:, 1] - plot.bottom) / plot.height == pytest.approx(
        trajectory.cost / trajectory.cost.max()
    )
    assert np.diff(places[:, 0]) == pytest.approx(plot.width / 29)
    for k in (0, 1, 12, 29):
        chart.show(k)
        assert len(chart.dots.shape.points) == 16 * (k + 1)
        assert len(chart.curve.line.points) == 4 * k


@pytest.mark.parametrize(("lr", "arrival"), [(0.3, 6), (0.9, 21), (0.5, 1), (0.01, None), (1.0, None)])
def test_the_arrival_is_marked_once_it_is_there(setter: Typesetter, lr: float, arrival: int | None) -> None:
    """At its step, with its number in place of the ticks near it."""
    chart = CostChart(setter, BOX, run(lr), arrival)
    for k in range(30):
        chart.show(k)
        if chart.mark is not None and arrival is not None:
            assert chart.mark.line.opacity == float(k >= arrival)
            assert chart.mark.place == pytest.approx(chart.curve.points[arrival, 0])
    assert (chart.mark is None) == (arrival is None)


@pytest.mark.parametrize(
    ("lr", "steps", "arrival"), [(0.3, 6, 6), (0.3, 8, 6), (0.01, 500, 228), (1.05, 70, None)]
)
def test_numbers_are_the_largest_the_smallest_and_the_last(
    setter: Typesetter, ink: Callable[[VMobject], Box], lr: float, steps: int, arrival: int | None
) -> None:
    """Where there is no room for the last one beside the arrival, the arrival tells more."""
    trajectory = run(lr, steps)
    chart = CostChart(setter, BOX, trajectory, arrival)
    assert [text.words for text in chart.chart.axes.rows] == ["0", short(trajectory.cost.max(), 3)]
    assert [text.words for text in chart.chart.axes.columns] == ([] if arrival == steps else [str(steps)])
    drop = CostChart.drop(setter)
    for text in chart.chart.axes.texts:
        drawn = ink(text)
        assert BOX.left <= drawn.left < drawn.right <= BOX.right
        assert BOX.bottom - drop - 0.02 <= drawn.bottom


def test_many_steps_have_one_dot(setter: Typesetter) -> None:
    """At the last step done."""
    chart = CostChart(setter, BOX, run(0.01, 500), None).show(300)
    assert len(chart.dots.shape.points) == 16
    assert chart.dots.points[0] == pytest.approx(chart.curve.points[300])


def test_a_cost_that_never_changes_is_a_line(setter: Typesetter) -> None:
    """From the minimum nothing moves, and the chart has a range all the same."""
    at_rest = descend(COSTS["bowl"], gradient_descent(), constant(0.3), (3.0,), 5)
    chart = CostChart(setter, BOX, at_rest, 0).show(5)
    assert np.ptp(chart.curve.line.points[:, 1]) == 0
