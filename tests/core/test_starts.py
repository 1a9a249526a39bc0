from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.starts import FAR, draw_start

FIELDS = [name for name, cost in COSTS.items() if cost.dim == 2]


@pytest.mark.parametrize("name", FIELDS)
def test_starts_are_in_the_domain_and_away_from_the_minima(name: str) -> None:
    """Whatever the seed, there is a way to go, and the start can be typed again."""
    cost = COSTS[name]
    low, high = np.array(cost.domain).T
    drawn = np.array([draw_start(cost, seed) for seed in range(200)])
    assert ((low < drawn) & (drawn < high)).all()
    gaps = np.abs((drawn[:, None] - np.array(cost.minima)) / ((high - low) / 2)).max(axis=2)
    assert gaps.min() >= FAR
    assert np.array_equal(drawn, drawn.round(2))
    assert len(np.unique(drawn, axis=0)) > 190
    # From at least three sides: a minimum may take up a quarter of the domain.
    quarters = (drawn > (low + high) / 2) @ [1, 2]
    assert sorted(np.bincount(quarters, minlength=4))[1] > 10


@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1])
def test_a_seed_is_a_start(seed: int) -> None:
    """The same seed gives the same start, whatever was drawn before; another one gives another."""
    first = draw_start(COSTS["ravine"], seed)
    np.random.default_rng().random()
    assert np.array_equal(first, draw_start(COSTS["ravine"], seed))
    assert not np.array_equal(first, draw_start(COSTS["ravine"], seed // 2 + 1))


def test_minima_everywhere_or_nowhere() -> None:
    """A start is still drawn, within the domain."""
    grid = np.stack(np.meshgrid(*[np.linspace(-4, 4, 9)] * 2), axis=-1).reshape(-1, 2)
    for minima in ((), tuple(map(tuple, grid.tolist()))):
        start = draw_start(replace(COSTS["bowl-2d"], minima=minima), 3)
        assert np.abs(start).max() <= 4


def test_a_narrow_domain_has_its_starts_inside() -> None:
    """They are rounded to be typed, but not out of a domain that is narrower than a hundredth."""
    cost = replace(COSTS["bowl"], domain=((0.0001, 0.0003),), minima=())
    starts = np.array([draw_start(cost, seed) for seed in range(50)])
    assert ((starts > 0.0001) & (starts < 0.0003)).all()
