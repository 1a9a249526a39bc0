from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typst

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import RULES, fixed, gradient_descent, slope
from lranim.core.schedules import constant
from lranim.core.types import Array, Rule

REFERENCE = json.loads((Path(__file__).parent / "data" / "optimizers.json").read_text(encoding="utf-8"))
MADE = {name: fixed(1.5) if name == "fixed" else make() for name, make in RULES.items()}
EVERY = [pytest.param(rule, id=name) for name, rule in MADE.items()]
OF_RATE = [pytest.param(rule, id=name) for name, rule in MADE.items() if name not in ("fixed", "slope")]


def named(row: dict[str, Any]) -> str:
    """Name a reference row in the test's report."""
    return f"{row['cost']}-{row['call']}"


def one_step(rule: Rule, grad: list[float], lr: float = 0.3) -> list[float]:
    """Give the first step for a gradient."""
    x = np.zeros(len(grad))
    step, _ = rule.step(rule.init(x), np.array(grad), lr, 0)
    return step.tolist()


def test_the_table_names_each_factory_by_its_rule() -> None:
    """The key of a row is the name of the rule that it makes, and of its function."""
    assert list(RULES) == [
        "fixed",
        "slope",
        "gradient-descent",
        "momentum",
        "nesterov",
        "adagrad",
        "rmsprop",
        "adam",
        "adamw",
    ]
    for name, make in RULES.items():
        assert MADE[name].name == name == make.__name__.replace("_", "-")
        assert MADE[name].summary


@pytest.mark.parametrize("row", REFERENCE["same"], ids=named)
def test_torch_and_optax_take_the_same_steps(row: dict[str, Any]) -> None:
    """Every point of a run is, to 1e-10, where the reference implementation puts it."""
    rule = RULES[row["rule"]](**row["options"])
    x = np.array(row["x"])
    run = descend(COSTS[row["cost"]], rule, constant(row["lr"]), x[0], len(x) - 1)
    assert run.x == pytest.approx(x, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("row", REFERENCE["different"], ids=named)
def test_optax_as_it_comes_differs_by_epsilon_under_the_root(row: dict[str, Any]) -> None:
    """The docstrings say where optax differs, and that it does so by no more than epsilon explains."""
    rule = RULES[row["rule"]](**row["options"])
    x = np.array(row["x"])
    run = descend(COSTS[row["cost"]], rule, constant(row["lr"]), x[0], len(x) - 1)
    apart = np.abs(run.x - x).max()
    assert 1e-9 < apart < 10 * row["options"]["epsilon"]


def test_every_rule_has_a_reference() -> None:
    """A rule with a rate was compared with torch, and with optax too."""
    for library in ("torch", "optax"):
        rules = {row["rule"] for row in REFERENCE["same"] if row["call"].startswith(library)}
        assert rules == set(RULES) - {"fixed", "slope"}


@pytest.mark.parametrize("rule", OF_RATE)
def test_a_bowl_converges(rule: Rule) -> None:
    """At a modest rate every rule ends at the bottom of a bowl; AdamW beside it, on the side of 0."""
    run = descend(COSTS["bowl"], rule, constant(0.1), (5.0,), 2000)
    if rule.name == "adamw":
        assert 2.99 < run.x[-1, 0] < 3
    else:
        assert run.x[-1, 0] == pytest.approx(3, abs=1e-6)


@pytest.mark.parametrize("rule", EVERY)
def test_a_step_costs_one_gradient(rule: Rule) -> None:
    """T steps of any rule are told T gradients: the budget of a comparison is its number of steps."""
    told = []

    def gradient(x: Array, t: int) -> Array:
        told.append(t)
        return COSTS["oval"].grad(x)

    run = descend(COSTS["oval"], rule, constant(0.1), (-2.0, 0.5), 17, gradient=gradient)
    assert run.steps == len(told) == 17
    assert told == list(range(17))


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
    """A batch of points with a rate each steps, to the last bit, like each point alone, and remembers it."""
    rng = np.random.default_rng(3)
    x, lr = rng.normal(size=(20, n)), rng.uniform(0, 2, (20, 1))
    state, alone = rule.init(x), [rule.init(point) for point in x]
    for t in range(3):
        grad = rng.normal(size=(20, n))
        step, state = rule.step(state, grad, lr, t)
        assert step.shape == (20, n)
        for i in range(20):
            one, alone[i] = rule.step(alone[i], grad[i], float(lr[i, 0]), t)
            assert np.array_equal(step[i], one)
            for field, part in zip(state or (), alone[i] or (), strict=True):
                assert np.array_equal(field[i], part)


@pytest.mark.parametrize("rule", EVERY)
@pytest.mark.parametrize("n", [1, 2])
def test_inputs_are_not_changed(rule: Rule, n: int) -> None:
    """A step works on a read-only gradient and state, and is no view of them; nor is a state of the start."""
    x, grad = np.ones(n), np.arange(1.0, n + 1)
    first = rule.init(x)
    for array in (grad, *(first or ())):
        array.setflags(write=False)
    step, after = rule.step(first, grad, 0.1, 0)
    for array in (step, *(first or ()), *(after or ())):
        assert not any(np.shares_memory(array, given) for given in (x, grad))
    assert not any(np.shares_memory(old, new) for old in first or () for new in after or ())


@pytest.mark.parametrize("rule", EVERY)
def test_who_uses_the_rate(rule: Rule) -> None:
    """The first steps of fixed and slope are the same at any rate; those of the others go by it."""
    one, two = one_step(rule, [4.0], lr=0.1), one_step(rule, [4.0], lr=0.2)
    if rule.name in ("fixed", "slope"):
        assert one == two
    else:
        assert two == pytest.approx([2 * part for part in one])


@pytest.mark.parametrize("rule", EVERY)
def test_where_it_is_flat_there_is_no_first_step(rule: Rule) -> None:
    """A zero gradient at the origin moves nothing, and divides nothing by 0."""
    assert np.abs(one_step(rule, [0.0, 0.0])).max() == 0


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
