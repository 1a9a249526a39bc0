"""An equation with real numbers that change: lines of fixed texts and numbers in slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from manim import VGroup

from lranim.core.types import ROUNDING, Array
from lranim.draw.lettering import Lettering, Number, Typesetter
from lranim.look.text import MINUS, number


@dataclass(frozen=True)
class Term:
    """One changing number of an equation: its values `(T,)`, colour role, and how it is written.

    It has two digits after the point, or fewer where it gets large, or with `free` as many as three digits
    take, wherever the point is. As a `factor` it has brackets where it is negative. With `words`, each number
    is written as the word of that place.
    """

    values: Array
    role: str
    digits: int | None = None
    bold: bool = False
    factor: bool = False
    free: bool = False
    words: tuple[str, ...] = ()

    @property
    def decimals(self) -> int:
        """Digits after the point."""
        if self.digits is not None:
            return self.digits
        largest = float(np.abs(self.values).max(initial=0.0))
        return 2 if largest < 100 else 1 if largest < 1000 else 0

    @property
    def printed(self) -> Array:
        """The values as they are written: rounded."""
        return np.round(self.values, self.decimals)

    def written(self, index: int) -> str:
        """One of them, as it is written."""
        value = float(self.values[index])
        words = self.words[int(value)] if self.words else number(value, self.decimals)
        return f"({words})" if self.factor and words.startswith(MINUS) else words


def equals(values: Array, printed: Array, role: str = "point") -> tuple[Term, Term]:
    """The end of an equation: ``=`` where the printed numbers before it give what is printed, else ``≈``."""
    result = Term(values, role, bold=True)
    near = np.abs(result.printed - printed) > ROUNDING * np.maximum(1.0, np.abs(printed))
    return Term(near.astype(float), "text", words=("= ", "≈ ")), result


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
            factor = part.factor and bool((part.printed < 0).any())
            slot = Number(
                setter, size, part.role, digits=digits, bold=part.bold, factor=factor, words=part.words
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

    Lines that begin with `equals` go on in the line above where all have room for that in full size;
    lines that would get too small to read are broken before their equals signs.
    """
    joined: list[Line] = []
    for line in lines:
        if joined and _goes_on(line[0]):
            joined[-1] = [*joined[-1], " ", *line]
        else:
            joined.append(line)
    rows: Sequence[Line] = joined if least_width(setter, joined, size) <= room else lines
    if rows is lines and least_width(setter, lines) > room:
        # What they are called is the first to go.
        named = [isinstance(line[0], str) and not _goes_on(line[0]) for line in lines]
        rows = lines = [line[called:] for line, called in zip(lines, named, strict=True)]
    if rows is lines and least_width(setter, lines) > room:
        rows = []
        for line in lines:
            cuts = [0, *(k for k, part in enumerate(line) if k and _goes_on(part)), len(line)]
            rows += [line[start:end] for start, end in pairwise(cuts)]
    size *= min(1.0, room / least_width(setter, rows, size))
    return [EquationLine(setter, row, size) for row in rows]


def least_width(setter: Typesetter, lines: Sequence[Line], size: float = 0.0) -> float:
    """How much room the longest line takes in a size, or in the smallest that can be read."""
    return max(EquationLine(setter, line, size).advance for line in lines)


def _goes_on(part: str | Term) -> bool:
    return part.startswith("=") if isinstance(part, str) else bool(part.words)
