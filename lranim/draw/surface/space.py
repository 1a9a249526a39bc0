"""A height field seen from a viewpoint: data to world to screen, what hides what, contour lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array, Cost
from lranim.draw.chart.chart import ticks

FADE = 0.03
"""What is buried this deep below the surface, in world units, is not in sight any more."""

STEEP = 6.0
"""A cost whose highest wall is so many times its median is drawn with squeezed heights."""


@dataclass(frozen=True)
class Viewpoint:
    """Where the viewer stands: orthographic, always above the floor.

    The azimuth is around the vertical, 0 along the first axis, π/2 along the second; the elevation above the
    floor is in (0, π/2]; both in rad. The `pivot`, a world point, stays at the `centre` of the screen as the
    view turns; a world unit is `scale` manim units long.
    """

    azimuth: float
    elevation: float
    scale: float = 1.0
    centre: tuple[float, float] = (0.0, 0.0)
    pivot: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def turned(self, by: float) -> Self:
        """The view `by` rad further around."""
        return replace(self, azimuth=self.azimuth + by)

    def towards(self, other: Viewpoint, share: float) -> Viewpoint:
        """The view this share of the way to another one, growing by equal factors."""
        ends = [np.array([v.azimuth, v.elevation, *v.centre, *v.pivot]) for v in (self, other)]
        azimuth, elevation, x, y, a, b, z = (ends[0] + (ends[1] - ends[0]) * share).tolist()
        return Viewpoint(
            azimuth, elevation, self.scale * (other.scale / self.scale) ** share, (x, y), (a, b, z)
        )

    @cached_property
    def axes(self) -> Array:
        """Screen right, screen up and towards the viewer as world unit vectors, the rows of ``(3, 3)``."""
        ca, sa, ce, se = (f(v) for v in (self.azimuth, self.elevation) for f in (np.cos, np.sin))
        return np.array([[-sa, ca, 0.0], [-ca * se, -sa * se, ce], [ca * ce, sa * ce, se]])

    def project(self, points: Array) -> Array:
        """World points ``(..., 3)`` to the screen ``(..., 2)``.

        Examples
        --------
        >>> view = Viewpoint(azimuth=0.0, elevation=np.pi / 2, scale=2.0)
        >>> view.project(np.array([0.0, 1.0, 5.0])).round(9).tolist()
        [2.0, 0.0]
        """
        turned = (np.asarray(points, dtype=float) - self.pivot) @ self.axes.T
        return np.asarray(turned[..., :2] * self.scale + self.centre)


def costs_over(cost: Cost, count: int) -> Array:
    """The finite costs of a grid over the domain, and of the known minima, ``(k,)``."""
    sides = [np.linspace(*ends, count) for ends in cost.domain]
    grid = np.stack(np.meshgrid(*sides, indexing="ij"), axis=-1)
    values = np.append(cost.value(grid), cost.value(np.reshape(cost.minima, (-1, cost.dim))))
    return values[np.isfinite(values)]


def sampled(cost: Cost, domain: Sequence[tuple[float, float]], count: int) -> tuple[Array, Array, Array]:
    """Coordinates along both axes, and the costs ``(n, n)`` over them, infinite where there is none."""
    a, b = (np.linspace(*ends, count) for ends in domain)
    with np.errstate(all="ignore"):
        values = cost.value(np.stack(np.meshgrid(a, b, indexing="ij"), axis=-1))
    return a, b, np.where(np.isnan(values), np.inf, values)


@dataclass(frozen=True)
class WorldBox:
    """The world box that the data (a, b, cost) fill: ground centred on 0, heights from 0 to `height`.

    The longer range of the domain becomes [-1, 1] and both have the same scale, so that the negative gradient
    stands at right angles on the contour lines, as it must; `stretched`, both become [-1, 1]: where the
    variables have different units, right angles mean nothing, and of ranges as different as 3 and 500 one
    would be a thread. Heights are as log(1 + cost / squeeze): costs far above it are squeezed, those below
    stay in proportion; without it all are, which is right where walls are up to ten times the interior. The
    contour plane lies a `gap` below height 0.
    """

    domain: tuple[tuple[float, float], tuple[float, float]]
    cost: tuple[float, float]
    squeeze: float | None = None
    stretched: bool = False
    height: float = 0.72
    gap: float = 0.62

    @classmethod
    def of(cls, cost: Cost, *, stretched: bool = False) -> Self:
        """The box of a cost over its domain; heights are squeezed where walls would flatten the rest."""
        values = costs_over(cost, 41)
        above = values - values.min()
        median, values = float(np.median(above)), costs_over(cost, 65)
        squeeze = 0.6 * median if float(above.max()) > STEEP * median else None
        ends = float(values.min()), float(values.max())
        return cls((cost.domain[0], cost.domain[1]), ends, squeeze, stretched)

    @cached_property
    def unit(self) -> Array:
        """World length of one data unit on the ground, along each variable ``(2,)``."""
        lengths = np.diff(self.domain)[:, 0]
        return np.asarray(2 / (lengths if self.stretched else np.full(2, lengths.max())))

    @cached_property
    def half(self) -> tuple[float, float]:
        """Half the world width of the box along each variable."""
        a, b = (np.diff(self.domain)[:, 0] / 2 * self.unit).tolist()
        return a, b

    def ground(self, points: Array) -> Array:
        """Data points ``(..., 2)`` to world ground coordinates ``(..., 2)``."""
        return np.asarray((np.asarray(points, dtype=float) - np.mean(self.domain, axis=1)) * self.unit)

    def z(self, cost: npt.ArrayLike) -> Array:
        """Costs to heights, same shape; costs outside the range end at the box, and so does what has none."""
        low, high = self.cost
        known = np.nan_to_num(np.asarray(cost, dtype=float), nan=high, posinf=high, neginf=low)
        above, most = np.clip(known - low, 0.0, high - low), high - low
        if self.squeeze is not None:
            above, most = np.log1p(above / self.squeeze), np.log1p(most / self.squeeze)
        return np.asarray(self.height * above / most)

    def world(self, points: Array, cost: npt.ArrayLike) -> Array:
        """Data points ``(..., 2)`` at these costs to world points ``(..., 3)``."""
        return self.at_height(points, self.z(cost))

    def plane(self, points: Array) -> Array:
        """Data points ``(..., 2)`` to their shadow on the contour plane, ``(..., 3)``."""
        return self.at_height(points, np.asarray(-self.gap))

    def at_height(self, points: Array, z: Array) -> Array:
        """Data points ``(..., 2)`` at these world heights to world points ``(..., 3)``."""
        ground = self.ground(points)
        return np.concatenate([ground, np.broadcast_to(z, ground.shape[:-1])[..., None]], axis=-1)

    def contains(self, points: Array) -> npt.NDArray[np.bool_]:
        """Which data points ``(..., 2)`` lie over the ground of the box (rounding aside)."""
        return np.asarray(np.all(np.abs(self.ground(points)) <= np.add(self.half, 1e-9), axis=-1))

    def levels(self, count: int) -> Array:
        """Costs of `count` contour lines, neither floor nor ceiling: even in height to the power 2/3.

        Even heights leave the ground around a minimum, where the lesson ends, without a line. So lines still
        stand closer where it is steeper.
        """
        costs = self.cost[0] + np.append(0.0, np.geomspace(1e-6, 1.0, 4000)) * (self.cost[1] - self.cost[0])
        return np.interp((np.arange(1, count + 1) / (count + 1)) ** 1.5 * self.height, self.z(costs), costs)

    def ticks(self) -> list[float]:
        """Two or three round costs about evenly spaced in height, to be labelled with their true values."""
        low, high = self.cost
        if self.squeeze is None:
            return ticks(low, high, 2).tolist()
        scales = np.outer(10.0 ** np.arange(-9, 10), (1, 2, 5)).ravel()
        rounds = np.concatenate([-scales[::-1], [0.0], scales])
        rounds = rounds[(rounds >= min(low, 0.0)) & (rounds <= high)]
        wanted = np.linspace(0.0, self.height, 3)
        return sorted({float(rounds[np.argmin(np.abs(self.z(rounds) - z))]) for z in wanted})


class HeightField:
    """World heights over a regular grid: the surface that is drawn, and that hides what is behind it.

    `z` are its heights ``(n + 1, m + 1)``, first axis = first variable, `vertices` its points in the world.
    """

    def __init__(self, value: Callable[[Array], Array], box: WorldBox, faces: int = 32) -> None:
        self.box = box
        counts = [max(2, round(faces * half)) + 1 for half in box.half]
        sides = (np.linspace(*ends, n) for ends, n in zip(box.domain, counts, strict=True))
        self.z = box.z(value(np.stack(np.meshgrid(*sides, indexing="ij"), axis=-1)))
        ground = (np.linspace(-half, half, n) for half, n in zip(box.half, counts, strict=True))
        self.vertices = np.stack([*np.meshgrid(*ground, indexing="ij"), self.z], axis=-1)

    def at(self, ground: Array) -> Array:
        """Heights ``(...)`` over world ground points ``(..., 2)``, bilinear, constant beyond the edge."""
        n, m = self.z.shape
        u, v = (
            np.clip((ground[..., k] + h) * ((size - 1) / (2 * h)), 0.0, size - 1.0)
            for k, (h, size) in enumerate(zip(self.box.half, (n, m), strict=True))
        )
        i, j = np.minimum(u.astype(np.intp), n - 2), np.minimum(v.astype(np.intp), m - 2)
        u, v, at, flat = u - i, v - j, i * m + j, self.z.ravel()
        near = flat[at] + (flat[at + 1] - flat[at]) * v
        far = flat[at + m] + (flat[at + m + 1] - flat[at + m]) * v
        return np.asarray(near + (far - near) * u)

    def lift(self, points: Array) -> Array:
        """Data points ``(..., 2)`` to the drawn surface ``(..., 3)``: they neither float nor sink."""
        return self.box.at_height(points, self.at(self.box.ground(points)))

    def visibility(self, points: Array, view: Viewpoint) -> Array:
        """1 for world points in sight, 0 for those buried deeper than `FADE`, a smooth passage between."""
        t = np.minimum(np.maximum(self.buried(points, view) - 1e-9, 0.0) / FADE, 1.0)
        return np.asarray(1.0 - t * t * (3.0 - 2.0 * t))

    def buried(self, points: Array, view: Viewpoint) -> Array:
        """How deep below the surface the ray from each world point to the viewer gets; 0 is in sight.

        Each ray is followed, in steps of half a face, up to where it leaves the box, by a side or the top.
        """
        points, toward = np.asarray(points, dtype=float), view.axes[2]
        flat = np.maximum(np.abs(toward[:2]), 1e-12)  # along an axis, the other sides are never met
        sides = (self.box.half - points[..., :2] * np.copysign(1.0, toward[:2])) / flat
        length = np.minimum(sides.min(axis=-1), (self.z.max() - points[..., 2]) / toward[2])
        face = min(2 * h / (n - 1) for h, n in zip(self.box.half, self.z.shape, strict=True))
        longest = float(np.max(length, initial=0.0)) * np.hypot(toward[0], toward[1])
        count = max(1, int(np.ceil(2 * longest / face)))
        ray = (
            points[..., None, :] + (length[..., None] * np.linspace(1 / count, 1, count))[..., None] * toward
        )
        deep = self.at(ray[..., :2]) - ray[..., 2]
        return np.asarray(np.maximum(deep.max(axis=-1), 0.0))


def below(values: Array, x: Array, y: Array, level: float) -> list[Array]:
    """Closed outlines of the region where the sampled function lies below `level`.

    Each crossing of a grid edge joins two cells, so with a border of "above" put around the grid, all
    pieces close; pieces run with the region on their left. Derived here from the usual marching squares.

    Parameters
    ----------
    values
        Samples ``(n, m)``, first axis along `x`.
    x, y
        Grid coordinates ``(n,)`` and ``(m,)``, ascending.
    level
        The level of the line.

    Returns
    -------
    Outlines ``(k, 2)``, first point = last point; holes are outlines too (fill by the even-odd rule).

    Examples
    --------
    >>> grid = np.linspace(-2, 2, 41)
    >>> [circle] = below(grid[:, None] ** 2 + grid**2, grid, grid, 1.0)
    >>> bool(np.allclose(np.hypot(*circle.T), 1, atol=0.01))
    True
    """
    # The border sits at the same coordinates as the outermost samples: outlines follow the frame exactly.
    v = np.pad(np.asarray(values, dtype=float) - level, 1, constant_values=np.inf)
    x, y = np.pad(x, 1, mode="edge"), np.pad(y, 1, mode="edge")
    n, m = v.shape
    i, j = (k.ravel() for k in np.indices((n - 1, m - 1)))
    corner = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]  # anticlockwise
    inside = [v[c] < 0 for c in corner]
    flat = [a * m + b for a, b in corner]
    # An edge of the grid by its lower corner and its direction; cell edge k runs from corner k to k + 1.
    edge = [2 * flat[0], 2 * flat[1] + 1, 2 * flat[3], 2 * flat[0] + 1]
    leaves = [inside[k] & ~inside[(k + 1) % 4] for k in range(4)]
    enters = [~inside[k] & inside[(k + 1) % 4] for k in range(4)]
    # A piece goes from an edge where a walk around the cell leaves the region to one where it enters it
    # again: the next one if the centre is inside too (then outside corners are cut off), else the last one.
    joined = sum(v[c] for c in corner) < 0
    follow: dict[int, int] = {}
    for k in range(4):
        after = [enters[(k + d) % 4] for d in (1, 2, 3)]
        ahead = np.where(after[0], 1, np.where(after[1], 2, 3))
        last = np.where(after[2], 3, np.where(after[1], 2, 1))
        end = np.choose((k + np.where(joined, ahead, last)) % 4, edge)
        follow.update(zip(edge[k][leaves[k]].tolist(), end[leaves[k]].tolist(), strict=True))
    outlines = []
    while follow:
        first, at = follow.popitem()
        loop = [first]
        while at != first:
            loop.append(at)
            at = follow.pop(at)
        outlines.append(_crossings(np.array([*loop, first]), v, x, y))
    return outlines


def _crossings(edges: Array, v: Array, x: Array, y: Array) -> Array:
    """Where the level is crossed on each of these grid edges, ``(k, 2)``."""
    m = v.shape[1]
    i, j = np.divmod(edges // 2, m)
    i2, j2 = i + (edges % 2 == 0), j + (edges % 2 == 1)
    v1, v2 = np.minimum(v[i, j], 1e300), np.minimum(v[i2, j2], 1e300)
    t = v1 / (v1 - v2)
    return np.stack([x[i] + t * (x[i2] - x[i]), y[j] + t * (y[j2] - y[j])], axis=-1)
