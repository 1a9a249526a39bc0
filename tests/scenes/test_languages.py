"""Every scene in every language: the same story at the same moments, in words of that language alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from lranim.catalogue import registry
from lranim.draw.lettering import Labels, Typesetter
from lranim.look.text import READ, texts

HAN = re.compile("[\u4e00-\u9fff]")
NUMBER = re.compile(r"−?\d+(?:\.\d+)?")


def few(name: str, steps: int) -> dict[str, int]:
    """So many steps, or as few as the scene allows, where it counts them."""
    schema = registry.get(name).load_light().Params.model_json_schema()["properties"].get("steps")
    return {"steps": max(steps, schema["minimum"])} if schema else {}


@pytest.mark.thorough_after(5)
@pytest.mark.parametrize("name", registry.scenes())
def test_the_same_story_in_chinese(
    tell: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """As many beats at the same times with the same numbers; nothing that is drawn has an English word."""
    drawn: list[str] = []
    text, write = Typesetter.text, Labels.write

    def told(self: Any, markup: str, *args: Any, **how: Any) -> Any:
        drawn.append(re.sub("<.*?>", "", markup))
        return text(self, markup, *args, **how)

    def noted(self: Any, *rows: Any) -> Any:
        drawn.extend(row[0] for row in rows)
        return write(self, *rows)

    english = tell(name, **few(name, 4))
    monkeypatch.setattr(Typesetter, "text", told)
    monkeypatch.setattr(Labels, "write", noted)
    chinese = tell(name, lang="zh", **few(name, 4))

    assert [beat.t for beat in chinese.beats] == [beat.t for beat in english.beats]
    assert chinese.time == english.time
    for one, other in zip(english.beats, chinese.beats, strict=True):
        assert HAN.search(other.text)
        assert sorted(NUMBER.findall(other.text)) == sorted(NUMBER.findall(one.text)), other.text
    assert HAN.search(chinese.alt)
    assert sorted(NUMBER.findall(chinese.alt)) == sorted(NUMBER.findall(english.alt))

    known = " ".join(words for key, words in texts("zh").items() if not key.startswith(READ))
    assert any(HAN.search(words) for words in drawn)
    foreign = {word for words in drawn for word in re.findall("[A-Za-z]{3,}", words) if word not in known}
    assert foreign == set()


def test_plurals_are_english(tell: Callable[..., Any]) -> None:
    """One step and many in English, 步 for both in Chinese."""
    ends = {
        (lang, steps): tell("learning-rate", lang=lang, lr=0.01, steps=steps).beats[-1].text
        for lang in ("en", "zh")
        for steps in (1, 2)
    }
    assert "After 1 step " in ends["en", 1]
    assert "After 2 steps " in ends["en", 2]
    assert "走了 1 步" in ends["zh", 1]
    assert "走了 2 步" in ends["zh", 2]
