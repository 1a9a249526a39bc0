"""Ranges of axes, and the round numbers at their ticks."""

from __future__ import annotations

import numpy as np
import pytest

from lranim.draw.chart.chart import Axis, log_ticks, tick_words, ticks

RANGES = [(-7, 13), (0, 1), (-0.003, 0.002), (1e5, 9e5), (2.0, 2.5), (-6, 1e12), (-9, -2), (1e-300, 3e-300)]


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


@pytest.mark.parametrize("at_most", [1, 2, 3, 4, 5])
def test_ticks_are_few_and_round(at_most: int) -> None:
    """Evenly spaced by 1, 2 or 5 times a power of ten, inside the range, multiples of their distance."""
    for low, high in RANGES:
        found = ticks(low, high, at_most)
        assert (2 if at_most > 2 else 0) <= len(found) <= at_most + 1
        slack = 1e-9 * (high - low)
        assert all(low - slack <= value <= high + slack for value in found)
        if len(found) > 1:
            step = found[1] - found[0]
            assert round(step / 10 ** np.floor(np.log10(step * 1.0001)), 6) in (1, 2, 5)
            assert np.allclose(found / step, np.round(found / step), atol=1e-6)
        assert not np.signbit(found[found == 0]).any()
    for low in 10.0 ** np.linspace(-8, 5, 27):
        for decades in (0.05, 0.3, 1.0, 1.7, 4.2, 11.0):
            high = low * 10**decades
            found = log_ticks(low, high, at_most)
            assert len(found) <= at_most + 1
            assert all(low * (1 - 1e-9) <= value <= high * (1 + 1e-9) for value in found)
            assert (np.diff(found) > 0).all()


@pytest.mark.parametrize(
    ("low", "high", "at_most", "log", "expected"),
    [
        (0, 1, 5, False, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 29, 5, False, [0, 10, 20]),
        (-1e308, 1e308, 2, False, [-1e308, 0, 1e308]),
        (3, 3, 4, False, [3]),
        (-9, -2, 3, False, [-8, -6, -4, -2]),
        (1e-4, 1.0, 4, True, [1e-4, 1e-3, 1e-2, 1e-1, 1]),
        (5e-6, 3.0, 3, True, [1e-4, 1e-2, 1]),
        (1e-9, 1e3, 4, True, [1e-9, 1e-6, 1e-3, 1, 1e3]),
        (0.05, 2, 5, True, [0.1, 1]),
        (0.3, 6, 5, True, [0.5, 1, 2, 5]),
        (21, 29, 4, True, [22, 24, 26, 28]),
        (1e-300, 1e300, 2, True, [1e-300, 1, 1e300]),
    ],
)
def test_ticks_by_hand(low: float, high: float, at_most: int, log: bool, expected: list[float]) -> None:
    """What one would write oneself; the ends count, and a range of nothing has one tick.

    On a log axis powers of ten evenly many decades apart; 1-2-5 where there is one or none; else plain ticks.
    """
    assert (log_ticks if log else ticks)(low, high, at_most).tolist() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("values", "log", "expected"),
    [
        ([-0.2, 0, 0.2], False, ["−0.2", "0", "0.2"]),
        ([123450, 123460], False, ["123450", "123460"]),
        ([0, 2e6], False, ["0", "2×10⁶"]),
        ([1e9, 1e9 + 1], False, ["1×10⁹", "1.000000001×10⁹"]),
        ([1e-3, 1e-1, 10], True, ["10⁻³", "10⁻¹", "10"]),
        ([1, 10, 100], True, ["1", "10", "10²"]),
        ([0.5, 1, 2], True, ["0.5", "1", "2"]),
        ([5.0], False, ["5"]),
        ([], False, []),
    ],
)
def test_words_of_ticks(values: list[float], log: bool, expected: list[str]) -> None:
    """Short, told apart, with powers of ten on a log axis when they are all that is there."""
    assert tick_words(np.array(values, dtype=float), log=log) == expected
