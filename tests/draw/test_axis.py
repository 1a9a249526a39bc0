from __future__ import annotations

import numpy as np
import pytest

from lranim.draw.axis import Axis


@pytest.mark.parametrize("ends", [(1, 1), (2, 1), (0, np.inf), (np.nan, 1), (-1e308, 1e308)])
def test_an_empty_or_endless_range_is_refused(ends: tuple[float, float]) -> None:
    """It would put everything in one place, or nothing anywhere."""
    with pytest.raises(ValueError, match="an axis from"):
        Axis(*ends)


def test_a_log_axis_does_not_reach_zero() -> None:
    """There is no room for it."""
    with pytest.raises(ValueError, match="a log axis from 0"):
        Axis(0, 1, log=True)


def test_shares() -> None:
    """Linear in the values or in their logarithms; zero lies infinitely far down a log axis, less nowhere."""
    assert Axis(-1, 3).share([-1, 0, 3, 5]).tolist() == [0, 0.25, 1, 1.5]
    log = Axis(0.01, 100, log=True).share([0.01, 1, 100, 1e4, 0, -1])
    assert log[:5].tolist() == pytest.approx([0, 0.5, 1, 1.5, -np.inf])
    assert np.isnan(log[5])


@pytest.mark.parametrize(
    ("values", "options", "expected"),
    [
        ([1, 3, np.inf, np.nan], {"room": 0.5}, (0, 4)),
        ([1, 3], {"room": 0.5, "zero": True}, (0, 4.5)),
        ([-3, -1], {"room": 0.5, "zero": True}, (-4.5, 0)),
        ([-1, 1], {"room": 0.5, "zero": True}, (-2, 2)),
        ([0.01, 1, -5, 0], {"room": 0.5, "log": True}, (1e-3, 10)),
        ([5, 5], {"room": 0.0}, (2.5, 7.5)),
        ([0, 0], {"room": 0.0, "zero": True}, (-0.5, 0.5)),
        ([], {"room": 0.0}, (-0.5, 0.5)),
        ([-1], {"room": 0.0, "log": True}, (10**-0.5, 10**0.5)),
    ],
)
def test_a_range_around_values(
    values: list[float], options: dict[str, float | bool], expected: tuple[float, float]
) -> None:
    """All that can be shown lies inside, with room, and equal values or none get a range all the same."""
    axis = Axis.around(values, **options)
    assert (axis.low, axis.high) == pytest.approx(expected)


def test_ticks_that_are_given_are_taken() -> None:
    """Whatever the room."""
    assert Axis(0, 7, ticks=((7, "end"),)).marks(5) == [(7, "end")]
    assert Axis(0, 1).marks(2) == [(0.0, "0"), (0.5, "0.5"), (1.0, "1")]
