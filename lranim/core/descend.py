"""The only descent loop: cost, rule, schedule, start → `Trajectory`, or `Sweep` for many rates at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lranim.core.checks import finite, whole
from lranim.core.states import stacked
from lranim.core.types import Array, Cost, Gradient, Rule, Schedule, Status, Sweep, Trajectory

_CHUNK = 1024  # steps between two looks at whether anything is still finite
_SAME = 1e-9  # of a stride: how near a bounce comes back; of the domain's width: less is rounding, no stride
_ARRIVED = 1e-6  # of the domain's width
_NEGLIGIBLE = 1e-9  # of the start's gradient


def descend(
    cost: Cost,
    rule: Rule,
    schedule: Schedule,
    start: Sequence[float] | Array,
    steps: int,
    *,
    gradient: Gradient | None = None,
) -> Trajectory:
    """Follow a rule down a cost for a number of steps.

    ``x[t + 1] = x[t] + step(grad J(x[t]), lr[t])``

    It takes all the steps it is asked for, also past the minimum; only a cost, gradient, point or state that
    stops being finite ends the run early. That is a result (`Status.DIVERGED`), not an error, and the
    trajectory keeps what is finite.

    Parameters
    ----------
    cost, rule, schedule
        What is descended, how, and at what learning rate.
    start
        First point, ``(n,)``. It may lie outside the cost's domain.
    steps
        Number of steps T to take, 1 or more.
    gradient
        What the rule is told in place of the cost's gradient: with noise, or from a part of the data.

    Returns
    -------
    Trajectory
        Read-only arrays of up to ``T + 1`` points, and how it ended.

    Raises
    ------
    ValueError
        When `steps` is not a whole number above 0, when `start` is not a finite point of n numbers or has no
        finite cost and gradient, or when the schedule gives a rate that is not finite.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> from lranim.core.rules import fixed
    >>> from lranim.core.schedules import constant
    >>> run = descend(COSTS["bowl"], fixed(1.5), constant(1), (13.0,), 9)
    >>> run.x[:, 0]
    array([13. , 11.5, 10. ,  8.5,  7. ,  5.5,  4. ,  2.5,  4. ,  2.5])
    >>> run.status
    <Status.BOUNCED: 'bounced'>

    References
    ----------
    Nesterov, *Introductory Lectures on Convex Optimization* (2004), section 1.2.3.
    """
    steps = whole("steps", steps)
    point = _point(cost, start)
    lr = _rates(schedule, steps)
    with np.errstate(all="ignore"):
        run = _follow(cost, rule, lr.tolist(), point, gradient)
        taken = int(np.count_nonzero(run.alive)) - 1
        if taken < 0:
            raise ValueError(f"cost and gradient of {cost.name} must be finite at the start {point.tolist()}")
        run = run.first(taken)
        status = Status.DIVERGED if taken < steps else _status(cost, run)
    lr = lr[:taken]
    for array in (run.x, run.cost, run.grad, run.step, lr, *(run.states or ())):
        array.setflags(write=False)
    return Trajectory(
        cost_function=cost,
        rule=rule,
        x=run.x,
        cost=run.cost,
        grad=run.grad,
        lr=lr,
        step=run.step,
        status=status,
        states=run.states,
    )


def sweep(
    cost: Cost,
    rule: Rule,
    lrs: Sequence[float] | Array,
    start: Sequence[float] | Array,
    steps: int,
    *,
    gradient: Gradient | None = None,
) -> Sweep:
    """Descend once for each of many constant rates, all at once.

    Parameters
    ----------
    cost, rule
        What is descended, and how.
    lrs
        Learning rates ``(B,)``, each finite and 0 or more.
    start
        First point of every run, ``(n,)``.
    steps
        Number of steps T to take, 1 or more.
    gradient
        As in `descend`; it is asked for all runs at once, ``(B, n)``.

    Returns
    -------
    Sweep
        Points ``(T + 1, B, n)`` and costs ``(T + 1, B)``, NaN from where a run is no longer finite.

    Raises
    ------
    ValueError
        As `descend`, and when `lrs` is not a list of such rates.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> from lranim.core.rules import gradient_descent
    >>> sweep(COSTS["bowl"], gradient_descent(), [0.3, 0.5, 1.0], (13.0,), 2).x[:, :, 0]
    array([[13. , 13. , 13. ],
           [ 7. ,  3. , -7. ],
           [ 4.6,  3. , 13. ]])
    """
    steps = whole("steps", steps)
    point = _point(cost, start)
    lr = np.array(lrs, dtype=np.float64)
    if lr.ndim != 1 or not lr.size:
        raise ValueError(f"learning rates must be a list of one or more numbers, got shape {lr.shape}")
    for one in lr.tolist():
        finite("learning rate", one)
    with np.errstate(all="ignore"):
        run = _follow(cost, rule, [lr[:, np.newaxis]] * steps, np.tile(point, (len(lr), 1)), gradient)
    if not run.alive[0].all():
        raise ValueError(f"cost and gradient of {cost.name} must be finite at the start {point.tolist()}")
    x = np.full((steps + 1, *run.x.shape[1:]), np.nan)
    value = np.full((steps + 1, len(lr)), np.nan)
    x[: len(run.x)] = np.where(run.alive[..., np.newaxis], run.x, np.nan)
    value[: len(run.x)] = np.where(run.alive, run.cost, np.nan)
    for array in (x, value, lr):
        array.setflags(write=False)
    return Sweep(cost_function=cost, rule=rule, lr=lr, x=x, cost=value)


class _Run(NamedTuple):
    """What the loop did; `alive` is whether every number up to and with that point is finite."""

    x: Array
    cost: Array
    grad: Array
    step: Array
    alive: npt.NDArray[np.bool_]
    states: Any

    def first(self, steps: int) -> _Run:
        """Keep the first steps only, copied, to let go of the longer arrays."""
        if steps == len(self.step):
            return self
        points = slice(steps + 1)
        x, cost, grad = self.x[points].copy(), self.cost[points].copy(), self.grad[points].copy()
        states = self.states and type(self.states)(*(field[points].copy() for field in self.states))
        return _Run(x, cost, grad, self.step[:steps].copy(), self.alive[points].copy(), states)


def _follow(cost: Cost, rule: Rule, rates: list[Any], start: Array, told: Gradient | None) -> _Run:
    """Step ``len(rates)`` times from `start`, ``(n,)`` or ``(B, n)``; stop early once no run is finite."""
    steps = len(rates)
    x = np.empty((steps + 1, *start.shape))
    grad = np.empty_like(x)
    step = np.empty((steps, *start.shape))
    value = np.empty(x.shape[:-1])
    alive = np.empty(x.shape[:-1], dtype=np.bool_)
    still = np.ones(start.shape[:-1], dtype=np.bool_)

    def look(part: slice) -> None:
        value[part] = cost.value(x[part])
        finite = np.isfinite(value[part]) & (np.isfinite(x[part]) & np.isfinite(grad[part])).all(axis=-1)
        finite[0] &= still
        alive[part] = np.logical_and.accumulate(finite, axis=0)

    x[0] = point = start
    state = rule.init(start)
    states = [state]
    end = 0
    while end < steps and still.any():
        first, end = end, min(end + _CHUNK, steps)
        stops, grads, moves = [], [], []
        for t, lr in enumerate(rates[first:end], first):
            slope = cost.grad(point) if told is None else told(point, t)
            move, state = rule.step(state, slope, lr, t)
            point = point + move
            stops.append(point)
            grads.append(slope)
            moves.append(move)
            states.append(state)
        # One copy a chunk: storing into a row of an array takes twice as long as appending to a list.
        shape = (end - first, *start.shape)
        x[first + 1 : end + 1] = np.concatenate(stops).reshape(shape)
        # What is kept is the cost's own gradient: the slope at the point, whatever the rule was told.
        own = cost.grad(x[first:end]) if told is not None else np.concatenate(grads).reshape(shape)
        grad[first:end] = own
        step[first:end] = np.concatenate(moves).reshape(shape)
        look(slice(first, end))
        still = alive[end - 1]
    grad[end] = cost.grad(point)
    look(slice(end, end + 1))
    points = slice(end + 1)
    remembered = stacked(states)
    for field in remembered or ():
        alive[points] &= np.isfinite(field).all(axis=-1)
    alive[points] = np.logical_and.accumulate(alive[points], axis=0)
    return _Run(x[points], value[points], grad[points], step[:end], alive[points], remembered)


def _status(cost: Cost, run: _Run) -> Status:
    """Judge the end of a run all of whose numbers are finite; sizes are largest components, which stay so."""
    x, value, grad = run.x, run.cost, run.grad
    width = max(high - low for low, high in cost.domain)
    if len(x) > 2:
        stride, back = np.abs(x[-1] - x[-2]).max(), np.abs(x[-1] - x[-3]).max()
        if back <= _SAME * stride and stride > _SAME * width:
            return Status.BOUNCED
    # The gradient's size alone would not do: nothing is negligible beside that of a start at the minimum, and
    # everything is beside that of a start far out.
    if any(np.abs(x[-1] - minimum).max() <= _ARRIVED * width for minimum in cost.minima):
        return Status.CONVERGED
    if np.abs(grad[-1]).max() <= _NEGLIGIBLE * np.abs(grad[0]).max():
        return Status.CONVERGED
    if len(x) > 2 and value[-1] > value[-2] > value[-3] and value[-1] > value[:-1].max():
        return Status.DIVERGED
    return Status.OUT_OF_STEPS


def _point(cost: Cost, start: Sequence[float] | Array) -> Array:
    point = np.array(start, dtype=np.float64)
    if point.shape != (cost.dim,) or not np.isfinite(point).all():
        raise ValueError(f"start of {cost.name} must be {cost.dim} finite number(s), got {point.tolist()}")
    return point


def _rates(schedule: Schedule, steps: int) -> Array:
    """Ask the schedule for all rates at once: it is a pure function of the step."""
    given = np.asarray(schedule(np.arange(steps)), dtype=np.float64)
    if given.shape not in ((), (steps,)):
        raise ValueError(f"a schedule must give one rate a step: {steps} steps, got shape {given.shape}")
    lr = np.array(np.broadcast_to(given, (steps,)))
    if not np.isfinite(lr).all():
        t = int(np.argmin(np.isfinite(lr)))
        raise ValueError(f"learning rate must be finite, got {float(lr[t])!r} at step {t}")
    return lr
