"""A chart: axes in a box, and what is drawn against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from manim import VGroup

from lranim.core.types import Array
from lranim.draw.axes import Axes
from lranim.draw.axis import Axis
from lranim.draw.chart_plan import APART
from lranim.draw.curves import Band, Curve, Dots, Squares
from lranim.draw.end_names import place_names
from lranim.draw.flags import Marker, put_below, put_beside
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.tag import Tag
from lranim.look.theme import LineStyle


class Chart:
    """Axes in a box, and curves, dots, markers and bands against them.

    It is in two groups, like a panel: `still`, and over it `moving`. What is drawn into it is complete at
    first, and has `parts`, its shapes, and `set_alpha`. The names of curves stand at their ends and give way
    to one another: a motion of curves with names says that `moving` changes.

    Parameters
    ----------
    setter
        Makes the lettering.
    box
        All of it is placed inside.
    x, y
        The axes, across and up.
    names
        The names of the curves to come, for which it leaves room at the right.
    grid
        Whether to draw grid lines and tick marks.
    ground
        The field of the theme with the colour that it lies on.
    sides
        Room left and right of the plot area, at least: charts above one another have it in common.

    Examples
    --------
    >>> from lranim.look.fonts import check_fonts
    >>> from lranim.look.theme import THEMES
    >>> theme = THEMES["dark"]
    >>> setter = Typesetter(theme, check_fonts(theme.fonts, "").used, 0.08)
    >>> chart = Chart(setter, Box(-6, -3, 6, 3), Axis(0, 2, "step"), Axis(0, 9, "cost"), names=["0.3"])
    >>> curve = chart.curve([0, 1, 2], [9, 4, 1], "cost", "0.3").show(1.5)
    >>> bool((abs(curve.tip - chart.at(1.5, 2.5)) < 1e-9).all())
    True
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
        self.setter, self.box = setter, box
        self.axes = Axes(setter, box, x, y, names=names, grid=grid, ground=ground, sides=sides)
        self.plot = self.axes.plot
        self.curves: list[Curve] = []
        self.scatters: list[Dots] = []
        self.markers: list[Marker] = []
        # Tinted regions lie lowest, names and flags highest, whatever is drawn first.
        self.bands, self.rules, self.lines, self.words = VGroup(), VGroup(), VGroup(), VGroup()
        self.still = VGroup(self.bands, self.axes.still)
        self.moving = VGroup(self.rules, self.lines, self.words)

    def at(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Array:
        """Data to points in the frame, ``(..., 2)``; NaN where either is not finite or has no logarithm."""
        return self.axes.at(x, y)

    def curve(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        role: str | LineStyle,
        name: str = "",
        *,
        dash: Sequence[float] | None = None,
        width: float | None = None,
        marker: str | None = None,
        every: int = 0,
        head: bool = True,
        opacity: float = 1.0,
    ) -> Curve:
        """Draw a line through points.

        Parameters
        ----------
        x, y
            The points, ``(n,)`` each.
        role
            Its colour: a field of the theme, or one of the theme's `series`, which has dashes and marks too.
        name
            What stands at its end.
        dash
            Lengths of dashes and gaps in turn, in percent of the frame's height.
        width
            In manim's stroke units.
        marker
            The mark of its points, a key of `lranim.draw.shapes.MARKERS`.
        every
            Put that mark at every so many points, or at none.
        head
            Whether that mark goes with the end of what `show` draws.
        opacity
            Of the line, where it shall be faint.
        """
        style = _style(role, dash, marker)
        sizes = self.setter.theme.sizes
        line = self.setter.text(name, sizes.label, style.role, bold=True)
        label = Tag(line, self.axes.ground) if name else None
        curve = Curve(
            self.axes,
            x,
            y,
            style,
            label=label,
            width=sizes.tangent if width is None else width,
            opacity=opacity,
            every=every,
            head=head,
            on_change=lambda: place_names(self.curves, self.box, self.plot, self.setter.unit),
        )
        self.curves.append(curve)
        self.lines.add(curve.line, curve.marks)
        self.words.add(curve.head, *([curve.leader, label] if label else []))
        place_names(self.curves, self.box, self.plot, self.setter.unit)
        return curve

    def dots(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        role: str | LineStyle,
        size: float = 0.8,
        *,
        marker: str | None = None,
        opacity: float = 1.0,
    ) -> Dots:
        """Draw points ``(n,)`` each as marks of this radius, in percent of the frame's height."""
        dots = Dots(self.axes, x, y, _style(role, None, marker), size=size, opacity=opacity)
        self.scatters.append(dots)
        self.lines.add(*dots.parts)
        return dots

    def squares(self, x: npt.ArrayLike, y: npt.ArrayLike, model: npt.ArrayLike, role: str) -> Squares:
        """Draw the squares of residuals between points and what a model says there, ``(n,)`` each."""
        squares = Squares(self.axes, x, y, model, role)
        self.rules.add(*squares.parts)
        return squares

    def band(self, x0: float, x1: float, role: str, name: str = "") -> Band:
        """Tint the region between two values across; a name that fits stands above it, beside that of `y`."""
        setter, axes, plot = self.setter, self.axes, self.plot
        left, right = np.clip(self.at([x0, x1], axes.y.low)[:, 0], plot.left, plot.right).tolist()
        ends = [text.x + text.advance + APART * setter.unit for text in axes.names if text.y > plot.top]
        left = max([left, *ends])
        label = None
        if name and left < right:
            line = setter.fit(name, setter.theme.sizes.tick, right - left, role, bold=True).lines[0]
            if line.advance <= (right - left) * (1 + 1e-9):
                label = line.at((left + right) / 2, self.box.top - 0.95 * line.em, 0.5)
        band = Band(axes, x0, x1, role, label)
        self.bands.add(*band.parts)
        return band

    def marker(self, x: float, text: str, role: str, *, below: bool = False) -> Marker:
        """Mark a value across by a dashed line and a text, beside it or in the row of the ticks below.

        The text goes where it covers least of what is drawn by then, and keeps off earlier markers' texts.
        """
        setter, axes = self.setter, self.axes
        size = setter.theme.sizes.tick if below else setter.theme.sizes.label
        line = setter.fit(text, size, self.box.right - self.plot.left - setter.unit, role, bold=True).lines[0]
        tag = Tag(line, axes.ground)
        if below:
            put_below(axes, x, tag, self.markers)
        else:
            drawn = [curve.segments for curve in self.curves] + [dots.segments for dots in self.scatters]
            names = [curve.label.box for curve in self.curves if curve.label]
            put_beside(axes, x, tag, self.markers, names, drawn)
        marker = Marker(axes, x, tag, role)
        self.markers.append(marker)
        for one in self.markers:
            one.keep_off([other.tag.box for other in self.markers])
        self.rules.add(marker.line)
        self.words.add(tag)
        return marker


def _style(role: str | LineStyle, dash: Sequence[float] | None, marker: str | None) -> LineStyle:
    """A line's style, with what is given in place of its own."""
    style = LineStyle(role=role) if isinstance(role, str) else role
    return replace(
        style,
        dash=style.dash if dash is None else tuple(dash),
        marker=style.marker if marker is None else marker,
    )
