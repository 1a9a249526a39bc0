from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.draw.chart.descent import Descent
from lranim.draw.lettering import Number
from lranim.function import cost_of
from lranim.scenes.oscillation import Params, numbers, way_down


def texts(scene: Any) -> list[str]:
    """What the beats say."""
    return [beat.text for beat in scene.beats]


def test_numbers() -> None:
    """From 13 in steps of 1.5 down to 4, over to 2.5, and back, for ever half a step short."""
    run = numbers(Params())
    assert run.x[:, 0].tolist() == [13, 11.5, 10, 8.5, 7, 5.5, 4, 2.5, 4, 2.5, 4, 2.5, 4, 2.5]
    assert run.errors.min() == 0.5


def test_the_story_of_the_default(tell: Callable[..., Any]) -> None:
    """Start, rule, equal steps, over the minimum, back, for ever, never nearer; the point ends at 2.5."""
    scene = tell("oscillation")
    said = texts(scene)
    assert len(said) == 7
    assert said[0] == "Start at a = 13. The lowest cost is at a = 3."
    assert "Every step is 1.5 long" in said[1]
    assert "The minimum is 1 away" in said[3]
    assert "between 4 and 2.5, for ever" in said[5]
    assert "never comes nearer than 0.5" in said[6]
    assert all(words in scene.alt for words in ("1.5", "a = 13", "between 4 and 2.5", "is at 3", "than 0.5"))
    plain, lens = sorted((m for m in scene.mobjects if isinstance(m, Descent)), key=lambda m: m.plot.bare)
    for descent in (plain, lens):
        dot = descent.dot.points.mean(axis=0)[:2]
        assert dot == pytest.approx(descent.plot.on_curve(2.5))
    widths = np.abs(np.diff(plain.hops.points.reshape(-1, 4, 3)[:, [0, 3], 0], axis=1))
    assert len(widths) == 13
    assert np.allclose(widths, widths[0])


def test_what_the_panel_shows_is_the_run(tell: Callable[..., Any]) -> None:
    """Whenever the picture rests, the numbers are those of the step that the count tells."""
    run = numbers(Params())
    seen = set()

    def look(scene: Any) -> None:
        shown = [m.shown for m in scene.get_mobject_family_members() if isinstance(m, Number)]
        k = int(shown[0])
        seen.add(k)
        if k:
            before, after = (f"{run.x[i, 0]:.2f}" for i in (k - 1, k))
            assert shown[1:] == [before, "(+1)" if run.grad[k - 1, 0] > 0 else "(−1)", after]

    tell("oscillation", look=look)
    assert {0, 1, 6, 7, 8, 13} <= seen


def test_a_step_for_a_function_of_one_s_own() -> None:
    """Several go into the way down to the first minimum, which may be to the right or to the left."""
    assert way_down(COSTS["two-minima"]) == pytest.approx(1.6)
    for function, start, minimum in (("(x - 1)**2", 0.0, 1.0), ("(x + 1)**2", 0.0, -1.0)):
        cost = replace(cost_of(function), start=(start,))
        assert cost.minima == ((minimum,),)
        assert way_down(cost) == pytest.approx(1.0)
        assert way_down(replace(cost, minima=((-minimum,), (minimum,), (2 * minimum,)))) == 1.0
    assert way_down(replace(cost, minima=(), domain=((-3.0, 5.0),))) == 4.0


@pytest.mark.parametrize(
    ("options", "ending", "beats"),
    [
        ({"step": 5.0, "steps": 2}, "By luck", 4),
        ({"steps": 3}, "After 3 steps it is 5.5 away", 4),
        ({"start": 4.0, "steps": 1}, "After 1 step", 4),
        ({"cost": "two-minima", "step": 1.0}, "", 6),
    ],
)
def test_other_endings(tell: Callable[..., Any], options: dict[str, Any], ending: str, beats: int) -> None:
    """Landing on the minimum by luck, running out of steps before it, jumping over it at once."""
    said = texts(tell("oscillation", **options))
    assert ending in said[-1]
    assert len(said) == beats
