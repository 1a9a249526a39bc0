from __future__ import annotations

import numpy as np
import pytest

from lranim.core.schedules import SCHEDULES, constant


def test_the_table_names_each_factory() -> None:
    """The only schedule so far is constant."""
    assert {"constant": constant} == SCHEDULES


def test_constant_is_the_same_at_every_step() -> None:
    """An int gives a plain float, an int array an array of its shape."""
    schedule = constant(0.3)
    assert schedule(0) == schedule(10**9) == 0.3
    assert type(schedule(5)) is float
    for shape in [(0,), (4,), (2, 3)]:
        rates = schedule(np.zeros(shape, dtype=int))
        assert rates.shape == shape
        assert rates.dtype == np.float64
        assert np.all(rates == 0.3)


def test_constant_may_be_zero() -> None:
    """A rate of zero is a rate: nothing moves."""
    assert constant(0)(7) == 0.0


@pytest.mark.parametrize("lr", [-1, float("nan"), float("inf")])
def test_constant_refuses_a_rate_that_is_none(lr: float) -> None:
    """A rate below 0, or not finite, is named in the error."""
    with pytest.raises(ValueError, match=rf"got {lr}"):
        constant(lr)
