"""Which optimizers can be compared, and at what rates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.schedules import constant
from lranim.core.types import Status
from lranim.options.optimizers import OWN, first_step, known, rate_of, rates_of, rule_of
from lranim.params import MOST

SURFACES = [name for name, cost in COSTS.items() if cost.dim == 2]


@pytest.mark.parametrize("cost", SURFACES)
@pytest.mark.parametrize("name", OWN)
def test_suited_rates_go_down(name: str, cost: str) -> None:
    """With its own rate each optimizer gets lower on each surface, and none diverges."""
    made = COSTS[cost]
    run = descend(made, rule_of(name, 0.8), constant(rate_of(name, made)), made.start, 60)
    assert run.status is not Status.DIVERGED
    assert run.cost[-1] < 0.3 * run.cost[0]


@pytest.mark.parametrize("name", OWN)
def test_the_first_step_is_that_of_the_descent(name: str) -> None:
    """What is checked before drawing is what is drawn."""
    cost = COSTS["ravine"]
    run = descend(cost, rule_of(name, 0.7), constant(0.1), cost.start, 1)
    assert np.array_equal(first_step(name, 0.7, 0.1, run.x[0], run.grad[0]), run.step[0])


def test_rates_are_for_all_or_one_each() -> None:
    """One given is that of all, two are one each, none are suited."""
    cost = COSTS["ravine"]
    assert rates_of(["adam", "adamw"], [0.3], cost) == {"adam": 0.3, "adamw": 0.3}
    assert rates_of(["adam", "adamw"], [0.3, 0.1], cost) == {"adam": 0.3, "adamw": 0.1}
    assert rates_of(["adam"], [], cost) == {"adam": rate_of("adam", cost)}


def test_a_suited_rate_is_one_that_a_scene_takes() -> None:
    """However wide the domain is."""
    wide = replace(COSTS["ravine"], domain=((-1e4, 1e4), (-1e4, 1e4)))
    assert [rate_of(name, wide) for name in ("gradient-descent", "adagrad", "adam")] == [0.4, MOST, MOST]


@pytest.mark.parametrize("name", ["fixed", "slope", "sgd", ""])
def test_what_has_no_rate_is_no_choice(name: str) -> None:
    """The choices are named."""
    with pytest.raises(ValueError, match=f"--optimizer is {name}; it must be one of gradient-descent, mom"):
        known(name)
