from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lranim.core.least_squares import Samples, line_cost, line_samples, samples, slope_cost
from lranim.draw.layout import Box
from lranim.draw.ledger import Scale
from lranim.draw.lettering import Typesetter
from lranim.draw.line_fit import CostCurve, CostSpace, FitChart, scale_of, values_over

ROOM = Box(-3.0, -3.0, 4.0, 3.0)
DATA = line_samples(1, 12, 1.5, 1.0)


def written(slots: object) -> list[str]:
    """The numbers of a ledger."""
    return [slot.shown for row in slots.rows for slot, _ in row.terms]  # type: ignore[attr-defined]


def test_line_and_squares_are_those_of_the_parameters(setter: Typesetter) -> None:
    """The line goes through its points, and each square is as wide as its residual is high."""
    fit = FitChart(setter, ROOM, DATA, "y")
    fit.put(0.5, 1.0)
    ends = fit.line.x
    assert fit.line.points == pytest.approx(fit.chart.at(ends, 0.5 * ends + 1))
    corners = fit.squares.ground.points[:, :2].reshape(12, 16, 2)
    wide, high = np.ptp(corners, axis=1).T
    missed = np.abs(np.diff(fit.chart.at(0, [DATA.y, 0.5 * DATA.x + 1])[..., 1], axis=0)[0])
    assert high == pytest.approx(missed)
    whole = (corners[:, :, 0] > fit.chart.plot.left).all(axis=1)  # the others end at the frame
    assert whole.sum() >= 10
    assert wide[whole] == pytest.approx(high[whole])
    fit.put(1.5)
    assert fit.line.points == pytest.approx(fit.chart.at(ends, 1.5 * ends))


@pytest.mark.parametrize(
    ("data", "across", "up"),
    [
        (samples([1, 9], [52, 100]), True, True),
        (samples([1990, 2020], [14.0, 14.7]), False, False),
        (samples([-2, 3], [-1, 5]), True, True),
    ],
    ids=["near", "far", "around"],
)
def test_the_origin_is_seen_unless_it_is_far(
    setter: Typesetter, data: Samples, across: bool, up: bool
) -> None:
    """About which the line turns; and all samples are."""
    axes = FitChart(setter, ROOM, data, "y").chart.axes
    assert (axes.x.low <= 0 <= axes.x.high, axes.y.low <= 0 <= axes.y.high) == (across, up)
    for axis, values in ((axes.x, data.x), (axes.y, data.y)):
        assert axis.low < values.min() < values.max() < axis.high


def test_the_point_is_on_the_curve_that_it_traces(setter: Typesetter) -> None:
    """At each parameter: its cost, in figures and as a height, and the curve as far as it has come."""
    cost = slope_cost(DATA)
    curve = CostCurve(setter, ROOM, cost, scale_of(cost), "here")
    low, high = cost.domain[0]
    for share in (0.0, 0.3, 1.0):
        a = low + (high - low) * share
        curve.put(a)
        curve.trace(a)
        value = float(np.square(DATA.y - a * DATA.x).mean())
        assert written(curve.ledger) == [f"{a:.2f}".replace("-", "−"), f"{value:.2f}"]
        for dot in curve.dots:
            assert dot.points[0] == pytest.approx(curve.chart.at(a, value))
        assert curve.curve.tip == pytest.approx(curve.chart.at(a, value), abs=0.01)
    best = float(DATA.x @ DATA.y / (DATA.x @ DATA.x))
    ring, _ = curve.target.parts
    least = np.square(DATA.y - best * DATA.x).mean()
    assert ring.get_center()[:2] == pytest.approx(curve.chart.at(best, least))
    assert curve.flag.place == pytest.approx(curve.chart.at(best, 0)[0])


def test_the_point_on_the_surface_and_the_slice(setter: Typesetter) -> None:
    """Slope, intercept and cost; the lines through the origin are the slice over no intercept."""
    cost = line_cost(DATA)
    space = CostSpace(setter, ROOM, cost, scale_of(slope_cost(DATA), cost))
    space.put(0.5, 2.0)
    value = np.square(DATA.y - 0.5 * DATA.x - 2).mean()
    assert written(space.ledger) == ["0.50", "2.00", f"{value:.3f}"]
    assert space.space.point_at(0.0).tolist() == [0.5, 2.0]
    assert (space.slice.points[:, 1] == 0).all()
    assert space.slice.points[[0, -1], 0].tolist() == list(cost.domain[0])
    before = space.space.view.azimuth
    space.turn(10.0)
    assert 0 < space.space.view.azimuth - before < 0.5
    assert space.space.style.target > space.space.style.dot  # the ring is seen around the point


def test_the_costs_left_of_the_surface_have_room(setter: Typesetter) -> None:
    """However many digits they take, they do not run out of the room, whichever way it is turned."""
    for factor in (1e-5, 1.0, 3e2, 1e9):
        data = samples(DATA.x, factor * DATA.y)
        space = CostSpace(setter, ROOM, line_cost(data), scale_of(line_cost(data)))
        for seconds in (0.0, 6.0, 12.0):
            space.turn(seconds)
            assert min(line.x for line in space.picture.labels) > ROOM.left


def test_costs_of_both_are_written_alike() -> None:
    """With the digits that the smaller least of them needs."""
    one, two = slope_cost(DATA), line_cost(DATA)
    assert scale_of(one, two) == scale_of(two, one) == Scale(3)
    assert scale_of(one) == Scale(2)
    exact = line_cost(samples([1, 2, 3], [2, 4, 6]))
    assert scale_of(exact).written(float(values_over(exact).min())) == "0"
    wider = replace(one, domain=((-1e4, 1e4),))
    assert scale_of(wider) == Scale(None)
