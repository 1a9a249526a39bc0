"""Words on slides: their size, so that they stay within their box, and their language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from pptx.text.text import TextFrame
from pptx.util import Pt

LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
"""What PowerPoint calls a language; its spelling checker goes by it."""

LINE = 1.2
"""Height of a line, in sizes of its letters."""

SMALLEST = 8
"""Letters get no smaller, however many there are (pt)."""

UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
"""What XML cannot have, or a line of text should not."""


def clean(text: str) -> str:
    r"""One line of text that a file may have.

    Examples
    --------
    >>> clean("a\n b\x0b\x1b c ")
    'a b c'
    """
    return " ".join(UNSPEAKABLE.sub(" ", text).split())


def fitting(text: str, width: float, height: float, largest: float) -> float:
    """The size of letters with which a text stays within a box, by an estimate of its width.

    Parameters
    ----------
    text
        One line, which may be wrapped.
    width, height
        Of the box (pt).
    largest
        The size to begin with (pt).

    Examples
    --------
    >>> fitting("Short", 600, 60, 32), fitting("A somewhat longer title of a slide" * 3, 600, 60, 32)
    (32, 22)
    """
    size = largest
    while size > SMALLEST and _lines(text, width / size) * LINE * size > height:
        size -= 1
    return size


def _lines(text: str, ems: float) -> int:
    """How many lines of a width in ems a text takes: words are kept together, Chinese is not."""
    lines, used = 1, 0.0
    for word in re.findall(r"[^\W\u2e80-\uffff]+|\s|.", text):
        width = sum(map(_em, word))
        if used + width > ems and not word.isspace():
            lines, used = lines + 1, 0.0
            while width > ems:
                lines, width = lines + 1, width - ems
        used += width
    return lines


def _em(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if sign.isspace():
        return 0.3
    return 0.7 if sign.isupper() or not sign.isalnum() else 0.56


def say(frame: TextFrame, lines: Sequence[str], lang: str, size: float | None = None) -> None:
    """Fill a text frame: a paragraph a line, in a language, in a size (pt) or else the inherited one."""
    frame.text = "\n" * (len(lines) - 1)
    for paragraph, line in zip(frame.paragraphs, lines, strict=True):
        run = paragraph.add_run()
        run.text = clean(line)
        if size is not None:
            run.font.size = Pt(size)
        about = run._r.get_or_add_rPr()
        about.set("lang", LANGUAGES.get(lang, lang))
        if lang != "en":
            about.set("altLang", LANGUAGES["en"])
