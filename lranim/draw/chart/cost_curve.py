"""A cost curve of one variable: axes, grid, curve and minima, drawn for any view of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from lranim.core.costs import as_low, is_own
from lranim.core.story import HIGHEST
from lranim.core.types import Array, Cost, Trajectory
from lranim.draw.chart.chart import Axis, Frame, ticks
from lranim.draw.layout import Box
from lranim.draw.lettering import Labels, Parts, Typesetter
from lranim.draw.scene import LessonScene
from lranim.draw.shapes import NOTHING, Shape, dashes, discs, polyline, rounded_box, segments
from lranim.look.text import short

PIECES, MANY = 64, 256
"""A curve has so many pieces; a user's own function, which may wave or have a wall, has many."""

NARROW, WALL = 1.2, 0.12
"""A view so many times as wide as the domain shows no more than this share of its heights above them."""

WALLS = 0.35
"""Where a function of the user's own has several minima, its walls are seen so far above all that happens."""

SOLE = 0.1
"""A curve that is far above zero has so much room below, as a share of its heights."""

JUMP = 0.25
"""A curve that changes sides at a pole does so by more than this share of the heights."""

FORMULA = 0.5
"""How much of a plot's width its formula takes at most."""

BELOW = 0.93
"""A function of the user's own ends at this share of the plot's height, or lower where its formula is."""

ZOOM = 2.0
"""How much wider each wider view is."""


@dataclass(frozen=True)
class View:
    """The part of the plane that is shown: ``left..right`` in the variable, ``low..high`` in cost."""

    left: float
    right: float
    low: float
    high: float

    @classmethod
    def of(cls, cost: Cost, left: float, right: float, *runs: Trajectory) -> Self:
        """A view that is as high as the curve is at its higher end, and holds zero where that is not far.

        Between high walls valleys would look flat: a curve with several is seen as far up as its runs go.
        """
        lowest = [x for (x,) in cost.minima if left <= x <= right]
        x = np.sort(np.append(np.linspace(left, right, 257), lowest))
        with np.errstate(all="ignore"):
            values = cost.value(x[:, None])
        known = np.abs(values) < HIGHEST
        low, high = float(values[known].min()), float(values[known].max())
        if is_own(cost):
            ends = cost.domain[0]
            within = values[known & (x >= ends[0]) & (x <= ends[1])]
            if right - left < NARROW * (ends[1] - ends[0]) and len(within):
                # Just beyond its domain there may be a wall.
                high = min(high, float(within.max()) + WALL * float(np.ptp(within)))
            if len(lowest) > 1:
                seen = values[known & (x >= min(lowest)) & (x <= max(lowest))]
                costs = [run.cost[(run.x[:, 0] >= left) & (run.x[:, 0] <= right)] for run in runs]
                most = float(np.concatenate([seen, *costs]).max())
                high = min(high, most + WALLS * (most - low))
            spread = max(high - low, 1e-9 * max(abs(low), abs(high), 1.0))
            # Below zero, too, a dot at the lowest point has room.
            low = 0.0 if 0 <= low < spread else low - SOLE * spread
        else:
            low = min(low, 0.0)
        return cls(left, right, low, low + 1.12 * (high - low))

    def towards(self, other: View, share: float) -> View:
        """The view this share of the way to another one, growing at a steady pace."""
        centre = np.array([self.left + self.right, other.left + other.right]) / 2
        half = np.array([self.right - self.left, other.right - other.left]) / 2
        tall = np.array([self.high - self.low, other.high - other.low])
        # Sizes change by equal factors and not by equal amounts: that is what looks steady to the eye.
        grown = half[0] * (half[1] / half[0]) ** share
        weight = share if abs(half[1] - half[0]) < 1e-12 else (grown - half[0]) / (half[1] - half[0])
        middle = centre[0] + (centre[1] - centre[0]) * weight
        low = self.low + (other.low - self.low) * weight
        return View(middle - grown, middle + grown, low, low + tall[0] * (tall[1] / tall[0]) ** share)


def views_of(run: Trajectory) -> list[View]:
    """The view for each point of a run on a curve: the domain's, and wider ones once the run leaves it."""
    cost = run.cost_function
    low, high = cost.domain[0]
    middle, half = (low + high) / 2, (high - low) / 2
    away = np.maximum(np.abs(run.x[:, 0] - middle) / (1.0001 * half), 1.0)
    reaches = ZOOM ** np.maximum.accumulate(np.ceil(np.log(away) / np.log(ZOOM)))
    # A little beyond, so that a point at the domain's edge is not cut by the frame of the plot.
    made = {
        r: View.of(cost, middle - 1.04 * r * half, middle + 1.04 * r * half, run)
        for r in set(reaches.tolist())
    }
    return [made[r] for r in reaches.tolist()]


def visible(pieces: Array) -> Array:
    """The pieces of an outline that are to be drawn."""
    return pieces[np.isfinite(pieces).all(axis=(1, 2))]


def label_gap(setter: Typesetter) -> float:
    """How far left of the cost axis its numbers end: a dot at the edge of the domain must not touch them."""
    sizes = setter.theme.sizes
    return max(0.32 * setter.em(sizes.tick), (1.35 * sizes.dot - 1.0) * setter.unit)


class CurvePlot(Parts, Frame):
    """The curve of a cost in a box, with its axes and its minima.

    The axes' corner points lie at those of the plot; tick labels hang below it, so many units down, and to
    the left. A `bare` one is a small or magnified view: a framed box with its own ground, ticks below only.
    """

    def __init__(
        self, setter: Typesetter, cost: Cost, plot: Box, view: View, *, bare: bool = False, drop: float = 0.0
    ) -> None:
        theme = setter.theme
        sizes, ground = theme.sizes, theme.panel if bare else theme.background
        self.setter, self.cost, self.plot, self.view, self.bare = setter, cost, plot, view, bare
        if not drop:
            # In a bare plot a dot at the axis does not reach the ticks' texts.
            drop = 1.35 * sizes.dot + 0.7 if bare else 1.8
        self.foot = plot.bottom - drop * setter.unit - setter.cap(sizes.tick)
        """Baseline of the tick labels below the axis."""
        self.head = plot.top - 0.68 * setter.em(sizes.tick)
        """Baseline of the name of the cost axis."""
        self.levels: Array = np.zeros(0)
        """Where the lines of the grid lie in the frame."""
        self.ground = Shape(fill=theme.panel, stroke=theme.muted, width=sizes.axis)
        self.grid = Shape(stroke=theme.grid, width=sizes.grid)
        self.axes = Shape(stroke=theme.muted, width=sizes.axis)
        self.labels = Labels(setter, "muted", sizes.tick)
        self.drop = Shape(stroke=theme.minimum, width=sizes.axis)
        self.curve = Shape(stroke=theme.cost, width=sizes.curve)
        # Filled, or the curve would run through the ring and hide the dot in it.
        self.ring = Shape(fill=ground, stroke=theme.minimum, width=sizes.tangent)
        self.bull = Shape(fill=theme.minimum)
        super().__init__(self.ground, self.grid, self.axes, self.labels, self.drop, self.curve)
        self.add(self.ring, self.bull)
        self.formula = None if bare or not is_own(cost) else setter.cost_formula(cost, FORMULA * plot.width)
        name = "" if bare else f"J({cost.variables[0]})"
        self.title_end = plot.left + self.labels.advance(name) + 1.2 * setter.unit * bool(name)
        """Where the name of the cost axis ends, at the top left; without one, where the plot begins."""
        self.title_foot = plot.top
        """How far down the formula at the top left reaches, and some room below it."""
        if self.formula is not None:
            self.add(self.formula.at(plot.left + 1.2 * setter.unit, self.head))
            self.title_end = self.formula.x + self.formula.advance
            self.title_foot = float(self.formula.get_bottom()[1]) - 0.25 * self.formula.em
        self.look_at(view)

    def on_curve(self, x: Array | float) -> Array:
        """Points of the curve in the frame, ``(..., 2)``."""
        x = np.asarray(x, dtype=float)
        return self.at(x, self.cost.value(x[..., None]))

    def look_at(self, view: View) -> Self:
        """Draw everything anew for a view."""
        plot, unit = self.plot, self.setter.unit
        self.view, self.x, self.y = view, Axis(view.left, view.right), Axis(view.low, view.high)
        top = view.high
        if is_own(self.cost) and not self.bare:
            # Below what is written at the top.
            foot = min(self.title_foot, self.head - 0.5 * self.setter.em(self.setter.theme.sizes.tick))
            share = min(BELOW, (foot - plot.bottom) / plot.height)
            top = view.low + share * (view.high - view.low)
        self.outline = self._outline(top)
        """The curve as it is drawn, `visible` pieces and others, ``(k, 4, 2)``."""
        self.curve.draw(visible(self.outline))

        rows, feet = self._numbers()
        axes = [polyline(np.array([[plot.left, plot.bottom], [plot.right, plot.bottom]]))]
        axes.append(segments(feet, feet - np.array([0.0, 0.9 * unit])))
        if self.bare:
            border = 1.5 * unit
            room = np.array([plot.left - 0.5 * border, plot.right + 0.5 * border])
            # A number that would reach over the frame is left out.
            rows = [row for row in rows if np.abs(room - row[1]).min() > self.labels.advance(row[0]) / 2]
            below = plot.bottom - self.foot + 2.4 * unit
            self.ground.draw(rounded_box(plot.inset(-border, -below, -border, -border), unit))
        else:
            rows += self._levels()
            axes.append(polyline(np.array([[plot.left, plot.bottom], [plot.left, plot.top]])))
            name = self.cost.variables[0]
            if self.formula is None:
                rows.append((f"J({name})", plot.left + 1.2 * unit, self.head, 0.0))
            rows.append((name, plot.right, plot.bottom + 1.6 * unit, 1.0))
        self.labels.write(*rows)
        self.axes.draw(np.concatenate(axes))

        minima = [row[0] for row in self.cost.minima if view.left <= row[0] <= view.right]
        best = self.on_curve(np.array(minima)).reshape(-1, 2)
        self.ring.draw(discs(best, 1.6 * unit))
        self.bull.draw(discs(best, 0.55 * unit))
        if not self.bare:
            ends = [dashes(at - [0, 1.6 * unit], np.array([at[0], plot.bottom]), unit) for at in best]
            self.drop.draw(np.concatenate([NOTHING, *ends]))
        return self

    def _outline(self, top: float) -> Array:
        """The curve below a cost from end to end, as pieces ``(k, 4, 2)``.

        Where the cost has no value or a pole, or the curve is out of the picture, a piece is NaN: `visible`
        leaves it out.
        """
        cost, ends, heights = self.cost, (self.view.left, self.view.right), (self.view.low, top)
        x = np.linspace(*ends, (MANY if is_own(cost) else PIECES) + 1)
        with np.errstate(all="ignore"):
            value, slope = cost.value(x[:, None]), cost.grad(x[:, None])[:, 0]
            rise = np.diff(value)
            # Against the slopes at both its ends, a piece comes back from a pole's other side.
            against = (np.sign(slope[:-1]) == np.sign(slope[1:])) & (rise * slope[:-1] < 0)
            jumps = against & (np.abs(rise) > JUMP * np.ptp(heights))
        known = np.isfinite(value) & np.isfinite(slope)
        inside = known & (value >= heights[0]) & (value <= heights[1])
        points = self.at(x, np.clip(np.where(known, value, heights[0]), *heights))
        scale = np.diff(self.at(ends, heights), axis=0)[0] / [np.ptp(ends), np.ptp(heights)]
        # Exact for quadratics and cubics: the handles have the curve's slopes.
        third = np.stack([np.ones_like(x), np.where(known, slope, 0.0) * scale[1] / scale[0]], axis=1)
        third *= (points[1, 0] - points[0, 0]) / 3
        a, b = points[:-1], points[1:]
        smooth = np.stack([a, a + third[:-1], b - third[1:], b], axis=1)
        straight = segments(a, b)
        # A piece that rises or falls at both ends and turns between them, as beside a pole, is straight.
        low, high = np.minimum(a[:, 1], b[:, 1])[:, None], np.maximum(a[:, 1], b[:, 1])[:, None]
        beyond = ((smooth[:, 1:3, 1] < low) | (smooth[:, 1:3, 1] > high)).any(axis=1)
        steep = beyond & (third[:-1, 1] * third[1:, 1] > 0)
        joined = known[:-1] & known[1:] & ~jumps
        whole = (inside[:-1] & inside[1:] & joined & ~steep)[:, None, None]
        cut = ((inside[:-1] | inside[1:]) & joined)[:, None, None]
        return np.where(whole, smooth, np.where(cut, straight, np.nan))

    def _numbers(self) -> tuple[list[tuple[str, float, float, float]], Array]:
        """The variable's numbers, as many as stand clear of one another, five steps at most; their places."""
        view, gap = self.view, 0.5 * self.setter.em(self.setter.theme.sizes.tick)
        for most in (5, 4, 3, 2):
            values = ticks(view.left, view.right, most)
            words = [short(float(value)) for value in values]
            apart = np.diff(values[:2]) / (view.right - view.left) * self.plot.width
            if not len(apart) or max(map(self.labels.advance, words)) + gap <= apart[0]:
                break
        feet = self.at(values, view.low)
        rows = zip(words, feet[:, 0].tolist(), strict=True)
        return [(word, x, self.foot, 0.5) for word, x in rows], feet

    def _levels(self) -> list[tuple[str, float, float, float]]:
        """Draw the grid, a line for each number of the cost axis; the numbers."""
        plot, view, em = self.plot, self.view, self.setter.em(self.setter.theme.sizes.tick)
        costs = ticks(view.low, view.high, 4)
        side = self.at(view.left, costs)
        self.levels = side[:, 1]
        # Not across the name of the cost axis, which is in the same grey.
        below = min(plot.top - 1.3 * em, self.title_foot)
        named = (self.levels > below) & (self.levels < plot.top + 0.3 * em)
        begin = np.stack([np.where(named, self.title_end, plot.left), self.levels], axis=1)
        self.grid.draw(segments(begin, np.stack([np.full_like(costs, plot.right), self.levels], axis=1)))
        rows = zip(costs.tolist(), side.tolist(), strict=True)
        return [(short(cost), x - label_gap(self.setter), y - 0.34 * em, 1.0) for cost, (x, y) in rows]


class NamedCurvePlot(CurvePlot):
    """A curve in a box with the names of its minima below it, and how much wider than at first its view is.

    Of the views to come the first one is shown, and the last one has the widest numbers.
    """

    def __init__(
        self, scene: LessonScene, cost: Cost, box: Box, views: Sequence[View], *, drop: float = 3.4
    ) -> None:
        setter, self.say, self.first = scene.setter, scene.say, views[0]
        unit, sizes = setter.unit, setter.theme.sizes
        self.lowest = Labels(setter, "minimum", sizes.label, bold=True)
        self.locals = Labels(setter, "minimum", sizes.label)
        self.note = Labels(setter, "muted", sizes.label)
        # Below the plot are a row of numbers and one of names.
        below = (drop + 3.9) * unit + setter.cap(sizes.tick) + setter.cap(sizes.label)
        costs = ticks(views[-1].low, views[-1].high, 4).tolist()
        widest = max(setter.width(short(cost)) for cost in costs) * setter.em(sizes.tick)
        plot = box.inset(widest + label_gap(setter) + 0.4 * unit, below, unit, 0.0)
        super().__init__(setter, cost, plot, self.first, drop=drop)
        self.add(self.lowest, self.locals, self.note)

    def look_at(self, view: View) -> Self:
        """Draw everything anew for a view."""
        super().look_at(view)
        unit, plot, name = self.setter.unit, self.plot, self.cost.variables[0]
        cap = self.setter.cap(self.setter.theme.sizes.label)
        rows: list[tuple[str, float, float, float]] = []
        ends: list[tuple[float, float]] = []
        for rank, (value,) in enumerate(self.cost.minima):
            # In a wide view minima lie side by side, their names do not: the first, lowest one is named.
            for key in ("minimum" if as_low(self.cost, (value,)) else "local", "place"):
                words = self.say(f"plot.{key}", name=name, value=value)
                room = (self.locals if rank else self.lowest).advance(words) / 2
                x = min(max(float(self.across(value)), plot.left + room), plot.right - room)
                if all(x - room > right + unit or x + room < left - unit for left, right in ends):
                    ends.append((x - room, x + room))
                    rows.append((words, x, self.foot - 2.46 * unit - cap, 0.5))
                    break
        self.lowest.write(*rows[:1])
        self.locals.write(*rows[1:])
        wider = (view.right - view.left) / (self.first.right - self.first.left)
        if wider > 1.01:
            self._say_wider(round(wider, 1), plot.top - 0.83 * cap)
        else:
            self.note.write()
        return self

    def _say_wider(self, times: float, y: float) -> None:
        """Say it at the top right: in short, or in place of the formula, where there is no room for both."""
        right = self.plot.right - self.setter.unit
        for key in ("wider", "wider_short"):
            words = self.say(f"plot.{key}", times=times)
            fits = right - self.note.advance(words) > self.title_end + self.setter.unit
            if fits:
                break
        if self.formula is not None:
            self.formula.set_alpha(1.0 if fits else 0.0)
        self.note.write((words, right, y, 1.0))
