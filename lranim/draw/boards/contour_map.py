"""A cost of two variables as a map seen from above: contour lines, minima, and paths over them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import VGroup

from lranim.core.types import Array, Cost, Trajectory
from lranim.draw.chart.axis import Axis
from lranim.draw.chart.chart import Chart
from lranim.draw.chart.curves import Curve
from lranim.draw.layout import Box
from lranim.draw.lettering import Parts, Typesetter
from lranim.draw.shapes import NOTHING, Shape, arrow, holds, polyline, rectangles, ring_and_dot
from lranim.draw.surface.contours import below
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


def levels_of(values: Array) -> Array:
    """Costs of contour lines, by equal factors above the lowest: the floor of a steep valley has lines, too.

    Examples
    --------
    >>> levels_of(np.linspace(0, 1000, 1001))[[0, 5, 10]].round(1).tolist()
    [2.0, 44.0, 970.0]
    """
    known = values[np.isfinite(values)]
    bottom = float(known.min())
    low, high = np.quantile(known - bottom, (LOWEST, HIGHEST))
    if not high > 0:
        return np.zeros(0)
    return bottom + np.geomspace(max(float(low), 1e-4 * float(high)), float(high), LEVELS)


class ContourMap(Chart):
    """A map of a cost with paths on it.

    Parameters
    ----------
    setter
        Makes the lettering.
    box
        All of it is placed inside.
    runs
        Trajectories in two variables of one cost, all of which it shows as far as the domain goes.
    """

    def __init__(self, setter: Typesetter, box: Box, runs: Sequence[Trajectory]) -> None:
        cost, unit = runs[0].cost_function, setter.unit
        (a, b), (first, second) = cost.variables, cost.domain
        whole = Chart(setter, box, Axis(*first, a), Axis(*second, b)).plot
        across, up = window(runs, whole.width / whole.height)
        super().__init__(setter, box, Axis(*across, a), Axis(*up, b), grid=False)
        shown = [m for m in cost.minima if across[0] <= m[0] <= across[1] and up[0] <= m[1] <= up[1]]
        places = self.at(*np.reshape(shown, (-1, 2)).T)
        mark = ring_and_dot(setter.theme, places, 1.7 * unit, 0.5 * unit)
        self.still = VGroup(*self._contours(cost, across, up), self.still, *mark)

    def _contours(self, cost: Cost, across: Span, up: Span) -> list[Shape]:
        """The ground of each level, and all lines."""
        theme = self.setter.theme
        a, b = np.linspace(*across, SAMPLES), np.linspace(*up, SAMPLES)
        with np.errstate(all="ignore"):
            values = cost.value(np.stack(np.meshgrid(a, b, indexing="ij"), axis=-1))
        values = np.where(np.isnan(values), np.inf, values)
        levels = [
            np.concatenate([NOTHING, *(polyline(self.at(*o.T)) for o in below(values, a, b, level))])
            for level in levels_of(values)[::-1]
        ]
        low, high = self.plot.corners
        grounds = [rectangles(low[None], high[None]), *levels]
        lines = Shape(stroke=theme.muted, width=theme.sizes.grid, opacity=LINE)
        return [
            *(Shape(fill=theme.grid, opacity=SHADE).draw(curves) for curves in grounds),
            lines.draw(np.concatenate([NOTHING, *levels])),
        ]

    def path(self, run: Trajectory, style: LineStyle) -> Curve:
        """Add the path of a run, with the style's mark at its points."""
        every = max(1, -(-run.steps // BEADS))
        width = self.setter.theme.sizes.trail
        # Dashes would take the place of what the path does: its mark and colour tell it apart.
        return Curve(self, run.x[:, 0], run.x[:, 1], style, dash=(), width=width, every=every)

    def velocity(self, style: LineStyle) -> VelocityArrow:
        """Add an arrow for a velocity."""
        made = VelocityArrow(self, style)
        self.words.add(*made)
        return made


class VelocityArrow(Parts):
    """An arrow that says where a point would roll to by itself; made by `ContourMap.velocity`."""

    def __init__(self, chart: Chart, style: LineStyle) -> None:
        theme, self.chart = chart.setter.theme, chart
        rim = Shape(fill=theme.background, stroke=theme.background, width=3.0)
        super().__init__(rim, Shape(fill=str(getattr(theme, style.role))))

    def put(self, point: Array, way: Array) -> None:
        """Draw it at a point, as long as a way ``(2,)`` in data units, or less where that is long."""
        plot, unit = self.chart.plot, self.chart.setter.unit
        start, end = self.chart.at(*np.stack([point, point + way]).T)
        length, curves = float(np.hypot(*(end - start))), NOTHING
        if holds(plot, start) and 0.05 * unit < length < np.inf:
            end = start + (end - start) * min(1.0, LONGEST * unit / length)
            curves = arrow(start, np.clip(end, *plot.corners), 0.8 * unit, 2.8 * unit)
        for shape in self.submobjects:
            shape.draw(curves)
