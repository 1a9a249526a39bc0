from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from lranim.errors import InputError
from lranim.export.deck import Deck, Wishes
from lranim.export.places import FILES
from lranim.export.text_decks import beamer


def test_what_it_names_is_beside_it(deck: Deck, tmp_path: Path) -> None:
    """Every clip and still lies in its folder; braces are in pairs; title and slides are frames."""
    path = tmp_path / "my deck_学.tex"
    assert beamer(deck, path, Wishes()) == []
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"^ *\\clip\{.*?\}\{.*?\}\{(.*?)\}\{(.*?)\}", text, re.MULTILINE)
    assert len(named) == 4
    for name in (name for pair in named for name in pair):
        assert (tmp_path / "my deck_学-media" / FILES / name).is_file(), name
    bare = re.sub(r"\\[{}\\]", "", text)
    assert bare.count("{") == bare.count("}")
    assert text.count(r"\begin{frame}") == text.count("\n\\end{frame}") == 1 + len(deck.slides)
    assert text.count(r"\note[item]") == sum(len(slide.notes) for slide in deck.slides)
    assert "aspectratio=169" in text
    assert "xeCJK" in text


def test_a_name_that_latex_cannot_find(deck: Deck, tmp_path: Path) -> None:
    """It is refused before anything is written."""
    with pytest.raises(InputError, match="has %; name another file"):
        beamer(deck, tmp_path / "100%.tex", Wishes())
    assert not list(tmp_path.iterdir())


@pytest.mark.thorough
def test_latex_takes_it(deck: Deck, tmp_path: Path, run: Callable[..., str]) -> None:
    """It compiles; after the title a page a slide, with the stills."""
    beamer(deck, tmp_path / "my deck_学.tex", Wishes())
    try:
        run("xelatex", "-interaction=nonstopmode", "my deck_学.tex", folder=tmp_path)
    except AssertionError as error:
        # A small TeX has no font for hyperref's links; the pages come out all the same.
        if "pzdr" not in str(error):
            raise
    pages = PdfReader(tmp_path / "my deck_学.pdf").pages
    assert [len(page.images) for page in pages] == [0, *(len(slide.clips) for slide in deck.slides)]
