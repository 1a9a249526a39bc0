from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from manim import VMobject

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.noise import jitter, noisy
from lranim.core.rules import gradient_descent
from lranim.core.schedules import SCHEDULES
from lranim.core.types import Trajectory
from lranim.draw.lane import FINE, Lane, lanes
from lranim.draw.layout import Box, Layout
from lranim.draw.lettering import Typesetter

STEPS = 30
BOWL = COSTS["bowl"]
SHAPES = {"16:9": (8 * 16 / 9, 8.0), "4:3": (32 / 3, 8.0), "1:1": (8.0, 8.0), "9:16": (4.5, 8.0)}


def run_of(name: str) -> Trajectory:
    """A noisy descent."""
    schedule = SCHEDULES[name].make(0.4, STEPS)
    noise = noisy(BOWL, 4.0, 1)
    return descend(BOWL, gradient_descent(), schedule, (13.0,), STEPS, gradient=noise)


def lanes_of(setter: Typesetter, shape: str, *names: str) -> list[Lane]:
    """Lanes for these schedules in a frame of this shape."""
    layout = Layout.of(*SHAPES[shape], chip=False)
    sized = Typesetter(setter.theme, setter.font, layout.unit, layout.least)
    return lanes(
        sized,
        layout,
        [run_of(name) for name in names],
        [SCHEDULES[name].make(0.4, STEPS) for name in names],
        titles=names,
        endings=["±1.50 jitters on"] * len(names),
        roles=["minimum"] * len(names),
        step="step",
        rate="learning rate" if shape != "9:16" else "rate",
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_lanes_keep_to_the_body_and_apart(
    setter: Typesetter, ink: Callable[[VMobject], Box], shape: str, count: int
) -> None:
    """Whatever the frame, nothing leaves the body, and no two lanes or groups of one touch."""
    made = lanes_of(setter, shape, *("warmup-cosine", "constant", "step", "one-cycle")[:count])
    body = Layout.of(*SHAPES[shape], chip=False).body
    boxes = []
    for lane in made:
        lane.rate(1.0).show(STEPS).finish(1.0)
        boxes.append(ink(lane.still))
        for part in (lane.still, lane.moving, lane.end):
            filled = ink(part)
            assert body.left - 0.15 < filled.left
            assert filled.right < body.right + 0.15
            assert body.bottom - 0.05 < filled.bottom
            assert filled.top < body.top + 0.05
        assert ink(lane.rates.still).right < ink(lane.points.still).left or (
            ink(lane.rates.still).bottom > ink(lane.points.still).top
        )
    for one, other in pairwise(boxes):
        assert one.right < other.left or one.bottom > other.top


def test_rate_and_point_stand_above_one_another(setter: Typesetter) -> None:
    """The two charts have one axis across: the marks of the same step are equally far to the right."""
    [lane, _] = lanes_of(setter, "16:9", "cosine", "constant")
    for progress in (0.0, 7.0, 12.5, 30.0):
        lane.rate(1.0).show(progress)
        assert lane.curve.tip is not None
        assert lane.now.points[0, 0] == pytest.approx(lane.curve.tip[0])
    assert lane.rates.plot.left == pytest.approx(lane.points.plot.left)
    assert lane.rates.plot.right == pytest.approx(lane.points.plot.right)


def test_lanes_can_be_compared(setter: Typesetter) -> None:
    """All have the same axes, so that the same value is equally high."""
    made = lanes_of(setter, "16:9", "constant", "linear", "step")
    for lane in made:
        for chart, other in ((lane.rates, made[0].rates), (lane.points, made[0].points)):
            assert chart.axes.y == other.axes.y
            assert chart.plot.bottom == pytest.approx(other.plot.bottom)
            assert chart.plot.height == pytest.approx(other.plot.height)


def test_a_drop_of_the_rate_is_upright(setter: Typesetter) -> None:
    """Step decay falls within a small part of one step."""
    [lane] = lanes_of(setter, "16:9", "step")
    x, y = lane.rate_curve.x, lane.heights
    [first, *_] = np.flatnonzero(np.diff(y) < -0.1)
    assert x[first + 1] - x[first] == pytest.approx(1 / FINE)
    assert x[first + 1] == 10


def test_the_frame_about_the_last_points_is_as_high_as_the_jitter(
    setter: Typesetter, ink: Callable[[VMobject], Box]
) -> None:
    """The minimum plus and minus it, about the last fifth, with room for the marks; not seen at first."""
    for lane in lanes_of(setter, "16:9", "constant", "cosine"):
        assert lane.spread.opacity == 0
        frame, room = ink(lane.spread), 0.8 * lane.setter.unit
        off = jitter(lane.run)
        (left, bottom), (right, top) = lane.points.at([25, 30], [3 - off, 3 + off])
        assert (frame.left + room, frame.bottom + room) == pytest.approx((left, bottom))
        assert (frame.right - room, frame.top - room) == pytest.approx((right, top))
        assert lane.finish(1.0).spread.opacity == 1


def test_long_runs_have_no_beads(setter: Typesetter) -> None:
    """A mark a step would make one band of them."""
    [lane] = lanes_of(setter, "16:9", "constant")
    assert lane.curve.every == 1
    rates = SCHEDULES["constant"].make(0.4, 200)
    run = descend(BOWL, gradient_descent(), rates, (13.0,), 200)
    [long] = lanes(
        setter,
        Layout.of(*SHAPES["16:9"]),
        [run],
        [rates],
        titles=["constant"],
        endings=["settles"],
        roles=["gradient"],
        step="step",
        rate="rate",
    )
    assert long.curve.every == 0
