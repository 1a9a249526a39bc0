"""Who is who of several runs and how each ends: a row each, with what its rule remembers in the meantime."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import VGroup

from lranim.core.types import Array
from lranim.draw.chip import Chip, alike
from lranim.draw.fading import Fading
from lranim.draw.layout import CAP, TAIL, Box
from lranim.draw.lettering import Typesetter
from lranim.draw.paragraph import Paragraph
from lranim.draw.shapes import Shape, marks, rectangles
from lranim.draw.stage import ease
from lranim.look.theme import LineStyle

PAD, MARK, GAP = 1.4, 4.4, 2.4
"""About an ending within its frame, the room of the mark before a name, and that after it, in units."""

LINE, LARGE = 7.4, 0.9
"""Height of a row in units; a head that must shrink to less than this share gives way to a shorter one."""

SHORTEST = 5.0
"""Where a bar would have less room than this, in units, it takes that of its number, too."""


class Meter:
    """Two numbers that change, each after its name, and with a `scale` after a bar, both to one scale.

    Parameters
    ----------
    setter
        Makes the lettering.
    box
        Its line.
    names
        What stands before each.
    values
        All that it will show, a row a step, ``(T + 1, 2)``.
    role
        The bars' colour.
    scale
        What fills a bar; None for numbers without bars.
    """

    def __init__(
        self,
        setter: Typesetter,
        box: Box,
        names: Sequence[str],
        values: Array,
        role: str,
        scale: float | None,
    ) -> None:
        size, unit = setter.theme.sizes.tick, setter.unit
        self.values, self.scale = values, scale
        self.bars = Shape(fill=str(getattr(setter.theme, role)), opacity=0.75)
        base = float(box.centre[1]) - CAP * setter.em(size) / 2
        parts = box.columns(1.0, 1.0, gap=GAP * unit)
        words = [
            setter.text(name, size, "muted").at(part.left, base)
            for name, part in zip(names, parts, strict=True)
        ]
        places = [word.x + word.advance + unit for word in words]
        room = min(part.right - place for part, place in zip(parts, places, strict=True))
        for digits in (2, 1, 0) if scale is None else (None,):
            numbers = [setter.number(size, "text", digits=digits, align="left") for _ in names]
            self.length = room - max(numbers[0].advance(float(value)) for value in np.ravel(values)) - unit
            if self.length >= 0:
                break
        if scale is not None and self.length < SHORTEST * unit:
            numbers, self.length = [], room
        pens = [place + (self.length + unit) * (scale is not None) for place in places]
        self.numbers = [number.at(pen, base) for number, pen in zip(numbers, pens, strict=False)]
        self.corners = np.array([[place, base] for place in places])
        self.thick = setter.cap(size)
        self.parts = VGroup(*words, self.bars, *self.numbers)

    def show(self, k: int) -> None:
        """Show the values of a row."""
        row = self.values[min(k, len(self.values) - 1)]
        for number, value in zip(self.numbers, row.tolist(), strict=False):
            number.put(value)
        if self.scale is not None:
            long = self.length * np.clip(row / self.scale, 0.0, 1.0)
            across = np.stack([long, np.full(len(long), self.thick)], axis=1)
            self.bars.draw(rectangles(self.corners, self.corners + across))


class Standings:
    """A row for each run: its mark, its name, and in the end how it ends.

    Parameters
    ----------
    setter
        Makes the lettering.
    box
        All of it is placed inside, at the top.
    heads
        What may stand in each row, the longest first: the first for which there is room in all rows.
    styles
        The mark before each.
    endings, roles
        How each run ends, and the colour of that.

    Attributes
    ----------
    still, moving, chips
        What stays; what `show` changes; what `finish` changes.
    """

    def __init__(
        self,
        setter: Typesetter,
        box: Box,
        heads: Sequence[Sequence[str]],
        styles: Sequence[LineStyle],
        endings: Sequence[str],
        roles: Sequence[str],
    ) -> None:
        unit, size = setter.unit, setter.theme.sizes.label
        self.setter = setter
        self.meters: list[Meter] = []
        self.still, self.moving, self.chips = VGroup(), VGroup(), VGroup()
        feet = alike(setter, endings, size, box.width / 2 - 2 * PAD * unit, roles)
        wide = max(foot.advance for foot in feet) + 2 * PAD * unit
        names = _fitting(setter, heads, box.width - wide - (MARK + GAP) * unit)
        self.head = max(name.advance for name in names) + (MARK + GAP) * unit
        pitch = min(box.height / len(heads), 1.15 * self.height(setter, 1))
        self.lines = [
            Box(box.left, box.top - (k + 1) * pitch, box.right, box.top - k * pitch)
            for k in range(len(heads))
        ]
        for line, name, foot, style, role in zip(self.lines, names, feet, styles, roles, strict=True):
            self._row(line, name, style)
            frame = line.inset(line.width - wide, 0.5 * unit, 0, 0.5 * unit)
            self.chips.add(Chip(setter, frame, foot, role))
        self.finish(0.0)

    @staticmethod
    def height(setter: Typesetter, count: int) -> float:
        """How much room so many rows need, in manim units."""
        words = (CAP + 3.4 * TAIL) * setter.em(setter.theme.sizes.label)
        return count * max(LINE * setter.unit, words + 1.8 * setter.unit)

    def _row(self, line: Box, name: Paragraph, style: LineStyle) -> None:
        theme, unit = self.setter.theme, self.setter.unit
        middle = float(line.centre[1])
        mark = Shape(fill=str(getattr(theme, style.role)))
        mark.draw(marks(style.marker, np.array([[line.left + 1.6 * unit, middle]]), 1.25 * unit))
        name.at(line.left + MARK * unit, middle - CAP * name.em / 2)
        self.still.add(mark, name)

    def meter(self, row: int, names: Sequence[str], values: Array, role: str, scale: float | None) -> None:
        """Put a meter beside a name: it stands where the ending comes in its place."""
        made = Meter(self.setter, self.lines[row].inset(self.head, 0, 0, 0), names, values, role, scale)
        self.meters.append(made)
        self.moving.add(made.parts)

    def note(self, row: int, *choices: str) -> None:
        """Put words in a meter's place: the first ones for which there is room."""
        box, setter = self.lines[row].inset(self.head, 0, 0, 0), self.setter
        size = setter.theme.sizes.tick
        fitting = [words for words in choices if setter.width(words) * setter.em(size) <= box.width]
        line = setter.fit(fitting[0] if fitting else choices[-1], size, box.width, "muted")
        self.moving.add(line.at(box.left, float(box.centre[1]) - CAP * line.em / 2))

    def show(self, k: int) -> None:
        """Show what is remembered after so many steps."""
        for meter in self.meters:
            meter.show(k)

    def finish(self, share: float) -> None:
        """Let the endings come to view, in the place of the meters."""
        if share == 0:
            self.fading = Fading(*self.moving)
        self.fading.set_alpha(1.0 - ease(2 * share))
        for chip in self.chips:
            chip.set_alpha(ease(2 * share - 1 if len(self.moving) else share))


def _fitting(setter: Typesetter, heads: Sequence[Sequence[str]], room: float) -> list[Paragraph]:
    """The longest heads that need not shrink much, all in one size."""
    size = setter.theme.sizes.label
    for choice in zip(*heads, strict=True):
        made = alike(setter, choice, size, room, ["text"] * len(choice))
        if made[0].em >= LARGE * setter.em(size) and max(one.advance for one in made) <= room * (1 + 1e-9):
            break
    return made
