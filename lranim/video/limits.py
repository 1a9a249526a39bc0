"""What may be asked of a clip: its sizes, rates and formats, how large a file may be, and where it may go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

QUALITIES = {
    "l": (854, 480, 15),
    "m": (1280, 720, 30),
    "h": (1920, 1080, 60),
    "p": (2560, 1440, 60),
    "k": (3840, 2160, 60),
}
"""Width, height (px) and frames a second of each of manim's quality letters."""

DEFAULT = (1280, 720, 60)
MIN_SIDE, MAX_SIDE = 16, 8192
TALLEST = 3
"""The most that the height may be of the width: a narrower frame has no room for a chart."""
MAX_FPS = 240
MAX_LOOPS = 1000

FLAGS = MappingProxyType(
    {
        "quality": "-q",
        "size": "-r",
        "fps": "--fps",
        "formats": "--format",
        "transparent": "-t",
        "gif_width": "--gif-width",
        "gif_loops": "--gif-loops",
        "max_size": "--max-size",
        "for": "--for",
        "out": "-o",
        "name": "--name",
    }
)
"""What the settings are called on the command line, for messages."""

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
