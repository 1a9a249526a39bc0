"""The range of one axis, linear or logarithmic, and the values that it names (no manim)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array
from lranim.look.text import power_of_ten, short

Marks = list[tuple[float, str]]
"""Ticks of an axis: values, and what is written there."""

BEFORE = 0.025
"""Share of its length by which an axis may begin earlier, so that a mark at its start is off the numbers."""


@dataclass(frozen=True)
class Axis:
    """The range of an axis and its name.

    Parameters
    ----------
    low, high
        The values at its ends.
    label
        Its name, in the scene's language; tags colour it.
    log
        Whether equal factors are equally far apart.
    ticks
        Values and what is written there, where round numbers will not do.
    """

    low: float
    high: float
    label: str = ""
    log: bool = False
    ticks: tuple[tuple[float, str], ...] | None = None

    @classmethod
    def around(
        cls,
        *values: npt.ArrayLike,
        label: str = "",
        log: bool = False,
        zero: bool = False,
        room: float = 0.06,
    ) -> Self:
        """An axis that holds all of the values that can be shown, and this share of its length as room.

        With `zero` it reaches zero, with no room beyond. Equal values, or none, get a range all the same.

        Examples
        --------
        >>> Axis.around([1.0, 3.0, float("inf")], room=0.5), Axis.around([2.0], zero=True, room=0.0)
        (Axis(low=0.0, high=4.0, ...), Axis(low=0.0, high=2.0, ...))
        """
        known = np.concatenate([np.zeros(0), *(np.ravel(np.asarray(v, dtype=float)) for v in values)])
        known = known[np.isfinite(known) & ((known > 0) | (not log))]
        if log:
            known = np.log10(known)
        elif zero:
            known = np.append(known, 0.0)
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
        if low == high:
            half = 0.5 if log else max(abs(low), 1.0) / 2
            low, high = low - half, high + half
        pad = (high - low) * room
        ends = low - pad * (not zero or low < 0), high + pad * (not zero or high > 0)
        if log:
            ends = 10.0 ** (low - pad), 10.0 ** (high + pad)
        return cls(*ends, label, log)

    def share(self, values: npt.ArrayLike) -> Array:
        """Where values lie on the axis, 0 at its low end and 1 at its high one; NaN where they cannot lie."""
        places, ends = np.asarray(values, dtype=float), np.array([self.low, self.high])
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                places, ends = np.log10(places), np.log10(ends)
        with np.errstate(over="ignore"):
            return np.asarray((places - ends[0]) / (ends[1] - ends[0]))

    def marks(self, at_most: int) -> Marks:
        """Ticks that are given, or round ones in at most so many steps."""
        if self.ticks is not None:
            return list(self.ticks)
        values = (log_ticks if self.log else ticks)(self.low, self.high, at_most)
        return list(zip(values.tolist(), tick_words(values, log=self.log), strict=True))


STEPS = ((0.5, 1), (1, 2), (2, 5), (5, 10))
"""Round distances of ticks within a power of ten, each after the next finer one."""


def ticks(low: float, high: float, at_most: int) -> Array:
    """Round numbers from `low` to `high`, 1, 2 or 5 times a power of ten apart, in at most so many steps.

    Examples
    --------
    >>> ticks(-7, 13, 5)
    array([-5.,  0.,  5., 10.])
    """
    rough = high / at_most - low / at_most
    if not rough > 0:
        return np.array([low])
    power = 10.0 ** np.floor(np.log10(rough))
    finer, step = next((a * power, b * power) for a, b in STEPS if b * power >= rough * (1 - 1e-9))
    found = _multiples(step, low, high)
    # A single number says little of a scale.
    more = _multiples(finer, low, high) if len(found) < 2 else found
    return more if len(more) <= at_most + 1 else found


def _multiples(step: float, low: float, high: float) -> Array:
    return np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1) * step + 0.0


def log_ticks(low: float, high: float, at_most: int) -> Array:
    """Round numbers from `low` to `high` for a log axis, in at most so many steps.

    Powers of ten, so many decades apart that they are few enough; 1, 2 and 5 times them where the range
    holds only one power; and evenly spaced numbers in a range too short for two of those.

    Examples
    --------
    >>> [log_ticks(*ends, 5).tolist() for ends in ((1e-3, 2.0), (0.3, 6.0), (21.0, 29.0))]
    [[0.001, 0.01, 0.1, 1.0], [0.5, 1.0, 2.0, 5.0], [22.0, 24.0, 26.0, 28.0]]
    """
    first, last = np.ceil(np.log10(low) - 1e-9), np.floor(np.log10(high) + 1e-9)
    if last > first:
        stride = max(1.0, np.ceil((last - first) / at_most))
        exponents = np.arange(np.ceil(first / stride), np.floor(last / stride) + 1) * stride
        return np.array([float(f"1e{int(k)}") for k in exponents])
    decades = np.arange(first - 1, last + 2)
    found = np.array([float(f"{m}e{int(k)}") for k in decades for m in (1, 2, 5)])
    found = found[(found >= low * (1 - 1e-9)) & (found <= high * (1 + 1e-9))]
    while len(found) > at_most + 1:
        found = found[::2]
    return found if len(found) > 1 else ticks(low, high, at_most)


def between(low: float, high: float) -> Array:
    """The 2 to 9 times powers of ten inside `low` to `high`: what shows that an axis is a log one."""
    decades = np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)))
    found = np.outer(10.0**decades, np.arange(2, 10)).ravel()
    return found[(found > low) & (found < high)]


def tick_words(values: Array, *, log: bool = False) -> list[str]:
    """How ticks are written: with digits enough to tell them apart, and powers of ten on a log axis.

    Examples
    --------
    >>> tick_words(np.array([0.0, 0.5, 1.0])), tick_words(np.array([10000.2, 10000.4]))
    (['0', '0.5', '1'], ['10000.2', '10000.4'])
    >>> tick_words(np.array([0.001, 0.01, 0.1, 1.0, 10.0, 100.0]), log=True)
    ['10⁻³', '10⁻²', '10⁻¹', '1', '10', '10²']
    """
    values = np.asarray(values, dtype=float)
    if log:
        exponents = np.round(np.log10(values)).astype(int)
        if np.allclose(values, 10.0**exponents, rtol=1e-9):
            # 10⁰ and 10¹ are harder to read than what they stand for.
            return [{0: "1", 1: "10"}.get(k) or power_of_ten(k) for k in exponents.tolist()]
    if len(values) < 2:
        return [short(float(value)) for value in values]
    largest, step = float(np.abs(values).max()), float(np.diff(values).min())
    digits = int(np.floor(np.log10(largest)) - np.floor(np.log10(step))) + 1
    return [short(float(value), min(max(digits, 4), 15)) for value in values]
