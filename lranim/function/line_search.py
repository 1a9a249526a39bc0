"""Where a function of one variable is lowest, highest and not defined: all that its view is chosen from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lranim.core.types import Array
from lranim.function.brackets import EARLY, LATE, bisect, blown_up, settled
from lranim.function.derive import Derived
from lranim.function.roots import crossing
from lranim.function.steps import Gradient, Value

REACHES = (10.0, 100.0, 1000.0)
"""How far from 0 is looked, finely near it and coarsely far out."""

_POINTS = 4001
_ROUNDS = np.arange(-20, 21) / 2  # where jumps and holes are that the search, off round numbers, would miss
_OFF = (-1.000371, 0.999713)  # off round numbers, where functions have their zeros and holes


@dataclass(frozen=True)
class Turn:
    """Where a function turns: about `at`, certainly between `low` and `high`, and its value there."""

    at: float
    value: float
    low: float
    high: float

    def exact(self, derived: Derived) -> float:
        """Give the place to the nearest float where that can be had."""
        found = crossing(derived.gradient, self.low, self.high)
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

    minima: tuple[Turn, ...]
    maxima: tuple[Turn, ...]
    holes: tuple[float, ...]
    finite: tuple[float, ...]


def landmarks(derived: Derived, domain: tuple[float, float] | None = None) -> Landmarks:
    """Look through a line, or a part of it.

    Examples
    --------
    >>> from lranim.function.derive import derive
    >>> from lranim.function.parse import parse
    >>> double_well = derive(parse("x**4 - 2*x**2"), ["x"])
    >>> [turn.exact(double_well) for turn in landmarks(double_well).minima]
    [-1.0, 1.0]
    >>> landmarks(derive(parse("1/x"), ["x"])).holes
    (0.0,)
    """
    value, slope = Value(derived.value), Gradient(derived.gradient)

    def j(x: Array) -> Array:
        return value(x[:, np.newaxis])

    def dj(x: Array) -> Array:
        return slope(x[:, np.newaxis])[:, 0]

    x = _part(*domain) if domain else _line()
    v, s = j(x), dj(x)
    there = np.isfinite(v)
    both = there[:-1] & there[1:]
    up = s >= 0
    turns = np.flatnonzero(both & np.isfinite(s[:-1]) & np.isfinite(s[1:]) & (up[:-1] != up[1:]))
    early, late = (bisect(dj, x[turns], x[turns + 1], count) for count in (EARLY, LATE))
    smooth = settled(v[turns], j(early), j(late))
    lower = ~up[turns]
    ends = np.stack([v[turns], v[turns + 1]])
    strict = np.where(lower, ends.min(axis=0) > j(late), ends.max(axis=0) < j(late))
    found: tuple[list[Turn], list[Turn]] = ([], [])
    for i in np.flatnonzero(smooth & strict).tolist():
        at, k = float(late[i]), turns[i]
        found[0 if lower[i] else 1].append(
            Turn(at, float(j(late[i : i + 1])[0]), float(x[k]), float(x[k + 1]))
        )
    holes = late[~smooth].tolist()
    flips = np.flatnonzero(both & ((v[:-1] >= 0) != (v[1:] >= 0)))
    jumps = bisect(j, x[flips], x[flips + 1], EARLY)
    holes += jumps[blown_up(v[flips], v[flips + 1], j(jumps))].tolist()
    ends_at = np.flatnonzero(there[:-1] != there[1:])

    def inside(x: Array) -> Array:
        return np.where(np.isfinite(j(x)), 1.0, -1.0)

    holes += bisect(inside, x[ends_at], x[ends_at + 1], LATE).tolist()
    rounds = _ROUNDS[(x[0] < _ROUNDS) & (x[-1] > _ROUNDS)]
    after = np.searchsorted(x, rounds)
    holes += rounds[there[after - 1] & there[after] & ~np.isfinite(j(rounds))].tolist()
    return Landmarks(
        minima=tuple(found[0]),
        maxima=tuple(found[1]),
        holes=tuple(sorted({0.0 if abs(hole) < 1e-12 else hole for hole in holes})),
        finite=tuple(x[there][:: max(1, int(there.sum()) // 50)].tolist()),
    )


def _line() -> Array:
    return np.unique(
        np.concatenate([np.linspace(reach * _OFF[0], reach * _OFF[1], _POINTS) for reach in REACHES])
    )


def _part(low: float, high: float) -> Array:
    shares = (np.arange(_POINTS - 2) + 0.3719) / (_POINTS - 2)
    return np.concatenate([[low], low + (high - low) * shares, [high]])
