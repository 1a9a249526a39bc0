"""Where an export goes: a file or a folder that is there as a whole or not at all."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lranim.errors import InputError, LockedError
from lranim.export.formats import Format
from lranim.render.files import fsync_file

MARK = ".lranim"
"""A file in each folder that an export made: only such a folder, or an empty one, is replaced."""


def media_folder(path: Path) -> Path:
    """The folder beside a deck's file that has its clips and pictures."""
    return path.with_name(f"{path.stem}-media")


def is_folder(path: Path, form: Format) -> bool:
    """Whether a deck at this path is a folder: of a format that is one, unless the name asks for a file."""
    return not form.suffix and path.suffix.lower() != form.file_suffix


def check_target(path: Path, form: Format) -> None:
    """Refuse a place that cannot be written, before anything is made.

    Raises
    ------
    InputError
        Something else is in the way, or the name has another format's suffix.
    LockedError
        An office program has the file open.
    """
    if is_folder(path, form):
        _check_folder(path)
        return
    wanted = form.suffix or form.file_suffix
    if path.suffix.lower() != wanted:
        raise InputError(f"{path} does not end in {wanted}, as a {form.name} file does; change -o or --to")
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file with -o")
    if form.beside:
        _check_folder(media_folder(path))
    for sign in (f".~lock.{path.name}#", f"~${path.name}", f"~${path.name[2:]}"):
        if path.with_name(sign).exists():
            raise LockedError(
                f"{path} is open in another program; close it there, or choose another name with -o "
                f"(if no program has it open, remove {path.with_name(sign)})"
            )


def _check_folder(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise InputError(f"{path} is a file; name a folder with -o, or move it away")
    if path.is_dir() and not (path / MARK).is_file() and any(path.iterdir()):
        raise InputError(f"the folder {path} has files of others in it; name a new one with -o")


@contextmanager
def in_its_place(path: Path, form: Format) -> Iterator[Path]:
    """A path of the same name in a private folder; what is written there is moved to `path` at the end.

    If something is raised, what was at `path` stays. A folder for a deck that is one is there already.
    """
    room = path.with_name(f".{path.name[:100]}.{uuid.uuid4().hex[:12]}")
    made = room / path.name
    try:
        room.mkdir(parents=True)
        if is_folder(path, form):
            made.mkdir()
            yield made
            _swap(made, path)
        else:
            yield made
            fsync_file(made)
            if media_folder(made).is_dir():
                _swap(media_folder(made), media_folder(path))
            os.replace(made, path)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _swap(made: Path, path: Path) -> None:
    """Put a folder in the place of another one, which is kept until that has been done."""
    (made / MARK).touch()
    old = made.with_name(f"{made.name}.old")
    if path.exists():
        os.replace(path, old)
    try:
        os.replace(made, path)
    except OSError:
        if old.exists():
            os.replace(old, path)
        raise
