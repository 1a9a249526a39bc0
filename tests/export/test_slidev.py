from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

from lranim.errors import InputError
from lranim.export.deck import Deck, Wishes
from lranim.export.places import FILES
from lranim.export.text_decks import slidev


def test_what_it_names_is_beside_it(deck: Deck, tmp_path: Path) -> None:
    """Every file that a deck names lies in its folder, and each slide has its title, notes and layout."""
    path = tmp_path / "my deck 学.md"
    assert slidev(deck, path, Wishes()) == []
    text = path.read_text(encoding="utf-8")
    head = yaml.safe_load(text.split("---\n")[1])
    assert head["title"] == "Steps & slopes"
    assert head["aspectRatio"] == "16/9"
    assert head["addons"] == [f"@/my deck 学-media/{FILES}"]
    assert {"package.json", "style.css", "vite.config.mjs"} <= {
        path.name for path in (tmp_path / "my deck 学-media" / FILES).iterdir()
    }
    named = re.findall(r'src="([^"]*)"', text)
    assert len(named) == 4
    for name in named:
        assert (tmp_path / unquote(name)).is_file(), name
    assert text.count("\nlayout: default\n---\n") == len(deck.slides)
    assert text.count("\n# ") - 1 == text.count("<!--\n") == len(deck.slides)
    assert "{{" not in text.replace("\\", "")


def test_the_title_of_a_deck_is_a_slide_of_its_own(deck: Deck, tmp_path: Path) -> None:
    """It is the first one; without a title the first clip is."""
    for title, first in (("Rates", "Rates"), ("", deck.slides[0].title)):
        path = tmp_path / f"{title}deck.md"
        slidev(replace(deck, title=title), path, Wishes())
        found = re.findall(r"^# (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert (found[0], len(found)) == (first, len(deck.slides) + bool(title))


def test_a_name_that_vite_cannot_find(deck: Deck, tmp_path: Path) -> None:
    """It is refused before anything is written."""
    with pytest.raises(InputError, match="has #; name another file"):
        slidev(deck, tmp_path / "deck #1.md", Wishes())
    assert not list(tmp_path.iterdir())


@pytest.mark.thorough
def test_slidev_builds_it(deck: Deck, tmp_path: Path, run: Callable[..., str]) -> None:
    """Slidev builds, without any other file, a page that has all clips and the style."""
    path = tmp_path / "my deck 学.md"
    slidev(deck, path, Wishes())
    modules = Path(__file__).parents[2] / ".viewers" / "node_modules"
    os.symlink(modules, tmp_path / "node_modules")
    run("slidev", "build", path.name, "--base", "./", "--out", "dist", folder=tmp_path)
    assets = tmp_path / "dist" / "assets"
    assert len(list(assets.glob("*.mp4"))) == 3
    assert any(".clips-4" in style.read_text(encoding="utf-8") for style in assets.glob("*.css"))
