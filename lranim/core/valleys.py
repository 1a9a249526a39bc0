"""The same recipe from several starts, so that one sees where each of them ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lranim.core.starts import FAR, typed
from lranim.core.types import NEAR, Array, Cost, Trajectory

APART = 0.15
"""Starts are at least this share of the domain's width away from one another."""

EDGE = 0.05
"""Nor are they nearer to an edge of the domain than this share of its width."""

DRAWS = 200
"""So many starts are tried before one is taken that does not fit."""


def with_other_starts(
    first: Trajectory, follow: Callable[[Array], Trajectory], seed: int, count: int = 3
) -> tuple[Trajectory, ...]:
    """Add runs from drawn starts to a first one, in as many minima as there are runs.

    A start fits when it is away from a minimum, its run arrives at one, and minima that no run has found yet
    come first. Where no such start is found, one that does not fit is taken.

    Parameters
    ----------
    first
        The first run.
    follow
        The recipe: a start ``(n,)`` to its run.
    seed
        The same seed gives the same starts.
    count
        How many runs there are in the end, the first one included; fewer where there is no room for more.

    Examples
    --------
    >>> from functools import partial
    >>> from lranim.core.costs import COSTS
    >>> from lranim.core.descend import descend
    >>> from lranim.core.rules import gradient_descent
    >>> from lranim.core.schedules import constant
    >>> def follow(start):
    ...     return descend(COSTS["two-minima"], gradient_descent(), constant(0.1), start, 30)
    >>> [float(run.target[0]) for run in with_other_starts(follow([4.6]), follow, 1)]
    [3.0, -2.0, -2.0]
    """
    cost = first.cost_function
    low, high = np.array(cost.domain).T
    width = high - low
    # Not the stream that a first start of the same seed is drawn from.
    rng = np.random.default_rng([seed, 1])
    runs = [first]
    for strict in (True, False):
        for _ in range(DRAWS):
            if len(runs) >= count:
                break
            start = typed(cost, low + width * rng.uniform(EDGE, 1 - EDGE, cost.dim))
            if min(np.abs((start - run.x[0]) / width).max() for run in runs) < APART:
                continue
            run = follow(start)
            if strict and not _fits(run, runs, count):
                continue
            runs.append(run)
    return tuple(runs)


def _fits(run: Trajectory, others: list[Trajectory], count: int) -> bool:
    """Whether a run has some way to go, arrives, and leaves enough runs for minima not found yet."""
    low, high = np.array(run.cost_function.domain).T
    far = np.abs((run.x[0] - run.target) / (high - low)).max() >= FAR / 2
    found = {tuple(other.target) for other in others}
    missing = len(set(run.cost_function.minima) - found)
    new = tuple(run.target) not in found
    return bool(far and run.errors[-1] <= NEAR and (new or missing < count - len(others)))


def as_low(cost: Cost, x: Sequence[float] | Array) -> bool:
    """Whether a place costs as little as the lowest known minimum, but for rounding, or none is known.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> [as_low(COSTS["two-minima"], x) for x in COSTS["two-minima"].minima]
    [True, False]
    >>> all(as_low(COSTS["himmelblau"], x) for x in COSTS["himmelblau"].minima)
    True

    References
    ----------
    Derived here.
    """
    if not cost.minima:
        return True
    here, lowest = cost.value(np.array([tuple(x), cost.minima[0]], dtype=np.float64))
    return bool(here <= lowest + 1e-9 * max(1.0, abs(float(lowest))))
