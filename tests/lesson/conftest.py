"""Ways to read a lesson."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lranim.errors import InputError
from lranim.lesson import Lesson, read_lesson
from lranim.lesson.file import lesson_schema


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Lesson]:
    """Read the text of a lesson that lies in a folder of its own, called as lesson.toml there."""
    monkeypatch.chdir(tmp_path)

    def call(text: str) -> Lesson:
        Path("lesson.toml").write_text(text, encoding="utf-8", newline="")
        return read_lesson(Path("lesson.toml"), Path("media"))

    return call


@pytest.fixture
def refused(read: Callable[[str], Lesson]) -> Callable[[str], str]:
    """Read a lesson that will not do; return the message, which is one line."""

    def call(text: str) -> str:
        with pytest.raises(InputError) as caught:
            read(text)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return call


@pytest.fixture(scope="session")
def schema() -> dict[str, Any]:
    """The schema of lesson files."""
    return lesson_schema()
