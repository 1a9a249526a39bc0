"""Files that are there as a whole or not at all, and reading of those that others may have put there."""

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
from typing import Any

MOST_JSON = 32 << 20
"""A larger JSON file (bytes) is none of ours: 20,000 remembered durations take a third of it."""


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
        content = file.read(MOST_JSON + 1)
    if len(content) > MOST_JSON:
        raise OSError(errno.EFBIG, f"it is larger than {MOST_JSON >> 20} MB", str(path))
    return content


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
