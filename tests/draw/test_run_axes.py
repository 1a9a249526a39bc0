from __future__ import annotations

import numpy as np
import pytest

from lranim.draw.run_axes import loss_axis, step_axis
from lranim.logs.log import Series, series


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
