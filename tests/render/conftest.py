"""A small scene of moving dots, jobs for it, and what the tests of the engine share."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import lranim
from lranim.batch import render
from lranim.catalogue import registry
from lranim.look.themes import theme_of
from lranim.video.clip import Clip
from lranim.video.job import Job

DOTS = '''"""A dot walks to the right and rests after each step."""

from __future__ import annotations

from manim import Dot
from pydantic import Field

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import fixed
from lranim.core.schedules import constant
from lranim.core.types import Trajectory
from lranim.draw.scene import LessonScene
from lranim.params import SceneParams


class Params(SceneParams):
    steps: int = Field(3, ge=1, description="How many.")
    rest: float = Field(0.4, ge=0, description="How long each rest is.", json_schema_extra={"unit": "s"})
    telling: int = Field(0, ge=0, le=2, description="How many moments of each beat are picked.")
    broken: bool = Field(False, description="Fail after the last step.")


def numbers(params: Params) -> Trajectory:
    return descend(COSTS["bowl"], fixed(1.5), constant(1.0), (13.0,), params.steps)


class Dots(LessonScene):
    params_type = Params

    def say(self, key, **values):
        return f"{key} {values['k']}"

    def construct(self):
        dot = Dot([-4, 0, 0], radius=0.8)
        self.add(dot)
        for k in range(self.params.steps):
            self.beat("step", k=k)
            for moment in range(2):
                if moment < self.params.telling:
                    self.picture()
                begin = k + moment / 2
                self.move(
                    0.2, lambda u: dot.move_to([-4 + 8 * (begin + u / 2) / self.params.steps, 0, 0]), dot
                )
            self.hold(self.params.rest)
        if self.params.broken:
            raise ZeroDivisionError("on purpose")
        self.alt = "A dot."
'''

SMALL = {"width": 240, "height": 136, "fps": 5}
"""Size and rate of all clips here."""

MakeJob = Callable[..., Job]


def make_job(scene: str, out_dir: Path, **changes: Any) -> Job:
    """A small job; `params` may be incomplete."""
    model = registry.get(scene).load_light().Params
    params = model.model_validate(changes.pop("params", {})).model_dump(mode="json")
    about: dict[str, Any] = {"lang": "en", "theme": "dark", "transparent": False, **SMALL}
    about |= {"formats": ("mp4", "gif", "png"), "name": scene} | changes
    if isinstance(about["theme"], str):
        about["theme"] = theme_of(about["theme"])
    return Job(scene=scene, params=params, out_dir=out_dir, **about)


@pytest.fixture(scope="session")
def lesson() -> MakeJob:
    """Make a small job of one of the real scenes: scene, folder, changes."""
    return make_job


@pytest.fixture(scope="session")
def dots_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the scene `dots`."""
    folder = tmp_path_factory.mktemp("scenes")
    (folder / "dots.py").write_text(DOTS)
    return folder


@pytest.fixture
def dots(dots_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeJob:
    """Make a job of the scene `dots`, the only one there is then, with changes; its folder is `media`."""
    from lranim.batch import keys

    monkeypatch.setattr(registry, "scenes_folder", lambda: dots_folder)
    monkeypatch.setattr(keys, "font_files", lambda families: [])  # asking takes longer than all the rest
    return lambda out_dir=tmp_path / "media", **changes: make_job("dots", out_dir, **changes)


@pytest.fixture
def temp(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of temporary files for one test, which must hold nothing at its end."""
    folder = tmp_path_factory.mktemp("temp")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture(scope="session")
def tree() -> Callable[[Path], dict[str, tuple[Any, ...]]]:
    """Describe all that lies in a folder, so that any touch shows."""

    def describe(folder: Path) -> dict[str, tuple[Any, ...]]:
        found = {}
        for path in sorted(folder.rglob("*")):
            about = path.lstat()
            content = path.read_bytes() if path.is_file() else b""
            changed = about.st_mtime_ns if path.is_file() else 0  # a working folder touches its parent
            found[str(path.relative_to(folder))] = (about.st_mode, about.st_ino, changed, content)
        return found

    return describe


OSCILLATION = {"params": {"steps": 2}, "formats": ("mp4", "gif", "webm", "png")}


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """A real clip in all formats: two steps of `oscillation`."""
    return render.render(make_job("oscillation", tmp_path_factory.mktemp("clip"), **OSCILLATION))


BOOT = """
import pathlib, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
from lranim.catalogue import registry
if {folder!r}:
    registry.scenes_folder = lambda: pathlib.Path({folder!r})
from lranim.cli import main
sys.argv = ["lranim", *sys.argv[1:]]
main()
"""


@pytest.fixture
def spawn(dots_folder: Path, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the command line in a process of its own; with `real` it knows the real scenes, else `dots`."""
    started = []

    def start(*args: object, real: bool = False, cwd: Path = tmp_path, **env: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", BOOT.format(folder="" if real else str(dots_folder)), *map(str, args)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(Path(lranim.__file__).parents[1]), **env},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
