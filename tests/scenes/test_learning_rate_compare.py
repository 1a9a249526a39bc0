from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from lranim.core.results import arrival
from lranim.look.text import texts
from lranim.scenes.learning_rate_compare import Params, ending, numbers, twins

STORIES: list[tuple[dict[str, Any], str]] = [
    ({}, "Of these, only 0.3 settles in 29 steps."),
    ({"lr": (0.1, 0.5, 0.9, 1.05)}, "0.5 is the first to settle, after 1 step."),
    ({"lr": (0.01, 0.99)}, "After 29 steps none has settled. 0.01 is nearest, 5.57 away."),
    ({"lr": (0.3, 1.0), "steps": 1}, "After 1 step none has settled. 0.3 is nearest, 4.00 away."),
    ({"lr": (0.3, 100.0), "steps": 500}, "Of these, only 0.3 settles in 500 steps."),
    (
        {"lr": (0.05, 3.0), "cost": "two-minima"},
        "After 29 steps none has settled. 0.05 is nearest, 0.12 away.",
    ),
    ({"lr": (0.2, 1.5), "cost": "two-minima"}, ""),
    ({"lr": (1.0, 0.5, 0.4), "steps": 9}, "0.5 is the first to settle, after 1 step."),
    ({"lr": (0.3, 0.6), "start": 3.0}, "0.3 is the first to settle, after 0 steps."),
    ({"function": "x**3 + x"}, "There is no minimum to settle at, whatever the learning rate."),
    ({"function": "x**3 - 3*x", "start": -1.1}, ""),
]
"""Options whose stories together have all of the texts, and their last sentences."""


def test_the_course_rates_end_where_the_closed_form_says() -> None:
    """After 29 steps a = 3 + 10 (1 - 2 lr)^29."""
    for lr, run in numbers(Params(lr=(0.99, 0.9, 0.3, 0.1))).runs.items():
        assert run.x[-1, 0] == pytest.approx(3 + 10 * (1 - 2 * float(lr)) ** 29)


def test_rates_as_far_from_a_half_cost_the_same() -> None:
    """The factor 1 - 2 lr has the same size for 0.01 and 0.99, and for no other two of these."""
    assert twins(list(numbers(Params()).runs.values())) == (0, 2)
    assert twins(list(numbers(Params(lr=(0.01, 0.3, 0.98))).runs.values())) is None
    assert twins(list(numbers(Params(lr=(0.1, 0.3), start=3.0)).runs.values())) is None


@pytest.mark.parametrize(
    ("lr", "step", "words"),
    [
        (0.01, None, "crawls"),
        (0.1, 21, "settles"),
        (0.3, 6, "settles"),
        (0.5, 1, "lands"),
        (0.9, 21, "jumps_arrived"),
        (0.99, None, "jumps"),
        (1.0, None, "bounces"),
        (1.05, None, "diverges"),
    ],
)
def test_arrival_and_ending(lr: float, step: int | None, words: str) -> None:
    """The step from which it stays within 0.1, and what is said of it."""
    run = numbers(Params(lr=(lr, 0.2))).runs[lr]
    assert (arrival(run), ending(run)) == (step, words)


def test_the_story_of_the_default(tell: Callable[..., Any]) -> None:
    """Same start, the first step, in step, the right one arrives, two cost the same, only one settles."""
    scene = tell("learning-rate-compare")
    assert [beat.text for beat in scene.beats] == [
        "Same curve, same start a = 13. Only the learning rate differs.",
        "Step = learning rate × slope of 20.00: from 0.20 to 19.80 long.",
        "In step with each other: 29 steps each.",
        "After 6 steps 0.3 is within 0.1 of a = 3, and stays.",
        "0.01 and 0.99 pay the same cost at every step: two curves in one.",
        "Of these, only 0.3 settles in 29 steps.",
    ]
    assert scene.alt == (
        "From a = 13, 29 steps each; the cost is lowest at 3. Learning rate 0.01 ends at 8.57 (too small: "
        "crawls), 0.3 ends at 3.00 (settles), 0.99 ends at −2.57 (too large: jumps)."
    )
    assert 14 < scene.time < 20


def test_every_text_comes_up(tell: Callable[..., Any], heard: set[str]) -> None:
    """Each story runs through, finite and not too long, and together they say all there is."""
    for place, (options, last) in enumerate(STORIES):
        theme = ("dark", "light", "contrast")[place % 3]
        for lang, size in (("en", (426, 240)), ("zh", ((240, 426), (320, 240), (240, 240))[place % 3])):
            scene = tell("learning-rate-compare", lang=lang, theme=theme, size=size, **options)
            assert all(later.t - earlier.t > 1 for earlier, later in pairwise(scene.beats))
            assert 20 < len(scene.alt) <= 250
            assert all(np.isfinite(part.points).all() for part in scene.get_mobject_family_members())
            assert scene.time < 25
            if lang == "en" and last:
                assert scene.beats[-1].text == last
    assert {key for key in texts("en") if key.startswith("learning-rate-compare.")} <= heard


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lr": [0.3]}, r"--lr has 1 rate \(0.3\); two to four can be compared, as in --lr 0.01 --lr 0.3"),
        ({"lr": [0.1, 0.2, 0.3, 0.4, 0.5]}, r"--lr has 5 rates \(0.1, 0.2, 0.3, 0.4, 0.5\); two to four"),
        ({"lr": [0.1, 0.1]}, "--lr 0.1 is given 2 times; give each value once"),
        ({"lr": [0.1, 0.0]}, "greater than 0"),
        ({"lr": [0.1, float("inf")]}, "less than or equal to 100|finite"),
        ({"lr": [0.1, "x"]}, "valid number"),
        ({"lr": [0.1, 0.2], "start": 14.0}, "--start is 14; it must lie in the domain of bowl"),
        ({"lr": [0.1, 0.2], "cost": "bowl-2d"}, "a cost of 2 variables"),
        (
            {"lr": [0.1, 50.0], "function": "sqrt(x) + x", "domain": (0.0, 4.0), "start": 2.0},
            "--lr is 50; its first step would lead from 2 to -65.6777, where the cost has no finite value",
        ),
    ],
)
def test_bad_options(options: dict[str, Any], message: str) -> None:
    """Refused with what is wrong before anything is drawn."""
    with pytest.raises(ValidationError, match=message):
        Params(**options)
