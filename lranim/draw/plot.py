"""A cost curve of one variable: axes, grid, curve and minimum, drawn for any view of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import VGroup

from lranim.core.costs import is_own
from lranim.core.types import Array, Cost
from lranim.draw.layout import Box
from lranim.draw.lettering import Labels, Lettering, Typesetter
from lranim.draw.outline import heights_of, outline, visible
from lranim.draw.shapes import NOTHING, Shape, dashes, discs, polyline, rounded_box, segments
from lranim.draw.ticks import ticks
from lranim.look.text import short


@dataclass(frozen=True)
class View:
    """The part of the plane that is shown: ``left..right`` in the variable, ``low..high`` in cost."""

    left: float
    right: float
    low: float
    high: float

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


FORMULA, SMALLEST = 0.5, 3.0
"""How much of a plot's width its formula takes at most, and in what size it can still be read."""


BELOW = 0.93
"""Below a formula the curve ends at this share of the plot's height, or lower where the formula needs it."""


def view_of(cost: Cost, left: float, right: float) -> View:
    """A view of ``left..right`` that is as high as the curve is at its higher end."""
    low, high = heights_of(cost, left, right)
    return View(left, right, low, low + 1.12 * (high - low))


def formula_of(setter: Typesetter, cost: Cost, room: float, size: float | None = None) -> Lettering | None:
    """A user's own function as a formula, no wider than `room`; None where it would be too small to read.

    Other costs have none: their pictures have long been known by their names.
    """
    if not is_own(cost):
        return None
    size = setter.theme.sizes.label if size is None else size
    source = f"inline(J({', '.join(cost.variables)}) = {cost.formula})"
    formula = setter.formula(source, size, "cost")
    share = min(1.0, room / formula.advance)
    if share < 1:
        formula = setter.formula(source, size * share, "cost")
    # No lettering is smaller than the layout's least size: then it may be too wide all the same.
    return formula if share * size >= SMALLEST and formula.advance <= room * 1.001 else None


def label_gap(setter: Typesetter) -> float:
    """How far left of the cost axis its numbers end: a dot at the edge of the domain must not touch them."""
    sizes = setter.theme.sizes
    return max(0.32 * setter.em(sizes.tick), (1.35 * sizes.dot - 1.0) * setter.unit)


class CurvePlot(VGroup):
    """The curve of a cost in a box, with its axes and its minimum.

    Parameters
    ----------
    setter
        Makes the lettering.
    cost
        A cost of one variable.
    box
        Where the axes' corner points lie; tick labels hang below and to the left of it.
    view
        What is shown at first.
    bare
        A magnified view: a framed box with its own ground, ticks below only.
    drop
        How far below the axis the tick labels begin, in units.
    """

    def __init__(
        self,
        setter: Typesetter,
        cost: Cost,
        box: Box,
        view: View,
        *,
        bare: bool = False,
        drop: float = 1.8,
    ) -> None:
        super().__init__()
        theme = setter.theme
        sizes = theme.sizes
        self.setter, self.cost, self.box, self.view = setter, cost, box, view
        self.bare, self.tick_drop = bare, drop
        self.levels: Array = np.zeros(0)
        """Where the lines of the grid lie in the frame."""
        self.ground = Shape(fill=theme.panel, stroke=theme.muted, width=sizes.axis)
        self.grid = Shape(stroke=theme.grid, width=sizes.grid)
        self.axes = Shape(stroke=theme.muted, width=sizes.axis)
        self.curve = Shape(stroke=theme.cost, width=sizes.curve)
        self.drop = Shape(stroke=theme.minimum, width=sizes.axis)
        # Filled, or the curve would run through the ring and hide the dot in it.
        ground = theme.panel if bare else theme.background
        self.target = Shape(fill=ground, stroke=theme.minimum, width=sizes.tangent)
        self.bull = Shape(fill=theme.minimum)
        self.labels = Labels(setter, "muted", sizes.tick)
        self.add(
            self.ground, self.grid, self.axes, self.labels, self.drop, self.curve, self.target, self.bull
        )
        self.formula = None if bare else formula_of(setter, cost, FORMULA * box.width)
        if self.formula is not None:
            self.add(self.formula.at(box.left + 1.2 * setter.unit, self._head))
        self.look_at(view)

    def to_screen(self, x: Array | float, y: Array | float) -> Array:
        """Points of the plane to points in the frame, ``(..., 2)``."""
        view, box = self.view, self.box
        across = box.left + (np.asarray(x) - view.left) / (view.right - view.left) * box.width
        up = box.bottom + (np.asarray(y) - view.low) / (view.high - view.low) * box.height
        return np.stack(np.broadcast_arrays(across, up), axis=-1)

    def on_curve(self, x: Array | float) -> Array:
        """Points of the curve in the frame, ``(..., 2)``."""
        x = np.asarray(x, dtype=float)
        return self.to_screen(x, self.cost.value(x[..., None]))

    @property
    def foot(self) -> float:
        """Baseline of the tick labels below the axis."""
        setter = self.setter
        return self.box.bottom - self.tick_drop * setter.unit - setter.cap(setter.theme.sizes.tick)

    @property
    def _head(self) -> float:
        """Baseline of the name of the cost axis."""
        return self.box.top - 0.68 * self.setter.em(self.setter.theme.sizes.tick)

    @property
    def title_end(self) -> float:
        """Where the name of the cost axis ends, at the top left; without one, where the plot begins."""
        if self.formula is not None:
            return self.formula.x + self.formula.advance
        words = "" if self.bare else f"J({self.cost.variables[0]})"
        return self.box.left + self.labels.advance(words) + (1.2 * self.setter.unit if words else 0.0)

    def _numbers(self, view: View) -> Array:
        """The numbers of the variable's axis: as many as stand clear of one another, five steps at most."""
        gap = 0.5 * self.setter.em(self.setter.theme.sizes.tick)
        for most in (5, 4, 3, 2):
            values = ticks(view.left, view.right, most)
            widest = max((self.labels.advance(short(float(value))) for value in values), default=0.0)
            apart = np.diff(values[:2]) / (view.right - view.left) * self.box.width
            if not len(apart) or widest + gap <= apart[0]:
                break
        return values

    @property
    def title_foot(self) -> float:
        """How far down the formula at the top left reaches, and some room below it."""
        if self.formula is None:
            return self.box.top
        return float(self.formula.get_bottom()[1]) - 0.25 * self.formula.em

    def look_at(self, view: View) -> CurvePlot:
        """Draw everything anew for a view."""
        self.view = view
        box, unit = self.box, self.setter.unit
        top = view.high
        if self.formula is not None:
            share = min(BELOW, (self.title_foot - box.bottom) / box.height)
            top = view.low + share * (view.high - view.low)
        self.outline = outline(self.cost, (view.left, view.right), (view.low, top), self.to_screen)
        """The curve as it is drawn, `visible` pieces and others, ``(k, 4, 2)``."""
        self.curve.draw(visible(self.outline))

        xs = self._numbers(view)
        foot = self.to_screen(xs, view.low)
        low = self.foot
        rows = [(short(float(value)), float(at[0]), low, 0.5) for value, at in zip(xs, foot, strict=True)]
        axes = [polyline(np.array([[box.left, box.bottom], [box.right, box.bottom]]))]
        axes.append(segments(foot, foot - np.array([0.0, 0.9 * unit])))
        if self.bare:
            border, low = 1.5 * unit, low - 2.4 * unit
            room = np.array([box.left - 0.5 * border, box.right + 0.5 * border])
            # A number that would reach over the frame is left out.
            rows = [row for row in rows if np.abs(room - row[1]).min() > self.labels.advance(row[0]) / 2]
            self.ground.draw(rounded_box(box.left - border, low, box.right + border, box.top + border, unit))
        else:
            ys, em = ticks(view.low, view.high, 4), self.setter.em(self.setter.theme.sizes.tick)
            side = self.to_screen(np.full_like(ys, view.left), ys)
            self.levels = side[:, 1]
            for value, (x0, y0) in zip(ys, side, strict=True):
                rows.append((short(float(value)), x0 - label_gap(self.setter), y0 - 0.34 * em, 1.0))
            # Not across the name of the cost axis, which is in the same grey.
            below = min(box.top - 1.3 * em, self.title_foot)
            named = (side[:, 1] > below) & (side[:, 1] < box.top + 0.3 * em)
            begin = np.stack([np.where(named, self.title_end, box.left), side[:, 1]], axis=1)
            self.grid.draw(segments(begin, np.stack([np.full_like(ys, box.right), side[:, 1]], axis=1)))
            axes.append(polyline(np.array([[box.left, box.bottom], [box.left, box.top]])))
            name = self.cost.variables[0]
            if self.formula is None:
                rows.append((f"J({name})", box.left + 1.2 * unit, self._head, 0.0))
            rows.append((name, box.right, box.bottom + 1.6 * unit, 1.0))
            self.ground.draw(NOTHING)
        self.labels.write(*rows)
        self.axes.draw(np.concatenate(axes))

        minima = [row[0] for row in self.cost.minima if view.left <= row[0] <= view.right]
        best = self.on_curve(np.array(minima))
        self.target.draw(discs(best, 1.6 * unit) if minima else NOTHING)
        self.bull.draw(discs(best, 0.55 * unit) if minima else NOTHING)
        ends = [dashes(at - np.array([0, 1.6 * unit]), np.array([at[0], box.bottom]), unit) for at in best]
        self.drop.draw(np.concatenate(ends) if ends and not self.bare else NOTHING)
        return self
