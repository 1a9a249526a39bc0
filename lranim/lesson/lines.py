"""Where something stands in a TOML file, which the parser does not tell."""

from __future__ import annotations

import bisect
import re
import tomllib
from collections.abc import Sequence
from typing import Any

MOST_WORK = 3_000_000
"""So many characters are parsed to find one line, some seconds; of a longer search it is a line before."""

_CLOSES = re.compile(r"""["'\]}]""")
_HEADER = re.compile(r"""[ \t]*\[\[[ \t]*(clip|"clip"|'clip')[ \t]*\]\]""")


def line_of(text: str, path: Sequence[str | int]) -> int:
    r"""Find the line on which a key or a list's item begins.

    A file only ever adds to what stands above, so the first lines of a file that are TOML by themselves and
    have the key end where its value ends. Of what is not there, the line of the table that lacks it is given.

    Parameters
    ----------
    text
        A whole file.
    path
        Keys and indices that lead there.

    Examples
    --------
    >>> line_of("[a]\nb = [\n1,\n2]\nc = 3\n", ["a", "b", 1]), line_of("[a]\nb = 1\n", ["a", "x"])
    (2, 1)
    """
    whole, first = tomllib.loads(text), 0
    lines = text.split("\n")
    while path and not _has(whole, path):
        path = path[:-1]
    if not path:
        return 1
    if len(path) > 2 and path[0] == "clip" and isinstance(path[1], int):
        # One clip's lines are TOML by themselves, and few.
        headers = [*_headers(lines), len(lines) + 1]
        if len(headers) == len(whole["clip"]) + 1:
            first, end = headers[path[1]] - 1, headers[path[1] + 1] - 1
            lines, path = lines[first:end], ["clip", 0, *path[2:]]

    left = MOST_WORK

    def reached(count: int) -> bool:
        """Whether the shortest beginning that is TOML and has so many lines, or more, has it."""
        nonlocal left
        for end in range(count, len(lines) + 1):
            if end > count and not _CLOSES.search(lines[end - 1]):
                continue  # it is still in the middle of a value
            beginning = "\n".join(lines[:end]) + "\n"
            left -= len(beginning)
            if left < 0:
                break
            try:
                return _has(tomllib.loads(beginning), path)
            except tomllib.TOMLDecodeError:
                continue
        return True

    return first + bisect.bisect_left(range(1, len(lines) + 1), True, key=reached) + 1


def clip_lines(text: str, count: int) -> list[int]:
    """Find the lines on which the clips begin, of which there are so many."""
    found = _headers(text.split("\n"))
    if len(found) == count or count * len(text) > MOST_WORK:
        return [*found, *[1] * count][:count]
    return [line_of(text, ["clip", index]) for index in range(count)]  # written in another way


def _headers(lines: Sequence[str]) -> list[int]:
    """Lines that look like the header of a clip; in a text of several lines they may be none."""
    return [number for number, line in enumerate(lines, start=1) if _HEADER.match(line)]


def _has(data: Any, path: Sequence[str | int]) -> bool:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True
