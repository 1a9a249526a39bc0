"""The formats that a deck can be written in."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lranim.export.deck import Deck, Wishes


class Write(Protocol):
    """What the module of each format has: how a deck is written."""

    def __call__(self, deck: Deck, path: Path, wishes: Wishes) -> list[str]:
        """Write a deck.

        Parameters
        ----------
        deck
            Of which each slide becomes one.
        path
            Nobody else's yet: the file, beside which clips may be put into a folder, or a folder.
        wishes
            What was asked; a format says what of it means something there.

        Returns
        -------
        list of str
            What is not as asked, a line each.

        Raises
        ------
        LranimError
            What cannot be done.
        """


@dataclass(frozen=True, kw_only=True)
class Format:
    """One way to write a deck.

    Parameters
    ----------
    name
        Of the format, as in ``--to``, and of the module in this folder that has `write`.
    suffix
        Of the file; empty for a folder.
    summary
        What comes out.
    file_suffix
        For a format that is a folder: the suffix with which ``-o`` asks for a single file in its place.
    beside
        Whether pictures and clips lie in a folder beside the file, ``<stem>-media``.
    """

    name: str
    suffix: str
    summary: str
    file_suffix: str = ""
    beside: bool = False

    @property
    def write(self) -> Write:
        """The function that does it, imported when it is wanted."""
        write: Write = importlib.import_module(f"lranim.export.{self.name}").write
        return write


FORMATS = {
    form.name: form
    for form in (
        Format(name="pptx", suffix=".pptx", summary="PowerPoint, Keynote, Impress, Google Slides"),
        Format(name="reveal", suffix="", file_suffix=".html", summary="reveal.js in a browser, offline"),
        Format(name="pdf", suffix=".pdf", summary="a handout: a page a clip, its frames and captions"),
        Format(name="marp", suffix=".md", beside=True, summary="Markdown for Marp"),
        Format(name="slidev", suffix=".md", beside=True, summary="Markdown for Slidev"),
        Format(name="quarto", suffix=".qmd", beside=True, summary="Markdown for Quarto"),
        Format(name="beamer", suffix=".tex", beside=True, summary="LaTeX, with stills that print"),
        Format(name="notebook", suffix=".ipynb", summary="Jupyter, with its clips inside"),
    )
}
