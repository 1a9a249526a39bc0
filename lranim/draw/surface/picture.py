"""A surface with its labelled axes in a part of the frame, which turns."""

from __future__ import annotations

import numpy as np
from manim import VGroup

from lranim.core.types import Array, Cost
from lranim.draw.chart.axis import ticks
from lranim.draw.layout import Box
from lranim.draw.lettering import Lettering, Typesetter
from lranim.draw.surface.space import Viewpoint, WorldBox
from lranim.draw.surface.surface import Surface, SurfaceStyle
from lranim.look.text import short

AZIMUTH, ELEVATION = np.radians(-52.0), np.radians(36.0)
NO_PATH = np.empty((0, 2))
TURN = np.radians(1.8)
"""How fast a picture turns, in radians a second: slow enough to read, fast enough to show depth."""

NORTH, ABOVE = np.radians(-89.8), np.radians(89.0)
"""Where a map is seen from: the first variable to the right, the second up, and no edge in doubt."""

EDGE = 0.11
"""The least share of a range at each end that has no tick: there are the corners, and the axis's name."""


def left_of(setter: Typesetter, cost: Cost) -> float:
    """Room for the numbers of the vertical axis, at the left of a picture's area."""
    em = setter.em(setter.theme.sizes.tick)
    widest = max((setter.width(short(v)) * em for v in WorldBox.of(cost).ticks()), default=0.0)
    return max(5.4 * setter.unit, widest + 0.4 * em)


class SurfacePicture:
    """A cost of two variables in space, and the labels of its axes, which follow as it turns.

    Parameters
    ----------
    setter
        Makes the lettering.
    cost
        A cost of two variables.
    area
        What the surface and its plane fill at most, however they are turned; labels reach out of it.
    path
        Points of a descent ``(T + 1, 2)``, data units.
    stretched
        Whether both variables fill the ground, whatever their units.
    """

    def __init__(
        self, setter: Typesetter, cost: Cost, area: Box, *, path: Array = NO_PATH, stretched: bool = False
    ) -> None:
        self.setter = setter
        box = WorldBox.of(cost, stretched=stretched)
        # As large as can be while it fits at every azimuth.
        across = 2 * float(np.hypot(*box.half))
        tall = across * np.sin(ELEVATION) + (box.height + box.gap) * np.cos(ELEVATION)
        scale, (x, y) = float(min(area.width / across, area.height / tall)), area.centre.tolist()
        self.view = Viewpoint(AZIMUTH, ELEVATION, scale, (x, y), (0.0, 0.0, (box.height - box.gap) / 2))
        """The view at the beginning of its turn."""
        self.surface = Surface(cost, self.view, SurfaceStyle(setter.theme, setter.unit), box)
        self.surface.set_path(path)
        self.edges: list[tuple[Lettering, int, float, float]] = []
        """The labels: axis, value, and how far off the axis."""
        self._label_axes(cost)
        self.labels = VGroup(*(line for line, *_ in self.edges))
        self.look(self.view)

    def _label_axes(self, cost: Cost) -> None:
        setter, sizes, box, scale = self.setter, self.setter.theme.sizes, self.surface.box, self.view.scale
        em = setter.em(sizes.tick)
        # Further off where the labels are large beside the picture.
        off = max(1.0, 6.3 * em / scale)
        marks: list[list[float]] = []
        for axis, (low, high) in enumerate(cost.domain):
            # How long the axis is on the screen when it is seen at an angle, in em.
            long = 1.4 * box.half[axis] * scale / em
            near, far = EDGE * (high - low), max(EDGE, 1.2 / long) * (high - low)
            places = ticks(low, high, int(np.clip(long / 1.5, 2, 5)))
            marks.append([v for v in places.tolist() if low + near <= v <= high - far])
            for value in marks[-1]:
                line = setter.text(short(value), sizes.tick, "muted")
                wide = max(0.0, line.advance - 0.6 * line.em) / scale
                self.edges.append((line, axis, value, 0.16 * off + 0.36 * wide))
            name = setter.text(cost.variables[axis], sizes.label, bold=True)
            self.edges.append((name, axis, high - (high - low) * 0.02, 0.2 * off))
        heights: list[float] = []
        apart = em / (scale * np.cos(ELEVATION))
        for value in reversed(box.ticks()):
            # Below the axis's name, and off one another.
            gaps = [(box.height - box.z(value)) / 0.3, *(box.z(high) - box.z(value) for high in heights)]
            if value > box.cost[0] and min(gaps) > apart:
                heights.append(value)
        self.surface.ticks = (marks[0], marks[1], heights)
        self.edges += [(setter.text(short(v), sizes.tick, "muted"), 2, v, 0.12 * off) for v in heights]
        self.edges.append((setter.text("J", sizes.label, bold=True), 2, box.cost[1], 0.05 * off))

    def begin(self, points: Array, seconds: float) -> None:
        """Begin a turn of so long where points ``(k, 2)`` stay in sight, about a diagonal of the floor.

        Seen along an axis, a valley looks flat.
        """
        field = self.surface.field
        world = field.lift(points[field.box.contains(points)])
        ways = np.linspace(0.0, TURN * seconds, 5)
        azimuths = [np.radians(45.0 + 90.0 * k) - TURN * seconds / 2 for k in (3, 0, 2, 1)]
        views = [self.view.turned(azimuth - self.view.azimuth) for azimuth in azimuths]
        seen = [np.mean([field.visibility(world, view.turned(way)).mean() for way in ways]) for view in views]
        self.view = views[int(np.argmax(np.round(seen, 2)))]
        self.turn(0.0)

    def turn(self, seconds: float) -> None:
        """Look at it as it is after so many seconds of turning."""
        self.look(self.view.turned(TURN * seconds))

    def map_view(self, area: Box) -> Viewpoint:
        """The view straight down on the contour plane in which its labels lie in `area`, too."""
        box, em = self.surface.box, self.setter.em(self.setter.theme.sizes.label)
        below, aside = (max(pad for _, of, _, pad in self.edges if of == axis) for axis in (0, 1))
        (a, b), room = box.half, np.array([area.width, area.height]) - em
        scale = float(np.min(room / (2 * a + aside, 2 * b + below)))
        x, y = area.centre + np.array([-aside, below]) * scale / 2 + np.array([-em, em]) / 4
        return Viewpoint(NORTH, ABOVE, scale, (float(x), float(y)), (0.0, 0.0, -box.gap))

    def look(self, view: Viewpoint) -> None:
        """Look at it from elsewhere."""
        self.surface.view = view
        half = 0.32 * self.setter.em(self.setter.theme.sizes.tick)
        for line, axis, value, pad in self.edges:
            if axis == 2:
                (x, y), alpha = self.surface.cost_anchor(value, pad)
                line.at(x, y + (half if value == self.surface.box.cost[1] else -half), 1.0)
            else:
                (x, y), alpha = self.surface.edge_anchor(axis, value, pad)
                line.at(x, y - half, 0.5)
            line.set_alpha(alpha)
