"""Schedules that start at their highest rate: constant, and those that only fall.

What all schedules share is said in `lranim.core.schedules`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from lranim.core.checks import finite, whole
from lranim.core.types import Array, Schedule


def constant(lr: float) -> Schedule:
    """Keep one rate from the first step to the last: ``eta_t = eta``.

    Parameters
    ----------
    lr
        Learning rate eta; 0 or more.

    Raises
    ------
    ValueError
        When `lr` is not a finite number, or is below 0.

    Examples
    --------
    >>> schedule = constant(0.3)
    >>> schedule(0), schedule(np.arange(3))
    (0.3, array([0.3, 0.3, 0.3]))

    References
    ----------
    Nesterov, *Introductory Lectures on Convex Optimization* (2004), section 1.2.3: "constant step".
    """
    return of_step(_constant, rate(lr))


def linear(lr: float, steps: int, *, low: float = 0.0) -> Schedule:
    """Fall along a straight line, and stay: ``eta_t = eta_T + (eta - eta_T) (1 - t / T)``.

    Parameters
    ----------
    lr
        First rate eta; 0 or more.
    steps
        Steps T until the last rate is reached.
    low
        Last rate eta_T; from 0 to `lr`.

    Raises
    ------
    ValueError
        When a rate is not finite or out of its range, or `steps` is not a whole number above 0.

    Examples
    --------
    >>> linear(0.4, 4)(np.arange(6))
    array([0.4, 0.3, 0.2, 0.1, 0. , 0. ])

    References
    ----------
    Defazio et al. (2023), arXiv:2310.07831.
    """
    return of_step(_linear, rate(lr), rate(low, "last rate", lr), whole("steps", steps))


def cosine(lr: float, steps: int, *, low: float = 0.0) -> Schedule:
    """Fall along half a cosine wave, and stay: ``eta_t = eta_T + 1/2 (eta - eta_T) (1 + cos(pi t / T))``.

    After its last step it stays at the last rate, as in optax. ``torch.optim.lr_scheduler.CosineAnnealingLR``
    follows the wave on and rises again: there the rate is back at eta after 2 T steps.

    Parameters and errors are those of `linear`.

    Examples
    --------
    >>> cosine(0.4, 4)(np.arange(6)).round(3)
    array([0.4  , 0.341, 0.2  , 0.059, 0.   , 0.   ])

    References
    ----------
    Loshchilov and Hutter, "SGDR" (2017), arXiv:1608.03983, equation 5, without restarts.
    """
    return of_step(_cosine, rate(lr), rate(low, "last rate", lr), whole("steps", steps))


def step(lr: float, steps: int, *, factor: float = 0.1, every: int | None = None) -> Schedule:
    """Drop by a factor every d steps: ``eta_t = eta factor^floor(t / d)``. It goes on dropping after T.

    Parameters
    ----------
    lr
        First rate eta; 0 or more.
    steps
        Steps T; only the default of `every` hangs on it.
    factor
        What a drop multiplies the rate by; above 0 and up to 1.
    every
        Steps d between drops; unless given, a third of `steps`, rounded up.

    Raises
    ------
    ValueError
        When an argument is not finite or out of its range.

    Examples
    --------
    >>> step(0.4, 6)(np.arange(6)).round(4)
    array([0.4  , 0.4  , 0.04 , 0.04 , 0.004, 0.004])

    References
    ----------
    He et al. (2016), arXiv:1512.03385, section 3.4: a tenth at each drop.
    """
    total = whole("steps", steps)
    length = math.ceil(total / 3) if every is None else whole("every", every)
    if finite("factor", factor, above=True) > 1:
        raise ValueError(f"factor must be at most 1, got {factor!r}")
    return of_step(_step, rate(lr), factor, length)


def exponential(lr: float, steps: int, *, factor: float = 0.01) -> Schedule:
    """Change by the same share at each step: ``eta_t = eta factor^(t / T)``. It goes on so after T.

    It is ``torch.optim.lr_scheduler.ExponentialLR`` with ``gamma = factor^(1 / T)``.

    Parameters
    ----------
    lr
        First rate eta; 0 or more.
    steps
        Steps T in which the rate changes by the factor.
    factor
        Rate at T over the first; above 0. Above 1 the rate grows, as in a range test.

    Raises
    ------
    ValueError
        When an argument is not finite or out of its range.

    Examples
    --------
    >>> exponential(0.4, 4, factor=1 / 16)(np.arange(6))
    array([0.4   , 0.2   , 0.1   , 0.05  , 0.025 , 0.0125])

    References
    ----------
    optax's ``exponential_decay``, whose parameters these are.
    """
    return of_step(_exponential, rate(lr), finite("factor", factor, above=True), whole("steps", steps))


def of_step(curve: Callable[..., Array], *settings: float) -> Schedule:
    """Make a schedule of a curve over ``(*settings, t)``: a step gives a float, an array one of its shape.

    The curve is a function at module level, so that a schedule can be pickled.
    """
    return partial(_at, curve, settings)


def rate(lr: float, name: str = "learning rate", most: float = math.inf) -> float:
    """Give a learning rate as a float, once it is one: finite, from 0 to `most`.

    Examples
    --------
    >>> rate(0.4, "last rate", most=0.3)
    Traceback (most recent call last):
    ValueError: last rate must be at most the highest, 0.3, got 0.4
    """
    if finite(name, lr) > most:
        raise ValueError(f"{name} must be at most the highest, {most!r}, got {lr!r}")
    return float(lr)


def falling(share: Array, high: float, low: float) -> Array:
    """Half a cosine wave from `high` at a share of 0 to `low` at 1, exact at both ends."""
    weight = (1 + np.cos(np.pi * share)) / 2
    return np.asarray(high * weight + low * (1 - weight))


def _at(curve: Callable[..., Array], settings: tuple[float, ...], t: Any) -> Any:
    with np.errstate(over="ignore"):  # a rate that grows beyond the floats is for the descent to refuse
        # One step as an array of one: numpy's powers of a scalar may differ in the last bit.
        rates = curve(*settings, np.atleast_1d(np.asarray(t, dtype=np.float64)))
    return rates if np.ndim(t) else float(rates[0])


def _constant(lr: float, t: Array) -> Array:
    return np.full(t.shape, lr)


def _linear(lr: float, low: float, steps: float, t: Array) -> Array:
    share = np.minimum(t / steps, 1)
    return np.asarray(lr * (1 - share) + low * share)


def _cosine(lr: float, low: float, steps: float, t: Array) -> Array:
    return falling(np.minimum(t / steps, 1), lr, low)


def _step(lr: float, factor: float, every: float, t: Array) -> Array:
    return np.asarray(lr * factor ** np.floor(t / every))


def _exponential(lr: float, factor: float, steps: float, t: Array) -> Array:
    return np.asarray(lr * factor ** (t / steps))
