"""What the numbers refuse, said once."""

from __future__ import annotations

import math
import operator


def whole(name: str, value: int, least: int = 1) -> int:
    """Give a whole number back as an int, whatever integer type it came in.

    Parameters
    ----------
    name
        What it is, for the message.
    value
        The number.
    least
        The smallest that will do.

    Raises
    ------
    ValueError
        When it is not a whole number, or below `least`. True and False are no numbers here.

    Examples
    --------
    >>> whole("steps", 29)
    29
    >>> whole("steps", 2.5)
    Traceback (most recent call last):
    ValueError: steps must be a whole number, 1 or more, got 2.5
    """
    try:
        count = operator.index(value)
    except TypeError:
        count = least - 1
    if count < least or isinstance(value, bool):
        raise ValueError(f"{name} must be a whole number, {least} or more, got {value!r}")
    return count


def finite(name: str, value: float, least: float = 0, *, above: bool = False) -> float:
    """Give a finite number back as a float.

    Parameters
    ----------
    name
        What it is, for the message.
    value
        The number.
    least
        The smallest that will do.
    above
        Whether `least` itself is too small.

    Raises
    ------
    ValueError
        When it is not finite, or too small.

    Examples
    --------
    >>> finite("learning rate", 0)
    0.0
    >>> finite("factor", 0, above=True)
    Traceback (most recent call last):
    ValueError: factor must be a finite number above 0, got 0
    """
    if not math.isfinite(value) or value < least or (above and value == least):
        room = f"number above {least:g}" if above else f"number, {least:g} or more"
        raise ValueError(f"{name} must be a finite {room}, got {value!r}")
    return float(value)


def below_one(name: str, value: float) -> float:
    """Give back a share that is kept at each step as a float: from 0 to below 1.

    Parameters
    ----------
    name
        What it is, for the message.
    value
        The number.

    Raises
    ------
    ValueError
        When it is not such a number.

    Examples
    --------
    >>> below_one("momentum", 0.9)
    0.9
    >>> below_one("momentum", 1)
    Traceback (most recent call last):
    ValueError: momentum must be a number from 0 to below 1, got 1
    """
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be a number from 0 to below 1, got {value!r}")
    return float(value)
