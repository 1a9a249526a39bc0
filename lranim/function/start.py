"""Where a descent begins and at which learning rate, so that there is something to see.

A rate is found by descending with many round ones side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array
from lranim.function import round_numbers
from lranim.function.program import Derived

Start = tuple[tuple[float, ...], float]
"""Where to begin, and the rate."""

HIGHEST = 100.0
"""No higher rate is chosen."""

WORTH = 0.25
"""Of a rate: what a better behaved one must be at least, or it would only crawl."""

_STEPS = 60
_NEAR = 0.01  # of the view's width: a run has arrived
_LEFT = 0.35  # of the way to a minimum: what a first step should leave
_CORNER = 0.9  # of half the view: starts are drawn from no farther out
_LONGEST, _USUAL = 0.35, 0.08  # of the view's width: the longest first step, and one where nothing says more
_ROUNDING = 1e-14  # of a value: a change by less, all over the view, is rounding alone

# On a line, of the view's width
_EDGE = 0.05  # how far from its ends a start is at least
_WAYS = (0.12, 0.06, 0.0)  # from start to minimum: as far as can be had
_NEARER = (0.75, 0.5, 0.33)  # of the way from the minimum to the best start

# On a plane, how far from the middle of the view towards its edges, in each variable
_CORNERS = np.array([(-1.0, 1.0), (1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)])
_SHARES = ((0.75, 0.75), (0.75, 0.45), (0.45, 0.75), (0.5, 0.5), (0.3, 0.15))
_FAR = 0.2  # of half the view: a start is at least so far from all minima
_LEVEL = 0.01  # of the steepest slope at these places: where it is less, nothing would happen

FLAT = "it is flat or not finite wherever it was looked at; write one that has slopes there"


def on_a_line(
    derived: Derived, domain: tuple[float, float], minima: Sequence[float], turns: Sequence[float]
) -> Start:
    """Choose the first start whose rate leads down to a minimum without crossing it, else the best one.

    `minima` are those that are marked in the view, `turns` all minima and maxima in it, ascending.
    """
    tries = []
    for start, goal in _starts(derived, domain, minima, turns):
        sharpest = _curvature(derived, (goal,)) if goal is not None else None
        found = _pace(derived, (start,), (domain,), [(at,) for at in minima], sharpest, 0.6, goal)
        tries.append(((start,), found.lr))
        if found.arrives and found.tame:
            return tries[-1]
    return tries[0]


def _starts(
    derived: Derived, domain: tuple[float, float], minima: Sequence[float], turns: Sequence[float]
) -> list[tuple[float, float | None]]:
    """Give starts, the best first, each with the minimum that is down from it, if there is one.

    The best is the one farthest right from which it is some way down to a minimum; others lie nearer to that
    minimum. Without a minimum: the right end where that is the higher one, else the left end, else beside
    the top.
    """
    low, high = domain
    width = high - low
    unit = round_numbers.step(width / 40)
    shares = np.linspace(1 - _EDGE, _EDGE, 91)
    places = np.array([round_numbers.near(low + share * width, unit) for share in shares.tolist()])
    slopes = derived.gradient(places[:, np.newaxis])[:, 0]
    costs = derived.value(places[:, np.newaxis])
    good = np.isfinite(costs) & np.isfinite(slopes) & (np.abs(slopes) * width > _ROUNDING * np.abs(costs))
    good &= (low <= places) & (places <= high)
    places, slopes = places[good], slopes[good]
    if not len(places):
        raise ValueError(FLAT)
    for way in _WAYS:
        for at, slope in zip(places.tolist(), slopes.tolist(), strict=True):
            ahead = [turn for turn in turns if (turn < at if slope > 0 else turn > at)]
            goal = (max if slope > 0 else min)(ahead, default=None)
            if goal is not None and goal in minima and abs(at - goal) >= way * width:
                nearer = [round_numbers.near(goal + share * (at - goal), unit) for share in _NEARER]
                return [(at, goal), *((x, goal) for x in nearer if abs(x - goal) >= _WAYS[1] * width)]
    beside = int(np.argmin(np.abs(places - (low + 0.56 * width))))
    return [(float(places[0 if slopes[0] > 0 else -1 if slopes[-1] < 0 else beside]), None)]


def on_a_plane(
    derived: Derived, domain: tuple[tuple[float, float], ...], minima: Sequence[tuple[float, ...]]
) -> Start:
    """Choose the first of a few places from which a round rate leads to a minimum; else the first good one.

    A place comes first whose rate leads from the corners of the view to nowhere outside of it, too.
    """
    low, high = np.array(domain).T
    middle, half = (low + high) / 2, (high - low) / 2
    unit = round_numbers.step(float(half.max()) / 20)
    places = [middle + half * share * corner for share in _SHARES for corner in _CORNERS]
    starts = np.array([[round_numbers.near(x, unit) for x in place.tolist()] for place in places])
    slopes = np.abs(derived.gradient(starts)).max(axis=-1)
    costs = derived.value(starts)
    slopes[~np.isfinite(slopes) | ~np.isfinite(costs)] = 0.0
    slopes[slopes * half.max() <= _ROUNDING * np.abs(costs)] = 0.0
    if not slopes.any():
        raise ValueError(FLAT)
    best = starts[slopes > _LEVEL * slopes.max()]
    gaps = np.abs((best[:, np.newaxis] - np.reshape(minima, (1, -1, 2))) / half).max(axis=-1)
    far = gaps.min(axis=-1, initial=1) >= _FAR
    best = best[far] if far.any() else best
    sharpest = max((_curvature(derived, at) for at in minima), default=None)
    tries: list[tuple[tuple[float, ...], Pace]] = []
    for at in best.tolist() if minima else best[:1].tolist():
        found = _pace(derived, at, domain, minima, sharpest, 0.8)
        tries.append((tuple(at), found))
        if found.arrives and found.tame:
            return tuple(at), found.lr
    first, arriving = tries[0], next((one for one in tries if one[1].arrives), tries[0])
    # Where the function falls for ever beyond its minimum, a rate that keeps runs from all corners inside
    # only crawls.
    start, found = arriving if first[1].lr < WORTH * arriving[1].lr else first
    return start, found.lr


class Pace(NamedTuple):
    """A learning rate from a start, whether it arrives at a minimum, and whether a better one was found."""

    lr: float
    arrives: bool
    tame: bool


def _pace(
    derived: Derived,
    start: Sequence[float],
    domain: Sequence[tuple[float, float]],
    minima: Sequence[Sequence[float]],
    curvature: float | None,
    share: float,
    goal: float | None = None,
) -> Pace:
    """Choose the highest round rate whose costs never rise, in the view, and that arrives at a minimum.

    The rate is no higher than a `share` of 1 / L, L the `curvature` at the minimum that is aimed at: at 1 / L
    a parabola is done in one step, and nothing is to be seen. In one variable `goal` is that minimum: a rate
    is better that does not step across it, nor nearly there at once; in two one is better that leads from the
    view's corners to nowhere outside of it. Where none arrives, it is the highest whose costs never rise;
    where there is none such, one whose first step is a small part of the view and leads to where the function
    is finite, in two variables from the corners of the view, too, and that is followed by no step from inside
    of the view that is longer than it.
    """
    value, grad = derived.value, derived.gradient
    low, high = np.array(domain).T
    width = float((high - low).max())
    size = float(np.abs(grad(np.array(start))).max())
    most = min(_LONGEST * width / size, HIGHEST)
    if curvature is not None and curvature > 0:
        most = min(most, share / curvature)
    choice = np.array(round_numbers.rates(most / 1000, most))
    lrs = choice[:, np.newaxis]
    x = np.tile(np.array(start, dtype=np.float64), (len(choice), 1))
    cost = value(x)
    falls = smooth = np.ones(len(choice), dtype=np.bool_)
    if goal is not None:
        smooth = np.abs(x[:, 0] - choice * grad(x)[:, 0] - goal) >= _LEFT * abs(start[0] - goal)
    for _ in range(_STEPS):
        x = x - lrs * grad(x)
        after = value(x)
        falls = falls & (after <= cost + 1e-12 * np.abs(cost))
        if len(minima):
            falls &= ((low <= x) & (x <= high)).all(axis=-1)
        if goal is not None:
            smooth &= (x[:, 0] >= goal) == (start[0] >= goal)
        cost = after
    if len(start) > 1:
        smooth = _stays(derived, lrs, low, high)
    gaps = np.abs(x[:, np.newaxis] - np.reshape(np.array(minima), (1, -1, len(start)))).max(axis=-1)
    arrives = falls & (gaps <= _NEAR * width).any(axis=-1)
    for there, good in ((True, arrives), (False, falls & bool(len(minima)))):
        if good.any():
            best, better = (max(choice[kind], default=0.0) for kind in (good, good & smooth))
            return Pace(float(better if better >= WORTH * best else best), there, bool((good & smooth).any()))
    usual = min(_USUAL * width / size, HIGHEST)
    choice = np.array(round_numbers.rates(usual / 1000, usual))
    x = np.array([start]) if len(start) == 1 else np.concatenate([[start], _corners(low, high)])
    x = x - np.reshape(choice, (-1, 1, 1)) * grad(x)
    lands = (np.isfinite(value(x)) & np.isfinite(grad(x)).all(axis=-1)).all(axis=-1)
    good = lands & _walks(derived, start, choice, low, high)
    good = good if good.any() else lands
    return Pace(float(choice[good][-1] if good.any() else choice[-1]), False, False)


def _walks(
    derived: Derived, start: Sequence[float], choice: Array, low: Array, high: Array
) -> npt.NDArray[np.bool_]:
    """Whether no step from inside the view is longer than it: a curve may be flat at the start alone."""
    x = np.tile(np.array(start, dtype=np.float64), (len(choice), 1))
    good = np.ones(len(choice), dtype=np.bool_)
    for _ in range(_STEPS):
        step = choice[:, np.newaxis] * derived.gradient(x)
        inside = ((low <= x) & (x <= high)).all(axis=-1)
        good &= ~inside | (np.abs(step) <= high - low).all(axis=-1)
        x = x - step
    return good


def _corners(low: Array, high: Array) -> Array:
    """Give places near the view's corners: lessons draw their starts all over it."""
    return np.asarray((low + high) / 2 + _CORNER * (high - low) / 2 * _CORNERS)


def _stays(derived: Derived, lrs: Array, low: Array, high: Array) -> npt.NDArray[np.bool_]:
    """Whether runs from near the view's corners stay about it."""
    x = np.tile(_corners(low, high), (len(lrs), 1, 1))
    for _ in range(_STEPS):
        x = x - lrs[:, np.newaxis] * derived.gradient(x)
    return np.asarray((np.abs(x - (low + high) / 2) <= high - low).all(axis=(1, 2)))


def _curvature(derived: Derived, at: Sequence[float]) -> float:
    """Give the largest eigenvalue of the Hessian at a place, 0 where that is not finite."""
    matrix = derived.hessian.plain(np.array(at, dtype=np.float64))
    return float(np.linalg.eigvalsh(matrix)[-1]) if np.isfinite(matrix).all() else 0.0
