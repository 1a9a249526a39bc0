"""Step rules: by hand, beside torch and optax, and on quadratics."""

from __future__ import annotations

import json
import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typst

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.results import axis_rates
from lranim.core.rules import (
    RULES,
    adagrad,
    adam,
    adamw,
    fixed,
    gradient_descent,
    momentum,
    nesterov,
    rmsprop,
    slope,
    suited_rate,
)
from lranim.core.schedules import constant
from lranim.core.types import Array, Rule, Status

REFERENCE = json.loads((Path(__file__).parent / "data" / "optimizers.json").read_text(encoding="utf-8"))
MADE = {name: fixed(1.5) if name == "fixed" else make() for name, make in RULES.items()}
EVERY = [pytest.param(rule, id=name) for name, rule in MADE.items()]
RATED = [pytest.param(name, id=name) for name in RULES if name not in ("fixed", "slope")]


def named(row: dict[str, Any]) -> str:
    """Name a reference row in the test's report."""
    return f"{row['cost']}-{row['call']}"


def steps_of(rule: Rule, grads: list[Any], lr: float = 0.1) -> list[Array]:
    """Give a rule's steps for gradients, one after the other."""
    state, steps = rule.init(np.zeros_like(grads[0], dtype=float)), []
    for t, grad in enumerate(grads):
        step, state = rule.step(state, np.array(grad, dtype=float), lr, t)
        steps.append(step)
    return steps


def test_the_table_names_each_factory_by_its_rule() -> None:
    """The key of a row is the name of the rule that it makes, and of its function."""
    names = "fixed slope gradient-descent momentum nesterov adagrad rmsprop adam adamw"
    assert list(RULES) == names.split()
    for name, make in RULES.items():
        assert MADE[name].name == name == make.__name__.replace("_", "-")
        assert MADE[name].summary


# Beside torch and optax: scripts/reference_optimizers.py


def apart(row: dict[str, Any]) -> float:
    """Give how far a run's points are from those of the reference, at most, beside their size."""
    x = np.array(row["x"])
    rule = RULES[row["rule"]](**row["options"])
    run = descend(COSTS[row["cost"]], rule, constant(row["lr"]), x[0], len(x) - 1)
    return float((np.abs(run.x - x) / np.maximum(np.abs(x), 1)).max())


@pytest.mark.parametrize("row", REFERENCE["same"], ids=named)
def test_torch_and_optax_take_the_same_steps(row: dict[str, Any]) -> None:
    """Every point of a run is, to 1e-10, where the reference implementation puts it."""
    assert apart(row) < 1e-10


@pytest.mark.parametrize("row", REFERENCE["different"], ids=named)
def test_optax_as_it_comes_differs_by_epsilon_under_the_root(row: dict[str, Any]) -> None:
    """The docstrings say where optax differs, and that it does so by no more than epsilon explains."""
    assert 1e-10 < apart(row) < 10 * row["options"]["epsilon"]


def test_every_rule_has_a_reference() -> None:
    """A rule with a rate was compared with torch, and with optax too."""
    for library in ("torch", "optax"):
        rules = {row["rule"] for row in REFERENCE["same"] if row["call"].startswith(library)}
        assert rules == set(RULES) - {"fixed", "slope"}


# Each by hand


@pytest.mark.parametrize(
    ("rule", "grads", "steps"),
    [
        (fixed(1.5), [[20.0], [-1e-300], [0.0]], [[-1.5], [1.5], [0]]),
        (fixed(10), [[3e-300, -4e-300], [3e160, 4e160], [0, 0]], [[-6, 8], [-6, -8], [0, 0]]),
        (slope(), [[5.0, -2.0]], [[-5, 2]]),
        (gradient_descent(), [[20.0, -2.0]], [[-2, 0.2]]),
        (momentum(0.5), [[20.0], [16.0]], [[-2], [-2.6]]),
        (nesterov(0.5), [[20.0], [14.0]], [[-3], [-2.6]]),
        (adagrad(), [[3.0], [4.0]], [[-0.1], [-0.08]]),
        (adagrad(epsilon=1, initial=16), [[3.0]], [[-0.05]]),
        (rmsprop(alpha=0.75), [[4.0], [math.sqrt(52)]], [[-0.2], [-0.1 * math.sqrt(52) / 4]]),
        (adam(0.5, 0.5), [[2.0], [4.0]], [[-0.1], [-0.1 * (2.5 / 0.75) / math.sqrt(9 / 0.75)]]),
        (adam(), [[1e-3, -1e6]], [[-0.1, 0.1]]),
    ],
    ids=lambda value: value.name if isinstance(value, Rule) else "",
)
def test_steps_by_hand(rule: Rule, grads: list[Any], steps: list[Any]) -> None:
    """At a rate of 0.1, from these gradients."""
    for found, expected in zip(steps_of(rule, grads), steps, strict=True):
        assert found == pytest.approx(np.array(expected), rel=2e-5)


@pytest.mark.parametrize("rule", EVERY)
def test_a_rule_is_pure(rule: Rule) -> None:
    """It changes nothing that it is given, steps nowhere from rest, and can be sent to another process."""
    x, grad = np.array([1.0, 2.0]), np.array([4.0, -3.0])
    state = rule.init(x)
    for array in (x, grad, *(state or ())):
        array.setflags(write=False)
    step, _ = rule.step(state, grad, 0.3, 0)
    assert np.array_equal(step, rule.step(state, grad, 0.3, 0)[0])
    assert np.array_equal(step, pickle.loads(pickle.dumps(rule)).step(state, grad, 0.3, 0)[0])
    assert not steps_of(rule, [[0.0, 0.0]])[0].any()
    assert typst.compile(f"$ {rule.formula} $".encode(), format="svg")


@pytest.mark.parametrize("name", RATED)
def test_a_bowl_converges(name: str) -> None:
    """At a modest rate every rule ends at the bottom of a bowl; AdamW beside it, on the side of 0."""
    run = descend(COSTS["bowl"], MADE[name], constant(0.1), (5.0,), 2000)
    assert run.x[-1, 0] == pytest.approx(
        2.995 if name == "adamw" else 3, abs=0.005 if name == "adamw" else 1e-6
    )


@pytest.mark.parametrize("cost", [name for name, cost in COSTS.items() if cost.dim == 2])
@pytest.mark.parametrize("name", RATED)
def test_suited_rates_go_down(name: str, cost: str) -> None:
    """With its own rate each rule gets lower on each surface, and none diverges."""
    made = COSTS[cost]
    run = descend(made, MADE[name], constant(suited_rate(name, made)), made.start, 60)
    assert run.status is not Status.DIVERGED
    assert run.cost[-1] < 0.3 * run.cost[0]


# What they are


@pytest.mark.parametrize("beta", [0.3, 0.99])
def test_momentum_is_polyaks_heavy_ball_and_nesterov_sutskevers_look_ahead(beta: float) -> None:
    """One is x - lr J'(x) + beta (x - x_before), one y + beta u with u <- beta u - lr J'(y + beta u)."""
    cost, lr = COSTS["himmelblau"], 2e-3
    before = x = y = np.array(cost.start)
    u = np.zeros(2)
    ball, ahead = (descend(cost, rule, constant(lr), x, 60) for rule in (momentum(beta), nesterov(beta)))
    for t in range(1, 61):
        before, x = x, x - lr * cost.grad(x) + beta * (x - before)
        u = beta * u - lr * cost.grad(y + beta * u)
        y = y + u
        assert ball.x[t] == pytest.approx(x, rel=1e-10)
        assert ahead.x[t] == pytest.approx(y + beta * u, rel=1e-10)
        assert ahead.states.velocity[t] == pytest.approx(-u / lr, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("rule", [adagrad(), rmsprop(), adam(), adamw()], ids=lambda rule: rule.name)
def test_each_axis_has_a_rate_of_its_own(rule: Rule) -> None:
    """Each step is its axis's rate times the slope, in Adam the corrected first moment: steepness cancels."""
    run = descend(COSTS["ravine"], rule, constant(0.1), (-3.5, 2.0), 30)
    rates, way = axis_rates(run), run.grad[:-1]
    if "first_moment" in run.states._fields:
        way = run.states.first_moment[1:] / (1 - 0.9 ** np.arange(1, 31)[:, np.newaxis])
    decay = 0.1 * 0.01 * run.x[:-1] if rule.name == "adamw" else 0
    assert rates is not None
    assert run.step == pytest.approx(-rates * way - decay, rel=1e-12, abs=1e-15)
    grads = np.random.default_rng(5).normal(size=(20, 1)) * [1, 1e6]
    if rule.name != "adamw":
        assert all(step[1] == pytest.approx(step[0], rel=1e-5) for step in steps_of(rule, list(grads)))
    for other in (gradient_descent(), momentum()):
        assert axis_rates(descend(COSTS["ravine"], other, constant(0.1), (-3.5, 2.0), 5)) is None


def test_adamw_is_adam_and_shrinks_the_point() -> None:
    """Without decay to the last bit; where it is flat, each step takes off the rate times the decay."""
    cost = COSTS["beale"]
    runs = [descend(cost, rule, constant(0.1), cost.start, 60) for rule in (adam(), adamw(weight_decay=0))]
    assert np.array_equal(runs[0].x, runs[1].x)
    flat = descend(
        cost, adamw(weight_decay=0.5), constant(0.2), (8.0, -0.1), 3, gradient=lambda x, t: np.zeros(2)
    )
    assert flat.x[-1] == pytest.approx(np.array([8.0, -0.1]) * 0.9**3)
    long = descend(COSTS["himmelblau"], adamw(), constant(0.05), (-0.5, -1.5), 1500)
    assert np.array_equal(long.states.point, long.x)


def test_formulas_show_the_settings() -> None:
    """The state's lines come first; no rounding noise in what is left of a share."""
    assert fixed(1.5).formula == 'a <- a - 1.5 dot op("sign") J\'(a)'
    assert momentum(0.8).formula == r"v <- 0.8 v + J'(a) \ a <- a - eta v"
    assert adamw().formula.split(" \\ ") == [
        "m <- 0.9 m + 0.1 J'(a)",
        "v <- 0.999 v + 0.001 J'(a)^2",
        "a <- a - eta (hat(m) / (sqrt(hat(v)) + epsilon) + 0.01 a)",
    ]


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (fixed, {"size": 0}, "step size must be a finite number above 0, got 0"),
        (fixed, {"size": math.inf}, "step size must be a finite number above 0, got inf"),
        (momentum, {"beta": 1}, "momentum must be a number from 0 to below 1, got 1"),
        (nesterov, {"beta": math.nan}, "momentum must be a number from 0 to below 1, got nan"),
        (adagrad, {"epsilon": 0}, "epsilon must be a finite number above 0, got 0"),
        (adagrad, {"initial": -1}, "initial sum of squares must be a finite number, 0 or more, got -1"),
        (rmsprop, {"alpha": 1}, "alpha must be a number from 0 to below 1, got 1"),
        (rmsprop, {"epsilon": math.nan}, "epsilon must be a finite number above 0, got nan"),
        (adam, {"beta1": 1}, "beta1 must be a number from 0 to below 1, got 1"),
        (adam, {"beta2": -0.5}, "beta2 must be a number from 0 to below 1, got -0.5"),
        (adam, {"epsilon": -1}, "epsilon must be a finite number above 0, got -1"),
        (adamw, {"weight_decay": -0.1}, "weight decay must be a finite number, 0 or more, got -0.1"),
    ],
)
def test_settings_out_of_range_are_refused(
    make: Callable[..., Rule], options: dict[str, float], message: str
) -> None:
    """The wrong number is named in one line, with what would do."""
    with pytest.raises(ValueError, match=f"^{message}$"):
        make(**options)
