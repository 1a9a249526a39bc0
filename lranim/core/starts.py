"""Starts drawn at random, from a seed."""

from __future__ import annotations

import numpy as np

from lranim.core.types import Array, Cost

FAR = 0.35
"""A drawn start is at least this share of the domain's half width away from every known minimum."""


def draw_start(cost: Cost, seed: int) -> Array:
    """Draw a start from the cost's domain, not too near a minimum, so that there is a way to go.

    Points are drawn evenly from the inner 90 % of the domain until one is far enough from all minima.

    Parameters
    ----------
    cost
        The cost, with n variables.
    seed
        The same seed gives the same start.

    Returns
    -------
    Array
        The start, ``(n,)``, rounded to two digits so that it can be typed again.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> draw_start(COSTS["bowl-2d"], 7)
    array([0.9 , 2.86])
    """
    rng = np.random.default_rng(seed)
    low, high = np.array(cost.domain).T
    middle, half = (low + high) / 2, (high - low) / 2
    minima = np.array(cost.minima, dtype=np.float64).reshape(-1, cost.dim)
    # The best of a bounded number of draws: a cost with minima everywhere must not hang.
    best, distance = middle, -1.0
    for _ in range(100):
        point = np.round(middle + 0.9 * half * rng.uniform(-1.0, 1.0, cost.dim), 2)
        gaps = np.abs((minima - point) / half).max(axis=1) if len(minima) else np.array([FAR])
        if gaps.min() > distance:
            best, distance = point, float(gaps.min())
        if distance >= FAR:
            break
    return best
