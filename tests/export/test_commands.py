"""The command that makes a clip again, as it is typed and as lranim reads it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image

from lranim.cli import cli
from lranim.export.commands import command_of, own_options
from lranim.video.clip import Artifact, Clip


def shown(name: str, formats: str = "mp4,gif,png", **about: Any) -> Clip:
    """A clip as its JSON would give it; `size`, `fps`, `gif_fps` and `gif_width` are those of its files."""
    width, height = about.pop("size", (1280, 720))
    fps, gif_fps, gif_width = about.pop("fps", 60), about.pop("gif_fps", 20), about.pop("gif_width", width)
    rates = {"mp4": fps, "webm": fps, "gif": gif_fps, "png": 0}
    folder = about.pop("folder", Path("media"))
    rows = [
        Artifact(
            path=folder / f"{name}.{form}",
            format=form,
            width=gif_width if form == "gif" else width,
            height=height,
            fps=rates[form],
            frames=1,
            duration_s=0.1,
            bytes=5,
            sha256="",
        )
        for form in formats.split(",")
    ]
    empty: dict[str, Any] = {"lang": "en", "theme": "dark", "alt": "", "beats": (), "captions": ()}
    return Clip(sidecar=folder / f"{name}.json", artifacts=tuple(rows), **{"params": {}} | empty | about)


def planned(words: list[str]) -> tuple[dict[str, Any], str]:
    """What `lranim render` would make of these words: the clip's JSON, and the name of its files."""
    results = [CliRunner().invoke(cli, ["render", *words, "--dry-run", *more]) for more in (["--json"], [])]
    assert [result.exit_code for result in results] == [0, 0], results[0].stderr
    return json.loads(results[0].stdout), Path(results[1].stdout.splitlines()[-1]).stem


CASES: list[tuple[str, dict[str, Any]]] = [
    ("slope", {}),
    ("slope --start=-4 --steps 3 --lang zh --theme light", {}),
    ("learning-rate --cost two-minima --lr 0.05", {}),
    ("learning-rate-compare --lr 0.1,0.9", {}),
    ("surface --start 1.5,-2 --theme contrast", {}),
    ("train-valid --state overfitting --epochs 200", {}),
    ("optimizers --state", {}),
    ("slope -r 640,360 --fps 30", {"size": (640, 360), "fps": 30, "gif_fps": 25}),
    ("slope --gif-width 480", {"gif_width": 480}),
    ("slope --format gif", {"formats": "gif"}),
    ("slope --fps 25 --format gif", {"formats": "gif", "gif_fps": 25}),
    ("slope --format mp4,png", {"formats": "mp4,png"}),
    ("slope --format png", {"formats": "png"}),
    ("slope --format webm,gif,png", {"formats": "webm,gif,png"}),
    ("slope --theme light -t", {"formats": "webm,gif,png"}),
    ("slope --format webm -t", {"formats": "webm"}),
    ("slope --name 'week 1; it'\"'\"'s $HOME'", {}),
    ("slope --name=-x", {}),
]


@pytest.mark.thorough_after(8)
@pytest.mark.parametrize(("command", "files"), CASES, ids=[command for command, _ in CASES])
def test_it_is_what_was_typed(command: str, files: dict[str, Any]) -> None:
    """Each option comes back as it was given, and nothing else does."""
    about, name = planned(shlex.split(command))
    clip = shown(name, **files, **{key: about[key] for key in ("scene", "params", "lang", "theme")})
    assert command_of(clip) == f"lranim render {command}"


def test_options_that_hang_on_others() -> None:
    """The start of the cost that was chosen is no option of the clip's own."""
    about, name = planned(["slope", "--cost", "two-minima"])
    clip = shown(name, **{key: about[key] for key in ("scene", "params")})
    assert own_options(clip) == {"cost": "two-minima"}


def test_a_scene_that_is_not_there() -> None:
    """All that its clip was made with is written."""
    clip = shown("x", scene="gone", params={"step_size": [1.0, -2.5], "seed": None, "note": "a b"})
    assert command_of(clip) == "lranim render gone --step-size 1,-2.5 --note 'a b' --name x"


def test_options_that_do_not_fit_any_more() -> None:
    """They are compared with the defaults of today; the file of samples need not be there."""
    clip = shown("cost.data=points", scene="cost", params={"seed": 1, "data": "no/points.csv", "old": 3})
    assert command_of(clip).startswith("lranim render cost --data no/points.csv --old 3 --name")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "slope.school-2026",
            "--theme school-2026.toml --format webm,gif,png",
        ),  # called otherwise than its file
        ("slope.school-2026.alpha", "--theme school-2026.toml -t"),
        ("intro", "--theme 'My school.toml' --format webm,gif,png --name intro"),
    ],
)
def test_a_theme_of_ones_own(name: str, words: str) -> None:
    """The stem of its file is in the clip's usual name; else its name must do."""
    clip = shown(name, "webm,gif,png", scene="slope", theme="My school")
    assert command_of(clip) == f"lranim render slope {words}"


def test_a_clip_of_another_name_without_a_background(tmp_path: Path) -> None:
    """Its poster tells."""
    Image.new("RGBA", (16, 16)).save(tmp_path / "x.png")
    clip = shown("x", "webm,gif,png", scene="slope", folder=tmp_path)
    assert command_of(clip) == "lranim render slope -t --name x"
    Image.new("RGB", (16, 16)).save(tmp_path / "x.png")
    assert command_of(clip) == "lranim render slope --format webm,gif,png --name x"
