"""A learning rate that works from a start: found by descending with many round ones side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array
from lranim.function import round_numbers
from lranim.function.derive import Derived
from lranim.function.steps import Gradient, Value

HIGHEST = 100.0
"""No higher rate is chosen."""

WORTH = 0.25
"""Of a rate: what a better behaved one must be at least, or it would only crawl."""

_STEPS = 60
_NEAR = 0.01  # of the view's width: a run has arrived
_LEFT = 0.35  # of the way to a minimum: what a first step should leave
_CORNER = 0.9  # of half the view: starts are drawn from no farther out
_LONGEST, _USUAL = 0.35, 0.08  # of the view's width: the longest first step, and one where nothing says more


class Pace(NamedTuple):
    """A learning rate from a start, whether it arrives at a minimum, and whether a better one was found."""

    lr: float
    arrives: bool
    tame: bool


def pace(
    value: Value,
    grad: Gradient,
    start: Sequence[float],
    domain: Sequence[tuple[float, float]],
    minima: Sequence[Sequence[float]],
    curvature: float | None,
    share: float,
    goal: float | None = None,
) -> Pace:
    """Choose the highest round rate whose costs never rise, in the view, and that arrives at a minimum.

    Parameters
    ----------
    value, grad
        The function.
    start, domain, minima
        Where to go from, what is shown, and what to arrive at.
    curvature
        The largest one, L, at the minimum that is aimed at, where there is one.
    share
        The rate is no higher than this share of 1 / L: at 1 / L a parabola is done in one step, and nothing
        is to be seen.
    goal
        In one variable, the minimum that is aimed at: a rate is better that does not step across it, nor
        nearly there at once.

    Returns
    -------
    Pace
        The rate, and how it does within 60 steps. Where none arrives, it is the highest whose costs never
        rise; where there is none such, one whose first step is a small part of the view and leads to where
        the function is finite, in two variables from the corners of the view, too, and that is followed by no
        step from inside of the view that is longer than it. In two variables a rate is better that leads from
        the corners to nowhere outside of the view.
    """
    low, high = np.array(domain).T
    width = float((high - low).max())
    size = float(np.abs(grad(np.array(start))).max())
    most = min(_LONGEST * width / size, HIGHEST)
    if curvature is not None and curvature > 0:
        most = min(most, share / curvature)
    choice = round_numbers.rates(most / 1000, most)
    x = np.tile(np.array(start, dtype=np.float64), (len(choice), 1))
    lrs = np.array(choice)[:, np.newaxis]
    cost = value(x)
    falls = np.ones(len(choice), dtype=np.bool_)
    smooth = np.ones(len(choice), dtype=np.bool_)
    with np.errstate(all="ignore"):
        if goal is not None:
            smooth &= np.abs(x[:, 0] - lrs[:, 0] * grad(x)[:, 0] - goal) >= _LEFT * abs(start[0] - goal)
        for _ in range(_STEPS):
            x = x - lrs * grad(x)
            after = value(x)
            falls &= after <= cost + 1e-12 * np.abs(cost)
            if len(minima):
                falls &= ((low <= x) & (x <= high)).all(axis=-1)
            if goal is not None:
                smooth &= (x[:, 0] >= goal) == (start[0] >= goal)
            cost = after
        if len(start) > 1:
            smooth &= _stays(grad, lrs, low, high)
        gaps = np.abs(x[:, np.newaxis] - np.reshape(np.array(minima), (1, -1, len(start)))).max(axis=-1)
    arrives = falls & (gaps <= _NEAR * width).any(axis=-1)
    for there, good in ((True, arrives), (False, falls & bool(len(minima)))):
        if good.any():
            best, better = (max(np.array(choice)[kind], default=0.0) for kind in (good, good & smooth))
            lr = float(better if better >= WORTH * best else best)
            return Pace(lr, there, bool((good & smooth).any()))
    usual = min(_USUAL * width / size, HIGHEST)
    choice = round_numbers.rates(usual / 1000, usual)
    x = np.array([start]) if len(start) == 1 else np.concatenate([[start], _corners(low, high)])
    x = x - np.reshape(choice, (-1, 1, 1)) * grad(x)
    lands = (np.isfinite(value(x)) & np.isfinite(grad(x)).all(axis=-1)).all(axis=-1)
    good = lands & _walks(grad, start, np.array(choice), low, high)
    good = good if good.any() else lands
    return Pace(float(np.array(choice)[good][-1]) if good.any() else choice[-1], False, False)


def _walks(
    grad: Gradient, start: Sequence[float], lrs: Array, low: Array, high: Array
) -> npt.NDArray[np.bool_]:
    """Whether no step from inside the view is longer than it: a curve may be flat at the start alone."""
    x = np.tile(np.array(start, dtype=np.float64), (len(lrs), 1))
    good = np.ones(len(lrs), dtype=np.bool_)
    with np.errstate(all="ignore"):
        for _ in range(_STEPS):
            step = lrs[:, np.newaxis] * grad(x)
            inside = ((low <= x) & (x <= high)).all(axis=-1)
            good &= ~inside | (np.abs(step) <= high - low).all(axis=-1)
            x = x - step
    return good


def _corners(low: Array, high: Array) -> Array:
    """Give places near the view's corners: lessons draw their starts all over it."""
    middle, half = (low + high) / 2, (high - low) / 2
    return np.asarray(middle + _CORNER * half * np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]))


def _stays(grad: Gradient, lrs: Array, low: Array, high: Array) -> npt.NDArray[np.bool_]:
    """Whether runs from near the view's corners stay about it."""
    middle, half = (low + high) / 2, (high - low) / 2
    x = np.tile(_corners(low, high), (len(lrs), 1, 1))
    for _ in range(_STEPS):
        x = x - lrs[:, np.newaxis] * grad(x)
    return np.asarray((np.abs(x - middle) <= 2 * half).all(axis=(1, 2)))


def curvature(derived: Derived, at: Sequence[float]) -> float:
    """Give the largest eigenvalue of the Hessian at a place, 0 where that is not finite."""
    with np.errstate(all="ignore"):
        matrix = np.array(derived.hessian.run([np.float64(x) for x in at]), dtype=np.float64)
    size = len(at)
    return float(np.linalg.eigvalsh(matrix.reshape(size, size))[-1]) if np.isfinite(matrix).all() else 0.0


def in_order(value: Value, minima: Sequence[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """Sort minima: the lowest first, of equal ones the one nearest to 0, then the one with the larger values.

    Costs that differ by rounding alone count as equal, so that it is the same on every machine.
    """
    minima = [at for at in minima if np.isfinite(value(np.array(at)))]
    if not minima:
        return []
    costs = value(np.array(minima))
    slack = 1e-9 * (float(np.ptp(costs)) or 1.0)
    keys = [
        (round((cost - float(costs.min())) / slack), round(float(np.hypot.reduce(at)), 9), *(-x for x in at))
        for cost, at in zip(costs.tolist(), minima, strict=True)
    ]
    return [at for _, at in sorted(zip(keys, minima, strict=True))]
