"""``lranim new``."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import click

from lranim.cli.output import emit
from lranim.cli.targets import check_file, check_folder
from lranim.errors import InputError


@click.command()
@click.argument("lesson", type=click.Path(path_type=Path), metavar="LESSON.toml")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def command(lesson: Path, force: bool) -> None:
    """Write a lesson file of the whole article, with comments, to start from."""
    if lesson.suffix.lower() != ".toml":
        raise InputError(f"{lesson} does not end in .toml; a lesson file is TOML, such as lesson.toml")
    check_file(lesson)
    check_folder(lesson.parent)
    text = files("lranim.lesson").joinpath("example.toml").read_text(encoding="utf-8")
    try:
        lesson.parent.mkdir(parents=True, exist_ok=True)
        with lesson.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise InputError(
            f"{lesson} is there already; choose another name, or replace it with --force"
        ) from None
    except OSError as error:
        raise InputError(f"{lesson} cannot be written: {error.strerror}") from error
    emit(str(lesson))
