"""A deck has its clips' colours, and words in it can be read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image

from lranim.export.colours import Colours, colours
from lranim.export.deck import Deck
from lranim.look.theme import READABLE, THEMES, contrast


def of_theme(deck: Deck, name: str, **about: object) -> Deck:
    """The deck, with a first clip in another theme."""
    clip = replace(deck.slides[0].clips[0], theme=name, **about)
    return replace(deck, slides=(replace(deck.slides[0], clips=(clip,)),))


def readable(found: Colours) -> bool:
    """Whether all of its words can be read on both grounds."""
    words = (found.text, found.muted, found.accent)
    return all(
        contrast(code, ground) >= READABLE for code in words for ground in (found.background, found.panel)
    )


@pytest.mark.parametrize("name", THEMES)
def test_a_built_in_theme(deck: Deck, name: str) -> None:
    """Its own colours."""
    found = colours(of_theme(deck, name))
    assert (found.background, found.text) == (THEMES[name].background, THEMES[name].text)
    assert readable(found)


@pytest.mark.parametrize("formats", [("mp4", "png"), ("mp4",), ("gif",)])
def test_a_theme_of_ones_own(deck: Deck, formats: tuple[str, ...]) -> None:
    """After the corner of the clip; a video's may be off by a rounding."""
    clip = deck.slides[0].clips[0]
    rows = tuple(row for row in clip.artifacts if row.format in formats)
    found = colours(of_theme(deck, "my own.toml", artifacts=rows))
    assert [int(found.background[k : k + 2], 16) for k in (1, 3, 5)] == pytest.approx([255] * 3, abs=2)
    assert found.text == "#000000"
    assert readable(found)


@pytest.mark.parametrize(
    "code", ["#777777", "#FF0000", "#0000FF", "#00FF00", "#123456", "#FFF8E7", "#808000"]
)
def test_any_ground(deck: Deck, code: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Words can be read, though on a middle grey only black or white."""
    path = tmp_path_factory.mktemp("ground") / "x.png"
    Image.new("RGB", (2, 2), code).save(path)
    row = replace(deck.slides[0].clips[0].need("png"), path=path)
    found = colours(of_theme(deck, "mine", artifacts=(row,)))
    assert found.background == code
    assert contrast(found.text, code) >= READABLE


@pytest.mark.parametrize(("letters", "ground"), [("#1B1F24", "#FFFFFF"), ("#E8EAED", "#000000")])
def test_a_clip_that_one_sees_through(
    deck: Deck, letters: str, ground: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The ground that its letters stand out from."""
    path = tmp_path_factory.mktemp("ground") / "x.png"
    picture = Image.new("RGBA", (4, 4))
    picture.paste(letters, (1, 1, 2, 2))
    picture.save(path)
    row = replace(deck.slides[0].clips[0].need("png"), path=path)
    assert colours(of_theme(deck, "mine", artifacts=(row,))).background == ground
