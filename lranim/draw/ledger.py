"""A formula with its real numbers, over a picture or beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from manim import VGroup

from lranim.draw.layout import TAIL, Box
from lranim.draw.lettering import Typesetter
from lranim.draw.terms import Line, Term, term_lines
from lranim.look.text import short

ASIDE = 1.9
"""A room so many times as wide as high has its formula at the left, not on top."""


PLAIN = 1e-3, 1e5
"""Numbers of a range whose length is between these are written without powers of ten."""


@dataclass(frozen=True)
class Scale:
    """How the numbers of a range are written: with so many digits after the point, or with three in all.

    Parameters
    ----------
    digits
        After the point; None where powers of ten are needed.
    """

    digits: int | None

    @classmethod
    def of(cls, span: float, least: float | None = None) -> Self:
        """Choose digits that tell apart a few hundred places of a range, and two digits of its `least`.

        Examples
        --------
        >>> Scale.of(3.8).digits, Scale.of(500.0).digits, Scale.of(500.0, 0.6).digits, Scale.of(1e-6).digits
        (2, 0, 2, None)
        """
        if not PLAIN[0] <= span < PLAIN[1]:
            return cls(None)
        digits = 2 - math.floor(math.log10(span))
        if least is not None and least > 1e-9 * span:
            digits = max(digits, 1 - math.floor(math.log10(least)))
        return cls(min(max(digits, 0), 5))

    def written(self, value: float) -> str:
        """A number as a sentence has it, without zeros at its end."""
        return short(value, 3) if self.digits is None else short(round(value, self.digits), 12)

    def term(self, role: str, *bounds: float, bold: bool = False) -> Term:
        """A number that changes within bounds."""
        free = self.digits is None
        widest = np.outer(bounds, (1.0, 0.7654321) if free else (1.0,))  # a round bound has fewer digits
        return Term(np.ravel(widest), role, self.digits, bold=bold, free=free)


class Ledger:
    """A formula and below it its numbers, which `put` changes; `rest` is the room for a picture.

    Parameters
    ----------
    setter
        Makes the lettering.
    room
        All of it is placed inside.
    formula
        In Typst math.
    lines
        Fixed texts and numbers, in one row where there is room for that; each number's values are its bounds,
        for which it has room.
    """

    def __init__(self, setter: Typesetter, room: Box, formula: str, lines: Sequence[Line]) -> None:
        unit, sizes = setter.unit, setter.theme.sizes
        aside = room.width > ASIDE * room.height
        head, self.rest = room.columns(1.0, 1.0, gap=2.4 * unit) if aside else (room, room)
        told = setter.formula(formula, sizes.rule)
        if told.advance > head.width:
            told = setter.formula(formula, sizes.rule * head.width / told.advance)
        # Fractions and sums reach further up and down than letters.
        low, high = np.percentile(np.concatenate([shape.points[:, 1] for shape in told]), (0, 100))
        y = room.top - high
        told.at(head.left, y)
        y += min(low, -TAIL * told.em)
        if not aside:
            lines = [[part for line in lines for part in (*line, "   ")]]
        self.rows = term_lines(setter, lines, sizes.numbers, head.width)
        for row in self.rows:
            y -= (2.8 if aside else 2.0) * unit + setter.cap(sizes.numbers)
            row.at(head.left, y).put(0)
        if not aside:
            self.rest = room.inset(0.0, 0.0, 0.0, room.top - y + 2.4 * unit)
        self.still = VGroup(told, *(row.texts for row in self.rows))
        self.moving = VGroup(*(row.slots for row in self.rows))

    def put(self, values: Sequence[float]) -> None:
        """Show these numbers, in their order."""
        slots = [slot for row in self.rows for slot, _ in row.terms]
        for slot, value in zip(slots, values, strict=True):
            slot.put(value)
