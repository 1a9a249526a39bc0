from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lranim.draw.chart.descent import Descent
from lranim.scenes.slope import Params, numbers


def test_numbers() -> None:
    """From 13 on the gentle bowl the way to the minimum halves at each step."""
    x = numbers(Params()).x[:, 0]
    assert x[:4].tolist() == [13, 8, 5.5, 4.25]
    assert np.allclose((x[1:] - 3) / (x[:-1] - 3), 0.5)


def test_the_story_of_the_default(tell: Callable[..., Any]) -> None:
    """Steps shrink from 5.00 to 0.01 by themselves; the ruler's arcs halve."""
    scene = tell("slope")
    said = [beat.text for beat in scene.beats]
    assert "Flatter here" in said[2]
    assert said[-1] == "Steps shrank from 5.00 to 0.01 by themselves: it settles at the minimum."
    assert all(
        words in scene.alt for words in ("a = 13", "10 steps", "last 0.01", "minimum is at 3", "settles")
    )
    [descent] = [m for m in scene.mobjects if isinstance(m, Descent)]
    widths = np.abs(np.diff(descent.hops.points.reshape(-1, 4, 3)[:, [0, 3], 0], axis=1))
    assert np.allclose(widths[1:] / widths[:-1], 0.5)


def test_the_arrow_says_slope_and_step(tell: Callable[..., Any]) -> None:
    """What is written at each arrow is the run's gradient and its step."""
    written = set()

    def look(scene: Any) -> None:
        [descent] = [m for m in scene.mobjects if isinstance(m, Descent)]
        for k in range(3):
            descent.put(k + 0.3)
            written.add((k, " ".join(words for words, *_ in descent.tag.shown)))

    tell("slope", look=look)
    assert {(0, "slope 5.00 → step −5.00"), (1, "slope 2.50 → step −2.50")} <= written


@pytest.mark.parametrize(
    ("options", "ending"),
    [
        ({"cost": "bowl"}, "for ever"),
        ({"steps": 2}, "but it is not there yet"),
        ({"cost": "two-minima", "start": -4.0, "steps": 8}, "from both sides"),
    ],
)
def test_other_endings(tell: Callable[..., Any], options: dict[str, Any], ending: str) -> None:
    """On a curve twice as steep it bounces; with few steps it is still on its way."""
    assert ending in tell("slope", **options).beats[-1].text
