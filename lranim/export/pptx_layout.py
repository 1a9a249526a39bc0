"""Where things stand on a slide: rectangles, in any one unit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pptx.text.text import TextFrame
from pptx.util import Pt

WORTH_A_ROW = 1.2
"""How much wider clips must get for one more row of them."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """None, if it has been cut away."""
        return max(self.width, 0.0) * max(self.height, 0.0)

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def grown(self, by: float) -> Box:
        """The box with a rim."""
        return Box(left=self.left - by, top=self.top - by, right=self.right + by, bottom=self.bottom + by)

    def inside(self, ratio: float) -> Box:
        """The largest box of a ratio of width to height in the middle of this one.

        Examples
        --------
        >>> Box(left=0, top=0, right=4, bottom=1).inside(2.0)
        Box(left=1.0, top=0.0, right=3.0, bottom=1.0)
        """
        width = min(self.width, self.height * ratio)
        left, top = (self.left + self.right - width) / 2, (self.top + self.bottom - width / ratio) / 2
        return Box(left=left, top=top, right=left + width, bottom=top + width / ratio)


def free(room: Box, taken: Iterable[Box]) -> Box:
    """What is left of a room: each thing in it cuts off a side, so that as much as can be is left.

    Examples
    --------
    >>> slide = Box(left=0, top=0, right=16, bottom=9)
    >>> free(slide, [Box(left=1, top=0, right=15, bottom=2), Box(left=0, top=8, right=3, bottom=9)])
    Box(left=0, top=2, right=16, bottom=8)
    """
    for box in taken:
        if room.meets(box):
            room = max(
                Box(left=room.left, top=box.bottom, right=room.right, bottom=room.bottom),
                Box(left=room.left, top=room.top, right=room.right, bottom=box.top),
                Box(left=box.right, top=room.top, right=room.right, bottom=room.bottom),
                Box(left=room.left, top=room.top, right=box.left, bottom=room.bottom),
                key=lambda left: left.area,
            )
    return room


def side_by_side(room: Box, ratios: Sequence[float], gap: float) -> list[Box]:
    """Put things in rows, as large as can be; a second row must be worth it, and the last is in the middle.

    Parameters
    ----------
    room
        What they may take.
    ratios
        Width over height of each.
    gap
        Between two of them.

    Examples
    --------
    >>> wide = side_by_side(Box(left=0, top=0, right=13, bottom=6), [16 / 9] * 2, 1.0)
    >>> [(box.left, box.width) for box in wide]
    [(0.0, 6.0), (7.0, 6.0)]
    """
    best: list[Box] = []
    for columns in range(len(ratios), 0, -1):
        boxes = [
            cell.inside(ratio)
            for cell, ratio in zip(_cells(room, len(ratios), columns, gap), ratios, strict=True)
        ]
        if not best or min(box.width for box in boxes) > WORTH_A_ROW * min(box.width for box in best):
            best = boxes
    return best


def _cells(room: Box, count: int, columns: int, gap: float) -> list[Box]:
    rows = -(-count // columns)
    width = (room.width - gap * (columns - 1)) / columns
    height = (room.height - gap * (rows - 1)) / rows
    cells = []
    for index in range(count):
        row, column = divmod(index, columns)
        in_row = min(columns, count - row * columns)
        left = room.left + (columns - in_row) * (width + gap) / 2 + column * (width + gap)
        top = room.top + row * (height + gap)
        cells.append(Box(left=left, top=top, right=left + width, bottom=top + height))
    return cells


LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
"""What PowerPoint calls a language; its spelling checker goes by it."""

LINE = 1.2
"""Height of a line, in sizes of its letters."""

SMALLEST = 8
"""Letters get no smaller, however many there are (pt)."""

UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
"""What XML cannot have, or a line of text should not."""


def clean(text: str) -> str:
    r"""One line of text that a file may have.

    Examples
    --------
    >>> clean("a\n b\x0b\x1b c ")
    'a b c'
    """
    return " ".join(UNSPEAKABLE.sub(" ", text).split())


def fitting(text: str, width: float, height: float, largest: float) -> float:
    """The size of letters with which a text stays within a box, by an estimate of its width.

    Parameters
    ----------
    text
        One line, which may be wrapped.
    width, height
        Of the box (pt).
    largest
        The size to begin with (pt).

    Examples
    --------
    >>> fitting("Short", 600, 60, 32), fitting("A somewhat longer title of a slide" * 3, 600, 60, 32)
    (32, 22)
    """
    size = largest
    while size > SMALLEST and _lines(text, width / size) * LINE * size > height:
        size -= 1
    return size


def _lines(text: str, ems: float) -> int:
    """How many lines of a width in ems a text takes: words are kept together, Chinese is not."""
    lines, used = 1, 0.0
    for word in re.findall(r"[^\W\u2e80-\uffff]+|\s|.", text):
        width = sum(map(_em, word))
        if used + width > ems and not word.isspace():
            lines, used = lines + 1, 0.0
            while width > ems:
                lines, width = lines + 1, width - ems
        used += width
    return lines


def _em(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if sign.isspace():
        return 0.3
    return 0.7 if sign.isupper() or not sign.isalnum() else 0.56


def say(frame: TextFrame, lines: Sequence[str], lang: str, size: float | None = None) -> None:
    """Fill a text frame: a paragraph a line, in a language, in a size (pt) or else the inherited one."""
    frame.text = "\n" * (len(lines) - 1)
    for paragraph, line in zip(frame.paragraphs, lines, strict=True):
        run = paragraph.add_run()
        run.text = clean(line)
        if size is not None:
            run.font.size = Pt(size)
        about = run._r.get_or_add_rPr()
        about.set("lang", LANGUAGES.get(lang, lang))
        if lang != "en":
            about.set("altLang", LANGUAGES["en"])
