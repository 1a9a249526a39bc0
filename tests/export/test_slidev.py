from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

from lranim.errors import InputError
from lranim.export import slidev
from lranim.export.deck import Deck, Wishes


def test_what_it_names_is_beside_it(deck: Deck, tmp_path: Path) -> None:
    """Every file that a deck names lies in its folder, and each slide has its title, notes and layout."""
    path = tmp_path / "my deck 学.md"
    assert slidev.write(deck, path, Wishes()) == []
    text = path.read_text(encoding="utf-8")
    head = yaml.safe_load(text.split("---\n")[1])
    assert head["title"] == "Steps & slopes"
    assert head["aspectRatio"] == "16/9"
    named = re.findall(r'src="([^"]*)"', text) + re.findall(r'@import url\("([^"]*)"\)', text)
    assert len(named) == 4 + 3
    for name in named:
        assert (tmp_path / unquote(name)).is_file(), name
    assert text.count("\nlayout: default\n---\n") == len(deck.slides)
    assert text.count("\n# ") == text.count("<!--\n") == len(deck.slides)
    assert "{{" not in text.replace("\\", "")


def test_a_name_that_vite_cannot_find(deck: Deck, tmp_path: Path) -> None:
    """It is refused before anything is written."""
    with pytest.raises(InputError, match="has #; name another file"):
        slidev.write(deck, tmp_path / "deck #1.md", Wishes())
    assert not list(tmp_path.iterdir())


@pytest.mark.thorough
def test_slidev_builds_it(deck: Deck, tmp_path: Path, run: Callable[..., str]) -> None:
    """Slidev builds a page that has all clips."""
    path = tmp_path / "my deck 学.md"
    slidev.write(deck, path, Wishes())
    modules = Path(__file__).parents[2] / ".viewers" / "node_modules"
    os.symlink(modules, tmp_path / "node_modules")
    # Its own styles, as they come out here, are not what the program that shrinks them takes for CSS.
    (tmp_path / "vite.config.js").write_text("export default { build: { cssMinify: false } }\n")
    run("slidev", "build", path.name, "--base", "./", "--out", "dist", folder=tmp_path)
    assert len(list((tmp_path / "dist" / "assets").glob("*.mp4"))) == 3
