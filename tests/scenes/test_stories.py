"""Every story that the scenes can tell: it runs through, says what happens, and leaves no text unsaid."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from lranim.catalogue import registry
from lranim.core.schedules import SCHEDULES
from lranim.look.text import texts
from lranim.look.theme import THEMES as LOOKS

THEMES = list(LOOKS)
QUARTIC, VALLEYS = "x**4 - 3*x**2 + x", "0.1*x**4 - x**2 + 0.3*x"
ALL = tuple(SCHEDULES)

Story = tuple[dict[str, Any], str]

STORIES: dict[str, list[Story]] = {
    "cost": [
        ({}, "Lowest at a = 1.67, where the squares are smallest: J = 1.056."),
        ({}, "The best line is the lowest point: a = 1.66, b = 1, J = 0.063."),
        ({"data": "many"}, "60 of 12,000 samples are drawn, all of them count."),
        *(({"data": name}, "") for name in ("two", "exact", "flat", "tiny", "huge", "uphill")),
    ],
    "descent": [
        ({}, "Same curve, same recipe: where it starts decides where it lands."),
        ({}, "minima at −2, 3 it gets to 3, −1.9, −2 from 4.45, −0.27, −3.54"),
        ({"cost": "bowl"}, "within 0.1 of the minimum after 21 steps"),
        ({"cost": "gentle-bowl", "start": -7.0, "steps": 30}, "within 0.1 of the minimum"),
        ({"cost": "bowl", "lr": 1.0, "start": 13.0}, "Back and forth between a = 13 and a = −7, for ever."),
        ({"cost": "two-minima", "start": 1.0}, "After 25 steps not all of them have landed"),
        ({"steps": 1}, "After 1 step not all of them have landed"),
        ({"steps": 500}, "where it starts decides where it lands"),
        ({"seed": 5}, "where it starts decides where it lands"),
        ({"lr": 0.5, "seed": 0}, "where it starts decides where it lands"),
        ({"function": "x**3"}, "and there is no minimum to stop at."),
        ({"function": QUARTIC}, "where it starts decides where it lands"),
    ],
    "direction": [
        ({}, "Here the slope is −10, below 0: down is to the right."),
        ({}, "falls fastest, square to the contour line."),
        ({"function": "x**2 + 3*y**2"}, "On the surface of x**2 + 3*y**2 at"),
    ],
    "oscillation": [
        (
            {},
            "ends up alternating between a = 4 and a = 2.5; the minimum is at a = 3, and it never",
        ),
        ({}, "The minimum is 1 away"),
        ({"cost": "two-minima"}, "alternating between a = 1.6 and a = 3.1; the minimum is at a = 3"),
        ({"step": 5.0, "steps": 3}, "a fixed step of 5 from a = 13 happens to lead to the minimum at a = 3."),
        ({"step": 5.0, "steps": 2}, "By luck"),
        ({"steps": 1}, "one fixed step of 1.5 from a = 13 ends at a = 11.5; the minimum is at a = 3"),
        ({"steps": 2}, "2 fixed steps of 1.5 from a = 13 end at a = 10; the minimum is at a = 3, and"),
        ({"steps": 3}, "After 3 steps it is still 5.50 away."),
        ({"function": QUARTIC}, "a fixed step cannot get closer."),
        ({"function": "x**3 - 3*x"}, "a fixed step cannot get closer."),
        ({"function": "x**3 - 3*x", "step": 2.43, "steps": 29}, "On and on with the same step"),
        ({"function": "x**3"}, "After 13 steps of 0.6 it is at x = −4.2."),
        ({"function": "log(x)**2", "start": 7.6, "step": 2.9}, "to where there is no cost."),
    ],
    "slope": [
        ({}, "Steps shrank from 5.00 to 0.01 by themselves: it settles at the minimum."),
        ({}, "From a = 13 it takes 10 steps, the first 5.00 long and the last 0.01; it ends at a = 3.01"),
        ({"cost": "bowl"}, "the first 20.00 long and the last 20.00; it ends at a = 13"),
        ({"steps": 2}, "After 2 steps 2.50 away: more steps would tell."),
        ({"cost": "two-minima", "start": -4.0, "steps": 8}, "from both sides"),
        ({"cost": "two-minima", "start": 1.0, "steps": 8}, ""),
        ({"function": "(x-2)**2/2"}, "One step of"),
        ({"function": "1.5*(x-2)**2"}, ""),
        ({"function": "0.75*(x-2)**2", "steps": 4}, "lands on the other side"),
        ({"function": "0.02*(x-2)**2", "start": 6.0}, ""),
        ({"function": "x**3 - 3*x", "start": 2.0}, ""),
        ({"function": "x**3", "start": 0.1, "steps": 3}, "After 3 steps x = "),
        ({"function": "sqrt(x)", "domain": (0.0, 4.0), "start": 2.0}, "to where there is no cost."),
        *(({"function": "1000*x**2"}, "") for _ in range(4)),  # in each size
    ],
    "steep": [
        ({}, "Steeper curve, larger slope, longer step: from 5 to 22."),
        ({}, "What is missing: a learning rate."),
        ({"curvature": [0.5, 1.0]}, "For steeper ones"),
        ({"curvature": [0.1, 1.5]}, "For steeper ones"),
        ({"curvature": [2.0, 2.2], "steps": 1}, "suits these curves"),
        ({"curvature": [1.9, 2.0]}, "The slope alone suits few curves"),
        ({"curvature": [0.001, 100.0], "steps": 500}, "What is missing: a learning rate"),
        ({"curvature": [1.0, 100.0], "steps": 50}, "Curvature 100: each jump is longer than the one before."),
        ({"start": -7.0}, "What is missing"),
    ],
    "learning-rate": [
        ({}, "Step = −η × slope J′(a) = −0.3 × 20.00 = −6.00: against the slope, downhill."),
        ({}, "Within 0.1 of the minimum after 6 steps."),
        ({"lr": 0.01}, "After 29 steps still 5.57 away; it would take 228 steps."),
        (
            {"lr": 0.01},
            "(too small: crawls): from a = 13 it gets to a = 8.57 in 29 steps; the nearest minimum is at",
        ),
        ({"lr": 0.01, "steps": 1}, "After 1 step "),
        ({"lr": 0.05}, "After 29 steps still 0.47 away: on its way, but not there yet."),
        ({"lr": 0.1}, "Within 0.1 of the minimum after 21 steps."),
        ({"lr": 0.5}, "One step, and it is there."),
        ({"lr": 0.9}, "only after 21 steps."),
        ({"lr": 0.99}, "and still 5.57 away."),
        ({"lr": 1.0}, "between a = 13 and a = −7, for ever."),
        ({"lr": 1.05}, "after 29 steps a = −155.63."),
        ({"lr": 100.0}, "after 1 step"),
        ({"cost": "two-minima"}, "a local minimum; the lowest cost is at a = −2."),
        ({"cost": "two-minima", "lr": 0.01, "steps": 20}, ""),
        ({"cost": "two-minima", "lr": 0.9}, ""),
        ({"cost": "two-minima", "start": 1.0}, "After 29 steps it is"),
        ({"function": VALLEYS, "lr": 0.3}, "Step 1 leapt into another valley: it settles at x = −2.308."),
        (
            {"function": VALLEYS, "lr": 0.5},
            "Step 1 leapt into another valley, and there it goes back and forth",
        ),
        ({"function": QUARTIC}, "It settles in a local minimum; the lowest cost is at x = −1.301."),
        ({"function": "(x-2)**2"}, "Within 0.1 of the minimum after"),
        (
            {"function": "x**3 - 3*x", "start": -1.2},
            "Down and down, with longer and longer steps: there is no bottom.",
        ),
        ({"function": "x**3", "start": 2.0, "lr": 0.01}, "and there is no minimum to stop at."),
        ({"function": "tanh(x)"}, "and there is no minimum to stop at."),
        ({"function": "log(x)**2", "start": 0.5, "lr": 6.0}, "leads to where there is no cost."),
    ],
    "learning-rate-compare": [
        ({}, "Step = learning rate × slope of 20.00: from 0.20 to 19.80 long."),
        ({}, "0.01 and 0.99 have the same cost at every step: two curves in one."),
        ({}, "Of these, only 0.3 settles in 29 steps."),
        ({"lr": (0.1, 0.5, 0.9, 1.05)}, "0.5 is the first to settle, after 1 step."),
        ({"lr": (0.01, 0.99)}, "After 29 steps none has settled. 0.01 is nearest, 5.57 away."),
        ({"lr": (0.3, 1.0), "steps": 1}, "After 1 step none has settled. 0.3 is nearest, 4.00 away."),
        ({"lr": (0.3, 100.0), "steps": 500}, "Of these, only 0.3 settles in 500 steps."),
        ({"lr": (0.05, 3.0), "cost": "two-minima"}, "none has settled. 0.05 is nearest, 0.12 away."),
        ({"lr": (0.2, 1.5), "cost": "two-minima"}, ""),
        ({"lr": (0.3, 0.9), "cost": "two-minima"}, "0.9 ends at −2.00 (escapes, settles elsewhere)"),
        ({"lr": (1.0, 0.5, 0.4), "steps": 9}, "0.5 is the first to settle, after 1 step."),
        ({"lr": (0.3, 0.6), "start": 3.0}, "0.3 is the first to settle, after 0 steps."),
        ({"function": "x**3 + x"}, "There is no minimum to settle at, whatever the learning rate."),
        ({"function": "x**3 - 3*x", "start": -1.1}, ""),
    ],
    "surface": [
        (
            {},
            "from (−3.52, 2.23) it gets to (0.95, −0.96) in 20 steps, 0.06 from the nearest minimum at",
        ),
        ({"cost": "himmelblau", "start": (0.0, 0.0)}, "the start decides which of the minima it is."),
        ({"cost": "himmelblau", "lr": 0.03, "steps": 5}, ""),
        ({"lr": 0.01}, ""),
        ({"lr": 0.5}, "One step, and it is there"),
        ({"lr": 0.9}, ""),
        ({"lr": 0.98}, ""),
        ({"lr": 1.0}, "back and forth"),
        ({"lr": 3.0, "steps": 200}, "it leaves the picture"),
        ({"cost": "ravine"}, "From side to side"),
        ({"function": "a**2 - b**2", "steps": 5}, "and there is no minimum to stop at."),
        ({"function": "x**3 - 3*x + y**2", "start": (-1.5, 1.0), "lr": 0.1}, "it leaves the picture."),
        (
            {"function": "sqrt(x) + y**2", "domain": (0.1, 4.0, -2.0, 2.0), "start": (1.0, 1.0), "lr": 0.8},
            "there is no cost.",
        ),
    ],
    "schedule": [
        ({}, "In the last 12 steps constant is 1.50 off, and cosine only 0.13."),
        ({}, "constant ±1.50 jitters on, linear ±0.24 settles, cosine ±0.13 settles."),
        ({"schedule": ALL[:4]}, "4 ways to set the learning rate"),
        ({"schedule": ALL[3:]}, ""),
        ({"schedule": ("step",)}, ""),
        ({"noise": 0.0}, ""),
        ({"noise": 0.0, "schedule": ("constant",)}, ""),
        ({"noise": 1e-4}, ""),
        ({"lr": 0.01, "schedule": ("constant", "step")}, ""),
        ({"lr": 0.01, "noise": 0.0, "schedule": ("linear",)}, ""),
        ({"lr": 0.99, "noise": 20.0, "schedule": ALL[:4], "seed": 0}, ""),
        ({"steps": 20, "start": 3.0}, ""),
        ({"steps": 300, "start": -7.0, "schedule": ALL[3:]}, ""),
        ({"log": "good"}, ""),
        ({"log": "good cosine"}, ""),
        ({"log": "good waves"}, ""),
        ({"log": "good rise"}, ""),
        ({"log": "good fall"}, ""),
        ({"log": "rates"}, ""),
    ],
    "lr-finder": [
        ({}, "One short training: each step multiplies the learning rate by 1.12."),
        ({}, "After 80 steps: 0.19 has learned, 0.019 is slow, 1.9 has exploded."),
        ({}, "Steepest at 0.19"),
        ({"low": 1e-3, "high": 1.0}, "Up to 1 the loss does not explode"),
        ({"high": 0.01}, ""),
        ({"steps": 20}, ""),
        ({"smoothing": 0.0}, "Too large"),
        ({"smoothing": 0.99}, "Too large"),
        ({"low": 0.1, "high": 100.0, "steps": 40, "seed": 3}, "Too large"),
        ({"low": 1e-6, "high": 1e4}, "Too large"),
        ({"log": "test"}, ""),
        ({"log": "flat-test"}, ""),
    ],
    "optimizers": [
        ({}, "After 27 steps momentum is within 0.1 of the minimum, and stays."),
        (
            {},
            "gradient descent at rate 0.4: in 43 steps; momentum at rate 0.2: in 27 steps; Adam at rate 0.16",
        ),
        (
            {"optimizer": ("adagrad", "rmsprop", "adam", "adamw"), "state": True, "steps": 30},
            "First to settle: RMSProp, after 23 steps. Another surface, another winner.",
        ),
        (
            {"optimizer": ("gradient-descent", "nesterov"), "state": True, "steps": 30},
            "With 30 gradients each, only Nesterov settles at the minimum.",
        ),
        ({"cost": "rosenbrock", "steps": 9, "state": True}, "After 9 steps none has settled."),
        (
            {"cost": "himmelblau", "lr": (0.01, 0.02), "optimizer": ("gradient-descent", "momentum")},
            "All settle, and in 2 different minima",
        ),
        ({"function": "x + y**2", "steps": 8}, "There is no minimum to settle at"),
        ({"function": "log(x) + y**2 - x", "start": (0.5, 0.4), "lr": (0.3,), "steps": 8}, ""),
        ({"lr": (0.6, 0.6, 0.3), "steps": 8}, ""),
    ],
    "momentum": [
        ({}, "After 31 steps momentum is there; gradient descent after 50 is still 0.69 away."),
        ({}, "Critical rate: 2(1 + β)/L = 0.9 with L = 4. Without momentum: 0.5."),
        ({}, "Fastest for κ = 50: η = 0.77, β = 0.57 (ring)."),
        ({"kappa": 20.0, "beta": 0.95, "steps": 60}, "After 43 steps gradient descent is there; momentum"),
        ({"kappa": 5.0}, "After 33 steps momentum is there, gradient descent after 10 steps."),
        ({"steps": 1}, "After 1 step: momentum 3.59 away, gradient descent 3.59."),
        ({"lr": 0.6}, "At this rate gradient descent diverges, and after 35 steps momentum is there."),
        ({"lr": 0.6, "steps": 20}, "At this rate gradient descent diverges, and momentum does not:"),
        ({"lr": 1.0}, "This rate is too large for both"),
        (
            {"beta": 0.0, "kappa": 1.0},
            "With β = 0 nothing of the velocity is kept: both take the same steps.",
        ),
        ({"kappa": 1.0}, "A ravine, just as steep across as along."),
    ],
    "train-valid": [
        ({}, "after 500 epochs both losses are still falling"),
        ({}, "Stopped at epoch 106: validation loss 0.10, not 0.20 at the end."),
        ({"state": "failing"}, ""),
        ({"lr": 1e-6}, ""),
        ({"lr": 10.0}, ""),
        ({"state": "underfitting"}, ""),
        ({"seed": 23, "lr": 0.005, "epochs": 50}, ""),
        ({"lr": 0.1}, ""),
        ({"epochs": 20}, ""),
        ({"seed": 20, "state": "underfitting"}, ""),
        ({"seed": 4, "state": "overfitting", "epochs": 1999}, ""),
        ({"log": "good"}, ""),
        ({"log": "good named"}, ""),
        ({"log": "overfitting"}, "A training from its log: 300 train losses, 15 validation losses."),
        ({"log": "exploded"}, "The train loss explodes: the learning rate is too high for it."),
        (
            {"log": "diverged"},
            "The train loss explodes until it is no number: the learning rate is too high.",
        ),
        ({"log": "lost"}, "The validation loss is no number at the end: look at its data."),
        ({"log": "failing"}, ""),
        ({"log": "underfitting"}, ""),
    ],
}
"""What each scene is asked for, and what it then says; together the stories of a scene have all its texts."""

GROUPS = (
    (
        ("learning-rate", "slope", "oscillation", "learning-rate-compare", "surface"),
        ("panel", "plot", "verdict", "start", "walk", "end"),
    ),
    (("optimizers", "momentum"), ("contest",)),
    (("train-valid", "schedule", "lr-finder"), ("run",)),
    (("cost", "descent", "direction", "steep"), ()),
)
"""Scenes that have texts in common, and where these stand."""

SIZES = ((426, 240), (240, 426), (320, 240), (240, 240))


def test_every_scene_has_stories() -> None:
    """Also one that is new."""
    assert set(STORIES) == set(registry.scenes()) == {name for names, _ in GROUPS for name in names}


@pytest.mark.parametrize(("names", "common"), GROUPS)
def test_the_stories_are_told(
    tell: Callable[..., Any],
    heard: set[str],
    log: Callable[[str], str],
    data: Callable[[str], str],
    names: tuple[str, ...],
    common: tuple[str, ...],
) -> None:
    """To their ends, calmly, with the words expected; all that is drawn is finite, and all texts are used."""
    stories = [(name, *story) for name in names for story in STORIES[name]]
    for place, (name, options, words) in enumerate(stories):
        given = dict(options)
        if "log" in given:
            given["log"] = log(given["log"])
        if "data" in given:
            given["data"] = data(given["data"])
        told = tell(name, theme=THEMES[place % len(THEMES)], size=SIZES[place % len(SIZES)], **given)
        said = [*(beat.text for beat in told.beats), told.alt]
        assert any(words in one for one in said), (name, options, said)
        times = [*(beat.t for beat in told.beats), told.time]
        assert all(later - earlier > 1 for earlier, later in pairwise(times)), (name, options)
        assert told.time < 40
        assert 20 < len(told.alt) <= 330
        assert told.alt.endswith(".")
        assert all(np.isfinite(part.points).all() for part in told.get_mobject_family_members()), options
    ours = {key for key in texts("en") if key.partition(".")[0] in {*names, *common}}
    # Said where no start is found that ends elsewhere, which no cost here makes true.
    assert ours - heard - {"descent.together"} == set()
