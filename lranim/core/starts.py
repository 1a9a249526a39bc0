"""What descents begin with: starts drawn from a seed, one or several, and learning rates to compare."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from lranim.core.checks import rounded
from lranim.core.descend import descend
from lranim.core.results import arrival
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import NEAR, Array, Cost, Trajectory

NEAR_CENTRE, NEAR_EDGE = 0.5, 0.9
"""Each variable of a drawn start lies between these shares of the domain's half width from its middle."""

FAR = 0.2
"""A drawn start is at least this share of the domain's half width away from every known minimum."""

APART = 0.15
"""Several starts are at least this share of the domain's width away from one another."""

EDGE = 0.05
"""Nor are they nearer to an edge of the domain than this share of its width."""

DRAWS = 200
"""So many starts are tried before one is taken that does not fit."""

TOO_HIGH, TRIED = (3.3, 5.0, 8.0, 12.0), 29
"""Which multiples of the rate that suits a cost are tried in so many steps, to find one that is too high."""


def draw_start(cost: Cost, seed: int) -> Array:
    """Draw a start ``(n,)`` from the cost's domain, rounded so that it can be typed again.

    Points are drawn away from the middle lines and the edges of the domain, so that every variable has some
    way to go and the picture room, until one is far enough from all minima.
    """
    rng = np.random.default_rng(seed)
    low, high = np.array(cost.domain).T
    middle, half = (low + high) / 2, (high - low) / 2
    minima = np.array(cost.minima, dtype=np.float64).reshape(-1, cost.dim)
    # The best of a bounded number of draws: a cost with minima everywhere must not hang.
    best, distance = middle, -1.0
    for _ in range(100):
        side = rng.choice([-1.0, 1.0], cost.dim)
        point = _typed(cost, middle + side * half * rng.uniform(NEAR_CENTRE, NEAR_EDGE, cost.dim))
        gaps = np.abs((minima - point) / half).max(axis=1) if len(minima) else np.array([FAR])
        if gaps.min() > distance:
            best, distance = point, float(gaps.min())
        if distance >= FAR:
            break
    return np.asarray(best, dtype=np.float64)


def _typed(cost: Cost, point: Array) -> Array:
    """Round a place to two digits after the point, or to as many as leave it in a narrow domain."""
    narrowest = min(high - low for low, high in cost.domain)
    return np.round(point, max(2, 1 - math.floor(math.log10(narrowest))))


def with_other_starts(
    first: Trajectory, follow: Callable[[Array], Trajectory], seed: int, count: int = 3
) -> tuple[Trajectory, ...]:
    """Add runs from drawn starts, each followed by the same recipe, to a first one, up to `count` in all.

    A start fits when it is away from a minimum, its run arrives at one, and minima that no run has found yet
    come first. Where no such start is found, one that does not fit is taken; where there is no room, none.
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
            start = _typed(cost, low + width * rng.uniform(EDGE, 1 - EDGE, cost.dim))
            if min(np.abs((start - run.x[0]) / width).max() for run in runs) < APART:
                continue
            run = follow(start)
            if not strict or _fits(run, runs, count):
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


def rates_about(cost: Cost, most: float) -> tuple[float, ...]:
    """Three learning rates for a cost: too low, right, and, where one is found, too high; up to `most`."""
    rates: list[float] = []
    for share in (1 / 30, 1.0, *TOO_HIGH):
        lr = rounded(min(share * cost.lr, most))
        if lr in rates:
            break
        run = descend(cost, gradient_descent(), constant(lr), cost.start, TRIED)
        if len(rates) == 3 and run.steps:
            rates[2] = lr
        elif len(rates) < 3:
            rates.append(lr)
        if share > 1 and arrival(run) is None:
            break
    return tuple(rates)
