"""The only descent loop: cost, rule, schedule, start → `Trajectory`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lranim.core.checks import whole
from lranim.core.types import Array, Cost, Gradient, Rule, Schedule, Status, Trajectory

_CHUNK = 1024  # steps between two looks at whether the point is still finite
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
    first = np.array(start, dtype=np.float64)
    if first.shape != (cost.dim,) or not np.isfinite(first).all():
        raise ValueError(f"start of {cost.name} must be {cost.dim} finite number(s), got {first.tolist()}")
    lr = _rates(schedule, steps)
    with np.errstate(all="ignore"):
        x, grad, step, states = _follow(cost, rule, lr, first, gradient)
        value = np.asarray(cost.value(x))
        alive = np.isfinite(value)
        for numbers in (x, grad, *(states or ())):
            alive &= np.isfinite(numbers).all(axis=-1)
        taken = int(np.argmin(np.append(alive, False))) - 1
        if taken < 0:
            raise ValueError(f"cost and gradient of {cost.name} must be finite at the start {first.tolist()}")
        # Copied, to let go of longer arrays.
        x, value, grad = (numbers[: taken + 1].copy() for numbers in (x, value, grad))
        lr, step = lr[:taken].copy(), step[:taken].copy()
        states = states and type(states)(*(numbers[: taken + 1].copy() for numbers in states))
        status = Status.DIVERGED if taken < steps else _status(cost, x, value, grad)
    for numbers in (x, value, grad, lr, step, *(states or ())):
        numbers.setflags(write=False)
    return Trajectory(
        cost_function=cost,
        rule=rule,
        x=x,
        cost=value,
        grad=grad,
        lr=lr,
        step=step,
        status=status,
        states=states,
    )


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


def _follow(
    cost: Cost, rule: Rule, lr: Array, start: Array, told: Gradient | None
) -> tuple[Array, Array, Array, Any]:
    """Give points, gradients, steps and states, whether they are finite or not."""
    point, state = start, rule.init(start)
    # Storing into a row of an array takes twice as long as appending to a list.
    points, slopes, moves, states = [start], [], [], [state]
    for t, rate in enumerate(lr.tolist()):
        slope = cost.grad(point) if told is None else told(point, t)
        move, state = rule.step(state, slope, rate, t)
        point = point + move
        points.append(point)
        slopes.append(slope)
        moves.append(move)
        states.append(state)
        if t % _CHUNK == _CHUNK - 1 and not np.isfinite(point).all():
            break
    x = np.concatenate(points).reshape(-1, len(start))
    # What is kept is the cost's own gradient: the slope at the point, whatever the rule was told.
    grad = np.concatenate([*slopes, cost.grad(point)]).reshape(x.shape) if told is None else cost.grad(x)
    kind, remembered = type(state), None
    if hasattr(kind, "_fields"):
        remembered = kind(*(np.array(field, dtype=np.float64) for field in zip(*states, strict=True)))
    return x, grad, np.concatenate(moves).reshape(-1, len(start)), remembered


def _status(cost: Cost, x: Array, value: Array, grad: Array) -> Status:
    """Judge the end of a run all of whose numbers are finite; sizes are largest components, which stay so."""
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
