"""What rules remembered during a run, to be drawn: their states, stacked, and the rate of each axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lranim.core.types import Array, Trajectory


def stacked(states: Sequence[Any]) -> Any:
    """Stack states of one NamedTuple, field by field; None for states that are no NamedTuple.

    Examples
    --------
    >>> from lranim.core.momentum import Velocity
    >>> stacked([Velocity(np.array([0.0, 0.0])), Velocity(np.array([2.0, -1.0]))])
    Velocity(velocity=array([[ 0.,  0.],
           [ 2., -1.]]))
    >>> stacked([None, None]) is None
    True
    """
    kind = type(states[0])
    if not hasattr(kind, "_fields"):
        return None
    return kind(*(np.array(field, dtype=np.float64) for field in zip(*states, strict=True)))


def axis_rates(run: Trajectory) -> Array | None:
    """Give each axis's own rate at each step, ``(T, n)``; None where the rule has one rate for all axes.

    Examples
    --------
    >>> from lranim.core.adaptive import adagrad
    >>> from lranim.core.costs import COSTS
    >>> from lranim.core.descend import descend
    >>> from lranim.core.schedules import constant
    >>> axis_rates(descend(COSTS["ravine"], adagrad(), constant(0.4), (-3.5, 2.0), 2)).round(3)
    array([[0.571, 0.05 ],
           [0.428, 0.039]])
    """
    rates = run.rule.rates
    if rates is None:
        return None
    after = [type(run.states)(*fields) for fields in zip(*run.states, strict=True)][1 : run.steps + 1]
    each = [rates(state, lr, t) for t, (state, lr) in enumerate(zip(after, run.lr.tolist(), strict=True))]
    return np.array(each, dtype=np.float64).reshape(run.step.shape)
