from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import fixed, gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Trajectory
from lranim.draw.board import Board, never_arrives
from lranim.draw.terms import Term


def run(name: str = "bowl", lr: float = 0.9, start: float | None = None, steps: int = 29) -> Trajectory:
    """Gradient descent on a curve."""
    cost = COSTS[name]
    return descend(cost, gradient_descent(), constant(lr), cost.start if start is None else (start,), steps)


@pytest.fixture
def board_of(staged: Callable[..., Any]) -> Callable[..., Any]:
    """Make a board in a scene of its own."""

    @contextmanager
    def make(trajectory: Trajectory, **options: Any) -> Iterator[Board]:
        with staged("learning-rate") as scene:
            scene.setup()
            x = trajectory.x[:, 0]
            yield Board(scene, trajectory, rule="a", lines=[(Term(x[:-1], "point"),)], **options)

    return make


@pytest.mark.parametrize(
    ("name", "lr"), [("bowl", 1.05), ("bowl", 3.0), ("bowl", 100.0), ("two-minima", 3.0)]
)
def test_a_view_follows_every_point_that_is_shown(board_of: Callable[..., Any], name: str, lr: float) -> None:
    """At rest at any point, the dot lies on the curve inside the plot's box, however far the run goes."""
    trajectory = run(name, lr)
    with board_of(trajectory) as board:
        box, views = board.box, board.views
        widths = [view.right - view.left for view in views]
        assert len(views) == board.run.steps + 1
        assert widths == sorted(widths)
        for k, view in enumerate(views):
            x = board.run.x[k, 0]
            assert view.left < x < view.right
            assert view.low - 1e-9 <= board.run.cost[k] <= view.high * 1.0001
        for k in range(board.run.steps):
            board.part(k, 0.0, 1.0, 0.5)
            assert board.plot.view == views[k + 1]
            dot = board.stage.dot.points.mean(axis=0)[:2]
            assert dot == pytest.approx(board.plot.on_curve(board.run.x[k + 1, 0]))
            assert box.left <= dot[0] <= box.right
            assert box.bottom <= dot[1] <= box.top + 0.01
        assert bool(len(board.picture.note.points)) == (widths[-1] > 1.01 * widths[0])


@pytest.mark.parametrize(
    ("trajectory", "expected"),
    [
        (run(lr=0.3), False),
        (run(lr=0.01), False),
        (run(lr=1.0), True),
        (run(lr=1.05), True),
        (descend(COSTS["bowl"], fixed(1.5), constant(1), (13.0,), 13), True),
    ],
)
def test_never_is_said_only_of_runs_that_never_arrive(trajectory: Trajectory, expected: bool) -> None:
    """One that only needs more steps is not one of them."""
    assert never_arrives(trajectory) is expected


@pytest.mark.parametrize(
    ("start", "stride", "crossing"), [(13.0, 1.5, 6), (13.0, 5.0, None), (-7.0, 4.0, 2), (3.0, 1.0, None)]
)
def test_the_step_that_jumps_over(
    board_of: Callable[..., Any], start: float, stride: float, crossing: int | None
) -> None:
    """It is the first one that lands on the other side; none does where a step ends at the minimum."""
    trajectory = descend(COSTS["bowl"], fixed(stride), constant(1), (start,), 13)
    with board_of(trajectory) as board:
        assert board.crossing == crossing


def test_the_magnified_view(board_of: Callable[..., Any]) -> None:
    """It lies in the empty middle of the plot, shows the same run, and measures the nearest approach."""
    trajectory = descend(COSTS["bowl"], fixed(1.5), constant(1), (13.0,), 13)
    with board_of(trajectory, ruler=True) as board:
        board.walk(0, 13, 0.4)
        board.magnify(1.5)
        lens, box = board.lens, board.box
        assert box.left < lens.plot.box.left < lens.plot.box.right < box.right
        assert box.bottom < lens.plot.box.bottom < lens.plot.box.top < box.top
        for x in (4.0, 2.5):
            assert lens.plot.view.left < x < lens.plot.view.right
        dot = lens.stage.dot.points.mean(axis=0)[:2]
        assert dot == pytest.approx(lens.plot.on_curve(trajectory.x[13, 0]))
        family = set(map(id, board.scene.get_mobject_family_members()))
        board.measure()
        bar = next(m for m in board.scene.get_mobject_family_members() if id(m) not in family)
        ends = bar.points[:4, 0]
        width = 0.5 / (lens.plot.view.right - lens.plot.view.left) * lens.plot.box.width
        assert np.ptp(ends) == pytest.approx(width)


def test_walking_takes_its_time_and_ends_where_it_should(board_of: Callable[..., Any]) -> None:
    """So many seconds a step, no step left out; steps too short to see are counted faster."""
    with board_of(run(lr=0.9)) as board:
        began = board.scene.time
        board.walk(0, 4, 0.5)
        assert board.scene.time - began == pytest.approx(2.0)
        assert board.done == 4.0
        board.walk(4, 99, 0.1)
        assert board.done == 29.0
    with board_of(run(lr=0.3)) as board:
        began = board.scene.time
        board.walk(0, 29, 1.0)
        assert 9 < board.scene.time - began < 20
        board.end()
        assert board.panel.ending == "not_in"
