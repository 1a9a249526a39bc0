from __future__ import annotations

import math

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.momentum import momentum, nesterov
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant


def test_momentum_by_hand() -> None:
    """On J = (a - 3)^2 + 1 from 13 at a rate of 0.1: v = 20, then 0.5 * 20 + 16 = 26, then 13 + 10.8."""
    run = descend(COSTS["bowl"], momentum(0.5), constant(0.1), (13.0,), 3)
    assert run.states.velocity[:, 0] == pytest.approx([0, 20, 26, 23.8])
    assert run.x[:, 0] == pytest.approx([13, 11, 8.4, 6.02])


def test_nesterov_by_hand() -> None:
    """The same from the slope and half the new velocity: 20 + 10, then 14 + 12."""
    run = descend(COSTS["bowl"], nesterov(0.5), constant(0.1), (13.0,), 2)
    assert run.states.velocity[:, 0] == pytest.approx([0, 20, 24])
    assert run.x[:, 0] == pytest.approx([13, 10, 7.4])


@pytest.mark.parametrize("rule", [momentum(0), nesterov(0)], ids=lambda rule: rule.name)
def test_without_memory_it_is_gradient_descent(rule: object) -> None:
    """At a beta of 0 nothing is left of the last velocity."""
    plain = descend(COSTS["himmelblau"], gradient_descent(), constant(0.01), (-0.5, -1.5), 40)
    assert np.array_equal(descend(COSTS["himmelblau"], rule, constant(0.01), (-0.5, -1.5), 40).x, plain.x)  # type: ignore[arg-type]


@pytest.mark.parametrize("beta", [0.3, 0.9, 0.99])
def test_momentum_is_polyaks_heavy_ball(beta: float) -> None:
    """x_{t+1} = x_t - lr J'(x_t) + beta (x_t - x_{t-1}), with x_{-1} = x_0."""
    cost, lr = COSTS["rosenbrock"], 3e-4
    before = x = np.array(cost.start)
    run = descend(cost, momentum(beta), constant(lr), cost.start, 60)
    for point in run.x[1:]:
        before, x = x, x - lr * cost.grad(x) + beta * (x - before)
        assert point == pytest.approx(x, rel=1e-11)


@pytest.mark.parametrize("beta", [0.3, 0.9, 0.99])
def test_nesterov_is_the_look_ahead_of_sutskevers(beta: float) -> None:
    """With u <- beta u - lr J'(y + beta u), y <- y + u: our x is y + beta u, and our velocity -u / lr."""
    cost, lr = COSTS["himmelblau"], 2e-3
    y, u = np.array(cost.start), np.zeros(2)
    run = descend(cost, nesterov(beta), constant(lr), cost.start, 60)
    for point, velocity in zip(run.x[1:], run.states.velocity[1:], strict=True):
        u = beta * u - lr * cost.grad(y + beta * u)
        y = y + u
        assert point == pytest.approx(y + beta * u, rel=1e-10)
        assert velocity == pytest.approx(-u / lr, rel=1e-9, abs=1e-9)


def test_a_steady_slope_is_taken_ten_times() -> None:
    """The velocity on an even slope approaches 1 / (1 - beta) of it."""
    rule = momentum(0.9)
    state = rule.init(np.zeros(1))
    for t in range(400):
        step, state = rule.step(state, np.array([2.0]), 0.1, t)
    assert state.velocity == pytest.approx([20])
    assert step == pytest.approx([-2])


@pytest.mark.parametrize("make", [momentum, nesterov])
@pytest.mark.parametrize("beta", [-0.1, 1, 1.5, math.nan, math.inf])
def test_a_share_that_is_none_is_refused(make: object, beta: float) -> None:
    """The wrong number is named in one line."""
    with pytest.raises(ValueError, match=rf"^momentum must be a number from 0 to below 1, got {beta}$"):
        make(beta)  # type: ignore[operator]


def test_formulas_show_the_share() -> None:
    """The state's line comes first; beta is the real number."""
    assert momentum(0.8).formula == r"v <- 0.8 v + J'(a) \ a <- a - eta v"
    assert nesterov(0.8).formula == r"v <- 0.8 v + J'(a) \ a <- a - eta (J'(a) + 0.8 v)"
