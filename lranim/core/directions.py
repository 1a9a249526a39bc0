"""Ways to go from a point of a surface: how steep each of them is, and the slices along the variables."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array, Cost


def directional(cost: Cost, x: npt.ArrayLike, angles: npt.ArrayLike) -> Array:
    """Give how fast a cost of two variables changes along each direction: ``J'(x; u) = grad J(x) . u``.

    The direction at an angle is ``u = (cos angle, sin angle)``, of length 1. The slope is the smallest, and
    minus the gradient's length, straight against the gradient; square to it, along the contour, it is 0.

    Parameters
    ----------
    cost
        A cost of two variables.
    x
        The point, ``(2,)``.
    angles
        Directions ``(k,)``, in radians, from the first variable's axis towards the second's.

    Returns
    -------
    Array
        Slopes ``(k,)``: below 0 where the cost falls.

    Raises
    ------
    ValueError
        When the cost has not two variables.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> directional(COSTS["bowl-2d"], (4, 3), np.pi * np.array([0, 0.5, 1])).round(3)
    array([ 6.,  8., -6.])

    References
    ----------
    Nocedal and Wright, *Numerical Optimization* (2006), section 2.2.
    """
    if cost.dim != 2:
        raise ValueError(f"directions in the plane need two variables, {cost.name} has {cost.dim}")
    turned = np.asarray(angles, dtype=np.float64)
    a, b = cost.grad(np.asarray(x, dtype=np.float64))
    return np.asarray(a * np.cos(turned) + b * np.sin(turned))


def slices(cost: Cost, x: npt.ArrayLike) -> tuple[Cost, ...]:
    """Cut a cost along each variable at a point: n costs of one variable each, the others held still.

    The slope of the i-th slice at the point, ``slices(cost, x)[i].grad``, is the i-th partial derivative.

    Parameters
    ----------
    cost
        A cost of n variables.
    x
        The point, ``(n,)``; each slice starts there.

    Returns
    -------
    tuple of Cost
        Each with the variable's domain and name. Where `cost` is quadratic, so is its slice, and the slice's
        minimum is known; else it knows none.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> along_a, along_b = slices(COSTS["ravine"], (-3.5, 2))
    >>> along_a.formula, along_a.minima, along_b.grad(np.array([2.0]))
    ('J(a, 2)', ((0.0,),), array([8.]))
    """
    point = np.array(x, dtype=np.float64)
    return tuple(_slice(cost, point, axis) for axis in range(cost.dim))


def _slice(cost: Cost, point: Array, axis: int) -> Cost:
    here, name = float(point[axis]), cost.variables[axis]
    names = (name if i == axis else f"{value:g}" for i, value in enumerate(point))
    hessian: Array | None = None
    minima: tuple[tuple[float], ...] = ()
    if cost.hessian is not None and cost.hessian[axis, axis] > 0:
        hessian = cost.hessian[axis : axis + 1, axis : axis + 1]
        minima = ((here - float(cost.grad(point)[axis] / hessian[0, 0]),),)
    return Cost(
        name=f"{cost.name} along {name}",
        summary=f"slice of {cost.name} along {name}",
        dim=1,
        value=partial(_slice_value, cost, point, axis),
        grad=partial(_slice_grad, cost, point, axis),
        hessian=hessian,
        domain=(cost.domain[axis],),
        minima=minima,
        formula=f"J({', '.join(names)})",
        variables=(name,),
        start=(here,),
        lr=cost.lr,
    )


def _slice_value(cost: Cost, point: Array, axis: int, x: Array) -> Array:
    return cost.value(_put_in(point, axis, x))


def _slice_grad(cost: Cost, point: Array, axis: int, x: Array) -> Array:
    return cost.grad(_put_in(point, axis, x))[..., axis, np.newaxis]


def _put_in(point: Array, axis: int, x: Array) -> Array:
    """Points ``(..., n)`` that are `point` but for one variable, which is that of the slice ``(..., 1)``."""
    whole = np.tile(point, (*x.shape[:-1], 1))
    whole[..., axis] = x[..., 0]
    return whole
