"""Scenes taken apart: nothing is lost, texts are known by their words, and what rests is not drawn again."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from manim import DecimalNumber, MarkupText, MathTypst, Square, Text, VGroup

from lranim.catalogue import registry
from lranim.draw.layout import CAP
from lranim.draw.lettering import Labels, Lettering, Number
from lranim.draw.shapes import Shape, discs
from lranim.judge.picture import Easel, Picture
from lranim.look.theme import THEMES

SIZE = (640, 360)


def put_together(picture: Picture) -> np.ndarray:
    """All layers over the background, lowest first."""
    everywhere = (slice(0, picture.size[0]), slice(0, picture.size[1]))
    ground = np.full((*picture.size, 3), picture.background, np.float32)
    for layer in picture.layers:
        ground = layer.over(ground, everywhere)
    return ground


@pytest.mark.thorough_after(6)
@pytest.mark.parametrize(
    ("name", "theme"), list(zip(registry.scenes(), itertools.cycle(THEMES), strict=False))
)
def test_the_parts_make_the_picture(tell: Callable[..., Any], name: str, theme: str) -> None:
    """Drawn alone and laid over one another, the layers are the frame, at the first rest and at the last."""
    apart: list[float] = []
    easels: list[Easel] = []

    def look(scene: Any) -> None:
        easels[:] = easels or [Easel(scene)]
        picture = easels[0].picture()
        if not apart or scene.alt:
            frame = scene.renderer.still(scene)[..., :3].astype(float)
            apart.append(float(np.abs(put_together(picture) - frame).max()))

    tell(name, theme=theme, size=(320, 180), look=look)
    assert len(apart) >= 2
    # Each layer's colours are rounded to whole levels, and edges that overlap round more than once.
    assert max(apart) <= 4


def shown(scene: Any) -> list[str]:
    """The words of all texts that a scene says it shows."""
    words = []
    for mobject in scene.get_mobject_family_members():
        if isinstance(mobject, Lettering) and any(
            part.opacity > 0 and len(part.points) for part in mobject.submobjects
        ):
            words.append(mobject.words)
        elif isinstance(mobject, Number) and mobject.opacity > 0 and len(mobject.points):
            words.append(mobject.shown)
        elif isinstance(mobject, Labels) and mobject.opacity > 0:
            words += [row for row, count in mobject.shown if count]
    return words


@pytest.mark.parametrize("name", list(registry.scenes()))
def test_every_text_is_found_with_its_words_and_size(tell: Callable[..., Any], name: str) -> None:
    """Lines, formulas, numbers and labels, each in the frame, with capitals as high as its em says."""
    scene = tell(name, size=SIZE)
    picture = Easel(scene).picture()
    texts = list(dict.fromkeys(layer.text for layer in picture.layers if layer.text))
    assert sorted(text.text for text in texts) == sorted(shown(scene))
    assert len(texts) > 10
    heights = {round(text.cap_height / CAP / scene.layout.unit, 3) for text in texts}
    assert scene.theme.sizes.tick in heights  # long titles and captions shrink
    for text in texts:
        assert picture.frame.left < text.box.left < text.box.right < picture.frame.right
        assert picture.frame.bottom < text.box.bottom < text.box.top < picture.frame.top


def test_colours_are_layers_of_one_text(staged: Callable[..., Any]) -> None:
    """A text in two colours has two layers that share one record, each with its colour."""
    with staged("slope", size=SIZE) as scene:
        scene.setup()
        scene.add(scene.setter.text("rate <rate>0.9</rate>", 5.0).at(0.0, 0.0))
        layers = Easel(scene).picture().layers
    assert len(layers) == 2
    assert layers[0].text is layers[1].text
    codes = ["#{:02X}{:02X}{:02X}".format(*layer.colour) for layer in layers]
    assert codes == [scene.theme.text, scene.theme.rate]


@pytest.mark.usefixtures("in_folder")
def test_plain_texts_of_manim_are_seen_too(staged: Callable[..., Any]) -> None:
    """Text, MarkupText, MathTypst and DecimalNumber, nested or not; the highest sign counts as a capital."""
    words = Text("Hello", font_size=36)
    formula = MathTypst("a + b").shift([0, 2, 0])
    number = DecimalNumber(3.5, mob_class=Text).shift([0, -2, 0])
    with staged("slope", size=SIZE) as scene:
        scene.setup()
        scene.add(Square(name="frame of the words"), VGroup(words, formula), number, MarkupText("<b>x</b>"))
        picture = Easel(scene).picture()
    texts = list(dict.fromkeys(layer.text for layer in picture.layers if layer.text))
    assert [text.text for text in texts] == ["Hello", "$ a + b $", "3.5", "<b>x</b>"]
    assert texts[0].cap_height == pytest.approx(max(letter.height for letter in words), abs=1e-6)
    assert picture.layers[0].name == "frame of the words"


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to be in: manim's own texts write files."""
    monkeypatch.chdir(tmp_path)


def test_names(staged: Callable[..., Any]) -> None:
    """Shapes are called by what they are and the role of their colour, unless the drawing code named them."""
    with staged("slope", size=SIZE) as scene:
        scene.setup()
        theme = scene.theme
        shapes = [Shape(stroke=theme.cost, width=4), Shape(fill=theme.point), Shape(fill="#123456")]
        shapes.append(Shape(fill=theme.grid))
        shapes[-1].name = "the sun"
        scene.add(*(shape.draw(discs(np.zeros((1, 2)), 1.0)) for shape in shapes))
        names = [layer.name for layer in Easel(scene).picture().layers]
    assert names == ["line (cost)", "shape (point)", "shape (own colour)", "the sun"]
