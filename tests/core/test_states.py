from __future__ import annotations

import pickle
from typing import NamedTuple

import numpy as np
import pytest

from lranim.core.adam import adam
from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.momentum import momentum
from lranim.core.rules import RULES, gradient_descent
from lranim.core.schedules import constant
from lranim.core.states import axis_rates, stacked
from lranim.core.types import Array, Status

STATEFUL = ["momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"]


class Pair(NamedTuple):
    """A state of two fields."""

    one: Array
    two: Array


def test_fields_are_stacked_in_order() -> None:
    """A row a state, a field a field."""
    both = stacked([Pair(np.array([1.0]), np.array([2.0])), Pair(np.array([3.0]), np.array([4.0]))])
    assert isinstance(both, Pair)
    assert (both.one.tolist(), both.two.tolist()) == ([[1], [3]], [[2], [4]])


@pytest.mark.parametrize("state", [None, 3, {"velocity": 1}, (1, 2)])
def test_other_states_are_not_kept(state: object) -> None:
    """Only a NamedTuple has names to draw by."""
    assert stacked([state, state]) is None


@pytest.mark.parametrize("name", STATEFUL)
@pytest.mark.parametrize("steps", [1, 40, 1024, 1025])
def test_a_run_keeps_the_state_after_each_step(name: str, steps: int) -> None:
    """Row 0 is the first state and row t + 1 that after step t, also across chunks; all read-only."""
    cost, rule = COSTS["oval"], RULES[name]()
    run = descend(cost, rule, constant(0.05), cost.start, steps)
    state = rule.init(np.array(cost.start))
    for t in range(steps + 1):
        assert all(np.array_equal(kept[t], part) for kept, part in zip(run.states, state, strict=True))
        if t < steps:
            _, state = rule.step(state, run.grad[t], 0.05, t)
    for field in run.states:
        assert field.shape == (steps + 1, 2)
        assert not field.flags.writeable
    assert np.array_equal(pickle.loads(pickle.dumps(run)).states[0], run.states[0])


def test_the_state_is_that_of_what_the_rule_was_told() -> None:
    """With another gradient than the cost's, the velocity is made of that one."""
    cost = COSTS["bowl"]
    run = descend(cost, momentum(0.5), constant(0.1), (13.0,), 3, gradient=lambda x, t: np.full(x.shape, 8.0))
    assert run.states.velocity[:, 0].tolist() == [0, 8, 12, 14]


def test_rules_without_memory_have_no_states() -> None:
    """Nor a rate for each axis."""
    run = descend(COSTS["oval"], gradient_descent(), constant(0.1), (-2.0, 0.5), 5)
    assert run.states is None
    assert axis_rates(run) is None
    assert axis_rates(descend(COSTS["oval"], momentum(), constant(0.1), (-2.0, 0.5), 5)) is None


def test_states_end_where_the_run_does() -> None:
    """A run that leaves the finite numbers keeps as many states as points, all of them finite."""
    run = descend(COSTS["himmelblau"], momentum(), constant(1.0), (4.0, 4.0), 50)
    assert run.status is Status.DIVERGED
    assert run.steps < 50
    assert run.states.velocity.shape == run.x.shape
    assert np.isfinite(run.states.velocity).all()


def test_a_state_that_is_no_longer_finite_ends_the_run() -> None:
    """A slope whose square is beyond the floats would freeze Adam without a word: it has diverged."""
    run = descend(
        COSTS["bowl"], adam(), constant(0.1), (13.0,), 9, gradient=lambda x, t: x * (1e200 if t == 4 else 1)
    )
    assert run.status is Status.DIVERGED
    assert run.steps == 4
    assert all(np.isfinite(field).all() for field in run.states)
