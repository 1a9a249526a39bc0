"""A panel that says what the lines and arrows of a picture are, each with its number, row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from manim import VGroup

from lranim.draw.layout import CAP, TAIL, Box
from lranim.draw.lettering import Typesetter
from lranim.draw.shapes import Shape, rounded_box

MARK, HIGH, APART = 7.0, 4.6, 2.0
"""Width and height of the marks at the left, and the gaps beside them, in units."""

NEAR, FAR = 0.9, 6.0
"""The least and the largest gap between two rows, in units."""

Mark = Callable[[Box, float], Sequence[Shape]]
"""Draws what a row stands for into a box, in a unit."""


@dataclass(frozen=True)
class KeyRow:
    """What a row says.

    Parameters
    ----------
    mark
        Draws what stands at its left.
    words
        What it is.
    role
        Colour of the words.
    formula
        In Typst math; none where there is no number.
    """

    mark: Mark
    words: str
    role: str = "text"
    formula: str = ""


class KeyPanel:
    """Rows on a ground, not one of them seen at first, all in the largest size for which there is room.

    Parameters
    ----------
    setter
        Makes the lettering.
    box
        Its ground.
    rows
        From top to bottom.
    """

    def __init__(self, setter: Typesetter, box: Box, rows: Sequence[KeyRow]) -> None:
        unit = setter.unit
        room = box.inset(*[2.6 * unit] * 4)
        for share in np.linspace(1.0, 0.6, 9):
            self.rows = [Row(setter, row, float(share), room.width) for row in rows]
            spare = room.height - sum(row.reach for row in self.rows)
            gap = min(spare / max(len(rows) - 1, 1), FAR * unit)
            if gap >= NEAR * unit and all(row.advance <= room.width for row in self.rows):
                break
        top = room.top
        for row in self.rows:
            row.below(room.left, top)
            top -= row.reach + gap
        corners = rounded_box(box.left, box.bottom, box.right, box.top, 1.6 * unit)
        self.still = VGroup(Shape(fill=setter.theme.panel).draw(corners), *self.rows)


class Row(VGroup):
    """A mark, and right of it a formula with words beside it, or below it where there is no room for that.

    Parameters
    ----------
    setter
        Makes the lettering.
    row
        What it says.
    share
        Size of its texts, as a share of their full one.
    room
        How wide it may be, in manim units.
    """

    def __init__(self, setter: Typesetter, row: KeyRow, share: float, room: float) -> None:
        sizes, self.unit, self.row = setter.theme.sizes, setter.unit, row
        self.words = setter.text(row.words, sizes.label * share, row.role)
        self.formula = setter.formula(row.formula, sizes.rule * share) if row.formula else None
        self.tall = CAP * self.words.em
        self.high = self.tall
        self.advance = (MARK + APART) * self.unit + self.words.advance
        self.inked, self.beside = self.tall, True
        if self.formula is not None:
            points = np.concatenate([shape.points[:, 1] for shape in self.formula])
            low, self.high = min(float(points.min()), -TAIL * self.formula.em), float(points.max())
            wide = self.advance + APART * self.unit + self.formula.advance
            self.beside = wide <= room
            self.inked = self.high - low
            if self.beside:
                self.advance = wide
            else:
                self.advance += max(self.formula.advance - self.words.advance, 0.0)
                self.inked += self.unit + self.tall
        self.reach = max(self.inked, HIGH * self.unit)
        super().__init__()

    def below(self, left: float, top: float) -> Self:
        """Put it below this height."""
        middle = top - self.reach / 2
        x, y = left + (MARK + APART) * self.unit, middle + self.inked / 2 - self.high
        if self.formula is not None:
            self.formula.at(x, y)
            if self.beside:
                x += self.formula.advance + APART * self.unit
            else:
                y = middle - self.inked / 2
        self.words.at(x, y)
        half = HIGH / 2 * self.unit
        box = Box(left, middle - half, left + MARK * self.unit, middle + half)
        self.add(*self.row.mark(box, self.unit), self.words, *([self.formula] if self.formula else []))
        return self.set_alpha(0.0)

    def set_alpha(self, opacity: float) -> Self:
        """Set the opacity of the whole."""
        for part in self:
            part.set_alpha(opacity)
        return self
