"""Straight lines through samples: the data, the costs of one and two parameters, and what each sample misses.

Examples
--------
>>> data = line_samples(seed=1)
>>> cost = slope_cost(data)
>>> np.round(cost.minima, 3), cost.domain
(array([[1.664]]), ((-0.1, 3.4),))
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lranim.core.checks import finite, whole
from lranim.core.least_squares import least_squares
from lranim.core.types import Array, Cost

SMALLEST, LARGEST = 1e-50, 1e50
"""Samples of another size are refused: squares and quotients of theirs would overflow or vanish."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Samples:
    """Pairs of numbers, read-only; `samples` makes them from any list and says what is wrong with it.

    Parameters
    ----------
    x, y
        What is given and what is to be predicted, ``(m,)`` each.
    """

    x: Array
    y: Array


def samples(x: npt.ArrayLike, y: npt.ArrayLike) -> Samples:
    """Check data that a line can be fitted to, and copy it.

    Parameters
    ----------
    x, y
        As many numbers each, at least two; not all x the same.

    Raises
    ------
    ValueError
        When they are not such numbers: the first wrong sample is named, counted from 1.

    Examples
    --------
    >>> samples([1, 2, 3], [2, 4, 7]).y
    array([2., 4., 7.])
    >>> samples([2, 2], [1, 3])
    Traceback (most recent call last):
    ValueError: every x is 2: a line needs samples at two different x at least
    """
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


def line_samples(
    seed: int,
    count: int = 12,
    slope: float = 1.5,
    intercept: float = 0.0,
    noise: float = 0.5,
    *,
    low: float = -2.0,
    high: float = 2.0,
) -> Samples:
    """Draw samples about a line: ``y_i = slope x_i + intercept + noise xi_i``, xi normal.

    There is one x in each of `count` equal parts of the range, anywhere in it. About 0, as by default, they
    make J(a, b) a round bowl; further from 0 the same line gives a narrow ravine.

    Parameters
    ----------
    seed
        The same seed gives the same samples; 0 or more.
    count
        Number of samples m, 2 or more.
    slope, intercept
        The line.
    noise
        Standard deviation of y about the line, in units of y; 0 or more.
    low, high
        Range of x.

    Raises
    ------
    ValueError
        When an argument is not finite or out of its range.

    Examples
    --------
    >>> line_samples(1, 3, noise=0).x.round(2), line_samples(1, 3, noise=0).y.round(2)
    (array([-1.32,  0.6 ,  0.86]), array([-1.98,  0.9 ,  1.29]))
    """
    rng = np.random.default_rng(whole("seed", seed, 0))
    count = whole("number of samples", count, 2)
    if not high - low > 0 or not np.isfinite([low, high, slope, intercept]).all():
        raise ValueError(f"a line needs finite numbers and low < high, got {[slope, intercept, low, high]}")
    x = low + (high - low) * (np.arange(count) + rng.uniform(size=count)) / count
    return samples(x, slope * x + intercept + finite("noise", noise) * rng.normal(size=count))


def slope_cost(data: Samples) -> Cost:
    """Make the mean squared error of ``f(x) = a x`` as a cost: ``J(a) = 1/m sum (y_i - a x_i)^2``.

    ``J'(a) = -2/m sum x_i (y_i - a x_i)``, ``J'' = 2/m sum x_i^2``, lowest at
    ``a = sum x_i y_i / sum x_i^2``

    Parameters
    ----------
    data
        The samples.

    Returns
    -------
    Cost
        One variable, a; its domain reaches from the minimum to 0, the flat line, and as far beyond.

    Raises
    ------
    ValueError
        When the squares of the samples overflow.

    Examples
    --------
    >>> cost = slope_cost(samples([1, 2], [2, 3]))
    >>> cost.value(np.array([0.0])).round(9), np.round(cost.minima, 9)
    (np.float64(6.5), array([[1.6]]))

    References
    ----------
    Legendre, *Nouvelles méthodes pour la détermination des orbites des comètes* (1805), appendix.
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
    """Make the mean squared error of ``f(x) = a x + b`` as a cost of two variables.

    ``J(a, b) = 1/m sum (y_i - a x_i - b)^2``, lowest at the regression line

    Parameters, errors and the source are those of `slope_cost`; the variables are a and b.

    Examples
    --------
    >>> np.round(line_cost(samples([0, 1, 2], [1, 3, 5])).minima, 9)
    array([[2., 1.]])
    """
    return least_squares(
        np.stack([data.x, np.ones_like(data.x)], axis=-1),
        data.y,
        name="line-fit",
        summary="mean squared error of a line",
        formula="1/m sum_(i=1)^m (y_i - a x_i - b)^2",
        variables=("a", "b"),
    )


def residuals(data: Samples, a: npt.ArrayLike, b: npt.ArrayLike = 0.0) -> Array:
    """Give what a line misses of each sample: ``y_i - a x_i - b``. Their squares' mean is J.

    Parameters
    ----------
    data
        The m samples.
    a, b
        One line, or many: numbers or arrays of any one shape ``(...)``.

    Returns
    -------
    Array
        ``(..., m)``, in units of y; above 0 where the sample lies above the line.

    Examples
    --------
    >>> residuals(samples([1, 2], [2, 3]), [0, 1.6]).round(9)
    array([[ 2. ,  3. ],
           [ 0.4, -0.2]])
    """
    slope, height = (np.asarray(value, dtype=np.float64)[..., np.newaxis] for value in (a, b))
    return data.y - slope * data.x - height
