"""Where an export goes: a file or a folder that is there as a whole or not at all."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lranim.errors import InputError, LockedError

MARK = ".lranim-export"
"""In folders that an export made: only such a folder, or an empty one, is replaced."""


def check_target(path: Path, *, folder: bool) -> None:
    """Refuse a place that cannot be written, before anything is made.

    Raises
    ------
    InputError
        Something else is in the way.
    LockedError
        An office program has the file open.
    """
    if folder:
        if path.exists() and not path.is_dir():
            raise InputError(f"{path} is a file; name a folder with -o, or remove it")
        if path.is_dir() and any(path.iterdir()) and not (path / MARK).is_file():
            raise InputError(
                f"the folder {path} has other files in it; name a new folder with -o, or empty it"
            )
        return
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file with -o")
    for sign in (f".~lock.{path.name}#", f"~${path.name}", f"~${path.name[2:]}"):
        if path.with_name(sign).exists():
            raise LockedError(
                f"{path} is open in an office program; close it there "
                f"(or remove {path.with_name(sign)}, if no program runs)"
            )


@contextmanager
def folder_in_place_of(path: Path) -> Iterator[Path]:
    """A folder beside `path`; it takes the place of the one there, unless something is raised."""
    part = path.with_name(f".{path.name[:100]}.{uuid.uuid4().hex[:12]}")
    old = part.with_name(f"{part.name}.old")
    try:
        part.mkdir(parents=True)
        (part / MARK).touch()
        yield part
        if path.exists():
            os.replace(path, old)
        os.replace(part, path)
    finally:
        shutil.rmtree(part, ignore_errors=True)
        if old.exists() and not path.exists():
            os.replace(old, path)
        shutil.rmtree(old, ignore_errors=True)
