"""``lranim new``."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from lranim.cli.output import emit
from lranim.cli.targets import write_file
from lranim.errors import InputError


@click.command()
@click.argument("lesson", type=click.Path(path_type=Path), metavar="LESSON.toml")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def command(lesson: Path, force: bool) -> None:
    """Write a lesson file of the whole article, with comments, to start from.

    docs/lessons.md explains its keys.
    """
    if lesson.suffix.lower() != ".toml":
        raise InputError(f"{lesson} does not end in .toml; a lesson file is TOML, such as lesson.toml")
    text = files("lranim.lesson").joinpath("example.toml").read_text(encoding="utf-8")
    write_file(lesson, text, replace=force)
    emit(str(lesson))
