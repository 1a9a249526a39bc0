"""Text files of the command line's own, written as a whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import click

from lranim.errors import InputError
from lranim.files import fsync_file, in_place_of
from lranim.video.places import check_file, check_folder, check_own


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


def write_own(path: Path, text: str, command: str, *, force: bool) -> None:
    """Write a text file; one that is there must have been written by the same command, unless forced.

    Raises
    ------
    InputError
        It was not, or the file cannot be written.
    """
    check_own(path, command, force=force)
    write_file(path, text, replace=True)


def check_page(path: Path) -> None:
    """Refuse a path that cannot be a page's, before the page is made."""
    if path.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"-o {path} is not a page; give a file name that ends in .html")
    check_folder(path.parent)


force_option = click.option("--force", is_flag=True, help="Replace a file that this command did not write.")


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
