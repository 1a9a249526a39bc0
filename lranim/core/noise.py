"""Gradient noise from a seed: what a descent is told when it sees only a part of the data at each step.

The noise at step t hangs on the seed and on t alone: not on the point, the rate, or what was drawn before. So
every schedule that is compared meets the same noise (common random numbers), and what differs between the
runs is the schedule's doing.

Examples
--------
>>> from lranim.core.costs import COSTS
>>> from lranim.core.descend import descend
>>> from lranim.core.rules import gradient_descent
>>> from lranim.core.schedules import SCHEDULES
>>> bowl, noise = COSTS["bowl"], noisy(COSTS["bowl"], scale=4, seed=1)
>>> for name in ("constant", "cosine"):
...     schedule = SCHEDULES[name].make(0.3, 100)
...     run = descend(bowl, gradient_descent(), schedule, (13.0,), 100, gradient=noise)
...     print(f"{name:8} {run.errors[-20:].mean():.3f}")
constant 1.061
cosine   0.068
"""

from __future__ import annotations

import math
from functools import partial
from typing import Literal

import numpy as np

from lranim.core.checks import finite, whole
from lranim.core.descend import descend
from lranim.core.types import NEAR, ROUNDING, Array, Cost, Gradient, Schedule, Trajectory

Ending = Literal["settles", "jitters", "away"]
"""How a noisy run ends: `ending_of`."""

CALM = 1 / 3
"""A run settles when its last rates are at most this share of the highest."""


def noisy(cost: Cost, scale: float, seed: int) -> Gradient:
    """Add noise to a cost's gradient: ``g(x, t) = grad J(x) + xi_t``, with xi_t from `noise_at`.

    Parameters
    ----------
    cost
        The cost, with n variables.
    scale
        Standard deviation sigma of the noise in each variable, in units of the gradient; 0 or more.
    seed
        The same seed gives the same noise; 0 or more.

    Returns
    -------
    Gradient
        Points ``(..., n)`` and a step t to ``(..., n)``; all points of one step get the same noise.

    Raises
    ------
    ValueError
        When `scale` or `seed` is out of its range.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> noisy(COSTS["bowl"], 0.5, 7)(np.array([13.0]), 3).round(3)
    array([19.166])
    """
    finite("noise scale", scale)
    whole("seed", seed, 0)
    return partial(_noisy, cost, float(scale), seed)


def noise_at(t: int, n: int, scale: float, seed: int) -> Array:
    """Draw the noise of one step: n independent normal numbers with mean 0 and deviation `scale`, ``(n,)``.

    Examples
    --------
    >>> noise_at(3, 2, 0.5, 7).round(3)
    array([-0.834,  0.032])
    """
    return np.random.default_rng((seed, t)).normal(0, scale, n)


def stationary_variance(lr: float, curvature: float, scale: float) -> float:
    """Give the variance about the minimum that a constant rate ends up with, on a quadratic with noise.

    ``v = lr^2 sigma^2 / (1 - (1 - lr L)^2) = lr sigma^2 / (L (2 - lr L))``

    It is the v that a step leaves as it is: the step shrinks the error by ``1 - lr L`` and adds ``lr xi``.
    So the point never comes to rest, and half the rate leaves less than half of v.

    Parameters
    ----------
    lr
        Constant learning rate, below ``2 / L``.
    curvature
        J″ = L, above 0.
    scale
        Standard deviation sigma of the noise, in units of the gradient.

    Returns
    -------
    float
        In squared units of x.

    Raises
    ------
    ValueError
        When an argument is not finite or out of its range.

    Examples
    --------
    >>> round(stationary_variance(0.3, 2, 4) ** 0.5, 3)
    1.309

    References
    ----------
    Mandt, Hoffman and Blei (2017), arXiv:1704.04289, for small rates; in this form derived here.
    """
    contraction = 1 - finite("learning rate", lr, above=True) * finite("curvature", curvature, above=True)
    if not abs(contraction) < 1:
        raise ValueError(f"learning rate must be below 2 / L = {2 / curvature:g}, got {lr!r}")
    return (lr * finite("noise scale", scale)) ** 2 / (1 - contraction**2)


def jitter(trajectory: Trajectory, share: float = 0.2) -> float:
    """Give how far from the minimum a run's last points are: the root of their mean squared distance.

    Parameters
    ----------
    trajectory
        The run, with T + 1 points.
    share
        Share of the steps that counts, from above 0 to 1: the last ``share T``, rounded up.

    Returns
    -------
    float
        In units of x. Where a constant rate has noise, near the root of `stationary_variance`.

    Raises
    ------
    ValueError
        When `share` is out of its range.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> from lranim.core.descend import descend
    >>> from lranim.core.rules import fixed
    >>> from lranim.core.schedules import constant
    >>> round(jitter(descend(COSTS["bowl"], fixed(1.5), constant(1), (13.0,), 20)), 3)
    0.791
    """
    last = late_points(trajectory, share)
    return float(np.sqrt(np.mean(np.square(trajectory.errors[-last:]))))


def late_points(trajectory: Trajectory, share: float = 0.2) -> int:
    """Give how many of a run's last points `jitter` looks at: ``share T``, rounded up.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> from lranim.core.descend import descend
    >>> from lranim.core.rules import fixed
    >>> from lranim.core.schedules import constant
    >>> late_points(descend(COSTS["bowl"], fixed(1.5), constant(1), (13.0,), 21))
    5
    """
    if not 0 < share <= 1:
        raise ValueError(f"share must be above 0 and at most 1, got {share!r}")
    # In floats 0.07 of 100 are a little more than 7.
    return math.ceil(share * trajectory.steps * (1 - ROUNDING))


def _noisy(cost: Cost, scale: float, seed: int, x: Array, t: int) -> Array:
    return cost.grad(x) + noise_at(t, cost.dim, scale, seed)


def ending_of(run: Trajectory, schedule: Schedule, highest: float) -> Ending:
    """Tell what a noisy run in one variable is like at its end, and whether noise or rate keeps it away.

    - away: without noise, too, it would end more than a tenth, and half of its jitter, off the minimum
    - settles: its jitter is a tenth at most, or its last rates are, as a root mean square, a third of the
      highest at most: a step is the rate times slope and noise, so a run is as restless as its last rates
    - jitters: neither

    Parameters
    ----------
    run
        The run, by gradient descent.
    schedule
        Its schedule.
    highest
        The highest rate of that.
    """
    quiet = descend(run.cost_function, run.rule, schedule, run.x[0], run.steps)
    off, left = jitter(run), float(quiet.errors[-1])
    if left > max(NEAR, off / 2):
        return "away"
    late = float(np.sqrt(np.mean(np.square(run.lr[-late_points(run) :]))))
    return "settles" if off <= NEAR or late <= CALM * highest else "jitters"
