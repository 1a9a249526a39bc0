"""Markdown for Marp: ``marp deck.md`` makes HTML, PDF or PowerPoint of it."""

from __future__ import annotations

from pathlib import Path

from lranim.export.deck import Deck, Wishes
from lranim.export.text_deck import write_text

TALLEST_PX = 500
"""Height of a clip on a slide of 720."""


def write(deck: Deck, path: Path, wishes: Wishes) -> list[str]:
    """Write a deck for Marp, which keeps all of it by itself; see `lranim.export.formats.Write`.

    Of the wishes it takes the aspect, what moves, and whether it loops and begins by itself.
    """
    return write_text("marp.md.j2", deck, path, wishes, tallest=TALLEST_PX)
