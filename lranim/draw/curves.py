"""What is drawn into a chart: curves that grow or change, dots, squares and tinted regions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

import numpy as np
import numpy.typing as npt
from manim import VGroup

from lranim.core.types import Array
from lranim.draw.axes import FAR, Axes
from lranim.draw.clip import holds, pieces_of
from lranim.draw.lettering import Lettering
from lranim.draw.shapes import NOTHING, Shape, marks, rectangles
from lranim.draw.tag import Tag
from lranim.look.theme import LineStyle


class Drawn:
    """Something in a chart; `parts` are its shapes, for a motion to name."""

    def __init__(self, *parts: Shape | Tag | Lettering) -> None:
        self.parts = VGroup(*parts)
        self.alpha = 1.0

    def set_alpha(self, opacity: float) -> Self:
        """Set the opacity of the whole."""
        self.alpha = opacity
        for part in self.parts:
            part.set_alpha(opacity)
        return self


class Curve(Drawn):
    """A line through data points; made by `Chart.curve`.

    At first all of it is drawn. `show` draws it as far as it has come, with a dot at its head. The part that
    lies outside of the plot area is cut off, and a point that is not finite breaks the line.

    Parameters
    ----------
    axes
        What it is drawn against.
    x, y
        The points, ``(n,)`` each.
    style
        Colour, dashes, and the mark at its head.
    label
        Its name, which stands at its end.
    width
        Of the line, in manim's stroke units.
    opacity
        Of the line, where it shall be faint.
    every
        Put a mark at every so many points, or at none.
    head
        Whether `show` puts a mark at the end of what it draws.
    on_change
        Called whenever it is drawn anew.
    """

    def __init__(
        self,
        axes: Axes,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        style: LineStyle,
        *,
        label: Tag | None,
        width: float,
        opacity: float,
        every: int,
        head: bool,
        on_change: Callable[[], None],
    ) -> None:
        theme, unit = axes.setter.theme, axes.setter.unit
        colour = str(getattr(theme, style.role))
        self.axes, self.style, self.every, self.on_change = axes, style, every, on_change
        self.line = Shape(stroke=colour, width=width, opacity=opacity)
        self.marks = Shape(fill=colour, opacity=opacity)
        self.head = Shape(fill=colour)
        self.label = label
        self.leader = Shape(stroke=colour, width=theme.sizes.axis)
        self.headed = head
        self.radius = 0.55 * theme.sizes.dot * unit
        self.dash = [length * unit for length in style.dash]
        super().__init__(self.line, self.marks, self.head, self.leader, *([label] if label else []))
        self.x = np.asarray(x, dtype=float)
        self.tip: Array | None = None
        """Where what is drawn of it ends in the frame, or None when nothing is."""
        self.progress: float | None = None
        self._lay(y)
        self._draw()

    def set_alpha(self, opacity: float) -> Self:
        """Set the opacity of the whole; while it is 0, its name takes no room."""
        super().set_alpha(opacity)
        self._draw()
        return self

    def show(self, progress: float) -> Self:
        """Draw it up to a point: 2.5 is half the way from its point 2 to its point 3."""
        self.progress = min(max(progress, 0.0), len(self.x) - 1.0)
        self._draw()
        return self

    def values(self, y: npt.ArrayLike) -> Self:
        """Give it other heights ``(n,)``; as much of it is drawn as before."""
        self._lay(y)
        self._draw()
        return self

    @property
    def segments(self) -> tuple[Array, Array]:
        """Where each straight part of the whole line begins and ends in the frame, ``(n - 1, 2)``."""
        return self.points[:-1], self.points[1:]

    def _lay(self, y: npt.ArrayLike) -> None:
        """Lay out the whole line, so that any part of it is a prefix."""
        self.points = self.axes.at(self.x, y)
        self.rank = float(self.points[-1, 1]) if np.isfinite(self.points[-1, 1]) else FAR
        """How high it ends in the frame: names of curves that are in one place stand in this order."""
        self.pieces = pieces_of(self.points, self.axes.plot, self.dash)
        if self.every:
            places = np.arange(0, len(self.x), self.every)
            self.marked = places[holds(self.axes.plot, self.points[places])]
            self.mark_curves = marks(self.style.marker, self.points[self.marked], 0.7 * self.radius)

    def _draw(self) -> None:
        progress = len(self.x) - 1.0 if self.progress is None else self.progress
        drawn = self.pieces.drawn(progress)
        self.line.draw(drawn)
        k = min(int(progress), len(self.x) - 1)
        here = self.points[k]
        if progress > k:
            here = here + (self.points[k + 1] - here) * (progress - k)
        seen = bool(holds(self.axes.plot, here))
        self.tip = here if seen else drawn[-1, -1] if len(drawn) else None
        if self.label:
            self.label.set_alpha(0.0 if self.tip is None else self.alpha)
        shown = seen and self.headed and self.progress is not None
        self.head.draw(marks(self.style.marker, here[None], self.radius) if shown else NOTHING)
        if self.every:
            count = int(np.searchsorted(self.marked, progress, side="right"))
            self.marks.draw(self.mark_curves[: count * len(self.mark_curves) // max(len(self.marked), 1)])
        self.on_change()


class Dots(Drawn):
    """Points of data, each as a mark; those outside of the plot area are left out; made by `Chart.dots`."""

    def __init__(
        self, axes: Axes, x: npt.ArrayLike, y: npt.ArrayLike, style: LineStyle, *, size: float, opacity: float
    ) -> None:
        self.axes, self.style, self.radius = axes, style, size * axes.setter.unit
        self.shape = Shape(fill=str(getattr(axes.setter.theme, style.role)), opacity=opacity)
        super().__init__(self.shape)
        self.put(x, y)

    def put(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Self:
        """Show these points, ``(n,)`` each."""
        points = self.axes.at(x, y).reshape(-1, 2)
        seen = holds(self.axes.plot, points)
        self.count = np.append(0, np.cumsum(seen))
        self.points = points[seen]
        self.curves = marks(self.style.marker, self.points, self.radius)
        self.shape.draw(self.curves)
        return self

    @property
    def segments(self) -> tuple[Array, Array]:
        """Where each mark begins and ends across, ``(k, 2)``."""
        reach = np.array([self.radius, 0.0])
        return self.points - reach, self.points + reach

    def show(self, progress: float) -> Self:
        """Show the points up to this one, the first being number 0."""
        count = int(self.count[min(max(int(progress), -1) + 1, len(self.count) - 1)])
        self.shape.draw(self.curves[: count * len(self.curves) // max(int(self.count[-1]), 1)])
        return self


class Squares(Drawn):
    """The squares of residuals, between points and what a model says there; made by `Chart.squares`.

    A residual is as wide as it is high in the frame, whatever the scales of the axes. The square of a point
    above the model lies to its left, that of a point below to its right: beside a line that rises.
    """

    def __init__(
        self, axes: Axes, x: npt.ArrayLike, y: npt.ArrayLike, model: npt.ArrayLike, role: str
    ) -> None:
        theme = axes.setter.theme
        self.axes, self.x = axes, x
        self.data = axes.at(x, y)
        self.ground = Shape(fill=str(getattr(theme, role)), opacity=0.22)
        self.rim = Shape(stroke=str(getattr(theme, role)), width=theme.sizes.axis)
        super().__init__(self.ground, self.rim)
        self.values(model)

    def values(self, model: npt.ArrayLike) -> Self:
        """Give the model other values ``(n,)``."""
        said = self.axes.at(self.x, model)
        corner = said + np.stack([said[:, 1] - self.data[:, 1], np.zeros(len(said))], axis=1)
        plot = self.axes.plot
        low, high = np.array([plot.left, plot.bottom]), np.array([plot.right, plot.top])
        known = np.isfinite(corner).all(axis=1) & np.isfinite(self.data).all(axis=1)
        curves = rectangles(np.clip(self.data[known], low, high), np.clip(corner[known], low, high))
        self.ground.draw(curves)
        self.rim.draw(curves)
        return self


class Band(Drawn):
    """A tinted region between two values across, as high as the plot area; made by `Chart.band`."""

    def __init__(self, axes: Axes, x0: float, x1: float, role: str, label: Lettering | None = None) -> None:
        self.axes, self.label = axes, label
        self.shape = Shape(fill=str(getattr(axes.setter.theme, role)), opacity=0.14)
        super().__init__(self.shape, *([label] if label else []))
        self.between(x0, x1)

    def between(self, x0: float, x1: float) -> Self:
        """Lay it between these values."""
        plot = self.axes.plot
        ends = np.clip(self.axes.at([x0, x1], self.axes.y.low)[:, 0], plot.left, plot.right)
        self.shape.draw(rectangles(np.array([[ends[0], plot.bottom]]), np.array([[ends[1], plot.top]])))
        return self
