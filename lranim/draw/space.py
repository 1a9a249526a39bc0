"""A height field seen from a viewpoint: data to world, and what hides what (numpy only)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array, Cost
from lranim.draw.ticks import ticks
from lranim.draw.viewpoint import View

Rise = Callable[[Array], Array]
"""Cost above the lowest, to height up to a factor: increasing, ``rise(0) == 0``."""


def linear(above: Array) -> Array:
    """Height in proportion to cost: right where the walls are no more than some ten times the interior."""
    return above


def log_rise(scale: float) -> Rise:
    """Height as log(1 + cost / scale): costs far above `scale` are squeezed, those below stay in proportion.

    Examples
    --------
    >>> log_rise(1.0)(np.array([0.0, np.e - 1])).tolist()
    [0.0, 1.0]
    """
    if not scale > 0:
        raise ValueError(f"log_rise needs a scale above 0, not {scale}")
    return lambda above: np.log1p(above / scale)


@dataclass(frozen=True)
class Box:
    """The world box that the data (a, b, cost) fill: ground centred on 0, heights from 0 to `height`.

    Parameters
    ----------
    domain
        Data ranges of the two variables. The longer one becomes [-1, 1] and both have the same scale, so
        that the negative gradient stands at right angles on the contour lines, as it must.
    cost
        Lowest and highest cost.
    height
        World height of the highest cost.
    gap
        How far the contour plane lies below height 0.
    rise
        How cost becomes height, `linear` or `log_rise`.
    stretched
        Whether both ranges become [-1, 1] instead: where the variables have different units, right angles
        mean nothing, and of ranges as different as 3 and 500 one would be a thread.
    """

    domain: tuple[tuple[float, float], tuple[float, float]]
    cost: tuple[float, float]
    height: float = 0.9
    gap: float = 0.85
    rise: Rise = linear
    stretched: bool = False

    @classmethod
    def around(
        cls,
        cost: Cost,
        *,
        height: float = 0.9,
        gap: float = 0.85,
        rise: Rise = linear,
        stretched: bool = False,
    ) -> Self:
        """Make the box that holds a two-variable cost over its domain, known minima included."""
        domain = (cost.domain[0], cost.domain[1])
        grid = np.stack(np.meshgrid(*(np.linspace(*d, 65) for d in domain), indexing="ij"), axis=-1)
        values = np.append(cost.value(grid), cost.value(np.reshape(cost.minima, (-1, 2))))
        values = values[np.isfinite(values)]
        return cls(domain, (float(values.min()), float(values.max())), height, gap, rise, stretched)

    def view(
        self, azimuth: float, elevation: float, width: float, height: float, centre: tuple[float, float]
    ) -> View:
        """Return the largest view, `width` by `height` manim units, that holds the box at every azimuth."""
        across = 2 * float(np.hypot(*self.half))
        upright = across * np.sin(elevation) + (self.height + self.gap) * np.cos(elevation)
        scale = float(min(width / across, height / upright))
        return View(azimuth, elevation, scale, centre, (0.0, 0.0, (self.height - self.gap) / 2))

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

    def z(self, cost: Array | float) -> Array:
        """Costs to heights, same shape; costs outside the range end at the box, and so does what has none."""
        low, high = self.cost
        known = np.nan_to_num(np.asarray(cost, dtype=float), nan=high, posinf=high, neginf=low)
        above = np.clip(known - low, 0.0, high - low)
        return np.asarray(self.height * self.rise(above) / self.rise(np.asarray(high - low)))

    def world(self, points: Array, cost: Array | float) -> Array:
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

    def levels(self, count: int, crowd: float = 1.5) -> Array:
        """Costs of `count` contour lines, neither floor nor ceiling: even in height to the power 1 / `crowd`.

        Even heights (`crowd` = 1) leave the ground around a minimum, where the lesson ends, without a line.
        With 1.5 lines still stand closer where it is steeper.
        """
        costs = self.cost[0] + np.append(0.0, np.geomspace(1e-6, 1.0, 4000)) * (self.cost[1] - self.cost[0])
        return np.interp((np.arange(1, count + 1) / (count + 1)) ** crowd * self.height, self.z(costs), costs)

    def ticks(self, count: int = 5) -> list[float]:
        """Round costs about evenly spaced in height, to be labelled with their true values."""
        low, high = self.cost
        if self.rise is linear:
            return ticks(low, high, count).tolist()
        scales = np.outer(10.0 ** np.arange(-9, 10), (1, 2, 5)).ravel()
        rounds = np.concatenate([-scales[::-1], [0.0], scales])
        rounds = rounds[(rounds >= min(low, 0.0)) & (rounds <= high)]
        wanted = np.linspace(0.0, self.height, count + 1)
        return sorted({float(rounds[np.argmin(np.abs(self.z(rounds) - z))]) for z in wanted})


@dataclass(frozen=True, eq=False)
class HeightField:
    """World heights over a regular grid: the surface that is drawn, and that hides what is behind it.

    Parameters
    ----------
    box
        The box it stands in.
    z
        World heights ``(n + 1, m + 1)``, first axis = first variable, over the whole ground.
    """

    box: Box
    z: Array
    vertices: Array = field(init=False)

    def __post_init__(self) -> None:
        """Lay the vertices ``(n + 1, m + 1, 3)`` out once."""
        x, y = (np.linspace(-h, h, k) for h, k in zip(self.box.half, self.z.shape, strict=True))
        grid = np.stack([*np.meshgrid(x, y, indexing="ij"), self.z], axis=-1)
        object.__setattr__(self, "vertices", grid)

    @classmethod
    def sample(cls, value: Callable[[Array], Array], box: Box, faces: int = 32) -> Self:
        """Sample a cost on a grid with `faces` faces along the longer side of the box."""
        counts = [max(2, round(faces * h)) + 1 for h in box.half]
        axes = (np.linspace(*d, n) for d, n in zip(box.domain, counts, strict=True))
        return cls(box, box.z(value(np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1))))

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

    def buried(self, points: Array, view: View) -> Array:
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

    def visibility(self, points: Array, view: View, fade: float = 0.03) -> Array:
        """1 for world points in sight, 0 for those buried deeper than `fade`, a smooth passage between."""
        t = np.minimum(np.maximum(self.buried(points, view) - 1e-9, 0.0) / fade, 1.0)
        return np.asarray(1.0 - t * t * (3.0 - 2.0 * t))
