"""LaTeX for beamer: ``xelatex deck.tex`` makes a PDF whose stills print and open their clips."""

from __future__ import annotations

from pathlib import Path

from lranim.errors import InputError
from lranim.export.deck import Deck, Wishes
from lranim.export.places import FILES, media_folder
from lranim.export.text_deck import write_text

COLUMNS = {1: ("1", "0.74"), 2: ("0.48", "0.6"), 3: ("0.32", "0.5"), 4: ("0.48", "0.31")}
"""Width of a clip as a share of the line, and its height as one of the page, by the number of clips."""

NO_PATH = set('\\{}"%#~')
"""Signs that no file's name can have in LaTeX."""


def write(deck: Deck, path: Path, wishes: Wishes) -> list[str]:
    """Write a deck for beamer, for XeLaTeX.

    Parameters
    ----------
    deck
        Of which each slide becomes a frame.
    path
        The file; the clips are put into the folder beside it.
    wishes
        The aspect and what moves. A page of a PDF shows a still; whether its clip loops or begins by itself
        is up to the player that a click opens.

    Returns
    -------
    list of str
        What is not as asked.

    Raises
    ------
    InputError
        LaTeX finds no files in a folder of such a name.
    """
    folder = media_folder(path).name
    strange = sorted(set(folder) & NO_PATH)
    if strange:
        raise InputError(f"LaTeX finds no files whose path has {strange[0]}; name another file with -o")
    chinese = any(slide.lang == "zh" for slide in deck.slides)
    return write_text(
        "beamer.tex.j2", deck, path, wishes, columns=COLUMNS, folder=f"{folder}/{FILES}", chinese=chinese
    )
