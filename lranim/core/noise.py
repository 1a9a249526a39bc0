"""Gradient noise from a seed: what a descent is told when it sees only a part of the data at each step.

The noise at step t hangs on the seed and on t alone: not on the point, the rate, or what was drawn before. So
every schedule that is compared meets the same noise (common random numbers), and what differs between the
runs is the schedule's doing.
"""

from __future__ import annotations

from functools import partial
from typing import Literal

import numpy as np

from lranim.core.descend import descend
from lranim.core.types import NEAR, Array, Cost, Gradient, Schedule, Trajectory

Ending = Literal["settles", "jitters", "away"]
"""How a noisy run ends: `ending_of`."""

CALM = 1 / 3
"""A run settles when its last rates are at most this share of the highest."""


def noisy(cost: Cost, scale: float, seed: int) -> Gradient:
    """Add noise to a cost's gradient: ``g(x, t) = grad J(x) + xi_t``, with xi_t from `noise_at`."""
    return partial(_noisy, cost, scale, seed)


def noise_at(t: int, n: int, scale: float, seed: int) -> Array:
    """Draw the noise of one step: n independent normal numbers with mean 0 and deviation `scale`."""
    return np.random.default_rng((seed, t)).normal(0, scale, n)


def _noisy(cost: Cost, scale: float, seed: int, x: Array, t: int) -> Array:
    return cost.grad(x) + noise_at(t, cost.dim, scale, seed)


def late_points(trajectory: Trajectory) -> int:
    """Give how many of a run's last points `jitter` looks at: a fifth of the steps, rounded up."""
    return -(-trajectory.steps // 5)


def jitter(trajectory: Trajectory) -> float:
    """Give how far from the minimum a run's last points are: the root of their mean squared distance.

    On a quadratic with curvature L, at a constant rate, its square is near ``lr sigma^2 / (L (2 - lr L))``:
    the variance that a step, which shrinks the error by ``1 - lr L`` and adds ``lr xi``, leaves as it is.

    References
    ----------
    Mandt, Hoffman and Blei (2017), arXiv:1704.04289, for small rates; in this form derived here.
    """
    return float(np.sqrt(np.mean(np.square(trajectory.errors[-late_points(trajectory) :]))))


def ending_of(run: Trajectory, schedule: Schedule, highest: float) -> Ending:
    """Tell what a noisy run in one variable is like at its end, and whether noise or rate keeps it away.

    - away: without noise, too, it would end more than a tenth, and half of its jitter, off the minimum
    - settles: its jitter is a tenth at most, or its last rates are, as a root mean square, a third of the
      highest at most: a step is the rate times slope and noise, so a run is as restless as its last rates
    - jitters: neither
    """
    quiet = descend(run.cost_function, run.rule, schedule, run.x[0], run.steps)
    off, left = jitter(run), float(quiet.errors[-1])
    if left > max(NEAR, off / 2):
        return "away"
    late = float(np.sqrt(np.mean(np.square(run.lr[-late_points(run) :]))))
    return "settles" if off <= NEAR or late <= CALM * highest else "jitters"
