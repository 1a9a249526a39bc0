"""Files that are there as a whole or not at all."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


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


def fsync_file(path: Path) -> None:
    """Return once the file's content is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
