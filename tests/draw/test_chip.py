from __future__ import annotations

from collections.abc import Callable

import pytest
from manim import VMobject

from lranim.draw.chip import Chip, alike
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter

BOX = Box(-2.0, 1.0, 2.0, 2.0)


@pytest.mark.parametrize("lines", [1, 2])
def test_words_stand_in_the_middle(setter: Typesetter, ink: Callable[[VMobject], Box], lines: int) -> None:
    """Of one line or two, as far from the left as from the right and from top as from bottom."""
    words = "too large: bounces" if lines == 1 else "too large: bounces from side to side for ever"
    sized = Typesetter(setter.theme, setter.font, setter.unit, least=3.0)
    [text] = alike(sized, [words], 4.3, 3.2, ["minimum"], lines=2)
    assert len(text.lines) == lines
    chip = Chip(setter, BOX, text, "minimum")
    frame, inked = ink(chip.frame), ink(chip.words)
    assert (frame.left, frame.bottom, frame.right, frame.top) == pytest.approx((-2, 1, 2, 2))
    assert inked.left + inked.right == pytest.approx(0, abs=0.1)
    assert inked.bottom + inked.top == pytest.approx(3, abs=0.12)


def test_it_fades_as_a_whole(setter: Typesetter) -> None:
    """Frame and words."""
    chip = Chip(setter, BOX, alike(setter, ["settles"], 4.3, 3.0, ["gradient"])[0], "gradient")
    chip.set_alpha(0.25)
    assert {part.opacity for part in (chip.frame, *chip.words.lines[0])} == {0.25}


def test_texts_are_alike_in_size(setter: Typesetter) -> None:
    """The longest one decides; where all have room, the size is as asked for."""
    made = alike(setter, ["settles", "jumps from side to side"], 4.3, 2.6, ["text", "text"])
    assert made[0].em == pytest.approx(made[1].em)
    assert made[1].advance == pytest.approx(2.6)
    [roomy] = alike(setter, ["settles"], 4.3, 9.0, ["text"])
    assert roomy.em == pytest.approx(setter.em(4.3))
