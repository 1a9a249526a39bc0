"""Numbers that a person would choose: few digits, in steps of 1, 2 or 5."""

from __future__ import annotations

import math
from fractions import Fraction

_LADDER = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
_SLACK = 1e-9


def _ten(exponent: int) -> Fraction:
    return Fraction(10) ** exponent


def step(size: float) -> Fraction:
    """Give the largest of 1, 2, 5, 10, … that is no larger than a size.

    Examples
    --------
    >>> float(step(0.3)), float(step(7))
    (0.2, 5.0)
    """
    exponent = math.floor(math.log10(size) + _SLACK)
    share = Fraction(size) / _ten(exponent) * (1 + Fraction(_SLACK))
    return max(Fraction(k) for k in (1, 2, 5) if k == 1 or k <= share) * _ten(exponent)


def down(x: float, step: Fraction) -> float:
    """Give the last multiple of a step that is no larger than x.

    Examples
    --------
    >>> down(-0.31, Fraction(1, 10))
    -0.4
    """
    return float(math.floor(Fraction(x) / step + Fraction(_SLACK)) * step)


def up(x: float, step: Fraction) -> float:
    """Give the first multiple of a step that is no smaller than x.

    Examples
    --------
    >>> up(0.31, Fraction(1, 10))
    0.4
    """
    return float(math.ceil(Fraction(x) / step - Fraction(_SLACK)) * step)


def near(x: float, step: Fraction) -> float:
    """Give the multiple of a step that is nearest to x.

    Examples
    --------
    >>> near(0.31, Fraction(1, 10))
    0.3
    """
    return float(round(Fraction(x) / step + Fraction(_SLACK)) * step)


def rates(low: float, high: float) -> list[float]:
    """Give the round learning rates between two, ascending: 1, 1.5, 2, 2.5, 3, 4, 5, 6 and 8 times tens.

    Examples
    --------
    >>> rates(0.25, 0.6)
    [0.25, 0.3, 0.4, 0.5, 0.6]
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    steps = [float(Fraction(k) * _ten(exponent)) for exponent in range(first, last + 1) for k in _LADDER]
    return [rate for rate in steps if low * (1 - _SLACK) <= rate <= high * (1 + _SLACK)]
