"""A descent on a curve at any moment: point, trail, tangent and step arrow as a function of progress."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array, Trajectory
from lranim.draw.chart.cost_curve import CurvePlot
from lranim.draw.layout import LEADING, TAIL
from lranim.draw.lettering import Labels, Parts, curves_of, halo
from lranim.draw.scene import ease
from lranim.draw.shapes import NOTHING, Shape, arrow, dashed, discs, holds, inside, segments
from lranim.look.text import wrap

AIM = 0.35
"""Share of a step's time in which the arrow grows; in the rest the point moves along it."""

TANGENT = 9.0
"""Half the length of the tangent at a step's start, in units."""


class Descent(Parts):
    """What moves over a `CurvePlot`; `put` draws any moment of the run.

    Progress counts steps: 2.0 is rest at point 2, 2.2 is the third step's arrow growing, 2.7 is the point on
    its way along it. A `ruler` marks the length of each step below the axis, `tags` stand at the arrows. The
    tangent shows while the arrow of its step grows, or, with half its length in units to `glide`, goes along
    with the point from the first step on.
    """

    def __init__(
        self,
        plot: CurvePlot,
        run: Trajectory,
        *,
        ruler: bool = False,
        tags: Sequence[str] = (),
        glide: float = 0,
    ) -> None:
        setter = plot.setter
        theme, sizes = setter.theme, setter.theme.sizes
        self.setter, self.plot, self.run, self.ruler, self.tags = setter, plot, run, ruler, tags
        self.x, self.glide, self.radius = run.x[:, 0], glide, sizes.dot * setter.unit
        self.trail = Shape(stroke=theme.point, width=sizes.trail, opacity=0.45)
        self.rims = Shape(fill=theme.background)
        self.earlier = Shape(fill=theme.point, opacity=0.6)
        self.hops = Shape(stroke=theme.gradient, width=sizes.tangent)
        self.stops = Shape(stroke=theme.gradient, width=sizes.axis)
        self.tangent = Shape(stroke=theme.gradient, width=sizes.tangent)
        self.shaft = Shape(fill=theme.gradient)
        self.rim = Shape(fill=theme.background)
        self.dot = Shape(fill=theme.point)
        self.tag = Labels(setter, "gradient", sizes.label, bold=True)
        self.tag_rim = halo(theme.panel if plot.bare else theme.background, setter.em(sizes.label))
        super().__init__(self.trail, self.rims, self.earlier, self.hops, self.stops)
        self.add(self.tangent, self.shaft, self.rim, self.dot, self.tag_rim, self.tag)
        self.detailed = True
        """Whether a step shows its tangent and its words, or, in a quick row of steps, its arrow alone."""
        self.put(0.0)

    def put(self, progress: float) -> Self:
        """Draw the moment at which so many steps are done."""
        progress = min(progress, float(self.run.steps))
        k = int(progress)
        share = progress - k
        aim, gone = (ease(share / AIM), ease((share - AIM) / (1 - AIM))) if share > 0 else (0.0, 0.0)
        points = self.plot.on_curve(self.x[: k + 2])
        seen = holds(self.plot.plot, points)
        here = points[k]
        if share > 0:
            here = points[k] + (points[k + 1] - points[k]) * gone
        self._draw_trail(points[: k + 1], seen[: k + 1], here)
        self._draw_step(k, aim, here)
        shown = bool(holds(self.plot.plot, here))
        if self.glide:
            x = self.x[k] + (self.x[k + 1] - self.x[k]) * gone if share > 0 else self.x[k]
            self._draw_tangent(float(x), self.glide * (1.0 if progress >= 1 else aim) * shown)
        else:
            explained = self.detailed and aim > 0 and gone <= 0 and bool(seen[k])
            self._draw_tangent(float(self.x[k]), TANGENT * explained)
        self.rim.draw(discs(here[None], self.radius * 1.35) if shown else NOTHING)
        self.dot.draw(discs(here[None], self.radius) if shown else NOTHING)
        if self.ruler:
            self._draw_ruler(k, aim)
        return self

    def _draw_trail(self, points: Array, seen: npt.NDArray[np.bool_], here: Array) -> None:
        starts, ends = points[seen], np.vstack([points[1:], here[None]])[seen]
        # A step that leaves the plot is seen as far as its edge.
        _, leave = inside(starts, ends, self.plot.plot)
        self.trail.draw(segments(starts, starts + (ends - starts) * leave[:, None]))
        # Bouncing runs come back to the same places: one dot there is enough.
        places = np.unique(np.round(starts, 4), axis=0)
        self.rims.draw(discs(places, self.radius * 0.62 * 1.4))
        self.earlier.draw(discs(places, self.radius * 0.62))

    def _draw_step(self, k: int, aim: float, here: Array) -> None:
        """The step as an arrow that stays until the point has arrived."""
        unit, plot, start = self.setter.unit, self.plot.plot, self.plot.on_curve(self.x[k])
        self.tag.write()
        self.tag_rim.draw(NOTHING)
        if aim <= 0 or not holds(plot, start):
            self.shaft.draw(NOTHING)
            return
        end = self.plot.on_curve(self.x[k + 1])
        # The arrow of a step that leaves the view stops at its edge until the view has grown.
        tip = np.array([np.clip(start[0] + (end[0] - start[0]) * aim, plot.left, plot.right), start[1]])
        # Nothing fades or shrinks here: a GIF keeps every pixel that each frame of a fade changes.
        self.shaft.draw(arrow(start, tip, self.setter.theme.sizes.arrow * unit / 7, 3.2 * unit))
        if self.detailed and self.tags and abs(end[0] - start[0]) >= 0.6 * unit:
            self._write_tag(self.tags[k], start, end)

    def _draw_tangent(self, x: float, reach: float) -> None:
        """Draw the tangent at this place of the curve, if it has a length."""
        pattern = [self.setter.unit * length for length in self.setter.theme.tangent_dash]
        self.tangent.draw(dashed(self.tangent_at(x, reach), pattern) if reach > 0 else NOTHING)

    def tangent_at(self, x: float, reach: float) -> Array:
        """The ends ``(2, 2)`` of the tangent at this place of the curve, so long to each side, in units."""
        view, plot, at = self.plot.view, self.plot.plot, self.plot.on_curve(x)
        scale = plot.height / (view.high - view.low) / (plot.width / (view.right - view.left))
        slope = float(self.plot.cost.grad(np.array([x]))[0]) * scale
        half = reach * self.setter.unit / np.hypot(1.0, slope) * np.array([1.0, slope])
        # Cut to the box, so that a tangent at the edge does not run into the panel.
        enter, leave = inside((at - half)[None], (at + half)[None], plot)
        return np.asarray(at - half + 2 * half * np.stack([enter, leave]))

    def _write_tag(self, words: str, start: Array, end: Array) -> None:
        """What is written above the step's arrow, inside the plot."""
        setter, unit, plot, size = self.setter, self.setter.unit, self.plot.plot, self.tag.size
        em, cap, (middle, level) = setter.em(size), setter.cap(size), ((start[0] + end[0]) / 2, start[1])
        top = plot.top - 4 * unit
        y = min(level + 3.2 * unit, top)
        # A formula is long, but in the way at the top alone.
        low = self.plot.formula is not None and y + cap < plot.top - 6 * unit
        first = plot.left if low else self.plot.title_end
        for line in self.plot.levels.tolist():
            # Not across a line of the grid, but above it.
            if y - TAIL * em < line < y + cap:
                y = line + 1.3 * TAIL * em
        lines = [words]
        if self.tag.advance(words) > plot.right - first - 2 * unit:
            # Below the arrow, where the curve leaves room for two lines.
            lines = wrap(words, 2, np.inf, self.tag.advance)
            y = level - 2.6 * unit - cap
            if y - LEADING * em < plot.bottom:
                # There are the numbers of the axis: above the arrow.
                y = min(level + 3.2 * unit + LEADING * em, top)
        half = max(self.tag.advance(line) for line in lines) / 2
        # Not past the point on its outer side, where the curve climbs.
        left, right = plot.left + unit, plot.right - unit
        outer = (left, min(right, start[0])) if end[0] < start[0] else (max(left, start[0]), right)
        x = min(max(middle, outer[0] + half), outer[1] - half)
        x = min(max(x, left + half), right - half)
        if y + cap > top:
            # Not over the name of the cost axis.
            x = max(x, first + unit + half)
        self.tag.write(*((line, x, y - n * LEADING * em, 0.5) for n, line in enumerate(lines)))
        self.tag_rim.draw(curves_of(self.tag))

    def _draw_ruler(self, k: int, aim: float) -> None:
        """Arcs below the axis from stop to stop: their width is the step's length."""
        unit, level = self.setter.unit, self.plot.plot.bottom
        stops = self.x[: k + 1]
        if aim > 0:
            stops = np.append(stops, self.x[k] + (self.x[k + 1] - self.x[k]) * aim)
        feet = self.plot.at(stops, self.plot.view.low)
        x = feet[holds(self.plot.plot, feet), 0]
        xs = x[:-1, None] + np.diff(x)[:, None] * [0.0, 0.2, 0.8, 1.0]
        ys = level - 2.6 * unit * 4 / 3 * np.array([0.0, 1.0, 1.0, 0.0])
        self.hops.draw(np.stack([xs, np.broadcast_to(ys, xs.shape)], axis=2))
        top, bottom = (np.stack([x, np.full_like(x, level + sign * 1.2 * unit)], axis=1) for sign in (1, -1))
        self.stops.draw(segments(top, bottom))
