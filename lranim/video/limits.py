"""How large a file may be: amounts as they are typed, and the limits of the places where clips go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from lranim.errors import InputError

UNITS = MappingProxyType({"kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12})

DESTINATIONS = MappingProxyType(
    {"github": 10 * 10**6, "gslides": 50 * 10**6, "wechat": 5 * 10**6, "mail": 2 * 10**6}
)
"""Most bytes of one file, by where it goes.

GitHub takes 10 MB in an issue or a comment, Google Slides pictures of 50 MB, WeChat 5 MB. A mail is refused
from 10 to 25 MB on, and its attachments grow by more than a third on the way (base64): with 2 MB a clip, the
strictest mailbox takes three of them, and most take seven.
"""

LEAST = 10_000
"""A limit below this (bytes) is taken for a slip of the pen: no clip is so small."""


def amount(text: str, units: Mapping[str, int]) -> float | None:
    """Read a number with one of some units; None where it is not one.

    Examples
    --------
    >>> amount("1.5MB", UNITS), amount("1.5 mb", UNITS), amount("much", UNITS)
    (1500000.0, 1500000.0, None)
    """
    known = {unit.lower(): factor for unit, factor in units.items()}
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?) ?([a-z]+)", text.lower(), flags=re.ASCII)
    if match is None or match[2] not in known:
        return None
    return float(match[1]) * known[match[2]]


def limit_of(text: str, name: str = "--max-size") -> int:
    """Read the most bytes that a file may have.

    Raises
    ------
    InputError
        It is no such amount, or none that a clip can keep; the message calls it `name`.

    Examples
    --------
    >>> limit_of("5MB")
    5000000
    """
    limit = amount(text, UNITS)
    if limit is None:
        raise InputError(f"{name} is {text}; it must be a number and one of {', '.join(UNITS)}, such as 5MB")
    if limit < LEAST:
        raise InputError(f"{name} is {text}; it must be at least {size_text(LEAST)}")
    return int(limit)


def size_text(size: int) -> str:
    """Write a number of bytes as it is read.

    Examples
    --------
    >>> size_text(4_712_345), size_text(5_000_000), size_text(87_000), size_text(1_234_567_890)
    ('4.7 MB', '5 MB', '87 kB', '1.2 GB')
    """
    unit = max((unit for unit in UNITS if UNITS[unit] <= size), key=UNITS.__getitem__, default="kB")
    number = f"{size / UNITS[unit]:.1f}".removesuffix(".0")
    return f"{number} {unit}"
