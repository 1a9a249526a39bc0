"""Closing in on changes of sign, and telling zeros and turns from poles. Derived here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array

EARLY, LATE = 40, 60
"""Halvings after which a continuous function hardly changes, and after which it does not."""


def bisect(function: Callable[[Array], Array], low: Array, high: Array, count: int) -> Array:
    """Halve brackets of a change of sign so many times, and give their middles.

    Examples
    --------
    >>> bisect(lambda x: x - 0.3, np.array([0.0]), np.array([1.0]), EARLY).round(9)
    array([0.3])
    """
    low, high = low.copy(), high.copy()
    side: npt.NDArray[np.bool_] = function(low) >= 0
    for _ in range(count):
        middle = (low + high) / 2
        same = (function(middle) >= 0) == side
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.asarray((low + high) / 2)


def settled(start: Array, early: Array, late: Array) -> npt.NDArray[np.bool_]:
    """Whether a function's value no longer changes as a place is closed in upon: at a pole it never ends."""
    with np.errstate(all="ignore"):
        change = np.abs(late - early)
        return np.isfinite(late) & (change <= 1e-3 * np.abs(early - start) + 1e-12 * np.abs(late) + 1e-300)


def blown_up(low: Array, high: Array, middle: Array) -> npt.NDArray[np.bool_]:
    """Whether what changes its sign between two values is larger there than at both: a pole, and no zero."""
    with np.errstate(over="ignore"):
        return ~(np.abs(middle) <= 10 * np.maximum(np.abs(low), np.abs(high)))
