from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import yaml

from lranim.export.deck import Deck, Wishes
from lranim.export.places import FILES
from lranim.export.text_decks import quarto


def test_what_it_names_is_beside_it(deck: Deck, tmp_path: Path) -> None:
    """Every file that a deck names lies in its folder, which Quarto is told to take along."""
    path = tmp_path / "my deck 学.qmd"
    assert quarto(deck, path, Wishes(aspect="4:3")) == []
    text = path.read_text(encoding="utf-8")
    head = yaml.safe_load(text.split("---\n")[1])
    assert head["title"] == "Steps & slopes"
    assert head["lang"] == "en"
    assert head["format"]["revealjs"]["width"] == 960
    assert head["resources"] == [f"my deck 学-media/{FILES}/**"]
    assert ".clips-4" in head["include-in-header"][0]["text"]
    named = re.findall(r'(?:src|poster)="([^"]*)"', text)
    assert len(named) == 3 * 4
    for name in named:
        assert (tmp_path / unquote(name)).is_file(), name


def test_a_deck_without_a_title_has_no_slide_for_it(deck: Deck, tmp_path: Path) -> None:
    """Its page is called after its first slide."""
    quarto(replace(deck, title=""), tmp_path / "deck.qmd", Wishes())
    head = yaml.safe_load((tmp_path / "deck.qmd").read_text(encoding="utf-8").split("---\n")[1])
    assert (head["pagetitle"], "title" in head) == (deck.slides[0].title, False)


def test_a_heading_and_notes_a_slide(deck: Deck, tmp_path: Path) -> None:
    """Slides begin with a heading that has their language; blocks are closed, notes are there."""
    quarto(deck, tmp_path / "deck.qmd", Wishes())
    text = (tmp_path / "deck.qmd").read_text(encoding="utf-8")
    langs = re.findall(r'^## .* \{lang="([^"]*)"\}$', text, re.MULTILINE)
    assert langs == ["en", "en", "zh-CN"]
    assert text.count("```{=html}\n") == len(re.findall(r"^```$", text, re.MULTILINE)) == 3
    assert text.count("::: {.notes}\n") == len(re.findall(r"^:::$", text, re.MULTILINE)) == 3
    assert text.count("data-autoplay") == 4
