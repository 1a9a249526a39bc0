"""Where the viewer of a 3-D picture stands, and how world points come to the screen (numpy only)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from lranim.core.types import Array


@dataclass(frozen=True)
class View:
    """Where the viewer stands: orthographic, always above the floor.

    Parameters
    ----------
    azimuth
        Direction of the viewer around the vertical, rad: 0 along the first axis, π/2 along the second.
    elevation
        Angle above the floor, rad, in (0, π/2].
    scale
        Screen length of one world unit, manim units.
    centre
        Where `pivot` lies on the screen, manim units.
    pivot
        The world point that stays in place as the view turns.
    """

    azimuth: float
    elevation: float
    scale: float = 1.0
    centre: tuple[float, float] = (0.0, 0.0)
    pivot: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        """Refuse views from below: the contour plane is painted first, as nothing can lie behind it."""
        if not 0 < self.elevation <= np.pi / 2:
            raise ValueError(f"elevation must lie in (0, pi/2], not {self.elevation}")

    def turned(self, by: float, tilt: float = 0.0) -> Self:
        """Return the view `by` rad further around and `tilt` rad higher."""
        return replace(self, azimuth=self.azimuth + by, elevation=self.elevation + tilt)

    def towards(self, other: View, share: float) -> View:
        """Return the view this share of the way to another one, growing by equal factors."""
        ends = [np.array([v.azimuth, v.elevation, *v.centre, *v.pivot]) for v in (self, other)]
        azimuth, elevation, x, y, *pivot = (ends[0] + (ends[1] - ends[0]) * share).tolist()
        scale = self.scale * (other.scale / self.scale) ** share
        return View(azimuth, elevation, scale, (x, y), (pivot[0], pivot[1], pivot[2]))

    @cached_property
    def axes(self) -> Array:
        """Screen right, screen up and towards the viewer as world unit vectors, the rows of ``(3, 3)``."""
        ca, sa, ce, se = (f(v) for v in (self.azimuth, self.elevation) for f in (np.cos, np.sin))
        return np.array([[-sa, ca, 0.0], [-ca * se, -sa * se, ce], [ca * ce, sa * ce, se]])

    def project(self, points: Array) -> tuple[Array, Array]:
        """World points ``(..., 3)`` to the screen ``(..., 2)`` and depth ``(...)``, larger is nearer.

        Examples
        --------
        >>> xy, depth = View(azimuth=0.0, elevation=np.pi / 2, scale=2.0).project(np.array([0.0, 1.0, 5.0]))
        >>> xy.round(9).tolist(), round(float(depth), 9)
        ([2.0, 0.0], 5.0)
        """
        turned = (np.asarray(points, dtype=float) - self.pivot) @ self.axes.T
        return turned[..., :2] * self.scale + self.centre, turned[..., 2]
