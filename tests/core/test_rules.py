from __future__ import annotations

import pickle

import numpy as np
import pytest
import typst

from lranim.core.rules import RULES, fixed, gradient_descent, slope
from lranim.core.types import Rule

EVERY = [
    pytest.param(fixed(1.5), id="fixed"),
    pytest.param(slope(), id="slope"),
    pytest.param(gradient_descent(), id="gradient-descent"),
]


def one_step(rule: Rule, grad: list[float], lr: float = 0.3) -> list[float]:
    """Give the first step for a gradient."""
    x = np.zeros(len(grad))
    step, _ = rule.step(rule.init(x), np.array(grad), lr, 0)
    return step.tolist()


def test_the_table_names_each_factory_by_its_rule() -> None:
    """The key of a row is the name of the rule that it makes."""
    assert {"fixed": fixed, "slope": slope, "gradient-descent": gradient_descent} == RULES
    assert fixed(1).name == "fixed"
    assert slope().name == "slope"
    assert gradient_descent().name == "gradient-descent"


def test_fixed_steps_by_its_size_against_the_slope() -> None:
    """In 1-D only the sign of the slope counts."""
    assert one_step(fixed(1.5), [20.0]) == [-1.5]
    assert one_step(fixed(1.5), [-1e-300]) == [1.5]
    assert one_step(fixed(2), [1e300]) == [-2.0]


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1.0, 1e160, 1e300])
def test_fixed_keeps_its_length_in_any_direction(size: float) -> None:
    """In n-D the step has the asked length, opposite to the gradient, however small or large that is."""
    step = one_step(fixed(10), [3 * size, -4 * size])
    assert step == pytest.approx([-6, 8], rel=1e-14)


def test_fixed_does_not_step_where_it_is_flat() -> None:
    """A zero gradient has no direction, and its step is zero: alone and within a batch."""
    assert one_step(fixed(1.5), [0.0]) == [0.0]
    assert one_step(fixed(1.5), [0.0, 0.0]) == [0.0, 0.0]
    step, _ = fixed(5).step(None, np.array([[0.0, 0.0], [3.0, 4.0]]), 1.0, 0)
    assert step == pytest.approx(np.array([[0, 0], [-3, -4]]))


def test_slope_steps_by_the_gradient() -> None:
    """The step is the gradient turned round, whatever the rate."""
    assert one_step(slope(), [5.0], lr=0.1) == [-5.0]
    assert one_step(slope(), [1.0, -2.0], lr=7) == [-1.0, 2.0]


def test_gradient_descent_steps_by_rate_times_gradient() -> None:
    """The step is the gradient times the rate, turned round."""
    assert one_step(gradient_descent(), [20.0], lr=0.25) == [-5.0]
    assert one_step(gradient_descent(), [1.0, -2.0], lr=0.5) == [-0.5, 1.0]


@pytest.mark.parametrize("rule", EVERY)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_batch_equals_its_points(rule: Rule, n: int) -> None:
    """A batch of points with a rate each steps, to the last bit, like each point alone."""
    rng = np.random.default_rng(3)
    grad, lr = rng.normal(size=(20, n)), rng.uniform(0, 2, (20, 1))
    step, _ = rule.step(rule.init(np.zeros((20, n))), grad, lr, 0)
    assert step.shape == (20, n)
    for i in range(20):
        alone, _ = rule.step(rule.init(np.zeros(n)), grad[i], float(lr[i, 0]), 0)
        assert np.array_equal(step[i], alone)


@pytest.mark.parametrize("rule", EVERY)
@pytest.mark.parametrize("n", [1, 2])
def test_inputs_are_not_changed(rule: Rule, n: int) -> None:
    """A step works on a read-only gradient and is no view of it."""
    grad = np.arange(1.0, n + 1)
    grad.setflags(write=False)
    step, _ = rule.step(rule.init(np.zeros(n)), grad, 0.1, 0)
    assert not np.shares_memory(step, grad)


@pytest.mark.parametrize("rule", EVERY)
def test_only_gradient_descent_uses_the_rate(rule: Rule) -> None:
    """The steps of the other rules are the same at any rate."""
    depends = one_step(rule, [4.0], lr=0.1) != one_step(rule, [4.0], lr=0.2)
    assert depends is (rule.name == "gradient-descent")


@pytest.mark.parametrize("size", [0, -1, float("nan"), float("inf")])
def test_fixed_refuses_a_useless_size(size: float) -> None:
    """A size that is not a finite number above 0 is named in the error."""
    with pytest.raises(ValueError, match=rf"got {size}"):
        fixed(size)


@pytest.mark.parametrize("rule", EVERY)
def test_the_formula_compiles(rule: Rule) -> None:
    """Typst accepts the formula."""
    assert typst.compile(f"$ {rule.formula} $".encode(), format="svg")


def test_formulas_show_the_update() -> None:
    """The formula holds the real size, and eta only where there is a rate."""
    assert fixed(1.5).formula == 'a <- a - 1.5 dot op("sign") J\'(a)'
    assert slope().formula == "a <- a - J'(a)"
    assert gradient_descent().formula == "a <- a - eta dot J'(a)"


@pytest.mark.parametrize("rule", EVERY)
def test_a_rule_can_be_pickled(rule: Rule) -> None:
    """A rule can be sent to another process."""
    assert one_step(pickle.loads(pickle.dumps(rule)), [4.0]) == one_step(rule, [4.0])
