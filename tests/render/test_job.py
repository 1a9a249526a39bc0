"""Names of clips and rates of GIFs."""

from __future__ import annotations

import pytest

from lranim.options.fields import value_text
from lranim.video.job import gif_rate, nearest_gif_rate
from lranim.video.names import default_name

DEFAULTS = {"lr": 0.3, "start": None, "steps": 30, "cost": "bowl"}


@pytest.mark.parametrize(
    ("changed", "look", "name"),
    [
        ({}, {}, "learning-rate"),
        ({"lr": 0.9}, {}, "learning-rate.lr=0.9"),
        ({"lr": 0.9}, {"theme": "light"}, "learning-rate.lr=0.9.light"),
        ({}, {"theme": "light", "transparent": True}, "learning-rate.light.alpha"),
        ({"lr": 0.9}, {"lang": "zh"}, "learning-rate.lr=0.9.zh"),
        ({}, {"lang": "zh", "theme": "light", "transparent": True}, "learning-rate.zh.light.alpha"),
        ({"lr": 1.0}, {}, "learning-rate.lr=1"),
        ({"steps": 5, "lr": 1e-05}, {}, "learning-rate.lr=1e-05.steps=5"),
        ({"start": [1.5, -2.0], "cost": "ravine"}, {}, "learning-rate.start=1.5,-2.cost=ravine"),
        ({"data": "points.csv"}, {}, "learning-rate.data=points"),
        ({"data": "/home/me/course/week 3.csv"}, {}, "learning-rate.data=week 3"),
        ({"data": "../points.v2.csv"}, {}, "learning-rate.data=points.v2"),
    ],
)
def test_a_name_has_what_is_not_default(changed: dict, look: dict, name: str) -> None:
    """Options in field order, then language, theme, and alpha."""
    assert default_name("learning-rate", {**DEFAULTS, **changed}, DEFAULTS, **look) == name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (3.0, "3"),
        (-0.5, "-0.5"),
        (1e22, "1e+22"),
        (7, "7"),
        (True, "true"),
        (None, "none"),
        ([], ""),
    ],
)
def test_values_are_written_as_typed(value: object, text: str) -> None:
    """The shortest text that reads back as the same value."""
    assert value_text(value) == text


@pytest.mark.parametrize(
    ("fps", "rate"),
    [
        (1, 1), (2, 2), (3, 10), (4, 4), (5, 5), (10, 10), (12, 10), (15, 10), (20, 20), (24, 25), (25, 25),
        (30, 25), (40, 20), (48, 50), (50, 50), (60, 20), (75, 25), (90, 50), (100, 25), (120, 20), (240, 20),
    ],
)  # fmt: skip
def test_gif_rate(fps: int, rate: int) -> None:
    """A rate that a GIF can play: the same, a divisor, or the nearest."""
    assert gif_rate(fps) == rate
    assert 100 % rate == 0


@pytest.mark.parametrize(("fps", "rate"), [(1, 10), (15, 10), (22, 20), (23, 25), (60, 50), (240, 50)])
def test_nearest_gif_rate(fps: int, rate: int) -> None:
    """Of two at the same distance the lower."""
    assert nearest_gif_rate(fps) == rate
