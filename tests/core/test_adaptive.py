from __future__ import annotations

import math

import numpy as np
import pytest

from lranim.core.adam import adam, adamw
from lranim.core.adaptive import adagrad, rmsprop
from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.schedules import constant
from lranim.core.states import axis_rates
from lranim.core.types import Rule


def test_adagrad_by_hand() -> None:
    """G is 9, then 9 + 16; steps are 0.5 * 3 / 3 and 0.5 * 4 / 5."""
    rule = adagrad()
    one, state = rule.step(rule.init(np.zeros(1)), np.array([3.0]), 0.5, 0)
    assert state.square_sum == pytest.approx([9])
    two, state = rule.step(state, np.array([4.0]), 0.5, 1)
    assert state.square_sum == pytest.approx([25])
    assert [one, two] == [pytest.approx([-0.5]), pytest.approx([-0.4])]


def test_adagrad_begins_where_it_is_told() -> None:
    """With G at 16 and a slope of 3 the divisor is 5 and epsilon."""
    rule = adagrad(epsilon=1, initial=16)
    assert rule.step(rule.init(np.zeros(1)), np.array([3.0]), 0.6, 0)[0] == pytest.approx([-0.3])


def test_rmsprop_by_hand() -> None:
    """The average is 0.25 * 16, then 0.75 * 4 + 0.25 * 52; steps are 4 / 2 and sqrt(52) / 4 rates."""
    rule = rmsprop(alpha=0.75)
    one, state = rule.step(rule.init(np.zeros(1)), np.array([4.0]), 0.1, 0)
    two, state = rule.step(state, np.array([math.sqrt(52)]), 0.1, 1)
    assert state.square_average == pytest.approx([16])
    assert [one, two] == [pytest.approx([-0.2]), pytest.approx([-0.1 * math.sqrt(52) / 4])]


def test_rmsprop_forgets_and_adagrad_does_not() -> None:
    """After one steep slope and many gentle ones, RMSProp steps a full rate, AdaGrad next to nothing."""
    last = []
    for rule in (rmsprop(0.9), adagrad()):
        state = rule.init(np.zeros(1))
        for t in range(300):
            step, state = rule.step(state, np.array([1000.0 if t == 0 else 1.0]), 0.1, t)
        last.append(float(step[0]))
    assert last == [pytest.approx(-0.1, rel=1e-3), pytest.approx(-1e-4, rel=1e-3)]


@pytest.mark.parametrize("rule", [adagrad(), rmsprop(), adam()], ids=lambda rule: rule.name)
def test_how_steep_an_axis_is_does_not_matter(rule: Rule) -> None:
    """Slopes of an axis a million times as large give the same steps."""
    rng = np.random.default_rng(5)
    state = rule.init(np.zeros(2))
    for t in range(20):
        grad = rng.normal()
        step, state = rule.step(state, np.array([grad, 1e6 * grad]), 0.1, t)
        assert step[1] == pytest.approx(step[0], rel=1e-5)


@pytest.mark.parametrize("rule", [adagrad(), rmsprop(), adam(), adamw()], ids=lambda rule: rule.name)
@pytest.mark.parametrize("name", ["ravine", "bowl"])
def test_axis_rates_are_those_of_the_steps(rule: Rule, name: str) -> None:
    """Each step is its axis's rate times the slope; in Adam, times the corrected first moment."""
    cost, lr = COSTS[name], 0.1
    run = descend(cost, rule, constant(lr), cost.start, 30)
    rates = axis_rates(run)
    assert rates is not None
    assert rates.shape == run.step.shape
    if "first_moment" in run.states._fields:
        t = np.arange(1, 31)[:, np.newaxis]
        way = run.states.first_moment[1:] / (1 - 0.9**t)
    else:
        way = run.grad[:-1]
    decay = lr * 0.01 * run.x[:-1] if rule.name == "adamw" else 0
    assert run.step == pytest.approx(-rates * way - decay, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (adagrad, {"epsilon": 0}, "epsilon must be a finite number above 0, got 0"),
        (adagrad, {"initial": -1}, "initial sum of squares must be a finite number, 0 or more, got -1"),
        (rmsprop, {"alpha": 1}, "alpha must be a number from 0 to below 1, got 1"),
        (rmsprop, {"epsilon": math.nan}, "epsilon must be a finite number above 0, got nan"),
        (adam, {"beta1": 1}, "beta1 must be a number from 0 to below 1, got 1"),
        (adam, {"beta2": -0.5}, "beta2 must be a number from 0 to below 1, got -0.5"),
        (adam, {"epsilon": -1}, "epsilon must be a finite number above 0, got -1"),
        (adamw, {"beta2": math.nan}, "beta2 must be a number from 0 to below 1, got nan"),
        (adamw, {"weight_decay": -0.1}, "weight decay must be a finite number, 0 or more, got -0.1"),
        (adamw, {"weight_decay": math.inf}, "weight decay must be a finite number, 0 or more, got inf"),
    ],
)
def test_settings_out_of_range_are_refused(make: object, options: dict[str, float], message: str) -> None:
    """The wrong number is named in one line, with what would do."""
    with pytest.raises(ValueError, match=f"^{message}$"):
        make(**options)  # type: ignore[operator]


def test_formulas_have_the_whole_slope_in_the_numerator() -> None:
    """Typst would take ``J'(a) / x`` for J' times a / x."""
    assert adagrad().formula == r"G <- G + J'(a)^2 \ a <- a - eta (J'(a)) / (sqrt(G) + epsilon)"
    assert rmsprop(0.9).formula.startswith(r"s <- 0.9 s + 0.1 J'(a)^2 \ a <- a - eta (J'(a)) / (")
