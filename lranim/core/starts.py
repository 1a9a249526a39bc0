"""Starts drawn at random, from a seed."""

from __future__ import annotations

import math

import numpy as np

from lranim.core.types import Array, Cost

NEAR_CENTRE, NEAR_EDGE = 0.5, 0.9
"""Each variable of a drawn start lies between these shares of the domain's half width from its middle."""

FAR = 0.2
"""A drawn start is at least this share of the domain's half width away from every known minimum."""


def draw_start(cost: Cost, seed: int) -> Array:
    """Draw a start from the cost's domain, not too near a minimum, so that there is a way to go.

    Points are drawn away from the middle lines and the edges of the domain, so that every variable has some
    way to go and the picture room, until one is far enough from all minima.

    Parameters
    ----------
    cost
        The cost, with n variables.
    seed
        The same seed gives the same start.

    Returns
    -------
    Array
        The start, ``(n,)``, rounded so that it can be typed again: to two digits, or more in a narrow domain.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> draw_start(COSTS["bowl-2d"], 7)
    array([3.44, 3.24])
    """
    rng = np.random.default_rng(seed)
    low, high = np.array(cost.domain).T
    middle, half = (low + high) / 2, (high - low) / 2
    minima = np.array(cost.minima, dtype=np.float64).reshape(-1, cost.dim)
    # The best of a bounded number of draws: a cost with minima everywhere must not hang.
    best, distance = middle, -1.0
    for _ in range(100):
        side = rng.choice([-1.0, 1.0], cost.dim)
        point = typed(cost, middle + side * half * rng.uniform(NEAR_CENTRE, NEAR_EDGE, cost.dim))
        gaps = np.abs((minima - point) / half).max(axis=1) if len(minima) else np.array([FAR])
        if gaps.min() > distance:
            best, distance = point, float(gaps.min())
        if distance >= FAR:
            break
    return np.asarray(best, dtype=np.float64)


def typed(cost: Cost, point: Array) -> Array:
    """Round a place to two digits after the point, or to as many as leave it in a narrow domain.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> typed(COSTS["bowl"], np.array([1.2345]))
    array([1.23])
    """
    narrowest = min(high - low for low, high in cost.domain)
    return np.round(point, max(2, 1 - math.floor(math.log10(narrowest))))
