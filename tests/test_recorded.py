"""What scenes need of a training's log: its series, and the range test in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lranim.core.range_test import smooth
from lranim.core.types import Array
from lranim.logs import Log, read_log
from lranim.options.data import GROUPS, RATES, check_has, rates_of, recorded_test

LR = np.geomspace(1e-6, 1, 60)
LOSS = 2.3 - 1.5 / (1 + (2e-3 / LR) ** 1.5) + (LR / 0.1) ** 2


def made(path: Path, lr: Array, loss: Array) -> Log:
    """A log of these rates and losses."""
    rows = "".join(
        f"{k + 1},{a!r},{b!r}\n" for k, (a, b) in enumerate(zip(lr.tolist(), loss.tolist(), strict=True))
    )
    path.write_text("step,lr,loss\n" + rows)
    return read_log(path)


def test_a_series_that_never_has_a_finite_value_is_none(tmp_path: Path) -> None:
    """Its rows do not make a curve."""
    log = made(tmp_path / "a.csv", LR, np.full(60, np.nan))
    with pytest.raises(ValueError, match="has 0 values of train loss to draw, and two are a curve"):
        check_has(log, ("train_loss",))
    one = made(tmp_path / "b.csv", LR, np.where(LR < 2e-6, 1.0, np.nan)[:60])
    check_has(one, ("lr", "train_loss"))


def test_a_range_test_of_the_fewest_rates(tmp_path: Path) -> None:
    """Twenty rates will do, nineteen will not; rates of 0, as before a warm-up, do not count."""
    lr, loss = np.geomspace(1e-4, 1e-3, RATES), np.linspace(3, 1, RATES)
    assert len(recorded_test(made(tmp_path / "a.csv", lr, loss), 0.5).lr) == RATES
    with pytest.raises(ValueError, match="20 at least, and here 19 steps have both"):
        recorded_test(made(tmp_path / "b.csv", lr[1:], loss[1:]), 0.5)
    late = np.append(0.0, lr), np.append(3.0, loss)
    assert recorded_test(made(tmp_path / "c.csv", *late), 0.5).lr[0] == lr[0]
    with pytest.raises(ValueError, match="20 at least, and here 19 steps have both"):
        recorded_test(made(tmp_path / "d.csv", np.append(0.0, lr[1:]), loss), 0.5)


@pytest.mark.parametrize(
    ("lr", "loss", "said"),
    [
        (
            np.append(LR[:40], LR[39:]),
            np.append(LOSS[:40], LOSS[39:]),
            "goes from 0.009249 to 0.009249 at step 41",
        ),
        (LR[::-1], LOSS, "goes from 1 to 0.7912 at step 2"),
        (np.linspace(1, 9.9, 60), LOSS, "tenfold at least, and here from 1 to 9.9"),
        (LR, np.append(LOSS[:-1], 0.0), "needs losses above 0, and the lowest is 0"),
        (LR, np.append(LOSS[:-1], -1.5), "needs losses above 0, and the lowest is -1.5"),
        (LR, np.append([1.0, 9.0], np.full(58, 1e9)), "the loss explodes at once"),
    ],
)
def test_what_is_no_range_test_is_refused(tmp_path: Path, lr: Array, loss: Array, said: str) -> None:
    """With the file, what a range test is, and where this is none."""
    with pytest.raises(ValueError, match=r"--log is .*run\.csv") as refused:
        recorded_test(made(tmp_path / "run.csv", lr, loss), 0.0)
    assert said in str(refused.value)


def test_the_lowest_loss_is_told_among_losses_that_are_no_numbers(tmp_path: Path) -> None:
    """A message does not say that the lowest is NaN."""
    loss = np.append(LOSS[:-2], [-1.0, np.nan])
    with pytest.raises(ValueError, match="the lowest is -1"):
        recorded_test(made(tmp_path / "run.csv", LR, loss), 0.0)


def test_a_long_range_test_is_cut_into_groups(tmp_path: Path) -> None:
    """Each has the geometric mean of its rates, the mean of its losses, and the last of its steps."""
    lr = np.geomspace(1e-6, 1, 10 * GROUPS)
    step, rates, losses = rates_of(made(tmp_path / "run.csv", lr, 3 - np.arange(lr.size) / lr.size))
    assert (len(step), step[0], step[-1]) == (GROUPS, 10, 10 * GROUPS)
    assert rates == pytest.approx(np.sqrt(lr[::10] * lr[9::10]), rel=1e-9)
    assert losses == pytest.approx(3 - (np.arange(0, lr.size, 10) + 4.5) / lr.size, rel=1e-12)
    whole = made(tmp_path / "whole.csv", LR, LOSS)
    smoothed = recorded_test(whole, 0.9).smoothed
    assert np.array_equal(smoothed, smooth(LOSS, 0.9)[: len(smoothed)])
