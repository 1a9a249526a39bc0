"""Bowls of any curvature: ``COSTS["bowl"]`` has 2 and ``COSTS["gentle-bowl"]`` a half."""

from __future__ import annotations

from functools import partial

import numpy as np

from lranim.core.checks import finite
from lranim.core.types import Array, Cost

MINIMUM, DOMAIN = 3.0, (-7.0, 13.0)
"""Where the bowls of the lesson have their minimum, and what is drawn of them."""


def bowl_of(curvature: float) -> Cost:
    """Make the bowl of one variable with a given curvature.

    ``J(a) = k / 2 (a - 3)^2 + 1``

    Parameters
    ----------
    curvature
        k = J″, above 0.

    Raises
    ------
    ValueError
        When the curvature is not finite, or not above 0.

    Examples
    --------
    Curvature 2 is ``COSTS["bowl"]``: its slope is twice the way to the minimum.

    >>> bowl = bowl_of(2)
    >>> bowl.value(np.array([13.0])), bowl.grad(np.array([13.0]))
    (np.float64(101.0), array([20.]))
    """
    k = finite("curvature", curvature, above=True)
    return Cost(
        name=f"bowl-of-{k:g}",
        summary=f"U of curvature {k:g}",
        dim=1,
        value=partial(_value, k),
        grad=partial(_grad, k),
        hessian=np.array([[k]]),
        domain=(DOMAIN,),
        minima=((MINIMUM,),),
        formula=f"{k / 2:g} (a - 3)^2 + 1",
        variables=("a",),
        start=(DOMAIN[1],),
        lr=0.6 / k,
    )


def _value(k: float, x: Array) -> Array:
    """J(a) = k / 2 (a - 3)^2 + 1."""
    a = x[..., 0]
    return np.square(a - MINIMUM) * (k / 2) + 1


def _grad(k: float, x: Array) -> Array:
    """J'(a) = k (a - 3)."""
    return (x - MINIMUM) * k
