from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from lranim.core.least_squares import DEGREE, curve_samples, features, predict
from lranim.core.training import TrainingState, training_state
from lranim.look.text import texts
from lranim.scenes.train_valid import Params, ending, numbers, trainings

RUNS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["failing", "underfitting", "overfitting"]),
    ({"state": "failing"}, ["failing"]),
    ({"lr": 1e-6}, ["flat"]),
    ({"lr": 10.0}, ["failing"]),
    ({"state": "underfitting"}, ["underfitting"]),
    ({"seed": 23, "lr": 0.005, "epochs": 50}, ["high"]),
    ({"lr": 0.1}, ["good"]),
    ({"epochs": 20}, ["good", "flat", "underfitting"]),
    ({"seed": 20, "state": "underfitting"}, ["overfitting"]),
    ({"seed": 4, "state": "overfitting", "epochs": 1999}, ["overfitting"]),
]
"""Options, and what each training comes to; with a seed or a length of one's own, not what was wanted."""


def texts_of(scene: Any) -> list[str]:
    """What the beats say."""
    return [beat.text for beat in scene.beats]


@pytest.mark.parametrize(("options", "endings"), RUNS)
def test_states_come_from_the_losses(options: dict[str, Any], endings: list[str]) -> None:
    """Whatever was asked for."""
    assert [ending(run) for run in trainings(Params(**options))] == endings


def test_numbers_are_both_losses_by_epoch() -> None:
    """Three trainings below one another; each loss is the mean squared error of that epoch's polynomial."""
    table = numbers(Params())
    assert list(table.columns) == ["lr", "state", "epoch", "train", "validation"]
    assert len(table.rows()) == 3 * 501
    data = curve_samples(16)
    for run in trainings(Params()):
        rows = table.columns["lr"] == run.lr
        assert set(table.columns["state"][rows]) == {training_state(run).value}
        assert table.columns["epoch"][rows].tolist() == list(range(501))
        for epoch in (0, 1, 59, 500):
            for name, heap in (("train", data.train), ("validation", data.validation)):
                missed = heap.y - predict(run.weights[epoch], heap.x)
                assert table.columns[name][rows][epoch] == pytest.approx(np.mean(missed**2))


def test_a_training_that_never_ends_would_be_least_squares() -> None:
    """The train loss comes down towards that of the polynomial that fits best, and never below."""
    (run,) = trainings(Params(state="overfitting", epochs=5000))
    heap = run.data.train
    weights, (squares,), *_ = np.linalg.lstsq(features(heap.x, DEGREE), heap.y)
    assert len(weights) == DEGREE + 1
    assert squares / len(heap.x) <= run.train[-1] < run.train[500] < run.train[59]


def test_the_story_of_the_default(tell: Callable[..., Any]) -> None:
    """Data; a rate too high, one too low; overfitting; back to the best epoch, with its numbers."""
    scene = tell("train-valid")
    said = texts_of(scene)
    assert len(said) == 6
    assert "14 train points" in said[0]
    assert "26 validation points" in said[0]
    assert "0.995 is too high" in said[1]
    assert "after 500 epochs both losses are still falling" in said[2]
    assert "validation loss turns up" in said[3]
    assert "Early stopping" in said[4]
    assert said[5] == "Stopped at epoch 59: validation loss 0.10, not 0.35 at the end."
    assert 18 < scene.time < 25
    assert all(words in scene.alt for words in ("575", "0.29 train", "0.43 validation", "epoch 59: 0.10"))


@pytest.mark.parametrize(
    ("options", "chips"),
    [
        ({}, ["training fails", "underfitting", "overfitting", "stopped early: good fit"]),
        ({"lr": 0.1}, ["good fit"]),
        ({"seed": 20, "state": "underfitting"}, ["overfitting", "stopped early"]),
    ],
)
def test_verdicts_are_the_states(tell: Callable[..., Any], options: dict[str, Any], chips: list[str]) -> None:
    """One after another in one place; a training stopped early is judged as any other."""
    shown: list[str] = []

    def look(scene: Any) -> None:
        lines = [line.words for part in scene.chip for line in getattr(part, "lines", ())]
        shown.extend(word for word in [" ".join(lines)] if word and word not in shown[-1:])

    tell("train-valid", look=look, **options)
    assert shown == chips


def test_every_text_comes_up(tell: Callable[..., Any], heard: set[str]) -> None:
    """Each story runs through, in one language or the other, and together they say all there is."""
    for place, (options, _) in enumerate(RUNS):
        lang, theme = ("en", "zh")[place % 2], ("dark", "light", "contrast")[place % 3]
        scene = tell("train-valid", lang=lang, theme=theme, **options)
        assert 3 <= len(scene.beats) <= 6
        assert 20 < len(scene.alt) <= 250
    own = {key for key in texts("en") if key.startswith("train-valid.")}
    assert own <= heard


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lr": 0.5, "state": "failing"}, "--lr is 0.5 and --state is failing; give one of them"),
        ({"lr": 0}, "greater than 0"),
        ({"lr": float("nan")}, "finite"),
        ({"epochs": 19}, "greater than or equal to 20"),
        ({"state": "good"}, "'failing', 'underfitting' or 'overfitting'"),
    ],
)
def test_bad_options(options: dict[str, Any], message: str) -> None:
    """Refused with what is wrong; no rate leads to a good state by itself."""
    with pytest.raises(ValidationError, match=message):
        Params(**options)


def test_each_wanted_state_has_its_rate() -> None:
    """The three that can be asked for are those for which there is a rate."""
    for state in TrainingState:
        if state is not TrainingState.GOOD:
            (run,) = trainings(Params(state=state.value))
            assert training_state(run) is state
