"""The rule with its real numbers: lines of fixed texts and changing numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from manim import VGroup

from lranim.core.types import Array
from lranim.draw.lettering import Lettering, Number, Typesetter


@dataclass(frozen=True)
class Term:
    """One changing number of the rule's line: its values `(T,)`, colour role, and how it is written.

    It has two digits after the point, or fewer where it gets large, or with `free` as many as three digits
    take, wherever the point is; `fences` go close round its digits.
    """

    values: Array
    role: str
    digits: int | None = None
    sign: bool = False
    bold: bool = False
    fences: str = ""
    free: bool = False

    @property
    def decimals(self) -> int:
        """Digits after the point."""
        if self.digits is not None:
            return self.digits
        largest = float(np.abs(self.values).max(initial=0.0))
        return 2 if largest < 100 else 1 if largest < 1000 else 0


Line = Sequence[str | Term]
"""Fixed text and changing numbers, in the order they are read; tags colour the text."""


class TermLine:
    """A line of fixed texts and numbers in slots wide enough for all their values."""

    def __init__(self, setter: Typesetter, line: Line, size: float) -> None:
        self.texts = VGroup()
        self.slots = VGroup()
        self.parts: list[tuple[Lettering | Number, float]] = []
        self.terms: list[tuple[Number, Array]] = []
        pen = 0.0
        for part in line:
            if isinstance(part, str):
                text = setter.text(part, size)
                self.parts.append((text, pen))
                pen += text.advance
                self.texts.add(text)
            else:
                slot = setter.number(
                    size,
                    part.role,
                    digits=None if part.free else part.decimals,
                    sign=part.sign,
                    bold=part.bold,
                    fences=part.fences,
                )
                pen += max(slot.advance(float(value)) for value in part.values)
                self.parts.append((slot, pen))
                self.terms.append((slot, part.values))
                self.slots.add(slot)
        self.advance = pen

    def at(self, x: float, y: float) -> TermLine:
        """Place the line's pen position and baseline."""
        for part, pen in self.parts:
            part.at(x + pen, y)
        return self

    def put(self, index: int | None) -> TermLine:
        """Show the numbers of one step, or leave the whole line blank."""
        for text in self.texts:
            text.set_alpha(0.0 if index is None else 1.0)
        for slot, values in self.terms:
            slot.put(None if index is None else float(values[index]))
        return self


def term_lines(setter: Typesetter, lines: Sequence[Line], size: float, room: float) -> list[TermLine]:
    """Set lines in one size, that of the longest one, and break them anew where they do not suit the room.

    Lines that begin with an equals sign go on in the line above where all have room for that in full size;
    lines that would get too small to read are broken before their equals signs.
    """

    def widest(rows: Sequence[Line]) -> float:
        return max(TermLine(setter, row, size).advance for row in rows)

    if widest(joined := _joined(lines)) <= room:
        rows: Sequence[Line] = joined
    elif least_width(setter, lines) <= room:
        rows = lines
    else:
        rows = _broken(lines)
    size *= min(1.0, room / widest(rows))
    return [TermLine(setter, row, size) for row in rows]


def least_width(setter: Typesetter, lines: Sequence[Line]) -> float:
    """How much room the longest line takes in the smallest size that can be read."""
    return max(TermLine(setter, line, 0.0).advance for line in lines)


def _goes_on(part: str | Term) -> bool:
    return isinstance(part, str) and part.lstrip().startswith("=")


def _joined(lines: Sequence[Line]) -> list[Line]:
    rows: list[Line] = []
    for line in lines:
        if rows and _goes_on(line[0]):
            rows[-1] = [*rows[-1], f" {line[0]}", *line[1:]]
        else:
            rows.append(line)
    return rows


def _broken(lines: Sequence[Line]) -> list[Line]:
    rows: list[Line] = []
    for line in lines:
        cuts = [0, *(k for k, part in enumerate(line) if k and _goes_on(part)), len(line)]
        for start, end in pairwise(cuts):
            first = line[start]
            rows.append([first.lstrip() if isinstance(first, str) else first, *line[start + 1 : end]])
    return rows
