"""A chart: its axes and the values that they name, its plot area, how data map to the frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from manim import VGroup

from lranim.core.types import Array
from lranim.draw.layout import Box
from lranim.draw.lettering import Lettering, Typesetter
from lranim.draw.shapes import NOTHING, Shape, polyline, segments
from lranim.look.text import power_of_ten, short

Marks = list[tuple[float, str]]
"""Ticks of an axis: values, and what is written there."""

BEFORE = 0.025
"""Share of its length by which an axis may begin earlier, so that a mark at its start is off the numbers."""


@dataclass(frozen=True)
class Axis:
    """The range of an axis and its name; on a `log` one, equal factors are equally far apart.

    Its `ticks` are values and what is written there, where round numbers will not do.
    """

    low: float
    high: float
    label: str = ""
    log: bool = False
    ticks: tuple[tuple[float, str], ...] | None = None

    @classmethod
    def around(
        cls,
        *values: npt.ArrayLike,
        label: str = "",
        log: bool = False,
        zero: bool = False,
        room: float = 0.06,
    ) -> Self:
        """An axis that holds all of the values that can be shown, and this share of its length as room.

        With `zero` it reaches zero, with no room beyond. Equal values, or none, get a range all the same.

        Examples
        --------
        >>> Axis.around([1.0, 3.0, float("inf")], room=0.5), Axis.around([2.0], zero=True, room=0.0)
        (Axis(low=0.0, high=4.0, ...), Axis(low=0.0, high=2.0, ...))
        """
        known = np.concatenate([np.zeros(0), *(np.ravel(np.asarray(v, dtype=float)) for v in values)])
        known = known[np.isfinite(known) & ((known > 0) | (not log))]
        if log:
            known = np.log10(known)
        elif zero:
            known = np.append(known, 0.0)
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
        if low == high:
            half = 0.5 if log else max(abs(low), 1.0) / 2
            low, high = low - half, high + half
        pad = (high - low) * room
        ends = low - pad * (not zero or low < 0), high + pad * (not zero or high > 0)
        if log:
            ends = 10.0 ** (low - pad), 10.0 ** (high + pad)
        return cls(*ends, label, log)

    def share(self, values: npt.ArrayLike) -> Array:
        """Where values lie on the axis, 0 at its low end and 1 at its high one; NaN where they cannot lie."""
        places, ends = np.asarray(values, dtype=float), np.array([self.low, self.high])
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                places, ends = np.log10(places), np.log10(ends)
        with np.errstate(over="ignore"):
            return np.asarray((places - ends[0]) / (ends[1] - ends[0]))

    def marks(self, at_most: int) -> Marks:
        """Ticks that are given, or round ones in at most so many steps."""
        if self.ticks is not None:
            return list(self.ticks)
        values = (log_ticks if self.log else ticks)(self.low, self.high, at_most)
        return list(zip(values.tolist(), tick_words(values, log=self.log), strict=True))


STEPS = ((0.5, 1), (1, 2), (2, 5), (5, 10))
"""Round distances of ticks within a power of ten, each after the next finer one."""


def ticks(low: float, high: float, at_most: int) -> Array:
    """Round numbers from `low` to `high`, 1, 2 or 5 times a power of ten apart, in at most so many steps.

    Examples
    --------
    >>> ticks(-7, 13, 5)
    array([-5.,  0.,  5., 10.])
    """
    rough = high / at_most - low / at_most
    if not rough > 0:
        return np.array([low])
    power = 10.0 ** np.floor(np.log10(rough))
    finer, step = next((a * power, b * power) for a, b in STEPS if b * power >= rough * (1 - 1e-9))
    found = _multiples(step, low, high)
    # A single number says little of a scale.
    more = _multiples(finer, low, high) if len(found) < 2 else found
    return more if len(more) <= at_most + 1 else found


def _multiples(step: float, low: float, high: float) -> Array:
    return np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1) * step + 0.0


def log_ticks(low: float, high: float, at_most: int) -> Array:
    """Round numbers from `low` to `high` for a log axis, in at most so many steps.

    Powers of ten, so many decades apart that they are few enough; 1, 2 and 5 times them where the range
    holds only one power; and evenly spaced numbers in a range too short for two of those.

    Examples
    --------
    >>> [log_ticks(*ends, 5).tolist() for ends in ((1e-3, 2.0), (0.3, 6.0), (21.0, 29.0))]
    [[0.001, 0.01, 0.1, 1.0], [0.5, 1.0, 2.0, 5.0], [22.0, 24.0, 26.0, 28.0]]
    """
    first, last = np.ceil(np.log10(low) - 1e-9), np.floor(np.log10(high) + 1e-9)
    if last > first:
        stride = max(1.0, np.ceil((last - first) / at_most))
        exponents = np.arange(np.ceil(first / stride), np.floor(last / stride) + 1) * stride
        return np.array([float(f"1e{int(k)}") for k in exponents])
    decades = np.arange(first - 1, last + 2)
    found = np.array([float(f"{m}e{int(k)}") for k in decades for m in (1, 2, 5)])
    found = found[(found >= low * (1 - 1e-9)) & (found <= high * (1 + 1e-9))]
    while len(found) > at_most + 1:
        found = found[::2]
    return found if len(found) > 1 else ticks(low, high, at_most)


def between(low: float, high: float) -> Array:
    """The 2 to 9 times powers of ten inside `low` to `high`: what shows that an axis is a log one."""
    decades = np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)))
    found = np.outer(10.0**decades, np.arange(2, 10)).ravel()
    return found[(found > low) & (found < high)]


def tick_words(values: Array, *, log: bool = False) -> list[str]:
    """How ticks are written: with digits enough to tell them apart, and powers of ten on a log axis.

    Examples
    --------
    >>> tick_words(np.array([0.0, 0.5, 1.0])), tick_words(np.array([10000.2, 10000.4]))
    (['0', '0.5', '1'], ['10000.2', '10000.4'])
    >>> tick_words(np.array([0.001, 0.01, 0.1, 1.0, 10.0, 100.0]), log=True)
    ['10⁻³', '10⁻²', '10⁻¹', '1', '10', '10²']
    """
    values = np.asarray(values, dtype=float)
    if log:
        exponents = np.round(np.log10(values)).astype(int)
        if np.allclose(values, 10.0**exponents, rtol=1e-9):
            # 10⁰ and 10¹ are harder to read than what they stand for.
            return [{0: "1", 1: "10"}.get(k) or power_of_ten(k) for k in exponents.tolist()]
    if len(values) < 2:
        return [short(float(value)) for value in values]
    largest, step = float(np.abs(values).max()), float(np.diff(values).min())
    digits = int(np.floor(np.log10(largest)) - np.floor(np.log10(step))) + 1
    return [short(float(value), min(max(digits, 4), 15)) for value in values]


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
    and give way to one another: a motion of curves with names says that `moving` changes. There is room for
    `names` at the right of the plot area, and at its `sides` at least what charts above one another have in
    common; the `ground` is the theme's field with the colour that it lies on. The name of `y` stands above
    its axis, that of `x` at its right end, or below it where that needs less room.
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
        half = setter.cap(self.size) / 2
        shares = [(float(y.share(value)) * self.plot.height, half) for value, _ in rows]
        self.row_marks = [rows[k] for k in apart(shares, 0.4 * unit)]

    def _columns(self, before: float, margin: float, after: float = 0.0) -> tuple[float, Marks]:
        """Ticks across that keep apart, and the margin right of the plot area that they need.

        `before` is the width left of the y axis; `after` is the room that the axis's name takes to the right
        of the last tick. The margin is infinite where there is no room for it.
        """
        setter, width = self.setter, self.box.width - before
        marks: Marks = []
        needed, kept = margin, [0]
        for at_most in (5, 4, 3, 2, 1):
            marks = self.x.marks(at_most)
            halves = [setter.width(words) * setter.em(self.size) / 2 for _, words in marks]
            shares = [float(self.x.share(value)) for value, _ in marks]
            reach = halves[-1] + after if marks else after
            last = shares[-1] if marks else 0.0
            needed = max(margin, (reach - (1 - last) * width) / max(last, 1e-9))
            # A text that would reach out at the left is moved in.
            places = [(max(s * (width - needed), h - before), h) for s, h in zip(shares, halves, strict=True)]
            kept = apart(places, APART * setter.unit)
            if needed < (margin + width) / 2 and len(kept) == len(marks):
                return needed, marks
        return (np.inf, marks) if after else (needed, [marks[k] for k in kept])

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


def apart(places: Sequence[tuple[float, float]], gap: float) -> list[int]:
    """Which of some texts, by their middles and half lengths, are so far off the one that is kept before."""
    kept: list[int] = []
    for k, (middle, half) in enumerate(places):
        if not kept or middle - half - sum(places[kept[-1]]) >= gap:
            kept.append(k)
    return kept


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
