from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lranim.draw.chart.descent import Descent
from lranim.draw.lettering import Number
from lranim.look.text import number
from lranim.scenes.learning_rate import Params, forecast, numbers


@pytest.mark.parametrize("lr", [0.01, 0.05, 0.3, 0.9, 0.99])
def test_the_forecast_is_what_a_longer_run_does(lr: float) -> None:
    """The step at which it says the run will come within 0.1 is the step at which it does."""
    run = numbers(Params(lr=lr))
    steps = forecast(run, lr)
    assert steps is not None
    if steps <= 500:
        assert numbers(Params(lr=lr, steps=500)).first_within() == steps
    assert forecast(numbers(Params(lr=1.0)), 1.0) is None
    assert forecast(numbers(Params(cost="two-minima")), 0.3) is None


@pytest.mark.parametrize(
    ("options", "ending"),
    [
        ({"lr": 0.01}, "After 29 steps still 5.57 away; it would take 228 steps."),
        ({"lr": 0.1}, "Within 0.1 of the minimum after 21 steps."),
        ({"lr": 0.3}, "Within 0.1 of the minimum after 6 steps."),
        ({"lr": 0.5}, "One step, and it is there."),
        ({"lr": 0.9}, "only after 21 steps."),
        ({"lr": 0.99}, "and still 5.57 away."),
        ({"lr": 1.0}, "between 13 and −7, for ever."),
        ({"lr": 1.05}, "after 29 steps a = −155.63."),
        ({"lr": 100.0}, "after 1 step"),
        ({"cost": "two-minima"}, "a local minimum; the lowest cost is at a = −2."),
    ],
)
def test_endings(tell: Callable[..., Any], options: dict[str, Any], ending: str) -> None:
    """Each rate of the course ends with its own sentence and numbers, and with the point where they say."""
    scene = tell("learning-rate", **options)
    assert ending in scene.beats[-1].text
    run = numbers(Params(**options))
    [descent] = [m for m in scene.mobjects if isinstance(m, Descent)]
    dot = descent.dot.points.mean(axis=0)[:2]
    assert dot == pytest.approx(descent.plot.on_curve(run.x[descent.run.steps, 0]))
    assert number(float(run.x[descent.run.steps, 0])) in scene.alt


def test_the_rule_is_told_with_the_first_steps_numbers(tell: Callable[..., Any]) -> None:
    """Rate times slope is the step: 0.3 times 20 is 6."""
    said = [beat.text for beat in tell("learning-rate").beats]
    assert said[1] == "Step = learning rate × slope = 0.3 × 20.00 = 6.00, downhill."


def test_what_the_panel_shows_is_the_run(tell: Callable[..., Any]) -> None:
    """Whenever the picture rests, point, slope and next point are those of the step that the count tells."""
    run = numbers(Params(lr=0.9))
    seen = set()

    def look(scene: Any) -> None:
        shown = [m.shown for m in scene.get_mobject_family_members() if isinstance(m, Number)]
        k = int(shown[0])
        seen.add(k)
        if k:
            x, grad = run.x[:, 0], run.grad[:, 0]
            assert shown[1:] == [number(x[k - 1]), f"({number(grad[k - 1])})", number(x[k])]

    tell("learning-rate", lr=0.9, look=look)
    assert {0, 1, 3, 29} <= seen


def test_numbers() -> None:
    """On the bowl the way to the minimum is multiplied by 1 - 2 lr at each step."""
    x = numbers(Params(lr=0.9)).x[:, 0]
    assert np.allclose(x - 3, 10 * (-0.8) ** np.arange(30))
