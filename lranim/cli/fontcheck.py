"""The look at fonts before anything is drawn."""

from __future__ import annotations

from lranim.cli.output import note
from lranim.look.fonts import check_fonts
from lranim.look.text import all_text
from lranim.look.theme import Theme

NUMBERS = "0123456789+\N{MINUS SIGN}.,\N{MULTIPLICATION SIGN}\N{INFINITY}?⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
"""What numbers on screen are made of (`lranim.look.text.number`)."""


def require_fonts(theme: Theme, lang: str) -> None:
    """Refuse to draw text that no installed font has; warn when the theme's first font is not there.

    Raises
    ------
    InputError
        Some characters would come out as empty boxes.
    """
    report = check_fonts(theme.fonts, all_text(lang) + NUMBERS)
    report.raise_for_missing()
    if report.warning:
        note(f"Warning: {report.warning}")
