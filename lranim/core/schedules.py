"""Schedules: the learning rate as a pure function of the step. One factory and one row each.

A schedule takes an int, or an int array, and gives the rate, or rates of the same shape.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from lranim.core.types import Schedule


def constant(lr: float) -> Schedule:
    """Keep one rate from the first step to the last.

    ``eta_t = lr``

    Parameters
    ----------
    lr
        Learning rate; 0 or more.

    Returns
    -------
    Schedule
        Step ``t`` (int, or int array) to rate (float, or array of the same shape).

    Raises
    ------
    ValueError
        When `lr` is not a finite number, or is below 0.

    Examples
    --------
    >>> schedule = constant(0.3)
    >>> schedule(0)
    0.3
    >>> schedule(np.arange(3))
    array([0.3, 0.3, 0.3])

    References
    ----------
    Nesterov, *Introductory Lectures on Convex Optimization* (2004), section 1.2.3: "constant step".
    """
    if not (math.isfinite(lr) and lr >= 0):
        raise ValueError(f"learning rate must be a finite number, 0 or more, got {lr!r}")
    rate = float(lr)

    def schedule(t: Any) -> Any:
        return np.full(np.shape(t), rate) if np.ndim(t) else rate

    return schedule


SCHEDULES: dict[str, Callable[..., Schedule]] = {"constant": constant}
"""Every built-in schedule's factory by name."""
