"""Where files go: folders and files, checked before anything is drawn."""

from __future__ import annotations

import os
from pathlib import Path

from lranim.errors import InputError


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
