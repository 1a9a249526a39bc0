"""Where a gradient vanishes, to the nearest float, the same on every machine.

Floats alone would not do: the last bits of ``exp`` and its like differ from one processor to the next. So the
last stretch is worked out with 80 digits, in whole numbers, and rounded once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import mpmath  # type: ignore[import-untyped]  # it has neither annotations nor stubs

from lranim.function.steps import Exact, Program

_MP = mpmath.MPContext()
_MP.dps = 80  # a root of order three keeps a third of them
_LARGEST = 3000  # arguments beyond it would take numbers of millions of digits
_TINY = 1e-25  # of the place where it is looked for: less is 0
_LOST = (TypeError, ValueError, ZeroDivisionError, OverflowError)


def _bounded(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def bounded(x: Any) -> Any:
        if not abs(x) < _LARGEST:
            raise OverflowError
        return function(x)

    return bounded


def _positive(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def positive(x: Any) -> Any:
        if x < 0:
            raise ValueError
        return function(x)

    return positive


def _number(value: Exact) -> Any:
    if isinstance(value, Fraction):
        return _MP.mpf(value.numerator) / value.denominator
    return +(_MP.pi if value == "pi" else _MP.e)


def _power(base: Any, power: Any) -> Any:
    if base < 0:
        raise ValueError
    return base**power if base else base


_TABLE: Mapping[str, Callable[..., Any]] = {
    "number": _number,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "neg": lambda a: -a,
    "abs": abs,
    "sign": _MP.sign,
    "power": _power,
    "log": _positive(_MP.log),
    "sqrt": _positive(_MP.sqrt),
    **{name: _bounded(getattr(_MP, name)) for name in ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
}


def crossing(slope: Program, low: float, high: float) -> float | None:
    """Give where the slope of a function of one variable changes its sign, as a kink does too.

    Parameters
    ----------
    slope
        The function's derivative.
    low, high
        Where its signs differ.

    Returns
    -------
    float or None
        The nearest float, or None where 80 digits do not reach.

    Examples
    --------
    >>> from lranim.function.derive import derive
    >>> from lranim.function.parse import parse
    >>> crossing(derive(parse("(x - 1/3)**2"), ["x"]).gradient, 0.2, 0.5)
    0.3333333333333333
    """
    a, b = _MP.mpf(low), _MP.mpf(high)
    try:
        side = slope.run_with(_TABLE, [a])[0] > 0
        for _ in range(90):
            middle = (a + b) / 2
            (value,) = slope.run_with(_TABLE, [middle])
            if not value:
                return _rounded(middle, high - low)
            if (value > 0) == side:
                a = middle
            else:
                b = middle
    except _LOST:
        return None
    return _rounded((a + b) / 2, high - low)


def root(
    gradient: Program, hessian: Program, point: tuple[float, float], reach: float
) -> tuple[float, ...] | None:
    """Give where the gradient of a function of two variables vanishes, by Newton's steps.

    Parameters
    ----------
    gradient, hessian
        The function's derivatives.
    point
        A place near it.
    reach
        How far from it the root may be.

    Returns
    -------
    tuple or None
        The nearest floats, or None where no root is found.
    """
    a, b = (_MP.mpf(x) for x in point)
    try:
        for _ in range(150):
            p, q = gradient.run_with(_TABLE, [a, b])
            if not p and not q:
                break
            r, s, _same, t = hessian.run_with(_TABLE, [a, b])
            det = r * t - s * s
            da, db = (t * p - s * q) / det, (r * q - s * p) / det
            a, b = a - da, b - db
            if abs(a - point[0]) > reach or abs(b - point[1]) > reach:
                return None
            if abs(da) + abs(db) < _TINY * reach:
                break
    except _LOST:
        return None
    return _rounded(a, reach), _rounded(b, reach)


def _rounded(x: Any, scale: float) -> float:
    return 0.0 if abs(x) < 1e-15 * scale else float(x)
