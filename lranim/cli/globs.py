"""Clips that ``--only`` names."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from typing import TypeVar

from lranim.errors import InputError, nearest

One = TypeVar("One")


def only(globs: Sequence[str], ones: Sequence[One], names: Sequence[str]) -> list[One]:
    """Those of which one of the patterns matches the name; without patterns all.

    Raises
    ------
    InputError
        A pattern matches no name.

    Examples
    --------
    >>> only(["s*"], [1, 2, 3], ["slope", "cost", "steep"])
    [1, 3]
    """
    for glob in globs:
        if not any(fnmatch.fnmatchcase(name, glob) for name in names):
            raise InputError(f"--only {glob} is the name of no clip; {nearest(glob, list(names))}")
    return [
        one
        for one, name in zip(ones, names, strict=True)
        if not globs or any(fnmatch.fnmatchcase(name, glob) for glob in globs)
    ]
