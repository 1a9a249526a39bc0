"""The two languages of the command line: of what is drawn, and of what is read in the terminal."""

from __future__ import annotations

import itertools
import os
import re
import sys
from collections.abc import Sequence

import click

from lranim.look.text import DEFAULT_LANG, breaks, columns, languages, say


def messages_lang() -> str:
    """The language of the terminal: ``LC_ALL``, else ``LC_MESSAGES``, else ``LANG``.

    It is English where lranim does not have that language, or the terminal not its characters. It is never
    the language of what is drawn: the same command must make the same files on every machine.
    """
    setting = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    lang = re.split(r"[_.@]", setting)[0]
    if lang not in languages():
        return DEFAULT_LANG
    try:
        say(lang, "help.costs").encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return DEFAULT_LANG
    return lang


def help_lang(words: Sequence[str]) -> str:
    """The language of a command's help: that of ``--lang`` among its words, else that of the terminal."""
    asked = messages_lang()
    for word, following in itertools.pairwise([*words, ""]):
        flag, equals, value = word.partition("=")
        if flag == "--lang" and (value if equals else following) in languages():
            asked = value if equals else following
    return asked


def write_columns(formatter: click.HelpFormatter, heading: str, rows: Sequence[tuple[str, str]]) -> None:
    """Write a heading and two columns below it, as click does, but a Chinese character fills two places."""
    formatter.write_paragraph()
    formatter.write(f"{heading}\n")
    first = max(len(name) for name, _ in rows) + 2
    with formatter.indentation():
        room = formatter.width - first - formatter.current_indent
        # After a line with \\b alone click leaves the lines as they are.
        formatter.write_dl([(name, "\n".join(["\b", *_lines(text, room)])) for name, text in rows])


def _lines(text: str, room: int) -> list[str]:
    """Break a text into lines as full as they can be."""
    lines, start, edge = [], 0, 0
    for end in [*breaks(text), len(text)]:
        if edge > start and columns(text[start:end].rstrip()) > room:
            lines.append(text[start:edge].rstrip())
            start = edge
        edge = end
    return [*lines, text[start:]]
