"""Noisy samples of a curve, split in two, and the polynomials that are fitted to them. Derived here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.polynomial import chebyshev

from lranim.core.checks import finite, whole
from lranim.core.least_squares import least_squares
from lranim.core.lines import Samples, samples
from lranim.core.types import Array, Cost

DEGREE = 12
"""Degree of the polynomials unless another is asked for: enough to follow the noise of 14 samples."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """Samples of one curve in two heaps: one to learn from, one to judge by.

    Parameters
    ----------
    train, validation
        The heaps, each in the order of x.
    """

    train: Samples
    validation: Samples


def true_curve(x: npt.ArrayLike) -> Array:
    """Give the curve that the samples are drawn about: ``sin(pi x)``.

    Examples
    --------
    >>> true_curve([-0.5, 0, 0.5])
    array([-1.,  0.,  1.])
    """
    return np.asarray(np.sin(np.pi * np.asarray(x, dtype=np.float64)))


def curve_samples(seed: int = 16, count: int = 40, noise: float = 0.3, share: float = 0.35) -> Split:
    """Draw samples about `true_curve` and split them at random.

    ``y_i = sin(pi x_i) + noise xi_i``, xi normal, one x in each of `count` equal parts of [-1, 1]

    Parameters
    ----------
    seed
        The same seed gives the same samples and the same split; 0 or more.
    count
        Number of samples in all, 4 or more.
    noise
        Standard deviation of y about the curve; 0 or more.
    share
        Share of the samples to learn from, rounded; each heap gets two at least.

    Raises
    ------
    ValueError
        When an argument is not finite or out of its range.

    Examples
    --------
    >>> data = curve_samples()
    >>> len(data.train.x), len(data.validation.x)
    (14, 26)
    """
    rng = np.random.default_rng(whole("seed", seed, 0))
    count = whole("number of samples", count, 4)
    if not 0 < share < 1:
        raise ValueError(f"share of the samples to learn from must be between 0 and 1, got {share!r}")
    x = -1 + 2 * (np.arange(count) + rng.uniform(size=count)) / count
    y = true_curve(x) + finite("noise", noise) * rng.normal(size=count)
    order, cut = rng.permutation(count), min(max(round(share * count), 2), count - 2)
    heaps = [samples(x[np.sort(part)], y[np.sort(part)]) for part in (order[:cut], order[cut:])]
    return Split(train=heaps[0], validation=heaps[1])


def features(x: npt.ArrayLike, degree: int) -> Array:
    """Give what a polynomial is a sum of: ``T_k(x) / (k + 1)`` for k from 0 to the degree.

    T_k are the Chebyshev polynomials, all between -1 and 1 there. Plain powers of x are nearly the same as
    each other, and gradient descent would take millions of epochs to tell them apart. Divided by ``k + 1``,
    smooth curves are learned first and wiggly ones later, as in a large model.

    Parameters
    ----------
    x
        Points ``(k,)``, from -1 to 1.
    degree
        0 or more; n is one more.

    Returns
    -------
    Array
        ``(k, n)``, one row a point.

    Examples
    --------
    >>> features([-1, 0, 1], 2).round(3)
    array([[ 1.   , -0.5  ,  0.333],
           [ 1.   ,  0.   , -0.333],
           [ 1.   ,  0.5  ,  0.333]])

    References
    ----------
    Trefethen, *Approximation Theory and Approximation Practice* (2013), chapter 3.
    """
    points = np.asarray(x, dtype=np.float64)
    return np.asarray(chebyshev.chebvander(points, degree) / np.arange(1, degree + 2))


def predict(weights: Array, x: npt.ArrayLike) -> Array:
    """Give what a fitted polynomial says: ``f(x) = sum_k w_k T_k(x) / (k + 1)``.

    Parameters
    ----------
    weights
        One polynomial's ``(n,)``, or many, ``(..., n)``; the degree is one less than n.
    x
        Points ``(k,)``, from -1 to 1.

    Returns
    -------
    Array
        ``(..., k)``.

    Examples
    --------
    >>> predict(np.array([1.0, 2.0]), [-1, 0, 1])
    array([0., 1., 2.])
    """
    return np.asarray(weights @ features(x, weights.shape[-1] - 1).T)


def polynomial_cost(data: Samples, degree: int = DEGREE) -> Cost:
    """Make the mean squared error of a polynomial as a cost of its weights.

    ``J(w) = 1/m sum (y_i - f(x_i))^2``, with f as in `predict`: a quadratic in n = degree + 1 variables

    Parameters
    ----------
    data
        The m samples, with x from -1 to 1.
    degree
        1 or more.

    Raises
    ------
    ValueError
        When `degree` is out of its range, or an x is.

    Examples
    --------
    >>> polynomial_cost(curve_samples().train, 3).variables
    ('w_0', 'w_1', 'w_2', 'w_3')
    """
    degree = whole("degree", degree)
    if np.abs(data.x).max() > 1:
        raise ValueError(f"x must lie from -1 to 1, got {data.x[np.argmax(np.abs(data.x))]:g}")
    return least_squares(
        features(data.x, degree),
        data.y,
        name="polynomial-fit",
        summary="mean squared error of a polynomial",
        formula="1/m sum_(i=1)^m (y_i - f(x_i))^2",
        variables=tuple(f"w_{k}" for k in range(degree + 1)),
    )
