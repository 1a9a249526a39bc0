"""A text with a rim in the colour of its ground, which can be read over anything."""

from __future__ import annotations

from typing import Self

import numpy as np
from manim import VGroup, VMobject

from lranim.core.types import Array
from lranim.draw.layout import Box
from lranim.draw.lettering import Lettering
from lranim.draw.shapes import Shape

UP, DOWN, SIDE = 0.88, 0.30, 0.11
"""How far a line of text and its rim reach above the baseline, below it, and to each side, in em."""

RIM, WIDE_RIM = 0.13, 0.16
"""How far the rim reaches about a letter, in em: so much that its soft edge is beyond what must be free. The
wide one is for texts over grids and marks, with no other text near."""


def rim(ground: str, em: float, reach: float = WIDE_RIM) -> Shape:
    """A shape that is drawn with the curves of letters of this size, and lies behind them as their rim."""
    return Shape(fill=ground, stroke=ground, width=100 * 2 * reach * em)


def curves_of(letters: VMobject) -> Array:
    """The curves of a shape as it is drawn now, ``(k, 4, 2)``."""
    return np.asarray(letters.points[:, :2].reshape(-1, 4, 2))


class Tag(VGroup):
    """A line of text over a rim that follows its letters: less of what lies behind is lost than by a plate.

    Parameters
    ----------
    text
        The line.
    ground
        The rim's colour, ``#RRGGBB``: that of what the text lies on.
    reach
        How far the rim reaches about a letter, in em.
    """

    def __init__(self, text: Lettering, ground: str, reach: float = RIM) -> None:
        self.text, self.em, self.advance = text, text.em, text.advance
        self.rim = rim(ground, text.em, reach).draw(np.concatenate([curves_of(shape) for shape in text]))
        super().__init__(self.rim, text)
        self.x = self.y = 0.0

    @property
    def box(self) -> Box:
        """What it covers."""
        side = SIDE * self.em
        return Box(
            self.x - side, self.y - DOWN * self.em, self.x + self.advance + side, self.y + UP * self.em
        )

    def at(self, x: float, y: float, anchor: float = 0.0) -> Self:
        """Move the baseline to `y`, and the pen so that the share `anchor` of the width lies left of `x`."""
        x -= anchor * self.advance
        self.rim.place(x, y)
        self.text.at(x, y)
        self.x, self.y = x, y
        return self

    def centred(self, x: float, middle: float) -> Self:
        """Move it so that its small letters and digits stand about the height `middle`."""
        return self.at(x, middle - 0.36 * self.em)

    def set_alpha(self, opacity: float) -> Self:
        """Set the opacity of the text and its rim."""
        self.rim.set_alpha(opacity)
        self.text.set_alpha(opacity)
        return self
