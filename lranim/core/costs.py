"""Cost functions with gradient, Hessian, minima and printed formula: one row each in `COSTS`.

The functions stay at module level so that a `Cost`, and with it a `Trajectory`, can be pickled.

Examples
--------
>>> bowl = COSTS["bowl"]
>>> bowl.value(np.array([13.0])), bowl.grad(np.array([13.0]))
(np.float64(101.0), array([20.]))
>>> bowl.value(np.array([[13.0], [3.0]]))
array([101.,   1.])

References
----------
Jamil and Yang, "A literature survey of benchmark functions for global optimization problems" (2013),
arXiv:1308.4008.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from lranim.core.checks import finite
from lranim.core.types import Array, Cost

STEEP = 4.0
"""Curvature across every ravine; the one along it is this over the condition number."""


def quadratic(
    curvatures: Sequence[float], centre: Sequence[float], floor: float = 0.0, **printed: Any
) -> Cost:
    """Make ``J(x) = sum k_i / 2 (x_i - c_i)^2 + floor``; what is printed are the other fields of `Cost`."""
    k, c = np.array(curvatures, dtype=np.float64), np.array(centre, dtype=np.float64)
    hessian = np.diag(k)
    hessian.setflags(write=False)
    return Cost(
        dim=len(k),
        value=partial(_quadratic, k / 2, c, floor),
        grad=partial(_quadratic_grad, k, c),
        hessian=hessian,
        minima=(tuple(c.tolist()),),
        variables=("a", "b")[: len(k)],
        **printed,
    )


def bowl_of(curvature: float) -> Cost:
    """Make the bowl ``J(a) = k / 2 (a - 3)^2 + 1`` of a curvature k above 0: 2 is ``COSTS["bowl"]``."""
    k = finite("curvature", curvature, above=True)
    return _bowl(
        [k],
        name=f"bowl-of-{k:g}",
        summary=f"U of curvature {k:g}",
        formula=f"{k / 2:g} (a - 3)^2 + 1",
        lr=0.6 / k,
    )


def ravine_of(kappa: float) -> Cost:
    """Make the ravine ``J(a, b) = 2 / kappa a^2 + 2 b^2`` of a condition number kappa, 1 or more."""
    kappa = finite("condition number", kappa, 1)
    return _ravine(
        [STEEP / kappa, STEEP],
        name=f"ravine-of-{kappa:g}",
        summary=f"long valley, {kappa:g} times as steep across as along",
        formula=f"{STEEP / 2 / kappa:.3g} a^2 + {STEEP / 2:g} b^2",
        lr=1.6 / STEEP,
    )


def directional(cost: Cost, x: Array, angles: Array) -> Array:
    """Give the slope along directions in the plane: ``grad J(x) . u`` with ``u = (cos angle, sin angle)``."""
    a, b = cost.grad(np.asarray(x, dtype=np.float64))
    return np.asarray(a * np.cos(angles) + b * np.sin(angles))


def is_own(cost: Cost) -> bool:
    """Whether a cost is a function that a user wrote."""
    return cost.name == "function"


def has_value(cost: Cost, point: Array) -> bool:
    """Whether cost and gradient are finite at a point ``(n,)``."""
    with np.errstate(all="ignore"):
        return bool(np.isfinite(cost.value(point)) and np.isfinite(cost.grad(point)).all())


def as_low(cost: Cost, x: Sequence[float] | Array) -> bool:
    """Whether a place costs as little as the lowest known minimum, but for rounding, or none is known."""
    if not cost.minima:
        return True
    here, lowest = cost.value(np.array([tuple(x), cost.minima[0]], dtype=np.float64))
    return bool(here <= lowest + 1e-9 * max(1.0, abs(float(lowest))))


def bottom(cost: Cost) -> str:
    """Name what is known of the lowest point: ``known``, ``local`` where an edge is lower, or ``open``."""
    if not cost.minima:
        return "open"
    # Many enough to stand for all points of a line, or of a plane.
    sides = [np.linspace(low, high, {1: 401, 2: 81}[cost.dim]) for low, high in cost.domain]
    with np.errstate(all="ignore"):
        values = cost.value(np.stack(np.meshgrid(*sides, indexing="ij"), axis=-1))
    values, best = values[np.isfinite(values)], float(cost.value(np.array(cost.minima[0])))
    return "local" if values.min() < best - 1e-6 * float(np.ptp(values)) else "known"


def _quadratic(halves: Array, centre: Array, floor: float, x: Array) -> Array:
    squares: Array = (np.square(x - centre) * halves).sum(axis=-1)
    return squares + floor


def _quadratic_grad(curvatures: Array, centre: Array, x: Array) -> Array:
    return curvatures * (x - centre)


def _two_minima(x: Array) -> Array:
    """J(a) = (3 a^4 - 8 a^3 - 30 a^2 + 72 a) / 100 + 2."""
    a = x[..., 0]
    # Nested, since powers above 2 are slow and in a batch may round otherwise than alone.
    return a * (72 + a * (-30 + a * (-8 + 3 * a))) / 100 + 2


def _two_minima_grad(x: Array) -> Array:
    """J'(a) = 12/100 (a + 2) (a - 1) (a - 3)."""
    (a,) = x.T
    return _gradient(x, 0.12 * (a + 2) * (a - 1) * (a - 3))


def _himmelblau(x: Array) -> Array:
    """J(a, b) = (a^2 + b - 11)^2 + (a + b^2 - 7)^2."""
    a, b = x[..., 0], x[..., 1]
    return np.square(a * a + b - 11) + np.square(a + b * b - 7)


def _himmelblau_grad(x: Array) -> Array:
    """Gradient: (4 a p + 2 q, 2 p + 4 b q) with p = a^2 + b - 11 and q = a + b^2 - 7."""
    a, b = x.T
    p, q = a * a + b - 11, a + b * b - 7
    return _gradient(x, 4 * a * p + 2 * q, 2 * p + 4 * b * q)


def _saddle(x: Array) -> Array:
    """J(a, b) = (a^2 - 4)^2 / 16 + b^2 / 2."""
    a, b = x[..., 0], x[..., 1]
    return np.square(a * a - 4) / 16 + np.square(b) / 2


def _saddle_grad(x: Array) -> Array:
    """Gradient: (a (a^2 - 4) / 4, b)."""
    a, b = x.T
    return _gradient(x, a * (a * a - 4) / 4, b)


def _rosenbrock(x: Array) -> Array:
    """J(a, b) = (a - 1)^2 + 100 (b - a^2)^2."""
    a, b = x[..., 0], x[..., 1]
    return np.square(a - 1) + np.square(10 * (b - a * a))


def _rosenbrock_grad(x: Array) -> Array:
    """Gradient: (2 (a - 1) - 400 a p, 200 p) with p = b - a^2."""
    a, b = x.T
    p = b - a * a
    return _gradient(x, 2 * (a - 1) - 400 * a * p, 200 * p)


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
    return _gradient(x, along_a, 2 * a * (p + 2 * b * q + 3 * b * b * r))


def _gradient(x: Array, *parts: Array) -> Array:
    """Put partial derivatives, computed from ``x.T``, together in the shape of `x`.

    Transposed, a point unpacks into numpy scalars: many times as fast as the 0-d arrays of ``x[..., 0]``.
    """
    grad = np.empty(x.shape[::-1])
    for i, part in enumerate(parts):
        grad[i] = part
    return grad.T


# What rows have in common.
_bowl = partial(quadratic, centre=(3.0,), floor=1.0, domain=((-7.0, 13.0),), start=(13.0,))
_wide = partial(quadratic, domain=((-4.0, 4.0), (-4.0, 4.0)))
_ravine = partial(_wide, centre=(0.0, 0.0), start=(-3.5, 2.0))
_surface = partial(Cost, dim=2, hessian=None, variables=("a", "b"))

_ROWS = (
    _bowl(
        [2.0],
        name="bowl",
        summary="steep U: at a rate of 1 the slope alone throws the point from side to side",
        formula="(a - 3)^2 + 1",
        lr=0.3,
    ),
    _bowl(
        [0.5],
        name="gentle-bowl",
        summary="gentle U: the slope itself is a good step",
        formula="1/4 (a - 3)^2 + 1",
        lr=1.0,
    ),
    Cost(
        name="two-minima",
        summary="a deep and a shallow valley: from the right, descent ends in the shallow one",
        dim=1,
        value=_two_minima,
        grad=_two_minima_grad,
        hessian=None,
        domain=((-4.0, 5.0),),
        minima=((-2.0,), (3.0,)),
        formula="(3 a^4 - 8 a^3 - 30 a^2 + 72 a) / 100 + 2",
        variables=("a",),
        start=(4.6,),
        lr=0.3,
    ),
    _wide(
        [2.0, 2.0],
        (1.0, -1.0),
        1.0,
        name="bowl-2d",
        summary="round bowl in two variables: the path runs straight to the minimum",
        formula="(a - 1)^2 + (b + 1)^2 + 1",
        start=(-3.0, 3.0),
        lr=0.1,
    ),
    _wide(
        [0.5, 2.0],
        (1.0, -1.0),
        1.0,
        name="oval",
        summary="oval bowl: four times as steep across as along, so the steepest way down misses the minimum",
        formula="1/4 (a - 1)^2 + (b + 1)^2 + 1",
        start=(-2.0, 0.5),
        lr=0.4,
    ),
    _ravine(
        [STEEP / 20, STEEP],
        name="ravine",
        summary="long narrow valley: 20 times as steep across as along, so descent zigzags or crawls",
        formula="a^2 / 10 + 2 b^2",
        lr=0.4,
    ),
    _surface(
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
    ),
    # Nesterov (2004), section 1.2.3, has this surface at another scale; at 0,0 its curvatures are -1 and 1.
    _surface(
        name="saddle",
        summary="two valleys with a saddle between them: all but flat on top, so that descent lingers there",
        value=_saddle,
        grad=_saddle_grad,
        domain=((-3.0, 3.0), (-3.0, 3.0)),
        minima=((2.0, 0.0), (-2.0, 0.0)),
        formula="(a^2 - 4)^2 / 16 + b^2 / 2",
        start=(0.05, 2.0),
        lr=0.4,
    ),
    # Rosenbrock, "An automatic method for finding the greatest or least value of a function", The Computer
    # Journal 3 (1960), doi:10.1093/comjnl/3.3.175; start and minimum are his.
    _surface(
        name="rosenbrock",
        summary="a bent valley, steep across and all but flat along: down to its floor at once, then a crawl",
        value=_rosenbrock,
        grad=_rosenbrock_grad,
        domain=((-2.0, 2.0), (-1.0, 3.0)),
        minima=((1.0, 1.0),),
        formula="(a - 1)^2 + 100 (b - a^2)^2",
        start=(-1.2, 1.0),
        lr=0.0005,
    ),
    # Beale, "On an iterative method for finding a local minimum of a function of more than one variable",
    # Princeton University (1958). On its usual domain, -4.5 to 4.5, the walls are 180 000 high.
    _surface(
        name="beale",
        summary="a long flat plain that ends at a wall: next to no slope where the way is long",
        value=_beale,
        grad=_beale_grad,
        domain=((0.0, 4.0), (-1.0, 1.0)),
        minima=((3.0, 0.5),),
        formula="(a b - a + 1.5)^2 + (a b^2 - a + 2.25)^2 + (a b^3 - a + 2.625)^2",
        start=(1.0, -0.8),
        lr=0.01,
    ),
)

COSTS: dict[str, Cost] = {cost.name: cost for cost in _ROWS}
"""Every built-in cost by name; what the command line offers."""
