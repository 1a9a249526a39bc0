"""Where something stands in a TOML file, which the parser does not tell."""

from __future__ import annotations

import bisect
import re
import tomllib
from collections.abc import Sequence
from typing import Any

_HEADER = re.compile(r"\s*\[\[\s*clip\s*\]\]")


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
    lines = text.splitlines(keepends=True)
    whole = tomllib.loads(text)
    while path and not _has(whole, path):
        path = path[:-1]

    def reached(count: int) -> bool:
        """Whether the shortest beginning that is TOML and has so many lines, or more, has it."""
        for end in range(count, len(lines) + 1):
            try:
                return _has(tomllib.loads("".join(lines[:end])), path)
            except tomllib.TOMLDecodeError:
                continue
        return True

    return bisect.bisect_left(range(1, len(lines) + 1), True, key=reached) + 1


def clip_lines(text: str, count: int) -> list[int]:
    """Find the lines on which the clips begin, of which there are so many."""
    found = [number for number, line in enumerate(text.splitlines(), start=1) if _HEADER.match(line)]
    if len(found) == count:
        return found
    return [line_of(text, ["clip", index]) for index in range(count)]  # written in another way


def _has(data: Any, path: Sequence[str | int]) -> bool:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True
