"""The look at fonts before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterable

from lranim.catalogue import registry
from lranim.errors import InputError
from lranim.look.fonts import check_fonts
from lranim.look.text import all_text
from lranim.look.theme import Theme

NUMBERS = "0123456789+\N{MINUS SIGN}.,\N{MULTIPLICATION SIGN}\N{INFINITY}?⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
"""What numbers on screen are made of (`lranim.look.text.number`)."""


def require_fonts(theme: Theme, lang: str, scenes: Iterable[str] = ()) -> str:
    """Refuse to draw text that no installed font has; a line when the theme's first font is not there.

    Parameters
    ----------
    theme, lang
        What it is drawn in.
    scenes
        Which scenes are drawn: those that bring texts of their own must have all of them in the language.

    Returns
    -------
    str
        What to warn of; empty when all is as wanted.

    Raises
    ------
    InputError
        Some characters would come out as empty boxes, or a scene has not the words.
    """
    own = [text for scene in scenes for text in own_texts(registry.get(scene), lang)]
    report = check_fonts(theme.fonts, "\n".join([all_text(lang) + NUMBERS, *own]))
    report.raise_for_missing()
    return report.warning


def own_texts(info: registry.SceneInfo, lang: str) -> list[str]:
    """The texts in a language that a scene brings; none of a scene of lranim's own.

    Raises
    ------
    InputError
        It has none in that language.
    """
    if not info.given and info.plugin is None:
        return []
    light = info.load_light()
    texts = light.texts
    if not light.speaks(lang):
        raise InputError(
            f"{info.name} has no words in {lang}, only in {', '.join(texts)} (TEXTS in {info.path})"
        )
    return list(texts.get(lang, {}).values())
