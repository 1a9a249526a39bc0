"""A cost of two variables as a map seen from above: contour lines, minima, and paths over them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import VGroup

from lranim.core.types import Array, Cost, Trajectory
from lranim.draw.axis import Axis
from lranim.draw.chart import Chart
from lranim.draw.chart_plan import plan
from lranim.draw.contours import below
from lranim.draw.curves import Curve
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.shapes import NOTHING, Shape, arrow, discs, polyline, rectangles
from lranim.look.theme import LineStyle

Span = tuple[float, float]

SAMPLES = 161
"""How many values of each variable the contour lines are made from: a narrow valley needs many."""

LEVELS, LOWEST, HIGHEST = 11, 0.002, 0.97
"""Number of contour lines; from this share of all heights to that one (as quantiles) they are drawn."""

SHADE, LINE = 0.2, 0.6
"""Opacity of each level's ground over the one below, and of its line."""

BORDER = 0.12
"""About the paths, of the longer side of what they fill."""

BEADS = 45
"""So many steps have a mark each; of more, every second, third … has one."""

LONGEST = 17.0
"""A velocity's arrow is no longer than this, in units."""


def window(runs: Sequence[Trajectory], aspect: float) -> tuple[Span, Span]:
    """What is shown of a domain: what the paths fill, with both variables to one scale as far as that goes.

    Parameters
    ----------
    runs
        Trajectories in two variables of one cost.
    aspect
        Width over height of the picture.
    """
    low, high = np.array(runs[0].cost_function.domain).T
    points = np.concatenate([*(run.x for run in runs), *(run.target[None] for run in runs)])
    points = points[np.all((points >= low) & (points <= high), axis=1)]
    first, last = points.min(axis=0), points.max(axis=0)
    border = max(BORDER * float((last - first).max()), 0.02 * float((high - low).max()))
    first, last = np.maximum(first - border, low), np.minimum(last + border, high)
    width = max(last[0] - first[0], (last[1] - first[1]) * aspect)
    size = np.minimum([width, width / aspect], high - low)
    start = np.clip((first + last - size) / 2, low, high - size)
    (a, b), (c, d) = start.tolist(), (start + size).tolist()
    return (a, c), (b, d)


def levels_of(values: Array, count: int = LEVELS) -> Array:
    """Costs of contour lines, by equal factors above the lowest: the floor of a steep valley has lines, too.

    Examples
    --------
    >>> levels_of(np.linspace(0, 1000, 1001), 3).round(1).tolist()
    [2.0, 44.0, 970.0]
    """
    known = values[np.isfinite(values)]
    bottom = float(known.min())
    low, high = np.quantile(known - bottom, (LOWEST, HIGHEST))
    if not high > 0:
        return np.zeros(0)
    return bottom + np.geomspace(max(float(low), 1e-4 * float(high)), float(high), count)


class Terrain:
    """A map of a cost with paths on it.

    Parameters
    ----------
    setter
        Makes the lettering.
    box
        All of it is placed inside.
    runs
        Trajectories in two variables of one cost, all of which it shows as far as the domain goes.

    Attributes
    ----------
    still, moving
        Map and axes; what `path` and `point_along` add.
    """

    def __init__(self, setter: Typesetter, box: Box, runs: Sequence[Trajectory]) -> None:
        self.setter, theme = setter, setter.theme
        cost = runs[0].cost_function
        a, b = cost.variables
        plot = plan(setter, box, Axis(*cost.domain[0], a), Axis(*cost.domain[1], b)).plot
        across, up = window(runs, plot.width / plot.height)
        self.chart = Chart(setter, box, Axis(*across, a), Axis(*up, b), grid=False)
        grounds, lines = self._contours(cost, across, up)
        shown = [m for m in cost.minima if across[0] <= m[0] <= across[1] and up[0] <= m[1] <= up[1]]
        places = self.chart.at(*np.array(shown).T) if shown else np.zeros((0, 2))
        ring = Shape(stroke=theme.minimum, width=theme.sizes.tangent).draw(discs(places, 1.7 * setter.unit))
        bull = Shape(fill=theme.minimum).draw(discs(places, 0.5 * setter.unit))
        self.still = VGroup(*grounds, lines, self.chart.still, ring, bull)
        self.moving = self.chart.moving

    def _contours(self, cost: Cost, across: Span, up: Span) -> tuple[list[Shape], Shape]:
        """The ground of each level, and all lines."""
        theme, plot = self.setter.theme, self.chart.plot
        a, b = np.linspace(*across, SAMPLES), np.linspace(*up, SAMPLES)
        with np.errstate(all="ignore"):
            values = cost.value(np.stack(np.meshgrid(a, b, indexing="ij"), axis=-1))
        values = np.where(np.isnan(values), np.inf, values)
        frame = rectangles(np.array([[plot.left, plot.bottom]]), np.array([[plot.right, plot.top]]))
        grounds = [Shape(fill=theme.grid, opacity=SHADE).draw(frame)]
        parts = [NOTHING]
        for level in levels_of(values)[::-1]:
            outlines = [polyline(self.chart.at(*o.T)) for o in below(values, a, b, level)]
            curves = np.concatenate([NOTHING, *outlines])
            grounds.append(Shape(fill=theme.grid, opacity=SHADE).draw(curves))
            parts.append(curves)
        lines = Shape(stroke=theme.muted, width=theme.sizes.grid, opacity=LINE)
        return grounds, lines.draw(np.concatenate(parts))

    def path(self, run: Trajectory, style: LineStyle) -> Curve:
        """Add the path of a run, with the style's mark at its points."""
        every = max(1, -(-run.steps // BEADS))
        width = self.setter.theme.sizes.trail
        # Dashes would take the place of what the path does: its mark and colour tell it apart.
        return self.chart.curve(run.x[:, 0], run.x[:, 1], style, dash=(), width=width, every=every)

    def velocity(self, style: LineStyle) -> Velocity:
        """Add an arrow for a velocity."""
        made = Velocity(self.setter, self.chart, style)
        self.chart.words.add(made.rim, made.shape)
        return made


class Velocity:
    """An arrow that says where a point would roll to by itself; made by `Terrain.velocity`."""

    def __init__(self, setter: Typesetter, chart: Chart, style: LineStyle) -> None:
        self.chart, self.unit = chart, setter.unit
        self.shape = Shape(fill=str(getattr(setter.theme, style.role)))
        self.rim = Shape(fill=setter.theme.background, stroke=setter.theme.background, width=3.0)

    def put(self, point: Array, way: Array) -> None:
        """Draw it at a point, as long as a way ``(2,)`` in data units, or less where that is long."""
        start, end = self.chart.at(*np.stack([point, point + way]).T)
        length, plot = float(np.hypot(*(end - start))), self.chart.plot
        seen = plot.left <= start[0] <= plot.right and plot.bottom <= start[1] <= plot.top
        if not seen or not 0.05 * self.unit < length < np.inf:
            self.shape.draw(NOTHING)
            self.rim.draw(NOTHING)
            return
        end = start + (end - start) * min(1.0, LONGEST * self.unit / length)
        end = np.clip(end, [plot.left, plot.bottom], [plot.right, plot.top])
        curves = arrow(start, end, 0.8 * self.unit, 2.8 * self.unit)
        self.shape.draw(curves)
        self.rim.draw(curves)
