"""A line through samples, and its cost: for one parameter a curve, for two a surface."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from manim import Mobject

from lranim.core.least_squares import Samples, residuals
from lranim.core.types import Array, Cost
from lranim.draw.axis import Axis
from lranim.draw.chart import Chart
from lranim.draw.layout import Box
from lranim.draw.ledger import Ledger, Scale
from lranim.draw.lettering import Typesetter
from lranim.draw.paint import rgb
from lranim.draw.space_picture import TURN, SpacePicture
from lranim.draw.strokes import Stroke
from lranim.draw.target import Target
from lranim.draw.terms import Line
from lranim.look.text import short

POINTS = 161
"""Points of a cost curve."""


class FitChart:
    """Samples, a line among them, and the squares of what it misses.

    Parameters
    ----------
    setter
        Makes the lettering.
    box
        All of it is placed inside.
    data
        The samples that are drawn.
    label
        The name of the axis up.
    """

    def __init__(self, setter: Typesetter, box: Box, data: Samples, label: str) -> None:
        self.samples = data
        # Lines through the origin are seen to turn about it, unless it is far from all samples.
        across = Axis.around(data.x, _near(data.x), label="x")
        up = Axis.around(data.y, _near(data.y), label=label, room=0.2)
        self.chart = Chart(setter, box, across, up)
        self.squares = self.chart.squares(data.x, data.y, data.y, "cost")
        self.ends = np.array([across.low, across.high])
        self.line = self.chart.curve(
            self.ends, self.ends, "point", width=setter.theme.sizes.curve, head=False
        )
        self.chart.dots(data.x, data.y, "text", 1.1)
        self.parts: tuple[Mobject, ...] = (self.chart.still, self.chart.moving)
        self.moving: tuple[Mobject, ...] = (self.line.parts, self.squares.parts)

    def put(self, a: float, b: float = 0.0) -> None:
        """Draw the line ``a x + b``."""
        self.line.values(a * self.ends + b)
        self.squares.values(self.samples.y - residuals(self.samples, a, b))


class CostCurve:
    """The cost of a line through the origin: formula, numbers, and a point that traces the curve.

    Parameters
    ----------
    setter
        Makes the lettering.
    room
        All of it is placed inside.
    cost
        Of one parameter.
    scale
        How costs are written.
    words
        What marks the lowest point.
    """

    def __init__(self, setter: Typesetter, room: Box, cost: Cost, scale: Scale, words: str) -> None:
        theme, (low, high), ((best,),) = setter.theme, cost.domain[0], cost.minima
        self.cost = cost
        self.ledger = Ledger(setter, room, f"inline(J(a) = {cost.formula})", numbers_of(cost, scale))
        grid = np.linspace(low, high, POINTS)
        costs = cost.value(grid[:, None])
        up = Axis.around(costs, label="J(a)", zero=True)
        self.chart = Chart(setter, self.ledger.rest, Axis.around([low, high], label="a"), up)
        self.curve = self.chart.curve(grid, costs, "cost", width=theme.sizes.curve, head=False).show(0.0)
        self.flag = self.chart.marker(best, words, "minimum", below=True).set_alpha(0.0)
        lowest = self.chart.at(best, cost.value(np.array([best])))
        self.target = Target(theme, lowest, 1.5 * theme.sizes.dot * setter.unit).set_alpha(0.0)
        self.dots = [
            self.chart.dots([low], [0.0], role, size * theme.sizes.dot).set_alpha(0.0)
            for role, size in (("background", 1.35), ("point", 1.0))
        ]
        self.parts: tuple[Mobject, ...] = (
            self.ledger.still,
            self.ledger.moving,
            self.chart.still,
            self.target.parts,
            self.chart.moving,
        )
        self.moving: tuple[Mobject, ...] = (self.ledger.moving, self.chart.moving)

    def put(self, a: float) -> None:
        """Show this parameter, its cost, and the point there."""
        value = float(self.cost.value(np.array([a])))
        self.ledger.put([a, value])
        for dot in self.dots:
            dot.put([a], [value])

    def trace(self, a: float) -> None:
        """Draw the curve up to this parameter."""
        low, high = self.cost.domain[0]
        self.curve.show((a - low) / (high - low) * (POINTS - 1))


class CostSpace:
    """The cost of any line: formula, numbers, and a point on the surface, which turns.

    Parameters
    ----------
    setter
        Makes the lettering.
    room
        All of it is placed inside.
    cost
        Of two parameters.
    scale
        How costs are written.
    """

    def __init__(self, setter: Typesetter, room: Box, cost: Cost, scale: Scale) -> None:
        unit = setter.unit
        self.cost = cost
        self.ledger = Ledger(setter, room, f"inline(J(a, b) = {cost.formula})", numbers_of(cost, scale))
        # Left of the surface stand costs, which may be long.
        highest = setter.width(short(float(values_over(cost).max()), 2)) * setter.em(setter.theme.sizes.tick)
        left = max(5.4 * unit, highest + 3.2 * unit)
        area = self.ledger.rest.inset(left, 5.0 * unit, 4.4 * unit, 0.0)
        self.picture = SpacePicture(setter, cost, area, azimuth=np.radians(-52.0), stretched=True)
        self.space = self.picture.space
        self.space.style = replace(self.space.style, target=1.5 * self.space.style.dot)
        self.view = self.space.view
        # The line through the origin is every line with b = 0.
        at = np.linspace(*cost.domain[0], POINTS)
        self.slice = Stroke(np.stack([at, np.zeros_like(at)], axis=-1), rgb(setter.theme.text), 0.4 * unit)
        self.space.strokes.append(self.slice)
        self.parts: tuple[Mobject, ...] = (
            self.ledger.still,
            self.ledger.moving,
            self.space,
            self.picture.labels,
        )
        self.moving: tuple[Mobject, ...] = (self.ledger.moving, self.space, self.picture.labels)

    def put(self, a: float, b: float) -> None:
        """Show these parameters, their cost, and the point there."""
        self.ledger.put([a, b, float(self.cost.value(np.array([a, b])))])
        self.space.set_path(np.array([[a, b]]))

    def turn(self, seconds: float) -> None:
        """Show it as it is after so many seconds of turning."""
        self.picture.look(self.view.turned(TURN * seconds))


def values_over(cost: Cost) -> Array:
    """Costs over the domain, and at the minimum."""
    sides = [np.linspace(*d, 9) for d in cost.domain]
    grid = np.stack(np.meshgrid(*sides, indexing="ij"), axis=-1)
    return np.append(cost.value(grid), cost.value(np.array(cost.minima[0])))


def scale_of(*costs: Cost) -> Scale:
    """How costs are written, those of one and of two parameters alike."""
    values = [values_over(cost) for cost in costs]
    return Scale.of(max(float(v.max()) for v in values), min(float(v.min()) for v in values))


def numbers_of(cost: Cost, scale: Scale) -> list[Line]:
    """The parameters and the cost, with room for all that can be."""
    lines: list[Line] = [
        [f"{name} = ", Scale.of(high - low).term("point", low, high)]
        for name, (low, high) in zip(cost.variables, cost.domain, strict=True)
    ]
    values = values_over(cost)
    return [*lines, ["J = ", scale.term("cost", float(values.min()), float(values.max()), bold=True)]]


def _near(values: Array) -> list[float]:
    """Zero, if it is not far from all values."""
    return [0.0] if np.abs(values).min() <= 2 * np.ptp(values) else []
