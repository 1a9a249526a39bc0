"""Files: those that a user names, read with care; and our own, there as a whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, AnyStr

from lranim.errors import InputError

LONGEST = 1 << 20
"""A line has fewer characters than this: no row of a log needs more, and memory must hold one."""

MOST_JSON = 32 << 20
"""A larger JSON file (bytes) is none of ours: 20,000 remembered durations take a third of it."""


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


@contextmanager
def in_place_of(path: Path) -> Iterator[Path]:
    """A path beside a file; what is written there takes the file's place, unless something is raised.

    A file that a killed process leaves begins with a dot, as working folders do.
    """
    part = path.with_name(f".{path.name[:100]}.{uuid.uuid4().hex[:12]}")
    try:
        yield part
        os.replace(part, path)
    finally:
        with suppress(OSError):
            part.unlink()


def open_file(path: Path) -> BufferedReader:
    """Open a file to read it, but no pipe and no device, which may have no end."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # of a folder the system says it best
        raise OSError(errno.EINVAL, "it is a pipe or a device, not a file", str(path))
    return path.open("rb")


def file_hash(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with open_file(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_small(path: Path) -> bytes:
    """What is in a file of up to `MOST_JSON` bytes."""
    with open_file(path) as file:
        if os.fstat(file.fileno()).st_size > MOST_JSON:
            raise OSError(errno.EFBIG, f"it is larger than {MOST_JSON >> 20} MB", str(path))
        return file.read()


def read_json(path: Path) -> Any:
    """What a JSON file says; a `ValueError` if it is not JSON, or nested too deeply for it."""
    try:
        return json.loads(read_small(path))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def fsync_file(path: Path) -> None:
    """Return once the file's content is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
