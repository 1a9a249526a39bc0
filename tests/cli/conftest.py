"""Two small scenes, an engine that draws nothing, and ways to call the command line."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import pytest

import lranim
from lranim.catalogue import registry
from lranim.cli import cli
from lranim.video.captions import caption_names
from lranim.video.clip import Artifact, CaptionFile, Clip
from lranim.video.job import Job

WALK = '''"""Walk down a curve in steps of one length."""

from __future__ import annotations

from typing import Literal

from manim import Scene
from pydantic import Field, model_validator

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import fixed
from lranim.core.schedules import constant
from lranim.core.types import Trajectory
from lranim.params import SceneParams


class Params(SceneParams):
    step: float = Field(1.5, gt=0, le=20, description="Length of a step.", json_schema_extra={"unit": "a"})
    start: float | None = Field(None, description="Where it starts.")
    steps: int = Field(4, ge=1, le=1000, description="How many.", json_schema_extra={"unit": "steps"})
    cost: Literal["bowl", "gentle-bowl"] = Field("bowl", description="The curve.")
    bold: bool = Field(False, description="Whether lines are thick.")

    @model_validator(mode="after")
    def inside(self) -> Params:
        low, high = COSTS[self.cost].domain[0]
        if self.start is not None and not low <= self.start <= high:
            raise ValueError(f"--start {self.start:g} is outside {low:g} to {high:g}")
        return self


def numbers(params: Params) -> Trajectory:
    cost = COSTS[params.cost]
    start = cost.start if params.start is None else (params.start,)
    return descend(cost, fixed(params.step), constant(1.0), start, params.steps)


class Walk(Scene):
    pass
'''

TWO_WAYS = '''"""Down a surface.

With a second paragraph.
"""

from __future__ import annotations

from manim import Scene
from pydantic import Field

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Trajectory
from lranim.params import SceneParams


class Params(SceneParams):
    lr: float = Field(0.1, gt=0, description="Learning rate.")
    start: tuple[float, float] = Field((1.5, 2.0), description="Where it starts.")
    steps: int = Field(3, ge=1, le=1000, description="How many.")


def numbers(params: Params) -> Trajectory:
    return descend(COSTS["ravine"], gradient_descent(), constant(params.lr), params.start, params.steps)


class TwoWays(Scene):
    pass
'''


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the scenes `walk` and `two-ways`."""
    folder = tmp_path_factory.mktemp("scenes")
    (folder / "walk.py").write_text(WALK)
    (folder / "two_ways.py").write_text(TWO_WAYS)
    (folder / "__init__.py").write_text("")
    return folder


class Engine:
    """Stands in for the engine: writes a word a file and remembers what it was asked."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.forced: list[bool] = []
        self.failures: dict[str, BaseException] = {}
        self.given_up = ""

    def render(self, job: Job, progress: Callable[[int, int | None], None], *, force: bool) -> Clip:
        """Pretend to render."""
        print("a library that prints")
        self.jobs.append(job)
        self.forced.append(force)
        progress(1, 1)
        if job.scene in self.failures:
            raise self.failures[job.scene]
        job.out_dir.mkdir(parents=True, exist_ok=True)
        artifacts = []
        for form in job.formats:
            path = job.out_dir / f"{job.name}.{form}"
            path.write_text("drawn")
            about: dict[str, Any] = {"width": job.width, "height": job.height, "fps": job.fps}
            artifacts.append(
                Artifact(
                    path=path,
                    format=form,
                    **about,
                    frames=1,
                    duration_s=0.1,
                    bytes=5,
                    sha256="",
                    given_up=self.given_up if form == "gif" else "",
                )
            )
        captions = []
        for form, name in caption_names(job).items():
            (job.out_dir / name).write_text("said")
            captions.append(CaptionFile(path=job.out_dir / name, lang=job.lang, format=form, sha256=""))
        (job.out_dir / f"{job.name}.json").write_text("{}")
        about = {"scene": job.scene, "params": job.params, "lang": job.lang, "theme": job.theme.name}
        files = {"artifacts": tuple(artifacts), "captions": tuple(captions)}
        return Clip(**about, **files, cached=False, seconds=0.1, alt="", beats=())

    def storyboard(self, job: Job, out: Path) -> Path:
        """Pretend to draw a storyboard."""
        self.jobs.append(job)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text("drawn")
        return out


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Put the stand-in in the place of what draws."""
    import lranim.batch.render

    fake = Engine()
    module = types.ModuleType("lranim.batch.storyboard")
    module.__dict__.update(storyboard=fake.storyboard)
    monkeypatch.setattr(lranim.batch.render, "render", fake.render)
    monkeypatch.setitem(sys.modules, "lranim.batch.storyboard", module)
    monkeypatch.setattr(lranim.batch, "storyboard", module, raising=False)
    return fake


Run = Callable[..., click.testing.Result]


@pytest.fixture
def run(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine) -> Run:
    """Call the command line in an empty folder, with the two scenes and the stand-in engine."""
    monkeypatch.setattr(registry, "scenes_folder", lambda: folder)
    monkeypatch.chdir(tmp_path)
    return lambda *args: click.testing.CliRunner().invoke(cli, [str(arg) for arg in args], prog_name="lranim")


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call the command line with lranim's own scenes, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*args: object, env: dict[str, str] | None = None, **how: Any) -> click.testing.Result:
        plain = {"LANG": "", "LC_ALL": "", "LC_MESSAGES": ""}
        words = [str(arg) for arg in args]
        return click.testing.CliRunner().invoke(
            cli, words, prog_name="lranim", env={**plain, **(env or {})}, **how
        )

    return call


@pytest.fixture
def refused(run: Run, tmp_path: Path) -> Callable[..., str]:
    """Call with something wrong; check exit code 2, one line, nothing written; return the line."""

    def call(*args: object) -> str:
        before = sorted(tmp_path.rglob("*"))
        result = run(*args)
        lines = result.stderr.splitlines()
        assert (result.exit_code, result.stdout, len(lines)) == (2, "", 1), result.output
        assert lines[0].startswith("Error: ")
        assert sorted(tmp_path.rglob("*")) == before
        return lines[0]

    return call


BOOT = """
import pathlib, sys
from lranim.catalogue import registry
registry.scenes_folder = lambda: pathlib.Path({folder!r})
from lranim.cli import main
sys.argv = ["lranim", *sys.argv[1:]]
{before}
main()
"""


@pytest.fixture
def spawn(folder: Path, tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start the command line in a process of its own, in an empty folder, with the two scenes."""

    def start(*args: object, before: str = "", **kwargs: Any) -> subprocess.Popen[str]:
        code = BOOT.format(folder=str(folder), before=before)
        return subprocess.Popen(
            [sys.executable, "-c", code, *map(str, args)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(lranim.__file__).parents[1])},
            **kwargs,
        )

    return start
