"""The view of a function of one variable: what of the line is shown, from the function's own shape.

Derived here. All places are rounded to a few digits, so that the last bits of a processor cannot show.
"""

from __future__ import annotations

import numpy as np

from lranim.core.types import Array
from lranim.function import round_numbers
from lranim.function.line_search import Landmarks, Turn
from lranim.function.steps import Value

MOST = 5
"""So many minima are chosen for a view, the lowest and those nearest to it."""

_HALF = 4.0  # the least half width of a view with one minimum, or with none
_RISE = 3.0  # beyond the outermost minima the cost rises so many times as high as the hills between them
_FLAT, _SHARE = 0.02, 0.8  # a view is empty when so much of it lies within so little of its bottom or top
_ZOOMS = (0.5, 0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.0025, 0.001)
_EDGES = (0.0, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2)


def view(value: Value, marks: Landmarks) -> tuple[float, float]:
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
    minima = _chosen(marks.minima)
    if minima:
        lowest = min(minima, key=lambda turn: turn.value)
        piece = _piece(marks, lowest.at)
        minima = [turn for turn in minima if piece[0] <= turn.at <= piece[1]]
        at = [turn.at for turn in minima]
        hills = [turn for turn in marks.maxima if min(at) < turn.at < max(at)]
        if len(at) > 1 and hills:
            return _rounded(value, _around(value, minima, hills), piece)
        return _rounded(value, _single(value, lowest.at, piece), piece)
    maxima = _chosen(marks.maxima)
    if maxima:
        centre = min(maxima, key=lambda turn: (abs(turn.at), turn.at)).at
        piece = _piece(marks, centre)
    else:
        piece = _open_piece(marks)
        centre = min(max(0.0, piece[0]), piece[1])
    return _rounded(value, _single(value, centre, piece), piece)


def _chosen(turns: tuple[Turn, ...]) -> list[Turn]:
    if len(turns) > MOST:
        for reach in (10.0, 100.0, 1000.0):
            within = [turn for turn in turns if abs(turn.at) <= reach]
            if within:
                break
        bottom = min(turn.value for turn in within)
        spread = max(turn.value for turn in within) - bottom
        level = bottom + 1e-9 * (spread + abs(bottom))
        first = min((abs(t.at), -t.at, t) for t in within if t.value <= level)[2]
        within.sort(key=lambda turn: (round(abs(turn.at - first.at), 9), -turn.at))
        turns = tuple(within[:MOST])
    return sorted(turns, key=lambda turn: turn.at)


def _piece(marks: Landmarks, at: float) -> tuple[float, float]:
    """Give the ends of the stretch between holes that a place is in."""
    below = [hole for hole in marks.holes if hole <= at]
    above = [hole for hole in marks.holes if hole > at]
    return max(below, default=-np.inf), min(above, default=np.inf)


def _open_piece(marks: Landmarks) -> tuple[float, float]:
    """Where nothing turns: the stretch with 1 in it, or else -1, or else what comes nearest to 0."""
    places = sorted(marks.finite, key=lambda x: (abs(abs(x) - 1) > 0.5, -x if abs(x) < 2 else abs(x)))
    nearest = min(places, key=lambda x: abs(x - 1) if abs(x - 1) < 1 else 10 + abs(x))
    return _piece(marks, nearest)


def _around(value: Value, minima: list[Turn], hills: list[Turn]) -> tuple[float, float]:
    low, high = minima[0].at, minima[-1].at
    bottom, top = min(turn.value for turn in minima), max(turn.value for turn in hills)
    margins = (high - low) * np.linspace(0.25, 1, 16)

    def margin(sign: float, end: float) -> float:
        with np.errstate(all="ignore"):
            risen = value((end + sign * margins)[:, np.newaxis]) >= bottom + _RISE * (top - bottom)
        return float(margins[np.argmax(risen)] if risen.any() else margins[2])

    return low - margin(-1, low), high + margin(1, high)


def _single(value: Value, centre: float, piece: tuple[float, float]) -> tuple[float, float]:
    half = _HALF if np.isfinite(piece).any() else max(_HALF, 1.2 * abs(centre))
    if abs(centre) <= 0.35 * half and piece[0] < -half and half < piece[1]:
        centre = 0.0
    best, share = half, np.inf
    for zoom in (1.0, *_ZOOMS):
        ends = _cut((centre - half * zoom, centre + half * zoom), piece, 2 * half * zoom)
        flat = _flatness(value, ends)
        if flat < share - 0.03:
            best, share = half * zoom, flat
        if share <= _SHARE:
            break
    return _cut((centre - best, centre + best), piece, 2 * best)


def _cut(ends: tuple[float, float], piece: tuple[float, float], width: float) -> tuple[float, float]:
    """Keep a view in its stretch, with its width where there is room."""
    low, high = max(ends[0], piece[0]), min(ends[1], piece[1])
    if low > ends[0]:
        high = min(max(high, low + width), piece[1])
    elif high < ends[1]:
        low = max(min(low, high - width), piece[0])
    return low, high


def _inside(ends: tuple[float, float]) -> Array:
    shares = (np.arange(200) + 0.5) / 200
    return np.asarray((ends[0] + (ends[1] - ends[0]) * shares)[:, np.newaxis])


def _flatness(value: Value, ends: tuple[float, float]) -> float:
    """Give the share of a view whose cost is next to its least or next to its most."""
    with np.errstate(all="ignore"):
        v = value(_inside(ends))
        v = (v - v.min()) / (v.max() - v.min())
    return float(np.mean(~((v > _FLAT) & (v < 1 - _FLAT))))


def _rounded(value: Value, ends: tuple[float, float], piece: tuple[float, float]) -> tuple[float, float]:
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


def _back(value: Value, edge: float, other: float) -> float:
    """Step back from an end of the stretch so far that the cost there does not dwarf the rest."""
    width = other - edge
    rest = value(_inside((edge + 0.2 * width, other)))
    spread, middle = np.ptp(rest), np.median(rest)
    for share in _EDGES:
        at = edge + share * width
        there = value(np.array([at]))
        if np.isfinite(there) and abs(there - middle) <= 4 * spread:
            return at
    return edge + _EDGES[-1] * width
