"""What a run turned out to do, in one word, judged by its own points. Derived here."""

from __future__ import annotations

import enum

import numpy as np

from lranim.core.types import NEAR, ROUNDING, Array, Status, Trajectory

_AT_MINIMUM = 1e-9  # of the run's greatest distance
_FOR_EVER = 1e-4  # a bounce that loses less than this at each turn outlives any lesson
_LONGEST_CYCLE = 8


class Verdict(enum.Enum):
    """What a run did, in one word, for any rule and cost."""

    LANDS = "lands"
    """At the minimum after one step, and stays."""
    SETTLES = "settles"
    """Comes within 0.1 of a minimum: from one side, or in waves, as momentum does, that stay so near."""
    CRAWLS = "crawls"
    """Comes nearer from one side, and has not got there."""
    JUMPS = "jumps"
    """Comes nearer from side to side."""
    BOUNCES = "bounces"
    """Repeats itself for ever."""
    DIVERGES = "diverges"
    """Goes farther and farther."""
    WANDERS = "wanders"
    """None of these: chaotic, stuck on a maximum, or too short to tell."""


def verdict(trajectory: Trajectory) -> Verdict:
    """Judge a run by its own points, so that it holds for any rule and cost.

    It comes nearer when the distance does not grow over any two steps of the run's second half.
    It changes sides where the gradient turns against the one before, which in 1-D means that the minimum was
    crossed and in a ravine that its floor was; it jumps when more than half of its gradients, by length, do
    that, and not once only, in the whole run or, where it has not arrived, in its second half. One that
    swings, and so comes nearer and farther in turns, has settled when it is within 0.1 for the last quarter
    of the run. A bounce that loses less than a 10,000th at each turn counts as one for ever.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> from lranim.core.descend import descend
    >>> from lranim.core.rules import gradient_descent
    >>> from lranim.core.schedules import constant
    >>> run = descend(COSTS["bowl"], gradient_descent(), constant(0.9), (13.0,), 29)
    >>> verdict(run)
    <Verdict.JUMPS: 'jumps'>
    """
    errors, status = trajectory.errors, trajectory.status
    if status is Status.DIVERGED:
        return Verdict.DIVERGES
    if status is not Status.CONVERGED and (status is Status.BOUNCED or _repeats(trajectory)):
        return Verdict.BOUNCES
    if status is not Status.CONVERGED and not trajectory.cost_function.minima:
        return Verdict.WANDERS
    if errors.max() <= _AT_MINIMUM * NEAR:
        return Verdict.SETTLES
    arrived = errors <= _AT_MINIMUM * errors.max()
    if arrived[1:].all():
        return Verdict.LANDS
    late = errors[trajectory.steps // 2 :]
    # The slack is for a run that has arrived, where rounding alone decides which distance is the smaller.
    if errors[-1] >= errors[0] or np.any(late[2:] > late[:-2] + _AT_MINIMUM * errors.max()):
        near = errors <= NEAR * (1 + ROUNDING)
        stays = not near[0] and near[-(trajectory.steps // 4 + 2) :].all()
        return Verdict.SETTLES if stays else Verdict.WANDERS
    if _changes_sides(trajectory.grad):
        return Verdict.JUMPS
    if errors[-1] <= NEAR * (1 + ROUNDING):
        return Verdict.SETTLES
    # A curve that is flat far out is walked down from one side first.
    return Verdict.JUMPS if _changes_sides(trajectory.grad[trajectory.steps // 2 :]) else Verdict.CRAWLS


def _changes_sides(grad: Array) -> bool:
    """Tell whether most of the gradients, by length, point against the one before."""
    with np.errstate(over="ignore", invalid="ignore"):
        turned = (grad[1:] * grad[:-1]).sum(axis=-1) < 0
        lengths = np.sqrt((grad[1:] ** 2).sum(axis=-1))
    # One turn alone is an overshoot, not a way of going, unless there is no room for more.
    often = turned.sum() >= min(2, len(turned))
    return bool(often and lengths[turned].sum() > lengths.sum() / 2)


def _repeats(trajectory: Trajectory) -> bool:
    """Tell whether the last steps undo each other and get no shorter, or the points recur less often."""
    step, x = trajectory.step[-3:], trajectory.x
    with np.errstate(all="ignore"):
        undone = -(step[1:] * step[:-1]).sum(axis=-1) / (step[:-1] ** 2).sum(axis=-1)
    if len(undone) and np.all(np.abs(undone - 1) <= _FOR_EVER):
        return True
    for period in range(3, min(_LONGEST_CYCLE, trajectory.steps // 2) + 1):
        recent, before = x[-period:], x[-2 * period : -period]
        extent = np.ptp(recent, axis=0).max()
        if extent > 0 and np.abs(recent - before).max() <= _FOR_EVER * extent:
            return True
    return False
