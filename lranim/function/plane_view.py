"""The view of a function of two variables: what of the plane is shown, from the function's own shape.

Derived here. All places are rounded to a few digits, so that the last bits of a processor cannot show.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array
from lranim.function import round_numbers
from lranim.function.brackets import EARLY, bisect, blown_up
from lranim.function.plane_search import MANY, Place
from lranim.function.steps import Value

_HALF = 3.0  # the least half width of a view with one minimum, or with none
_MARGIN = 0.22  # around several minima, of their longer extent
_ROUND = 0.7  # the shorter side is at least this share of the longer one
_CELLS = 32
_ROOM = 0.1  # of the view: around its lowest minimum, where there are holes
_FLAT, _SHARE = 0.01, 0.85  # a view is empty when so much of it lies within so little of its bottom or top
_NEAR, _HUGE = 18, 1e6  # after so many halvings, a cost so many times the usual one is on its way to infinity
_ZOOMS = (1.0, 0.5, 0.25, 0.1, 0.05, 0.025, 0.01)

Sides = list[tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]
Box = tuple[tuple[float, float], tuple[float, float]]


def is_sound(value: Value, ends: tuple[tuple[float, float], ...]) -> bool:
    """Whether the function is finite all over a box."""
    return bool(_sound(value, _grid(np.array(ends))[2]).all())


def view(value: Value, found: list[Place]) -> Box:
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
        half = np.maximum(half, _ROUND * half.max())
        return _rounded(value, (low + high) / 2, half, np.array(minima[0].at))
    centre = focus = np.array(minima[0].at if minima else _top(found))
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


def _top(found: list[Place]) -> tuple[float, float]:
    return min(
        (place.at for place in found), key=lambda at: (round(float(np.hypot(*at)), 6), at), default=(0.0, 0.0)
    )


def _chosen(minima: list[Place]) -> list[Place]:
    if len(minima) <= MANY:
        return minima
    within = [place for place in minima if np.abs(place.at).max() <= 5] or minima
    bottom, top = min(place.value for place in within), max(place.value for place in within)
    level = bottom + 1e-6 * (top - bottom + abs(bottom))
    first = min(
        (place for place in within if place.value <= level),
        key=lambda p: (round(float(np.hypot(*p.at)), 6), p.at),
    )
    return sorted(within, key=lambda p: (round(float(np.hypot(*np.subtract(p.at, first.at))), 6), p.at))[
        :MANY
    ]


def _grid(ends: Box | Array) -> tuple[Array, Array, Array]:
    """Give evenly spaced values of each variable, ends included, and all their pairs, ``(k, k, 2)``."""
    a, b = (np.linspace(low, high, _CELLS + 1) for low, high in ends)
    return a, b, np.stack(np.meshgrid(a, b, indexing="ij"), axis=-1)


def _flatness(value: Value, centre: Array, half: Array) -> float:
    v = value(_grid(np.stack([centre - half, centre + half], axis=-1))[2])
    v = v[np.isfinite(v)]
    spread = float(v.max() / 2 - v.min() / 2) if v.size else 0.0
    if not 0 < spread < np.inf:
        return 1.0
    v = (v / 2 - v.min() / 2) / spread
    return float(np.mean(~((v > _FLAT) & (v < 1 - _FLAT))))


def _rounded(value: Value, centre: Array, half: Array, focus: Array) -> Box:
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
    boxes = (_largest_box(cells, _around(a, b, focus, room)) for room in (_ROOM, 0.0))
    i0, i1, j0, j1 = next((box for box in boxes if box), None) or _largest_box(cells) or (0, 0, 0, 0)
    fine = unit / 10
    return (round_numbers.up(a[i0], fine), round_numbers.down(a[i1 + 1], fine)), (
        round_numbers.up(b[j0], fine),
        round_numbers.down(b[j1 + 1], fine),
    )


def _sound(value: Value, grid: Array) -> npt.NDArray[np.bool_]:
    """Give in which cells of a grid ``(k, k, 2)`` there is neither a hole nor a pole, ``(k - 1, k - 1)``."""
    there = np.isfinite(value(grid))
    cells = there[:-1, :-1] & there[1:, :-1] & there[:-1, 1:] & there[1:, 1:]
    across = ~_has_pole(value, grid[:-1], grid[1:])
    along = ~_has_pole(value, grid[:, :-1], grid[:, 1:])
    return np.asarray(cells & across[:, :-1] & across[:, 1:] & along[:-1] & along[1:])


def _has_pole(value: Value, low: Array, high: Array) -> npt.NDArray[np.bool_]:
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


def _around(a: Array, b: Array, focus: Array, room: float) -> Sides:
    """Say of cells between the values of each variable where a box with a place in it may begin and end."""
    margins = [room * (axis[-1] - axis[0]) for axis in (a, b)]
    return [
        (axis[:-1] < x - margin, x + margin < axis[1:])
        for axis, x, margin in zip((a, b), focus.tolist(), margins, strict=True)
    ]


def _largest_box(
    there: npt.NDArray[np.bool_],
    inside: Sides | None = None,
) -> tuple[int, int, int, int] | None:
    """Give first and last row, and column, of the largest box that is all true and no narrow strip.

    `inside` says of rows, and of columns, whether a box may begin there, and whether it may end there.
    """
    best, box = (-1, -1, -1), None
    for i0 in range(len(there)):
        open_ = np.ones(there.shape[1], dtype=np.bool_)
        for i1 in range(i0, len(there)):
            open_ &= there[i1]
            edges = np.flatnonzero(np.diff(np.concatenate([[0], open_.astype(np.int8), [0]])))
            for j0, j1 in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
                if inside and not (
                    inside[0][0][i0] and inside[0][1][i1] and inside[1][0][j0] and inside[1][1][j1 - 1]
                ):
                    continue
                sides = (i1 - i0 + 1, j1 - j0)
                size = (min(sides) * min(max(sides), 2 * min(sides)), sides[0] * sides[1], i0 + j0)
                if size > best:
                    best, box = size, (i0, i1, j0, j1 - 1)
    return box
