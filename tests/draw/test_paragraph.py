from __future__ import annotations

import numpy as np
import pytest

from lranim.draw.layout import LEADING, Box, tall
from lranim.draw.lettering import Typesetter
from lranim.look.fonts import check_fonts
from lranim.look.theme import THEMES

DARK = THEMES["dark"]


@pytest.fixture(scope="module")
def setter() -> Typesetter:
    """A typesetter for a frame of 1080 rows: an em of size 5 is 0.4 manim units."""
    return Typesetter(DARK, check_fonts(DARK.fonts, "").used, 0.08)


def test_tall() -> None:
    """One line is as high as its letters; each further one adds the distance of two baselines."""
    assert tall(1) < 1.0
    assert tall(3) == pytest.approx(tall(1) + 2 * LEADING)


@pytest.mark.parametrize("anchor", [0.0, 0.5, 1.0])
def test_a_paragraph_goes_where_it_is_put(setter: Typesetter, anchor: float) -> None:
    """Each line has the anchor's share of its width left of x, the first one its baseline at y."""
    text = setter.fit("three lines of text", 5, 0.1, lines=3, least=5).at(1.0, 2.0, anchor)
    assert len(text.lines) == 3
    for index, line in enumerate(text.lines):
        assert line.x == pytest.approx(1.0 - anchor * line.advance)
        assert line.y == pytest.approx(2.0 - index * LEADING * text.em)
    assert text.drop == pytest.approx(2 * LEADING * text.em)


@pytest.mark.parametrize("lines", [1, 2])
def test_a_paragraph_stands_half_way_up_a_box(setter: Typesetter, lines: int) -> None:
    """From the top of its capitals to its last baseline."""
    box = Box(-1.0, 0.0, 5.0, 3.0)
    text = setter.fit("HH HH", 5, 0.1 if lines > 1 else 9.0, lines=2, least=5).within(box)
    points = np.concatenate([shape.points for shape in text.get_family()])
    assert len(text.lines) == lines
    assert points[:, 1].min() + points[:, 1].max() == pytest.approx(3.0, abs=0.02)
    assert points[:, 0].min() == pytest.approx(-1.0, abs=0.05)
    assert all(shape.opacity == 0.5 for line in text.set_alpha(0.5).lines for shape in line.submobjects)
