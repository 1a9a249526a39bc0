"""Text, formulas and numbers on screen: the one helper that all lettering goes through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Self

import numpy as np
from manim import VGroup, VMobject

from lranim.core.types import Array, Cost
from lranim.draw.layout import CAP, LEADING, Box, tall
from lranim.draw.outlines import Ink, Outlines, formula_outlines, text_outlines
from lranim.draw.shapes import NOTHING, Shape, rounded_box
from lranim.look.text import MINUS, is_wide, number, plain, short, spans, wrap
from lranim.look.theme import ROLES, Theme

UP, DOWN, SIDE = 0.88, 0.30, 0.11
"""How far a line of text and its halo reach above the baseline, below it, and to each side, in em."""

HALO, WIDE_HALO = 0.13, 0.16
"""How far a halo reaches about a letter, in em: so much that its soft edge is beyond what must be free. The
wide one is for texts over grids and marks, with no other text near."""

BLACK = "#000000"
"""What Typst leaves without a colour."""

READABLE = 3.0
"""The size in which a formula can still be read."""


def colour(theme: Theme, role: str) -> str:
    """The colour that lettering of a role has."""
    return str(getattr(theme, ROLES[role]))


def curves_of(letters: VMobject) -> Array:
    """The curves of a shape as it is drawn now, ``(k, 4, 2)``."""
    return np.asarray(letters.points[:, :2].reshape(-1, 4, 2))


class Parts(VGroup):
    """Shapes, and groups of them, that fade together."""

    def set_alpha(self, opacity: float) -> Self:
        """Set the opacity of the whole."""
        for part in self.submobjects:
            part.set_alpha(opacity)
        return self


class Placed(Parts):
    """Parts that are moved together, by their pen position and baseline."""

    advance: float
    x = y = 0.0

    def at(self, x: float, y: float, anchor: float = 0.0) -> Self:
        """Move the baseline to `y`, and the pen so that the share `anchor` of the width lies left of `x`."""
        self.x, self.y = x - anchor * self.advance, y
        for part in self.submobjects:
            part.place(self.x, y)
        return self

    def place(self, x: float, y: float) -> Self:
        """Put pen and baseline there."""
        return self.at(x, y)


class Lettering(Placed):
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
                self.add(Shape(stroke=fill, width=ink.stroke_width * em * 100).draw(curves))
            elif len(curves):
                filled[fill].append(curves)
        self.add(*(Shape(fill=fill).draw(np.concatenate(parts)) for fill, parts in filled.items()))

    @property
    def reach(self) -> tuple[float, float]:
        """How far the ink of a line that has not been moved reaches down and up."""
        heights = np.concatenate([shape.points[:, 1] for shape in self])
        return float(heights.min()), float(heights.max())


class Paragraph(Placed):
    """Lines of one text and size, placed by the pen position and baseline of the first one."""

    def __init__(self, lines: Sequence[Lettering]) -> None:
        super().__init__(*lines)
        self.lines, self.em = list(lines), lines[0].em
        self.advance = max(line.advance for line in lines)

    @property
    def drop(self) -> float:
        """From the first baseline to the last."""
        return (len(self.lines) - 1) * LEADING * self.em

    def at(self, x: float, y: float, anchor: float = 0.0) -> Self:
        """Move the first baseline to `y`, and the share `anchor` of each line to the left of `x`."""
        self.x, self.y = x - anchor * self.advance, y
        for index, line in enumerate(self.lines):
            line.at(x, y - index * LEADING * self.em, anchor)
        return self

    def within(self, box: Box) -> Self:
        """Put it at the left of a box, half as high as that; tails do not count."""
        return self.at(box.left, float(box.centre[1]) + (self.drop - CAP * self.em) / 2)


class HaloText(Placed):
    """A line of text with a rim in the colour of its ground: less behind it is lost than by a plate.

    The rim reaches so far about a letter, in em.
    """

    def __init__(self, text: Lettering, ground: str, reach: float = HALO) -> None:
        self.text, self.em, self.advance = text, text.em, text.advance
        self.rim = halo(ground, text.em, reach).draw(np.concatenate([curves_of(shape) for shape in text]))
        super().__init__(self.rim, text)

    @property
    def box(self) -> Box:
        """What it covers."""
        side, right = SIDE * self.em, self.x + self.advance
        return Box(self.x - side, self.y - DOWN * self.em, right + side, self.y + UP * self.em)

    def centred(self, x: float, middle: float) -> Self:
        """Move it so that its small letters and digits stand about the height `middle`."""
        return self.at(x, middle - 0.36 * self.em)


def halo(ground: str, em: float, reach: float = WIDE_HALO) -> Shape:
    """A shape that is drawn with the curves of letters of this size, and lies behind them as their rim."""
    return Shape(fill=ground, stroke=ground, width=100 * 2 * reach * em)


class FramedText(Parts):
    """Words in the middle of a rounded frame of a role's colour."""

    def __init__(self, setter: Typesetter, box: Box, words: Paragraph, role: str) -> None:
        (x, y), theme = box.centre.tolist(), setter.theme
        frame = Shape(stroke=colour(theme, role), width=theme.sizes.tangent)
        words.at(x, y + (words.drop - CAP * words.em) / 2, 0.5)
        super().__init__(frame.draw(rounded_box(box, 1.6 * setter.unit)), words)


class Number(Shape):
    """A number that changes: its digits are cached glyphs of one width, so it never jitters.

    Right-aligned at the pen, the decimal point is always in one place; left-aligned, the first digit. It has
    so many digits after the point, or None for what three digits in all take; fences stand close around it,
    or, round a `factor`, brackets where it is negative. With `words` it is the word of that place.
    """

    def __init__(
        self,
        setter: Typesetter,
        size: float,
        role: str,
        *,
        digits: int | None = 2,
        bold: bool = False,
        align: str = "right",
        fences: Sequence[str] = "",
        factor: bool = False,
        words: Sequence[str] = (),
    ) -> None:
        super().__init__(fill=colour(setter.theme, role))
        self.setter, self.em = setter, setter.em(size)
        self.digits, self.bold, self.align = digits, bold, align
        self.fences, self.factor, self.words = tuple(fences) or ("", ""), factor, words
        self.pen = np.zeros(2)
        self.shown: str | None = None

    def advance(self, value: float) -> float:
        """Width of a value in manim units."""
        return sum(glyph.width for glyph in self._glyphs(self._written(value))) * self.em

    def _written(self, value: float) -> str:
        if self.words:
            return self.words[int(value)]
        words = short(value, 3) if self.digits is None else number(value, self.digits)
        return words.join("()" if self.factor and words.startswith(MINUS) else self.fences)

    def _glyphs(self, text: str) -> list[Outlines]:
        drawn = {char: text_outlines(char, self.setter.font, self.bold) for char in f"=){text}"}
        if "≈" in drawn:  # Chinese fonts have it twice as wide as the sign that it stands in place of
            drawn["≈"] = drawn["≈"].as_wide_as(drawn["="])
        glyphs = [drawn[char] for char in text]
        if self.factor and text and not text.endswith(")"):  # its room stays: digits keep their places
            glyphs.append(replace(drawn[")"], inks=()))
        return glyphs

    def at(self, x: float, y: float) -> Self:
        """Place the right end, or the left one, and the baseline."""
        self.pen = np.array([x, y])
        self.shown = None
        return self

    def put(self, value: float | None) -> Self:
        """Show a value, or nothing."""
        text = "" if value is None else self._written(value)
        if text == self.shown:
            return self
        self.shown, glyphs = text, self._glyphs(text)
        pen = 0.0 if self.align == "left" else -sum(glyph.width for glyph in glyphs)
        parts = [NOTHING]
        for glyph in glyphs:
            parts += [ink.curves + np.array([pen, 0.0]) for ink in glyph.inks]
            pen += glyph.width
        self.draw(np.concatenate(parts) * self.em + self.pen)
        return self


class Counter(Parts):
    """Bold words with a whole number that changes in the place of ``{count}``, which is `most` in the end."""

    def __init__(self, setter: Typesetter, words: str, size: float, role: str, most: int) -> None:
        before, _, after = words.partition("{count}")
        self.word = setter.text(before, size, role, bold=True)
        fences = ("", after)
        self.number = Number(setter, size, role, digits=0, bold=True, align="left", fences=fences)
        self.advance = self.word.advance + self.number.advance(10.0 ** len(str(most)) - 1)
        super().__init__(self.word, self.number)

    def at(self, x: float, y: float) -> Self:
        """Place the left end and the baseline."""
        self.word.at(x, y)
        self.number.at(x + self.word.advance, y)
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

    def write(self, *rows: tuple[str, float, float, float]) -> Self:
        """Show these texts: words, x, baseline y, and the share of the width that lies left of x."""
        em, parts, shown = self.setter.em(self.size), [NOTHING], []
        for words, x, y, anchor in rows:
            laid = text_outlines(words, self.setter.font, self.bold)
            at = np.array([x - anchor * laid.width * em, y])
            parts += [ink.curves * em + at for ink in laid.inks]
            shown.append((words, sum(len(ink.curves) for ink in laid.inks)))
        self.shown = tuple(shown)
        self.draw(np.concatenate(parts))
        return self


class Typesetter:
    """Makes all lettering of a scene, in the theme's colours and a font that is known to be there.

    Sizes are given in a unit, one percent of the frame's height or the layout's measure, in manim units; what
    would be smaller than the `least` that can be read is set in that size.
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

    def formula(self, source: str, size: float, role: str = "text", *, room: float = np.inf) -> Lettering:
        """Set a formula, smaller where it is wider than `room`.

        ``<role>…</role>`` around a part of the Typst source colours it.
        """
        base = colour(self.theme, role)
        parts = [
            f'#text(fill: rgb("{colour(self.theme, own)}"))[${body}$]' if own else body
            for body, own in spans(source)
        ]
        laid = formula_outlines(" ".join(parts), self.font)
        pieces = []
        for ink in laid.inks:
            own = (ink.fill or ink.stroke or BLACK).upper()
            pieces.append((ink, 0.0, base if own == BLACK else own))
        em = self.em(size)
        if laid.width * em > room:
            em = self.em(size * room / (laid.width * em))
        return Lettering(pieces, laid.width, em, plain(source))

    def cost_formula(self, cost: Cost, room: float) -> Lettering | None:
        """A cost as a formula, no wider than `room`; None where it would be too small to read."""
        source = f"inline(J({', '.join(cost.variables)}) = {cost.formula})"
        formula = self.formula(source, self.theme.sizes.label, "cost", room=room)
        # No lettering is smaller than the layout's least size: then it may be too wide all the same.
        return formula if formula.em >= READABLE * self.unit and formula.advance <= room * 1.001 else None

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

    def alike(
        self, texts: Sequence[str], size: float, room: float, roles: Sequence[str], *, lines: int = 1
    ) -> list[Paragraph]:
        """Set bold texts in one size: of the one that must be smallest to have at most so many lines."""
        rows = list(zip(texts, roles, strict=True))

        def fitted(size: float) -> list[Paragraph]:
            return [self.fit(text, size, room, role, bold=True, lines=lines) for text, role in rows]

        return fitted(min(words.em for words in fitted(size)) / self.unit)
