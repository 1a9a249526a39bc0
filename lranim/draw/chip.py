"""Verdicts below pictures that stand beside one another: words in a frame, all in one size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from manim import VGroup

from lranim.draw.layout import CAP, Box
from lranim.draw.lettering import Typesetter, colour
from lranim.draw.paragraph import Paragraph
from lranim.draw.shapes import Shape, rounded_box


class Chip(VGroup):
    """Words in the middle of a rounded frame.

    Parameters
    ----------
    setter
        Makes the lettering.
    box
        The frame.
    words
        What stands in it.
    role
        The frame's colour.
    """

    def __init__(self, setter: Typesetter, box: Box, words: Paragraph, role: str) -> None:
        theme, (x, y) = setter.theme, box.centre
        self.box = box
        self.frame = Shape(stroke=colour(theme, role), width=theme.sizes.tangent)
        self.frame.draw(rounded_box(box.left, box.bottom, box.right, box.top, 1.6 * setter.unit))
        self.words = words.at(float(x), float(y) + (words.drop - CAP * words.em) / 2, 0.5)
        super().__init__(self.frame, words)

    def set_alpha(self, opacity: float) -> Self:
        """Set the opacity of the whole."""
        self.frame.set_alpha(opacity)
        self.words.set_alpha(opacity)
        return self


def alike(
    setter: Typesetter,
    texts: Sequence[str],
    size: float,
    room: float,
    roles: Sequence[str],
    *,
    lines: int = 1,
) -> list[Paragraph]:
    """Set bold texts in one size, that of the one which must be smallest to have at most so many lines."""

    def fitted(size: float) -> list[Paragraph]:
        return [
            setter.fit(text, size, room, role, bold=True, lines=lines)
            for text, role in zip(texts, roles, strict=True)
        ]

    return fitted(min(words.em for words in fitted(size)) / setter.unit)
