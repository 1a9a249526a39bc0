"""``lranim new`` and ``lranim schema``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lranim.lesson import read_lesson
from lranim.lesson.file import lesson_schema

Call = Callable[..., Any]


def test_new_writes_a_lesson_that_reads(real: Call) -> None:
    """The folder is made, the path is printed, the file is a lesson, and nothing else is left there."""
    result = real("new", "course/lesson.toml")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "course/lesson.toml\n", "")
    assert os.listdir("course") == ["lesson.toml"]
    assert len(read_lesson(Path("course/lesson.toml"), Path("media")).clips) >= 24
    assert real("new", "LESSON.TOML").stdout == "LESSON.TOML\n"


def test_new_replaces_nothing_unless_forced(real: Call) -> None:
    """A lesson that is there stays as it is; --force replaces it."""
    Path("lesson.toml").write_text("mine")
    result = real("new", "lesson.toml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "Error: lesson.toml is there already; choose another name, or replace it with --force\n"
    )
    assert Path("lesson.toml").read_text() == "mine"
    assert real("new", "lesson.toml", "--force").exit_code == 0
    assert "[[clip]]" in Path("lesson.toml").read_text()
    assert os.listdir() == ["lesson.toml"]


def test_new_and_another_one_at_the_same_time(real: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that somebody made in the very moment is not replaced either."""
    link = os.link

    def late(source: Any, target: Any) -> None:
        Path("lesson.toml").write_text("theirs")
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    result = real("new", "lesson.toml")
    assert (result.exit_code, "is there already" in result.stderr) == (2, True)
    assert (os.listdir(), Path("lesson.toml").read_text()) == (["lesson.toml"], "theirs")


def test_new_without_hard_links(real: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a stick formatted as FAT it works as well."""

    def refuse(source: Any, target: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    assert real("new", "lesson.toml").exit_code == 0
    assert os.listdir() == ["lesson.toml"]


@pytest.mark.parametrize("args", [["new", "lesson.toml"], ["schema", "-o", "schema.json"]])
def test_a_full_disk_leaves_nothing(real: Call, monkeypatch: pytest.MonkeyPatch, args: list[str]) -> None:
    """A file that cannot be written whole is not there at all."""

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = real(*args)
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
def test_places_that_will_not_do(real: Call, args: list[str], words: str) -> None:
    """One line each, and nothing written."""
    Path("folder.toml").mkdir()
    Path("file").touch()
    result = real(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: {words}")
    assert sorted(os.listdir()) == ["file", "folder.toml"]


def test_schema_is_printed_or_written(real: Call) -> None:
    """The schema on stdout and in a file are the same JSON, and a file is renewed."""
    printed = real("schema")
    assert (printed.exit_code, json.loads(printed.stdout)) == (0, lesson_schema())
    for _ in range(2):
        assert real("schema", "-o", "a/schema.json").stdout == "a/schema.json\n"
        assert Path("a/schema.json").read_text(encoding="utf-8") == printed.stdout
    assert os.listdir("a") == ["schema.json"]
