"""What the mathematics says of momentum on a quadratic, as `lranim.core.theory` does of gradient descent.

Along an eigenvector of the Hessian with eigenvalue L, the error e of ``x`` to the minimum obeys
``e_{t+1} = (1 + beta - lr L) e_t - beta e_{t-1}``. So it is made of the powers of the two roots of
``z^2 - (1 + beta - lr L) z + beta = 0``; the larger one in size is the spectral radius. The roots are real
where ``lr L`` is at most ``(1 - sqrt(beta))^2``, or at least ``(1 + sqrt(beta))^2``. Between these they are
complex, and ``sqrt(beta)`` in size.

References
----------
Polyak, "Some methods of speeding up the convergence of iteration methods" (1964),
doi:10.1016/0041-5553(64)90137-5; Goh, "Why Momentum Really Works", Distill (2017),
doi:10.23915/distill.00006.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lranim.core.theory import condition_number
from lranim.core.types import Array

Codes = npt.NDArray[np.int_]
"""Numbers of `MomentumRegime`, as an array."""

_BORDER = 1e-9  # how near lr L must be to a border to be on it


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
    """The rates where a regime begins, for each beta.

    Parameters
    ----------
    swings, jumps, diverges
        ``(1 - sqrt(beta))^2 / L``, ``(1 + sqrt(beta))^2 / L`` and ``2 (1 + beta) / L``.
    """

    swings: Array
    jumps: Array
    diverges: Array


class Best(NamedTuple):
    """The rate and the beta at which the slowest direction is fastest.

    Parameters
    ----------
    lr, beta
        What to descend with.
    radius
        What the error shrinks by, at each step, in the long run.
    """

    lr: float
    beta: float
    radius: float


def momentum_borders(beta: npt.ArrayLike, curvature: float) -> Borders:
    """Give the rates where momentum begins to swing, to jump, and to diverge.

    Parameters
    ----------
    beta
        Shares of the velocity that are kept, each from 0 to 1.
    curvature
        L, above 0. Of several, the largest swings, jumps and diverges first.

    Returns
    -------
    Borders
        In the shape of `beta`. Without momentum the last one is ``2 / L``, `theory.stability_limit`.

    Raises
    ------
    ValueError
        When a number is out of its range.

    Examples
    --------
    >>> [float(rate) for rate in momentum_borders(0.25, 4)]
    [0.0625, 0.5625, 0.625]
    """
    beta = _shares(beta)
    if not (np.isfinite(curvature) and curvature > 0):
        raise ValueError(f"curvature must be a finite number above 0, got {curvature!r}")
    root = np.sqrt(beta)
    return Borders(
        swings=np.square(1 - root) / curvature,
        jumps=np.square(1 + root) / curvature,
        diverges=np.asarray(2 * (1 + beta) / curvature),
    )


def momentum_radius(lr: npt.ArrayLike, beta: npt.ArrayLike, curvature: npt.ArrayLike) -> Array:
    """Give the spectral radius of momentum on a quadratic: what a step shrinks the error by, in the long run.

    ``sqrt(beta)`` where the roots are complex; else ``(|p| + sqrt(p^2 - 4 beta)) / 2`` with
    ``p = 1 + beta - lr L``. Of several curvatures, the slowest counts.

    Parameters
    ----------
    lr, beta
        Rates, 0 or more, and shares of the velocity that are kept, from 0 to 1; arrays that broadcast.
    curvature
        J″, or the Hessian's eigenvalues ``(n,)``. A flat direction, 0, has no say: nothing moves along it.

    Returns
    -------
    Array
        In the shape that `lr` and `beta` broadcast to; below 1 where it converges.

    Raises
    ------
    ValueError
        When a number is out of its range, or there is no curvature other than 0.

    Examples
    --------
    Without momentum it is ``|1 - lr L|``.

    >>> momentum_radius([0.1, 0.4, 0.6], 0, [0.2, 4]).round(3)
    array([0.98, 0.92, 1.4 ])
    >>> momentum_radius(0.4, [0.0, 0.25, 0.64], [0.2, 4]).round(3)
    array([0.92 , 0.889, 0.8  ])
    """
    product, beta = _products(lr, beta, curvature)
    return np.asarray(_radius(product, beta).max(axis=-1))


def momentum_regime(lr: npt.ArrayLike, beta: npt.ArrayLike, curvature: npt.ArrayLike) -> npt.NDArray[np.int_]:
    """Give the regime of each rate and beta on a quadratic, as numbers of `MomentumRegime`.

    Of several curvatures, the wildest counts. ``lr L`` is on a border when it is within 1e-9 of it.

    Parameters
    ----------
    lr, beta, curvature
        As in `momentum_radius`, but each rate above 0.

    Raises
    ------
    ValueError
        As `momentum_radius`.

    Examples
    --------
    >>> regimes = momentum_regime([0.05, 0.3, 0.6, 0.625, 0.7], 0.25, 4)
    >>> [MomentumRegime(code).name for code in regimes]
    ['CLOSES_IN', 'SWINGS', 'JUMPS', 'BOUNCES', 'DIVERGES']
    """
    if not np.all(np.asarray(lr) > 0):
        raise ValueError(f"learning rate must be above 0, got {float(np.min(lr))!r}")
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


def best_momentum(curvature: npt.ArrayLike) -> Best:
    """Give Polyak's rate and beta: no others have a smaller spectral radius.

    ``lr = 4 / (sqrt(L) + sqrt(m))^2`` and ``beta = ((sqrt(k) - 1) / (sqrt(k) + 1))^2`` for the curvatures
    from m to L with ``k = L / m``; the radius is ``sqrt(beta)``.

    Parameters
    ----------
    curvature
        Hessian eigenvalues ``(n,)``; what `lranim.core.theory.condition_number` refuses is refused.

    Examples
    --------
    >>> best = best_momentum([1, 9])
    >>> best.lr, best.beta, best.radius
    (0.25, 0.25, 0.5)
    """
    k, low = np.sqrt(condition_number(curvature)), float(np.min(curvature))
    radius = float((k - 1) / (k + 1))
    return Best(lr=float(4 / (low * (k + 1) ** 2)), beta=radius**2, radius=radius)


def best_rate(curvature: npt.ArrayLike) -> Best:
    """Give the rate at which gradient descent is fastest on a quadratic: ``2 / (L + m)``.

    The radius is ``(k - 1) / (k + 1)`` with ``k = L / m``; momentum turns k into its root, `best_momentum`.

    Parameters
    ----------
    curvature
        As in `best_momentum`.

    Examples
    --------
    >>> best_rate([1, 9])
    Best(lr=0.2, beta=0.0, radius=0.8)

    References
    ----------
    Nesterov, *Introductory Lectures on Convex Optimization* (2004), theorem 2.1.15.
    """
    k, low = condition_number(curvature), float(np.min(curvature))
    return Best(lr=2 / (low * (k + 1)), beta=0.0, radius=(k - 1) / (k + 1))


def _radius(product: Array, beta: Array) -> Array:
    """Give the larger root in size, of ``lr L`` and beta; in factors, p^2 - 4 beta does not cancel."""
    root = np.sqrt(beta)
    with np.errstate(over="ignore"):
        apart = (product - np.square(1 - root)) * (product - np.square(1 + root))
    real = (np.abs(1 + beta - product) + np.sqrt(np.maximum(apart, 0))) / 2
    return np.where(apart < 0, root, real)


def _products(lr: npt.ArrayLike, beta: npt.ArrayLike, curvature: npt.ArrayLike) -> tuple[Array, Array]:
    """Give ``lr L`` and beta, ``(..., n)``, for the n curvatures that are not 0."""
    rate, share = np.broadcast_arrays(np.asarray(lr, dtype=np.float64), _shares(beta))
    if not (np.isfinite(rate).all() and np.all(rate >= 0)):
        raise ValueError(f"learning rates must be finite numbers, 0 or more, got {rate.tolist()}")
    curved = np.atleast_1d(np.asarray(curvature, dtype=np.float64))
    if not np.isfinite(curved).all() or not curved.any():
        raise ValueError(f"momentum needs finite curvatures, one of them not 0, got {curved.tolist()}")
    with np.errstate(over="ignore"):
        return rate[..., np.newaxis] * curved[curved != 0], share[..., np.newaxis]


def _shares(beta: npt.ArrayLike) -> Array:
    shares = np.asarray(beta, dtype=np.float64)
    if not np.all((shares >= 0) & (shares <= 1)):
        raise ValueError(f"momentum must be from 0 to 1, got {shares.tolist()}")
    return shares
