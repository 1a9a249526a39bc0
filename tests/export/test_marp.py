from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from pypdf import PdfReader

from lranim.export.deck import Deck, Wishes
from lranim.export.text_decks import marp


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an awkward name."""
    made = tmp_path / "my slides' 100% 学习 #1"
    made.mkdir()
    return made


def test_what_it_names_is_beside_it(deck: Deck, folder: Path) -> None:
    """Every file that a deck names lies in its folder and has an alternative text."""
    path = folder / "a deck #1 100%.md"
    assert marp(deck, path, Wishes(aspect="4:3")) == []
    text = path.read_text(encoding="utf-8")
    assert text.startswith("---\nmarp: true\n")
    assert "size: 4:3\n" in text
    named = re.findall(r'(?:src|poster)="([^"]*)"', text)
    assert len(named) == 3 * 4
    for name in named:
        assert (folder / unquote(name)).is_file(), name
    clips = [clip for slide in deck.slides for clip in slide.clips]
    assert re.findall(r'title="([^"]*)"', text) == [html.escape(clip.alt) for clip in clips]
    assert text.count(" loop autoplay>") == 4


def test_gifs_and_a_clip_that_waits(deck: Deck, tmp_path: Path) -> None:
    """GIFs take the videos' place, and a video neither loops nor begins by itself if that is not wanted."""
    lines = marp(deck, tmp_path / "gif.md", Wishes(media="gif", autoplay=False))
    assert len(lines) == 1
    assert "<video" not in (tmp_path / "gif.md").read_text(encoding="utf-8")
    assert marp(deck, tmp_path / "mp4.md", Wishes(loop=False, autoplay=False)) == []
    text = (tmp_path / "mp4.md").read_text(encoding="utf-8")
    assert "<video" in text
    assert not re.search(r"<video[^>]* (loop|autoplay)", text)


def test_a_deck_without_a_title_begins_with_a_clip(deck: Deck, tmp_path: Path) -> None:
    """With one, it begins with that."""
    for title, first in (("Rates", "Rates"), ("", deck.slides[0].title)):
        path = tmp_path / f"{title}deck.md"
        marp(replace(deck, title=title), path, Wishes())
        found = re.findall(r"^# (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert (found[0], len(found)) == (first, len(deck.slides) + bool(title))


@pytest.mark.thorough
def test_marp_shows_it(deck: Deck, folder: Path, run: Callable[..., str]) -> None:
    """Marp makes a page of it with every title as it is, the videos, the notes and nothing from a site."""
    path = folder / "deck.md"
    marp(deck, path, Wishes())
    run("marp", path.name, "-o", "deck.html", "--no-stdin", folder=folder)
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
    path = folder / "deck.md"
    marp(deck, path, Wishes())
    run("marp", path.name, "-o", "deck.html", "--no-stdin", folder=folder)
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


@pytest.mark.thorough
def test_marp_prints_it(deck: Deck, folder: Path, run: Callable[..., str]) -> None:
    """On paper each slide has the last frames of its clips."""
    path = folder / "deck.md"
    marp(deck, path, Wishes())
    run("marp", path.name, "--pdf", "--allow-local-files", "-o", "deck.pdf", "--no-stdin", folder=folder)
    pages = PdfReader(folder / "deck.pdf").pages
    assert [len(page.images) for page in pages] == [0, *(len(slide.clips) for slide in deck.slides)]
