"""Errors meant for the user: one line that says what is wrong, with the value, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class LranimError(Exception):
    """Base of every error that the command line prints as one line.

    `exit_code` is the process's exit code when the error ends the run.
    """

    exit_code = 2

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows in place of a traceback."""
        return [f"Error: {one_line(str(self))}"]


class InputError(LranimError):
    """A value the user gave cannot be used (exit code 2)."""

    exit_code = 2


class RenderError(LranimError):
    """A clip could not be rendered or written (exit code 1)."""

    exit_code = 1


class LockedError(LranimError):
    """The output is being written by another run (exit code 3)."""

    exit_code = 3


def check_text(word: str) -> str:
    r"""Refuse what cannot be written as UTF-8, as files and JSON are: bytes of a name that are no text.

    Raises
    ------
    InputError
        With those bytes, or halves of characters, as Python writes them.

    Examples
    --------
    >>> check_text("\udcff")
    Traceback (most recent call last):
    lranim.errors.InputError: '\udcff' is no text in UTF-8; give another name, or rename the file
    """
    try:
        word.encode()
    except UnicodeEncodeError:
        raise InputError(f"{word!r} is no text in UTF-8; give another name, or rename the file") from None
    return word


def nearest(word: str, known: Iterable[str]) -> str:
    """Give a hint: the names nearest to a word, else all of them.

    >>> nearest("OSCILATION", ["slope", "oscillation"])
    'did you mean oscillation?'
    >>> nearest("xyz", ["slope", "surface"])
    'there are: slope, surface'
    """
    names = list(known)
    close = difflib.get_close_matches(word.lower(), names)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"there are: {', '.join(names)}" if names else "there are none"


def one_line(text: str) -> str:
    r"""Put a text into one line, without the control characters that a terminal would obey.

    Examples
    --------
    >>> one_line("one\n\x1b[31mtwo")
    'one \\x1b[31mtwo'
    """
    return " ".join(text.split()).translate(_CONTROLS)


_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
