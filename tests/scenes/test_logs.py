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
from lranim.look.text import texts

Writer = Callable[..., str]


def rough(values: np.ndarray, seed: int = 0) -> np.ndarray:
    """Losses with the noise of mini-batches, and spikes."""
    random = np.random.default_rng(seed)
    found = values * (1 + 0.06 * random.standard_normal(len(values)))
    found[random.integers(5, len(values) - 5, 3)] *= 2.5
    return found


T = np.linspace(0, 1, 300)
DOWN = 0.3 + 2 * np.exp(-6 * T)
COSINE = 2e-5 * np.minimum(T / 0.05, (1 + np.cos(np.pi * T)) / 2)
BURST = np.where(T < 0.6, DOWN, np.where(T < 0.75, DOWN * np.exp(30 * (T - 0.6)), np.nan))
RUNS: dict[str, tuple[np.ndarray, np.ndarray, int]] = {
    "good": (rough(12 * DOWN), 12 * DOWN[::20] + 1, 1_000_000),
    "overfitting": (rough(DOWN - 0.25 * T), DOWN[::20] + 0.9 * np.maximum(T[::20] - 0.4, 0), 1500),
    "diverged": (rough(BURST), BURST[::20], 1500),
    "lost": (rough(DOWN), np.append(DOWN[:-20:20] + 0.1, np.nan), 1500),
    "failing": (rough(np.full(300, 2.3)), np.full(15, 2.3), 90),
    "underfitting": (0.003 - 0.002 * T[::30], 0.003 - 0.0019 * T[::30], 10),
}
"""Train loss, validation loss and number of steps of trainings of each state; "lost" is a validation loss."""


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Writer:
    """Write a training as a trainer's state, or as a table of epochs if it is short."""
    folder = tmp_path_factory.mktemp("logs")

    def written(name: str, lr: np.ndarray | None = None) -> str:
        train, valid, steps = RUNS[name]
        if steps < 50:
            path = folder / f"{name}.csv"
            rows = zip(range(1, len(train) + 1), train.tolist(), valid.tolist(), strict=True)
            path.write_text("epoch,loss,val_loss\n" + "".join(f"{a},{b},{c}\n" for a, b, c in rows))
            return str(path)
        rates = np.full(len(train), 1e-3) if lr is None else lr
        steps_of = np.round(np.linspace(steps / len(train), steps, len(train))).tolist()
        history: list[dict[str, Any]] = [
            {"step": step, "loss": loss, "learning_rate": rate}
            for step, loss, rate in zip(steps_of, train.tolist(), rates.tolist(), strict=True)
        ]
        history += [
            {"step": step, "eval_loss": loss}
            for step, loss in zip(steps_of[::20], valid.tolist(), strict=True)
        ]
        path = folder / f"{name}.{len(list(folder.iterdir()))}.json"
        path.write_text(json.dumps({"log_history": sorted(history, key=lambda row: row["step"])}))
        return str(path)

    return written


def range_test(path: Path, loss: np.ndarray) -> str:
    """Write a range test as a table."""
    lr = np.geomspace(1e-6, 1, len(loss))
    rows = "".join(
        f"{k * 10};{a!r};{b!r}\n" for k, (a, b) in enumerate(zip(lr.tolist(), loss.tolist(), strict=True))
    )
    path.write_text("iteration;lr;loss\n" + rows)
    return str(path)


LR = np.geomspace(1e-6, 1, 150)
FINDER = 2.3 - 1.5 / (1 + (2e-3 / LR) ** 1.5) + (LR / 0.1) ** 2


@pytest.mark.parametrize("state", RUNS)
@pytest.mark.parametrize(("lang", "theme", "size"), [("en", "dark", (426, 240)), ("zh", "light", (400, 226))])
def test_a_training_is_told_by_its_state(
    tell: Callable[..., Any], write: Writer, state: str, lang: str, theme: str, size: tuple[int, int]
) -> None:
    """Whatever its losses and its length are."""
    scene = tell("train-valid", log=write(state), lang=lang, theme=theme, size=size)
    said = texts(lang)
    assert len(scene.beats) == 4
    assert scene.beats[2].text[:4] in said[f"run.state_{state}"].replace("<cost>", "").replace("<rate>", "")
    assert said[f"run.chip_{state}"] in scene.alt.replace(" ", "") or said[f"run.chip_{state}"] in scene.alt
    assert 10 < scene.time < 20


def test_the_numbers_of_an_overfitting_run(tell: Callable[..., Any], write: Writer) -> None:
    """The best checkpoint is that of the lowest validation loss, which is told beside that of the end."""
    path = write("overfitting")
    valid = RUNS["overfitting"][1]
    scene = tell("train-valid", log=path)
    [best] = [
        row["step"]
        for row in json.loads(Path(path).read_text())["log_history"]
        if row.get("eval_loss") == valid.min()
    ]
    assert scene.beats[0].text == "A training from its log: 300 train losses, 15 validation losses."
    assert scene.beats[-1].text == (
        f"Keep the checkpoint of step {best:,.0f}: validation loss {valid.min():.3g}, "
        f"not {valid[-1]:.3g} at the end."
    )


def test_a_checkpoint_that_the_log_names(tell: Callable[..., Any], write: Writer, tmp_path: Path) -> None:
    """It is kept, and said to be the log's where it is not that of the lowest validation loss."""
    state = json.loads(Path(write("overfitting")).read_text())
    rows = [row for row in state["log_history"] if "eval_loss" in row]
    path = tmp_path / "trainer_state.json"
    low = min(rows, key=lambda row: row["eval_loss"])
    for row, words in ((rows[-2], "best by the log: step "), (low, "best: step ")):
        path.write_text(json.dumps({**state, "best_model_checkpoint": f"out/checkpoint-{row['step']:.0f}"}))
        scene = tell("train-valid", log=str(path))
        shown = [m.words for m in scene.get_mobject_family_members() if isinstance(m, Lettering)]
        assert [word for word in shown if word.startswith("best")] == [f"{words}{row['step']:,.0f}"]
        assert scene.beats[-1].text.startswith(f"Keep the checkpoint of step {row['step']:,.0f}: ")


def test_a_validation_loss_that_is_lost(tell: Callable[..., Any], write: Writer) -> None:
    """Of a train loss that goes on falling nothing bad is said, and the end is called what it is."""
    scene = tell("train-valid", log=write("lost"))
    assert scene.beats[2].text == "The validation loss is no number at the end: look at its data."
    assert scene.alt.endswith("; at the end it is NaN.")
    both = tell("train-valid", log=write("diverged"))
    assert both.beats[2].text == "The train loss explodes: the learning rate is too high for it."


def test_every_text_comes_up(
    tell: Callable[..., Any], heard: set[str], write: Writer, tmp_path: Path
) -> None:
    """Of the stories that logs tell."""
    for state in RUNS:
        tell("train-valid", log=write(state))
    named = json.loads(Path(write("good")).read_text()) | {"best_model_checkpoint": "out/checkpoint-3333"}
    (tmp_path / "named.json").write_text(json.dumps(named))
    tell("train-valid", log=str(tmp_path / "named.json"))
    waves = 1e-4 * (1 + np.cos(np.pi * (3.99 * T % 1)))
    for lr in (None, COSINE, waves, 1e-3 * T + 1e-6, 1e-3 - 1e-3 * T):
        tell("schedule", log=write("good", lr), lang="zh")
    rates = tmp_path / "rates.csv"
    rates.write_text("lr\n0.1\n0.2\n0.4\n")
    tell("schedule", log=str(rates))
    tell("lr-finder", log=range_test(tmp_path / "a.csv", FINDER))
    tell("lr-finder", log=range_test(tmp_path / "b.csv", np.full(150, 2.3)))
    ours = {key for key in texts("en") if key.startswith("run.")} | {
        f"lr-finder.{key}" for key in ("start_log", "end_log", "end_log_none", "alt_log", "alt_log_none")
    }
    assert ours <= heard


@pytest.mark.parametrize("shape", [(426, 240), (400, 226), (240, 426), (320, 320)])
@pytest.mark.parametrize("name", ["overfitting", "diverged", "good"])
def test_nothing_overlaps(
    faults: Callable[..., set[str]], write: Writer, name: str, shape: tuple[int, int]
) -> None:
    """In frames of all shapes."""
    assert faults("train-valid", log=write(name), size=shape, marks=False) == set()


@pytest.mark.parametrize("shape", [(426, 240), (240, 426)])
def test_nothing_overlaps_in_schedules_and_tests(
    faults: Callable[..., set[str]], write: Writer, tmp_path: Path, shape: tuple[int, int]
) -> None:
    """Neither."""
    assert faults("schedule", log=write("good", COSINE), size=shape, marks=False, lang="zh") == set()
    assert faults("lr-finder", log=range_test(tmp_path / "a.csv", FINDER), size=shape, marks=False) == set()


def test_a_range_test_suggests_a_rate_that_learns(tell: Callable[..., Any], tmp_path: Path) -> None:
    """Between where the loss begins to fall and where it is lowest, also in a test of thousands of steps."""
    module = registry.get("lr-finder").load_module()
    for count in (150, 6000):
        lr = np.geomspace(1e-6, 1, count)
        loss = 2.3 - 1.5 / (1 + (2e-3 / lr) ** 1.5) + (lr / 0.1) ** 2
        params = module.Params(log=range_test(tmp_path / f"{count}.csv", loss))
        test = module.search(params)
        assert 3e-4 < test.found < 2e-2
        assert test.exploded
        assert len(module.numbers(params).rows()) == len(test.lr) <= 400


@pytest.mark.parametrize(
    ("scene", "table", "options", "said"),
    [
        (
            "train-valid",
            "step,loss\n1,2\n2,1\n",
            {},
            "has no validation loss; this scene draws its validation loss; it has train",
        ),
        (
            "train-valid",
            "step,loss,val_loss\n1,2,2\n2,1,\n",
            {},
            "has 1 value of validation loss to draw, and two",
        ),
        ("schedule", "step,loss\n1,2\n2,1\n", {}, "has no learning rate"),
        ("schedule", "step,lr\n1,2\n2,1\n", {"noise": 2.0}, "--noise is 2.0; a log has its own numbers"),
        (
            "schedule",
            "step,lr\n1,2\n2,1\n",
            {"schedule": ("cosine",)},
            "--schedule is cosine; a log has its own",
        ),
        (
            "train-valid",
            "step,loss,val_loss\n1,2,2\n2,1,1\n",
            {"state": "failing"},
            "--state is failing; a log",
        ),
        ("lr-finder", "step,lr,loss\n1,2,2\n2,1,1\n", {}, "20 at least, and here 2 steps have both"),
        (
            "lr-finder",
            "step,lr,loss\n1,2,2\n2,1,1\n",
            {"steps": 50},
            "--steps is 50; a log has its own numbers",
        ),
    ],
)
def test_refused(tmp_path: Path, scene: str, table: str, options: dict[str, Any], said: str) -> None:
    """A log that lacks what the scene needs, and options that a log has no use for."""
    path = tmp_path / "run.csv"
    path.write_text(table)
    with pytest.raises(ValidationError) as caught:
        registry.get(scene).load_light().Params(log=str(path), **options)
    assert said in str(caught.value)


def test_the_numbers_are_those_of_the_log(tmp_path: Path) -> None:
    """What each scene draws of a log, a row a step; a range test is smoothed as was asked for."""
    path = tmp_path / "run.csv"
    path.write_text("step,lr,loss,val_loss\n1,0.1,4,5\n2,0.2,3,4\n")
    for name, expected in (
        ("schedule", {"step": [1, 2], "lr": [0.1, 0.2], "train_loss": [4, 3]}),
        ("train-valid", {"step": [1, 2], "train_loss": [4, 3], "valid_loss": [5, 4]}),
    ):
        light = registry.get(name).load_light()
        columns = light.numbers(light.Params(log=str(path))).columns
        assert {key: column.tolist() for key, column in columns.items()} == expected
    light = registry.get("lr-finder").load_light()
    log = range_test(tmp_path / "test.csv", rough(FINDER))
    plain, smooth = (light.numbers(light.Params(log=log, smoothing=share)).columns for share in (0.0, 0.9))
    assert np.allclose(plain["smoothed"], plain["loss"])
    assert np.abs(np.diff(smooth["smoothed"])).sum() < 0.5 * np.abs(np.diff(plain["smoothed"])).sum()


def test_a_schedule_is_no_range_test(tmp_path: Path, write: Writer) -> None:
    """Which rate does not grow, and where, is said; so is a range that is too short."""
    params = registry.get("lr-finder").load_light().Params
    with pytest.raises(
        ValidationError, match=r"goes from 0.001 to 0.001 at step 10; the scene schedule draws"
    ):
        params(log=write("overfitting"))
    path = tmp_path / "short.csv"
    rows = "".join(f"{k},{1 + k / 10},1\n" for k in range(30))
    path.write_text("step,lr,loss\n" + rows)
    with pytest.raises(ValidationError, match=r"tenfold at least, and here from 1 to 3\.9"):
        params(log=str(path))


def test_a_clip_is_drawn_anew_when_its_log_has_changed(tmp_path: Path) -> None:
    """And not when only what is not drawn has."""
    path = tmp_path / "run.csv"
    params = registry.get("train-valid").load_light().Params
    contents = []
    for table in (
        "step,loss,val_loss\n1,2,2\n2,1,1\n",
        "step;loss;val_loss\n1;2;2\n2;1;1\n",
        "step,loss,val_loss\n1,2,2\n2,1,3\n",
    ):
        path.write_text(table)
        contents.append(params(log=str(path)).content())
    assert contents[0] == contents[1] != contents[2]
    assert params().content() == ""


def test_a_lesson_names_its_log_beside_it(tmp_path: Path) -> None:
    """Relative to its folder, and what is wrong with it is said with the line."""
    (tmp_path / "run").mkdir()
    log, lesson = tmp_path / "run" / "trainer_state.json", tmp_path / "lesson.toml"
    log.write_text('{"log_history": [{"step": 1, "loss": 2}, {"step": 2, "loss": 1}]}')
    entry = '[[clip]]\nscene = "train-valid"\nparams = { log = "run/trainer_state.json" }\n'
    lesson.write_text(f'title = "Mine"\n{entry}')
    with pytest.raises(InputError, match=r"lesson\.toml, line 4: .*has no validation loss"):
        read_lesson(lesson, tmp_path)
    rows = ", ".join(f'{{"step": {k}, "loss": {3 - k}, "eval_loss": {4 - k}}}' for k in (1, 2))
    log.write_text(f'{{"log_history": [{rows}]}}')
    [clip] = read_lesson(lesson, tmp_path).clips
    assert Path(clip.job.params["log"]) == log


EXTREMES = {
    "huge": [1e308, -1e308] * 10,
    "explodes": [3.0, 2.0, *(10.0**k for k in range(0, 306, 17))],
    "tiny": [5e-324 * k for k in range(1, 21)],
    "wide": [10.0 ** (300 - 30 * k) for k in range(20)],
    "mixed": [1, np.nan, 2, np.inf, 3, -np.inf, 1e308, 5e-324] * 3,
    "equal": [0.5] * 20,
}


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
