"""Text, formulas and numbers on screen: the one helper that all lettering goes through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from manim import VGroup

from lranim.core.types import Array
from lranim.draw.layout import CAP, tall
from lranim.draw.outlines import Ink, Outlines, formula_outlines, text_outlines
from lranim.draw.paragraph import Paragraph
from lranim.draw.shapes import NOTHING, Shape
from lranim.look.markup import is_wide, plain, spans, wrap
from lranim.look.text import number, short
from lranim.look.theme import ROLES, Theme


def colour(theme: Theme, role: str) -> str:
    """The colour that lettering of a role has."""
    return str(getattr(theme, ROLES[role]))


class Lettering(VGroup):
    """A line of text or a formula: one shape a colour, placed by its pen position and baseline."""

    def __init__(
        self, pieces: list[tuple[Ink, float, str]], width: float, em: float, words: str = ""
    ) -> None:
        """Put together pieces ``(ink, x in em, colour)``; `em` is the em's size in manim units.

        `words` says what they spell.
        """
        super().__init__()
        self.em, self.advance, self.words = em, width * em, words
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
            shape.place(x, y)
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
        digits: int | None,
        sign: bool,
        bold: bool,
        align: str,
        fences: Sequence[str],
    ) -> None:
        super().__init__(fill=colour(setter.theme, role))
        self.setter, self.em = setter, setter.em(size)
        self.digits, self.sign, self.bold, self.align = digits, sign, bold, align
        self.fences = tuple(fences) or ("", "")
        self.pen = np.zeros(2)
        self.shown: str | None = None

    def text(self, value: float) -> str:
        """What is shown for a value."""
        words = short(value, 3) if self.digits is None else number(value, self.digits, sign=self.sign)
        return words.join(self.fences)

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
        self.shown: tuple[tuple[str, int], ...] = ()
        """The words of each text that is shown, and how many curves they take."""

    def advance(self, words: str) -> float:
        """Width of a text in manim units."""
        return text_outlines(words, self.setter.font, self.bold).width * self.setter.em(self.size)

    def write(self, *rows: tuple[str, float, float, float]) -> Labels:
        """Show these texts: words, x, baseline y, and the share of the width that lies left of x."""
        em, parts, shown = self.setter.em(self.size), [], []
        for words, x, y, anchor in rows:
            laid = text_outlines(words, self.setter.font, self.bold)
            at = np.array([x - anchor * laid.width * em, y])
            parts += [ink.curves * em + at for ink in laid.inks]
            shown.append((words, sum(len(ink.curves) for ink in laid.inks)))
        self.shown = tuple(shown)
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
        What sizes are given in, in manim units: one percent of the frame's height, or the layout's measure.
    least
        The smallest size that can be read; what would be smaller is set in it.
    """

    def __init__(self, theme: Theme, font: str, unit: float, least: float = 0.0) -> None:
        self.theme, self.font, self.unit, self.least = theme, font, unit, least

    def em(self, size: float) -> float:
        """An em in manim units."""
        return max(size, self.least) * self.unit

    def cap(self, size: float) -> float:
        """Height of capitals and digits in manim units."""
        return CAP * self.em(size)

    def width(self, markup: str, *, bold: bool = False) -> float:
        """Width of one line of text, in em."""
        return sum(text_outlines(body, self.font, bold).width for body, _ in spans(markup))

    def text(self, markup: str, size: float, role: str = "text", *, bold: bool = False) -> Lettering:
        """Set one line of text; ``<role>…</role>`` colours a part of it."""
        pieces, pen = [], 0.0
        for body, own in spans(markup):
            laid = text_outlines(body, self.font, bold)
            pieces += [(ink, pen, colour(self.theme, own or role)) for ink in laid.inks]
            pen += laid.width
        return Lettering(pieces, pen, self.em(size), plain(markup))

    def formula(self, source: str, size: float, role: str = "text") -> Lettering:
        """Set a formula; ``<role>…</role>`` around a part of the Typst source colours it."""
        base = colour(self.theme, role)
        parts = [
            f'#text(fill: rgb("{colour(self.theme, own)}"))[${body}$]' if own else body
            for body, own in spans(source)
        ]
        laid = formula_outlines(" ".join(parts), self.font)
        pieces = []
        for ink in laid.inks:
            own = (ink.fill or ink.stroke or "#000000").upper()
            pieces.append((ink, 0.0, base if own == "#000000" else own))
        return Lettering(pieces, laid.width, self.em(size), plain(source))

    def number(
        self,
        size: float,
        role: str,
        *,
        digits: int | None = 2,
        sign: bool = False,
        bold: bool = False,
        align: str = "right",
        fences: Sequence[str] = "",
    ) -> Number:
        """Set a number that can change, aligned ``right`` or ``left``, in two fences (``()``) or none.

        Without `digits` after the point it is written by `short`, with three digits.
        """
        return Number(self, size, role, digits=digits, sign=sign, bold=bold, align=align, fences=fences)

    def fit(
        self,
        markup: str,
        size: float,
        room: float,
        role: str = "text",
        *,
        bold: bool = False,
        lines: int = 1,
        height: float = np.inf,
        least: float = 0.0,
    ) -> Paragraph:
        """Set a text no wider than `room` and no higher than `height`, smaller if it must be.

        It has at most so many `lines`: the fewest in which it is of size `least`, by default of the smallest
        that can be read, or else those in which it is largest.
        """

        def advance(char: str) -> float:
            return 1.0 if is_wide(char) else text_outlines(char, self.font, bold).width

        em, best = self.em(size), (0.0, [""])
        for count in range(1, lines + 1):
            parts = wrap(markup, count, room / em, advance)
            widest = max(self.width(part, bold=bold) for part in parts)
            scale = min(1.0, room / em / widest, height / em / tall(count))
            if scale > best[0] + 1e-6:
                best = scale, parts
            if scale * em > self.em(least) * (1 - 1e-6):
                break
        scale, parts = best
        return Paragraph([self.text(part, size * scale, role, bold=bold) for part in parts])
