"""``lranim new``."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from lranim.catalogue import registry
from lranim.cli.output import emit, write_file
from lranim.errors import InputError

SCENE = "scene"
"""The word before a file's name that makes it a scene; a file's name alone is a lesson's."""

EXAMPLE = "ExampleScene"
"""The class of the scene to start from, which gets the name that goes with the file's."""


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="LESSON.toml | scene SCENE.py")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def command(words: tuple[str, ...], force: bool) -> None:
    """Write a lesson file or a scene file to start from.

    The lesson is that of the whole article, with comments; docs/lessons.md explains its keys. The scene runs
    at once, as in lranim render ./my_scene.py; docs/plugins.md explains its parts.
    """
    if words[0] == SCENE:
        path, text = _scene(words[1:])
    else:
        path, text = _lesson(words)
    write_file(path, text, replace=force)
    emit(str(path))


def _lesson(words: tuple[str, ...]) -> tuple[Path, str]:
    path = Path(words[0])
    if len(words) > 1:
        raise InputError(f"{' '.join(words)} are several names; give that of one lesson, such as lesson.toml")
    if path.suffix.lower() == ".py":
        raise InputError(f"{path} does not end in .toml; for a scene write lranim new {SCENE} {path}")
    if path.suffix.lower() != ".toml":
        raise InputError(f"{path} does not end in .toml; a lesson file is TOML, such as lesson.toml")
    return path, files("lranim.lesson").joinpath("example.toml").read_text(encoding="utf-8")


def _scene(words: tuple[str, ...]) -> tuple[Path, str]:
    if len(words) != 1:
        raise InputError(f"lranim new {SCENE} takes the name of one file, such as my_scene.py")
    path = Path(words[0])
    if not path.suffix and registry.is_stem(path.name):
        raise InputError(f"{path} has no .py at its end; write lranim new {SCENE} {path}.py")
    if path.suffix != ".py" or not registry.is_stem(path.stem):
        raise InputError(f"{path} cannot be a scene file; {registry.STEM}")
    info = registry.describe(path)
    if info.name in registry.names():
        raise InputError(f"{path} would have the name of lranim's own scene {info.name}; choose another")
    text = files("lranim.lesson").joinpath("example_scene.py").read_text(encoding="utf-8")
    return path, text.replace(EXAMPLE, info.class_name)
