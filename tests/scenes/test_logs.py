"""Scenes that draw a training of one's own, from logs of many kinds and sizes."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from lranim.catalogue import registry
from lranim.draw.lettering import Lettering
from lranim.errors import InputError
from lranim.lesson import read_lesson


def params(scene: str, **options: Any) -> Any:
    """Options of a scene."""
    return registry.get(scene).load_light().Params(**options)


def numbers(scene: str, **options: Any) -> Any:
    """What a scene draws, by column."""
    return registry.get(scene).load_light().numbers(params(scene, **options)).columns


def test_the_checkpoint_to_keep(tell: Callable[..., Any], log: Callable[[str], str], tmp_path: Path) -> None:
    """That of the lowest validation loss, or the one that the log names, which is said to be the log's."""
    state = json.loads(Path(log("overfitting")).read_text())
    rows = [row for row in state["log_history"] if "eval_loss" in row]
    path = tmp_path / "trainer_state.json"
    low = min(rows, key=lambda row: row["eval_loss"])
    for row, words, named in ((low, "best: step ", False), (rows[-2], "best by the log: step ", True)):
        checkpoint = {"best_model_checkpoint": f"out/checkpoint-{row['step']:.0f}"} if named else {}
        path.write_text(json.dumps(state | checkpoint))
        scene = tell("train-valid", log=str(path))
        shown = [m.words for m in scene.get_mobject_family_members() if isinstance(m, Lettering)]
        assert [word for word in shown if word.startswith("best")] == [f"{words}{row['step']:,.0f}"]
        assert scene.beats[-1].text == (
            f"Keep the checkpoint of step {row['step']:,.0f}: validation loss {row['eval_loss']:.3g}, "
            f"not {rows[-1]['eval_loss']:.3g} at the end."
        )


def test_a_range_test_suggests_a_rate_that_learns(tmp_path: Path) -> None:
    """Between where the loss begins to fall and where it is lowest, also in a test of thousands of steps."""
    module = registry.get("lr-finder").load_module()
    for count in (150, 6000):
        lr = np.geomspace(1e-6, 1, count)
        loss = 2.3 - 1.5 / (1 + (2e-3 / lr) ** 1.5) + (lr / 0.1) ** 2
        path = tmp_path / f"{count}.csv"
        rows = zip(lr.tolist(), loss.tolist(), strict=True)
        path.write_text(
            "iteration;lr;loss\n" + "".join(f"{k};{a!r};{b!r}\n" for k, (a, b) in enumerate(rows))
        )
        given = module.Params(log=str(path))
        test = module.search(given)
        assert 3e-4 < test.found < 2e-2
        assert test.exploded
        assert len(module.numbers(given).rows()) == len(test.lr) <= 400


@pytest.mark.parametrize(
    ("scene", "table", "options", "said"),
    [
        ("train-valid", "step,loss\n1,2\n2,1\n", {}, "has no validation loss; this scene draws its"),
        ("train-valid", "step,loss,val_loss\n1,2,2\n2,1,\n", {}, "has 1 value of validation loss to draw"),
        ("schedule", "step,loss\n1,2\n2,1\n", {}, "has no learning rate"),
        ("schedule", "step,lr\n1,2\n2,1\n", {"noise": 2.0}, "--noise is 2.0; a log has its own numbers"),
        ("schedule", "step,lr\n1,2\n2,1\n", {"schedule": ("cosine",)}, "--schedule is cosine; a log has its"),
        (
            "train-valid",
            "step,loss,val_loss\n1,2,2\n2,1,1\n",
            {"state": "failing"},
            "--state is failing; a log",
        ),
        ("lr-finder", "step,lr,loss\n1,2,2\n2,1,1\n", {}, "20 at least, and here 2 steps have both"),
        ("lr-finder", "step,lr,loss\n1,2,2\n2,1,1\n", {"steps": 50}, "--steps is 50; a log has its own"),
        (
            "lr-finder",
            "step,lr,loss\n" + "".join(f"{k},0.001,1\n" for k in range(30)),
            {},
            "goes from 0.001 to 0.001 at step 1; the scene schedule draws",
        ),
        (
            "lr-finder",
            "step,lr,loss\n" + "".join(f"{k},{1 + k / 10},1\n" for k in range(30)),
            {},
            "tenfold at least, and here from 1 to 3.9",
        ),
    ],
)
def test_refused(tmp_path: Path, scene: str, table: str, options: dict[str, Any], said: str) -> None:
    """A log that lacks what the scene needs, and options that a log has no use for."""
    path = tmp_path / "run.csv"
    path.write_text(table)
    with pytest.raises(ValidationError) as caught:
        params(scene, log=str(path), **options)
    assert said in str(caught.value)


def test_the_numbers_are_those_of_the_log(tmp_path: Path, log: Callable[[str], str]) -> None:
    """What each scene draws of a log, a row a step; a range test is smoothed as was asked for."""
    path = tmp_path / "run.csv"
    path.write_text("step,lr,loss,val_loss\n1,0.1,4,5\n2,0.2,3,4\n")
    for name, expected in (
        ("schedule", {"step": [1, 2], "lr": [0.1, 0.2], "train_loss": [4, 3]}),
        ("train-valid", {"step": [1, 2], "train_loss": [4, 3], "valid_loss": [5, 4]}),
    ):
        assert {key: column.tolist() for key, column in numbers(name, log=str(path)).items()} == expected
    plain, smooth = (numbers("lr-finder", log=log("test"), smoothing=share) for share in (0.0, 0.9))
    assert np.allclose(plain["smoothed"], plain["loss"])
    assert not np.allclose(smooth["smoothed"], smooth["loss"])


def test_a_clip_is_drawn_anew_when_its_log_has_changed(tmp_path: Path) -> None:
    """And not when only what is not drawn has."""
    path = tmp_path / "run.csv"
    contents = []
    for table in (
        "step,loss,val_loss\n1,2,2\n2,1,1\n",
        "step;loss;val_loss\n1;2;2\n2;1;1\n",
        "step,loss,val_loss\n1,2,2\n2,1,3\n",
    ):
        path.write_text(table)
        contents.append(params("train-valid", log=str(path)).content())
    assert contents[0] == contents[1] != contents[2]
    assert params("train-valid").content() == ""


def test_a_lesson_names_its_log_beside_it(tmp_path: Path) -> None:
    """Relative to its folder, and what is wrong with it is said with the line."""
    (tmp_path / "run").mkdir()
    path, lesson = tmp_path / "run" / "trainer_state.json", tmp_path / "lesson.toml"
    path.write_text('{"log_history": [{"step": 1, "loss": 2}, {"step": 2, "loss": 1}]}')
    entry = '[[clip]]\nscene = "train-valid"\nparams = { log = "run/trainer_state.json" }\n'
    lesson.write_text(f'title = "Mine"\n{entry}')
    with pytest.raises(InputError, match=r"lesson\.toml, line 4: .*has no validation loss"):
        read_lesson(lesson, tmp_path)
    rows = ", ".join(f'{{"step": {k}, "loss": {3 - k}, "eval_loss": {4 - k}}}' for k in (1, 2))
    path.write_text(f'{{"log_history": [{rows}]}}')
    [clip] = read_lesson(lesson, tmp_path).clips
    assert Path(clip.job.params["log"]) == path


EXTREMES = {
    "huge": [1e308, -1e308] * 10,
    "explodes": [3.0, 2.0, *(10.0**k for k in range(0, 306, 17))],
    "tiny": [5e-324 * k for k in range(1, 21)],
    "wide": [10.0 ** (300 - 30 * k) for k in range(20)],
    "mixed": [1, np.nan, 2, np.inf, 3, -np.inf, 1e308, 5e-324] * 3,
    "equal": [0.5] * 20,
}


@pytest.mark.thorough_after(6)
@pytest.mark.parametrize("losses", EXTREMES.values(), ids=EXTREMES)
@pytest.mark.parametrize("name", ["train-valid", "schedule", "lr-finder"])
def test_whatever_numbers_are_in_a_log(
    tell: Callable[..., Any], tmp_path: Path, name: str, losses: list[float]
) -> None:
    """They are drawn, without a warning, or the log is refused: as losses, and as learning rates."""
    usual = np.geomspace(1e-6, 1, len(losses)).tolist()
    for field in ("loss", "val_loss", "lr", "step"):
        rows = {"step": range(len(usual)), "loss": usual[::-1], "val_loss": usual[::-1], "lr": usual}
        table = zip(*(rows | {field: losses}).values(), strict=True)
        path = tmp_path / f"{field}.csv"
        path.write_text("step,loss,val_loss,lr\n" + "".join(f"{','.join(map(str, row))}\n" for row in table))
        with contextlib.suppress(ValidationError):
            tell(name, log=str(path), size=(96, 54), fps=1, take=lambda frame, repeat: None)
