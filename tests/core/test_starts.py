"""Starts: in the domain, with a way to go, and so many that every valley is found; rates to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.starts import APART, EDGE, FAR, draw_start, rates_about, with_other_starts
from lranim.core.types import NEAR, Array, Trajectory


@pytest.mark.parametrize("name", [name for name, cost in COSTS.items() if cost.dim == 2])
def test_starts_are_in_the_domain_and_away_from_the_minima(name: str) -> None:
    """Whatever the seed, there is a way to go, and the start can be typed again."""
    cost = COSTS[name]
    low, high = np.array(cost.domain).T
    drawn = np.array([draw_start(cost, seed) for seed in range(200)])
    assert np.array_equal(drawn, [draw_start(cost, seed) for seed in range(200)])
    assert ((low < drawn) & (drawn < high)).all()
    gaps = np.abs((drawn[:, None] - np.array(cost.minima)) / ((high - low) / 2)).max(axis=2)
    assert gaps.min() >= FAR
    assert np.array_equal(drawn, drawn.round(2))
    assert len(np.unique(drawn, axis=0)) > 190
    # From at least three sides: a minimum may take up a quarter of the domain.
    quarters = (drawn > (low + high) / 2) @ [1, 2]
    assert sorted(np.bincount(quarters, minlength=4))[1] > 10


def test_minima_everywhere_or_nowhere() -> None:
    """A start is still drawn, within the domain."""
    grid = np.stack(np.meshgrid(*[np.linspace(-4, 4, 9)] * 2), axis=-1).reshape(-1, 2)
    for minima in ((), tuple(map(tuple, grid.tolist()))):
        assert np.abs(draw_start(replace(COSTS["bowl-2d"], minima=minima), 3)).max() <= 4


def test_a_narrow_domain_has_its_starts_inside() -> None:
    """They are rounded to be typed, but not out of a domain that is narrower than a hundredth."""
    cost = replace(COSTS["bowl"], domain=((0.0001, 0.0003),), minima=())
    starts = np.array([draw_start(cost, seed) for seed in range(50)])
    assert ((starts > 0.0001) & (starts < 0.0003)).all()


def follow(
    start: Array | Sequence[float], name: str = "two-minima", lr: float = 0.1, n: int = 25
) -> Trajectory:
    """Gradient descent in small steps."""
    return descend(COSTS[name], gradient_descent(), constant(lr), start, n)


@pytest.mark.parametrize("seed", range(25))
def test_every_valley_is_found(seed: int) -> None:
    """Whatever the seed: three starts in the domain, apart, off its edges, each with a way to go."""
    first = follow(draw_start(COSTS["two-minima"], seed))
    runs = with_other_starts(first, follow, seed)
    assert runs[0] is first
    starts = np.array([run.x[0, 0] for run in runs])
    assert len(starts) == 3
    assert ((starts[1:] >= -4 + 9 * EDGE - 0.006) & (starts[1:] <= 5 - 9 * EDGE + 0.006)).all()
    assert np.diff(np.sort(starts)).min() >= APART * 9
    assert np.array_equal(starts, starts.round(2))
    assert {float(run.target[0]) for run in runs} == {-2.0, 3.0}
    assert max(run.errors[-1] for run in runs) <= NEAR
    assert min(run.errors[0] for run in runs) >= FAR * 4.5
    again = with_other_starts(first, follow, seed)
    assert [run.x[0, 0] for run in again] == starts.tolist()


def test_more_runs_find_more_valleys() -> None:
    """One more goes where the first did not; four find the four minima of Himmelblau's function."""
    for start, other in ((4.6, -2.0), (-3.5, 3.0)):
        assert with_other_starts(follow([start]), follow, 3, count=2)[1].target == other
    recipe = partial(follow, name="himmelblau", lr=0.01, n=200)
    runs = with_other_starts(recipe([-0.5, -1.5]), recipe, 0, count=4)
    assert len({tuple(run.target) for run in runs}) == 4
    assert 3 <= len(with_other_starts(follow([4.6]), follow, 0, count=50)) < 1 / APART


@pytest.mark.parametrize("how", [{"n": 1}, {"lr": 1e-6}, {"lr": 5.0}])
def test_runs_that_never_arrive_are_taken_in_the_end(how: dict[str, float]) -> None:
    """Where no start can fit there are still three, and no endless search."""
    recipe = partial(follow, **how)
    assert len(with_other_starts(recipe([4.6]), recipe, 0)) == 3


def test_the_rates_to_compare_are_too_low_right_and_too_high() -> None:
    """For the bowl those of the lesson; fewer where the highest that a scene takes is right."""
    bowl = COSTS["bowl"]
    assert rates_about(bowl, 100) == (0.01, 0.3, 0.99)
    assert rates_about(replace(bowl, lr=1e9), 100) == (100,)
    flat = replace(bowl, grad=lambda x: 1e-9 * bowl.grad(x), lr=100.0)
    assert rates_about(flat, 100) == (3.3, 100)
