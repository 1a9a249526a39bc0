"""Schedules that start low, rise to their highest rate and fall again.

What all schedules share is said in `lranim.core.schedules`.
"""

from __future__ import annotations

import math

import numpy as np

from lranim.core.checks import finite, whole
from lranim.core.decays import falling, of_step, rate
from lranim.core.types import ROUNDING, Array, Schedule


def warmup_cosine(
    lr: float, steps: int, *, warmup: float = 0.1, first: float = 0.0, low: float = 0.0
) -> Schedule:
    """Rise along a straight line, then fall along half a cosine wave, and stay.

    ``eta_t = eta_0 + (eta - eta_0) t / w`` for t < w, then
    ``eta_t = eta_T + 1/2 (eta - eta_T) (1 + cos(pi (t - w) / (T - w)))``

    Unlike optax's, torch's warm-up (``LinearLR``) cannot start at a rate of 0.

    Parameters
    ----------
    lr
        Highest rate eta, reached at step w; 0 or more.
    steps
        Steps T until the last rate is reached, warm-up and all.
    warmup
        Share of the steps in which the rate rises, from 0 to below 1; w is that many, rounded down.
    first, low
        First rate eta_0 and last rate eta_T; from 0 to `lr`.

    Raises
    ------
    ValueError
        When an argument is not finite or out of its range.

    Examples
    --------
    >>> warmup_cosine(0.4, 6, warmup=1 / 3)(np.arange(8)).round(3)
    array([0.   , 0.2  , 0.4  , 0.341, 0.2  , 0.059, 0.   , 0.   ])

    References
    ----------
    Goyal et al. (2017), arXiv:1706.02677, section 2.2: warm-up; Loshchilov and Hutter (2017): cosine.
    """
    total = whole("steps", steps)
    rates = rate(lr), rate(first, "first rate", lr), rate(low, "last rate", lr)
    return of_step(_warmup_cosine, *rates, _rising(warmup, total), total)


def one_cycle(
    lr: float, steps: int, *, warmup: float = 0.3, div_factor: float = 25, final_div_factor: float = 1e4
) -> Schedule:
    """Rise along half a cosine wave, then fall along another to almost nothing, and stay.

    ``eta_t = eta_0 + 1/2 (eta - eta_0) (1 - cos(pi t / w))`` for t < w, then
    ``eta_t = eta_T + 1/2 (eta - eta_T) (1 + cos(pi (t - w) / (T - w)))``

    The top is at w and the end at T, as in optax. ``torch.optim.lr_scheduler.OneCycleLR`` has them one step
    earlier, at ``share T - 1`` and at the last step, and refuses to go on.

    Parameters
    ----------
    lr, steps, warmup
        As in `warmup_cosine`.
    div_factor
        Highest rate over the first, ``eta / eta_0``; 1 or more.
    final_div_factor
        First rate over the last, ``eta_0 / eta_T``; 1 or more.

    Raises
    ------
    ValueError
        When an argument is not finite or out of its range.

    Examples
    --------
    >>> one_cycle(0.5, 10)(np.arange(0, 12, 3)).round(3)
    array([0.02 , 0.5  , 0.306, 0.025])

    References
    ----------
    Smith and Topin, "Super-Convergence" (2018), arXiv:1708.07120; in this shape from fastai.
    """
    total = whole("steps", steps)
    first = rate(lr) / finite("div_factor", div_factor, 1)
    last = first / finite("final_div_factor", final_div_factor, 1)
    return of_step(_one_cycle, rate(lr), first, last, _rising(warmup, total), total)


def _rising(share: float, steps: int) -> int:
    """Give the number of warm-up steps; 0.29 of 100 are 29, although floats say a little less."""
    if finite("warmup", share) >= 1:
        raise ValueError(f"warmup must be a share of the steps, from 0 to below 1, got {share!r}")
    return min(math.floor(share * steps * (1 + ROUNDING)), steps - 1)


def _warmup_cosine(lr: float, first: float, low: float, rising: float, steps: float, t: Array) -> Array:
    share = np.minimum(t / max(rising, 1), 1)
    up = first * (1 - share) + lr * share
    return np.where(t < rising, up, _down(lr, low, rising, steps, t))


def _one_cycle(lr: float, first: float, last: float, rising: float, steps: float, t: Array) -> Array:
    up = falling(np.minimum(t / max(rising, 1), 1), first, lr)
    return np.where(t < rising, up, _down(lr, last, rising, steps, t))


def _down(lr: float, low: float, rising: float, steps: float, t: Array) -> Array:
    return falling(np.clip((t - rising) / (steps - rising), 0, 1), lr, low)
