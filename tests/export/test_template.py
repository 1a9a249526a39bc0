"""The words that pages say by themselves."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

from lranim.export.reveal import VENDORED
from lranim.export.template import TEMPLATES, words
from lranim.look.text import languages


def read(*names: str) -> str:
    """The text of some templates."""
    return "\n".join((TEMPLATES / name).read_text(encoding="utf-8") for name in names)


@pytest.mark.parametrize("page", ["gallery", "reveal"])
def test_no_word_is_missing_in_any_language(page: str) -> None:
    """Each language that clips can have has the same words, none empty, with the same places for values."""
    assert set(tomllib.loads(read("words.toml"))) == set(languages())
    places = {
        lang: {
            name: {field for _, field, _, _ in string.Formatter().parse(text) if field}
            for name, text in words(page, lang).items()
        }
        for lang in languages()
    }
    assert all(shown == places["en"] for shown in places.values())
    assert all(text.strip() for lang in languages() for text in words(page, lang).values())


def test_what_is_translated_is_what_reveal_says() -> None:
    """Each English word of the table stands in a vendored script: after an update none is left over."""
    said = "".join(path.read_text(encoding="utf-8") for path in Path(VENDORED).glob("*.js"))
    for lang in languages():
        for word in words("reveal_js", lang):
            assert re.search(rf"[`\"'>]{re.escape(word)}[`\"'<]", said), word
