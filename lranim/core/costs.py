"""Cost functions with gradient, Hessian, minima and printed formula. One pair of functions and one row each.

Those that are no bowls, in two variables, are in `lranim.core.landscapes`.
The functions stay at module level so that a `Cost`, and with it a `Trajectory`, can be pickled.

Examples
--------
>>> bowl = COSTS["bowl"]
>>> bowl.value(np.array([13.0])), bowl.grad(np.array([13.0]))
(np.float64(101.0), array([20.]))
>>> bowl.value(np.array([[13.0], [3.0]]))
array([101.,   1.])
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lranim.core.landscapes import BEALE, HIMMELBLAU, ROSENBROCK, SADDLE, gradient_of
from lranim.core.types import Array, Cost

# Combined with a single point, these take numpy 0.4 us, and the same numbers as Python floats 0.7 us.
_HALF: Array = np.array(0.5)
_TWO: Array = np.array(2.0)
_THREE: Array = np.array(3.0)
_CENTRE: Array = np.array([1.0, -1.0])
_OVAL: Array = np.array([0.5, 2.0])
_RAVINE: Array = np.array([0.2, 4.0])


def _bowl(x: Array) -> Array:
    """J(a) = (a - 3)^2 + 1."""
    a = x[..., 0]
    return np.square(a - 3) + 1


def _bowl_grad(x: Array) -> Array:
    """J'(a) = 2 (a - 3)."""
    return _TWO * (x - _THREE)


def _gentle_bowl(x: Array) -> Array:
    """J(a) = 1/4 (a - 3)^2 + 1."""
    a = x[..., 0]
    return np.square(a - 3) / 4 + 1


def _gentle_bowl_grad(x: Array) -> Array:
    """J'(a) = 1/2 (a - 3)."""
    return _HALF * (x - _THREE)


def _two_minima(x: Array) -> Array:
    """J(a) = (3 a^4 - 8 a^3 - 30 a^2 + 72 a) / 100 + 2."""
    a = x[..., 0]
    # Nested, since powers above 2 are slow and in a batch may round otherwise than alone.
    return a * (72 + a * (-30 + a * (-8 + 3 * a))) / 100 + 2


def _two_minima_grad(x: Array) -> Array:
    """J'(a) = 12/100 (a + 2) (a - 1) (a - 3)."""
    (a,) = x.T
    return gradient_of(x, 0.12 * (a + 2) * (a - 1) * (a - 3))


def _bowl_2d(x: Array) -> Array:
    """J(a, b) = (a - 1)^2 + (b + 1)^2 + 1."""
    a, b = x[..., 0], x[..., 1]
    return np.square(a - 1) + np.square(b + 1) + 1


def _bowl_2d_grad(x: Array) -> Array:
    """Gradient: (2 (a - 1), 2 (b + 1))."""
    return _TWO * (x - _CENTRE)


def _oval(x: Array) -> Array:
    """J(a, b) = 1/4 (a - 1)^2 + (b + 1)^2 + 1."""
    a, b = x[..., 0], x[..., 1]
    return np.square(a - 1) / 4 + np.square(b + 1) + 1


def _oval_grad(x: Array) -> Array:
    """Gradient: (1/2 (a - 1), 2 (b + 1))."""
    return _OVAL * (x - _CENTRE)


def _ravine(x: Array) -> Array:
    """J(a, b) = a^2 / 10 + 2 b^2."""
    a, b = x[..., 0], x[..., 1]
    return a * a / 10 + 2 * b * b


def _ravine_grad(x: Array) -> Array:
    """Gradient: (a / 5, 4 b)."""
    return _RAVINE * x


def _hessian(rows: Sequence[Sequence[float]]) -> Array:
    """Make a constant Hessian that nobody can change by accident."""
    hessian = np.array(rows, dtype=np.float64)
    hessian.setflags(write=False)
    return hessian


_ROWS = (
    Cost(
        name="bowl",
        summary="steep U: at a rate of 1 the slope alone throws the point from side to side",
        dim=1,
        value=_bowl,
        grad=_bowl_grad,
        hessian=_hessian([[2]]),
        domain=((-7.0, 13.0),),
        minima=((3.0,),),
        formula="(a - 3)^2 + 1",
        variables=("a",),
        start=(13.0,),
        lr=0.3,
    ),
    Cost(
        name="gentle-bowl",
        summary="gentle U: the slope itself is a good step",
        dim=1,
        value=_gentle_bowl,
        grad=_gentle_bowl_grad,
        hessian=_hessian([[0.5]]),
        domain=((-7.0, 13.0),),
        minima=((3.0,),),
        formula="1/4 (a - 3)^2 + 1",
        variables=("a",),
        start=(13.0,),
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
    Cost(
        name="bowl-2d",
        summary="round bowl in two variables: the path runs straight to the minimum",
        dim=2,
        value=_bowl_2d,
        grad=_bowl_2d_grad,
        hessian=_hessian([[2, 0], [0, 2]]),
        domain=((-4.0, 4.0), (-4.0, 4.0)),
        minima=((1.0, -1.0),),
        formula="(a - 1)^2 + (b + 1)^2 + 1",
        variables=("a", "b"),
        start=(-3.0, 3.0),
        lr=0.1,
    ),
    Cost(
        name="oval",
        summary="oval bowl: four times as steep across as along, so the steepest way down misses the minimum",
        dim=2,
        value=_oval,
        grad=_oval_grad,
        hessian=_hessian([[0.5, 0], [0, 2]]),
        domain=((-4.0, 4.0), (-4.0, 4.0)),
        minima=((1.0, -1.0),),
        formula="1/4 (a - 1)^2 + (b + 1)^2 + 1",
        variables=("a", "b"),
        start=(-2.0, 0.5),
        lr=0.4,
    ),
    Cost(
        name="ravine",
        summary="long narrow valley: 20 times as steep across as along, so descent zigzags or crawls",
        dim=2,
        value=_ravine,
        grad=_ravine_grad,
        hessian=_hessian([[0.2, 0], [0, 4]]),
        domain=((-4.0, 4.0), (-4.0, 4.0)),
        minima=((0.0, 0.0),),
        formula="a^2 / 10 + 2 b^2",
        variables=("a", "b"),
        start=(-3.5, 2.0),
        lr=0.4,
    ),
    HIMMELBLAU,
    SADDLE,
    ROSENBROCK,
    BEALE,
)

COSTS: dict[str, Cost] = {cost.name: cost for cost in _ROWS}
"""Every built-in cost by name; what the command line offers."""
