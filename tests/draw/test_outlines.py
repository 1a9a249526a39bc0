from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from lranim.core.types import Array
from lranim.draw.outlines import Outlines, formula_outlines, text_outlines
from lranim.look.fonts import check_fonts
from lranim.look.theme import THEMES

FONT = check_fonts(THEMES["dark"].fonts, "").used


def ends(laid: Outlines) -> tuple[Array, Array]:
    """Lowest and highest x and y of the ink."""
    points = np.concatenate([ink.curves for ink in laid.inks]).reshape(-1, 2)
    return points.min(axis=0), points.max(axis=0)


@pytest.mark.parametrize("bold", [False, True])
def test_digits_have_one_width(bold: bool) -> None:
    """Numbers that change do not jitter: all digits are as wide, and n of them n times that."""
    widths = {round(text_outlines(digit, FONT, bold).width, 4) for digit in "0123456789"}
    assert len(widths) == 1
    [width] = widths
    assert text_outlines("0123456789", FONT, bold).width == pytest.approx(10 * width, abs=0.02)


def test_width_grows_with_every_letter_and_space() -> None:
    """Pen positions come from the layout, so a space at the end counts too."""
    widths = [text_outlines(words, FONT).width for words in ("", "a", "a ", "a b", "a bc", "a bc.")]
    assert widths[0] == pytest.approx(0)
    assert all(later > earlier + 0.1 for earlier, later in pairwise(widths))
    laid = text_outlines("step", FONT)
    assert len(laid.x) == len(laid.inks) == 4
    assert list(laid.x) == sorted(laid.x)
    assert 0 == laid.x[0] < laid.x[-1] < laid.width


def test_letters_stand_on_the_baseline() -> None:
    """An x stands on 0, a p hangs below it, and capitals are 0.73 em high, as the sizes assume."""
    low, high = ends(text_outlines("x", FONT))
    assert low[1] == pytest.approx(0, abs=0.01)
    assert 0.4 < high[1] < 0.6
    assert ends(text_outlines("p", FONT))[0][1] < -0.15
    low, high = ends(text_outlines("H", FONT))
    assert (low[1], high[1]) == pytest.approx((0, 0.73), abs=0.015)


def test_chinese_has_outlines() -> None:
    """Each character has ink of its own, in an em of its own."""
    laid = text_outlines("学习率", FONT)
    assert len(laid.inks) == 3
    assert all(len(ink.curves) > 10 for ink in laid.inks)
    assert laid.width == pytest.approx(3, abs=0.1)


def test_contours_are_closed() -> None:
    """A fill needs every contour to come back to where it began: curves join, or a new contour starts."""
    for ink in (text_outlines("8", FONT).inks[0], formula_outlines("eta").inks[0]):
        starts, stops = ink.curves[:, 0], ink.curves[:, 3]
        joins = np.abs(starts[1:] - stops[:-1]).max(axis=1) < 1e-6
        begins = np.flatnonzero(np.append(True, ~joins))
        closes = np.append(begins[1:], len(starts)) - 1
        assert np.allclose(starts[begins], stops[closes], atol=1e-6)
    assert len(begins) == 1
    assert len(text_outlines("8", FONT).inks) == 1


def test_formulas() -> None:
    """On their baseline, coloured where they say so, exponents above."""
    laid = formula_outlines('x - #text(fill: rgb("#FF9F43"))[$eta$] x^2')
    fills = [(ink.fill or "").upper() for ink in laid.inks]
    assert fills.count("#FF9F43") == 1
    assert len(set(fills)) == 2
    low, high = ends(Outlines(laid.inks[:1], (), 0))
    assert low[1] == pytest.approx(0, abs=0.02)
    assert ends(Outlines(laid.inks[-1:], (), 0))[0][1] > 0.2
    assert laid.width == pytest.approx(ends(laid)[1][0])
    assert formula_outlines("x x x").width > formula_outlines("x x").width > high[0]


def test_laid_out_once() -> None:
    """The same text or formula is the same object the second time, and bold is another one."""
    assert text_outlines("once", FONT) is text_outlines("once", FONT)
    assert formula_outlines("a + b") is formula_outlines("a + b")
    assert text_outlines("once", FONT, True).width > text_outlines("once", FONT, False).width
