"""A function of one variable: where it is lowest, highest and not defined, and what of the line is shown.

Derived here. All places of a view are rounded to a few digits: the last bits of a processor cannot show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lranim.core.types import Array
from lranim.function import round_numbers
from lranim.function.program import Compiled, Derived
from lranim.function.roots import EARLY, LATE, bisect, blown_up, crossing, settled

REACHES = (10.0, 100.0, 1000.0)
"""How far from 0 is looked, finely near it and coarsely far out."""

MOST = 5
"""So many minima are chosen for a view, the lowest and those nearest to it."""

_POINTS = 4001
_ROUNDS = np.arange(-20, 21) / 2  # where jumps and holes are that the search, off round numbers, would miss
_OFF = (-1.000371, 0.999713)  # off round numbers, where functions have their zeros and holes

_HALF = 4.0  # the least half width of a view with one minimum, or with none
_RISE = 3.0  # beyond the outermost minima the cost rises so many times as high as the hills between them
_FLAT, _SHARE = 0.02, 0.8  # a view is empty when so much of it lies within so little of its bottom or top
_ZOOMS = (1.0, 0.5, 0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.0025, 0.001)
_EDGES = (0.0, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2)

Ends = tuple[float, float]


@dataclass(frozen=True)
class Turn:
    """Where a function turns: about `at`, certainly between `low` and `high`, and its value there."""

    at: float
    value: float
    low: float
    high: float

    def exact(self, derived: Derived) -> float:
        """Give the place to the nearest float where that can be had."""
        found = crossing(derived, self.low, self.high)
        if found is None:
            return 0.0 if abs(self.at) < 1e-12 * (self.high - self.low) else self.at
        return found


@dataclass(frozen=True, kw_only=True)
class Landmarks:
    """What was found on the line.

    Parameters
    ----------
    minima, maxima
        Where they are, ascending.
    holes
        The ends of where the function is finite and without a jump to infinity, ascending.
    finite
        One place in each stretch between holes where it is finite.
    """

    minima: list[Turn]
    maxima: list[Turn]
    holes: list[float]
    finite: list[float]


def landmarks(derived: Derived, domain: Ends | None = None) -> Landmarks:
    """Look through a line, or a part of it.

    Examples
    --------
    >>> from lranim.function.formula import parse
    >>> from lranim.function.program import derive
    >>> double_well = derive(parse("x**4 - 2*x**2"), ["x"])
    >>> [turn.exact(double_well) for turn in landmarks(double_well).minima]
    [-1.0, 1.0]
    """

    def j(x: Array) -> Array:
        return derived.value(x[:, np.newaxis])

    def dj(x: Array) -> Array:
        return derived.gradient(x[:, np.newaxis])[:, 0]

    if domain:
        shares = (np.arange(_POINTS - 2) + 0.3719) / (_POINTS - 2)
        x = np.concatenate([[domain[0]], domain[0] + (domain[1] - domain[0]) * shares, [domain[1]]])
    else:
        x = np.unique([np.linspace(reach * _OFF[0], reach * _OFF[1], _POINTS) for reach in REACHES])
    v, s = j(x), dj(x)
    there, known, up = np.isfinite(v), np.isfinite(v) & np.isfinite(s), s >= 0
    turns = np.flatnonzero(known[:-1] & known[1:] & (up[:-1] != up[1:]))
    early, late = (bisect(dj, x[turns], x[turns + 1], count) for count in (EARLY, LATE))
    heights = j(late)
    smooth = settled(v[turns], j(early), heights)
    lower = ~up[turns]
    ends = np.stack([v[turns], v[turns + 1]])
    strict = np.where(lower, ends.min(axis=0) > heights, ends.max(axis=0) < heights)
    found: tuple[list[Turn], list[Turn]] = ([], [])
    for i in np.flatnonzero(smooth & strict).tolist():
        k = turns[i]
        found[0 if lower[i] else 1].append(
            Turn(float(late[i]), float(heights[i]), float(x[k]), float(x[k + 1]))
        )
    flips = np.flatnonzero(there[:-1] & there[1:] & ((v[:-1] >= 0) != (v[1:] >= 0)))
    jumps = bisect(j, x[flips], x[flips + 1], EARLY)
    jumps = jumps[blown_up(v[flips], v[flips + 1], j(jumps))]
    ends_at = np.flatnonzero(there[:-1] != there[1:])
    edges = bisect(lambda x: np.where(np.isfinite(j(x)), 1.0, -1.0), x[ends_at], x[ends_at + 1], LATE)
    rounds = _ROUNDS[(x[0] < _ROUNDS) & (x[-1] > _ROUNDS)]
    after = np.searchsorted(x, rounds)
    rounds = rounds[there[after - 1] & there[after] & ~np.isfinite(j(rounds))]
    holes = np.concatenate([late[~smooth], jumps, edges, rounds])
    return Landmarks(
        minima=found[0],
        maxima=found[1],
        holes=np.unique(np.where(np.abs(holes) < 1e-12, 0.0, holes)).tolist(),
        finite=x[there][:: max(1, int(there.sum()) // 50)].tolist(),
    )


def view(value: Compiled, marks: Landmarks) -> Ends:
    """Choose what is shown.

    All minima where they are few, else the lowest near 0 and those around it; so far out that the cost has
    risen well above the hills between them; and never across a place where it is not finite.

    Raises
    ------
    ValueError
        When the function is finite nowhere that was looked at.
    """
    if not marks.finite:
        raise ValueError("it has no finite value from -1000 to 1000; write one that has")
    minima, maxima = _chosen(marks.minima), _chosen(marks.maxima)
    if minima:
        lowest = min(minima, key=lambda turn: turn.value)
        piece = _piece(marks, lowest.at)
        minima = [turn for turn in minima if piece[0] <= turn.at <= piece[1]]
        hills = [turn for turn in marks.maxima if minima[0].at < turn.at < minima[-1].at]
        if hills:
            return _rounded(value, _around(value, minima, hills), piece)
        centre = lowest.at
    elif maxima:
        centre = min(maxima, key=lambda turn: (abs(turn.at), turn.at)).at
        piece = _piece(marks, centre)
    else:  # nothing turns: the stretch with 1 in it, or what comes nearest to that, or to 0
        places = sorted(marks.finite, key=lambda x: (abs(abs(x) - 1) > 0.5, -x if abs(x) < 2 else abs(x)))
        piece = _piece(marks, min(places, key=lambda x: abs(x - 1) if abs(x - 1) < 1 else 10 + abs(x)))
        centre = min(max(0.0, piece[0]), piece[1])
    return _rounded(value, _single(value, centre, piece), piece)


def _chosen(turns: Sequence[Turn]) -> list[Turn]:
    if len(turns) > MOST:
        near = ([turn for turn in turns if abs(turn.at) <= reach] for reach in REACHES)
        within = next(filter(None, near), turns)
        bottom = min(turn.value for turn in within)
        level = bottom + 1e-9 * (max(turn.value for turn in within) - bottom + abs(bottom))
        first = min((turn for turn in within if turn.value <= level), key=lambda t: (abs(t.at), -t.at))
        turns = sorted(within, key=lambda t: (round(abs(t.at - first.at), 9), -t.at))[:MOST]
    return sorted(turns, key=lambda turn: turn.at)


def _piece(marks: Landmarks, at: float) -> Ends:
    """Give the ends of the stretch between holes that a place is in."""
    below = [hole for hole in marks.holes if hole <= at]
    above = [hole for hole in marks.holes if hole > at]
    return max(below, default=-np.inf), min(above, default=np.inf)


def _around(value: Compiled, minima: Sequence[Turn], hills: Sequence[Turn]) -> Ends:
    low, high = minima[0].at, minima[-1].at
    bottom, top = min(turn.value for turn in minima), max(turn.value for turn in hills)
    margins = (high - low) * np.linspace(0.25, 1, 16)

    def margin(sign: float, end: float) -> float:
        risen = value((end + sign * margins)[:, np.newaxis]) >= bottom + _RISE * (top - bottom)
        return float(margins[np.argmax(risen)] if risen.any() else margins[2])

    return low - margin(-1, low), high + margin(1, high)


def _single(value: Compiled, centre: float, piece: Ends) -> Ends:
    half = _HALF if np.isfinite(piece).any() else max(_HALF, 1.2 * abs(centre))
    if abs(centre) <= 0.35 * half and piece[0] < -half and half < piece[1]:
        centre = 0.0
    best, share = (centre, centre), np.inf
    for zoom in _ZOOMS:
        ends = _cut((centre - half * zoom, centre + half * zoom), piece, 2 * half * zoom)
        v = value(_inside(ends))
        v = (v - v.min()) / (v.max() - v.min())
        flat = float(np.mean(~((v > _FLAT) & (v < 1 - _FLAT))))
        if flat < share - 0.03:
            best, share = ends, flat
        if share <= _SHARE:
            break
    return best


def _cut(ends: Ends, piece: Ends, width: float) -> Ends:
    """Keep a view in its stretch, with its width where there is room."""
    low, high = max(ends[0], piece[0]), min(ends[1], piece[1])
    if low > ends[0]:
        high = min(max(high, low + width), piece[1])
    elif high < ends[1]:
        low = max(min(low, high - width), piece[0])
    return low, high


def _inside(ends: Ends) -> Array:
    shares = (np.arange(200) + 0.5) / 200
    return np.asarray((ends[0] + (ends[1] - ends[0]) * shares)[:, np.newaxis])


def _rounded(value: Compiled, ends: Ends, piece: Ends) -> Ends:
    """Round a view to a few digits, outwards where there is room; step back from infinite costs."""
    low, high = _cut(ends, piece, 0.0)
    unit = round_numbers.step((high - low) / 16)
    at_low, at_high = low == piece[0], high == piece[1]
    if at_low:
        low = _back(value, low, high)
    if at_high:
        high = _back(value, high, low)
    fine = unit / 10
    low = round_numbers.up(low, fine) if at_low else round_numbers.down(low, unit)
    high = round_numbers.down(high, fine) if at_high else round_numbers.up(high, unit)
    # Rounding outwards may have crossed an end of the stretch after all.
    if low < piece[0]:
        low = round_numbers.up(_back(value, piece[0], high), fine)
    if high > piece[1]:
        high = round_numbers.down(_back(value, piece[1], low), fine)
    return low, high


def _back(value: Compiled, edge: float, other: float) -> float:
    """Step back from an end of the stretch so far that the cost there does not dwarf the rest."""
    width = other - edge
    rest = value(_inside((edge + 0.2 * width, other)))
    spread, middle = np.ptp(rest), np.median(rest)
    tries = [edge + share * width for share in _EDGES]
    costs = value(np.array(tries)[:, np.newaxis])
    good = np.isfinite(costs) & (np.abs(costs - middle) <= 4 * spread)
    return tries[int(np.argmax(good))] if good.any() else tries[-1]
