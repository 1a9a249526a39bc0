"""What all templates have in common: how they are filled, and the words of a page's own, by language."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lranim.export import escape
from lranim.look.text import DEFAULT_LANG
from lranim.look.theme import THEMES

TEMPLATES = Path(__file__).with_name("templates")

TEX_SIGNS = {
    "block_start_string": "<%",
    "block_end_string": "%>",
    "variable_start_string": "<<",
    "variable_end_string": ">>",
    "comment_start_string": "<#",
    "comment_end_string": "#>",
}
"""A template's signs where braces and percent signs belong to LaTeX."""

Words = dict[str, str]


def environment(*, html: bool = True, package: str = "lranim.export", **signs: str) -> Environment:
    """The templates of a package, with an escaping filter for each kind of text."""
    made = Environment(
        loader=PackageLoader(package),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **signs,  # type: ignore[arg-type]
    )
    for name in ("markdown", "vue", "comment", "yaml", "tex"):
        function = getattr(escape, name)
        made.filters[name] = lambda text, function=function: Markup(function(str(text)))
    made.filters["line"] = escape.line
    return made


def source(name: str) -> str:
    """The text of a style or script of the templates."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def page_style(own: str) -> Markup:
    """The style of a page: what all pages share, in the colours of both themes, and then its own.

    Parameters
    ----------
    own
        The text of the page's own style sheet.
    """
    shared = environment().get_template("page.css.j2").render(light=THEMES["light"], dark=THEMES["dark"])
    return Markup(f"{shared}\n{own}")


@cache
def _table() -> dict[str, dict[str, Words]]:
    """The words by language, and then by page."""
    return tomllib.loads(source("words.toml"))


def words(page: str, lang: str) -> Words:
    """The words of a page in a language, or in English if it has none in that.

    Parameters
    ----------
    page
        A table of ``words.toml``: ``gallery`` or ``reveal``, or what ``reveal_js`` says in English.
    lang
        The language of what it shows.

    Examples
    --------
    >>> words("gallery", "en")["copy"], words("gallery", "zh")["copy"], words("gallery", "fr")["copy"]
    ('Copy', '复制', 'Copy')
    """
    known = _table()
    return known.get(lang, known[DEFAULT_LANG])[page]


def language_of_most(langs: Iterable[str]) -> str:
    """The language that most have; the default one, if it is among those.

    Examples
    --------
    >>> language_of_most(["zh", "en", "zh"]), language_of_most(["zh", "en"]), language_of_most([])
    ('zh', 'en', 'en')
    """
    counts = Counter(langs)
    return max(counts, key=lambda lang: (counts[lang], lang == DEFAULT_LANG), default=DEFAULT_LANG)
