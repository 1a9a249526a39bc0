"""Where functions change their sign and gradients vanish: in floats for many places, with 80 digits for one.

Floats alone would not do: the last bits of ``exp`` and its like differ from one processor to the next. So the
last stretch is worked out with 80 digits, in whole numbers, and rounded once: the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array
from lranim.function.program import LOST, Derived, exact

_TINY = 1e-25  # of the place where it is looked for: less is 0

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


def crossing(derived: Derived, low: float, high: float) -> float | None:
    """Give where the slope of a function of one variable changes its sign, as a kink does too.

    Its signs differ at `low` and `high`. It is the nearest float, or None where 80 digits do not reach.

    Examples
    --------
    >>> from lranim.function.formula import parse
    >>> from lranim.function.program import derive
    >>> crossing(derive(parse("(x - 1/3)**2"), ["x"]), 0.2, 0.5)
    0.3333333333333333
    """
    slope = derived.gradient.program
    a, b = exact(low), exact(high)
    try:
        side = slope.run([a], exactly=True)[0] > 0
        for _ in range(90):
            middle = (a + b) / 2
            (value,) = slope.run([middle], exactly=True)
            if not value:
                return _rounded(middle, high - low)
            a, b = (middle, b) if (value > 0) == side else (a, middle)
    except LOST:
        return None
    return _rounded((a + b) / 2, high - low)


def root(derived: Derived, point: tuple[float, float], reach: float) -> tuple[float, ...] | None:
    """Give where the gradient of a function of two variables vanishes, by Newton's steps.

    It is looked for so far about a point; they are the nearest floats, or None where no root is found.
    """
    a, b = (exact(x) for x in point)
    try:
        for _ in range(150):
            p, q = derived.gradient.program.run([a, b], exactly=True)
            if not p and not q:
                break
            r, s, _same, t = derived.hessian.program.run([a, b], exactly=True)
            det = r * t - s * s
            da, db = (t * p - s * q) / det, (r * q - s * p) / det
            a, b = a - da, b - db
            if abs(a - point[0]) > reach or abs(b - point[1]) > reach:
                return None
            if abs(da) + abs(db) < _TINY * reach:
                break
    except LOST:
        return None
    return _rounded(a, reach), _rounded(b, reach)


def _rounded(x: Any, scale: float) -> float:
    return 0.0 if abs(x) < 1e-15 * scale else float(x)
