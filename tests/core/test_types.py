from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import fixed, gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Cost, Trajectory

BOWL = COSTS["bowl"]


def run(cost: Cost, lr: float, start: tuple[float, ...], steps: int = 29) -> Trajectory:
    """Descend at a constant rate."""
    return descend(cost, gradient_descent(), constant(lr), start, steps)


@pytest.mark.parametrize(("start", "target"), [(4.6, 3), (1.01, 3), (0.99, -2), (-4, -2)])
def test_the_target_is_the_minimum_the_run_ends_nearest_to(start: float, target: float) -> None:
    """Not the lowest minimum, nor the one nearest to the start, but where it went."""
    trajectory = run(COSTS["two-minima"], 0.3, (start,), 300)
    assert trajectory.target.tolist() == [target]
    assert trajectory.errors == pytest.approx(np.abs(trajectory.x[:, 0] - target))


def test_errors_are_distances_in_the_plane() -> None:
    """Errors are Euclidean, in the units of x."""
    trajectory = run(COSTS["bowl-2d"], 0.25, (4.0, 3.0), 2)
    assert trajectory.errors.tolist() == [5, 2.5, 1.25]


@pytest.mark.parametrize(
    ("lr", "step"), [(0.99, None), (0.9, 21), (0.3, 6), (0.1, 21), (0.01, None), (0.5, 1)]
)
def test_first_within_a_tenth(lr: float, step: int | None) -> None:
    """The first step that is within 0.1 of the minimum is the one that the closed form gives."""
    distances = 10 * np.abs(1 - 2 * lr) ** np.arange(30)
    assert run(BOWL, lr, (13.0,)).first_within() == step
    assert step == next((t for t, distance in enumerate(distances) if distance <= 0.1), None)


def test_first_within_counts_the_edge() -> None:
    """3.1 is 0.1 away from 3, although floats say a little more."""
    trajectory = descend(BOWL, fixed(1), constant(1), (3.1,), 1)
    assert trajectory.errors[0] > 0.1
    assert trajectory.first_within(0.1) == 0
    assert trajectory.first_within(0.0999999) is None


def test_a_cost_without_known_minima_takes_the_end_for_its_target() -> None:
    """A stranger's cost may know no minimum: then the last point stands in."""
    blind = dataclasses.replace(BOWL, minima=())
    trajectory = run(blind, 0.3, (13.0,))
    assert trajectory.target.tolist() == trajectory.x[-1].tolist()
    assert trajectory.errors[-1] == 0


def test_distances_do_not_overflow() -> None:
    """A point far out has a distance, although its square is beyond the floats."""
    line = dataclasses.replace(
        COSTS["bowl-2d"], value=lambda x: x.sum(axis=-1), grad=np.ones_like, minima=((0.0, 0.0),)
    )
    trajectory = run(line, 1, (3e200, 4e200), 1)
    assert trajectory.errors == pytest.approx(5e200)
