"""Costs made from data: the mean squared error of a model that is linear in its parameters."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from lranim.core.types import Array, Cost


def least_squares(
    features: Array,
    targets: Array,
    *,
    name: str,
    summary: str,
    formula: str,
    variables: tuple[str, ...],
) -> Cost:
    """Make the mean squared error of ``f(x) = features . w`` as a cost of the parameters w.

    ``J(w) = 1/m |F w - y|^2``, with the gradient ``2/m F^T (F w - y)`` and the Hessian ``2/m F^T F``

    With ``F = Q R`` it is ``1/m |R w - Q^T y|^2`` and a constant: what a point costs to compute hangs on the
    number of parameters, not of samples.

    Parameters
    ----------
    features
        F, one row a sample, ``(m, n)``.
    targets
        y, ``(m,)``.
    name, summary, formula, variables
        As in `Cost`.

    Returns
    -------
    Cost
        With the minimum in closed form (the shortest w, where F leaves it open), a domain around it that
        reaches to 0 and as far beyond, a start in that domain's low corner, and a rate of 0.6 over the
        largest eigenvalue of the Hessian.

    Raises
    ------
    ValueError
        When the squares of the numbers overflow, or J is flat: every feature 0.

    Examples
    --------
    >>> cost = least_squares(
    ...     np.array([[1.0], [2.0]]), np.array([2.0, 3.0]), name="a", summary="", formula="", variables=("a",)
    ... )
    >>> cost.value(np.array([0.0])).round(9), cost.grad(np.array([0.0])), np.round(cost.minima, 9)
    (np.float64(6.5), array([-8.]), array([[1.6]]))

    References
    ----------
    Golub and Van Loan, *Matrix Computations* (2013), section 5.3.
    """
    count, n = features.shape
    with np.errstate(over="ignore", invalid="ignore"):
        squares = np.square(features).mean(axis=0), np.square(targets).mean()
    if not (np.isfinite(squares[0]).all() and np.isfinite(squares[1])):
        raise ValueError(f"the data of {name} is too large: its squares overflow")
    if not squares[0].any():
        raise ValueError(f"the data of {name} leaves J flat: every feature is 0")
    q, r = np.linalg.qr(features)
    r, aim = r / np.sqrt(count), q.T @ targets / np.sqrt(count)
    best = np.linalg.lstsq(r, aim)[0]
    rest = np.square(targets - features @ best).mean()
    hessian = 2 * (r.T @ r)
    for array in (r, aim, hessian):
        array.setflags(write=False)
    # At this distance, a parameter alone costs as much as a model that says 0 for every sample.
    reach = np.sqrt((squares[1] or 1.0) / np.where(squares[0] > 0, squares[0], 1.0))
    half = np.maximum(np.abs(best), reach)
    digits = [1 - math.floor(math.log10(2 * h)) for h in half.tolist()]
    edges = zip((best - half).tolist(), (best + half).tolist(), digits, strict=True)
    return Cost(
        name=name,
        summary=summary,
        dim=n,
        value=partial(_value, r, aim, rest),
        grad=partial(_grad, r, aim),
        hessian=hessian,
        domain=tuple((_outwards(low, -1, d), _outwards(high, 1, d)) for low, high, d in edges),
        minima=(tuple(best.tolist()),),
        formula=formula,
        variables=variables,
        start=tuple(map(round, (best - 0.9 * half).tolist(), digits)),
        lr=float(f"{0.6 / np.linalg.eigvalsh(hessian)[-1]:.2g}"),
    )


def _value(r: Array, aim: Array, rest: float, w: Array) -> Array:
    squares: Array = np.square(_product(r, w) - aim).sum(axis=-1)
    return squares + rest


def _grad(r: Array, aim: Array, w: Array) -> Array:
    return 2 * _product(r.T, _product(r, w) - aim)


def _product(matrix: Array, w: Array) -> Array:
    """Multiply each point of a batch ``(..., n)``, to the last bit as it would be alone; BLAS does not."""
    product: Array = (matrix * w[..., np.newaxis, :]).sum(axis=-1)
    return product


def _outwards(edge: float, way: int, digits: int) -> float:
    """Round to a number of digits, up where `way` is 1, down where it is -1."""
    return round(way * math.ceil(way * edge * 10.0**digits) / 10.0**digits, digits)
