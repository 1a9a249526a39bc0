"""The formats that a deck can be written in."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lranim.export.deck import Deck, Wishes


class Write(Protocol):
    """How a deck is written; each format has such a function."""

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


@dataclass(frozen=True)
class Format:
    """One way to write a deck.

    Parameters
    ----------
    name
        Of the format, as in ``--to``.
    writer
        Where in this folder its `Write` is.
    suffix
        Of the file; empty for a folder.
    file_suffix
        For a format that is a folder: the suffix with which ``-o`` asks for a single file in its place.
    beside
        Whether pictures and clips lie in a folder beside the file, ``<stem>-media``.
    """

    name: str
    writer: str
    suffix: str
    file_suffix: str = ""
    beside: bool = False

    @property
    def write(self) -> Write:
        """The function that does it, imported when it is wanted."""
        write: Write = pkgutil.resolve_name(f"lranim.export.{self.writer}")
        return write


FORMATS = {
    form.name: form
    for form in (
        Format("pptx", "pptx:write", ".pptx"),  # PowerPoint, Keynote, Impress, Google Slides
        Format("reveal", "reveal:write", "", file_suffix=".html"),  # in a browser, offline
        Format("pdf", "pdf:write", ".pdf"),  # a handout: a page a clip, its frames and captions
        Format("marp", "text_decks:marp", ".md", beside=True),
        Format("slidev", "text_decks:slidev", ".md", beside=True),
        Format("quarto", "text_decks:quarto", ".qmd", beside=True),
        Format("beamer", "text_decks:beamer", ".tex", beside=True),  # with stills that print
        Format("notebook", "notebook:write", ".ipynb"),  # Jupyter, with its clips inside
    )
}
