"""An option of a scene given several times: a clip a value to `render`, a mistake to the other commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lranim.batch import render
from lranim.catalogue import registry

LISTS = '''"""Takes lists."""

from __future__ import annotations

from typing import Annotated

from manim import Scene
from pydantic import Field

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Trajectory
from lranim.params import SceneParams


class Params(SceneParams):
    lr: tuple[float, ...] = Field((0.1,), description="Learning rates.")
    few: tuple[float, ...] | None = Field(None, max_length=3, description="Up to three.")
    either: float | list[float] = Field(0.5, description="One or more.")
    pair: Annotated[list[float], Field(min_length=2, max_length=2)] = Field([1, 2], description="A point.")
    steps: int = Field(3, ge=1, description="How many.")


def numbers(params: Params) -> Trajectory:
    return descend(COSTS["bowl"], gradient_descent(), constant(params.lr[0]), (4.0,), params.steps)


class Lists(Scene):
    pass
'''


@pytest.fixture
def lists(run, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch):
    """Call the command line with the one scene `lists`, whose fields are lists."""
    folder = tmp_path_factory.mktemp("lists")
    (folder / "lists.py").write_text(LISTS)
    monkeypatch.setattr(registry, "scenes_folder", lambda: folder)
    return run


def names(result) -> list[str]:
    """Names of the clips of a run, by their sidecars."""
    assert result.exit_code == 0, result.output
    return [Path(line).stem for line in result.stdout.splitlines() if line.endswith(".json")]


def test_a_clip_a_value(run, engine) -> None:
    """One clip a value in the order given, each under its default name, wherever the option stands."""
    result = run("render", "--lr", "0.9", "two-ways", "--lr=0.1", "-q", "l", "--lr", "0.3")
    assert [job.params["lr"] for job in engine.jobs] == [0.9, 0.1, 0.3]
    assert names(result) == ["two-ways.lr=0.9", "two-ways", "two-ways.lr=0.3"]


def test_a_switch_is_on_or_off(run, engine) -> None:
    """It takes no value, so that a scene may follow; the last one counts."""
    for words, bold in (
        ((), False),
        (("--bold",), True),
        (("--no-bold", "--bold"), True),
        (("--no-bold",), False),
    ):
        run("render", *words, "walk", "--step", "1", "--force")
        assert engine.jobs[-1].params["bold"] is bold
    assert names(run("render", "--bold", "walk", "--dry-run")) == ["walk.bold=true"]


def test_every_combination(run) -> None:
    """With several such options the first one varies slowest; an option given once is for all."""
    options = ("--steps", "9", "--lr", "0.5", "--start", "1,2", "--steps", "4", "--lr", "0.2")
    assert names(run("render", "two-ways", *options, "--dry-run")) == [
        f"two-ways.lr={lr}.start=1,2.steps={steps}" for steps in (9, 4) for lr in (0.5, 0.2)
    ]


def test_a_point_is_one_value(run, engine) -> None:
    """A field of fixed length, as a point in two variables, makes a clip a point."""
    run("render", "two-ways", "--start", "1.5,-2", "--start", "-1,0")
    assert [job.params["start"] for job in engine.jobs] == [[1.5, -2.0], [-1.0, 0.0]]


def test_for_several_scenes(run, engine) -> None:
    """Each scene with each value, scene by scene."""
    run("render", "walk", "two-ways", "--steps", "9", "--steps", "5")
    found = [(job.scene, job.params["steps"]) for job in engine.jobs]
    assert found == [("walk", 9), ("walk", 5), ("two-ways", 9), ("two-ways", 5)]


def test_the_same_clip_is_rendered_once(run, engine) -> None:
    """0.9, 0.90 and 9e-1 are one clip, and so are a default and nothing said; that clip may have a name."""
    result = run("render", "two-ways", "--lr", "0.9", "--lr", "0.90", "--lr", "0.1", "--lr", "9e-1")
    assert names(result) == ["two-ways.lr=0.9", "two-ways"]
    engine.jobs.clear()
    run("render", "two-ways", "--lr", "0.9", "--lr", "0.90", "--name", "mine")
    assert [job.name for job in engine.jobs] == ["mine"]


def test_dry_run_and_json(run, engine) -> None:
    """One object a clip, with or without drawing."""
    args = ("render", "walk", "--step", "1", "--step", "2", "--json")
    for more in ([], ["--dry-run"]):
        clips = [json.loads(line) for line in run(*args, *more).stdout.splitlines()]
        assert [clip["params"]["step"] for clip in clips] == [1.0, 2.0]
        assert [bool(clip["artifacts"]) for clip in clips] == [not more] * 2
    assert len(engine.jobs) == 2


def test_a_failing_value_does_not_stop_the_others(run, engine, monkeypatch) -> None:
    """The failure is told with the name of its clip."""
    make = engine.render

    def fails(job, progress, *, force):
        if job.params["step"] == 2.0:
            raise OSError(28, "No space left on device")
        return make(job, progress, force=force)

    monkeypatch.setattr(render, "render", fails)
    result = run("render", "walk", "--step", "2", "--step", "3", "--format", "png")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == ["media/walk.step=3.png", "media/walk.step=3.json"]
    assert result.stderr.splitlines()[-1] == "Error: walk.step=2: No space left on device"


@pytest.mark.parametrize(
    ("options", "field", "value"),
    [
        ("--lr 0.9 --lr 0.3", "lr", [0.9, 0.3]),
        ("--lr 0.9,0.5 --lr 0.3", "lr", [0.9, 0.5, 0.3]),
        ("--lr 0.9 --lr 0.9", "lr", [0.9, 0.9]),
        ("--lr 0.9,0.3", "lr", [0.9, 0.3]),
        ("--lr 0.9", "lr", [0.9]),
        ("--few 1 --few 2", "few", [1.0, 2.0]),
        ("--few 1", "few", [1.0]),
        ("--either 1 --either 2", "either", [1.0, 2.0]),
        ("--either 1", "either", 1.0),
    ],
)
def test_a_list_takes_the_values_as_its_items(lists, engine, options: str, field: str, value: object) -> None:
    """A field of any length gets them all, in one clip."""
    result = lists("render", "lists", *options.split())
    assert result.exit_code == 0, result.output
    assert [job.params[field] for job in engine.jobs] == [value]
    traced = json.loads(lists("trace", "lists", *options.split()).stdout)
    assert traced["params"][field] == value


def test_a_list_beside_a_single_value(lists, engine) -> None:
    """Two points of fixed length are two clips, each with the whole list."""
    lists("render", "lists", "--lr", "0.9", "--pair", "1,2", "--lr", "0.3", "--pair", "3,4")
    assert [(job.params["lr"], job.params["pair"]) for job in engine.jobs] == [
        ([0.9, 0.3], [1.0, 2.0]),
        ([0.9, 0.3], [3.0, 4.0]),
    ]


def test_a_list_that_will_not_do(lists) -> None:
    """The line shows all that was given."""
    result = lists("render", "lists", "--few", "1,2", "--few", "3", "--few", "4")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: --few is 1,2,3,4; it must be 1 to 3 numbers, such as ")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (
            "trace two-ways --lr 0.9 --steps 3 --lr 0.3",
            "--lr is given 2 times (0.9, 0.3); trace takes one value of it, only render takes several",
        ),
        (
            "storyboard walk --step 1 --step 1 --step 2",
            "--step is given 3 times (1, 1, 2); storyboard takes one value of it, only render takes several",
        ),
        ("trace two-ways --start 1,2 --start 3,4", "--start is given 2 times (1,2, 3,4); trace takes one"),
        ("trace two-ways --lr 0.9 --lr 0.90", "--lr is given 2 times"),
        ("render walk --step 1 --step 2 --name a", "--name a is for one clip, not for 2; leave it out"),
        ("render walk two-ways --steps 1 --steps 2 --name a", "--name a is for one clip, not for 4"),
        ("render walk --step 1 --step 0", "--step is 0; it must be a finite number greater than 0"),
        ("render walk --step 1 --step", "Option '--step' requires an argument."),
        ("render walk --lr 1 --lr 2", "walk has no option --lr"),
        ("render two-ways --start 1,2 --start 3", "--start is 3; it must be 2 numbers, such as 1.5,-2"),
    ],
)
def test_mistakes(refused, args: str, said: str) -> None:
    """One line, nothing drawn: a wrong value among right ones too."""
    assert said in refused(*args.split())


def test_the_help_says_so(run) -> None:
    """One sentence in the help of render."""
    said = " ".join(run("render", "--help").stdout.split())
    assert "given several times, as in --lr 0.9 --lr 0.3, makes one clip a value" in said
