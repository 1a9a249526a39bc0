"""What a run, or several, came to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.results import Runs, Table, best_of, falls
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Cost, Status, Trajectory

BOWL = COSTS["bowl"]
FALLING = replace(BOWL, value=lambda x: -np.exp(x[..., 0]), grad=lambda x: -np.exp(x), minima=((-7.0,),))


def run(cost: Cost, lr: float = 0.3, start: float = 2.0, steps: int = 30) -> Trajectory:
    """Descend at a constant rate."""
    return descend(cost, gradient_descent(), constant(lr), (start,), steps)


def test_no_run_is_an_error() -> None:
    """There is nothing to compare."""
    with pytest.raises(ValueError, match="no run for any lr"):
        Runs(key="lr", runs={})


def test_rows_are_plain_numbers() -> None:
    """Whole numbers stay whole, words stay words."""
    table = Table({"run": np.array(["a", "b"]), "epoch": np.arange(2), "loss": np.array([1.0, 2.5])})
    assert table.rows() == [("a", 0, 1.0), ("b", 1, 2.5)]
    assert [type(value) for value in table.rows()[0]] == [str, int, float]


@pytest.mark.parametrize(
    "columns", [{}, {"a": np.arange(2), "b": np.arange(3)}, {"a": np.zeros((2, 2))}, {"a": np.array(1.0)}]
)
def test_columns_have_one_length(columns: dict[str, np.ndarray]) -> None:
    """Else they are no table."""
    with pytest.raises(ValueError, match="must have one length"):
        Table(columns)


def test_a_run_that_falls_diverges_though_its_cost_never_rose() -> None:
    """For ever, or until no cost is left."""
    assert run(FALLING, 1.0).status is Status.DIVERGED
    assert falls(run(FALLING, 1.0))
    assert not falls(run(BOWL, 1.1))
    assert not falls(run(BOWL))


def test_the_best_point_of_a_run() -> None:
    """That of the lowest minimum, the first known; without one, where the run ends."""
    assert best_of(run(COSTS["two-minima"], start=4.0)) == -2.0
    blind = run(replace(BOWL, minima=()))
    assert best_of(blind) == blind.x[-1, 0]
