"""Markdown for Quarto: ``quarto render deck.qmd`` makes a deck for the browser of it."""

from __future__ import annotations

from pathlib import Path

from lranim.export.deck import Deck, Wishes
from lranim.export.text_deck import write_text

WIDTHS = {"16:9": 1280, "4:3": 960}
"""Width of a slide of 720 px by its aspect."""

TALLEST_PX = 520
"""Height of a clip on such a slide."""


def write(deck: Deck, path: Path, wishes: Wishes) -> list[str]:
    """Write a deck for Quarto, as a presentation with reveal.js; see `lranim.export.formats.Write`.

    Of the wishes it takes the aspect, what moves, and whether it loops and begins by itself when its slide
    shows.
    """
    return write_text("quarto.qmd.j2", deck, path, wishes, tallest=TALLEST_PX, width=WIDTHS[wishes.aspect])
