from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from manim import VMobject

from lranim.core.costs import COSTS, bowl_of
from lranim.core.descend import descend
from lranim.core.rules import slope
from lranim.core.schedules import constant
from lranim.core.types import Trajectory
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.plot import view_of
from lranim.draw.small_board import SmallBoard, common_view, small_boards

BODY = Box(-6.5, -3.0, 6.5, 2.6)
ENDINGS = ("settles", "lands at once", "bounces for ever", "too large: diverges")


def run_of(curvature: float, steps: int = 8, start: float = 13.0) -> Trajectory:
    """The slope alone on a bowl."""
    return descend(bowl_of(curvature), slope(), constant(1.0), (start,), steps)


RUNS = [run_of(k) for k in (0.5, 1.0, 2.0, 2.2)]


@pytest.fixture
def boards(setter: Typesetter) -> list[SmallBoard]:
    """Four boards beside one another."""
    titles = [f"curvature <cost>{k}</cost>" for k in (0.5, 1, 2, 2.2)]
    return small_boards(setter, BODY.grid(4, gap=0.2, aspect=0.55), RUNS, titles, ENDINGS, reading=True)


def test_a_common_view_holds_starts_and_curves() -> None:
    """Every start, the first jump of the steepest curve, and all curves over its whole width."""
    view = common_view(RUNS)
    assert view.left < -9 < 13 < view.right
    edge = max(float(run.cost_function.value(np.array([view.right]))) for run in RUNS)
    assert view.low == 0
    assert edge < view.high < 1.2 * edge
    # It does not follow what explodes, and of one calm run it is the domain's view.
    assert view.right < 17.4
    calm = common_view([RUNS[0]])
    whole = view_of(RUNS[0].cost_function, -7.8, 13.8)
    assert (calm.left, calm.right, calm.high) == pytest.approx((whole.left, whole.right, whole.high))


@pytest.mark.parametrize("progress", [0.0, 0.2, 1.0, 1.7, 2.0, 2.5, 8.0, 99.0])
def test_all_of_it_stays_in_its_box(
    boards: list[SmallBoard], ink: Callable[[VMobject], Box], progress: float
) -> None:
    """Whatever the moment, and with a run that leaves, nothing reaches into the neighbour's box."""
    for board in boards:
        board.show(progress).verdict(1.0)
        for part in (board.still, board.moving, board.chip):
            filled = ink(part)
            assert board.box.left - 0.01 <= filled.left
            assert filled.right <= board.box.right + 0.01
            assert board.box.bottom - 0.01 <= filled.bottom
            assert filled.top <= board.box.top + 0.01


def test_parts_are_on_one_level(boards: list[SmallBoard], ink: Callable[[VMobject], Box]) -> None:
    """Plots, titles and verdicts of all boards are equally high and large."""
    for part in ("plot", "chip"):
        boxes = [getattr(board, part).box for board in boards]
        assert len({(round(box.bottom, 9), round(box.height, 9), round(box.width, 9)) for box in boxes}) == 1
    assert len({round(board.chip.words.em, 9) for board in boards}) == 1


def test_the_dot_is_on_the_runs_point(boards: list[SmallBoard]) -> None:
    """After k steps each board shows its own run's point, and its value below."""
    for board in boards[:3]:
        for k in (0, 1, 5):
            board.show(float(k))
            centre = board.stage.dot.points[:, :2].mean(axis=0)
            assert np.allclose(centre, board.plot.on_curve(board.run.x[k, 0]), atol=1e-3)
            assert board.reading is not None
            assert board.reading.shown == f"a = {board.run.x[k, 0]:.2f}".replace("-", "−")


def test_a_run_that_leaves_ends_in_an_arrow_head(boards: list[SmallBoard]) -> None:
    """From −9 the steepest run jumps out at the top: no dot is left, but a head at the edge."""
    *calm, wild = boards
    assert not len(wild.show(1.2).leaving.points)
    wild.show(8.0)
    assert not len(wild.stage.dot.points)
    tip = wild.leaving.points[:, 1].max()
    assert tip == pytest.approx(wild.plot.box.top, abs=0.06)
    assert wild.reading is not None
    assert wild.reading.shown == "a = 46.00"
    for board in calm:
        assert not len(board.show(8.0).leaving.points)


def test_a_verdict_fades_in(boards: list[SmallBoard]) -> None:
    """Nothing of it is seen at first."""
    [board, *_] = boards
    assert board.chip.frame.opacity == 0
    assert board.verdict(1.0).chip.frame.opacity == 1


@pytest.mark.parametrize("detailed", [True, False])
def test_a_tangent_only_where_it_is_told_slowly(boards: list[SmallBoard], detailed: bool) -> None:
    """A quick row of steps shows arrows alone."""
    stage = boards[0].show(0.2, detailed=detailed).stage
    assert len(stage.shaft.points)
    assert bool(len(stage.tangent.points)) == detailed


@pytest.mark.parametrize(
    "options", [{"curvature": 100.0, "steps": 500}, {"curvature": 2.2, "steps": 1}, {"curvature": 0.001}]
)
def test_extremes_are_drawn(
    setter: Typesetter, ink: Callable[[VMobject], Box], options: dict[str, Any]
) -> None:
    """A run without end, one of a step, and a curve that is flat: all that is drawn is finite and inside."""
    runs = [run_of(**options), RUNS[0]]
    made = small_boards(setter, BODY.columns(1, 1, gap=0.2), runs, ["one", "two"], ENDINGS[:2], reading=True)
    for progress in np.linspace(0, 12, 25):
        moving = made[0].show(float(progress)).moving
        assert all(np.isfinite(part.points).all() for part in moving.get_family())
        assert ink(moving).right <= made[0].box.right + 0.01


def test_a_view_can_be_given(setter: Typesetter) -> None:
    """Boards show what they are told to."""
    view = view_of(COSTS["bowl"], 0, 6)
    [board] = small_boards(setter, [BODY], [RUNS[2]], ["x"], ["y"], view)
    assert board.plot.view == view
    assert board.reading is None
