from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from lranim.core.types import Status
from lranim.draw.lettering import HaloText
from lranim.look.text import texts
from lranim.scenes.lr_finder import TRAINING, Params, numbers, search, task_of, trainings

STORIES: list[tuple[dict[str, Any], int]] = [
    ({}, 7),
    ({"low": 1e-3, "high": 1.0}, 7),
    ({"high": 0.01}, 5),
    ({"steps": 20}, 5),
    ({"smoothing": 0.0}, 7),
    ({"smoothing": 0.99}, 7),
    ({"low": 0.1, "high": 100.0, "steps": 40, "seed": 3}, 7),
    ({"low": 1e-6, "high": 1e4}, 7),
]
"""Options, and in how many beats their story is told: without a fall there are two fewer."""


def test_the_numbers_are_the_test_and_the_trainings() -> None:
    """Rates that grow by one factor to where the loss explodes; suggestions by name; three trainings."""
    columns = numbers(Params()).columns
    run, lr = columns["run"], columns["lr"]
    assert list(dict.fromkeys(run.tolist())) == ["test", "lr=0.19", "lr=0.019", "lr=1.9"]
    test = run == "test"
    assert lr[test] == pytest.approx(1e-4 * 1e5 ** (np.arange(84) / 99))
    named = {name: float(lr[columns["suggested"] == name][0]) for name in ("valley", "steepest")}
    assert named == {"valley": pytest.approx(0.107, abs=5e-4), "steepest": pytest.approx(0.192, abs=5e-4)}
    assert np.isnan(columns["smoothed"][~test]).all()
    task = task_of(0)
    for value in (0.19, 0.019, 1.9):
        rows = run == f"lr={value:g}"
        assert columns["step"][rows].tolist() == list(range(TRAINING + 1))
        assert columns["loss"][rows][0] == pytest.approx(float(task.cost.value(task.start)))


@pytest.mark.parametrize("seed", range(6))
def test_what_is_found_works(seed: int) -> None:
    """A training with it beats one ten times slower by far, and one ten times faster explodes."""
    found, slow, fast = trainings(Params(seed=seed)).values()
    assert found.cost[-1] < 0.12 * found.cost[0]
    assert slow.cost[-1] > 2 * found.cost[-1]
    assert fast.status is Status.DIVERGED


def test_the_story_of_the_default(tell: Callable[..., Any]) -> None:
    """What the test does, too small, falls, too large, where to pick, three trainings, what came of them."""
    scene = tell("lr-finder")
    said = [beat.text for beat in scene.beats]
    assert [len(said), said[0]] == [7, "One short training: each step multiplies the learning rate by 1.12."]
    assert ["Too small" in said[1], "falls" in said[2], "Too large" in said[3]] == [True] * 3
    assert "falls steeply" in said[4]
    assert said[6] == "After 80 steps: 0.19 has learned, 0.019 is slow, 1.9 has exploded."
    assert all(
        words in scene.alt for words in ("0.0001 to 10", "Steepest at 0.19", "valley at 0.11", "is 0.09")
    )
    assert 14 < scene.time < 20


def test_suggestions_are_named_after_their_sources(tell: Callable[..., Any]) -> None:
    """The two marks of the picture."""
    family = tell("lr-finder").get_mobject_family_members()
    marks = {part.text.words for part in family if isinstance(part, HaloText)}
    assert {"steepest 0.19 (Smith 2017)", "valley 0.11 (fastai)"} <= marks


def test_every_text_comes_up(tell: Callable[..., Any], heard: set[str]) -> None:
    """Each story runs through, in one language or the other, and together they say all there is."""
    for place, (options, beats) in enumerate(STORIES):
        lang, theme = ("en", "zh")[place % 2], ("dark", "light", "contrast")[place % 3]
        size = (240, 426) if place == 0 else (426, 240)
        scene = tell("lr-finder", lang=lang, theme=theme, size=size, **options)
        assert len(scene.beats) == beats
        assert 20 < len(scene.alt) <= 250
    own = {key for key in texts("en") if key.startswith("lr-finder.") and "_log" not in key}
    assert own <= heard


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"low": 1.0, "high": 0.5}, "--low is 1 and --high is 0.5; low must be below high"),
        ({"low": 1.0, "high": 1.0}, "low must be below high"),
        ({"low": 1e-320}, "no loss changes at rates below 1e-12"),
        ({"low": 100.0, "high": 1000.0}, "explodes at once, at a rate of 100: start the range test lower"),
        ({"low": 0.0}, "greater than 0"),
        ({"low": float("nan")}, "finite"),
        ({"smoothing": 1.0}, "less than or equal to 0.99"),
        ({"steps": 19}, "greater than or equal to 20"),
    ],
)
def test_bad_options(options: dict[str, Any], message: str) -> None:
    """Refused with what is wrong before anything is drawn."""
    with pytest.raises(ValidationError, match=message):
        Params(**options)


def test_a_test_is_made_once() -> None:
    """Options are checked many times, and each check asks for the test."""
    assert search(Params(seed=1)) is search(Params(seed=1))
    assert search(Params(seed=1)) is not search(Params(seed=2))
