"""`lranim list`, `--help`, and what they cost."""

from __future__ import annotations

import json

import pytest

HEAVY = """
import atexit
heavy = {"manim", "numpy", "pydantic", "rich"}
atexit.register(lambda: print(*heavy & {*sys.modules}, file=sys.stderr))
"""


def test_list_is_two_columns(run) -> None:
    """Name and summary, aligned, on stdout."""
    result = run("list")
    assert result.stdout == "two-ways  Down a surface.\nwalk      Walk down a curve in steps of one length.\n"
    assert result.exit_code == 0


def test_list_as_json_has_the_options(run) -> None:
    """One array of name, summary and an object an option."""
    rows = json.loads(run("list", "--json").stdout)
    assert [(row["name"], row["summary"], list(row["params"])) for row in rows] == [
        ("two-ways", "Down a surface.", ["lr", "start", "steps"]),
        ("walk", "Walk down a curve in steps of one length.", ["step", "start", "steps", "cost", "bold"]),
    ]
    assert rows[1]["params"]["step"] == {
        "type": "number",
        "default": 1.5,
        "exclusiveMinimum": 0,
        "maximum": 20,
        "description": "Length of a step.",
        "unit": "a",
    }


@pytest.mark.parametrize(
    ("args", "allowed"),
    [
        (["list"], set()),
        (["--help"], set()),
        (["render", "--help"], set()),
        (["list", "--json"], {"numpy", "pydantic"}),
        (["trace", "walk"], {"numpy", "pydantic"}),
        (["render", "walk", "--help"], {"numpy", "pydantic"}),
        (["render", "walk", "--dry-run"], {"numpy", "pydantic"}),
    ],
)
def test_heavy_imports_are_left_out(spawn, args: list[str], allowed: set[str]) -> None:
    """No command that draws nothing imports manim, and the quick ones import nothing heavy at all."""
    _, stderr = (process := spawn(*args, before=HEAVY)).communicate(timeout=60)
    assert process.returncode == 0
    assert set(stderr.splitlines()[-1].split()) <= allowed


def test_help_of_a_scene_shows_its_options(run) -> None:
    """`render SCENE --help` has the scene's options with range and default; without a scene, a hint."""
    text = " ".join(run("render", "walk", "--help").stdout.split())
    assert (
        "Options of walk: --step Length of a step. [a; a finite number greater than 0 and at most 20;" in text
    )
    assert "--bold Whether lines are thick. [--bold or --no-bold; default: --no-bold]" in text
    assert "--cost The curve. [one of bowl, gentle-bowl; default: bowl]" in text
    hint = " ".join(run("render", "--help").stdout.split())
    assert "Each scene has options of its own: lranim render SCENE --help" in hint
    assert "--step" not in hint


def test_no_command_shows_the_help(run) -> None:
    """`lranim` alone says what there is."""
    result = run()
    assert result.exit_code == 2
    assert "storyboard" in result.stderr


def test_version(run) -> None:
    """`--version` prints name and version."""
    assert run("--version").stdout == "lranim, version 0.1.0\n"
