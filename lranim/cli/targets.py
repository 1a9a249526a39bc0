"""Where files go: names and folders, checked before anything is drawn."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from lranim.errors import InputError

MAX_NAME_BYTES = 200
"""File systems take 255 bytes; the rest is for extensions and for names of files in the making."""


def check_name(name: str) -> None:
    """Refuse a name that is not the stem of a file.

    Raises
    ------
    InputError
        It is empty, too long, or has a slash or a control character in it.
    """
    if "/" in name or os.sep in name:
        raise InputError(
            f"the name {name} has a slash in it; give the folder with -o and the name without it"
        )
    if name.strip(" .") == "":
        raise InputError(f"the name {name!r} is empty; give it a letter or a digit")
    if any(unicodedata.category(char) == "Cc" for char in name):
        raise InputError(f"the name {name!r} has a control character in it; leave it out")
    if len(os.fsencode(name)) > MAX_NAME_BYTES:
        raise InputError(
            f"the name {name[:40]}… is longer than {MAX_NAME_BYTES} bytes; give a shorter one (--name)"
        )


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written to, or made.

    Raises
    ------
    InputError
        A file is in the way, or there is no permission.
    """
    try:
        there = next(path for path in (folder, *folder.absolute().parents) if os.path.lexists(path))
        if not there.is_dir():
            raise InputError(f"the folder {folder} cannot be made: {there} is a file; choose another with -o")
        if not os.access(there, os.W_OK | os.X_OK):
            raise InputError(f"the folder {folder} cannot be written: no permission in {there}; see -o")
    except (OSError, ValueError) as error:
        raise InputError(f"the folder {folder} cannot be used: {error}; choose another with -o") from error


def check_file(path: Path) -> None:
    """Refuse a file that a folder is in the way of."""
    if path.is_dir():
        raise InputError(f"{path} cannot be written: it is a folder; move it or choose another name")
