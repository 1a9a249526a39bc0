from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lranim.errors import InputError
from lranim.look.text import texts
from lranim.options.fields import checked
from lranim.scenes.descent import Params, numbers

ENDINGS: list[tuple[dict[str, Any], str]] = [
    ({"cost": "bowl"}, "within 0.1 of the minimum after 21 steps"),
    ({"cost": "gentle-bowl", "start": -7.0, "steps": 30}, "within 0.1 of the minimum"),
    (
        {"cost": "bowl", "lr": 1.0, "start": 13.0},
        "After 25 steps at a = −7.00, 10.00 from the nearest minimum",
    ),
    ({"cost": "two-minima"}, "where it starts decides where it lands"),
    ({"cost": "two-minima", "start": 1.0}, "After 25 steps not all of them have landed"),
    ({"steps": 1}, "After 1 step not all of them have landed"),
    ({"steps": 500}, "where it starts decides where it lands"),
    ({"lr": 0.5, "seed": 0}, "where it starts decides where it lands"),
    ({"function": "x**3"}, "and there is no minimum to land at"),
    ({"function": "x**4 - 3*x**2 + x"}, "where it starts decides where it lands"),
]


def test_numbers() -> None:
    """On the bowl a rate of 0.1 leaves 0.8 of the way at each step; then three runs in both valleys."""
    runs = list(numbers(Params()).runs.values())
    assert [run.cost_function.name for run in runs] == ["bowl"] + ["two-minima"] * 3
    x = runs[0].x[:, 0]
    assert np.allclose(x, 3 + (x[0] - 3) * 0.8 ** np.arange(26))
    assert {float(run.target[0]) for run in runs[1:]} == {-2.0, 3.0}
    assert all(run.errors[-1] <= 0.1 for run in runs)


def test_one_cost_is_told_alone() -> None:
    """With one minimum there is one run; with two, the first run and others from other starts."""
    assert len(numbers(Params(cost="gentle-bowl")).runs) == 1
    runs = list(numbers(Params(cost="two-minima", start=4.6)).runs.values())
    assert len(runs) == 3
    assert runs[0].x[0, 0] == 4.6
    assert {run.cost_function.name for run in runs} == {"two-minima"}


def test_a_start_takes_the_place_of_the_drawn_one() -> None:
    """On the first curve alone: the others are drawn all the same."""
    drawn, given = (list(numbers(Params(start=start)).runs.values()) for start in (None, -6.0))
    assert given[0].x[0, 0] == -6.0
    assert [run.x[0, 0] for run in given[1:]] == [run.x[0, 0] for run in drawn[1:]]


def test_the_rate_is_small_for_the_cost() -> None:
    """A third of the one that suits it, unless it is given."""
    assert (Params().lr, Params(cost="bowl").lr, Params(cost="two-minima").lr) == (0.1, 0.1, 0.1)
    assert Params(cost="gentle-bowl").lr == 0.33
    assert Params(cost="gentle-bowl", lr=0.2).lr == 0.2


def test_the_story_of_the_default(tell: Callable[..., Any]) -> None:
    """A random start, the slope under it, the valley; then three starts and two valleys."""
    scene = tell("descent")
    said = [beat.text for beat in scene.beats]
    assert said[0] == "A random start: a = 11.79. Which way is down?"
    assert "within 0.1 of the minimum after 21 steps" in said[3]
    assert said[4] == "Another curve, with 2 valleys, and 3 starts at once."
    assert said[-1] == "Same curve, same recipe: where it starts decides where it lands."
    assert 12 < scene.time < 25
    assert "from a = 11.79 it gets to 3.03" in scene.alt
    assert "minima at −2, 3 it gets to 3, −1.9, −2 from 4.45, −0.27, −3.54" in scene.alt
    assert len(scene.alt) <= 250


@pytest.mark.parametrize(("options", "ending"), ENDINGS)
def test_other_endings(tell: Callable[..., Any], options: dict[str, Any], ending: str) -> None:
    """One curve alone, few steps and many, rates too large for small steps: the last words are true."""
    scene = tell("descent", **options)
    assert ending in scene.beats[-1].text
    assert len(scene.alt) <= 250
    assert scene.time < 30


def test_starts_that_end_together(tell: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no start is found that ends elsewhere, the scene says so."""
    from lranim.scenes import descent

    def alone(first: Any, follow: Callable[[Any], Any], seed: int) -> tuple[Any, ...]:
        return first, follow((4.9,)), follow((3.9,))

    monkeypatch.setattr(descent, "with_other_starts", alone)
    scene = tell("descent", cost="two-minima", start=4.5)
    assert scene.beats[-1].text == "Same curve, same recipe: from here, all end in the same valley."


def test_every_text_comes_up(tell: Callable[..., Any], heard: set[str]) -> None:
    """The endings between them say each text of the scene."""
    for options in ({}, *(options for options, _ in ENDINGS)):
        tell("descent", **options)
    # "together" takes starts that are not found by drawing: see the test above.
    assert {key for key in texts("en") if key.startswith("descent.")} == {
        key for key in heard | {"descent.together"} if key.startswith("descent.")
    }


@pytest.mark.parametrize("seed", range(6))
def test_any_seed_tells_the_story(tell: Callable[..., Any], seed: int) -> None:
    """Each start has its way to go, and the last words hold."""
    scene = tell("descent", seed=seed)
    assert len(scene.beats) == 7
    assert "decides where it lands" in scene.beats[-1].text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"--cost": "bowl-2d"}, "this scene draws costs of one variable: bowl, gentle-bowl, two-minima"),
        ({"--cost": "bowel"}, "--cost is bowel; it must be one of bowl, gentle-bowl, two-minima"),
        ({"--start": "20"}, "--start is 20; it must lie in the domain of bowl: a from -7 to 13"),
        (
            {"--cost": "two-minima", "--start": "13"},
            "it must lie in the domain of two-minima: a from -4 to 5",
        ),
        ({"--start": "left"}, "--start is left"),
        ({"--lr": "2"}, "--lr is 2; it must be a finite number greater than 0 and at most 1"),
        ({"--seed": "-1"}, "--seed is -1"),
        ({"--steps": "0"}, "--steps is 0"),
    ],
)
def test_bad_input(given: dict[str, str], message: str) -> None:
    """One line with the option, its value and what would be right."""
    with pytest.raises(InputError) as caught:
        checked(Params, "descent", {flag[2:]: value for flag, value in given.items()}, typed=True)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
