"""The axes of a chart: where its plot area lies, what stands at its ticks, how data map to the frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from manim import VGroup

from lranim.core.types import Array
from lranim.draw.axis import Axis
from lranim.draw.chart_plan import APART, drop, plan, row
from lranim.draw.layout import Box
from lranim.draw.lettering import Lettering, Typesetter
from lranim.draw.shapes import NOTHING, Shape, polyline, segments
from lranim.draw.ticks import between

FAR = 1e6
"""What lies farther out than this, in manim units, is drawn as if it lay there: lines to it are upright."""


class Axes:
    """Plot area, axes, grid and texts of a chart: all of it that stands still.

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
        Room left and right of the plot area, at least.
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
        self.setter, self.box, self.x, self.y = setter, box, x, y
        self.ground = str(getattr(setter.theme, ground))
        self.plan = plan(setter, box, x, y, names, sides)
        self.plot = self.plan.plot
        self.baseline = self.plot.bottom - drop(setter)
        self.columns: list[Lettering] = []
        self.rows: list[Lettering] = []
        self.names: list[Lettering] = []
        self._write()
        self.texts = VGroup(*self.columns, *self.rows, *self.names)
        sizes, theme = setter.theme.sizes, setter.theme
        self.grid = Shape(stroke=theme.grid, width=sizes.grid)
        self.lines = Shape(stroke=theme.muted, width=sizes.axis)
        self._rule(grid)
        self.still = VGroup(self.grid, self.lines, self.texts)

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

    def set_alpha(self, opacity: float) -> Axes:
        """Set the opacity of axes, grid and texts."""
        for part in (self.grid, self.lines, *self.texts):
            part.set_alpha(opacity)
        return self

    def clear_below(self, left: float, right: float) -> None:
        """Take away ticks' texts below the plot area that come near a stretch of it: it gets another text."""
        gap = APART * self.setter.unit
        near = [text for text in self.columns if left - gap < text.x + text.advance and text.x < right + gap]
        self.columns = [text for text in self.columns if text not in near]
        self.texts.remove(*near)

    def _write(self) -> None:
        """Place the texts."""
        setter, box, plot, made = self.setter, self.box, self.plot, self.plan
        unit, sizes = setter.unit, setter.theme.sizes
        after = min(setter.width(self.x.label) * setter.em(sizes.label), 0.9 * box.width)
        end = plot.right
        for value, words in made.columns:
            text = setter.text(words, made.size, "muted")
            half = text.advance / 2
            middle = min(max(float(self.at(value, self.y.high)[0]), box.left + half), box.right - half)
            self.columns.append(text.at(middle, self.baseline, 0.5))
            end = max(end, middle + half + APART * unit + after)
        for value, words in made.rows:
            text = setter.text(words, made.size, "muted")
            # A little up at the bottom, off the first text below, which may have an exponent.
            lowest = plot.bottom + max(0.4 * unit, 0.6 * text.em - 2.1 * unit)
            middle = max(float(self.at(self.x.high, value)[1]), lowest)
            self.rows.append(text.at(plot.left - 1.6 * unit, middle - 0.36 * text.em, 1.0))
        if self.x.label:
            name = setter.fit(self.x.label, sizes.label, 0.9 * box.width, "muted").lines[0]
            end = max(plot.right, box.left + name.advance) if made.below else min(end, box.right)
            self.names.append(name.at(end, self.baseline - row(setter) * made.below, 1.0))
        if self.y.label:
            name = setter.fit(self.y.label, sizes.label, box.width, "muted").lines[0]
            self.names.append(name.at(box.left, box.top - 0.95 * name.em))

    def _rule(self, grid: bool) -> None:
        """Draw the axes, and with `grid` the grid lines and tick marks."""
        plot, unit = self.plot, self.setter.unit
        lines = [
            polyline(np.array([[plot.left, plot.top], [plot.left, plot.bottom], [plot.right, plot.bottom]]))
        ]
        nets = [NOTHING]
        if grid:
            side = self.at(self.x.low, [value for value, _ in self.plan.rows])
            nets.append(segments(side, side + np.array([plot.width, 0.0])))
            foot = self.at([value for value, _ in self.plan.columns], self.y.low)
            lines.append(segments(foot, foot - np.array([0.0, 0.9 * unit])))
            if self.x.log:
                nets.append(segments(foot, foot + np.array([0.0, plot.height])))
                small = self.at(between(self.x.low, self.x.high), self.y.low)
                lines.append(segments(small, small - np.array([0.0, 0.5 * unit])))
        self.grid.draw(np.concatenate(nets))
        self.lines.draw(np.concatenate(lines))
