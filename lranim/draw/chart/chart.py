"""A chart: where its plot area lies, what stands at its ticks, how data map to the frame."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from manim import VGroup

from lranim.core.types import Array
from lranim.draw.chart.axis import Axis, Marks, between
from lranim.draw.layout import Box
from lranim.draw.lettering import Lettering, Typesetter
from lranim.draw.shapes import NOTHING, Shape, polyline, segments

APART = 1.8
"""The least distance of two texts side by side, in units."""

OFF = 3.0
"""How far off the end of a curve its name begins, in units."""

FAR = 1e6
"""What lies farther out than this, in manim units, is drawn as if it lay there: lines to it are upright."""


def tick_drop(setter: Typesetter) -> float:
    """How far below the plot area the baseline of the ticks lies, in manim units."""
    cap = setter.cap(setter.theme.sizes.tick)
    # Where letters are large beside the unit, half a tick of the side and an exponent need more room.
    return max(2.1 * setter.unit, 0.66 * cap) + cap


def tick_foot(setter: Typesetter) -> float:
    """Room below the plot area for its ticks, and for the tails of a name beside them, in manim units."""
    return tick_drop(setter) + 0.26 * setter.em(setter.theme.sizes.label)


def tick_half(setter: Typesetter) -> float:
    """How far the text of a tick at the side reaches beyond its height, in manim units."""
    return setter.cap(setter.theme.sizes.tick) / 2 + 0.2 * setter.unit


class Frame:
    """A plot area, and the ranges that it shows: how data map to the frame."""

    plot: Box
    x: Axis
    y: Axis

    def at(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Array:
        """Data to points in the frame, ``(..., 2)``.

        NaN where either is not finite or is negative on a log axis; zero lies far out on one.
        """
        x, y, plot = np.asarray(x, dtype=float), np.asarray(y, dtype=float), self.plot
        across = plot.left + self.x.share(x) * plot.width
        up = plot.bottom + self.y.share(y) * plot.height
        points = np.stack(np.broadcast_arrays(across, up), axis=-1)
        known = np.isfinite(x) & np.isfinite(y) & ~np.isnan(points).any(axis=-1)
        return np.where(known[..., None], np.clip(points, -FAR, FAR), np.nan)

    def across(self, x: npt.ArrayLike) -> Array:
        """Where values lie across in the frame."""
        return self.at(x, self.y.high)[..., 0]


class Chart(Frame):
    """Axes in a box, for curves, dots, bands and markers, each of which is made with its chart.

    It is in two groups, like a panel: `still`, and over it `moving`. The names of curves stand at their ends
    and give way to one another: a motion of curves with names says that `moving` changes.

    Parameters
    ----------
    setter
        Makes the lettering.
    box
        Where everything is placed.
    x, y
        Across and up. The name of `y` stands above its axis, that of `x` at its right end, or below it where
        that needs less room.
    names
        Texts that will stand at the right of the plot area, which leaves room for them.
    grid
        Whether to draw grid lines and tick marks.
    ground
        The theme's field with the colour that it lies on.
    sides
        Room left and right of the plot area, at least: charts above one another have it in common.

    Raises
    ------
    ValueError
        When the box is too small.
    """

    def __init__(
        self,
        setter: Typesetter,
        box: Box,
        x: Axis,
        y: Axis,
        *,
        names: Sequence[str] = (),
        grid: bool = True,
        ground: str = "background",
        sides: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        theme = setter.theme
        self.setter, self.box, self.x, self.y = setter, box, x, y
        self.ground = str(getattr(theme, ground))
        self.row = 1.2 * setter.em(theme.sizes.label)
        """Height of a row of text for a name of an axis."""
        self._plan(names, sides)
        self.baseline = self.plot.bottom - tick_drop(setter)
        self.columns: list[Lettering] = []
        self.names: list[Lettering] = []
        self.texts = VGroup(*self._write())
        self.grid = Shape(stroke=theme.grid, width=theme.sizes.grid)
        self.lines = Shape(stroke=theme.muted, width=theme.sizes.axis)
        self._rule(grid)
        # Tinted regions lie lowest, names and markers' texts highest, whatever is drawn first.
        self.bands, self.under, self.over, self.words = VGroup(), VGroup(), VGroup(), VGroup()
        self.still = VGroup(self.bands, self.grid, self.lines, self.texts)
        self.moving = VGroup(self.under, self.over, self.words)
        self.drawn: list[Any] = []
        """Curves and dots, in their order."""
        self.markers: list[Any] = []

    def clear_below(self, left: float, right: float) -> None:
        """Take away ticks' texts below the plot area that come near a stretch of it: it gets another text."""
        gap = APART * self.setter.unit
        near = [text for text in self.columns if left - gap < text.x + text.advance and text.x < right + gap]
        self.columns = [text for text in self.columns if text not in near]
        self.texts.remove(*near)

    def _plan(self, names: Sequence[str], sides: tuple[float, float]) -> None:
        """Divide the box into the plot area and the room for its texts, by their widths."""
        setter, box, x, y = self.setter, self.box, self.x, self.y
        unit, sizes = setter.unit, setter.theme.sizes
        head = self.row + 0.6 * unit if y.label else 0.0
        lowest = tick_foot(setter) if x.label or x.ticks != () else tick_half(setter)
        tall = max(box.height - head - lowest, 1e-9)
        em = setter.em(sizes.tick)
        rows = y.marks(max(1, min(4, int(tall / (2 * em)))))
        widest = max((setter.width(words) for _, words in rows), default=0.0)
        # Numbers as long as a third of the box would leave the curve no room.
        self.size = sizes.tick * min(1.0, box.width / 3 / max(widest * em, 1e-9))
        left = max(widest * setter.em(self.size) + (2.0 * unit if rows else 0.5 * unit), sides[0])

        name = max((setter.width(name, bold=True) for name in names), default=0.0) * setter.em(sizes.label)
        # Longer names than that stand over the ends of their curves.
        margin = min(name + (OFF + 0.6) * unit, 0.4 * box.width) if names else 0.5 * unit
        margin, self.column_marks = self._columns(left, max(margin, sides[1]))
        self.below = False
        """Whether the name of the axis across has a row of its own below the ticks."""
        if x.label:
            own = min(setter.width(x.label) * setter.em(sizes.label), 0.9 * box.width) + APART * unit
            wider, fewer = self._columns(left, margin, own)
            # Beside its ticks the name costs width, below them height: whichever is the smaller share.
            self.below = (wider - margin) / box.width > self.row / tall
            if not self.below:
                margin, self.column_marks = wider, fewer
        lowest += self.row * self.below
        tall = box.height - head - lowest
        # An exponent is higher than a capital.
        high = tick_half(setter) + 0.15 * em * y.log
        over = max((high - (1 - float(y.share(value))) * tall for value, _ in rows), default=0.0)
        self.plot = box.inset(left, lowest, margin, head + max(over, 0.0))
        if self.plot.width <= 0 or self.plot.height <= 0:
            raise ValueError(f"no room for a chart in {box.width:.2f} by {box.height:.2f}")
        self.row_marks: Marks = []
        last = -np.inf
        shares = [float(y.share(value)) * self.plot.height for value, _ in rows]
        for mark, share in zip(rows, shares, strict=True):
            if share - last >= setter.cap(self.size) + 0.4 * unit:
                self.row_marks.append(mark)
                last = share

    def _columns(self, before: float, margin: float, after: float = 0.0) -> tuple[float, Marks]:
        """Ticks across that keep apart, and the margin right of the plot area that they need.

        `before` is the width left of the y axis; `after` is the room that the axis's name takes to the right
        of the last tick. The margin is infinite where there is no room for it.
        """
        setter, width = self.setter, self.box.width - before
        marks: Marks = []
        places: list[tuple[float, float]] = []
        needed = margin

        def apart(one: tuple[float, float], two: tuple[float, float]) -> bool:
            return two[0] - two[1] - one[0] - one[1] >= APART * setter.unit

        for at_most in (5, 4, 3, 2, 1):
            marks = self.x.marks(at_most)
            halves = [setter.width(words) * setter.em(self.size) / 2 for _, words in marks]
            shares = [float(self.x.share(value)) for value, _ in marks]
            reach = halves[-1] + after if marks else after
            last = shares[-1] if marks else 0.0
            needed = max(margin, (reach - (1 - last) * width) / max(last, 1e-9))
            # A text that would reach out at the left is moved in.
            places = [(max(s * (width - needed), h - before), h) for s, h in zip(shares, halves, strict=True)]
            if needed < (margin + width) / 2 and all(apart(*two) for two in pairwise(places)):
                return needed, marks
        if after:
            return np.inf, marks
        kept: list[int] = []
        for k, place in enumerate(places):
            if not kept or apart(places[kept[-1]], place):
                kept.append(k)
        return needed, [marks[k] for k in kept]

    def _write(self) -> list[Lettering]:
        """Place the texts."""
        setter, box, plot = self.setter, self.box, self.plot
        unit, sizes = setter.unit, setter.theme.sizes
        after = min(setter.width(self.x.label) * setter.em(sizes.label), 0.9 * box.width)
        end, rows = plot.right, []
        for value, words in self.column_marks:
            text = setter.text(words, self.size, "muted")
            half = text.advance / 2
            middle = min(max(float(self.across(value)), box.left + half), box.right - half)
            self.columns.append(text.at(middle, self.baseline, 0.5))
            end = max(end, middle + half + APART * unit + after)
        for value, words in self.row_marks:
            text = setter.text(words, self.size, "muted")
            # A little up at the bottom, off the first text below, which may have an exponent.
            lowest = plot.bottom + max(0.4 * unit, 0.6 * text.em - 2.1 * unit)
            middle = max(float(self.at(self.x.high, value)[1]), lowest)
            rows.append(text.at(plot.left - 1.6 * unit, middle - 0.36 * text.em, 1.0))
        if self.x.label:
            name = setter.fit(self.x.label, sizes.label, 0.9 * box.width, "muted").lines[0]
            end = max(plot.right, box.left + name.advance) if self.below else min(end, box.right)
            self.names.append(name.at(end, self.baseline - self.row * self.below, 1.0))
        if self.y.label:
            name = setter.fit(self.y.label, sizes.label, box.width, "muted").lines[0]
            self.names.append(name.at(box.left, box.top - 0.95 * name.em))
        return [*self.columns, *rows, *self.names]

    def _rule(self, grid: bool) -> None:
        """Draw the axes, and with `grid` the grid lines and tick marks."""
        plot, unit = self.plot, self.setter.unit
        lines = [
            polyline(np.array([[plot.left, plot.top], [plot.left, plot.bottom], [plot.right, plot.bottom]]))
        ]
        nets = [NOTHING]
        if grid:
            side = self.at(self.x.low, [value for value, _ in self.row_marks])
            nets.append(segments(side, side + np.array([plot.width, 0.0])))
            foot = self.at([value for value, _ in self.column_marks], self.y.low)
            lines.append(segments(foot, foot - np.array([0.0, 0.9 * unit])))
            if self.x.log:
                nets.append(segments(foot, foot + np.array([0.0, plot.height])))
                small = self.at(between(self.x.low, self.x.high), self.y.low)
                lines.append(segments(small, small - np.array([0.0, 0.5 * unit])))
        self.grid.draw(np.concatenate(nets))
        self.lines.draw(np.concatenate(lines))


def stacked(
    setter: Typesetter, boxes: Sequence[Box], axes: Sequence[tuple[Axis, Axis]], names: Sequence[str] = ()
) -> list[Chart]:
    """Charts above one another, of which all plot areas begin and end at the same places."""

    def made(left: float, right: float) -> list[Chart]:
        rows = zip(boxes, axes, strict=True)
        return [Chart(setter, box, *xy, names=names, sides=(left, right)) for box, xy in rows]

    alone = made(0.0, 0.0)
    left = max(chart.plot.left - chart.box.left for chart in alone)
    return made(left, max(chart.box.right - chart.plot.right for chart in alone))
