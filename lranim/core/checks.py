"""What the numbers refuse, and how a chosen one is rounded: said once."""

from __future__ import annotations

import math
import operator


def whole(name: str, value: int, least: int = 1) -> int:
    """Give a whole number back as an int, whatever integer type it came in; True and False are none."""
    try:
        count = operator.index(value)
    except TypeError:
        count = least - 1
    if count < least or isinstance(value, bool):
        raise ValueError(f"{name} must be a whole number, {least} or more, got {value!r}")
    return count


def finite(name: str, value: float, least: float = 0, *, above: bool = False) -> float:
    """Give a finite number back as a float: `least` or more, or, with `above`, more than that."""
    if not math.isfinite(value) or value < least or (above and value == least):
        room = f"number above {least:g}" if above else f"number, {least:g} or more"
        raise ValueError(f"{name} must be a finite {room}, got {value!r}")
    return float(value)


def below_one(name: str, value: float) -> float:
    """Give a share back as a float: from 0 to below 1."""
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be a number from 0 to below 1, got {value!r}")
    return float(value)


def rounded(value: float, digits: int = 2) -> float:
    """Round to so many significant digits, as a person would type it: 0.02347 to 0.023."""
    return float(f"{value:.{digits}g}")
