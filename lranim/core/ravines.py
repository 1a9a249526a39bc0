"""Ravines of any condition number: ``COSTS["ravine"]`` is the one of 20."""

from __future__ import annotations

from functools import partial

import numpy as np

from lranim.core.checks import finite
from lranim.core.types import Array, Cost

STEEP = 4.0
"""Curvature across every ravine; the one along it is this over the condition number."""

DOMAIN, START = ((-4.0, 4.0), (-4.0, 4.0)), (-3.5, 2.0)
"""What is drawn of a ravine, and where a descent starts."""


def ravine_of(kappa: float) -> Cost:
    """Make the ravine with a given condition number.

    ``J(a, b) = 2 / kappa a^2 + 2 b^2``: curvature 4 across and ``4 / kappa`` along.

    Parameters
    ----------
    kappa
        The condition number, 1 or more.

    Raises
    ------
    ValueError
        When `kappa` is not finite, or below 1.

    Examples
    --------
    >>> ravine = ravine_of(50)
    >>> ravine.hessian.tolist(), ravine.grad(np.array([-3.5, 2.0])).round(3)
    ([[0.08, 0.0], [0.0, 4.0]], array([-0.28,  8.  ]))
    """
    kappa = finite("condition number", kappa, 1)
    curvatures = np.array([STEEP / kappa, STEEP])
    hessian = np.diag(curvatures)
    for array in (curvatures, hessian):
        array.setflags(write=False)
    return Cost(
        name=f"ravine-of-{kappa:g}",
        summary=f"long valley, {kappa:g} times as steep across as along",
        dim=2,
        value=partial(_value, curvatures),
        grad=partial(_grad, curvatures),
        hessian=hessian,
        domain=DOMAIN,
        minima=((0.0, 0.0),),
        formula=f"{STEEP / 2 / kappa:.3g} a^2 + {STEEP / 2:g} b^2",
        variables=("a", "b"),
        start=START,
        lr=1.6 / STEEP,
    )


def _value(curvatures: Array, x: Array) -> Array:
    """J(a, b) = k_a / 2 a^2 + k_b / 2 b^2."""
    return np.asarray((x * x) @ (curvatures / 2))


def _grad(curvatures: Array, x: Array) -> Array:
    """Gradient: (k_a a, k_b b)."""
    return curvatures * x
