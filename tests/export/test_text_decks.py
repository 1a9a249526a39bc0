"""Decks that are text: what they name, and what the programs that they are for make of it."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
import yaml
from PIL import Image
from pypdf import PdfReader

from lranim.errors import InputError
from lranim.export.deck import Deck, Wishes
from lranim.export.formats import FORMATS
from lranim.export.places import FILES
from lranim.export.stills import NEVER, stills

NAMED = {
    "marp": r'(?:src|poster)="([^"]*)"',
    "quarto": r'(?:src|poster)="([^"]*)"',
    "slidev": r'src="([^"]*)"',
    "beamer": r"^ *\\clip\{.*?\}\{.*?\}\{(.*?)\}\{(.*?)\}",
}
"""Where each format names its files."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an awkward name."""
    made = tmp_path / "my slides' 100% 学习 #1"
    made.mkdir()
    return made


def written(name: str, deck: Deck, folder: Path, stem: str = "my deck 学", **wishes: Any) -> tuple[Path, str]:
    """A deck in a format, of which all is as asked: its file, and its text."""
    path = folder / f"{stem}{FORMATS[name].suffix}"
    assert FORMATS[name].write(deck, path, Wishes(**wishes)) == []
    return path, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(NAMED))
def test_what_it_names_is_beside_it(deck: Deck, folder: Path, name: str) -> None:
    """Every file that a deck names lies in its folder; each slide has its title and its notes."""
    path, text = written(name, deck, folder, aspect="4:3")
    found = re.findall(NAMED[name], text, re.MULTILINE)
    names = [one for row in found for one in (row if isinstance(row, tuple) else (row,))]
    assert len(names) == {"marp": 12, "quarto": 12, "slidev": 4, "beamer": 8}[name]
    place = folder / f"{path.stem}-media" / FILES if name == "beamer" else folder
    assert all((place / unquote(one)).is_file() for one in names)
    begun = {"marp": r"^# ", "quarto": "^## ", "slidev": "^# ", "beamer": r"\\begin\{frame\}"}[name]
    assert len(re.findall(begun, text, re.MULTILINE)) == len(deck.slides) + (name != "quarto")
    notes = {"marp": "<!--\n", "quarto": "::: {.notes}\n", "slidev": "<!--\n", "beamer": r"\note[item]"}[name]
    count = sum(len(slide.notes) for slide in deck.slides) if name == "beamer" else len(deck.slides)
    assert text.count(notes) == count
    shape = {
        "marp": "size: 4:3",
        "quarto": "width: 960",
        "slidev": "aspectRatio: 4/3",
        "beamer": "aspectratio=43",
    }
    assert shape[name] in text


def test_the_poster_is_the_first_frame_and_the_still_the_last(deck: Deck, tmp_path: Path) -> None:
    """The one as the video begins, the other as it ends."""
    written("marp", deck, tmp_path)
    for clip in deck.clips:
        ends = stills(clip.need("mp4").path, [0.0, NEVER])
        for suffix, end, other in (("first.jpg", *ends), ("last.png", *ends[::-1])):
            with Image.open(tmp_path / "my deck 学-media" / FILES / f"{clip.name}.{suffix}") as picture:
                there = np.asarray(picture.convert("RGB"), dtype=float)
            far, near = (np.abs(there - np.asarray(one.convert("RGB"))).mean() for one in (other, end))
            assert near < far / 2


def test_words_for_who_cannot_see_and_the_wishes(deck: Deck, tmp_path: Path) -> None:
    """GIFs take the videos' place, and a video neither loops nor begins by itself if that is not wanted."""
    _, text = written("marp", deck, tmp_path)
    clips = [clip for slide in deck.slides for clip in slide.clips]
    assert re.findall(r'title="([^"]*)"', text) == [html.escape(clip.alt) for clip in clips]
    assert text.count(" loop autoplay>") == 4
    _, text = written("marp", deck, tmp_path, "still", loop=False, autoplay=False)
    assert "<video" in text
    assert not re.search(r"<video[^>]* (loop|autoplay)", text)
    wishes = Wishes(media="gif", autoplay=False)
    assert len(FORMATS["marp"].write(deck, tmp_path / "gif.md", wishes)) == 1
    assert "<video" not in (tmp_path / "gif.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["marp", "slidev"])
def test_a_deck_without_a_title_begins_with_a_clip(deck: Deck, tmp_path: Path, name: str) -> None:
    """With one, it begins with that."""
    for title, first in (("Rates", "Rates"), ("", deck.slides[0].title)):
        _, text = written(name, replace(deck, title=title), tmp_path, f"{title}deck")
        found = re.findall(r"^# (.*)$", text, re.MULTILINE)
        assert (found[0], len(found)) == (first, len(deck.slides) + bool(title))


def test_what_quarto_is_told(deck: Deck, tmp_path: Path) -> None:
    """The folder to take along; slides have their language, and blocks are closed."""
    path, text = written("quarto", deck, tmp_path)
    head = yaml.safe_load(text.split("---\n")[1])
    assert (head["title"], head["lang"]) == ("Steps & slopes", "en")
    assert head["resources"] == [f"{path.stem}-media/{FILES}/**"]
    assert re.findall(r'^## .* \{lang="([^"]*)"\}$', text, re.MULTILINE) == ["en", "en", "zh-CN"]
    assert text.count("```{=html}\n") == len(re.findall(r"^```$", text, re.MULTILINE)) == 3
    assert len(re.findall(r"^:::$", text, re.MULTILINE)) == 3
    _, text = written("quarto", replace(deck, title=""), tmp_path, "plain")
    head = yaml.safe_load(text.split("---\n")[1])
    assert (head["pagetitle"], "title" in head) == (deck.slides[0].title, False)


def test_what_slidev_is_told(deck: Deck, tmp_path: Path) -> None:
    """The folder is an add-on of the deck; no text is an expression."""
    path, text = written("slidev", deck, tmp_path)
    head = yaml.safe_load(text.split("---\n")[1])
    assert (head["title"], head["addons"]) == ("Steps & slopes", [f"@/{path.stem}-media/{FILES}"])
    addon = {file.name for file in (tmp_path / f"{path.stem}-media" / FILES).iterdir()}
    assert addon >= {"package.json", "style.css", "vite.config.mjs"}
    assert "{{" not in text.replace("\\", "")


@pytest.mark.parametrize(("name", "file"), [("slidev", "deck #1.md"), ("beamer", "100%.tex")])
def test_a_name_that_the_program_cannot_find(deck: Deck, tmp_path: Path, name: str, file: str) -> None:
    """It is refused before anything is written."""
    with pytest.raises(InputError, match=r"has [#%]; name another file"):
        FORMATS[name].write(deck, tmp_path / file, Wishes())
    assert not list(tmp_path.iterdir())


def marp(folder: Path, run: Callable[..., str], *arguments: str) -> None:
    """Run Marp on a deck."""
    run("marp", "deck.md", *arguments, "--no-stdin", folder=folder)


@pytest.mark.thorough
def test_marp_shows_it(deck: Deck, folder: Path, run: Callable[..., str]) -> None:
    """Marp makes a page of it with every title as it is, the videos, the notes and nothing from a site."""
    written("marp", deck, folder, "deck")
    marp(folder, run, "-o", "deck.html")
    page = (folder / "deck.html").read_text(encoding="utf-8")
    titles = [html.unescape(found) for found in re.findall(r"<h1[^>]*>(.*?)</h1>", page)]
    assert titles == [deck.title, *(slide.title for slide in deck.slides)]
    assert len(re.findall(r"<video[^>]* poster=", page)) == 4
    assert "twemoji" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL).partition("<script")[0]
    for slide in deck.slides:
        assert slide.notes[-1].partition("  ")[2] in html.unescape(page)


@pytest.mark.thorough
def test_a_clip_starts_when_its_slide_shows(
    deck: Deck, folder: Path, run: Callable[..., str], browser: Any
) -> None:
    """In Chromium a clip waits at its beginning until then, and halts when its slide is left."""
    written("marp", deck, folder, "deck")
    marp(folder, run, "-o", "deck.html")
    page = browser.new_page()
    page.goto((folder / "deck.html").as_uri())
    videos = "[...document.querySelectorAll('video')]"
    first = len(deck.slides[0].clips)
    page.keyboard.press("ArrowRight")  # away from the deck's title
    page.wait_for_function(f"{videos}.slice(0, {first}).every(v => !v.paused && v.currentTime > 0.5)")
    assert page.evaluate(f"{videos}.slice({first}).every(v => v.paused && v.currentTime === 0)")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"!{videos}[{first}].paused && {videos}[{first}].currentTime < 1")
    page.wait_for_function(f"{videos}.slice(0, {first}).every(v => v.paused)")
    page.close()


def pictures(path: Path) -> list[int]:
    """How many pictures each page of a PDF has."""
    return [len(page.images) for page in PdfReader(path).pages]


@pytest.mark.thorough
def test_marp_prints_it(deck: Deck, folder: Path, run: Callable[..., str]) -> None:
    """On paper each slide has the last frames of its clips."""
    written("marp", deck, folder, "deck")
    marp(folder, run, "--pdf", "--allow-local-files", "-o", "deck.pdf")
    assert pictures(folder / "deck.pdf") == [0, *(len(slide.clips) for slide in deck.slides)]


@pytest.mark.thorough
def test_latex_takes_it(deck: Deck, tmp_path: Path, run: Callable[..., str]) -> None:
    """It compiles; after the title a page a slide, with the stills."""
    path, text = written("beamer", deck, tmp_path, "my deck_学")
    assert "xeCJK" in text
    try:
        run("xelatex", "-interaction=nonstopmode", path.name, folder=tmp_path)
    except AssertionError as error:
        # A small TeX has no font for hyperref's links; the pages come out all the same.
        if "pzdr" not in str(error):
            raise
    assert pictures(path.with_suffix(".pdf")) == [0, *(len(slide.clips) for slide in deck.slides)]


@pytest.mark.thorough
def test_slidev_builds_it(deck: Deck, tmp_path: Path, run: Callable[..., str]) -> None:
    """Slidev builds, without any other file, a page that has all clips and the style."""
    path, _ = written("slidev", deck, tmp_path)
    os.symlink(Path(__file__).parents[2] / ".viewers" / "node_modules", tmp_path / "node_modules")
    run("slidev", "build", path.name, "--base", "./", "--out", "dist", folder=tmp_path)
    assets = tmp_path / "dist" / "assets"
    assert len(list(assets.glob("*.mp4"))) == 3
    assert any(".clips-4" in style.read_text(encoding="utf-8") for style in assets.glob("*.css"))
