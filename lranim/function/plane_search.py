"""Where the gradient of a function of two variables vanishes, and where such a function is lowest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array
from lranim.function.derive import Derived
from lranim.function.roots import root
from lranim.function.steps import Gradient, Value

REACHES = (5.0, 50.0)
"""How far from 0 is looked in each variable, finely near it and coarsely far out."""

MANY = 9
"""With more minima than this near 0, none is looked for farther out."""

_SIDE = 41
_OFF = np.array([[-1.00371, 0.99713], [-0.99731, 1.00359]])  # off round numbers and off the diagonal
_STEPS = 50
_HALVINGS = 50
_SAME = 1e-6  # of the reach: places nearer to each other are one
_SINGULAR = 1e-6  # of the larger curvature: a smaller one is none
_MOST_SINGULAR, _MOST_KINKS, _MOST_FOUND = 100, 100, 400


@dataclass(frozen=True)
class Place:
    """Where a function is flat, or has a lowest kink: how high it is there, and whether that is a minimum."""

    at: tuple[float, float]
    value: float
    minimum: bool
    smooth: bool

    def exact(self, derived: Derived, reach: float) -> tuple[float, ...]:
        """Give the place to the nearest floats where that can be had."""
        found = root(derived.gradient, derived.hessian, self.at, 1e-3 * reach) if self.smooth else None
        return found or tuple(round(x, 9) + 0.0 for x in self.at)


def places(derived: Derived, domain: tuple[tuple[float, float], ...] | None = None) -> list[Place]:
    """Look through the plane, or a part of it; lines and other stretches of minima are left out.

    Examples
    --------
    >>> from lranim.function.derive import derive
    >>> from lranim.function.parse import parse
    >>> derived = derive(parse("(x**2 - 1)**2 + y**2"), ["x", "y"])
    >>> sorted((place.exact(derived, 5), place.minimum) for place in places(derived))
    [((-1.0, 0.0), True), ((0.0, 0.0), False), ((1.0, 0.0), True)]
    """
    found: list[Place] = []
    for ends in [domain] if domain else [reach * _OFF for reach in REACHES]:
        axes = _window(ends)
        reach = float(max(np.ptp(axis) for axis in axes)) / 2
        found += [place for place in _in_window(derived, axes, reach) if _new(place, found, reach)]
        if sum(place.minimum for place in found) > MANY:
            break
    if domain:
        (a0, a1), (b0, b1) = domain
        found = [place for place in found if a0 <= place.at[0] <= a1 and b0 <= place.at[1] <= b1]
    return found


def _window(ends: npt.ArrayLike) -> tuple[Array, Array]:
    shares = (np.arange(_SIDE) + 0.4719) / _SIDE
    a, b = (low + (high - low) * shares for low, high in np.asarray(ends, dtype=np.float64))
    return a, b


def _new(place: Place, found: list[Place], reach: float) -> bool:
    return all(np.abs(np.subtract(place.at, other.at)).max() > _SAME * reach for other in found)


def _in_window(derived: Derived, axes: tuple[Array, Array], reach: float) -> list[Place]:
    value = Value(derived.value)
    a, b = axes
    grid = np.stack(np.meshgrid(a, b), axis=-1)
    heights = value(grid)
    found = _judged(derived, value, _apart(_newton(derived, grid.reshape(-1, 2), reach), reach), reach)
    # Kinks have no gradient that vanishes: there the lowest points of the grid lead down.
    gap = 2 * reach / _SIDE
    known = np.array([place.at for place in found if place.minimum]).reshape(-1, 2)
    low = grid[_lower_than_around(heights)]
    low = low[(np.abs(low[:, np.newaxis] - known) > 2 * gap).any(axis=-1).all(axis=-1)]
    if 0 < len(low) <= _MOST_KINKS:
        kinks = _apart(_slid(value, low, gap), reach)
        kinks = kinks[_continuous(value, kinks, gap)]
        for at, lowest in zip(kinks.tolist(), _strict(value, kinks, 1e-4 * reach).tolist(), strict=True):
            place = Place((at[0], at[1]), float(value(np.array(at))), True, False)
            if lowest and _new(place, found, 1e3 * reach):
                found.append(place)
    return found


def _newton(derived: Derived, x: Array, reach: float) -> Array:
    """Take Newton's steps for a flat place from everywhere with a slope, and keep those that arrive."""
    first = Gradient(derived.gradient)(x)
    x = x[np.isfinite(first).all(axis=-1) & (first != 0).any(axis=-1)]
    middle = x.mean(axis=0) if len(x) else x
    step = np.full_like(x, np.inf)
    with np.errstate(all="ignore"):
        for _ in range(_STEPS):
            p, q = (np.broadcast_to(part, len(x)) for part in derived.gradient.run((x[:, 0], x[:, 1])))
            r, s, _same, t = (
                np.broadcast_to(part, len(x)) for part in derived.hessian.run((x[:, 0], x[:, 1]))
            )
            det = r * t - s * s
            step = -np.stack([(t * p - s * q) / det, (r * q - s * p) / det], axis=-1)
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


def _judged(derived: Derived, value: Value, x: Array, reach: float) -> list[Place]:
    """Tell minima from passes and tops: by the curvatures, or where one of them is 0 by looking around."""
    with np.errstate(all="ignore"):
        r, s, _same, t = (np.broadcast_to(part, len(x)) for part in derived.hessian.run((x[:, 0], x[:, 1])))
    heights = value(x)
    good = np.isfinite(r) & np.isfinite(s) & np.isfinite(t) & np.isfinite(heights)
    x, heights = x[good], heights[good]
    second = np.stack([np.stack([r, s], axis=-1), np.stack([s, t], axis=-1)], axis=-1)[good]
    curved = np.linalg.eigvalsh(second)
    size = np.abs(curved)
    singular = size.min(axis=-1) <= _SINGULAR * size.max(axis=-1)
    minimum = curved[:, 0] > 0
    # More of them than this lie on a line, and none is a minimum of its own.
    few = np.count_nonzero(singular) <= _MOST_SINGULAR
    minimum[singular] = _strict(value, x[singular], 1e-2 * reach) if few else False
    keep = minimum | ~singular
    found: list[Place] = []
    for at, height, lowest in zip(
        x[keep].tolist(), heights[keep].tolist(), minimum[keep].tolist(), strict=True
    ):
        place = Place((at[0], at[1]), height, lowest, True)
        if len(found) < _MOST_FOUND and _new(place, found, reach):
            found.append(place)
    return found


def _strict(value: Value, x: Array, radius: float) -> npt.NDArray[np.bool_]:
    """Whether it is higher in all directions around places ``(k, 2)``, also between those first looked in."""
    here = value(x)
    angles = np.broadcast_to(np.linspace(0, 2 * np.pi, 128, endpoint=False), (len(x), 128))
    most, width = np.zeros(len(x)), 2 * np.pi / 128
    with np.errstate(all="ignore"):
        for _ in range(4):
            ways = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
            rise = value(x[:, np.newaxis] + radius * ways) - here[:, np.newaxis]
            most = np.maximum(most, rise.max(axis=1, initial=0.0))
            best = np.take_along_axis(angles, rise.argmin(axis=1)[:, np.newaxis], axis=1)
            angles = best + width * np.linspace(-1, 1, 65)
            width /= 32
        return np.asarray(rise.min(axis=1, initial=np.inf) > np.maximum(1e-8 * most, 1e-14 * np.abs(here)))


def _continuous(value: Value, x: Array, gap: float) -> npt.NDArray[np.bool_]:
    """Whether places ``(k, 2)`` are no poles: next to them, the rise is a small part of that farther out."""
    angles = 2 * np.pi * np.arange(32) / 32
    ways = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    far, near = (value(x[:, np.newaxis] + gap * share * ways).max(axis=1) - value(x) for share in (1, 1e-6))
    return np.asarray(near <= 1e-2 * far)


def _lower_than_around(heights: Array) -> npt.NDArray[np.bool_]:
    wide = np.pad(np.where(np.isfinite(heights), heights, np.inf), 1, constant_values=np.inf)
    rows, columns = heights.shape
    around = [
        wide[1 + i : 1 + i + rows, 1 + j : 1 + j + columns]
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
        if (i, j) != (0, 0)
    ]
    return np.asarray((wide[1:-1, 1:-1] <= np.min(around, axis=0)) & np.isfinite(heights))


def _slid(value: Value, x: Array, gap: float) -> Array:
    """Go to the lowest of 32 places around, and nearer once none is lower: it needs no slope."""
    angles = 2 * np.pi * np.arange(32) / 32
    ways = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    ways = np.concatenate([ways, 0.3 * ways])
    height = value(x)
    size = np.full(len(x), gap)
    for _ in range(8 * _HALVINGS):
        around = x[:, np.newaxis] + size[:, np.newaxis, np.newaxis] * ways
        heights = np.where(np.isfinite(h := value(around)), h, np.inf)
        best = heights.argmin(axis=1)
        rows = np.arange(len(x))
        lower = heights[rows, best] < height
        x = np.where(lower[:, np.newaxis], around[rows, best], x)
        height = np.where(lower, heights[rows, best], height)
        size = np.where(lower, size, size / 2)
        if size.max() < 1e-12 * gap:
            break
    return x
