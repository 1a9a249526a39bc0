"""A cost in one variable."""

from __future__ import annotations

import numpy as np

from lranim.core.types import Array, Cost


def _value(x: Array) -> Array:
    """J(a) = (a^2 - 1)^2."""
    return np.square(np.square(x[..., 0]) - 1)


def _grad(x: Array) -> Array:
    """J'(a) = 4 a (a^2 - 1)."""
    return 4 * x * (np.square(x) - 1)


DOUBLE_WELL = Cost(
    name="double-well",
    summary="two valleys of the same depth, and a hill between them",
    dim=1,
    value=_value,
    grad=_grad,
    hessian=None,
    domain=((-1.6, 1.6),),
    minima=((-1.0,), (1.0,)),
    formula="(a^2 - 1)^2",
    variables=("a",),
    start=(1.5,),
    lr=0.05,
)
