from __future__ import annotations

import numpy as np
import pytest

from lranim.core.adam import adam, adamw
from lranim.core.costs import COSTS
from lranim.core.descend import descend, sweep
from lranim.core.schedules import constant


def test_adam_by_hand() -> None:
    """With shares of a half and slopes 2 and 4: m = 1, 2.5 and v = 2, 9; corrected by 1/2, then 3/4."""
    rule = adam(beta1=0.5, beta2=0.5)
    one, state = rule.step(rule.init(np.zeros(1)), np.array([2.0]), 0.1, 0)
    assert (state.first_moment, state.second_moment) == (pytest.approx([1]), pytest.approx([2]))
    two, state = rule.step(state, np.array([4.0]), 0.1, 1)
    assert (state.first_moment, state.second_moment) == (pytest.approx([2.5]), pytest.approx([9]))
    assert one == pytest.approx([-0.1])
    assert two == pytest.approx([-0.1 * (2.5 / 0.75) / np.sqrt(9 / 0.75)])


@pytest.mark.parametrize("grad", [1e-3, 1.0, 1e6])
def test_the_first_step_is_one_rate_long(grad: float) -> None:
    """Corrected for their start at 0, the first moments are the slope and its square."""
    rule = adam()
    step, _ = rule.step(rule.init(np.zeros(2)), np.array([grad, -grad]), 0.3, 0)
    assert step == pytest.approx([-0.3, 0.3], rel=2e-5)


def test_adamw_without_decay_is_adam() -> None:
    """To the last bit, on a curved surface."""
    cost = COSTS["beale"]
    plain, without = (
        descend(cost, rule, constant(0.1), cost.start, 60) for rule in (adam(), adamw(weight_decay=0))
    )
    assert np.array_equal(plain.x, without.x)


def test_adamw_shrinks_the_point_by_itself() -> None:
    """Where it is flat, each step takes off the rate times the decay, whatever the point's size."""
    rule = adamw(weight_decay=0.5)
    x = np.array([8.0, -0.1])
    state = rule.init(x)
    for t in range(3):
        step, state = rule.step(state, np.zeros(2), 0.2, t)
        x = x + step
    assert x == pytest.approx(np.array([8.0, -0.1]) * 0.9**3)


def test_adamw_remembers_the_runs_own_points() -> None:
    """The point that it carries is, to the last bit, the loop's: alone, over chunks, and side by side."""
    cost = COSTS["himmelblau"]
    run = descend(cost, adamw(), constant(0.05), cost.start, 1500)
    assert np.array_equal(run.states.point, run.x)
    many = sweep(cost, adamw(), [0.01, 0.05], cost.start, 100)
    assert np.array_equal(many.x[:, 1], run.x[:101])


def test_formulas_show_the_settings() -> None:
    """A line for each moment, then the step; no rounding noise in what is left of a share."""
    lines = adamw(0.9, 0.999, weight_decay=0.01).formula.split(" \\ ")
    assert lines == [
        "m <- 0.9 m + 0.1 J'(a)",
        "v <- 0.999 v + 0.001 J'(a)^2",
        "a <- a - eta (hat(m) / (sqrt(hat(v)) + epsilon) + 0.01 a)",
    ]
