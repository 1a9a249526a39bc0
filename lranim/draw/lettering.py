"""Text, formulas and numbers on screen: the one helper that all lettering goes through."""

from __future__ import annotations

import re
from collections import defaultdict

import numpy as np
from manim import VGroup

from lranim.core.types import Array
from lranim.draw.outlines import Ink, Outlines, formula_outlines, text_outlines
from lranim.draw.shapes import NOTHING, Shape
from lranim.look.text import number
from lranim.look.theme import Theme

TAG = re.compile(r"<(?P<role>\w+)>(?P<body>.*?)</(?P=role)>")

ROLES = {
    "text": "text",
    "muted": "muted",
    "point": "point_text",
    "minimum": "minimum",
    "gradient": "gradient",
    "rate": "rate",
    "cost": "cost",
}
"""Names of colour roles in texts and formulas, and the theme's field behind each."""


def colour(theme: Theme, role: str) -> str:
    """The colour that lettering of a role has."""
    return str(getattr(theme, ROLES[role]))


def spans(markup: str) -> list[tuple[str, str]]:
    """Split ``Learning rate <rate>0.9</rate>`` into ``[("Learning rate ", ""), ("0.9", "rate")]``."""
    found, at = [], 0
    for tag in TAG.finditer(markup):
        if tag.start() > at:
            found.append((markup[at : tag.start()], ""))
        found.append((tag["body"], tag["role"]))
        at = tag.end()
    if at < len(markup):
        found.append((markup[at:], ""))
    return found


class Lettering(VGroup):
    """A line of text or a formula: one shape a colour, placed by its pen position and baseline."""

    def __init__(self, pieces: list[tuple[Ink, float, str]], width: float, em: float) -> None:
        """Put together pieces ``(ink, x in em, colour)``; `em` is the em's size in manim units."""
        super().__init__()
        self.em, self.advance = em, width * em
        filled: dict[str, list[Array]] = defaultdict(list)
        for ink, x, fill in pieces:
            curves = (ink.curves + np.array([x, 0.0])) * em
            if ink.stroke:
                self._own(curves, Shape(stroke=fill, width=ink.stroke_width * em * 100))
            elif len(curves):
                filled[fill].append(curves)
        for fill, parts in filled.items():
            self._own(np.concatenate(parts), Shape(fill=fill))
        self.x = self.y = 0.0

    def _own(self, curves: Array, shape: Shape) -> None:
        self.add(shape.draw(curves))

    def at(self, x: float, y: float, anchor: float = 0.0) -> Lettering:
        """Move the baseline to `y`, and the pen so that the share `anchor` of the width lies left of `x`."""
        x -= anchor * self.advance
        for shape in self.submobjects:
            shape.slide(x - self.x, y - self.y)
        self.x, self.y = x, y
        return self

    def set_alpha(self, opacity: float) -> Lettering:
        """Set the opacity of the whole line."""
        for shape in self.submobjects:
            shape.set_alpha(opacity)
        return self


class Number(Shape):
    """A number that changes: its digits are cached glyphs of one width, so it never jitters.

    Right-aligned at the pen, the decimal point is always in one place; left-aligned, the first digit.
    """

    def __init__(
        self,
        setter: Typesetter,
        size: float,
        role: str,
        *,
        digits: int,
        sign: bool,
        bold: bool,
        align: str,
        fences: str,
    ) -> None:
        super().__init__(fill=colour(setter.theme, role))
        self.setter, self.em = setter, setter.em(size)
        self.digits, self.sign, self.bold, self.align = digits, sign, bold, align
        self.fences = (fences[:1], fences[1:])
        self.pen = np.zeros(2)
        self.shown: str | None = None

    def text(self, value: float) -> str:
        """What is shown for a value."""
        return number(value, self.digits, sign=self.sign).join(self.fences)

    def advance(self, value: float) -> float:
        """Width of a value in manim units."""
        return sum(self._glyph(char).width for char in self.text(value)) * self.em

    def _glyph(self, char: str) -> Outlines:
        return text_outlines(char, self.setter.font, self.bold)

    def at(self, x: float, y: float) -> Number:
        """Place the right end, or the left one, and the baseline."""
        self.pen = np.array([x, y])
        self.shown = None
        return self

    def put(self, value: float | None) -> Number:
        """Show a value, or nothing."""
        text = "" if value is None else self.text(value)
        if text == self.shown:
            return self
        self.shown = text
        glyphs = [self._glyph(char) for char in text]
        pen = 0.0 if self.align == "left" else -sum(glyph.width for glyph in glyphs)
        parts = []
        for glyph in glyphs:
            parts += [ink.curves + np.array([pen, 0.0]) for ink in glyph.inks]
            pen += glyph.width
        self.draw(np.concatenate(parts) * self.em + self.pen if parts else NOTHING)
        return self


class Labels(Shape):
    """Plain texts in one colour whose words and places may change in every frame.

    manim settles what moves when a motion begins, so a mobject that is swapped for another during a motion
    would leave its old self on screen: these are one mobject whose curves change.
    """

    def __init__(self, setter: Typesetter, role: str, size: float, *, bold: bool = False) -> None:
        super().__init__(fill=colour(setter.theme, role))
        self.setter, self.size, self.bold = setter, size, bold

    def advance(self, words: str) -> float:
        """Width of a text in manim units."""
        return text_outlines(words, self.setter.font, self.bold).width * self.setter.em(self.size)

    def write(self, *rows: tuple[str, float, float, float]) -> Labels:
        """Show these texts: words, x, baseline y, and the share of the width that lies left of x."""
        em, parts = self.setter.em(self.size), []
        for words, x, y, anchor in rows:
            laid = text_outlines(words, self.setter.font, self.bold)
            at = np.array([x - anchor * laid.width * em, y])
            parts += [ink.curves * em + at for ink in laid.inks]
        self.draw(np.concatenate(parts) if parts else NOTHING)
        return self


class Typesetter:
    """Makes all lettering of a scene, in the theme's font and colours.

    Parameters
    ----------
    theme
        Colours, font and sizes.
    font
        The family to use, already known to be there.
    unit
        One percent of the frame's height, in manim units: sizes are given in it.
    """

    def __init__(self, theme: Theme, font: str, unit: float) -> None:
        self.theme, self.font, self.unit = theme, font, unit

    def em(self, size: float) -> float:
        """An em in manim units."""
        return size * self.unit

    def text(self, markup: str, size: float, role: str = "text", *, bold: bool = False) -> Lettering:
        """Set one line of text; ``<role>…</role>`` colours a part of it."""
        pieces, pen = [], 0.0
        for body, own in spans(markup):
            laid = text_outlines(body, self.font, bold)
            pieces += [(ink, pen, colour(self.theme, own or role)) for ink in laid.inks]
            pen += laid.width
        return Lettering(pieces, pen, self.em(size))

    def formula(self, source: str, size: float, role: str = "text") -> Lettering:
        """Set a formula; ``<role>…</role>`` around a part of the Typst source colours it."""
        base = colour(self.theme, role)
        parts = [
            f'#text(fill: rgb("{colour(self.theme, own)}"))[${body}$]' if own else body
            for body, own in spans(source)
        ]
        laid = formula_outlines(" ".join(parts))
        pieces = []
        for ink in laid.inks:
            own = (ink.fill or ink.stroke or "#000000").upper()
            pieces.append((ink, 0.0, base if own == "#000000" else own))
        return Lettering(pieces, laid.width, self.em(size))

    def number(
        self,
        size: float,
        role: str,
        *,
        digits: int = 2,
        sign: bool = False,
        bold: bool = False,
        align: str = "right",
        fences: str = "",
    ) -> Number:
        """Set a number that can change, aligned ``right`` or ``left``, with two fences (``()``) or none."""
        return Number(self, size, role, digits=digits, sign=sign, bold=bold, align=align, fences=fences)

    def fit(
        self, markup: str, size: float, room: float, role: str = "text", *, bold: bool = False
    ) -> Lettering:
        """Set a line no wider than `room`, smaller if it must be."""
        line = self.text(markup, size, role, bold=bold)
        return (
            line if line.advance <= room else self.text(markup, size * room / line.advance, role, bold=bold)
        )
