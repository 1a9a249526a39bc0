from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest
from manim import VMobject

from lranim.draw.key_panel import KeyPanel, KeyRow
from lranim.draw.layout import Box, Layout
from lranim.draw.lettering import Typesetter
from lranim.draw.shapes import Shape, discs
from lranim.look.fonts import check_fonts
from lranim.look.theme import THEMES

Ink = Callable[[VMobject], Box]


def mark(box: Box, unit: float) -> Sequence[Shape]:
    """A disc in the middle."""
    return [Shape(fill="#FFFFFF").draw(discs([box.centre], unit))]


ROWS = [
    KeyRow(mark, "longer: J falls faster"),
    KeyRow(mark, "slope along a", "muted", r"partial J \/ partial a = -12.25"),
    KeyRow(mark, "steepest way down", "gradient", "<gradient>-nabla J = (-12.25, 333)</gradient>"),
]


@pytest.mark.parametrize("size", [(16, 9), (4, 3), (1, 1), (9, 16)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("count", [1, 3, 5])
def test_rows_lie_below_one_another_in_the_panel(ink: Ink, size: tuple[int, int], count: int) -> None:
    """In panels of each shape: inside of the ground, apart, and at the size that the layout still reads."""
    layout = Layout.of(8.0 * size[0] / size[1], 8.0)
    theme = THEMES["dark"]
    setter = Typesetter(theme, check_fonts(theme.fonts, "").used, layout.unit, layout.least)
    panel = KeyPanel(setter, layout.panel, (ROWS + ROWS)[:count])
    boxes = [ink(row) for row in panel.rows]
    for box in boxes:
        assert layout.panel.left < box.left < box.right < layout.panel.right
        assert layout.panel.bottom < box.bottom < box.top < layout.panel.top
    for upper, lower in pairwise(boxes):
        assert upper.bottom > lower.top
    assert all(row.words.em >= setter.em(0.0) for row in panel.rows)


def test_words_stand_below_the_formula_where_there_is_no_room_beside_it(setter: Typesetter, ink: Ink) -> None:
    """In one panel, each row as it fits."""
    wide, narrow = (KeyPanel(setter, Box(0, 0, width, 5), ROWS) for width in (9.0, 5.4))
    for panel, beside in ((wide, True), (narrow, False)):
        row = panel.rows[2]
        formula, words = ink(row.formula), ink(row.words)
        assert (words.left > formula.right) == beside
        assert (words.top < formula.bottom) != beside
    assert [row.words.em for row in narrow.rows] == pytest.approx([narrow.rows[0].words.em] * 3)


def test_rows_come_one_by_one(setter: Typesetter) -> None:
    """None is seen at first, and each has its own opacity."""
    panel = KeyPanel(setter, Box(0, 0, 5, 5), ROWS)
    shapes = [[part for part in row.get_family() if isinstance(part, Shape)] for row in panel.rows]
    assert all(shape.opacity == 0 for row in shapes for shape in row)
    panel.rows[1].set_alpha(0.5)
    assert [np.mean([shape.opacity for shape in row]) for row in shapes] == [0.0, 0.5, 0.0]
