"""A text of one or more lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from manim import VGroup

from lranim.draw.layout import CAP, LEADING, Box

if TYPE_CHECKING:
    from lranim.draw.lettering import Lettering


class Paragraph(VGroup):
    """Lines of one text, placed by the pen position and baseline of the first one.

    Parameters
    ----------
    lines
        At least one, all of one size.
    """

    def __init__(self, lines: Sequence[Lettering]) -> None:
        super().__init__(*lines)
        self.lines = list(lines)
        self.em = lines[0].em
        self.advance = max(line.advance for line in lines)
        self.x = self.y = 0.0

    @property
    def drop(self) -> float:
        """From the first baseline to the last."""
        return (len(self.lines) - 1) * LEADING * self.em

    def at(self, x: float, y: float, anchor: float = 0.0) -> Paragraph:
        """Move the first baseline to `y`, and the share `anchor` of each line to the left of `x`."""
        self.x, self.y = x - anchor * self.advance, y
        for index, line in enumerate(self.lines):
            line.at(x, y - index * LEADING * self.em, anchor)
        return self

    def within(self, box: Box) -> Paragraph:
        """Put it at the left of a box, half as high as that; tails do not count."""
        return self.at(box.left, float(box.centre[1]) + (self.drop - CAP * self.em) / 2)

    def set_alpha(self, opacity: float) -> Paragraph:
        """Set the opacity of the whole."""
        for line in self.lines:
            line.set_alpha(opacity)
        return self
