"""`--theme FILE.toml`: what jobs come of it, what is said, and that workers draw it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click.testing
import numpy as np
import pytest
from PIL import Image

from lranim.cli import cli
from lranim.look.theme import THEMES

SCHOOL = 'name = "Springfield High"\nbase = "light"\nbackground = "#FFF8E7"\n'


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """A theme file beside the place where one works."""
    path = tmp_path / "school.toml"
    path.write_text(SCHOOL, encoding="utf-8")
    return path


def test_the_job_has_the_theme(run, engine, school: Path) -> None:
    """By value; clips are named after the file, the sidecar says the theme's name."""
    result = run("render", "walk", "--theme", "school.toml", "--format", "png", "--json")
    assert (result.exit_code, json.loads(result.stdout)["theme"]) == (0, "Springfield High"), result.output
    (job,) = engine.jobs
    assert (job.theme.background, job.theme.text) == ("#FFF8E7", THEMES["light"].text)
    assert job.name == "walk.school"
    assert run("render", "walk", "--theme", "./school.toml", "--dry-run").stdout.splitlines() == [
        f"media/walk.school.{form}" for form in ("mp4", "gif", "png", "en.srt", "en.vtt", "json")
    ]
    plan = run("render", "walk", "--theme", school, "--dry-run", "--json")
    assert json.loads(plan.stdout)["theme"] == "Springfield High"


def test_storyboard_takes_it_too(run, engine, school: Path) -> None:
    """Under the same name."""
    result = run("storyboard", "walk", "--theme", "school.toml")
    assert result.stdout == "media/walk.school.storyboard.png\n", result.output
    assert engine.jobs[0].theme.name == "Springfield High"


@pytest.mark.parametrize("command", ["render", "storyboard"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[colours]\ncost = "#12"', 'school.toml: colours.cost is "#12"; it must be #RGB or #RRGGBB, such'),
        ('[colours]\ncsot = "#123"', "school.toml: there is no key colours.csot; did you mean cost?"),
        ("[sizes]\ncurve = 99", "school.toml: sizes.curve is 99; it must be a number from 3 to 12"),
        (
            "base: light",
            "school.toml is not TOML: Expected '=' after a key in a key/value pair (at line 1, col",
        ),
    ],
)
def test_a_wrong_file_costs_one_line(refused, school: Path, command: str, text: str, said: str) -> None:
    """File, key, value and what is allowed; nothing is written."""
    school.write_text(text, encoding="utf-8")
    assert said in refused(command, "walk", "--theme", "school.toml")


def test_weak_text_is_a_warning(run, school: Path) -> None:
    """One line for all of it, however many clips there are, and the clips are made."""
    school.write_text('base = "light"\n[colours]\nrate = "#f90"\npoint = "#ff0"\n', encoding="utf-8")
    result = run("render", "--all", "--theme", "school.toml", "--format", "png")
    assert result.exit_code == 0
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Warning: hard to read")]
    assert "point_text #FFFF00 on the panel #F6F8FA has 1." in line
    assert "rate #FF9900 on the panel #F6F8FA has 2." in line
    assert "Warning" not in run("render", "walk", "--theme", "contrast", "--dry-run").stderr


def test_a_font_that_is_not_installed_is_a_warning(run, school: Path) -> None:
    """The base's font is used instead."""
    school.write_text('fonts = ["No Such Font"]\n', encoding="utf-8")
    result = run("render", "walk", "--theme", "school.toml", "--dry-run")
    assert result.exit_code == 0
    assert result.stderr.startswith("Warning: the font No Such Font is not installed, ")


@pytest.mark.thorough
def test_workers_draw_it_and_a_changed_file_is_drawn_again(
    school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In other processes its background is there; the clip is found again until a value changes."""
    small = ("-r", "160,90", "--fps", "5", "--steps", "1", "--format", "png")
    args = (*small, "--theme", str(school), "--json")
    command = [sys.executable, "-m", "lranim", "render", "slope", "learning-rate", *args, "-j", "2"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name in ("slope", "learning-rate"):
        assert corner(tmp_path / "media" / f"{name}.steps=1.school.png") == (255, 248, 231)

    monkeypatch.chdir(tmp_path)
    for text, cached, ground in (
        (SCHOOL, True, (255, 248, 231)),
        (SCHOOL.replace("#FFF8E7", "#FAFAFA"), False, (250, 250, 250)),
    ):
        school.write_text(text, encoding="utf-8")
        again = click.testing.CliRunner().invoke(cli, ["render", "slope", *args])
        assert (again.exit_code, json.loads(again.stdout)["cached"]) == (0, cached), again.stderr
        assert corner(tmp_path / "media" / "slope.steps=1.school.png") == ground


def corner(path: Path) -> tuple[int, ...]:
    """The colour of a picture's first pixel."""
    with Image.open(path) as image:
        return tuple(np.asarray(image.convert("RGB"))[0, 0].tolist())
