"""Models that are linear in their parameters, fitted to samples: lines, and polynomials."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.polynomial import chebyshev

from lranim.core.checks import rounded
from lranim.core.types import Array, Cost

SMALLEST, LARGEST = 1e-50, 1e50
"""Samples of another size are refused: squares and quotients of theirs would overflow or vanish."""

DEGREE = 12
"""Degree of the polynomials: enough to follow the noise of 14 samples."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Samples:
    """What is given, and what is to be predicted, of m samples: read-only, and of a line ``(m,)`` each."""

    x: Array
    y: Array


def samples(x: npt.ArrayLike, y: npt.ArrayLike) -> Samples:
    """Check data that a line can be fitted to, two samples at least and not all x the same, and copy it."""
    pair = np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)
    if pair[0].ndim != 1 or pair[0].shape != pair[1].shape:
        raise ValueError(f"samples need as many y as x, got shapes {pair[0].shape} and {pair[1].shape}")
    for name, values in zip("xy", pair, strict=True):
        size = np.abs(values)
        wrong = np.flatnonzero(~((size == 0) | ((size >= SMALLEST) & (size <= LARGEST))))
        if len(wrong):
            raise ValueError(
                f"{name} of sample {wrong[0] + 1} is {values[wrong[0]]:g}: "
                f"it must be 0, or from {SMALLEST:g} to {LARGEST:g} in size"
            )
        values.setflags(write=False)
    if len(pair[0]) < 2:
        raise ValueError(f"a line needs two samples at least, got {len(pair[0])}")
    if np.all(pair[0] == pair[0][0]):
        raise ValueError(f"every x is {pair[0][0]:g}: a line needs samples at two different x at least")
    return Samples(x=pair[0], y=pair[1])


def thinned(data: Samples, most: int) -> Samples:
    """Pick at most so many samples: of as many groups of neighbours in x the middle one of each."""
    if len(data.x) <= most:
        return data
    order = np.argsort(data.x, kind="stable")
    kept = order[((np.arange(most) + 0.5) * len(order) / most).astype(np.intp)]
    return samples(data.x[kept], data.y[kept])


def line_samples(seed: int, count: int, slope: float, intercept: float, noise: float = 0.5) -> Samples:
    """Draw samples about a line: ``y_i = slope x_i + intercept + noise xi_i``, xi normal.

    There is one x in each of `count` equal parts of [-2, 2]: about 0, J(a, b) is a round bowl.
    """
    rng = np.random.default_rng(seed)
    x = -2 + 4 * (np.arange(count) + rng.uniform(size=count)) / count
    return samples(x, slope * x + intercept + noise * rng.normal(size=count))


def slope_cost(data: Samples) -> Cost:
    """Make the mean squared error of ``f(x) = a x`` a cost: ``J(a) = 1/m sum (y_i - a x_i)^2``.

    It is lowest at ``a = sum x_i y_i / sum x_i^2``: Legendre, *Nouvelles méthodes pour la détermination des
    orbites des comètes* (1805), appendix.
    """
    return least_squares(
        data.x[:, np.newaxis],
        data.y,
        name="slope-fit",
        summary="mean squared error of a line through the origin",
        formula="1/m sum_(i=1)^m (y_i - a x_i)^2",
        variables=("a",),
    )


def line_cost(data: Samples) -> Cost:
    """Make the mean squared error of ``f(x) = a x + b`` a cost: ``J(a, b) = 1/m sum (y_i - a x_i - b)^2``."""
    return least_squares(
        np.stack([data.x, np.ones_like(data.x)], axis=-1),
        data.y,
        name="line-fit",
        summary="mean squared error of a line",
        formula="1/m sum_(i=1)^m (y_i - a x_i - b)^2",
        variables=("a", "b"),
    )


def residuals(data: Samples, a: npt.ArrayLike, b: npt.ArrayLike = 0.0) -> Array:
    """Give what lines ``(...)`` miss of each sample, ``(..., m)``: ``y_i - a x_i - b``."""
    slope, height = (np.asarray(value, dtype=np.float64)[..., np.newaxis] for value in (a, b))
    return data.y - slope * data.x - height


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """Samples of one curve in two heaps, each in the order of x: one to learn from, one to judge by."""

    train: Samples
    validation: Samples


def curve_samples(seed: int = 16) -> Split:
    """Draw 40 samples about a sine, and split them at random: 14 to learn from, 26 to judge by.

    ``y_i = sin(pi x_i) + 0.3 xi_i``, xi normal, one x in each of 40 equal parts of [-1, 1]
    """
    rng = np.random.default_rng(seed)
    x = -1 + 2 * (np.arange(40) + rng.uniform(size=40)) / 40
    y = np.sin(np.pi * x) + 0.3 * rng.normal(size=40)
    order = rng.permutation(40)
    train, validation = (samples(x[part], y[part]) for part in (np.sort(order[:14]), np.sort(order[14:])))
    return Split(train=train, validation=validation)


def features(x: npt.ArrayLike, degree: int) -> Array:
    """Give what a polynomial is a sum of: ``T_k(x) / (k + 1)`` for k from 0 to the degree, a row a point.

    T_k are the Chebyshev polynomials, all between -1 and 1 there. Plain powers of x are nearly the same as
    each other, and gradient descent would take millions of epochs to tell them apart. Divided by ``k + 1``,
    smooth curves are learned first and wiggly ones later, as in a large model: Trefethen, *Approximation
    Theory and Approximation Practice* (2013), chapter 3.
    """
    points = np.asarray(x, dtype=np.float64)
    return np.asarray(chebyshev.chebvander(points, degree) / np.arange(1, degree + 2))


def predict(weights: Array, x: npt.ArrayLike) -> Array:
    """Give what polynomials ``(..., n)`` say at points ``(k,)``: ``f(x) = sum_k w_k T_k(x) / (k + 1)``."""
    return np.asarray(weights @ features(x, weights.shape[-1] - 1).T)


def polynomial_cost(data: Samples) -> Cost:
    """Make the mean squared error of a polynomial, ``1/m sum (y_i - f(x_i))^2``, a cost of its weights."""
    return least_squares(
        features(data.x, DEGREE),
        data.y,
        name="polynomial-fit",
        summary="mean squared error of a polynomial",
        formula="1/m sum_(i=1)^m (y_i - f(x_i))^2",
        variables=tuple(f"w_{k}" for k in range(DEGREE + 1)),
    )


def least_squares(features: Array, targets: Array, **printed: Any) -> Cost:
    """Make the mean squared error of ``f(x) = features . w`` as a cost of the parameters w.

    ``J(w) = 1/m |F w - y|^2``, with the gradient ``2/m F^T (F w - y)`` and the Hessian ``2/m F^T F``, of
    features F ``(m, n)`` and targets y ``(m,)``; what is printed are the other fields of `Cost`

    With ``F = Q R`` it is ``1/m |R w - Q^T y|^2`` and a constant: what a point costs to compute hangs on the
    number of parameters, not of samples. The minimum is in closed form (the shortest w, where F leaves it
    open), the domain around it reaches to 0 and as far beyond, the start is in its low corner, and the rate
    is 0.6 over the largest eigenvalue of the Hessian. No feature is 0 in every sample.
    Golub and Van Loan, *Matrix Computations* (2013), section 5.3.
    """
    count, n = features.shape
    q, r = np.linalg.qr(features)
    r, aim = r / np.sqrt(count), q.T @ targets / np.sqrt(count)
    best = np.linalg.lstsq(r, aim)[0]
    rest = np.square(targets - features @ best).mean()
    hessian = 2 * (r.T @ r)
    for array in (r, aim, hessian):
        array.setflags(write=False)
    # At this distance, a parameter alone costs as much as a model that says 0 for every sample.
    reach = np.sqrt((np.square(targets).mean() or 1.0) / np.square(features).mean(axis=0))
    half = np.maximum(np.abs(best), reach)
    digits = [1 - math.floor(math.log10(2 * h)) for h in half.tolist()]
    edges = zip((best - half).tolist(), (best + half).tolist(), digits, strict=True)
    return Cost(
        dim=n,
        value=partial(_value, r, aim, rest),
        grad=partial(_grad, r, aim),
        hessian=hessian,
        domain=tuple((_outwards(low, -1, d), _outwards(high, 1, d)) for low, high, d in edges),
        minima=(tuple(best.tolist()),),
        start=tuple(map(round, (best - 0.9 * half).tolist(), digits)),
        lr=rounded(0.6 / np.linalg.eigvalsh(hessian)[-1]),
        **printed,
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
