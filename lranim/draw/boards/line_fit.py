"""A line through samples and its cost, complete: it turns, then moves, as its cost is told beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from manim import Mobject, VGroup

from lranim.core.least_squares import Samples, residuals
from lranim.core.types import Array, Cost
from lranim.draw.chart.chart import Axis, Chart
from lranim.draw.chart.curves import Curve, Dots, Marker
from lranim.draw.equation import Line, Term, equation
from lranim.draw.layout import TAIL, Box
from lranim.draw.lettering import Parts, Typesetter
from lranim.draw.scene import LessonScene, ease
from lranim.draw.shapes import Shape, rectangles, ring_and_dot, segments
from lranim.draw.surface.paint import rgb
from lranim.draw.surface.space import costs_over
from lranim.draw.surface.surface import Stroke, SurfacePicture
from lranim.look.text import short

POINTS = 161
"""Points of a cost curve."""

ASIDE = 1.9
"""A room so many times as wide as high has its formula at the left, not on top."""

PLAIN = 1e-3, 1e5
"""Numbers of a range whose length is between these are written without powers of ten."""


@dataclass(frozen=True)
class NumberFormat:
    """How the numbers of a range are written: so many digits after the point, or three in all."""

    digits: int | None

    @classmethod
    def of(cls, span: float, least: float | None = None) -> Self:
        """Choose digits that tell apart a few hundred places of a range, and two digits of its `least`.

        Examples
        --------
        >>> spans = (3.8,), (500.0,), (500.0, 0.6), (1e-6,)
        >>> [NumberFormat.of(*span).digits for span in spans]
        [2, 0, 2, None]
        """
        if not PLAIN[0] <= span < PLAIN[1]:
            return cls(None)
        digits = 2 - math.floor(math.log10(span))
        if least is not None and least > 1e-9 * span:
            digits = max(digits, 1 - math.floor(math.log10(least)))
        return cls(min(max(digits, 0), 5))

    @classmethod
    def of_costs(cls, *costs: Cost) -> Self:
        """How costs are written, those of one and of two parameters alike."""
        values = [costs_over(cost, 9) for cost in costs]
        return cls.of(max(float(v.max()) for v in values), min(float(v.min()) for v in values))

    def written(self, value: float) -> str:
        """A number as a sentence has it, without zeros at its end."""
        return short(value, 3) if self.digits is None else short(round(value, self.digits), 12)

    def term(self, role: str, *bounds: float, bold: bool = False) -> Term:
        """A number that changes within bounds."""
        free = self.digits is None
        widest = np.outer(bounds, (1.0, 0.7654321) if free else (1.0,))  # a round bound has fewer digits
        return Term(np.ravel(widest), role, self.digits, bold=bold, free=free)


class CostFormula:
    """The formula of a cost and below it its parameters and its value; `rest` is the room for a picture."""

    def __init__(self, setter: Typesetter, room: Box, cost: Cost, format: NumberFormat) -> None:
        unit, sizes, values = setter.unit, setter.theme.sizes, costs_over(cost, 9)
        lines: list[Line] = [
            [f"{name} = ", NumberFormat.of(high - low).term("point", low, high)]
            for name, (low, high) in zip(cost.variables, cost.domain, strict=True)
        ]
        lines += [["J = ", format.term("cost", float(values.min()), float(values.max()), bold=True)]]
        aside = room.width > ASIDE * room.height
        head, self.rest = room.columns(1.0, 1.0, gap=2.4 * unit) if aside else (room, room)
        source = f"inline(J({', '.join(cost.variables)}) = {cost.formula})"
        written = setter.formula(source, sizes.rule, room=head.width)
        # Fractions and sums reach further up and down than letters.
        low, high = written.reach
        y = room.top - high
        written.at(head.left, y)
        y += min(low, -TAIL * written.em)
        if not aside:
            lines = [[part for line in lines for part in (*line, "   ")]]
        self.rows = equation(setter, lines, sizes.numbers, head.width)
        for row in self.rows:
            y -= (2.8 if aside else 2.0) * unit + setter.cap(sizes.numbers)
            row.at(head.left, y).put(0)
        if not aside:
            self.rest = room.inset(0.0, 0.0, 0.0, room.top - y + 2.4 * unit)
        self.still = VGroup(written, *(row.texts for row in self.rows))
        self.moving = VGroup(*(row.slots for row in self.rows))

    def put(self, values: Sequence[float]) -> None:
        """Show these numbers, in their order."""
        slots = [slot for row in self.rows for slot, _ in row.terms]
        for slot, value in zip(slots, values, strict=True):
            slot.put(value)


class FitChart(Chart):
    """Samples, a line among them, and the squares of what it misses.

    A residual is as wide as it is high in the frame, whatever the scales of the axes. The square of a point
    above the line lies to its left, that of a point below to its right: beside a line that rises.
    """

    def __init__(self, setter: Typesetter, box: Box, data: Samples, label: str) -> None:
        # Lines through the origin are seen to turn about it, unless it is far from all samples.
        across = Axis.around(data.x, _near(data.x), label="x", room=0.2)
        super().__init__(setter, box, across, Axis.around(data.y, _near(data.y), label=label, room=0.2))
        self.samples, self.ends = data, np.array([across.low, across.high])
        theme = setter.theme
        rim = Shape(stroke=theme.cost, width=theme.sizes.axis)
        self.squares = Parts(Shape(fill=theme.cost, opacity=0.22), rim)
        self.under.add(*self.squares)
        self.line = Curve(self, self.ends, self.ends, "point", width=theme.sizes.curve, head=False)
        Dots(self, data.x, data.y, "text", 1.1)

    def put(self, a: float, b: float = 0.0) -> None:
        """Draw the line ``a x + b``."""
        self.line.values(a * self.ends + b)
        data, (low, high) = self.samples, self.plot.corners
        points, said = self.at(data.x, data.y), self.at(data.x, data.y - residuals(data, a, b))
        corner = said + np.stack([said[:, 1] - points[:, 1], np.zeros(len(said))], axis=1)
        known = np.isfinite(corner).all(axis=1)
        one, two = points[known], corner[known]
        fill, rim = self.squares
        fill.draw(rectangles(np.clip(one, low, high), np.clip(two, low, high)))
        # A side that lies beyond the plot is not drawn: a square that goes on there does not end at its edge.
        (left, first), (right, last) = one.T, two.T
        corners = np.stack([left, first, right, first, right, last, left, last], axis=1).reshape(-1, 4, 2)
        ends = np.roll(corners, -1, axis=1)
        beyond = ((corners < low) & (ends < low)) | ((corners > high) & (ends > high))
        seen = ~beyond.any(axis=2)
        rim.draw(segments(np.clip(corners[seen], low, high), np.clip(ends[seen], low, high)))


def _near(values: Array) -> list[float]:
    """Zero, if it is not far from all values."""
    return [0.0] if np.abs(values).min() <= 2 * np.ptp(values) else []


class LineFitBoard:
    """Puts samples, a line and its cost into a scene, after its title, and moves the line.

    Of `one` line, through the origin, the cost is a curve, which a point traces; of any line, of `two`
    parameters, it is a surface.
    """

    def __init__(
        self, scene: LessonScene, data: Samples, one: Cost, two: Cost, *, label: str, lowest: str
    ) -> None:
        self.scene, self.one, self.two = scene, one, two
        self.format = NumberFormat.of_costs(one, two)
        layout, setter = scene.layout, scene.setter
        left, self.room = layout.split(1.0, 1.3 if layout.stacked else 1.0)
        if not layout.stacked and scene.title_end < left.right:
            self.room = self.room.inset(0.0, 0.0, 0.0, left.top - layout.title.top)  # beside the title
        self.fit = FitChart(setter, left, data, label)
        self.formula = CostFormula(setter, self.room, one, self.format)
        theme, ((best,),), ends = scene.theme, one.minima, one.domain[0]
        grid = np.linspace(*ends, POINTS)
        costs = one.value(grid[:, None])
        axes = Axis.around(ends, label="a"), Axis.around(costs, label="J(a)", zero=True)
        self.chart = Chart(setter, self.formula.rest, *axes)
        self.curve = Curve(self.chart, grid, costs, "cost", width=theme.sizes.curve, head=False).draw_to(0.0)
        self.lowest = Marker(self.chart, best, lowest, "minimum", below=True)
        place = self.chart.at([best], one.value(np.array([[best]])))
        radius = 1.5 * theme.sizes.dot * setter.unit
        self.target = ring_and_dot(theme, place, radius, radius / 3)
        self.parts: list[Mobject] = [self.formula.still, self.formula.moving, self.chart.still]
        self.parts += [*self.target, self.chart.moving]
        self.point = [
            Dots(self.chart, [ends[0]], [0.0], role, size * theme.sizes.dot)
            for role, size in (("background", 1.35), ("point", 1.0))
        ]
        for part in (self.lowest, *self.target, *self.point):
            part.set_alpha(0.0)
        self._put(ends[0])
        self.fit.squares.set_alpha(0.0)
        scene.add(self.fit.still, self.fit.moving, *self.parts)

    def _put(self, a: float) -> None:
        """Show the line through the origin with this slope, and its cost."""
        value = float(self.one.value(np.array([a])))
        self.fit.put(a)
        self.formula.put([a, value])
        for dot in self.point:
            dot.put([a], [value])

    def show_squares(self, seconds: float) -> None:
        """Fade in the squares, and the point whose height is their mean."""
        self.scene.appear(seconds, self.fit.squares, *self.point)

    def mark_lowest(self, seconds: float) -> None:
        """Fade in the marks of the cost curve's lowest point."""
        self.scene.appear(seconds, *self.target, self.lowest)

    def turn(self, start: float, end: float, seconds: float, *, trace: bool = False) -> None:
        """Turn the line from one slope to another, and with `trace` draw the cost curve on the way."""
        low, high = self.one.domain[0]

        def draw(share: float) -> None:
            a = start + (end - start) * ease(share)
            self._put(a)
            if trace:
                self.curve.draw_to((a - low) / (high - low) * (POINTS - 1))

        moving = self.fit.line, self.fit.squares, self.formula.moving, self.chart.moving
        self.scene.move(seconds, draw, *moving)

    def open_surface(self, place: Array, seconds: float) -> None:
        """Put the surface in the place of the curve, the point at this slope and intercept ``(2,)``."""
        setter, unit, cost = self.scene.setter, self.scene.setter.unit, self.two
        self.formula = CostFormula(setter, self.room, cost, self.format)
        # Left of the surface stand costs, which may be long.
        highest = setter.width(short(float(costs_over(cost, 9).max()), 2)) * setter.em(
            setter.theme.sizes.tick
        )
        area = self.formula.rest.inset(max(5.4 * unit, highest + 3.2 * unit), 5.0 * unit, 4.4 * unit, 0.0)
        self.picture = SurfacePicture(setter, cost, area, stretched=True)
        surface = self.picture.surface
        surface.style.target = 1.5 * surface.style.dot
        # The line through the origin is every line with b = 0.
        at = np.linspace(*cost.domain[0], POINTS)
        origin = np.stack([at, np.zeros_like(at)], axis=-1)
        surface.strokes.append(Stroke(origin, rgb(setter.theme.text), 0.4 * unit))
        self._place(*place.tolist())
        new: list[Mobject] = [self.formula.still, self.formula.moving, surface, self.picture.labels]
        self.scene.swap(self.parts, new, seconds)

    def _place(self, a: float, b: float) -> None:
        """Show these parameters, their cost, and the point there."""
        self.formula.put([a, b, float(self.two.value(np.array([a, b])))])
        self.picture.surface.set_path(np.array([[a, b]]))

    def go(self, start: Array, end: Array, seconds: float, *, stop: bool = False) -> None:
        """Move the line, and the point on the surface, as that turns; with `stop` the turn runs out."""

        def draw(share: float) -> None:
            a, b = (start + (end - start) * ease(share)).tolist()
            self.fit.put(a, b)
            self._place(a, b)

        moving = self.fit.line, self.fit.squares, self.formula.moving
        self.picture.play(self.scene, seconds, draw, *moving, stop=stop)

    @property
    def poor(self) -> list[Array]:
        """Two lines that fit badly, each in its own way: slope and intercept ``(2,)``."""
        low, high = np.array(self.two.domain).T
        middle, half = (low + high) / 2, (high - low) / 2
        return [middle + half * np.array(way) for way in ((0.7, 0.55), (-0.7, 0.35))]
