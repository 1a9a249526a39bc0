"""An equation with real numbers that change: lines of fixed texts and numbers in slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from manim import VGroup

from lranim.core.types import Array
from lranim.draw.lettering import Lettering, Number, Typesetter


@dataclass(frozen=True)
class Term:
    """One changing number of an equation: its values `(T,)`, colour role, and how it is written.

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


class EquationLine:
    """A line of fixed texts and numbers in slots wide enough for all their values."""

    def __init__(self, setter: Typesetter, line: Line, size: float) -> None:
        self.texts, self.slots = VGroup(), VGroup()
        self.terms: list[tuple[Number, Array]] = []
        self.pens: list[tuple[Lettering | Number, float]] = []
        self.advance = 0.0
        for part in line:
            if isinstance(part, str):
                text = setter.text(part, size)
                self.texts.add(text)
                self.pens.append((text, self.advance))
                self.advance += text.advance
                continue
            digits = None if part.free else part.decimals
            slot = Number(
                setter, size, part.role, digits=digits, sign=part.sign, bold=part.bold, fences=part.fences
            )
            self.slots.add(slot)
            self.terms.append((slot, part.values))
            self.advance += max(slot.advance(float(value)) for value in part.values)
            self.pens.append((slot, self.advance))

    def at(self, x: float, y: float) -> Self:
        """Place the line's pen position and baseline."""
        for part, pen in self.pens:
            part.at(x + pen, y)
        return self

    def put(self, index: int | None) -> Self:
        """Show the numbers of one step, or leave the whole line blank."""
        for text in self.texts:
            text.set_alpha(0.0 if index is None else 1.0)
        for slot, values in self.terms:
            slot.put(None if index is None else float(values[index]))
        return self


def equation(setter: Typesetter, lines: Sequence[Line], size: float, room: float) -> list[EquationLine]:
    """Set lines in one size, that of the longest one, and break them anew where they do not suit the room.

    Lines that begin with an equals sign go on in the line above where all have room for that in full size;
    lines that would get too small to read are broken before their equals signs.
    """
    joined: list[Line] = []
    for line in lines:
        if joined and _goes_on(line[0]):
            joined[-1] = [*joined[-1], f" {line[0]}", *line[1:]]
        else:
            joined.append(line)
    rows: Sequence[Line] = joined if least_width(setter, joined, size) <= room else lines
    if rows is lines and least_width(setter, lines) > room:
        rows = []
        for line in lines:
            cuts = [0, *(k for k, part in enumerate(line) if k and _goes_on(part)), len(line)]
            firsts = [part.lstrip() if isinstance(part, str) else part for part in line]
            rows += [[firsts[start], *line[start + 1 : end]] for start, end in pairwise(cuts)]
    size *= min(1.0, room / least_width(setter, rows, size))
    return [EquationLine(setter, row, size) for row in rows]


def least_width(setter: Typesetter, lines: Sequence[Line], size: float = 0.0) -> float:
    """How much room the longest line takes in a size, or in the smallest that can be read."""
    return max(EquationLine(setter, line, size).advance for line in lines)


def _goes_on(part: str | Term) -> bool:
    return isinstance(part, str) and part.lstrip().startswith("=")
