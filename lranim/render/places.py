"""Where a clip goes: folders and files, checked before anything is drawn."""

from __future__ import annotations

import os
from pathlib import Path

from lranim.errors import InputError


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
