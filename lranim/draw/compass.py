"""Ways to go from a point of a surface: a ring of spokes, the slices along the axes, and the gradient."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from lranim.core.results import Table
from lranim.core.types import Array, Cost
from lranim.draw.contours import below
from lranim.draw.mesh import Space
from lranim.draw.paint import mix, rgb
from lranim.draw.strokes import Stroke
from lranim.look.theme import Theme

REACH = 0.26
"""Length of the longest spoke, and at most of the gradient's arrow, as a share of the longer range."""

BEYOND = 0.04
"""How far out of the domain that arrow may point, as a share of the longer range."""


class Compass:
    """Strokes about a point that explain which way is down, none of them shown at first.

    They are put into a picture: on its surface the `ring`, the `slices` along the axes and their `tangents`,
    on its plane the gradient, `uphill`, its `parts` along the axes, its opposite, `downhill`, the contour
    line, `level`, and the mark of the right angle between these two, `corner`.

    Parameters
    ----------
    space
        The picture that they are put into.
    cost
        What it shows.
    point
        Where the compass stands, ``(2,)``; the cost is not flat there.
    ring
        Directions: columns ``angle``, in rad, and ``slope``, how fast the cost changes along each.
    theme
        Colours and widths.
    unit
        What widths are measured in, in manim units.
    """

    def __init__(
        self,
        space: Space,
        cost: Cost,
        point: Array,
        ring: Table,
        theme: Theme,
        unit: float,
    ) -> None:
        self.space, self.cost, self.point, self.unit = space, cost, point, unit
        self.text, self.green, self.muted = rgb(theme.text), rgb(theme.gradient), rgb(theme.muted)
        self.grad = cost.grad(point)
        self.reach = REACH * float(np.diff(cost.domain).max())
        way = self.grad / np.hypot(*self.grad)
        self.up, self.down = self._within(way), self._within(-way)
        self.ring = self._spokes(ring.columns["angle"], -ring.columns["slope"] / np.hypot(*self.grad))
        self.slices = [self._slice(0), self._slice(1)]
        self.tangents = [self._tangent(0), self._tangent(1)]
        self.level = self._contour()
        self.parts = self._components()
        self.uphill = self._way(self.point, self.up, self.text, 0.8)
        self.downhill = self._way(self.point, self.down, self.green, 0.8)
        self.corner = self._corner()
        flat = [*self.level, self.corner, *self.parts, self.uphill, self.downhill]
        for stroke in flat:
            stroke.flat = True
        space.strokes += [*self.slices, *self.tangents, *self.ring, *flat]
        for stroke in space.strokes:
            stroke.shown = 0.0

    def _within(self, way: Array) -> Array:
        """Lengthen a direction to an arrow that hardly leaves the domain."""
        edges = np.array(self.cost.domain).T + np.array([[-BEYOND], [BEYOND]]) * self.reach / REACH
        room = np.where(way > 0, edges[1], edges[0]) - self.point
        steps = np.divide(room, way, out=np.full(2, np.inf), where=np.abs(way) > 1e-9)
        return way * min(self.reach, float(steps.min()))

    def _spokes(self, angles: Array, fall: Array) -> list[Stroke]:
        """One line a direction, the longer and the greener the faster the cost falls along it."""
        strokes = []
        for angle, share in zip(angles, fall, strict=True):
            way = np.array([np.cos(angle), np.sin(angle)]) * self.reach
            ends = 0.3 + np.linspace(0.0, 0.1 + 0.3 * (share + 1), 7)
            colour = mix(self.muted, self.green, max(share, 0.0) ** 0.7)
            strokes.append(
                self._line(self.point + ends[:, None] * way, colour, 0.45 + 0.35 * max(share, 0.0))
            )
        return strokes

    def _line(self, points: Array, colour: tuple[float, float, float], width: float) -> Stroke:
        return Stroke(points[self.space.box.contains(points)], colour, width * self.unit)

    def _slice(self, axis: int) -> Stroke:
        """The surface over a line along one of the axes: solid along the first, dashed along the second."""
        points = np.tile(self.point, (97, 1))
        points[:, axis] = np.linspace(*self.cost.domain[axis], 97)
        stroke = self._line(points, self.text, 0.45)
        stroke.dash = (1.4 * self.unit, 1.2 * self.unit) if axis else ()
        return stroke

    def _tangent(self, axis: int) -> Stroke:
        """The straight line that has the slope of a slice at the point, in space."""
        box, step = self.space.box, 1e-4 * self.reach
        way = np.zeros(2)
        way[axis] = step
        ends = np.stack([self.point - way, self.point + way])
        low, high = box.world(ends, self.cost.value(ends))
        along = (high - low) / np.hypot(*(high - low)[[axis, 2]]) * self.reach * box.unit[axis]
        middle = (low + high) / 2
        return Stroke(middle + np.linspace(-1, 1, 3)[:, None] * along, self.text, 0.9 * self.unit)

    def _contour(self) -> list[Stroke]:
        """The contour line through the point."""
        a, b = (np.linspace(*d, 121) for d in self.cost.domain)
        values = self.cost.value(np.stack(np.meshgrid(a, b, indexing="ij"), axis=-1))
        low, high = np.array(self.cost.domain).T
        lines = []
        for outline in below(values, a, b, float(self.cost.value(self.point))):
            # Outlines follow the frame where the region ends there: that is no contour line.
            inside = np.all((outline > low) & (outline < high), axis=-1)
            cuts = np.flatnonzero(np.diff(inside)) + 1
            turned = np.roll(outline[:-1], -cuts[0], axis=0) if len(cuts) else outline
            free = np.all((turned > low) & (turned < high), axis=-1)
            edges = [0, *(np.flatnonzero(np.diff(free)) + 1).tolist(), len(turned)]
            lines += [turned[i:j] for i, j in pairwise(edges) if free[i] and j - i > 1]
        return [Stroke(line, self.text, 0.5 * self.unit) for line in lines]

    def _components(self) -> list[Stroke]:
        """The two slopes as arrows along the axes, the second from the tip of the first."""
        along = self.up * np.array([1.0, 0.0])
        ends = self.point + np.array([0 * self.up, along, self.up])
        return [self._way(start, end - start, self.text, 0.55) for start, end in (ends[:2], ends[1:])]

    def _way(self, start: Array, way: Array, colour: tuple[float, float, float], width: float) -> Stroke:
        points = start + np.linspace(0, 1, 24)[:, None] * way
        return Stroke(points, colour, width * self.unit, head=True)

    def _corner(self) -> Stroke:
        """The mark of a right angle between the way down and the contour line."""
        down = self.down * 0.28
        side = np.array([-down[1], down[0]])
        return Stroke(self.point + np.stack([down, down + side, side]), self.text, 0.35 * self.unit)
