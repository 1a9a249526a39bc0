"""`lranim check`: what it looks at, what it says, what it writes, and what it refuses."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from lranim.cli import cli
from lranim.cli.layoutcheck import SHAPES, shapes_of
from lranim.draw import outlines
from lranim.look.text import languages
from lranim.look.theme import THEMES

ONE = ("--lang", "en", "-r", "640,360", "-j", "1", "--steps", "2")
WEAK = '[colours]\nmuted = "#4A525A"\n'


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Call `lranim check` in a folder that has nothing but a theme whose grey is too weak."""
    (tmp_path / "weak.toml").write_text(WEAK)
    monkeypatch.chdir(tmp_path)
    return lambda *args: CliRunner().invoke(cli, ["check", *map(str, args)], prog_name="lranim")


def test_a_clean_scene(check: Callable[..., Result], tmp_path: Path) -> None:
    """Exit 0, one line that says how much was looked at, nothing written."""
    result = check("slope", *ONE, "--theme", "dark,light", "-o", "out")
    assert result.exit_code == 0, result.output
    assert result.stdout == "nothing wrong in 1 scene, 2 clips, 8 beats, 20 pictures\n"
    assert [path.name for path in tmp_path.iterdir()] == ["weak.toml"]


@pytest.mark.parametrize("half", [b"", b"<svg><g>"])
def test_a_full_disk_of_temporary_files(
    check: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, half: bytes
) -> None:
    """Pango says nothing of it, or not what it is; we say where it is and what to do."""

    def full(*args: object) -> None:
        Path(str(args[7])).write_bytes(half)
        if not half:
            raise Exception(b"error while writing to output stream")

    monkeypatch.setattr(outlines.MarkupUtils, "text2svg", full)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(64, 64, 0))
    outlines.text_outlines.cache_clear()
    result = check("slope", *ONE, "--theme", "dark")
    told = "Error: slope.steps=2 en dark 16:9: No space left on device: "
    assert (result.exit_code, result.stderr.startswith(told), result.stderr.count("\n")) == (1, True, 1)
    assert result.stderr.endswith("; free some space there, or set TMPDIR to another folder\n")


def test_a_planted_fault(check: Callable[..., Result], tmp_path: Path) -> None:
    """Exit 1, a line a finding with clip, time, beat, kind and words, and one picture."""
    result = check("slope", *ONE, "--theme", "weak.toml,dark", "-o", "out")
    assert result.exit_code == 1, result.output
    *lines, summary = result.stdout.splitlines()
    assert all(line.startswith("slope.steps=2 en weak 16:9 at ") for line in lines)
    (line,) = (line for line in lines if '"cost after each step"' in line)
    assert line.startswith("slope.steps=2 en weak 16:9 at 0.0 s, beat 1 (and ")
    assert line.endswith("has a contrast of 2.1:1 to what is behind it, less than 4.5:1")
    assert summary.startswith(f"{len(lines)} findings in 1 scene, 2 clips, ")
    (picture,) = (tmp_path / "out").iterdir()
    assert picture.name == "slope.steps=2.en.weak.16x9.check.png"
    with Image.open(picture) as page:
        page.load()
    assert f"drawn in out/{picture.name}" in result.stderr


def test_json(check: Callable[..., Result]) -> None:
    """One object a clip, with its findings and its picture; the summary goes to stderr."""
    result = check("slope", *ONE, "--theme", "weak.toml,dark", "-o", "it's/学.png", "--json")
    assert result.exit_code == 2  # one picture for two clips
    result = check("slope", *ONE, "--theme", "weak.toml", "-o", "it's/学.png", "--json")
    assert result.exit_code == 1
    (row,) = map(json.loads, result.stdout.splitlines())
    assert (row["scene"], row["lang"], row["theme"]) == ("slope", "en", "weak")
    assert (row["width"], row["height"], row["picture"]) == (640, 360, "it's/学.png")
    assert row["params"]["steps"] == 2
    assert row["looks"] > row["beats"] > 2
    for finding in row["findings"]:
        assert set(finding) == {
            *("t", "beat", "moments", "kind", "what", "by", "amount", "limit", "box", "message")
        }
        assert (finding["kind"], finding["limit"]) == ("contrast", 4.5)
    assert Path("it's/学.png").is_file()
    assert "findings in 1 scene" in result.stderr


def test_clean_pictures_too(check: Callable[..., Result], tmp_path: Path) -> None:
    """With --clean-too clips without findings are drawn as well."""
    result = check("slope", *ONE, "--theme", "light", "-o", "out", "--clean-too")
    assert result.exit_code == 0, result.output
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["slope.steps=2.en.light.16x9.check.png"]


def test_everything_is_looked_at_without_options(
    check: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each language, built-in theme and shape of each scene, and each value of an option."""
    from lranim.judge import check as layout_check

    jobs = []
    monkeypatch.setattr(
        layout_check, "check", lambda job, pictures: jobs.append(job) or layout_check.Report(job=job)
    )
    assert check("--all", "-j", "1").exit_code == 0
    scenes = {job.scene for job in jobs}
    assert len(jobs) == len(scenes) * len(languages()) * len(THEMES) * len(SHAPES)
    assert {(job.width, job.height) for job in jobs} == set(SHAPES.values())
    assert {job.theme.name for job in jobs} == set(THEMES)
    assert shapes_of(list(SHAPES.values())) == list(SHAPES)
    jobs.clear()
    result = check(
        "learning-rate", "--lr", "0.1", "--lr", "0.9", *ONE[:-2], "--theme", "dark", "-r", "300,401"
    )
    assert result.exit_code == 0
    assert [(job.params["lr"], job.width, job.height) for job in jobs] == [
        (lr, *size) for lr in (0.1, 0.9) for size in ((640, 360), (300, 402))
    ]


def test_a_scene_that_fails(check: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 1 and a line that names the clip, and the next one is looked at all the same."""
    from lranim.judge import check as layout_check

    def half(job: object, pictures: str) -> layout_check.Report:
        error = "it broke" if job.theme.name == "dark" else ""
        return layout_check.Report(job=job, error=error)

    monkeypatch.setattr(layout_check, "check", half)
    result = check("slope", *ONE, "--theme", "dark,light")
    assert result.exit_code == 1
    assert result.stderr == "Error: slope.steps=2 en dark 16:9: it broke\n"
    assert result.stdout == "nothing wrong in 1 scene, 1 clip, 0 beats, 0 pictures\n"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), ["name the scenes to check", "--all"]),
        (("slope", "--all"), ["name the scenes to check"]),
        (("sloop",), ["there is no scene sloop", "slope"]),
        (("slope", "--lang", "en,xx"), ["'--lang': 'xx'", "'en', 'zh'"]),
        (("slope", "--lang", ""), ["'--lang': ''"]),
        (("slope", "--theme", "dark,drak"), ["there is no theme drak", "dark"]),
        (("slope", "-r", "16:9"), ["-r is 16:9; it must be width and height"]),
        (("slope", "-j", "0"), ["'--jobs': 0 is not in"]),
        (("slope", "--clean-too"), ["--clean-too goes with -o"]),
        (("slope", "-o", "one.png"), ["one.png is one picture", "24 clips"]),
        (("slope", "-o", "weak.toml/out"), ["weak.toml", "is a file"]),
        (("slope", "--step", "3"), ["slope has no option --step"]),
    ],
)
def test_what_is_refused(
    check: Callable[..., Result], tmp_path: Path, args: tuple[str, ...], words: list[str]
) -> None:
    """Exit 2, one line, nothing written."""
    result = check(*args)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    (line,) = result.stderr.splitlines()
    assert all(word in line for word in words), line
    assert [path.name for path in tmp_path.iterdir()] == ["weak.toml"]
