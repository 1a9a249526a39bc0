"""Surfaces that are no bowls: a saddle and three that optimisers are tried on. Rows of `lranim.core.costs`.

Examples
--------
>>> ROSENBROCK.value(np.array([-1.2, 1.0])).round(6)
np.float64(24.2)
>>> ROSENBROCK.grad(np.array([[-1.2, 1.0], [1.0, 1.0]])).round(6)
array([[-215.6,  -88. ],
       [   0. ,    0. ]])

References
----------
Jamil and Yang, "A literature survey of benchmark functions for global optimization problems" (2013),
arXiv:1308.4008.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from lranim.core.types import Array, Cost


def _himmelblau(x: Array) -> Array:
    """J(a, b) = (a^2 + b - 11)^2 + (a + b^2 - 7)^2."""
    a, b = x[..., 0], x[..., 1]
    return np.square(a * a + b - 11) + np.square(a + b * b - 7)


def _himmelblau_grad(x: Array) -> Array:
    """Gradient: (4 a p + 2 q, 2 p + 4 b q) with p = a^2 + b - 11 and q = a + b^2 - 7."""
    a, b = x.T
    p = a * a + b - 11
    q = a + b * b - 7
    return gradient_of(x, 4 * a * p + 2 * q, 2 * p + 4 * b * q)


def _saddle(x: Array) -> Array:
    """J(a, b) = (a^2 - 4)^2 / 16 + b^2 / 2."""
    a, b = x[..., 0], x[..., 1]
    return np.square(a * a - 4) / 16 + np.square(b) / 2


def _saddle_grad(x: Array) -> Array:
    """Gradient: (a (a^2 - 4) / 4, b)."""
    a, b = x.T
    return gradient_of(x, a * (a * a - 4) / 4, b)


def _rosenbrock(x: Array) -> Array:
    """J(a, b) = (a - 1)^2 + 100 (b - a^2)^2."""
    a, b = x[..., 0], x[..., 1]
    return np.square(a - 1) + np.square(10 * (b - a * a))


def _rosenbrock_grad(x: Array) -> Array:
    """Gradient: (2 (a - 1) - 400 a p, 200 p) with p = b - a^2."""
    a, b = x.T
    p = b - a * a
    return gradient_of(x, 2 * (a - 1) - 400 * a * p, 200 * p)


def _beale(x: Array) -> Array:
    """J(a, b) = (a b - a + 1.5)^2 + (a b^2 - a + 2.25)^2 + (a b^3 - a + 2.625)^2."""
    a, b = x[..., 0], x[..., 1]
    p, q, r = a * b - a + 1.5, a * b * b - a + 2.25, a * b * b * b - a + 2.625
    return np.square(p) + np.square(q) + np.square(r)


def _beale_grad(x: Array) -> Array:
    """Gradient: (2 ((b - 1) p + (b^2 - 1) q + (b^3 - 1) r), 2 a (p + 2 b q + 3 b^2 r)), the parts p, q, r."""
    a, b = x.T
    p, q, r = a * b - a + 1.5, a * b * b - a + 2.25, a * b * b * b - a + 2.625
    along_a = 2 * ((b - 1) * p + (b * b - 1) * q + (b * b * b - 1) * r)
    return gradient_of(x, along_a, 2 * a * (p + 2 * b * q + 3 * b * b * r))


def gradient_of(x: Array, *parts: Array) -> Array:
    """Put the partial derivatives, computed from ``x.T``, together in the shape of `x`.

    Transposed, a single point unpacks into numpy scalars: many times as fast as the 0-d arrays of
    ``x[..., 0]``.

    Examples
    --------
    >>> x = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> a, b = x.T
    >>> gradient_of(x, a * b, -a)
    array([[ 2., -1.],
           [12., -3.]])
    """
    grad = np.empty(x.shape[::-1])
    for i, part in enumerate(parts):
        grad[i] = part
    return grad.T


# Of any two rows of surfaces these are the same.
_surface = partial(Cost, dim=2, hessian=None, variables=("a", "b"))

HIMMELBLAU = _surface(
    name="himmelblau",
    summary="four valleys of equal depth: the start decides which one is found",
    value=_himmelblau,
    grad=_himmelblau_grad,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    # Himmelblau, Applied Nonlinear Programming (1972): the roots of p = q = 0, to the nearest float.
    minima=(
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.2831859912861696),
        (3.5844283403304917, -1.8481265269644036),
    ),
    formula="(a^2 + b - 11)^2 + (a + b^2 - 7)^2",
    start=(-0.5, -1.5),
    lr=0.01,
)

# Nesterov (2004), section 1.2.3, has this surface at another scale; at 0,0 its curvatures are -1 and 1.
SADDLE = _surface(
    name="saddle",
    summary="two valleys with a saddle between them: all but flat on top, so that descent lingers there",
    value=_saddle,
    grad=_saddle_grad,
    domain=((-3.0, 3.0), (-3.0, 3.0)),
    minima=((2.0, 0.0), (-2.0, 0.0)),
    formula="(a^2 - 4)^2 / 16 + b^2 / 2",
    start=(0.05, 2.0),
    lr=0.4,
)

# Rosenbrock, "An automatic method for finding the greatest or least value of a function", The Computer
# Journal 3 (1960), doi:10.1093/comjnl/3.3.175; start and minimum are his.
ROSENBROCK = _surface(
    name="rosenbrock",
    summary="a bent valley, steep across and all but flat along: down to its floor at once, then a crawl",
    value=_rosenbrock,
    grad=_rosenbrock_grad,
    domain=((-2.0, 2.0), (-1.0, 3.0)),
    minima=((1.0, 1.0),),
    formula="(a - 1)^2 + 100 (b - a^2)^2",
    start=(-1.2, 1.0),
    lr=0.0005,
)

# Beale, "On an iterative method for finding a local minimum of a function of more than one variable",
# Princeton University (1958). On its usual domain, -4.5 to 4.5, the walls are 180 000 high.
BEALE = _surface(
    name="beale",
    summary="a long flat plain that ends at a wall: next to no slope where the way is long",
    value=_beale,
    grad=_beale_grad,
    domain=((0.0, 4.0), (-1.0, 1.0)),
    minima=((3.0, 0.5),),
    formula="(a b - a + 1.5)^2 + (a b^2 - a + 2.25)^2 + (a b^3 - a + 2.625)^2",
    start=(1.0, -0.8),
    lr=0.01,
)
