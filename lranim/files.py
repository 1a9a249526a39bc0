"""Files that a user names: only regular ones are opened, as a pipe may never end, and no line is endless."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import IO, AnyStr

from lranim.errors import InputError

LONGEST = 1 << 20
"""A line has fewer characters than this: no row of a log needs more, and memory must hold one."""


def check_file(path: str | os.PathLike[str], remedy: str, most: int | None = None) -> os.stat_result:
    """Refuse what is no regular file, or has more than `most` bytes.

    Parameters
    ----------
    path
        What was named.
    remedy
        What to do instead, as the end of the message.
    most
        The most bytes that it may have.

    Raises
    ------
    InputError
        It is not there, is a folder, a pipe or a device, is too large, or cannot be asked about.
    """
    name = os.fspath(path)
    try:
        status = os.stat(path)
    except FileNotFoundError:
        raise InputError(f"there is no file {name}; {remedy}") from None
    except (OSError, ValueError) as error:  # such as a name with a null byte
        raise InputError(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{name} is not a file; {remedy}")
    if most is not None and status.st_size > most:
        raise InputError(f"{name} has {status.st_size:,} bytes, and {most:,} are the most; {remedy}")
    return status


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
