"""Where a descent on a function of two variables begins, and at which rate, so that much is to be seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lranim.function import round_numbers
from lranim.function.derive import Derived
from lranim.function.rate import WORTH, Pace, curvature, pace
from lranim.function.steps import Gradient, Value

_CORNERS = ((-1.0, 1.0), (1.0, 1.0), (-1.0, -1.0), (1.0, -1.0))
_SHARES = ((0.75, 0.75), (0.75, 0.45), (0.45, 0.75), (0.5, 0.5), (0.3, 0.15))
"""How far from the middle of the view towards its edges, in each variable."""

_FAR = 0.2  # of half the view: a start is at least so far from all minima
_LEVEL = 0.01  # of the steepest slope at these places: where it is less, nothing would happen


def plane_start(
    value: Value,
    grad: Gradient,
    derived: Derived,
    domain: tuple[tuple[float, float], ...],
    minima: Sequence[tuple[float, ...]],
) -> tuple[tuple[float, ...], float]:
    """Choose the first of a few places from which a round rate leads to a minimum; else the first good one.

    A place comes first whose rate leads from the corners of the view to nowhere outside of it, too.

    Raises
    ------
    ValueError
        When the function has no finite slope at any of them.
    """
    low, high = np.array(domain).T
    middle, half = (low + high) / 2, (high - low) / 2
    unit = round_numbers.step(float(half.max()) / 20)
    sharpest = max((curvature(derived, at) for at in minima), default=None)
    places = [middle + half * share * corner for share in _SHARES for corner in _CORNERS]
    starts = np.array([[round_numbers.near(x, unit) for x in place.tolist()] for place in places])
    slopes = np.abs(grad(starts)).max(axis=-1)
    costs = value(starts)
    slopes[~np.isfinite(slopes) | ~np.isfinite(costs)] = 0.0
    # A change by less than that share of the cost, all over the view, is rounding alone.
    slopes[slopes * half.max() <= 1e-14 * np.abs(costs)] = 0.0
    if not slopes.any():
        raise ValueError(
            "it is flat or not finite wherever it was looked at; write one that has slopes there"
        )
    best = starts[slopes > _LEVEL * slopes.max()]
    gaps = (
        np.abs((best[:, np.newaxis] - np.reshape(minima, (1, -1, 2))) / half)
        .max(axis=-1)
        .min(axis=-1, initial=1)
    )
    best = best[gaps >= _FAR] if (gaps >= _FAR).any() else best
    tries: list[tuple[tuple[float, ...], Pace]] = []
    for at in best.tolist() if minima else best[:1].tolist():
        tries.append((tuple(at), pace(value, grad, at, domain, minima, sharpest, 0.8)))
        if tries[-1][1].arrives and tries[-1][1].tame:
            return tries[-1][0], tries[-1][1].lr
    (at, found), arriving = tries[0], next((one for one in tries if one[1].arrives), tries[0])
    # Where the function falls for ever beyond its minimum, a rate that keeps runs from all corners inside
    # only crawls.
    if found.lr < WORTH * arriving[1].lr:
        at, found = arriving
    return at, found.lr
