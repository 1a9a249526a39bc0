"""The curve of a cost as it is drawn in a view: pieces where it has a value and lies in the picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from lranim.core.costs import is_own
from lranim.core.types import Array, Cost
from lranim.draw.shapes import hermite

PIECES, MANY = 64, 256
"""A curve has so many pieces; a user's own function, which may wave or have a wall, has many."""

NARROW, WALL = 1.2, 0.12
"""A view so many times as wide as the domain shows no more than this share of its heights above them."""

SOLE = 0.1
"""A curve that is far above zero has so much room below, as a share of its heights."""

JUMP = 0.25
"""A curve that changes sides at a pole does so by more than this share of the heights."""

HIGHEST = 1e100
"""Costs above it are out of every picture."""


def outline(
    cost: Cost,
    ends: tuple[float, float],
    heights: tuple[float, float],
    place: Callable[[Array, Array], Array],
) -> Array:
    """The curve from end to end, as pieces ``(k, 4, 2)``.

    Where the cost has no value or a pole, or the curve is out of the picture, a piece is NaN: `visible`
    leaves it out.

    Parameters
    ----------
    cost
        A cost of one variable.
    ends
        Lowest and highest value of the variable.
    heights
        Lowest and highest cost in the picture.
    place
        Values of the variable and costs ``(k,)`` to places in the frame ``(k, 2)``.
    """
    x = np.linspace(*ends, (MANY if is_own(cost) else PIECES) + 1)
    with np.errstate(all="ignore"):
        value, slope = cost.value(x[:, None]), cost.grad(x[:, None])[:, 0]
    known = np.isfinite(value) & np.isfinite(slope)
    inside = known & (value >= heights[0]) & (value <= heights[1])
    points = place(x, np.clip(np.where(known, value, heights[0]), *heights))
    scale = np.diff(place(np.array(ends), np.array(heights)), axis=0)[0] / [np.ptp(ends), np.ptp(heights)]
    smooth = hermite(points[:, 0], points[:, 1], np.where(known, slope, 0.0) * scale[1] / scale[0])
    steep = _overshoots(smooth)
    share = np.array([0.0, 1 / 3, 2 / 3, 1.0])[:, None]
    straight = points[:-1, None] + np.diff(points, axis=0)[:, None] * share
    joined = known[:-1] & known[1:] & ~_jumps(value, slope, JUMP * float(np.ptp(heights)))
    whole = (inside[:-1] & inside[1:] & joined & ~steep)[:, None, None]
    cut = ((inside[:-1] | inside[1:]) & joined)[:, None, None]
    return np.where(whole, smooth, np.where(cut, straight, np.nan))


def _overshoots(smooth: Array) -> npt.NDArray[np.bool_]:
    """Whether pieces that rise or fall at both ends would turn between them, as beside a pole: ``(k,)``."""
    low, high = np.minimum(smooth[:, 0, 1], smooth[:, 3, 1]), np.maximum(smooth[:, 0, 1], smooth[:, 3, 1])
    beyond = ((smooth[:, 1:3, 1] < low[:, None]) | (smooth[:, 1:3, 1] > high[:, None])).any(axis=1)
    same_way = (smooth[:, 1, 1] - smooth[:, 0, 1]) * (smooth[:, 3, 1] - smooth[:, 2, 1]) > 0
    return np.asarray(beyond & same_way)


def _jumps(value: Array, slope: Array, far: float) -> npt.NDArray[np.bool_]:
    """Whether a curve comes back from a pole's other side between neighbours: against both their slopes."""
    with np.errstate(all="ignore"):
        rise = np.diff(value)
        against = np.sign(slope[:-1]) == np.sign(slope[1:])
        return np.asarray(against & (rise * slope[:-1] < 0) & (np.abs(rise) > far))


def visible(pieces: Array) -> Array:
    """The pieces of an outline that are to be drawn."""
    return pieces[np.isfinite(pieces).all(axis=(1, 2))]


def heights_of(cost: Cost, left: float, right: float) -> tuple[float, float]:
    """Lowest and highest cost of a view: of what it shows, and of zero where that is not far off."""
    x = np.linspace(left, right, 257)
    with np.errstate(all="ignore"):
        values = cost.value(x[:, None])
    known = np.abs(values) < HIGHEST
    low, high = float(values[known].min()), float(values[known].max())
    if not is_own(cost):
        return min(low, 0.0), high
    ends = cost.domain[0]
    within = values[known & (x >= ends[0]) & (x <= ends[1])]
    if right - left < NARROW * (ends[1] - ends[0]) and len(within):
        # Just beyond its domain there may be a wall.
        high = min(high, float(within.max()) + WALL * float(np.ptp(within)))
    spread = max(high - low, 1e-9 * max(abs(low), abs(high), 1.0))
    return (min(low, 0.0) if low < spread else low - SOLE * spread), high
