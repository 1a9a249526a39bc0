"""What the numbers are made of: costs, rules, schedules and the trajectory of a descent."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

NEAR = 0.1
"""A point has arrived, in every lesson, when it is this close to the minimum (units of x)."""

ROUNDING = 1e-12
"""Relative slack of ``<=`` where 3.1 must count as 0.1 away from 3 (in floats it is 8.9e-17 more)."""

Schedule = Callable[[Any], Any]
"""Learning rate as a pure function of the step `t` (an int, or an int array), same shape out."""

Gradient = Callable[[Array, int], Array]
"""What a rule is told in place of the cost's gradient: a point ``(n,)`` and the step t to ``(n,)``.

A pure function, as everything here: asked again, it gives the same.
"""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """A cost function J with all that a lesson needs to know of it.

    Parameters
    ----------
    name
        Its key in ``COSTS``, as typed on the command line.
    summary
        One plain line for ``--help`` and the docs.
    dim
        Number of variables n.
    value
        J: points ``(..., n)`` to costs ``(...)``.
    grad
        The gradient: points ``(..., n)`` to ``(..., n)``.
    hessian
        The constant Hessian ``(n, n)`` where J is quadratic, else None.
    domain
        ``((low, high), ...)`` for each variable: what is drawn, and where a start may lie.
    minima
        Known local minima ``((x_1, ..., x_n), ...)``, the lowest first; empty when none is known.
    formula
        J in Typst math, without the left-hand side.
    variables
        The variables' printed names.
    start
        The start a lesson uses when none is given.
    lr
        A learning rate that works well from `start`.
    """

    name: str
    summary: str
    dim: int
    value: Callable[[Array], Array]
    grad: Callable[[Array], Array]
    hessian: Array | None
    domain: tuple[tuple[float, float], ...]
    minima: tuple[tuple[float, ...], ...]
    formula: str
    variables: tuple[str, ...]
    start: tuple[float, ...]
    lr: float


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Which way and how far to step, as two pure functions.

    Parameters
    ----------
    name
        Its key in ``RULES``.
    summary
        One plain line.
    formula
        The update in Typst math. Where the rule has a state: the state's updates first, a line each.
    init
        Start ``(..., n)`` to the rule's first state: None, or a NamedTuple of arrays ``(..., n)`` with the
        names of the papers, which `Trajectory.states` keeps.
    step
        ``(state, grad (..., n), lr, t)`` to ``(step (..., n), new state)``; inputs are never changed. It is
        told one gradient, so that T steps of any rule cost T gradients.
    rates
        Where each axis has a rate of its own: ``(state, lr, t)`` to those rates ``(..., n)``, `state` being
        the one after step t. Else None.
    """

    name: str
    summary: str
    formula: str
    init: Callable[[Array], Any]
    step: Callable[[Any, Array, Any, int], tuple[Array, Any]]
    rates: Callable[[Any, Any, int], Array] | None = None


class Status(enum.Enum):
    """How a descent ended. A judgement in words for a lesson is `lranim.core.theory.verdict`."""

    CONVERGED = "converged"
    """At a known minimum (to a millionth of the domain), or where the gradient vanished, as on a maximum."""
    BOUNCED = "bounced"
    """Back where it was two steps ago, and not where it was one step ago: it will do so for ever."""
    DIVERGED = "diverged"
    """Left the finite numbers, or its cost is the highest of the run and still rising."""
    OUT_OF_STEPS = "out-of-steps"
    """None of these by the last step."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Trajectory:
    """All that one descent did. T is the number of steps taken, n the number of variables.

    Parameters
    ----------
    cost_function
        What was descended.
    rule
        The rule that was followed.
    x
        Points, ``(T + 1, n)``, the start first.
    cost
        J at each point, ``(T + 1,)``.
    grad
        Gradient of the cost at each point, ``(T + 1, n)``, also where the rule was told another.
    lr
        Learning rate of each step, ``(T,)``.
    step
        Each step, ``(T, n)``: ``x[t + 1] = x[t] + step[t]``.
    status
        How it ended.
    states
        What the rule remembered: its state, a NamedTuple, with each array stacked to ``(T + 1, n)``. Row 0 is
        the first state, row t + 1 that after step t. None where the rule has no such state.

    Notes
    -----
    Every number in it is finite: a run that leaves the finite numbers stops at the last finite point.
    `descend` hands out read-only arrays.
    """

    cost_function: Cost
    rule: Rule
    x: Array
    cost: Array
    grad: Array
    lr: Array
    step: Array
    status: Status
    states: Any = None

    @property
    def steps(self) -> int:
        """Number of steps taken, T: as many as gradients that the rule was told."""
        return len(self.step)

    @property
    def target(self) -> Array:
        """The known minimum that the run ends nearest to, ``(n,)``, or else its last point."""
        end = self.x[-1]
        minima = np.array(self.cost_function.minima or [end], dtype=np.float64)
        return np.asarray(minima[np.argmin(_length(minima - end))])

    @property
    def errors(self) -> Array:
        """Distance of each point to `target`, ``(T + 1,)``, in units of x."""
        return _length(self.x - self.target)

    def first_within(self, tolerance: float = NEAR) -> int | None:
        """Give the first step after which the point is within `tolerance` of `target`; None if none is.

        Examples
        --------
        >>> from lranim.core.costs import COSTS
        >>> from lranim.core.descend import descend
        >>> from lranim.core.rules import gradient_descent
        >>> from lranim.core.schedules import constant
        >>> run = descend(COSTS["bowl"], gradient_descent(), constant(0.3), (13.0,), 29)
        >>> run.target, run.errors[:3], run.first_within(0.1), run.first_within(1e-20)
        (array([3.]), array([10. ,  4. ,  1.6]), 6, None)
        """
        near = self.errors <= tolerance * (1 + ROUNDING)
        return int(np.argmax(near)) if near.any() else None


def _length(vectors: Array) -> Array:
    """Euclidean lengths along the last axis; unlike the root of squares, exact in 1-D, and safe for 1e200."""
    with np.errstate(over="ignore"):
        return np.asarray(np.hypot.reduce(vectors, axis=-1, initial=0.0))
