from __future__ import annotations

from collections.abc import Callable

import pytest
from manim import VMobject

from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.tag import Tag


@pytest.mark.parametrize("words", ["valley 0.05", "最佳：第 38 轮", "Lgy"])
def test_the_box_holds_text_and_rim(setter: Typesetter, ink: Callable[[VMobject], Box], words: str) -> None:
    """Wherever it is put, and the rim moves with the text."""
    tag = Tag(setter.text(words, 4.3, bold=True), "#101418")
    for x, y, anchor in ((0.0, 0.0, 0.0), (2.0, -1.0, 0.5), (-1.0, 3.0, 1.0)):
        tag.at(x, y, anchor)
        drawn, box = ink(tag.text), tag.box
        assert box.left <= drawn.left < drawn.right <= box.right
        assert box.bottom <= drawn.bottom < drawn.top <= box.top
        assert [*tag.rim.points.min(axis=0)] == pytest.approx([drawn.left, drawn.bottom, 0])
        assert tag.x == pytest.approx(x - anchor * tag.advance)


def test_a_tag_is_centred_on_a_height(setter: Typesetter, ink: Callable[[VMobject], Box]) -> None:
    """That of its digits."""
    tag = Tag(setter.text("0", 4.3), "#101418").centred(1.0, 2.0)
    assert ink(tag.text).centre[1] == pytest.approx(2.0, abs=0.02 * tag.em)


def test_a_tag_fades(setter: Typesetter) -> None:
    """Rim and text."""
    tag = Tag(setter.text("a", 4.3), "#101418").set_alpha(0.5)
    assert {shape.opacity for shape in tag.get_family() if len(shape.points)} == {0.5}
