"""The languages side by side: same keys, same placeholders, same tags; and the typography of each."""

from __future__ import annotations

import re
import shutil
import string
import subprocess
import tomllib
from collections import Counter

import pytest

from lranim.catalogue import registry
from lranim.core.costs import COSTS
from lranim.look.fonts import CJK_FONT, check_fonts
from lranim.look.text import DEFAULT_LANG, LOCALES, READ, all_text, find, languages, plain, say, spaced, texts
from lranim.look.theme import ROLES, THEMES
from lranim.options.fields import options_of

OTHERS = [lang for lang in languages() if lang != DEFAULT_LANG]
OWN_WORDS = re.compile(r"help\.(?!value\.)\w+\.")
"""How keys begin whose English is in the sources, so that no English file has them."""

HAN = "\u3400-\u9fff"
FULL = "，。：；？！（）、"

Row = tuple[str, str]
ZH: list[Row] = [("zh." + key, words) for key, words in texts("zh").items()]
DRAWN = [(key, words) for key, words in ZH if not key.startswith(f"zh.{READ}")]


def placeholders(words: str) -> set[str]:
    """The names of what is put in."""
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


def tags(words: str) -> Counter[str]:
    """The roles of what is coloured, and how often each comes."""
    return Counter(re.findall(r"<(\w+)>", words))


def test_the_languages_are_the_files() -> None:
    """English and Chinese; a new file is a new language."""
    assert languages() == ("en", "zh")
    assert DEFAULT_LANG in languages()
    assert {file.stem for file in LOCALES.iterdir()} == set(languages())


@pytest.mark.parametrize("lang", OTHERS)
def test_keys_are_the_same(lang: str) -> None:
    """In the same groups and in the same order, but for what the sources say in English."""
    mine = [key for key in texts(lang) if not OWN_WORDS.match(key)]
    assert mine == list(texts(DEFAULT_LANG))


@pytest.mark.parametrize("lang", OTHERS)
def test_placeholders_and_tags_are_the_same(lang: str) -> None:
    """Each text says the same numbers and colours as many parts in the same roles."""
    for key, words in texts(DEFAULT_LANG).items():
        other = texts(lang)[key]
        assert placeholders(other) == placeholders(words), key
        assert tags(other) == tags(words), key
        assert set(tags(other)) <= set(ROLES), key
        assert not re.search("[<>]", plain(other)), key


@pytest.mark.parametrize("lang", languages())
def test_no_key_stands_twice_and_no_text_is_empty(lang: str) -> None:
    """TOML itself refuses a second row of the same key; flattened keys do not collide either."""
    tables = tomllib.loads((LOCALES / f"{lang}.toml").read_text(encoding="utf-8"))

    def count(rows: object) -> int:
        return sum(map(count, rows.values())) if isinstance(rows, dict) else 1

    assert count(tables) == len(texts(lang))
    assert all(words == words.strip() != "" for words in texts(lang).values())


@pytest.mark.skipif(shutil.which("fc-list") is None, reason="needs fontconfig")
@pytest.mark.parametrize("lang", languages())
def test_every_character_is_in_the_chosen_font(lang: str) -> None:
    """In the theme's first font itself, and not in some other one that Pango would fall back to."""
    assert {theme.fonts[0] for theme in THEMES.values()} == {CJK_FONT}
    if not check_fonts((CJK_FONT,), "").present:
        pytest.skip(f"needs {CJK_FONT}")
    printed = "".join(sorted(char for char in set(all_text(lang)) if char.isprintable() and char != " "))
    codes = " ".join(f"{ord(char):x}" for char in printed)
    pattern = f":family={CJK_FONT}:charset={codes}:style="
    for style in ("Regular", "Bold"):
        found = subprocess.run(["fc-list", pattern + style], capture_output=True, text=True, check=True)
        assert found.stdout, f"{style} has not all of {printed}"


def test_scenes_options_costs_and_units_have_words() -> None:
    """Whatever the help and the list say in English, they can say in every other language."""
    missing = []
    for lang in OTHERS:
        keys = {f"help.cost.{name}" for name in COSTS}
        for name, info in registry.scenes().items():
            keys.add(f"help.scene.{name}.summary")
            for option in options_of(info.load_light().Params).values():
                keys.add(f"help.{option.owner or f'scene.{name}'}.{option.field}")
                assert option.description(name, lang) != option.schema["description"]
                if unit := option.schema.get("unit"):
                    keys.add(f"help.unit.{unit}")
        missing += [f"{lang}: {key}" for key in keys - set(texts(lang))]
        # And nothing is left that no scene has any more.
        missing += [f"{lang}: {key}" for key in texts(lang) if OWN_WORDS.match(key) and key not in keys]
    assert missing == []


def test_what_a_language_lacks_is_said_as_the_source_says_it() -> None:
    """The words of somebody else's scene stay as they are."""
    assert find("zh", "help.scene.mine.summary", "My scene.") == "My scene."
    assert find("zh", "help.unit.steps", "steps") == "步"


@pytest.mark.parametrize(("key", "words"), ZH)
def test_chinese_marks_are_full_width(key: str, words: str) -> None:
    """No half-width mark beside a Chinese character, no two full-width ones side by side, no quotes."""
    words = plain(words)
    assert not re.search(rf"[{HAN}}}][,.:;?!]|[,.:;?!](?=[{HAN}])", words)
    assert not re.search(rf"[{FULL}]\s*[{FULL}]", words)
    assert not re.search(rf"\s[{FULL}]|[{FULL}]\s", words)
    assert not re.search(r"[“”‘’\"'…—　]", words.replace("J'", ""))
    assert not re.search(r"[０-９Ａ-Ｚａ-ｚ＝＋－％]", words)


@pytest.mark.parametrize(("key", "words"), ZH)
def test_the_file_leaves_the_spaces_to_the_program(key: str, words: str) -> None:
    """None is typed between Chinese and letters or digits, so that none is there twice."""
    assert not re.search(rf"[{HAN}] +(?=[A-Za-z0-9({{])", plain(words).replace(" {name} = ", " = "))
    assert "  " not in spaced(words)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("第12步", "第 12 步"),
        ("学习率<rate>0.9</rate>太大", "学习率 <rate>0.9</rate> 太大"),
        ("<rate>学习率</rate>η", "<rate>学习率</rate> η"),
        ("最低点(1, −1)处", "最低点 (1, −1) 处"),
        ("到−0.5，到+∞。", "到 −0.5，到 +∞。"),
        ("剩1.2×10⁵步", "剩 1.2×10⁵ 步"),
        ("斜率 × 2", "斜率 × 2"),
        ("只有中文，没有别的。", "只有中文，没有别的。"),
        ("No Chinese at all (1, 2).", "No Chinese at all (1, 2)."),
    ],
)
def test_spaces_between_chinese_and_latin(typed: str, shown: str) -> None:
    """One on each side of letters, numbers and points, outside of tags, none beside full-width marks."""
    assert spaced(typed) == shown
    assert spaced(shown) == shown


def test_a_value_that_is_put_in_gets_its_spaces() -> None:
    """Whether it is Chinese or a number."""
    assert say("zh", "panel.within", within=0.1, arrival=3) == "稳定在 0.1 以内：第 3 步起"
    assert say("zh", "steep.run", curvature=2, verdict="收敛") == "曲率 2 时收敛"


def test_captions_end_and_labels_do_not() -> None:
    """A sentence in English is one in Chinese; titles, labels and verdicts have no mark at the end."""
    marks = {".": "。", "?": "？", ")": ")）"}
    for key, words in DRAWN:
        key = key.removeprefix("zh.")
        english = plain(texts("en")[key])[-1]
        assert plain(words)[-1] in (marks[english] if english in marks else set(words) - set(FULL)), key
        if re.search(r"^(panel|plot|verdict)\.|\.title$", key):
            assert english not in marks, key


def test_a_chinese_caption_fits_a_line() -> None:
    """Up to 36 characters, numbers included, an average number being four letters and so two characters."""
    for key, words in DRAWN:
        if words.endswith(("。", "？")) and not re.search(r"\.alt([_.]|$)", key):
            size = len(re.sub(r"\{\w+\}|[A-Za-z0-9 .=×(),−]+", "数字", plain(words)))
            assert size <= 36, f"{key}: {size}"
