from __future__ import annotations

import numpy as np
import pytest
from manim import VMobject

from lranim.core.types import Array
from lranim.draw.layout import tall
from lranim.draw.lettering import Labels, Typesetter
from lranim.look.fonts import check_fonts
from lranim.look.theme import THEMES

DARK = THEMES["dark"]


@pytest.fixture(scope="module")
def setter() -> Typesetter:
    """A typesetter for a frame of 1080 rows: an em of size 5 is 0.4 manim units."""
    return Typesetter(DARK, check_fonts(DARK.fonts, "").used, 0.08)


def fills(lettering: VMobject) -> set[str]:
    """The colours of a line's shapes."""
    return {shape.get_fill_color().to_hex().upper() for shape in lettering.submobjects}


def left_right(points: Array) -> tuple[float, float]:
    """Ends of the ink."""
    return float(points[:, 0].min()), float(points[:, 0].max())


def test_tags_colour_parts_of_a_text(setter: Typesetter) -> None:
    """Each colour is one shape; the width is that of the plain text."""
    line = setter.text("Learning rate <rate>0.9</rate> at <point>13</point>", 5)
    assert fills(line) == {DARK.text, DARK.rate, DARK.point_text}
    # Kerning across a change of colour is lost.
    assert line.advance == pytest.approx(setter.text("Learning rate 0.9 at 13", 5).advance, abs=0.02)
    assert line.em == pytest.approx(0.4)
    assert fills(setter.text("muted", 5, "muted")) == {DARK.muted}
    with pytest.raises(KeyError):
        setter.text("<nobody>3</nobody>", 5)


def test_tags_colour_parts_of_a_formula(setter: Typesetter) -> None:
    """The same tags work around Typst source."""
    line = setter.formula("a <- a - <rate>eta</rate> dot <gradient>J'(a)</gradient>", 5)
    assert fills(line) == {DARK.text, DARK.rate, DARK.gradient}
    assert fills(setter.formula("a + b", 5, "cost")) == {DARK.cost}


@pytest.mark.parametrize("anchor", [0.0, 0.5, 1.0])
def test_a_line_goes_where_it_is_put(setter: Typesetter, anchor: float) -> None:
    """The anchor's share of the width lies left of x, the baseline at y, however often it is moved."""
    line = setter.text("HxH", 5)
    for x, y in ((3.0, -2.0), (1.0, 1.0)):
        line.at(x, y, anchor)
    points = np.concatenate([shape.points for shape in line.submobjects])
    left, right = left_right(points)
    assert (left + right) / 2 == pytest.approx(1.0 + (0.5 - anchor) * line.advance, abs=0.02)
    assert points[:, 1].min() == pytest.approx(1.0, abs=0.005)


def test_fit(setter: Typesetter) -> None:
    """A line that is too long gets smaller, one that is not stays."""
    assert setter.fit("short", 5, 10).em == setter.em(5)
    long = setter.fit("rather a long line of text", 5, 2.0)
    assert long.advance == pytest.approx(2.0)
    assert long.em < setter.em(5)


def test_fit_breaks_a_text_rather_than_making_it_too_small(setter: Typesetter) -> None:
    """Into as few lines as leave it a size that is asked for, or else as large as can be."""
    text = "rather a <rate>long line</rate> of text that goes on"
    whole = setter.text(text, 5).advance
    for share, count in ((1, 1), (0.85, 1), (0.7, 2), (0.35, 3)):
        assert len(setter.fit(text, 5, whole * share, lines=3, least=4).lines) == count
    broken = setter.fit(text, 5, whole * 0.4, lines=3, least=4)
    assert max(line.advance for line in broken.lines) == broken.advance <= whole * 0.4 + 1e-9
    assert DARK.rate in set().union(*(fills(line) for line in broken.lines))
    low = setter.fit(text, 5, whole * 0.4, lines=3, height=setter.em(5) * tall(1))
    assert len(low.lines) == 1
    assert low.em == pytest.approx(setter.em(5) * 0.4, rel=0.05)


def test_nothing_is_set_too_small_to_read() -> None:
    """Whatever size is asked for, and whatever room there is."""
    setter = Typesetter(DARK, check_fonts(DARK.fonts, "").used, 0.08, 4.0)
    assert setter.em(3.8) == setter.em(4.0) == pytest.approx(0.32)
    assert setter.em(5.0) == pytest.approx(0.4)
    assert setter.cap(3.8) == pytest.approx(0.73 * 0.32)
    assert setter.text("x", 1.0).em == setter.number(2.0, "text").em == setter.em(4.0)
    assert setter.fit("rather a long line of text", 5, 0.5).em == setter.em(4.0)


@pytest.mark.parametrize("bold", [False, True])
def test_the_decimal_point_keeps_its_place(setter: Typesetter, bold: bool) -> None:
    """Right-aligned, the digits after the point and the point itself do not move at all."""
    number = setter.number(5, "point", bold=bold).at(2.0, 1.0)
    tail = number.put(0.25).points[-len(setter.number(5, "point", bold=bold).put(0.25).points) :]
    head = len(setter.number(0.1, "point", digits=0, bold=bold).put(0.0).points)
    for value in (7.25, -12.25, 99999.25, -0.25):
        assert np.allclose(number.put(value).points[head - len(tail) :], tail[head:])
    assert left_right(number.points)[1] == pytest.approx(2.0, abs=0.05)


def test_a_number_left_aligned_keeps_its_first_digit(setter: Typesetter) -> None:
    """A step count grows to the right."""
    number = setter.number(8, "text", digits=0, align="left").at(-1.0, 0.0)
    one = number.put(2).points.copy()
    assert np.allclose(number.put(25).points[: len(one)], one)
    assert number.advance(25) == pytest.approx(2 * number.advance(2))


def test_a_number_shows_what_it_says(setter: Typesetter) -> None:
    """Fences, signs, nothing; and the same value is not drawn twice."""
    number = setter.number(5, "gradient", sign=True, fences="()")
    assert number.put(4).shown == "(+4.00)"
    drawn = number.points
    assert number.put(4.001).points is drawn
    assert number.put(-4).shown == "(−4.00)"
    assert number.put(None).shown == ""
    assert not len(number.points)
    # Moved, it must be drawn again.
    there = number.at(1.0, 0.0).put(None).put(4).points
    assert np.allclose(there - drawn, [1, 0, 0])


def test_labels(setter: Typesetter) -> None:
    """Several texts in one shape, each at its place, replaced as a whole."""
    labels = Labels(setter, "muted", 4)
    labels.write(("HH", 0.0, 0.0, 0.5), ("HH", 5.0, 2.0, 1.0))
    one, two = np.split(labels.points, 2)
    assert sum(left_right(one)) == pytest.approx(0, abs=0.01)
    assert left_right(two)[1] == pytest.approx(5.0, abs=0.05)
    assert np.allclose(two - one, [5.0 - labels.advance("HH") / 2, 2.0, 0.0])
    assert not len(labels.write().points)
