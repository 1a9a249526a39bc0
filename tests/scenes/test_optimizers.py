from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from lranim.core.theory import momentum_radius
from lranim.draw.boards.optimizers import OptimizersBoard
from lranim.look.text import texts
from lranim.params import MOST
from lranim.scenes import optimizers
from lranim.scenes.optimizers import Params, numbers

STORIES: list[tuple[dict[str, Any], str]] = [
    ({}, "First to settle: momentum, after 27 steps. Another surface, another winner."),
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
]
"""Options whose stories together have all of the texts, and how the last sentences of some begin."""


def test_a_run_in_a_ravine_shrinks_as_theory_says() -> None:
    """In the long run by the spectral radius at each step, for momentum and for gradient descent."""
    runs = numbers(Params(optimizer=("gradient-descent", "momentum"), steps=300)).runs
    for (name, run), beta in zip(runs.items(), (0.0, 0.8), strict=True):
        radius = float(momentum_radius(run.lr[0], beta, [0.2, 4.0]))
        rate = (run.errors[250] / run.errors[50]) ** (1 / 200)
        assert rate == pytest.approx(radius, rel=0.01), name


def test_all_have_the_same_budget_and_start() -> None:
    """One gradient a step, the same number for each, from one place; rates as given or suited."""
    runs = numbers(Params(lr=(0.1,), steps=17, start=(1.0, 1.0))).runs
    assert list(runs) == ["gradient-descent", "momentum", "adam"]
    assert {run.steps for run in runs.values()} == {17}
    assert all(np.array_equal(run.x[0], [1.0, 1.0]) for run in runs.values())
    assert {float(run.lr[0]) for run in runs.values()} == {0.1}
    assert [float(run.lr[0]) for run in numbers(Params()).runs.values()] == [0.4, 0.2, 0.16]
    others = numbers(Params(optimizer=("nesterov", "adagrad", "rmsprop", "adamw"), steps=17)).runs
    assert {run.steps for run in others.values()} == {17}
    assert [Params(cost=cost).steps for cost in ("ravine", "rosenbrock", "beale")] == [60, 250, 150]


def test_a_suited_rate_is_one_that_a_scene_takes() -> None:
    """However wide the domain is, and one given for each is that of each."""
    wide = Params(function="x**2 + y**2", domain=(-1e4, 1e4, -1e4, 1e4))
    assert max(wide.rates.values()) == MOST
    assert list(Params(lr=(0.3, 0.1, 0.2)).rates.values()) == [0.3, 0.1, 0.2]


@pytest.mark.parametrize("name", ["fixed", "slope", "sgd", ""])
def test_what_has_no_rate_is_no_choice(name: str) -> None:
    """The choices are named."""
    with pytest.raises(ValidationError, match=f"--optimizer is {name}; it must be one of gradient-d"):
        Params(optimizer=("adam", name))


def test_beta_is_that_of_both_kinds_of_momentum() -> None:
    """The second velocity is the second slope and this share of the first."""
    runs = numbers(Params(optimizer=("momentum", "nesterov"), beta=0.5, lr=(0.1,), steps=2)).runs
    for run in runs.values():
        assert np.allclose(run.states.velocity[2], run.grad[1] + 0.5 * run.grad[0])


def test_the_first_step_that_is_checked_is_the_one_that_is_drawn() -> None:
    """From the function's own start this rate leads nowhere wrong; from another it leads to x < 0."""
    options = {"function": "log(x)**2 + y**2", "optimizer": ("gradient-descent", "momentum"), "lr": (20.0,)}
    assert Params(**options).first.tolist() == [0.8, 3.0]
    with pytest.raises(
        ValidationError, match="the rate of gradient-descent is 20; its first step would lead"
    ):
        Params(**options, start=(3.0, 0.4))


@pytest.mark.parametrize("state", [False, True])
def test_states_are_shown_on_demand(
    tell: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, state: bool
) -> None:
    """Arrows for velocities, meters for all that is remembered, and neither unless asked for."""
    seen: list[OptimizersBoard] = []
    monkeypatch.setattr(
        optimizers,
        "OptimizersBoard",
        lambda *args, **how: seen.append(OptimizersBoard(*args, **how)) or seen[0],
    )
    tell("optimizers", optimizer=("momentum", "adam"), steps=2, state=state)
    assert (len(seen[0].arrows), len(seen[0].rows.moving)) == ((1, 2) if state else (0, 0))


def test_the_story_of_the_default(tell: Callable[..., Any]) -> None:
    """One start, the first step, in step, one arrives, all have."""
    scene = tell("optimizers")
    assert [beat.text for beat in scene.beats] == [
        "One start (−3.5, 2), 3 optimizers, 60 gradients for each.",
        "The same slope for all at first. What differs is what each makes of the slopes so far.",
        "In step with each other: one gradient a step, no more for one than for another.",
        "After 27 steps momentum is within 0.1 of the minimum, and stays.",
        "First to settle: momentum, after 27 steps. Another surface, another winner.",
    ]
    assert scene.alt == (
        "Optimizers on the contour map of ravine, 60 steps each from (−3.5, 2): gradient descent at rate "
        "0.4: in 43 steps; momentum at rate 0.2: in 27 steps; Adam at rate 0.16: in 56 steps."
    )
    assert 14 < scene.time < 20


def test_every_text_comes_up(tell: Callable[..., Any], heard: set[str]) -> None:
    """Each story runs through, finite and not too long, and together they say all there is."""
    for place, (options, last) in enumerate(STORIES):
        size = ((426, 240), (240, 426), (320, 240), (240, 240))[place % 4]
        theme = ("dark", "light", "contrast")[place % 3]
        scene = tell("optimizers", lang="en", theme=theme, size=size, **options)
        assert all(later.t - earlier.t > 1 for earlier, later in pairwise(scene.beats))
        assert 20 < len(scene.alt) <= 300
        assert all(np.isfinite(part.points).all() for part in scene.get_mobject_family_members())
        assert scene.time < 25
        assert scene.beats[-1].text.startswith(last)
    assert {key for key in texts("en") if key.startswith(("optimizers.", "contest."))} <= heard


@pytest.mark.parametrize(
    "options",
    [
        {"state": True, "cost": "himmelblau", "optimizer": ("adam", "rmsprop", "nesterov", "adamw")},
        {"lr": (50.0,), "state": True, "steps": 20},
    ],
)
@pytest.mark.parametrize("size", [(854, 480), (480, 854)])
def test_options_leave_the_layout_whole(
    faults: Callable[..., set[str]], size: tuple[int, int], options: dict[str, Any]
) -> None:
    """Four runs with their states, and runs that explode, in a wide frame and in a tall one."""
    assert faults("optimizers", size=size, theme="dark", **options) == set()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"optimizer": ["adam"]}, "at least 2 items"),
        ({"optimizer": ["adam", "adam"]}, "--optimizer adam is given 2 times; give each value once"),
        ({"optimizer": ["adam", "sgd"]}, "--optimizer is sgd; it must be one of gradient-descent, momentum"),
        ({"lr": [0.1, 0.2]}, "--lr has 2 rates for 3 optimizers; give one for all, or one each"),
        ({"lr": [0.0]}, "greater than 0"),
        ({"start": [9.0, 0.0]}, "--start is 9,0; it must lie in the domain of ravine"),
        ({"cost": "bowl"}, "a cost of one variable|a cost of 1 variable"),
        ({"beta": 1.0}, "less than 1"),
        (
            {"function": "log(x) + y**2", "start": [0.5, 0.4], "lr": [50.0]},
            "the rate of gradient-descent is 50; its first step would lead from",
        ),
    ],
)
def test_bad_options(options: dict[str, Any], message: str) -> None:
    """Refused with what is wrong before anything is drawn."""
    with pytest.raises(ValidationError, match=message):
        Params(**options)
