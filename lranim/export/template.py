"""What all templates have in common: how they are filled, what is escaped in them, their own words."""

from __future__ import annotations

import base64
import json
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lranim.look.text import DEFAULT_LANG
from lranim.look.theme import THEMES

MARKS = re.compile(
    r"""[\\`*_{}\[\]#~^|$@]        # what means something wherever it stands
    | (?<![\d]):(?=[^\s])          # :names: of pictures, and addresses
    | (?<=\d):(?=[^\s\d])
    | ^[-+=.:] | ^\d+[.)](?=\s|$)  # a list, a heading's underline, a block
    | -(?=-) | (?<=-)-             # dashes
    | \.(?=\.) | (?<=\.)\.         # an ellipsis
    | (?<=[^\W\d])\.(?=[^\W\d])    # a host's name
    | \((?=(?:c|r|tm|p)\)) | !(?=\[)
    """,
    re.VERBOSE | re.IGNORECASE,
)
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "`": r"\textasciigrave{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",  # a comma in the air would be as wide as a Chinese sign
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "[": "{[}",  # no option of the command before it
    "]": "{]}",
}


def line(text: str) -> str:
    r"""A text as one line: spaces in a row as one, and no signs that control something.

    Examples
    --------
    >>> line(" one\n\ntwo\x00 ")
    'one two'
    """
    return " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())


def markdown(text: str) -> str:
    r"""One line of text for Markdown, of CommonMark or of Pandoc; signs without a meaning stay as they are.

    Examples
    --------
    >>> print(markdown("1. a*b*c at 0:04, <b> & $5"))
    1\. a\*b\*c at 0:04, &lt;b&gt; &amp; \$5
    """

    def escaped(match: re.Match[str]) -> str:
        found = match.group()
        return f"{found[:-1]}\\{found[-1]}"

    marked = re.sub("[&<>]", lambda match: ENTITIES[match.group()], MARKS.sub(escaped, line(text)))
    # Marp shows an emoji as a picture from a site, unless it is written as a number.
    return "".join(f"&#x{ord(char):X};" if unicodedata.category(char) == "So" else char for char in marked)


def vue(markup: str) -> str:
    """Markdown or HTML inside a Vue template: two braces in a row would be an expression.

    Examples
    --------
    >>> vue("{{ x }}")
    '{<wbr>{ x }}'
    """
    return re.sub(r"(\\?\{)(?=\\?\{)", r"\1<wbr>", markup)


def comment(text: str) -> str:
    """One line of text inside an HTML comment, which it cannot end.

    Examples
    --------
    >>> comment("a --> b")
    'a - -> b'
    """
    return re.sub("-(?=-)", "- ", line(text))


def yaml(text: str) -> str:
    r"""One line of text as a YAML string in quotes.

    Examples
    --------
    >>> print(yaml('the "rate": 0.1'))
    "the \"rate\": 0.1"
    """
    return json.dumps(line(text), ensure_ascii=False)


def tex(text: str) -> str:
    r"""One line of text for LaTeX.

    Examples
    --------
    >>> print(tex("100% of $x_1$"))
    100\% of \$x\_1\$
    """
    escaped = "".join(TEX.get(char, char) for char in line(text))
    return re.sub("-(?=-)", "-{}", escaped)


def base64_of(data: bytes) -> str:
    """Bytes in letters that may stand in any page."""
    return base64.b64encode(data).decode("ascii")


def data_url(data: bytes, kind: str) -> str:
    """An address that is the file itself, of a MIME type."""
    return f"data:{kind};base64,{base64_of(data)}"


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
    for function in (markdown, vue, comment, yaml, tex):
        made.filters[function.__name__] = lambda text, function=function: Markup(function(str(text)))
    made.filters["line"] = line
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
    known: dict[str, dict[str, Words]] = tomllib.loads(source("words.toml"))
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
