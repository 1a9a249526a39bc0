"""Which fonts are installed, and which characters none of them has: asked of fontconfig, without manim.

Pango puts an empty box where no font has a character, and takes another family where the wanted one is
missing. Neither is an error to Pango, so both are looked for before anything is drawn.
"""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lranim.errors import InputError, RenderError

CJK_FONT = "Noto Sans CJK SC"
HOW_TO_INSTALL = (
    "install Noto Sans CJK (Debian, Ubuntu: apt-get install fonts-noto-cjk; "
    "macOS: brew install font-noto-sans-cjk)"
)


@dataclass(frozen=True)
class FontReport:
    """What fontconfig says of some families and a text.

    Parameters
    ----------
    checked
        Whether fontconfig could be asked at all.
    wanted
        The family wanted first.
    present
        Those of the families that are installed, in their order.
    used
        The family that text gets: the first one present, else fontconfig's substitute.
    missing
        The characters of the text that no installed font has, each once, in order of appearance.
    """

    checked: bool
    wanted: str
    present: tuple[str, ...]
    used: str
    missing: str

    def raise_for_missing(self) -> None:
        """Raise `InputError` when the text cannot be drawn."""
        if self.missing:
            shown = ", ".join(f"{char} (U+{ord(char):04X})" for char in self.missing[:8])
            more = f" and {len(self.missing) - 8} more" if len(self.missing) > 8 else ""
            raise InputError(
                f"no installed font has {shown}{more}; leave them out or {HOW_TO_INSTALL} "
                "or another font that has them"
            )

    @property
    def warning(self) -> str:
        """One line when something is not as wanted, else an empty string."""
        if not self.checked:
            return "fonts were not checked: fontconfig's fc-list is not installed"
        if self.wanted in self.present:
            return ""
        remedy = HOW_TO_INSTALL if self.wanted == CJK_FONT else "install it for the look that was meant"
        return f"the font {self.wanted} is not installed, {self.used} is used instead; {remedy}"


def check_fonts(families: Iterable[str], text: str) -> FontReport:
    """Look for font families and for a font for every character.

    Parameters
    ----------
    families
        Families, the preferred one first.
    text
        All that will be drawn, in any order. Spaces and control characters need no glyph.

    Returns
    -------
    FontReport
        With ``checked=False`` and nothing missing where fontconfig is not installed.
    """
    wanted = tuple(families)
    if shutil.which("fc-list") is None:
        return FontReport(False, wanted[0], (), wanted[0], "")
    blank = ("Cc", "Cf", "Zs", "Zl", "Zp")
    characters = "".join(char for char in dict.fromkeys(text) if unicodedata.category(char) not in blank)
    present = tuple(family for family in wanted if _fc("fc-list", f":family={_escaped(family)}", "family"))
    used = present[0] if present else "another font"
    if not present and shutil.which("fc-match"):
        used = _fc("fc-match", "--format", "%{family[0]}", _escaped(wanted[0])) or used
    charset = " ".join(f"{ord(char):x}" for char in characters)
    covered = not characters or _fc("fc-list", f":family={_escaped(used)}:charset={charset}", "family")
    return FontReport(True, wanted[0], present, used, "" if covered else _uncovered(characters))


@cache
def font_of(families: tuple[str, ...]) -> str:
    """The family that text gets. Asking fontconfig takes up to 90 ms, so it is asked once a process."""
    return check_fonts(families, "").used


def _uncovered(characters: str) -> str:
    # One call prints what every font has, as hexadecimal ranges, in 50 ms; a call a character takes seconds.
    left = {ord(char) for char in characters}
    for line in _fc("fc-list", "--format", "%{charset}\n").splitlines():
        for part in line.split():
            low, _, high = part.partition("-")
            first, last = int(low, 16), int(high or low, 16)
            left -= {code for code in left if first <= code <= last}
        if not left:
            break
    return "".join(char for char in characters if ord(char) in left)


def _escaped(family: str) -> str:
    for mark in "\\-:,":  # the marks of fontconfig's pattern language
        family = family.replace(mark, f"\\{mark}")
    return family


def _fc(*command: str) -> str:
    """What fontconfig answers.

    A program that was stopped has not said that there is nothing: it is asked once more.

    Raises
    ------
    RenderError
        It is stopped again: what would be drawn then has another font.
    """
    for _ in range(2):
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60
        )
        if done.returncode >= 0:
            return done.stdout.strip()
    raise RenderError(f"{command[0]} was stopped by signal {-done.returncode}; render again")


@cache
def font_files(families: tuple[str, ...]) -> tuple[Path, ...]:
    """The files that regular and bold text is drawn from; none where fontconfig is not installed.

    As `font_of`, asked once a process.
    """
    if shutil.which("fc-match") is None:
        return ()
    used = _escaped(font_of(families))
    found = (_fc("fc-match", "--format", "%{file}", f"{used}:{style}") for style in ("regular", "bold"))
    return tuple(Path(name) for name in dict.fromkeys(found) if name)
