"""`--lang` for what is drawn, `LANG` for what is read: the one never does the other's work."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from lranim.catalogue import registry
from lranim.cli.language import messages_lang
from lranim.look.text import columns

CHINESE = {"LANG": "zh_CN.UTF-8", "LC_ALL": "", "LC_MESSAGES": ""}
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("env", "lang"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW.Big5"}, "zh"),
        ({"LANG": "zh@pinyin"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "../zh"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "C"}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LC_MESSAGES": "C", "LANG": "C"}, "zh"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
    ],
    ids=str,
)
def test_the_terminals_language(monkeypatch: pytest.MonkeyPatch, env: dict[str, str], lang: str) -> None:
    """The first of LC_ALL, LC_MESSAGES, LANG that is set decides; a language that lranim lacks is English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert messages_lang() == lang


@pytest.mark.parametrize(
    ("encoding", "lang"), [("utf-8", "zh"), ("gbk", "zh"), ("ascii", "en"), ("latin-1", "en")]
)
def test_a_terminal_without_chinese_gets_english(
    monkeypatch: pytest.MonkeyPatch, encoding: str, lang: str
) -> None:
    """Words that cannot be printed would be an error in place of an answer."""
    for name, value in CHINESE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    assert messages_lang() == lang


def test_list_in_chinese(real: Callable[..., Result]) -> None:
    """By LANG or by --lang, which wins; every scene has its line."""
    by_lang, by_option = real("list", env=CHINESE), real("list", "--lang", "zh")
    assert by_lang.stdout == by_option.stdout
    lines = by_lang.stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(registry.scenes())
    assert all(HAN.search(line) for line in lines)
    english = real("list").stdout
    assert real("list", "--lang", "en", env=CHINESE).stdout == english
    assert not HAN.search(english)


def test_json_is_english_unless_asked(real: Callable[..., Result]) -> None:
    """Programs find the same words on every machine; --lang zh gives the same shape in Chinese."""
    english = real("list", "--json").stdout
    assert real("list", "--json", env=CHINESE).stdout == english
    chinese = real("list", "--json", "--lang", "zh").stdout
    for one, other in zip(json.loads(english), json.loads(chinese), strict=True):
        assert one["name"] == other["name"]
        assert HAN.search(other["summary"])
        for field, schema in one["params"].items():
            assert HAN.search(other["params"][field].pop("description"))
            schema.pop("description")
            assert schema == other["params"][field]


@pytest.mark.parametrize("command", ["render", "trace", "storyboard"])
@pytest.mark.parametrize("scene", registry.scenes())
def test_help_of_a_scenes_options_in_chinese(real: Callable[..., Result], command: str, scene: str) -> None:
    """By LANG each option and each cost is told in Chinese, and the lines are no wider than the terminal."""
    for width in (50, 80, 200):
        text = real(
            command, scene, "--help", env=CHINESE, terminal_width=width, max_content_width=width
        ).stdout
        own = text[text.index(f"{scene} 的选项：") :].splitlines()
        for line in own:
            assert columns(line) <= width, line
            assert not re.match(r"\s*[，。：；）、]", line), line
        assert not re.search("finite|whole|default|one of|greater", "\n".join(own))
        rows = [line for line in own if re.match(r"  \S", line)]
        assert len(rows) > 2
        assert all(HAN.search(row) for row in rows if row.startswith("  --"))
    # What the lines say is the same at any width.
    assert real(command, scene, "--help").exit_code == 0


def test_lang_makes_the_job_and_the_name(run: Any, engine: Any, tmp_path: Path) -> None:
    """The language is in the job, in the name and in what is written."""
    result = run("render", "walk", "--lang", "zh", "--step", "2", "--format", "png")
    assert result.exit_code == 0
    assert engine.jobs[0].lang == "zh"
    assert (tmp_path / "media" / "walk.step=2.zh.png").is_file()
    run("storyboard", "walk", "--lang", "zh")
    assert engine.jobs[1].lang == "zh"
    assert (tmp_path / "media" / "walk.zh.storyboard.png").is_file()
    run("render", "walk", "--lang", "en", "--format", "png")
    assert (tmp_path / "media" / "walk.png").is_file()


@pytest.mark.parametrize("command", ["render", "storyboard"])
def test_the_terminals_language_is_never_drawn(
    run: Any, engine: Any, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """The same command gives the same job, with the same name, in Beijing and in Berlin."""
    for env in ({}, CHINESE, {"LC_ALL": "zh_CN.UTF-8"}, {"LC_MESSAGES": "zh_CN"}):
        with monkeypatch.context() as patch:
            for name, value in env.items():
                patch.setenv(name, value)
            run(command, "walk", "--force")
    assert all(job == engine.jobs[0] for job in engine.jobs)
    assert len(engine.jobs) == 4
    assert engine.jobs[0].lang == "en"


def test_all_scenes_in_chinese(real: Callable[..., Result], tmp_path: Path) -> None:
    """`render --all --lang zh` would write a Chinese clip a scene; what it would say goes along as JSON."""
    lines = real("render", "--all", "--lang", "zh", "--dry-run", "--format", "mp4").stdout.splitlines()
    for name in registry.scenes():
        assert f"media/{name}.zh.mp4" in lines
    assert all(".zh." in line for line in lines)
    plans = real("render", "--all", "--lang", "zh", "--dry-run", "--json").stdout.splitlines()
    assert [json.loads(plan)["lang"] for plan in plans] == ["zh"] * len(registry.scenes())
    assert list(tmp_path.iterdir()) == []
