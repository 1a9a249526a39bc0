"""What the mathematics says of a rate, and what a run turned out to do.

For a quadratic with curvature L, gradient descent multiplies the error by ``1 - lr L`` at each step. In n
dimensions this holds along each eigenvector of the Hessian, with that eigenvalue for L.

With momentum, the error e obeys ``e_{t+1} = (1 + beta - lr L) e_t - beta e_{t-1}``. So it is made of the
powers of the two roots of ``z^2 - (1 + beta - lr L) z + beta = 0``; the larger one in size is the spectral
radius. The roots are real where ``lr L`` is at most ``(1 - sqrt(beta))^2``, or at least
``(1 + sqrt(beta))^2``. Between these they are complex, and ``sqrt(beta)`` in size.

References
----------
Nesterov, *Introductory Lectures on Convex Optimization* (2004), section 1.2.3;
Polyak, "Some methods of speeding up the convergence of iteration methods" (1964),
doi:10.1016/0041-5553(64)90137-5; Goh, "Why Momentum Really Works", Distill (2017),
doi:10.23915/distill.00006.
"""

from __future__ import annotations

import enum
import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lranim.core.types import NEAR, ROUNDING, Array, Cost, Status, Trajectory

_BORDER = 1e-9  # how near lr L must be to a border to be on it
_AT_MINIMUM = 1e-9  # of the run's greatest distance
_FOR_EVER = 1e-4  # a bounce that loses less than this at each turn outlives any lesson
_LONGEST_CYCLE = 8


def stability_limit(curvature: npt.ArrayLike) -> float:
    """Give the rate from which on gradient descent no longer converges: ``2 / L``, L the largest of them."""
    return 2 / float(np.max(curvature))


def curvatures(cost: Cost) -> Array:
    """Give the Hessian's eigenvalues, ascending, ``(n,)``; in 1-D this is J″.

    Where the cost is not quadratic, its Hessian is the central difference of its gradient at the lowest known
    minimum.
    """
    if cost.hessian is not None:
        return np.asarray(np.linalg.eigvalsh(cost.hessian), dtype=np.float64)
    x = np.array(cost.minima[0], dtype=np.float64)
    # The cube root of the rounding error balances rounding against the h^2 error of the difference.
    h = np.cbrt(np.finfo(np.float64).eps) * np.maximum(1.0, np.abs(x))
    ahead, behind = x + np.diag(h), x - np.diag(h)
    hessian = (cost.grad(ahead) - cost.grad(behind)) / (2 * h[:, np.newaxis])
    return np.asarray(np.linalg.eigvalsh((hessian + hessian.T) / 2), dtype=np.float64)


def contraction(lr: float, curvature: npt.ArrayLike) -> Array:
    """Give what one step of gradient descent multiplies the error by: ``1 - lr L``, for each curvature."""
    return np.asarray(1 - lr * np.asarray(curvature, dtype=np.float64))


def steps_to_within(distance: float, tolerance: float, factor: float) -> int | None:
    """Give the smallest t with ``distance |factor|^t <= tolerance``, None where there is none."""
    if distance <= tolerance * (1 + ROUNDING):
        return 0
    if abs(factor) >= 1:
        return None
    if factor == 0:
        return 1
    t = (math.log(tolerance) - math.log(distance)) / math.log(abs(factor))
    # Rounding can put an exact hit a little above the whole number.
    return math.ceil(t * (1 - ROUNDING))


class MomentumRegime(enum.IntEnum):
    """What a rate and a beta must do to a quadratic, the tamest first; numbers, to fit into an array."""

    CLOSES_IN = 0
    """``lr L <= (1 - sqrt(beta))^2``: nearer at each step, from one side."""
    SWINGS = 1
    """Between the two: through the minimum and back, in waves that shrink by ``sqrt(beta)`` a step."""
    JUMPS = 2
    """``(1 + sqrt(beta))^2 <= lr L < 2 (1 + beta)``: from side to side at each step, nearer in the end."""
    BOUNCES = 3
    """``lr L = 2 (1 + beta)``, or beta = 1: for ever, no nearer."""
    DIVERGES = 4
    """``lr L > 2 (1 + beta)``, or L below 0: farther and farther."""


class Borders(NamedTuple):
    """The rates where a regime begins, for each beta."""

    swings: Array
    jumps: Array
    diverges: Array


def momentum_borders(beta: npt.ArrayLike, curvature: float) -> Borders:
    """Give the rates where momentum begins to swing, to jump, and to diverge, in the shape of `beta`."""
    beta = np.asarray(beta, dtype=np.float64)
    root = np.sqrt(beta)
    return Borders(
        swings=np.square(1 - root) / curvature,
        jumps=np.square(1 + root) / curvature,
        diverges=np.asarray(2 * (1 + beta) / curvature),
    )


def momentum_radius(lr: npt.ArrayLike, beta: npt.ArrayLike, curvature: npt.ArrayLike) -> Array:
    """Give the spectral radius of momentum on a quadratic: what a step shrinks the error by, in the long run.

    ``sqrt(beta)`` where the roots are complex; else ``(|p| + sqrt(p^2 - 4 beta)) / 2`` with
    ``p = 1 + beta - lr L``. Rates and betas broadcast. Of several curvatures, the slowest counts.
    """
    product, beta = _products(lr, beta, curvature)
    root = np.sqrt(beta)
    with np.errstate(over="ignore"):
        # In factors, p^2 - 4 beta does not cancel.
        apart = (product - np.square(1 - root)) * (product - np.square(1 + root))
    real = (np.abs(1 + beta - product) + np.sqrt(np.maximum(apart, 0))) / 2
    return np.asarray(np.where(apart < 0, root, real).max(axis=-1))


def momentum_regime(lr: npt.ArrayLike, beta: npt.ArrayLike, curvature: npt.ArrayLike) -> npt.NDArray[np.int_]:
    """Give the regime of each rate and beta, as numbers of `MomentumRegime`; the wildest curvature counts."""
    product, beta = _products(lr, beta, curvature)
    root, limit = np.sqrt(beta), 2 * (1 + beta)
    codes = np.select(
        [
            (product < 0) | (product > limit + _BORDER),
            (product >= limit - _BORDER) | (beta == 1),
            product <= np.square(1 - root) + _BORDER,
            product < np.square(1 + root) - _BORDER,
        ],
        [MomentumRegime.DIVERGES, MomentumRegime.BOUNCES, MomentumRegime.CLOSES_IN, MomentumRegime.SWINGS],
        MomentumRegime.JUMPS,
    )
    return np.asarray(codes.max(axis=-1), dtype=np.int_)


class Best(NamedTuple):
    """The rate and the beta at which the slowest direction is fastest, and their spectral radius."""

    lr: float
    beta: float
    radius: float


def best_momentum(curvature: npt.ArrayLike) -> Best:
    """Give Polyak's rate and beta: no others have a smaller spectral radius.

    ``lr = 4 / (sqrt(L) + sqrt(m))^2`` and ``beta = ((sqrt(k) - 1) / (sqrt(k) + 1))^2`` for curvatures above 0
    from m to L with the condition number ``k = L / m``; the radius is ``sqrt(beta)``.
    """
    low = float(np.min(curvature))
    root = np.sqrt(float(np.max(curvature)) / low)
    radius = float((root - 1) / (root + 1))
    return Best(lr=float(4 / (low * (root + 1) ** 2)), beta=radius**2, radius=radius)


def _products(lr: npt.ArrayLike, beta: npt.ArrayLike, curvature: npt.ArrayLike) -> tuple[Array, Array]:
    """Give ``lr L`` and beta, ``(..., n)``, for the n curvatures that are not 0."""
    rate, share = np.broadcast_arrays(np.asarray(lr, dtype=np.float64), np.asarray(beta, dtype=np.float64))
    curved = np.atleast_1d(np.asarray(curvature, dtype=np.float64))
    with np.errstate(over="ignore"):
        return rate[..., np.newaxis] * curved[curved != 0], share[..., np.newaxis]


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
    """Judge a run by its own points, so that it holds for any rule and cost. Derived here.

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
    >>> verdict(descend(COSTS["bowl"], gradient_descent(), constant(0.9), (13.0,), 29))
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
    near = errors <= NEAR * (1 + ROUNDING)
    late = errors[trajectory.steps // 2 :]
    # The slack is for a run that has arrived, where rounding alone decides which distance is the smaller.
    if errors[-1] >= errors[0] or np.any(late[2:] > late[:-2] + _AT_MINIMUM * errors.max()):
        stays = not near[0] and near[-(trajectory.steps // 4 + 2) :].all()
        return Verdict.SETTLES if stays else Verdict.WANDERS
    if _changes_sides(trajectory.grad):
        return Verdict.JUMPS
    if near[-1]:
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
