"""Text as it must be written so that a format shows it sign by sign."""

from __future__ import annotations

import json
import re
import unicodedata

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
