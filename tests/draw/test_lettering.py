"""Text, formulas and numbers: where their ink lies, in which colours, large enough to be read."""

from __future__ import annotations

import numpy as np
import pytest
from manim import VMobject
from PIL import Image

from lranim.core.types import Array
from lranim.draw import outlines
from lranim.draw.layout import tall
from lranim.draw.lettering import Number, Typesetter
from lranim.draw.outlines import Outlines, formula_outlines, text_outlines, write_line
from lranim.look.fonts import check_fonts
from lranim.look.theme import THEMES

DARK = THEMES["dark"]
FONT = check_fonts(DARK.fonts, "").used


@pytest.fixture(scope="module")
def readable() -> Typesetter:
    """One that sets nothing smaller than 3 units."""
    return Typesetter(DARK, FONT, 0.08, 3.0)


def fills(lettering: VMobject) -> set[str]:
    """The colours of a line's shapes."""
    return {shape.get_fill_color().to_hex().upper() for shape in lettering.submobjects}


def reach(laid: Outlines) -> tuple[Array, Array]:
    """Lowest and highest x and y of the ink of outlines."""
    points = np.concatenate([ink.curves for ink in laid.inks]).reshape(-1, 2)
    return points.min(axis=0), points.max(axis=0)


@pytest.mark.parametrize("bold", [False, True])
def test_digits_have_one_width(bold: bool) -> None:
    """Numbers that change do not jitter: all digits are as wide, and n of them n times that."""
    [width] = {round(text_outlines(digit, FONT, bold).width, 4) for digit in "0123456789"}
    assert text_outlines("0123456789", FONT, bold).width == pytest.approx(10 * width, abs=0.02)


@pytest.mark.parametrize(
    ("letter", "low", "high"),
    [
        ("x", (-0.01, 0.01), (0.4, 0.6)),
        ("p", (-0.3, -0.15), (0.4, 0.6)),
        ("H", (-0.01, 0.01), (0.715, 0.745)),
    ],
)
def test_letters_stand_on_the_baseline(
    letter: str, low: tuple[float, float], high: tuple[float, float]
) -> None:
    """An x stands on 0, a p hangs below it, and capitals are 0.73 em high, as the sizes assume."""
    (_, foot), (_, top) = reach(text_outlines(letter, FONT))
    assert low[0] <= foot <= low[1]
    assert high[0] <= top <= high[1]


@pytest.mark.parametrize("bold", [False, True])
def test_chinese_and_latin_share_a_baseline(bold: bool) -> None:
    """Letters and digits stand where they stand alone; characters hang a little below and rise above them."""
    text = "第 13 步，lr = 0.9。"
    for char, ink in zip(text, text_outlines(text, FONT, bold).inks, strict=True):
        if char != " ":
            (_, low), (_, high) = reach(Outlines((ink,), 0.0))
            (_, foot), (_, top) = reach(text_outlines(char, FONT, bold))
            assert (low, high) == pytest.approx((foot, top), abs=0.01), char
            assert char not in "第步" or (-0.13 < low < -0.03 and 0.8 < high < 0.93)


def test_full_width_marks_fill_a_square() -> None:
    """A mark takes one em as a character does, with its ink at the left as in mainland China."""
    for mark in "，。：；？（":
        assert text_outlines(f"步{mark}步", FONT).width == pytest.approx(3, abs=0.01)
    for mark in "，。：；":
        (left, _), (right, _) = reach(text_outlines(mark, FONT))
        assert 0 < left < right < 0.5, mark


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


def test_formulas() -> None:
    """On their baseline, coloured where they say so, exponents above, wide as their ink."""
    laid = formula_outlines('x - #text(fill: rgb("#FF9F43"))[$eta$] x^2', FONT)
    colours = [(ink.fill or "").upper() for ink in laid.inks]
    assert colours.count("#FF9F43") == 1
    assert len(set(colours)) == 2
    assert reach(Outlines(laid.inks[:1], 0.0))[0][1] == pytest.approx(0, abs=0.02)
    assert reach(Outlines(laid.inks[-1:], 0.0))[0][1] > 0.2
    assert laid.width == pytest.approx(reach(laid)[1][0])


def test_a_formula_may_have_chinese_words() -> None:
    """What the maths font has not comes from the font of the texts: ink of its own, not empty boxes."""
    laid = formula_outlines('"步长" = eta dot "梯度"', FONT)
    assert len({len(ink.curves) for ink in (*laid.inks[:2], *laid.inks[-2:])}) == 4
    (_, low), (_, high) = reach(text_outlines("步长", FONT))
    (_, foot), (_, top) = reach(Outlines(laid.inks[:2], 0.0))
    assert (foot, top) == pytest.approx((low, high), abs=0.02)


@pytest.mark.parametrize("name", sorted(THEMES))
@pytest.mark.parametrize(("words", "fits"), [("Equal steps, downhill.", True), ("nearer and " * 30, False)])
def test_a_line_is_written_into_an_image(name: str, words: str, fits: bool) -> None:
    """In the theme's colours, on the baseline, never wider than its room; a long line gets smaller."""
    theme = THEMES[name]
    page = Image.new("RGB", (400, 100), theme.background)
    write_line(page, words, theme, 20, 60, 24, 340)
    pixels = np.asarray(page).astype(int)
    ground, ink = (
        np.array([int(code[k : k + 2], 16) for k in (1, 3, 5)]) for code in (theme.background, theme.text)
    )
    rows, columns = np.nonzero(np.abs(pixels - ground).max(axis=2) > 60)
    assert 20 <= columns.min() < 30
    assert columns.max() < 360
    assert bool(columns.max() > 340) is not fits
    assert bool(rows.max() - rows.min() > 15) is fits
    assert 60 - 24 <= rows.min() < 60
    if fits:
        # Capitals stand on the baseline, and only tails hang below it.
        assert 60 < rows.max() <= 60 + 24 * 0.3
        assert (rows >= 60).mean() < 0.1
        assert (np.abs(pixels - ink).max(axis=2) < 30).any()


def test_tags_colour_parts(setter: Typesetter) -> None:
    """Of a text and of a formula: each colour is one shape; the width is that of the plain text."""
    line = setter.text("Learning rate <rate>0.9</rate> at <point>13</point>", 5)
    assert fills(line) == {DARK.text, DARK.rate, DARK.point_text}
    # Kerning across a change of colour is lost.
    assert line.advance == pytest.approx(setter.text("Learning rate 0.9 at 13", 5).advance, abs=0.02)
    assert line.em == pytest.approx(5 * setter.unit)
    formula = setter.formula("a <- a - <rate>eta</rate> dot <gradient>J'(a)</gradient>", 5)
    assert fills(formula) == {DARK.text, DARK.rate, DARK.gradient}
    assert fills(setter.formula("a + b", 5, "cost")) == {DARK.cost}


def test_fit(setter: Typesetter) -> None:
    """A long text breaks into as few lines as leave it the size asked for, or is as large as can be."""
    text = "rather a <rate>long line</rate> of text that goes on"
    whole, em = setter.text(text, 5).advance, setter.em(5)
    assert setter.fit("short", 5, 10).em == em
    assert setter.fit(text, 5, 2.0).advance == pytest.approx(2.0)
    for share, count in ((1, 1), (0.85, 1), (0.7, 2), (0.35, 3)):
        assert len(setter.fit(text, 5, whole * share, lines=3, least=4).lines) == count
    broken = setter.fit(text, 5, whole * 0.4, lines=3, least=4)
    assert max(line.advance for line in broken.lines) == broken.advance <= whole * 0.4 + 1e-9
    assert DARK.rate in set().union(*(fills(line) for line in broken.lines))
    low = setter.fit(text, 5, whole * 0.4, lines=3, height=em * tall(1))
    assert len(low.lines) == 1
    assert low.em == pytest.approx(em * 0.4, rel=0.05)


def test_nothing_is_set_too_small_to_read(readable: Typesetter) -> None:
    """Whatever size is asked for, and whatever room there is."""
    assert readable.em(2.8) == readable.em(3.0) == pytest.approx(0.24)
    assert readable.cap(2.8) == pytest.approx(0.73 * 0.24)
    assert readable.text("x", 1.0).em == Number(readable, 2.0, "text").em == readable.em(3.0)
    assert readable.fit("rather a long line of text", 5, 0.5).em == readable.em(3.0)


def test_a_number_does_not_jitter(setter: Typesetter) -> None:
    """Right-aligned, the point and what follows keep their place; left-aligned, the first digit does."""
    for bold in (False, True):
        number = Number(setter, 5, "point", bold=bold).at(2.0, 1.0)
        head = len(Number(setter, 5, "point", digits=0, bold=bold).put(0).points)
        tail = number.put(0.25).points[head:].copy()
        for value in (7.25, -12.25, 99999.25, -0.25):
            assert np.allclose(number.put(value).points[-len(tail) :], tail)
        assert number.points[:, 0].max() == pytest.approx(2.0, abs=0.05)
    count = Number(setter, 8, "text", digits=0, align="left").at(-1.0, 0.0)
    first = count.put(2).points.copy()
    assert np.allclose(count.put(25).points[: len(first)], first)
    assert count.advance(25) == pytest.approx(2 * count.advance(2))


def test_a_number_shows_what_it_says(setter: Typesetter) -> None:
    """Brackets round what is negative; nothing; moved, it is drawn again."""
    number = Number(setter, 5, "gradient", factor=True)
    drawn = number.put(4).points.copy()
    assert number.shown == "4.00"
    assert number.put(-4).shown == "(−4.00)"
    assert not len(number.put(None).points)
    assert np.allclose(number.at(1.0, 0.0).put(4).points - drawn, [1, 0, 0])
