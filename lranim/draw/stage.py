"""A descent on a curve at any moment: point, trail, tangent and step arrow as a function of progress."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from manim import VGroup

from lranim.core.types import Array, Trajectory
from lranim.draw import clip
from lranim.draw.layout import LEADING, TAIL
from lranim.draw.lettering import Labels, Typesetter
from lranim.draw.plot import CurvePlot
from lranim.draw.shapes import NOTHING, Shape, arrow, dashed, discs, hops, segments
from lranim.draw.tag import curves_of, rim
from lranim.look.markup import wrap

AIM = 0.35
"""Share of a step's time in which the arrow grows; in the rest the point moves along it."""

TANGENT = 9.0
"""Half the length of the tangent at a step's start, in units."""


def ease(share: float) -> float:
    """Rest to rest, without a corner: the smootherstep polynomial."""
    u = min(1.0, max(0.0, share))
    return u * u * u * (u * (6 * u - 15) + 10)


class Stage(VGroup):
    """What moves over a `CurvePlot`; `put` draws any moment of the run.

    Progress counts steps: 2.0 is rest at point 2, 2.2 is the third step's arrow growing, 2.7 is the point on
    its way along it.

    Parameters
    ----------
    setter
        Makes the lettering.
    plot
        The curve under it.
    run
        The trajectory, of one variable.
    ruler
        Whether to mark the length of each step below the axis.
    tag
        What to write at the arrow of the step from point k; nothing when not given.
    glide
        Half the length, in units, of a tangent that goes along with the point from the first step on; without
        one the tangent shows while the arrow of its step grows.
    """

    def __init__(
        self,
        setter: Typesetter,
        plot: CurvePlot,
        run: Trajectory,
        *,
        ruler: bool = False,
        tag: Callable[[int], str] | None = None,
        glide: float = 0.0,
    ) -> None:
        super().__init__()
        theme = setter.theme
        sizes = theme.sizes
        self.setter, self.plot, self.run, self.ruler, self.words = setter, plot, run, ruler, tag
        self.x, self.glide = run.x[:, 0], glide
        self.trail = Shape(stroke=theme.point, width=sizes.trail, opacity=0.45)
        self.rims = Shape(fill=theme.background)
        self.earlier = Shape(fill=theme.point, opacity=0.6)
        self.hops = Shape(stroke=theme.gradient, width=sizes.tangent)
        self.stops = Shape(stroke=theme.gradient, width=sizes.axis)
        self.tangent = Shape(stroke=theme.gradient, width=sizes.tangent)
        self.shaft = Shape(fill=theme.gradient)
        self.tag = Labels(setter, "gradient", sizes.label, bold=True)
        self.tag_rim = rim(theme.background if not plot.bare else theme.panel, setter.em(sizes.label))
        self.rim = Shape(fill=theme.background)
        self.dot = Shape(fill=theme.point)
        self.add(self.trail, self.rims, self.earlier, self.hops, self.stops)
        self.add(self.tangent, self.shaft, self.rim, self.dot, self.tag_rim, self.tag)
        self.detailed = True
        """Whether a step shows its tangent and its words, or, in a quick row of steps, its arrow alone."""
        self.put(0.0)

    def put(self, progress: float) -> Stage:
        """Draw the moment at which so many steps are done."""
        progress = min(progress, float(self.run.steps))
        k = int(progress)
        share = progress - k
        aim = ease(share / AIM)
        gone = ease((share - AIM) / (1 - AIM))
        points = self.plot.on_curve(self.x[: k + 2])
        inside = clip.holds(self.plot.box, points)
        here = points[k]
        if share > 0:
            here = points[k] + (points[k + 1] - points[k]) * gone
        self._trail(points[: k + 1], inside, here)
        self._aim(k, aim if share > 0 else 0.0, gone, here)
        shown = bool(clip.holds(self.plot.box, here))
        if self.glide:
            x = self.x[k] + (self.x[k + 1] - self.x[k]) * gone if share > 0 else self.x[k]
            self._tangent(float(x), self.glide * (1.0 if progress >= 1 else aim) * shown)
        else:
            explained = self.detailed and share > 0 and gone <= 0
            self._tangent(float(self.x[k]), TANGENT * (aim > 0) * (explained and bool(inside[k])))
        radius = self.setter.theme.sizes.dot * self.setter.unit
        self.rim.draw(discs(here[None], radius * 1.35) if shown else NOTHING)
        self.dot.draw(discs(here[None], radius) if shown else NOTHING)
        if self.ruler:
            self._ruler(k, aim if share > 0 else 0.0)
        return self

    def set_alpha(self, opacity: float) -> Stage:
        """Set the opacity of the point and its trail, at rest."""
        for shape in (self.trail, self.rims, self.earlier, self.rim, self.dot):
            shape.set_alpha(opacity)
        return self

    def _trail(self, points: Array, inside: npt.NDArray[np.bool_], here: Array) -> None:
        k = len(points) - 1
        keep = inside[: k + 1]
        starts, ends = points[keep], np.vstack([points[1:], here[None]])[keep]
        # A step that leaves the plot is seen as far as its edge.
        _, leave = clip.inside(starts, ends, self.plot.box)
        self.trail.draw(segments(starts, starts + (ends - starts) * leave[:, None]))
        # Bouncing runs come back to the same places: one dot there is enough.
        places = np.unique(np.round(points[keep], 4), axis=0)
        radius = self.setter.theme.sizes.dot * self.setter.unit * 0.62
        self.rims.draw(discs(places, radius * 1.4))
        self.earlier.draw(discs(places, radius))

    def _aim(self, k: int, aim: float, gone: float, here: Array) -> None:
        """The step as an arrow that stays until the point has arrived."""
        unit, sizes = self.setter.unit, self.setter.theme.sizes
        box = self.plot.box
        start = self.plot.on_curve(self.x[k])
        if aim <= 0 or k >= self.run.steps or not clip.holds(box, start):
            self.shaft.draw(NOTHING)
            self._tag(None, here)
            return
        end = self.plot.on_curve(self.x[k + 1])
        # The arrow of a step that leaves the view stops at its edge until the view has grown.
        tip = np.array([np.clip(start[0] + (end[0] - start[0]) * aim, box.left, box.right), start[1]])
        # Nothing fades or shrinks here: a GIF keeps every pixel that each frame of a fade changes.
        self.shaft.draw(arrow(start, tip, sizes.arrow * unit / 7, 3.2 * unit))
        if not self.detailed or abs(end[0] - start[0]) < 0.6 * unit:
            self._tag(None, here)
            return
        self._tag(k, (start + np.array([end[0], start[1]])) / 2)

    def _tangent(self, x: float, reach: float) -> None:
        """Draw the tangent at this place of the curve, if it has a length."""
        pattern = [self.setter.unit * length for length in self.setter.theme.tangent_dash]
        self.tangent.draw(dashed(self.tangent_at(x, reach), pattern) if reach > 0 else NOTHING)

    def tangent_at(self, x: float, reach: float) -> Array:
        """The ends ``(2, 2)`` of the tangent at this place of the curve, so long to each side, in units."""
        unit, view, box = self.setter.unit, self.plot.view, self.plot.box
        at = self.plot.on_curve(x)
        scale = box.height / (view.high - view.low) / (box.width / (view.right - view.left))
        slope = float(self.plot.cost.grad(np.array([x]))[0]) * scale
        half = reach * unit / np.hypot(1.0, slope) * np.array([1.0, slope])
        # Cut to the box, so that a tangent at the edge does not run into the panel.
        enter, leave = clip.inside((at - half)[None], (at + half)[None], box)
        return np.asarray(at - half + 2 * half * np.stack([enter, leave]))

    def _tag(self, k: int | None, middle: Array) -> None:
        """What is written above the step's arrow, inside the plot."""
        if self.words is None or k is None:
            self.tag.write()
            self.tag_rim.draw(NOTHING)
            return
        setter, unit, box, words = self.setter, self.setter.unit, self.plot.box, self.words(k)
        size = setter.theme.sizes.label
        y = min(float(middle[1]) + 3.2 * unit, box.top - 4 * unit)
        # A formula is long, but in the way at the top alone.
        low = self.plot.formula is not None and y + setter.cap(size) < box.top - 6 * unit
        first = box.left if low else self.plot.title_end
        for level in self.plot.levels:
            # Not across a line of the grid, but above it.
            if y - TAIL * setter.em(size) < level < y + setter.cap(size):
                y = float(level) + 1.3 * TAIL * setter.em(size)
        lines = [words]
        if self.tag.advance(words) > box.right - first - 2 * unit:
            # Below the arrow, where the curve leaves room for two lines.
            lines = wrap(words, 2, np.inf, lambda char: self.tag.advance(char))
            y = float(middle[1]) - 2.6 * unit - setter.cap(size)
            if y - LEADING * setter.em(size) < box.bottom:
                # There are the numbers of the axis: above the arrow.
                y = min(float(middle[1]) + 3.2 * unit + LEADING * setter.em(size), box.top - 4 * unit)
        half = max(self.tag.advance(line) for line in lines) / 2
        # Not past the point on its outer side, where the curve climbs.
        start = float(self.plot.on_curve(self.x[k])[0])
        left, right = box.left + unit, box.right - unit
        left, right = (left, min(right, start)) if self.run.step[k, 0] < 0 else (max(left, start), right)
        x = min(max(float(middle[0]), left + half), right - half)
        x = min(max(x, box.left + unit + half), box.right - unit - half)
        if y + setter.cap(size) > box.top - 4 * unit:
            # Not over the name of the cost axis.
            x = max(x, first + unit + half)
        rows = [(line, x, y - n * LEADING * setter.em(size), 0.5) for n, line in enumerate(lines)]
        self.tag.write(*rows)
        self.tag_rim.draw(curves_of(self.tag))

    def _ruler(self, k: int, aim: float) -> None:
        """Arcs below the axis from stop to stop: their width is the step's length."""
        unit, box = self.setter.unit, self.plot.box
        stops = self.x[: k + 1]
        if aim > 0 and k < self.run.steps:
            stops = np.append(stops, self.x[k] + (self.x[k + 1] - self.x[k]) * aim)
        feet = self.plot.to_screen(stops, self.plot.view.low)
        x = feet[clip.holds(box, feet), 0]
        level = box.bottom
        self.hops.draw(hops(x.tolist(), level, 2.6 * unit) if len(x) > 1 else NOTHING)
        feet = np.stack([x, np.full_like(x, level + 1.2 * unit)], axis=1)
        self.stops.draw(segments(feet, feet - np.array([0, 2.4 * unit])))
