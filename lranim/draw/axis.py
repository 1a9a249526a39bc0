"""The range of one axis, linear or logarithmic, and its ticks (no manim)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array
from lranim.draw.ticks import log_ticks, tick_words, ticks

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

    Raises
    ------
    ValueError
        When the range is empty, infinite, or reaches zero on a log axis.
    """

    low: float
    high: float
    label: str = ""
    log: bool = False
    ticks: tuple[tuple[float, str], ...] | None = None

    def __post_init__(self) -> None:
        """Check the range."""
        if not (np.isfinite(self.high - self.low) and self.low < self.high):
            raise ValueError(f"an axis from {self.low} to {self.high}")
        if self.log and self.low <= 0:
            raise ValueError(f"a log axis from {self.low}")

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
