"""A surface with its labelled axes in a part of the frame, which turns."""

from __future__ import annotations

import numpy as np
from manim import VGroup

from lranim.core.types import Array, Cost
from lranim.draw.layers import SpaceStyle
from lranim.draw.layout import Box as LayoutBox
from lranim.draw.lettering import Lettering, Typesetter
from lranim.draw.mesh import Space
from lranim.draw.space import Box, linear, log_rise
from lranim.draw.ticks import ticks
from lranim.draw.viewpoint import View
from lranim.look.text import short

ELEVATION = np.radians(36.0)
TURN = np.radians(1.8)
"""How fast a picture turns, in radians a second: slow enough to read, fast enough to show depth."""

STEEP = 6.0
"""A cost whose highest wall is so many times its median is drawn with squeezed heights."""

NORTH, ABOVE = np.radians(-89.8), np.radians(89.0)
"""Where a map is seen from: the first variable to the right, the second up, and no edge in doubt."""

EDGE = 0.11
"""The least share of a range at each end that has no tick: there are the corners, and the axis's name."""


def box_of(cost: Cost, *, stretched: bool = False) -> Box:
    """The world box of a cost: heights in proportion, or squeezed where the walls would flatten the rest."""
    sides = [np.linspace(low, high, 41) for low, high in cost.domain]
    grid = np.stack(np.meshgrid(*sides, indexing="ij"), axis=-1)
    values = np.append(cost.value(grid), cost.value(np.reshape(cost.minima, (-1, 2))))
    values = values[np.isfinite(values)]
    above = values - values.min()
    median = float(np.median(above))
    rise = log_rise(0.6 * median) if float(above.max()) > STEEP * median else linear
    return Box.around(cost, height=0.72, gap=0.62, rise=rise, stretched=stretched)


def left_of(setter: Typesetter, cost: Cost, unit: float) -> float:
    """Room for the numbers of the vertical axis, at the left of a picture's area."""
    tick = setter.theme.sizes.tick
    widest = max((setter.text(short(v), tick).advance for v in box_of(cost).ticks(2)), default=0.0)
    return max(5.4 * unit, widest + 0.4 * setter.em(tick))


class SpacePicture:
    """A cost of two variables in space, and the labels of its axes, which follow as it turns.

    Parameters
    ----------
    setter
        Makes the lettering.
    cost
        A cost of two variables.
    area
        What the surface and its plane fill at most, however they are turned; labels reach out of it.
    azimuth
        Where it is seen from at first, rad.
    path
        Points of a descent ``(T + 1, 2)``, data units.
    stretched
        Whether both variables fill the ground, whatever their units.
    """

    def __init__(
        self,
        setter: Typesetter,
        cost: Cost,
        area: LayoutBox,
        *,
        azimuth: float = np.radians(-60.0),
        path: Array | None = None,
        stretched: bool = False,
    ) -> None:
        self.setter = setter
        box = box_of(cost, stretched=stretched)
        view = box.view(azimuth, ELEVATION, area.width, area.height, tuple(area.centre))
        self.space = Space(cost, view, SpaceStyle.of(setter.theme, setter.unit), box=box, path=path)
        self.labels = VGroup()
        self._label_axes(cost)
        self.look(view)

    def _label_axes(self, cost: Cost) -> None:
        setter, sizes = self.setter, self.setter.theme.sizes
        box, view = self.space.box, self.space.view
        # Further off where the labels are large beside the picture.
        off = max(1.0, 6.3 * setter.em(sizes.tick) / view.scale)
        self.edges: list[tuple[Lettering, int, float, float]] = []
        marks: list[list[float]] = []
        for axis, (low, high) in enumerate(cost.domain):
            # How long the axis is on the screen when it is seen at an angle, in em.
            long = 1.4 * box.half[axis] * view.scale / setter.em(sizes.tick)
            near, far = EDGE * (high - low), max(EDGE, 1.2 / long) * (high - low)
            places = ticks(low, high, int(np.clip(long / 1.5, 2, 5)))
            values = [v for v in places.tolist() if low + near <= v <= high - far]
            marks.append(values)
            for value in values:
                line = setter.text(short(value), sizes.tick, "muted")
                wide = max(0.0, line.advance - 0.6 * line.em) / view.scale
                self.edges.append((line, axis, value, 0.16 * off + 0.36 * wide))
            name = setter.text(cost.variables[axis], sizes.label, bold=True)
            self.edges.append((name, axis, high - (high - low) * 0.02, 0.2 * off))
        heights: list[float] = []
        apart = setter.em(sizes.tick) / (view.scale * np.cos(view.elevation))
        for value in reversed(box.ticks(2)):
            # Below the axis's name, and off one another.
            off_name = box.height - box.z(value) > 0.3 * apart
            if (
                value > box.cost[0]
                and off_name
                and all(box.z(high) - box.z(value) > apart for high in heights)
            ):
                heights.append(value)
        self.space.ticks = (marks[0], marks[1], heights)
        self.edges += [(setter.text(short(v), sizes.tick, "muted"), 2, v, 0.12 * off) for v in heights]
        self.edges.append((setter.text("J", sizes.label, bold=True), 2, box.cost[1], 0.05 * off))
        self.labels.add(*(line for line, *_ in self.edges))

    def map_view(self, area: LayoutBox) -> View:
        """The view straight down on the contour plane in which its labels lie in `area`, too."""
        box, em = self.space.box, self.setter.em(self.setter.theme.sizes.label)
        below, aside = (max(pad for _, of, _, pad in self.edges if of == axis) for axis in (0, 1))
        (a, b), room = box.half, np.array([area.width, area.height]) - em
        scale = float(np.min(room / (2 * a + aside, 2 * b + below)))
        x, y = area.centre + np.array([-aside, below]) * scale / 2 + np.array([-em, em]) / 4
        return View(NORTH, ABOVE, scale, (float(x), float(y)), (0.0, 0.0, -box.gap))

    def look(self, view: View) -> None:
        """Look at it from elsewhere."""
        self.space.view = view
        half = 0.32 * self.setter.em(self.setter.theme.sizes.tick)
        for line, axis, value, pad in self.edges:
            if axis == 2:
                place, alpha = self.space.cost_anchor(value, pad)
                line.at(place[0], place[1] + (half if value == self.space.box.cost[1] else -half), 1.0)
            else:
                place, alpha = self.space.edge_anchor(axis, value, pad)
                line.at(place[0], place[1] - half, 0.5)
            line.set_alpha(alpha)
