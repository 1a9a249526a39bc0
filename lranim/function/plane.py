"""A function of two variables: where it is flat, and lowest, and what of the plane is shown.

Derived here. All places of a view are rounded to a few digits: the last bits of a processor cannot show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array
from lranim.function import round_numbers
from lranim.function.program import Compiled, Derived
from lranim.function.roots import EARLY, bisect, blown_up, root

REACHES = (5.0, 50.0)
"""How far from 0 is looked in each variable, finely near it and coarsely far out."""

MANY = 9
"""With more minima than this near 0, none is looked for farther out; of a view it has no more."""

_SIDE = 41
_OFF = np.array([[-1.00371, 0.99713], [-0.99731, 1.00359]])  # off round numbers and off the diagonal
_STEPS = 50
_SLIDES = 400
_SAME = 1e-6  # of the reach: places nearer to each other are one
_SINGULAR = 1e-6  # of the larger curvature: a smaller one is none
_MOST_SINGULAR, _MOST_KINKS, _MOST_FOUND = 100, 100, 400

_HALF = 3.0  # the least half width of a view with one minimum, or with none
_MARGIN = 0.22  # around several minima, of their longer extent
_ROUND = 0.7  # the shorter side is at least this share of the longer one
_CELLS = 32
_ROOM = 0.1  # of the view: around its lowest minimum, where there are holes
_FLAT, _SHARE = 0.01, 0.85  # a view is empty when so much of it lies within so little of its bottom or top
_NEAR, _HUGE = 18, 1e6  # after so many halvings, a cost so many times the usual one is on its way to infinity
_ZOOMS = (1.0, 0.5, 0.25, 0.1, 0.05, 0.025, 0.01)

Bools = npt.NDArray[np.bool_]
Box = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Place:
    """Where a function is flat, or has a lowest kink: how high it is there, and whether that is a minimum."""

    at: tuple[float, float]
    value: float
    minimum: bool
    smooth: bool

    def exact(self, derived: Derived, reach: float) -> tuple[float, ...]:
        """Give the place to the nearest floats where that can be had."""
        found = root(derived, self.at, 1e-3 * reach) if self.smooth else None
        return found or tuple(round(x, 9) + 0.0 for x in self.at)


def places(derived: Derived, domain: Box | None = None) -> list[Place]:
    """Look through the plane, or a part of it; lines and other stretches of minima are left out.

    Examples
    --------
    >>> from lranim.function.formula import parse
    >>> from lranim.function.program import derive
    >>> derived = derive(parse("(x**2 - 1)**2 + y**2"), ["x", "y"])
    >>> sorted((place.exact(derived, 5), place.minimum) for place in places(derived))
    [((-1.0, 0.0), True), ((0.0, 0.0), False), ((1.0, 0.0), True)]
    """
    found: list[Place] = []
    shares = (np.arange(_SIDE) + 0.4719) / _SIDE
    for ends in [np.array(domain)] if domain else [reach * _OFF for reach in REACHES]:
        axes = [low + (high - low) * shares for low, high in ends]
        reach = float(max(np.ptp(axis) for axis in axes)) / 2
        window = _in_window(derived, np.stack(np.meshgrid(*axes), axis=-1), reach)
        found += [place for place in window if _new(place, found, _SAME * reach)]
        if sum(place.minimum for place in found) > MANY:
            break
    if domain:
        (a0, a1), (b0, b1) = domain
        found = [place for place in found if a0 <= place.at[0] <= a1 and b0 <= place.at[1] <= b1]
    return found


def _new(place: Place, found: Iterable[Place], gap: float) -> bool:
    return all(np.abs(np.subtract(place.at, other.at)).max() > gap for other in found)


def _in_window(derived: Derived, grid: Array, reach: float) -> list[Place]:
    value = derived.value
    found = _judged(derived, _apart(_newton(derived, grid.reshape(-1, 2), reach), reach), reach)
    # Kinks have no gradient that vanishes: there the lowest points of the grid lead down.
    gap = 2 * reach / _SIDE
    known = np.array([place.at for place in found if place.minimum]).reshape(-1, 2)
    low = grid[_lower_than_around(value(grid))]
    low = low[(np.abs(low[:, np.newaxis] - known) > 2 * gap).any(axis=-1).all(axis=-1)]
    if 0 < len(low) <= _MOST_KINKS:
        kinks = _apart(_slid(value, low, gap), reach)
        # Next to what is no pole the rise is a small part of that farther out.
        far, near = (value(_ring(kinks, gap * share)).max(axis=1) - value(kinks) for share in (1, 1e-6))
        kinks = kinks[near <= 1e-2 * far]
        for at in kinks[_strict(value, kinks, 1e-4 * reach)].tolist():
            place = Place((at[0], at[1]), float(value(np.array(at))), True, False)
            if _new(place, found, 1e3 * _SAME * reach):
                found.append(place)
    return found


def _newton(derived: Derived, x: Array, reach: float) -> Array:
    """Take Newton's steps for a flat place from everywhere with a slope, and keep those that arrive."""
    first = derived.gradient(x)
    x = x[np.isfinite(first).all(axis=-1) & (first != 0).any(axis=-1)]
    middle = x.mean(axis=0) if len(x) else x
    step = np.full_like(x, np.inf)
    for _ in range(_STEPS):
        p, q = derived.gradient.plain(x).T
        (r, s), (_same, t) = derived.hessian.plain(x).T
        step = -np.stack([t * p - s * q, r * q - s * p], axis=-1) / (r * t - s * s)[:, np.newaxis]
        step[(p == 0) & (q == 0)] = 0.0
        size = np.abs(step).max(axis=-1, keepdims=True)
        step *= np.minimum(1.0, 0.25 * reach / np.maximum(size, 1e-300))
        x = x + step
        kept = np.isfinite(x).all(axis=-1) & (np.abs(x - middle) <= 2 * reach).all(axis=-1)
        x, step = x[kept], step[kept]
    return np.asarray(x[np.abs(step).max(axis=-1, initial=0.0) <= 1e-4 * _SAME * reach])


def _apart(x: Array, reach: float) -> Array:
    """Keep one of each group of places that are the same."""
    _, first = np.unique(np.round(x / (10 * _SAME * reach)), axis=0, return_index=True)
    return np.asarray(x[first])


def _judged(derived: Derived, x: Array, reach: float) -> list[Place]:
    """Tell minima from passes and tops: by the curvatures, or where one of them is 0 by looking around."""
    second, heights = derived.hessian.plain(x), derived.value(x)
    good = np.isfinite(second).all(axis=(1, 2)) & np.isfinite(heights)
    x, heights = x[good], heights[good]
    curved = np.linalg.eigvalsh(second[good])
    size = np.abs(curved)
    singular = size.min(axis=-1) <= _SINGULAR * size.max(axis=-1)
    minimum = curved[:, 0] > 0
    # More of them than this lie on a line, and none is a minimum of its own.
    few = np.count_nonzero(singular) <= _MOST_SINGULAR
    minimum[singular] = _strict(derived.value, x[singular], 1e-2 * reach) if few else False
    found: list[Place] = []
    for at, height, lowest, flat in zip(
        *(part.tolist() for part in (x, heights, minimum, singular)), strict=True
    ):
        place = Place((at[0], at[1]), height, lowest, True)
        if (lowest or not flat) and len(found) < _MOST_FOUND and _new(place, found, _SAME * reach):
            found.append(place)
    return found


def _ring(x: Array, radius: float) -> Array:
    """Give 32 places ``(k, 32, 2)`` around each."""
    angles = 2 * np.pi * np.arange(32) / 32
    return x[:, np.newaxis] + radius * np.stack([np.cos(angles), np.sin(angles)], axis=-1)


def _strict(value: Compiled, x: Array, radius: float) -> Bools:
    """Whether it is higher in all directions around places ``(k, 2)``, also between those first looked in."""
    here = value(x)
    angles = np.broadcast_to(np.linspace(0, 2 * np.pi, 128, endpoint=False), (len(x), 128))
    most, width = np.zeros(len(x)), 2 * np.pi / 128
    for _ in range(4):
        ways = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
        rise = value(x[:, np.newaxis] + radius * ways) - here[:, np.newaxis]
        most = np.maximum(most, rise.max(axis=1, initial=0.0))
        best = np.take_along_axis(angles, rise.argmin(axis=1)[:, np.newaxis], axis=1)
        angles = best + width * np.linspace(-1, 1, 65)
        width /= 32
    return np.asarray(rise.min(axis=1, initial=np.inf) > np.maximum(1e-8 * most, 1e-14 * np.abs(here)))


def _lower_than_around(heights: Array) -> Bools:
    wide = np.pad(np.where(np.isfinite(heights), heights, np.inf), 1, constant_values=np.inf)
    around = np.lib.stride_tricks.sliding_window_view(wide, (3, 3)).min(axis=(2, 3))
    return np.asarray((heights <= around) & np.isfinite(heights))


def _slid(value: Compiled, x: Array, gap: float) -> Array:
    """Go to the lowest of 64 places around, and nearer once none is lower: it needs no slope."""
    height = value(x)
    size = np.full((len(x), 1, 1), gap)
    rows = np.arange(len(x))
    ways = np.concatenate([_ring(np.zeros((1, 2)), share)[0] for share in (1, 0.3)])
    for _ in range(_SLIDES):
        around = x[:, np.newaxis] + size * ways
        heights = np.where(np.isfinite(h := value(around)), h, np.inf)
        best = heights.argmin(axis=1)
        lower = heights[rows, best] < height
        x = np.where(lower[:, np.newaxis], around[rows, best], x)
        height = np.where(lower, heights[rows, best], height)
        size[~lower] /= 2
        if size.max() < 1e-12 * gap:
            break
    return x


def is_sound(value: Compiled, ends: Box) -> bool:
    """Whether the function is finite all over a box."""
    return bool(_sound(value, _grid(np.array(ends))[2]).all())


def view(value: Compiled, found: Sequence[Place]) -> Box:
    """Choose what is shown: the minima with some room around them, and the passes between them.

    Raises
    ------
    ValueError
        When the function is finite nowhere that was looked at.
    """
    minima = _chosen([place for place in found if place.minimum])
    if len(minima) > 1:
        at = np.array([place.at for place in minima])
        low, high = at.min(axis=0), at.max(axis=0)
        extent = float((high - low).max())
        near = [p.at for p in found if np.all((low - 0.3 * extent <= p.at) & (p.at <= high + 0.3 * extent))]
        low, high = np.min([low, *near], axis=0), np.max([high, *near], axis=0)
        half = (high - low) / 2 + _MARGIN * extent
        return _rounded(value, (low + high) / 2, np.maximum(half, _ROUND * half.max()), at[0])
    nearest = sorted(found, key=_from(0.0))
    centre = focus = np.array([*minima, *nearest][0].at if found else (0.0, 0.0))
    half = np.full(2, max(_HALF, 1.2 * float(np.abs(centre).max())))
    if np.abs(centre).max() <= 0.35 * half[0]:
        half, centre = half + 1.0, np.zeros(2)
    best, share = half, np.inf
    for zoom in _ZOOMS:
        flat = _flatness(value, centre, half * zoom)
        if flat < share - 0.03:
            best, share = half * zoom, flat
        if share <= _SHARE:
            break
    return _rounded(value, centre, best, focus)


def _from(centre: npt.ArrayLike) -> Callable[[Place], Any]:
    """What sorts places by how far they are from one."""
    return lambda place: (round(float(np.hypot(*np.subtract(place.at, centre))), 6), place.at)


def _chosen(minima: list[Place]) -> list[Place]:
    if len(minima) <= MANY:
        return minima
    within = [place for place in minima if np.abs(place.at).max() <= 5] or minima
    bottom, top = min(place.value for place in within), max(place.value for place in within)
    level = bottom + 1e-6 * (top - bottom + abs(bottom))
    first = min((place for place in within if place.value <= level), key=_from(0.0))
    return sorted(within, key=_from(first.at))[:MANY]


def _grid(ends: Box | Array) -> tuple[Array, Array, Array]:
    """Give evenly spaced values of each variable, ends included, and all their pairs, ``(k, k, 2)``."""
    a, b = (np.linspace(low, high, _CELLS + 1) for low, high in ends)
    return a, b, np.stack(np.meshgrid(a, b, indexing="ij"), axis=-1)


def _flatness(value: Compiled, centre: Array, half: Array) -> float:
    v = value(_grid(np.stack([centre - half, centre + half], axis=-1))[2])
    v = v[np.isfinite(v)]
    spread = float(v.max() / 2 - v.min() / 2) if v.size else 0.0
    if not 0 < spread < np.inf:
        return 1.0
    v = (v / 2 - v.min() / 2) / spread
    return float(np.mean(~((v > _FLAT) & (v < 1 - _FLAT))))


def _rounded(value: Compiled, centre: Array, half: Array, focus: Array) -> Box:
    """Round outwards, and keep to a box where the function is finite, with `focus` in it if that can be."""
    unit = round_numbers.step(float(half.max()) / 8)
    first, second = (
        (round_numbers.down(c - h, unit), round_numbers.up(c + h, unit))
        for c, h in zip(centre, half, strict=True)
    )
    a, b, grid = _grid((first, second))
    cells = _sound(value, grid)
    if cells.all():
        return first, second
    if not cells.any():
        raise ValueError(f"it has no finite values about {centre[0]:g}, {centre[1]:g}; write one that has")
    boxes = (_largest_box(cells, _around((a, b), focus, room)) for room in (_ROOM, 0.0, -np.inf))
    i0, i1, j0, j1 = next(filter(None, boxes))
    fine = unit / 10
    return (round_numbers.up(a[i0], fine), round_numbers.down(a[i1 + 1], fine)), (
        round_numbers.up(b[j0], fine),
        round_numbers.down(b[j1 + 1], fine),
    )


def _sound(value: Compiled, grid: Array) -> Bools:
    """Give in which cells of a grid ``(k, k, 2)`` there is neither a hole nor a pole, ``(k - 1, k - 1)``."""
    there = np.isfinite(value(grid))
    cells = there[:-1, :-1] & there[1:, :-1] & there[:-1, 1:] & there[1:, 1:]
    across = ~_has_pole(value, grid[:-1], grid[1:])
    along = ~_has_pole(value, grid[:, :-1], grid[:, 1:])
    return np.asarray(cells & across[:, :-1] & across[:, 1:] & along[:-1] & along[1:])


def _has_pole(value: Compiled, low: Array, high: Array) -> Bools:
    """Give on which of the straight ways from one end ``(..., 2)`` to the other the function is infinite."""
    shape, low, high = low.shape[:-1], low.reshape(-1, 2), high.reshape(-1, 2)
    found = np.zeros(len(low), dtype=np.bool_)

    def at(share: Array, ways: npt.NDArray[np.intp]) -> Array:
        return value(low[ways] + share[:, np.newaxis] * (high - low)[ways])

    def rise(share: Array, ways: npt.NDArray[np.intp]) -> Array:
        return at(share + 1e-6, ways) - at(share - 1e-6, ways)

    everywhere = np.arange(len(low))
    none, all_ = np.zeros(len(low)), np.ones(len(low))
    first, last = at(none, everywhere), at(all_, everywhere)
    # A pole of odd order changes the sign of the function, one of even order that of its slope.
    flips = np.flatnonzero((first >= 0) != (last >= 0))
    middle = at(bisect(lambda share: at(share, flips), none[flips], all_[flips], EARLY), flips)
    found[flips] = blown_up(first[flips], last[flips], middle)
    turns = np.flatnonzero((rise(none, everywhere) >= 0) != (rise(all_, everywhere) >= 0))
    middle = at(bisect(lambda share: rise(share, turns), none[turns], all_[turns], _NEAR), turns)
    usual = float(np.median(np.abs(first[np.isfinite(first)]))) if np.isfinite(first).any() else 0.0
    found[turns] |= ~(np.abs(middle) <= _HUGE * max(usual, 1e-300))
    return found.reshape(shape)


def _around(axes: tuple[Array, Array], focus: Array, room: float) -> list[tuple[Bools, Bools]]:
    """Say of cells between the values of each variable where a box with a place in it may begin and end."""
    margins = [room * (axis[-1] - axis[0]) for axis in axes]
    return [
        (axis[:-1] < x - margin, x + margin < axis[1:])
        for axis, x, margin in zip(axes, focus.tolist(), margins, strict=True)
    ]


def _largest_box(
    there: Bools, begins_and_ends: Sequence[tuple[Bools, Bools]]
) -> tuple[int, int, int, int] | None:
    """Give first and last row, and column, of the largest box that is all true and no narrow strip.

    It must begin and end in rows, and in columns, where it may.
    """
    (top, bottom), (left, right) = begins_and_ends
    best, box = (-1, -1, -1), None
    for i0 in np.flatnonzero(top).tolist():
        open_ = np.ones(there.shape[1], dtype=np.bool_)
        for i1 in range(i0, len(there)):
            open_ &= there[i1]
            edges = np.flatnonzero(np.diff(open_, prepend=False, append=False))
            for j0, j1 in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
                if bottom[i1] and left[j0] and right[j1 - 1]:
                    sides = (i1 - i0 + 1, j1 - j0)
                    size = (min(sides) * min(max(sides), 2 * min(sides)), sides[0] * sides[1], i0 + j0)
                    if size > best:
                        best, box = size, (i0, i1, j0, j1 - 1)
    return box
