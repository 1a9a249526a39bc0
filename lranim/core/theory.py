"""What the mathematics says of a rate; and, from `lranim.core.verdict`, what a run turned out to do.

For a quadratic with curvature L, gradient descent multiplies the error by ``1 - lr L`` at each step. In n
dimensions this holds along each eigenvector of the Hessian, with that eigenvalue for L. What it says of
momentum is in `lranim.core.heavy_ball`.

References
----------
Nesterov, *Introductory Lectures on Convex Optimization* (2004), section 1.2.3;
Goh, "Why Momentum Really Works", Distill (2017), doi:10.23915/distill.00006.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lranim.core.checks import finite
from lranim.core.types import ROUNDING, Array, Cost
from lranim.core.verdict import Verdict, verdict

__all__ = [
    "Regime",
    "Verdict",
    "condition_number",
    "contraction",
    "curvatures",
    "regime",
    "stability_limit",
    "steps_to_within",
    "verdict",
]

_BORDER = 1e-9  # how near lr L must be to 1 or 2 to be on the border


def stability_limit(curvature: npt.ArrayLike) -> float:
    """Give the rate from which on gradient descent no longer converges: ``2 / L``.

    Parameters
    ----------
    curvature
        J″, or the Hessian's eigenvalues ``(n,)``, of which L is the largest; L above 0.

    Raises
    ------
    ValueError
        When no curvature is above 0: a minimum needs one.

    Examples
    --------
    >>> stability_limit(2)
    1.0
    >>> stability_limit([0.2, 4])
    0.5
    """
    return 2 / _largest(curvature)


def curvatures(cost: Cost, at: Sequence[float] | Array | None = None) -> Array:
    """Give the Hessian's eigenvalues, ascending, ``(n,)``; in 1-D this is J″.

    Parameters
    ----------
    cost
        Where it is not quadratic, its Hessian is the central difference of its gradient.
    at
        Point ``(n,)``; the lowest known minimum when not given. It does not matter for a quadratic.

    Raises
    ------
    ValueError
        When a cost that is not quadratic and knows no minimum is asked without a point.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> curvatures(COSTS["ravine"])
    array([0.2, 4. ])
    >>> curvatures(COSTS["two-minima"], at=(3,)).round(6)
    array([1.2])
    """
    if cost.hessian is not None:
        return np.asarray(np.linalg.eigvalsh(cost.hessian), dtype=np.float64)
    if at is None and not cost.minima:
        raise ValueError(f"curvature of {cost.name}: give a point, it knows no minimum")
    x = np.array(cost.minima[0] if at is None else at, dtype=np.float64)
    # The cube root of the rounding error balances rounding against the h^2 error of the difference.
    h = np.cbrt(np.finfo(np.float64).eps) * np.maximum(1.0, np.abs(x))
    ahead, behind = x + np.diag(h), x - np.diag(h)
    hessian = (cost.grad(ahead) - cost.grad(behind)) / (2 * h[:, np.newaxis])
    return np.asarray(np.linalg.eigvalsh((hessian + hessian.T) / 2), dtype=np.float64)


def condition_number(curvature: npt.ArrayLike) -> float:
    """Give the largest curvature over the smallest: how much a ravine slows descent. 1 for a round bowl.

    Parameters
    ----------
    curvature
        Hessian eigenvalues ``(n,)``, all above 0.

    Raises
    ------
    ValueError
        When a curvature is not above 0.

    Examples
    --------
    >>> condition_number([0.25, 5])
    20.0
    """
    smallest = float(np.min(curvature))
    if not smallest > 0:
        raise ValueError(f"condition number needs curvatures above 0, got {smallest!r}")
    return _largest(curvature) / smallest


def contraction(lr: float, curvature: npt.ArrayLike) -> Array:
    """Give what one step of gradient descent multiplies the error by: ``1 - lr L``.

    Below 0, the point lands on the other side; from 1 on in size, it comes no nearer.

    Parameters
    ----------
    lr
        Learning rate.
    curvature
        J″, or the Hessian's eigenvalues ``(n,)``.

    Returns
    -------
    Array
        A factor for each curvature, in the same shape.

    Examples
    --------
    >>> float(contraction(0.3, 2))
    0.4
    >>> contraction(0.5, [0.2, 4])
    array([ 0.9, -1. ])
    """
    return np.asarray(1 - lr * np.asarray(curvature, dtype=np.float64))


class Regime(enum.Enum):
    """What a rate must do to a quadratic."""

    CLOSES_IN = "closes-in"
    """``0 < lr L < 1``: nearer at each step, from one side."""
    LANDS = "lands"
    """``lr L = 1``: at the minimum after one step."""
    JUMPS = "jumps"
    """``1 < lr L < 2``: nearer at each step, from side to side."""
    BOUNCES = "bounces"
    """``lr L = 2``: from side to side for ever, no nearer."""
    DIVERGES = "diverges"
    """``lr L > 2``, or L below 0: farther at each step."""


def regime(lr: float, curvature: npt.ArrayLike) -> Regime:
    """Give the regime of a rate on a quadratic.

    Each eigenvalue has its own. Together they diverge or bounce if one does, jump if one jumps, land if all
    land, else close in. A direction without curvature is flat: nothing moves along it, so it has no say.

    Parameters
    ----------
    lr
        Learning rate, above 0.
    curvature
        J″, or the Hessian's eigenvalues ``(n,)``, at least one of them not 0. ``lr L`` is on a border, 1 or
        2, when it is within 1e-9 of it.

    Raises
    ------
    ValueError
        When `lr` is not a finite number above 0, or there is no curvature other than 0.

    Examples
    --------
    >>> [regime(lr, 2).value for lr in (0.3, 0.5, 0.9, 1, 1.05)]
    ['closes-in', 'lands', 'jumps', 'bounces', 'diverges']
    >>> regime(0.25, [0.2, 4]).value
    'closes-in'
    """
    finite("learning rate", lr, above=True)
    curved = np.atleast_1d(np.asarray(curvature, dtype=np.float64))
    if not np.isfinite(curved).all() or not curved.any():
        raise ValueError(f"regime needs finite curvatures, one of them not 0, got {curved.tolist()}")
    with np.errstate(over="ignore"):
        product = lr * curved[curved != 0]
    if np.any((product < 0) | (product > 2 + _BORDER)):
        return Regime.DIVERGES
    if np.any(product >= 2 - _BORDER):
        return Regime.BOUNCES
    if np.any(product > 1 + _BORDER):
        return Regime.JUMPS
    return Regime.LANDS if np.all(product >= 1 - _BORDER) else Regime.CLOSES_IN


def steps_to_within(distance: float, tolerance: float, factor: float) -> int | None:
    """Give the smallest t with ``distance |factor|^t <= tolerance``, None where there is none.

    Parameters
    ----------
    distance
        How far the start is from the minimum, in units of x; 0 or more.
    tolerance
        How near is near enough, in the same units; above 0.
    factor
        Contraction factor of a step.

    Raises
    ------
    ValueError
        When an argument is not finite or out of its range.

    Examples
    --------
    >>> steps_to_within(10, 0.1, 0.8), steps_to_within(10, 0.1, -0.98), steps_to_within(10, 0.1, -1)
    (21, 228, None)
    """
    finite("distance", distance)
    finite("tolerance", tolerance, above=True)
    if not math.isfinite(factor):
        raise ValueError(f"factor must be finite, got {factor!r}")
    if distance <= tolerance * (1 + ROUNDING):
        return 0
    if abs(factor) >= 1:
        return None
    if factor == 0:
        return 1
    t = (math.log(tolerance) - math.log(distance)) / math.log(abs(factor))
    # Rounding can put an exact hit a little above the whole number.
    return math.ceil(t * (1 - ROUNDING))


def _largest(curvature: npt.ArrayLike) -> float:
    largest = float(np.max(curvature))
    if not largest > 0:
        raise ValueError(f"a minimum needs a curvature above 0, got {largest!r}")
    return largest
