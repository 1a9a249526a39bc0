"""Where a clip goes: folders and files, checked before anything is drawn."""

from __future__ import annotations

import mmap
import os
import re
from collections.abc import Callable
from pathlib import Path

from lranim.errors import InputError

OWN = (
    rb'(name="generator" content="|"generator": "|"\$comment": "|Software\0|Keywords\(|lastModifiedBy>)'
    rb"lranim %b\b"
)
"""What a file of ours says: HTML, notebooks, JSON schemas, PNG, PDF and PowerPoint."""

HEAD = 4096
"""Bytes within which it says so, unless it is a PDF or of PowerPoint."""


def check_folder(folder: Path, option: str = "-o") -> None:
    """Refuse a folder that cannot be written to, or made; `option` is what gives another one.

    Raises
    ------
    InputError
        A file is in the way, or there is no permission.
    """
    other = f"choose another with {option}"
    try:
        there = next(path for path in (folder, *folder.absolute().parents) if os.path.lexists(path))
        if not there.is_dir():
            raise InputError(f"the folder {folder} cannot be made: {there} is a file; {other}")
        if not os.access(there, os.W_OK | os.X_OK):
            raise InputError(f"the folder {folder} cannot be written: no permission in {there}; see {option}")
    except (OSError, ValueError) as error:
        raise InputError(f"the folder {folder} cannot be used: {error}; {other}") from error


def check_file(path: Path) -> None:
    """Refuse a file that a folder is in the way of."""
    if path.is_dir():
        raise InputError(f"{path} cannot be written: it is a folder; move it or choose another name")


def is_own(path: Path, command: str) -> bool:
    """Whether a file says that this command of ours wrote it."""
    if not path.is_file() or not path.stat().st_size:  # a pipe would be waited for
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        end = len(data) if path.suffix.lower() in (".pdf", ".pptx") else HEAD
        return re.compile(OWN % command.encode()).search(data, 0, end) is not None


def check_own(path: Path, command: str, *, force: bool, own: Callable[[Path, str], bool] = is_own) -> None:
    """Refuse a path where there is a file that a command did not write, unless that is forced.

    Raises
    ------
    InputError
        There is one.
    """
    check_file(path)
    if force or not os.path.lexists(path):
        return
    try:
        if own(path, command):
            return
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; choose another name with -o") from error
    raise InputError(
        f"{path} was not written by lranim {command}, or was changed since; "
        "name another file with -o, or give --force"
    )
