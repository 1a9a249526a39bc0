from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from lranim.core.types import Array
from lranim.draw import outlines
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


@pytest.mark.parametrize("bold", [False, True])
def test_chinese_and_latin_share_a_baseline(bold: bool) -> None:
    """Letters and digits stand where they stand alone; characters hang a little below and rise above them."""
    text = "第 13 步，lr = 0.9。"
    for char, ink in zip(text, text_outlines(text, FONT, bold).inks, strict=True):
        if char == " ":
            continue
        (_, low), (_, high) = ends(Outlines((ink,), (0.0,), 0.0))
        (_, foot), (_, top) = ends(text_outlines(char, FONT, bold))
        assert (low, high) == pytest.approx((foot, top), abs=0.01), char
        if char in "第步":
            assert -0.13 < low < -0.03
            assert 0.8 < high < 0.93
        elif char in "13l09":
            assert low == pytest.approx(0, abs=0.02)


def test_full_width_marks_fill_a_square() -> None:
    """A mark takes one em as a character does, with its ink at the left as in mainland China."""
    for mark in "，。：；？（":
        assert text_outlines(f"步{mark}步", FONT).width == pytest.approx(3, abs=0.01)
    for mark in "，。：；":
        (left, _), (right, _) = ends(text_outlines(mark, FONT))
        assert right < 0.5, mark
        assert left > 0


def test_forms_do_not_depend_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever language Pango takes a text for, its glyphs are the same; unpinned they are not."""
    text = "直角：骨、海。"

    def drawn(lang: str, locl: int) -> Array:
        with monkeypatch.context() as patch:
            pinned = outlines.PINNED.replace("zh-cn", lang).replace("locl=0", f"locl={locl}")
            patch.setattr(outlines, "PINNED", pinned)
            return np.concatenate([ink.curves for ink in text_outlines.__wrapped__(text, FONT).inks])

    for lang in ("ja", "zh-tw", "zh-hk", "ko", "en"):
        assert np.array_equal(drawn(lang, 0), drawn("zh-cn", 0)), lang
    assert not np.array_equal(drawn("ja", 1), drawn("zh-cn", 1))


def test_contours_are_closed() -> None:
    """A fill needs every contour to come back to where it began: curves join, or a new contour starts."""
    for ink in (text_outlines("8", FONT).inks[0], formula_outlines("eta", FONT).inks[0]):
        starts, stops = ink.curves[:, 0], ink.curves[:, 3]
        joins = np.abs(starts[1:] - stops[:-1]).max(axis=1) < 1e-6
        begins = np.flatnonzero(np.append(True, ~joins))
        closes = np.append(begins[1:], len(starts)) - 1
        assert np.allclose(starts[begins], stops[closes], atol=1e-6)
    assert len(begins) == 1
    assert len(text_outlines("8", FONT).inks) == 1


def test_formulas() -> None:
    """On their baseline, coloured where they say so, exponents above."""
    laid = formula_outlines('x - #text(fill: rgb("#FF9F43"))[$eta$] x^2', FONT)
    fills = [(ink.fill or "").upper() for ink in laid.inks]
    assert fills.count("#FF9F43") == 1
    assert len(set(fills)) == 2
    low, high = ends(Outlines(laid.inks[:1], (), 0))
    assert low[1] == pytest.approx(0, abs=0.02)
    assert ends(Outlines(laid.inks[-1:], (), 0))[0][1] > 0.2
    assert laid.width == pytest.approx(ends(laid)[1][0])
    assert formula_outlines("x x x", FONT).width > formula_outlines("x x", FONT).width > high[0]


def test_laid_out_once() -> None:
    """The same text or formula is the same object the second time, and bold is another one."""
    assert text_outlines("once", FONT) is text_outlines("once", FONT)
    assert formula_outlines("a + b", FONT) is formula_outlines("a + b", FONT)
    assert text_outlines("once", FONT, True).width > text_outlines("once", FONT, False).width


def test_a_formula_may_have_chinese_words() -> None:
    """What the maths font has not comes from the font of the texts: ink of its own, not empty boxes."""
    laid = formula_outlines('"步长" = eta dot "梯度"', FONT)
    assert len({len(ink.curves) for ink in (*laid.inks[:2], *laid.inks[-2:])}) == 4
    (_, low), (_, high) = (edge for edge in ends(text_outlines("步长", FONT)))
    (_, foot), (_, top) = ends(Outlines(laid.inks[:2], laid.x[:2], 0.0))
    assert (foot, top) == pytest.approx((low, high), abs=0.02)
