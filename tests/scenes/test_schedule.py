from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from lranim.core.noise import jitter, noise_at
from lranim.core.schedules import SCHEDULES
from lranim.look.text import texts
from lranim.scenes.schedule import Params, ending, numbers

ALL = tuple(SCHEDULES)

STORIES: list[dict[str, Any]] = [
    {},
    {"schedule": ALL[:4]},
    {"schedule": ALL[3:]},
    {"schedule": ("step",)},
    {"noise": 0.0},
    {"noise": 0.0, "schedule": ("constant",)},
    {"noise": 1e-4},
    {"lr": 0.01, "schedule": ("constant", "step")},
    {"lr": 0.01, "noise": 0.0, "schedule": ("linear",)},
    {"lr": 0.99, "noise": 20.0, "schedule": ALL[:4], "seed": 0},
    {"steps": 20, "start": 3.0},
    {"steps": 300, "start": -7.0, "schedule": ALL[3:]},
]
"""Options whose stories together have all of the texts."""


def test_without_noise_the_error_shrinks_by_each_steps_rate() -> None:
    """On the bowl, whose curvature is 2, a step multiplies the distance by 1 - 2 lr."""
    for name, run in numbers(Params(schedule=ALL[3:], noise=0.0)).runs.items():
        rates = SCHEDULES[str(name)].make(0.4, 60)(np.arange(60))
        assert run.x[:, 0] == pytest.approx(3 + 10 * np.cumprod([1, *(1 - 2 * rates)]), abs=1e-12)


def test_all_runs_meet_the_same_noise() -> None:
    """What a step has beside rate times slope is that step's noise, times the rate."""
    params = Params(schedule=ALL[3:], seed=5)
    noise = np.array([noise_at(t, 1, 4.0, 5) for t in range(params.steps)])
    for run in numbers(params).runs.values():
        assert run.step == pytest.approx(-run.lr[:, None] * (run.grad[:-1] + noise), abs=1e-12)


def test_the_defaults_jitter_as_they_are_told() -> None:
    """The constant rate jitters on, both decays settle."""
    params = Params()
    runs = numbers(params).runs
    assert [round(jitter(run), 2) for run in runs.values()] == [1.5, 0.24, 0.13]
    endings = [ending(params, str(name), run) for name, run in runs.items()]
    assert endings == ["jitters", "settles", "settles"]


@pytest.mark.parametrize("seed", range(8))
def test_endings_hold_for_any_seed(seed: int) -> None:
    """With noise a constant rate never settles, and the schedules that end at almost nothing do."""
    params = Params(schedule=("constant", "cosine", "step", "one-cycle"), seed=seed)
    endings = [ending(params, str(name), run) for name, run in numbers(params).runs.items()]
    assert endings == ["jitters", "settles", "settles", "settles"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"lr": 0.01}, ["away", "away", "away"]),
        ({"lr": 0.05, "schedule": ("constant", "step")}, ["jitters", "away"]),
        ({"lr": 0.99}, ["jitters", "settles", "settles"]),
        ({"noise": 0.0}, ["settles", "settles", "settles"]),
    ],
)
def test_endings(options: dict[str, Any], expected: list[str]) -> None:
    """A rate too small, one that falls too soon, one at the border, and no noise."""
    params = Params(**options)
    assert [ending(params, str(name), run) for name, run in numbers(params).runs.items()] == expected


def test_the_story_of_the_default(tell: Callable[..., Any]) -> None:
    """Noise, three rates, down, jitter, and how far off each is at the end."""
    scene = tell("schedule")
    assert [beat.text for beat in scene.beats] == [
        "Every slope comes with noise, the same for all. The minimum is at a = 3.",
        "3 ways to set the learning rate over 60 steps.",
        "Step = rate × noisy slope: large steps get down fast, and then jitter.",
        "At the minimum only noise is left: as long as the rate is high, it jitters.",
        "In the last 12 steps constant is 1.50 off, and cosine only 0.13.",
    ]
    assert scene.alt == (
        "From a = 13 to the minimum at 3 in 60 noisy steps, the same noise for all, highest rate 0.4. "
        "Off in the last 12 steps: constant ±1.50 jitters on, linear ±0.24 settles, cosine ±0.13 settles."
    )
    assert 15 < scene.time < 22


def test_every_text_comes_up(tell: Callable[..., Any], heard: set[str]) -> None:
    """Each story runs through, finite and not too long, and together they say all there is."""
    for place, options in enumerate(STORIES):
        lang, theme = ("en", "zh")[place % 2], ("dark", "light", "contrast")[place % 3]
        size = ((426, 240), (240, 426), (320, 240))[place % 3]
        scene = tell("schedule", lang=lang, theme=theme, size=size, **options)
        assert len(scene.beats) == 5
        assert all(later.t - earlier.t > 1 for earlier, later in pairwise(scene.beats))
        assert 20 < len(scene.alt) <= 250
        assert all(np.isfinite(part.points).all() for part in scene.get_mobject_family_members())
        assert scene.time < 25
    tell("schedule", size=(240, 426))
    assert {key for key in texts("en") if key.startswith("schedule.")} <= heard


@pytest.mark.parametrize("lr", [1e-6, 0.01, 0.4, 0.9, 0.999])
@pytest.mark.parametrize("names", [ALL[:4], ALL[3:]])
def test_the_alt_text_stays_short(tell: Callable[..., Any], names: tuple[str, ...], lr: float) -> None:
    """Also with the longest names and the largest numbers."""
    alt = tell("schedule", schedule=names, lr=lr, noise=20.0, steps=300).alt
    assert len(alt) <= 250
    assert all(texts("en")[f"schedule.name_{name.replace('-', '_')}"] in alt for name in names)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"schedule": ("cosinus",)}, "--schedule is cosinus; it must be one of constant, linear, cosine"),
        ({"schedule": ("step", "step")}, "--schedule step is given 2 times; give each value once"),
        ({"schedule": ()}, "at least 1 item"),
        ({"schedule": ALL[:5]}, "at most 4 items"),
        ({"lr": 1.0}, "less than 1"),
        ({"steps": 19}, "greater than or equal to 20"),
        ({"noise": -1.0}, "greater than or equal to 0"),
        ({"noise": float("nan")}, "finite"),
        ({"start": 13.5}, "less than or equal to 13"),
    ],
)
def test_bad_options(options: dict[str, Any], message: str) -> None:
    """Refused with what is wrong before anything is drawn."""
    with pytest.raises(ValidationError, match=message):
        Params(**options)
