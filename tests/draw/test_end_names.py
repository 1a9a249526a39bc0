from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from lranim.draw.axis import Axis
from lranim.draw.chart import Chart
from lranim.draw.curves import Curve
from lranim.draw.end_names import apart
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter

BOX = Box(-6, -3, 6, 3)
NAMES = ["η = 0.01", "η = 0.3", "η = 0.99", "η = 1.05"]
STEPS = np.arange(30)


@pytest.mark.parametrize(
    ("middles", "expected"),
    [
        ([], []),
        ([3.0], [3.0]),
        ([0.0, 5.0], [0.0, 5.0]),
        ([5.0, 0.0], [5.0, 0.0]),
        ([2.0, 2.0], [1.5, 2.5]),
        ([4.0, 4.2, 9.0], [3.6, 4.6, 9.0]),
        ([1.0, 1.0, 1.0, 2.2], [0.0, 1.0, 2.0, 3.0]),
        ([-5.0, 50.0], [0.0, 9.0]),
        ([8.9, 8.8, 8.95], [8.0, 7.0, 9.0]),
    ],
)
def test_places_by_hand(middles: list[float], expected: list[float]) -> None:
    """As near as can be at a distance of 1 between 0 and 9, in their order."""
    assert apart(middles, 1.0, 0.0, 9.0).tolist() == pytest.approx(expected)


def test_places_are_the_nearest_possible() -> None:
    """No small change that keeps the distances brings them nearer, whatever the middles."""
    rng = np.random.default_rng(2)
    for _ in range(200):
        middles = rng.uniform(-1, 10, rng.integers(1, 6))
        places = apart(middles, 1.0, 0.0, 9.0)
        loss = np.sum((places - middles) ** 2)
        for move in rng.normal(0, 0.05, (30, len(middles))):
            tried = np.sort(places + move)[np.argsort(np.argsort(middles, kind="stable"))]
            if np.diff(np.sort(tried)).min(initial=9) >= 1 and tried.min() >= 0 and tried.max() <= 9:
                assert np.sum((tried - middles) ** 2) >= loss - 1e-9


def test_too_many_stand_closer() -> None:
    """Evenly over what there is."""
    assert apart([1.0] * 5, 1.0, 0.0, 2.0).tolist() == pytest.approx([0, 0.5, 1, 1.5, 2])


def chart_of(setter: Typesetter, names: list[str]) -> tuple[Chart, list[Curve]]:
    """The costs of four rates, one of which leaves the chart."""
    chart = Chart(setter, BOX, Axis(0, 29, "step"), Axis(0, 150, "cost"), names=names)
    costs = [1 + 100 * (1 - 2 * lr) ** (2 * STEPS) for lr in (0.01, 0.3, 0.99, 1.05)]
    return chart, [
        chart.curve(STEPS, cost, style, name)
        for cost, style, name in zip(costs, setter.theme.series, NAMES, strict=True)
    ]


@pytest.mark.parametrize("reserved", [True, False])
def test_names_keep_apart_and_inside_at_any_progress(setter: Typesetter, reserved: bool) -> None:
    """With room reserved for them or not; two of the curves are the same, and one leaves at the top."""
    chart, curves = chart_of(setter, NAMES if reserved else [])
    for progress in np.linspace(0, 29, 59):
        for curve in curves:
            curve.show(progress)
        boxes = [curve.label.box for curve in curves if curve.label]
        assert len(boxes) == 4
        for one, two in combinations(boxes, 2):
            across = min(one.right, two.right) - max(one.left, two.left)
            # Tails and rims may touch, letters may not.
            assert across < 1e-9 or abs(one.bottom - two.bottom) > 1.1 * (one.height / 1.14)
        for box in boxes:
            assert BOX.left <= box.left
            assert box.right <= BOX.right + 0.09
            assert chart.plot.bottom - 1e-9 <= box.bottom
            assert box.top <= BOX.top


def test_a_name_stands_beside_its_end(setter: Typesetter) -> None:
    """At the height of its head where nothing is in its way, with no line to it."""
    chart = Chart(setter, BOX, Axis(0, 10), Axis(0, 10), names=["name"])
    curve = chart.curve([0, 10], [0, 10], "cost", "name").show(0.5)
    assert curve.label is not None
    assert curve.tip is not None
    assert curve.label.x > curve.tip[0]
    assert curve.label.y + 0.36 * curve.label.em == pytest.approx(curve.tip[1])
    assert not len(curve.leader.points)


def test_a_name_that_gives_way_is_tied_to_its_end(setter: Typesetter) -> None:
    """By a line from the one to the other; a curve that is not seen takes no room."""
    chart = Chart(setter, BOX, Axis(0, 10), Axis(0, 10), names=["one", "two"])
    one, two = chart.curve([0, 10], [5, 5], "cost", "one"), chart.curve([0, 10], [5, 5], "rate", "two")
    for curve in (one, two):
        assert curve.tip is not None
        assert curve.label is not None
        start, end = curve.leader.points[[0, 3], :2]
        assert start[1] == pytest.approx(curve.tip[1])
        assert end[1] == pytest.approx(curve.label.y + 0.36 * curve.label.em)
        assert curve.tip[0] < start[0] < end[0] < curve.label.x
    two.set_alpha(0.0)
    assert not len(one.leader.points)
    assert one.label is not None
    assert one.label.y + 0.36 * one.label.em == pytest.approx(chart.at(0, 5)[1])
