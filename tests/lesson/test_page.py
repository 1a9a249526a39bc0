"""docs/lessons.md says what a lesson file is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lranim.lesson import Lesson
from lranim.lesson.file import LOOK_KEYS, Entry

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "lessons.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE + (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("text", BLOCKS, ids=[str(number) for number, _ in enumerate(BLOCKS)])
def test_every_lesson_of_the_pages_reads(
    read: Callable[[str], Lesson], schema: dict[str, Any], text: str
) -> None:
    """The examples are taken as they stand, by the reader and by an editor."""
    lesson = read(text)
    assert Draft202012Validator(schema).is_valid(tomllib.loads(text))
    for count in re.findall(r"every combination: (\w+) clips", text):
        assert count == {6: "six"}[sum(clip.job.scene == "learning-rate" for clip in lesson.clips)]


def test_the_page_names_every_key() -> None:
    """The tables have the keys of a clip and those of the settings, no more and no less."""
    listed = re.findall(r"^\| `(\w+)` \|", PAGE, flags=re.MULTILINE)
    assert sorted(listed) == sorted(field.alias or name for name, field in Entry.model_fields.items())
    assert {key for key in listed if key in LOOK_KEYS} == set(LOOK_KEYS)


def test_the_error_of_the_page_is_the_one_that_comes(refused: Callable[[str], str]) -> None:
    """The line that is shown is the line that is printed."""
    (shown,) = re.findall(r"^Error: (lesson.toml.*)$", PAGE, flags=re.MULTILINE)
    text = "\n" * 9 + '[[clip]]\nscene = "learning-rate"\nparams = { lr = 7e9 }\n'
    assert refused(text) == shown
