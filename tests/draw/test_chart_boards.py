"""Trainings beside the curve they fit, epoch by epoch, and the axes of logs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import pytest

from lranim.core.training import Training
from lranim.draw.boards.logs import loss_axis, step_axis
from lranim.draw.boards.training import TrainingBoard, warped
from lranim.logs.log import Series, series
from lranim.scenes.train_valid import Params, trainings


@pytest.fixture(scope="module")
def runs() -> list[Training]:
    """A training that fails, one that underfits, one that overfits."""
    return trainings(Params())


@pytest.fixture
def scene(staged: Callable[..., AbstractContextManager[Any]]) -> Iterator[Any]:
    """A scene in which nothing is drawn yet."""
    with staged("train-valid") as made:
        made.setup()
        yield made


def fitted(board: TrainingBoard) -> Any:
    """The fitted curve as it is drawn, in the frame ``(POINTS, 2)``."""
    return board.fit.places


def test_at_rest_it_shows_the_epoch_exactly(scene: Any, runs: list[Training]) -> None:
    """Both losses end, and the curve is, where the numbers are, at odd epochs too."""
    run = runs[2]
    board = TrainingBoard(scene, run, 500)
    board._appear(1.0)
    for epoch in (0, 1, 7, 59, 60, 499, 500):
        board.show(epoch)
        for curve, losses in zip(board.whole, (run.train, run.validation), strict=True):
            assert curve.tip == pytest.approx(board.losses.at(warped(epoch), losses[epoch]))
        assert fitted(board) == pytest.approx(board.fits.at(board.grid, board.said[epoch]))
        assert board.at.number.shown == f"{epoch}"


def test_a_curve_thrown_from_side_to_side_does_not_flicker(scene: Any, runs: list[Training]) -> None:
    """At full speed it is drawn on the side of the even epochs alone, and never as a fit half way between."""
    board = TrainingBoard(scene, runs[0], 500)
    sides = np.sign(board.said[100:160].mean(axis=1))
    assert (sides[1:] != sides[:-1]).all()
    heights = []
    for epoch in np.linspace(100.01, 159.99, 301):
        board.show(float(epoch))
        heights.append(float(np.mean(fitted(board)[:, 1])))
    assert (np.diff(heights) < 0).all() or (np.diff(heights) > 0).all()


def test_it_goes_back_to_the_best_epoch(scene: Any, runs: list[Training]) -> None:
    """The bright losses end there, the whole ones stay behind them, and both curves are told apart."""
    run = runs[2]
    board = TrainingBoard(scene, run, 500)
    board.train(0.2)
    board.mark("best: epoch 106")
    board.go_back(0.2)
    for kept, whole, losses in zip(board.kept, board.whole, (run.train, run.validation), strict=True):
        assert kept.tip == pytest.approx(board.losses.at(warped(106), losses[106]))
        assert whole.tip == pytest.approx(board.losses.at(warped(500), losses[500]))
        assert kept.line.opacity == 1.0
        assert 0.2 < whole.line.opacity < 0.6
    assert board.at.number.shown == "106"
    assert board.was.words == "epoch 500"
    assert fitted(board) == pytest.approx(board.fits.at(board.grid, board.said[106]))
    assert board.left_behind.places == pytest.approx(board.fits.at(board.grid, board.said[500]))


def test_a_training_that_leaves_the_numbers_is_shown_as_far_as_it_went(scene: Any) -> None:
    """Its losses break off; the length of the axis stays."""
    (run,) = trainings(Params(lr=10.0))
    assert run.epochs < 500
    board = TrainingBoard(scene, run, 500)
    board.train(0.2)
    assert 2 <= board.last_seen < 20
    assert board.losses.x.high == pytest.approx(warped(500))


def losses(*values: float) -> Series:
    """Losses at steps 1, 2, …."""
    return series(step=np.arange(1, len(values) + 1), value=values)


@pytest.mark.parametrize("size", [1e-4, 1.0, 1e5])
def test_the_axis_of_losses_holds_their_level(size: float) -> None:
    """From 0 where that is near; a log one where they fall by orders of magnitude."""
    axis = loss_axis("loss", losses(3 * size, 2 * size, size), losses(3.5 * size, 2.5 * size))
    assert (axis.log, axis.low) == (False, 0.0)
    assert 3.5 * size < axis.high < 5 * size
    deep = loss_axis("loss", losses(3 * size, 0.3 * size, 0.003 * size))
    assert deep.log
    assert 0 < deep.low < 0.003 * size < 3 * size < deep.high


def test_flat_and_negative_losses_have_an_axis() -> None:
    """A flat one lies on an axis from 0, where its noise is small."""
    flat = loss_axis("loss", losses(2.3, 2.31, 2.29, 2.3))
    assert flat.low == 0.0
    assert loss_axis("loss", losses(2.0, 2.0)).low < 2 < loss_axis("loss", losses(2.0, 2.0)).high
    assert loss_axis("loss", losses(-1.0, -3.0)).low < -3
    assert loss_axis("loss", losses(0.0, 0.0)).high > 0


def test_what_explodes_leaves_the_chart() -> None:
    """A loss of 1e30 does not press the others flat."""
    axis = loss_axis("loss", losses(2.0, 1.0, 0.5, 1e4, 1e30, float("nan"), float("inf")))
    assert axis.high < 1e4


def test_the_axis_of_steps() -> None:
    """It begins at 0 where the first step is near, and writes long ones as the words do."""
    assert step_axis("step", losses(1, 2), losses(*range(30))).low < 0
    far = series(step=[5000, 6000], value=[1, 2])
    assert 4900 < step_axis("step", far).low < 5000
    long = step_axis("step", series(step=[1000, 1_000_000], value=[1, 2]))
    assert [words for _, words in long.marks(4)] == ["0", "500,000", "1,000,000"]
    assert step_axis("step", series(step=[7], value=[1])).high == 8
