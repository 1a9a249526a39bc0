"""Where files go: folders and files, checked before anything is drawn."""

from __future__ import annotations

import os
from pathlib import Path

from lranim.errors import InputError
from lranim.render.files import fsync_file, in_place_of


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


def write_file(path: Path, text: str, *, replace: bool) -> None:
    """Write a text file, and its folder where that is missing; it is never half there.

    Parameters
    ----------
    path
        The file.
    text
        What stands in it then.
    replace
        Whether it may take the place of another one.

    Raises
    ------
    InputError
        There is one, or it cannot be written.
    """
    check_file(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise InputError(f"the folder {path.parent} cannot be made: {_reason(error)}") from error
    try:
        with in_place_of(path) as part:
            part.write_text(text, encoding="utf-8", newline="\n")
            fsync_file(part)
            if not replace:
                _claim(part, path)
    except FileExistsError:
        raise InputError(
            f"{path} is there already; choose another name, or replace it with --force"
        ) from None
    except OSError as error:
        raise InputError(f"{path} cannot be written: {_reason(error)}") from error


def _claim(part: Path, path: Path) -> None:
    """Give a file another name, if that is free, even if somebody else does the same just now."""
    if os.path.lexists(path):
        raise FileExistsError(path)
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        return  # some file systems have no hard links


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
