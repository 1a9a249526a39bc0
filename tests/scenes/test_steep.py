from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from lranim.errors import InputError
from lranim.look.text import texts
from lranim.options.fields import checked
from lranim.scenes.steep import Params, numbers

ENDINGS: list[tuple[dict[str, Any], str]] = [
    ({"curvature": [0.5, 1.0]}, "For steeper ones"),
    ({"curvature": [0.1, 1.5]}, "For steeper ones"),
    ({"curvature": [2.0, 2.2], "steps": 1}, "suits these curves"),
    ({"curvature": [1.9, 2.0]}, "The slope alone suits few curves"),
    ({"curvature": [0.001, 100.0], "steps": 500}, "What is missing: a learning rate"),
    ({"start": -7.0}, "What is missing"),
]


def test_numbers() -> None:
    """Each step multiplies the way to the minimum by 1 − k: the four behaviours in closed form."""
    runs = numbers(Params()).runs
    assert list(runs) == [0.5, 1.0, 2.0, 2.2]
    for k, run in runs.items():
        assert np.allclose(run.x[:, 0], 3 + 10 * (1 - float(k)) ** np.arange(9))
    assert runs[2.0].x[:4, 0].tolist() == [13, -7, 13, -7]
    assert runs[1.0].x[:3, 0].tolist() == [13, 3, 3]


def test_the_story_of_the_default(tell: Callable[..., Any]) -> None:
    """Steeper curve, longer step; one curve after the other; the learning rate is missing."""
    scene = tell("steep")
    said = [beat.text for beat in scene.beats]
    assert said[1] == "Steeper curve, larger slope, longer step: from 5 to 22."
    assert [words[: words.index(":")] for words in said[2:6]] == [f"Curvature {k}" for k in (0.5, 1, 2, 2.2)]
    assert "over to −7, back to 13" in said[4]
    assert "after 8 steps a = 46" in said[5]
    assert said[-1].endswith("What is missing: a learning rate.")
    assert 12 < scene.time < 25
    for words in (
        "a = 13",
        "settles at curvature 0.5",
        "bounces for ever at curvature 2;",
        "minimum is at 3",
    ):
        assert words in scene.alt
    assert len(scene.alt) <= 250


@pytest.mark.parametrize(("options", "ending"), ENDINGS)
def test_other_endings(tell: Callable[..., Any], options: dict[str, Any], ending: str) -> None:
    """Curves that are gentle enough, and extremes: the last words fit what was seen."""
    scene = tell("steep", **options)
    assert ending in scene.beats[-1].text
    assert len(scene.alt) <= 250
    assert scene.time < 40


def test_every_text_comes_up(tell: Callable[..., Any], heard: set[str]) -> None:
    """The endings between them say each text of the scene."""
    for options in ({}, *(options for options, _ in ENDINGS)):
        tell("steep", **options)
    assert {key for key in texts("en") if key.startswith("steep.")} == {
        key for key in heard if key.startswith("steep.")
    }


def test_a_cut_run_says_how_many_steps_it_shows(tell: Callable[..., Any]) -> None:
    """What explodes at once is not followed for ever: the caption counts the steps that were."""
    scene = tell("steep", curvature=[1.0, 100.0], steps=50)
    assert any("after 1 step a = −987" in beat.text for beat in scene.beats)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"--curvature": ["1"]}, "--curvature is 1; it must be 2 to 4 numbers"),
        ({"--curvature": ["1", "2", "3", "4", "5"]}, "--curvature is 1,2,3,4,5; it must be 2 to 4 numbers"),
        ({"--curvature": ["0", "1"]}, "each greater than 0 and at most 100, such as 0.5,1,2,2.2"),
        ({"--curvature": ["1", "x"]}, "--curvature is 1,x"),
        ({"--curvature": ["2", "1", "2"]}, "--curvature 2 is given 2 times; give each value once"),
        ({"--start": ["3"]}, "--start is 3, the minimum, where the slope is 0"),
        ({"--start": ["13.1"]}, "--start is 13.1; it must be a finite number from -7 to 13"),
    ],
)
def test_bad_input(given: Mapping[str, list[str]], message: str) -> None:
    """One line with the option, its value and what would be right."""
    with pytest.raises(InputError) as caught:
        checked(Params, "steep", {flag[2:]: values for flag, values in given.items()}, typed=True)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_curves_are_shown_from_gentle_to_steep() -> None:
    """Whatever the order in which they are given."""
    assert checked(Params, "steep", {"curvature": ["2", "0.5", "1"]}, typed=True).curvature == (0.5, 1, 2)
