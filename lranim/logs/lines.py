"""The lines of a log, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, AnyStr

from lranim.errors import InputError

LONGEST = 1 << 20
"""A line has fewer characters than this: no row of a log needs more, and memory must hold one."""


def lines_of(path: str, file: IO[AnyStr]) -> Iterator[AnyStr]:
    r"""Read a file line by line.

    Raises
    ------
    InputError
        A line is too long, as in a file that has no line ends at all.

    Examples
    --------
    >>> import io
    >>> list(lines_of("run.csv", io.StringIO("step,loss\n1,2\n")))
    ['step,loss\n', '1,2\n']
    """
    number = 0
    while line := file.readline(LONGEST):
        number += 1
        if len(line) == LONGEST:
            raise InputError(
                f"{path}, line {number} is over a million characters long; give each row its own line"
            )
        yield line
