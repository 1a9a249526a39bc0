"""``lranim new`` and ``lranim schema``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import pytest

from lranim.cli import cli
from lranim.lesson import read_lesson
from lranim.lesson.file import lesson_schema

Call = Callable[..., click.testing.Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *args: click.testing.CliRunner().invoke(cli, [str(arg) for arg in args], prog_name="lranim")


def test_new_writes_a_lesson_that_reads(call: Call) -> None:
    """The folder is made, the path is printed, the file is a lesson, and nothing else is left there."""
    result = call("new", "course/lesson.toml")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "course/lesson.toml\n", "")
    assert os.listdir("course") == ["lesson.toml"]
    assert len(read_lesson(Path("course/lesson.toml"), Path("media")).clips) >= 24
    assert call("new", "LESSON.TOML").stdout == "LESSON.TOML\n"


def test_new_replaces_nothing_unless_forced(call: Call) -> None:
    """A lesson that is there stays as it is; --force replaces it."""
    Path("lesson.toml").write_text("mine")
    result = call("new", "lesson.toml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "Error: lesson.toml is there already; choose another name, or replace it with --force\n"
    )
    assert Path("lesson.toml").read_text() == "mine"
    assert call("new", "lesson.toml", "--force").exit_code == 0
    assert "[[clip]]" in Path("lesson.toml").read_text()
    assert os.listdir() == ["lesson.toml"]


def test_new_and_another_one_at_the_same_time(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that somebody made in the very moment is not replaced either."""
    link = os.link

    def late(source: Any, target: Any) -> None:
        Path("lesson.toml").write_text("theirs")
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    result = call("new", "lesson.toml")
    assert (result.exit_code, "is there already" in result.stderr) == (2, True)
    assert (os.listdir(), Path("lesson.toml").read_text()) == (["lesson.toml"], "theirs")


def test_new_without_hard_links(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a stick formatted as FAT it works as well."""

    def refuse(source: Any, target: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    assert call("new", "lesson.toml").exit_code == 0
    assert os.listdir() == ["lesson.toml"]


@pytest.mark.parametrize("args", [["new", "lesson.toml"], ["schema", "-o", "schema.json"]])
def test_a_full_disk_leaves_nothing(call: Call, monkeypatch: pytest.MonkeyPatch, args: list[str]) -> None:
    """A file that cannot be written whole is not there at all."""

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = call(*args)
    assert result.exit_code == 2
    assert result.stderr == f"Error: {args[-1]} cannot be written: No space left on device\n"
    assert os.listdir() == []


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["new", "lesson"], "lesson does not end in .toml; a lesson file is TOML, such as lesson.toml"),
        (["new", "folder.toml"], "folder.toml cannot be written: it is a folder; move it or choose another"),
        (["new", "file/lesson.toml"], "the folder file cannot be made: File exists"),
        (["schema", "-o", "folder.toml"], "folder.toml cannot be written: it is a folder"),
        (["schema", "-o", "file/a/b.json"], "the folder file/a cannot be made: Not a directory"),
    ],
)
def test_places_that_will_not_do(call: Call, args: list[str], words: str) -> None:
    """One line each, and nothing written."""
    Path("folder.toml").mkdir()
    Path("file").touch()
    result = call(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: {words}")
    assert sorted(os.listdir()) == ["file", "folder.toml"]


def test_schema_is_printed_or_written(call: Call) -> None:
    """The schema on stdout and in a file are the same JSON, and a file is renewed."""
    printed = call("schema")
    assert (printed.exit_code, json.loads(printed.stdout)) == (0, lesson_schema())
    for _ in range(2):
        assert call("schema", "-o", "a/schema.json").stdout == "a/schema.json\n"
        assert Path("a/schema.json").read_text(encoding="utf-8") == printed.stdout
    assert os.listdir("a") == ["schema.json"]
