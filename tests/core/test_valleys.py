from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.starts import FAR, draw_start
from lranim.core.types import NEAR, Array, Trajectory
from lranim.core.valleys import APART, EDGE, as_low, with_other_starts


def follow(
    start: Array | Sequence[float], name: str = "two-minima", lr: float = 0.1, n: int = 25
) -> Trajectory:
    """Gradient descent in small steps."""
    return descend(COSTS[name], gradient_descent(), constant(lr), start, n)


@pytest.mark.parametrize("seed", range(25))
def test_every_valley_is_found(seed: int) -> None:
    """Whatever the seed: three starts in the domain, apart, each with a way to go, in both minima."""
    first = follow(draw_start(COSTS["two-minima"], seed))
    runs = with_other_starts(first, follow, seed)
    assert runs[0] is first
    starts = np.array([run.x[0, 0] for run in runs])
    assert len(starts) == 3
    assert ((starts > -4) & (starts < 5)).all()
    assert np.diff(np.sort(starts)).min() >= APART * 9
    assert np.array_equal(starts, starts.round(2))
    assert {float(run.target[0]) for run in runs} == {-2.0, 3.0}
    assert max(run.errors[-1] for run in runs) <= NEAR
    assert min(run.errors[0] for run in runs) >= FAR * 4.5


def test_a_seed_is_a_set_of_starts() -> None:
    """The same seed gives the same starts, another one others."""
    sets = [
        [float(run.x[0, 0]) for run in with_other_starts(follow([4.6]), follow, seed)] for seed in (1, 1, 2)
    ]
    assert sets[0] == sets[1] != sets[2]


def test_no_start_is_beside_an_edge() -> None:
    """There would be no room to see where a run comes from."""
    (low, high) = COSTS["two-minima"].domain[0]
    for seed in range(40):
        for run in with_other_starts(follow([4.6]), follow, seed)[1:]:
            assert low + EDGE * (high - low) - 0.006 <= run.x[0, 0] <= high - EDGE * (high - low) + 0.006


def test_two_runs_take_the_valley_that_is_left() -> None:
    """With room for one more run it goes where the first did not."""
    for start, other in ((4.6, -2.0), (-3.5, 3.0)):
        _, second = with_other_starts(follow([start]), follow, 3, count=2)
        assert second.target == other


@pytest.mark.parametrize("how", [{"n": 1}, {"lr": 1e-6}, {"lr": 5.0}])
def test_runs_that_never_arrive_are_taken_in_the_end(how: dict[str, float]) -> None:
    """Where no start can fit there are still three, and no endless search."""
    recipe = partial(follow, **how)
    assert len(with_other_starts(recipe([4.6]), recipe, 0)) == 3


def test_no_more_runs_than_there_is_room_for() -> None:
    """Starts that must be apart are fewer than asked for on a full domain."""
    runs = with_other_starts(follow([4.6]), follow, 0, count=50)
    assert 3 <= len(runs) < 1 / APART


def test_it_works_on_surfaces() -> None:
    """Four starts find the four minima of Himmelblau's function."""
    recipe = partial(follow, name="himmelblau", lr=0.01, n=200)
    runs = with_other_starts(recipe([-0.5, -1.5]), recipe, 0, count=4)
    assert len({tuple(run.target) for run in runs}) == 4


def test_where_no_minimum_is_known_nothing_is_lower() -> None:
    """A run that comes to rest there, as on a curve that levels off, is in no local minimum."""
    level = dataclasses.replace(COSTS["bowl"], minima=())
    assert as_low(level, (3.0,))
    assert as_low(level, (9.0,))
    assert not as_low(COSTS["bowl"], (9.0,))
