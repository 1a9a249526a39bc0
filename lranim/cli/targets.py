"""Text files of the command line's own, written as a whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from lranim.errors import InputError
from lranim.render.files import fsync_file, in_place_of
from lranim.render.places import check_file, check_folder


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


def may_replace(path: Path, *, force: bool, own: Callable[[Path], bool], command: str) -> bool:
    """Whether the page takes the place of another file, which must be a page that the same command wrote.

    Parameters
    ----------
    path
        Where the page will be.
    force
        Whether whatever is there may be replaced.
    own
        Tells whether a file is such a page.
    command
        The command's name, for messages.

    Raises
    ------
    InputError
        It may not, or the path cannot be a page's.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"-o {path} is not a page; give a file name that ends in .html")
    check_folder(path.parent)
    check_file(path)
    if force or not path.exists():
        return force
    try:
        is_own = own(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; choose another name with -o") from error
    if not is_own:
        raise InputError(
            f"{path} was not written by lranim {command}; name another file with -o, or give --force"
        )
    return True


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
