"""What an author does with a lesson: build it, change a word, build it again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lranim.cli import cli
from lranim.look import text
from lranim.video import engine

Build = Callable[..., Result]

LESSON = """
[defaults]
size = "64,36"
fps = 5
formats = ["png"]
lang = ["en", "zh"]

[[clip]]
scene = "slope"
params = { steps = 1 }

[[clip]]
scene = "oscillation"
params = { steps = 1 }
"""
NAMES = {"slope.steps=1", "slope.steps=1.zh", "oscillation.steps=1", "oscillation.steps=1.zh"}


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Build the lesson in this process, with a cache of its own; changes of the file come first."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LRANIM_CACHE", str(tmp_path / "cache"))

    def call(*args: str, lesson: str = LESSON) -> Result:
        Path("lesson.toml").write_text(lesson)
        return CliRunner().invoke(cli, ["build", "lesson.toml", "-j", "1", *args], prog_name="lranim")

    return call


def rendered(result: Result) -> set[str]:
    """The clips that a build with --json drew."""
    clips = [json.loads(line) for line in result.stdout.splitlines()]
    return {Path(clip["artifacts"][0]["path"]).stem for clip in clips if not clip["cached"]}


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Change a text of a copy of the language files, from which all is said then."""
    folder = tmp_path / "locales"
    shutil.copytree(text.LOCALES, folder)
    monkeypatch.setattr(text, "LOCALES", folder)

    def change(old: str, new: str) -> None:
        file = folder / "zh.toml"
        content = file.read_text(encoding="utf-8")
        assert content.count(old) == 1
        file.write_text(content.replace(old, new), encoding="utf-8")
        text.texts.cache_clear()

    return change


def test_a_changed_word_costs_one_clip(build: Build, words: Callable[[str, str], None]) -> None:
    """All, then nothing, then the one clip that says it, with the reason; taken back, it is a copy."""
    first = build("--json")
    assert (first.exit_code, rendered(first)) == (0, NAMES), first.stderr
    assert first.stderr.splitlines()[-1].startswith("4 clips: 4 rendered; ")
    again = build("--json")
    assert (rendered(again), len(again.stdout.splitlines())) == (set(), 4)
    title = text.texts("zh")["slope.title"]
    words(f'title = "{title}"', 'title = "坡度"')
    try:
        changed = build("--json", "--why")
        assert rendered(changed) == {"slope.steps=1.zh"}
        assert "slope.steps=1.zh: text zh slope.title has changed" in changed.stderr.splitlines()
        words('title = "坡度"', f'title = "{title}"')
        back = build("--json")
    finally:
        text.texts.cache_clear()
    assert rendered(back) == set()
    assert "1 copied from the cache, 3 there already" in back.stderr
    assert first.stdout.count('"sha256"') == back.stdout.count('"sha256"')


CHECK = """
import sys
from lranim.cli import cli
code = cli.main(["build", "lesson.toml", *sys.argv[1:]], prog_name="lranim", standalone_mode=False)
print(code, "manim" in sys.modules, file=sys.stderr)
"""


def test_nothing_to_do_takes_no_manim(build: Build) -> None:
    """Files that are there, or in the cache, are found without the engine."""
    assert build().exit_code == 0
    for args, summary in ((), "4 there already"), (("-o", "other"), "4 copied from the cache"):
        done = subprocess.run(
            [sys.executable, "-c", CHECK, *args], capture_output=True, text=True, check=True
        )
        assert len(done.stdout.splitlines()) == 8
        assert summary in done.stderr
        assert done.stderr.splitlines()[-1] == "0 False"


def test_some_clips_and_a_dry_run(build: Build, tmp_path: Path) -> None:
    """--only picks by name; --dry-run names the files and writes nothing."""
    dry = build("--dry-run", "--only", "slope*")
    names = ("slope.steps=1", "slope.steps=1.zh")
    assert dry.stdout.split() == [f"media/{name}.{form}" for name in names for form in ("png", "json")]
    plans = build("--dry-run", "--only", "slope*", "--json").stdout.splitlines()
    assert [(json.loads(line)["lang"], json.loads(line)["artifacts"]) for line in plans] == [
        ("en", []),
        ("zh", []),
    ]
    assert dry.stderr.splitlines()[-1] == "2 of 2 clips would be rendered, 0 copied from the cache"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lesson.toml"]
    some = build("--only", "slope*", "--only", "*.zh", "--json")
    assert rendered(some) == NAMES - {"oscillation.steps=1"}


@pytest.mark.parametrize("going", [True, False])
def test_a_failing_clip(build: Build, monkeypatch: pytest.MonkeyPatch, going: bool) -> None:
    """It stops the batch unless -k is given; its reason is told at the end, with exit code 1."""
    produce = engine.produce

    def fails(job, work, progress):
        if job.name == "slope.steps=1.zh":
            raise ZeroDivisionError("on purpose")
        return produce(job, work, progress)

    monkeypatch.setattr(engine, "produce", fails)
    result = build("--json", *(["-k"] if going else []))
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert (
        sum(line.startswith("Error: slope.steps=1.zh: unexpected ZeroDivisionError") for line in lines) == 1
    )
    if going:
        assert rendered(result) == NAMES - {"slope.steps=1.zh"}
        assert "3 rendered, 1 failed; " in lines[-1]
    else:
        assert rendered(result) == {"slope.steps=1"}
        assert "1 rendered, 1 failed, 2 not begun (-k goes on after a failure); " in lines[-1]


@pytest.mark.thorough
def test_the_longest_come_first(build: Build) -> None:
    """As they took the last time; new ones before them, since they may be long."""
    build("--only", "*.zh")
    durations = Path("cache") / "durations.json"
    rows = json.loads(durations.read_text())
    for name, (_, frames) in rows.items():
        if not name.startswith("scene "):
            rows[name] = [9.0 if '"oscillation"' in name else 1.0, frames]
    durations.write_text(json.dumps(rows))
    surface = '\n[[clip]]\nscene = "surface"\nlang = "en"\nparams = { steps = 1 }\n'
    result = build("--force", "--json", "--only", "*.zh", "--only", "surface*", lesson=LESSON + surface)
    order = [json.loads(line)["scene"] for line in result.stdout.splitlines()]
    assert order == ["surface", "oscillation", "slope"]
