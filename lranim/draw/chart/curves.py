"""What is drawn into a chart: curves with names at their ends, dots, bands, and marked values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array
from lranim.draw.chart.chart import APART, BEFORE, FAR, OFF, Axis, Chart
from lranim.draw.layout import Box
from lranim.draw.lettering import DOWN, SIDE, UP, HaloText, Lettering, Parts, Typesetter, colour
from lranim.draw.scene import ease
from lranim.draw.shapes import NOTHING, Shape, dash_cuts, dashes, holds, inside, marks, rectangles, segments
from lranim.look.theme import LineStyle

Values = npt.ArrayLike
Style = str | LineStyle

LEADING = 1.16
"""The distance of two names below one another, in em."""


def style_of(role: Style) -> LineStyle:
    """The style of a line or of marks, which may be a colour alone."""
    return LineStyle(role=role) if isinstance(role, str) else role


@dataclass(frozen=True, eq=False)
class Pieces:
    """What is seen of a line through points: straight pieces in their order, ``(k, 2)``.

    Where each begins and ends is also there as progress along the line: 2.5 is half the way from point 2 to
    point 3.
    """

    starts: Array
    ends: Array
    since: Array
    until: Array

    @classmethod
    def of(cls, points: Array, box: Box, dash: Sequence[float] = ()) -> Self:
        """Cut a line through points ``(n, 2)``, of which one that is not finite breaks it, to a box.

        With lengths of dashes and gaps in turn, in manim units, it is cut into these, too.
        """
        starts, ends = points[:-1], points[1:]
        enter, leave = inside(starts, ends, box)
        k = np.flatnonzero(enter < leave)
        way = (ends - starts)[k]
        since, until = enter[k], leave[k]
        if dash:
            along = np.append(0.0, np.cumsum(np.hypot(*way.T) * (until - since)))
            first, last = dash_cuts(along, dash)
            piece = np.searchsorted(along, (first + last) / 2) - 1
            scale = (until - since)[piece] / np.diff(along)[piece]
            since, until = (since[piece] + (place - along[piece]) * scale for place in (first, last))
            k, way = k[piece], way[piece]
        origin = starts[k]
        return cls(origin + way * since[:, None], origin + way * until[:, None], k + since, k + until)

    def drawn(self, progress: float) -> Array:
        """Curves ``(k, 4, 2)`` of the line as far as it is drawn at this progress."""
        count = int(np.searchsorted(self.since, progress))
        starts, ends = self.starts[:count], self.ends[:count]
        if count and self.until[count - 1] > progress:
            since, until = self.since[count - 1], self.until[count - 1]
            ends = ends.copy()
            ends[-1] = starts[-1] + (ends[-1] - starts[-1]) * (progress - since) / (until - since)
        return segments(starts, ends)


class Curve(Parts):
    """A line through data points in a chart.

    At first all of it is drawn. `draw_to` draws it as far as it has come, with a dot at its head. The part
    that lies outside of the plot area is cut off, and a point that is not finite breaks the line.

    Its role is a field of the theme, or one of the theme's `series`, which has dashes and marks too: every so
    many points have the mark, and with a `head` so has the end of what `draw_to` draws. Dashes, in percent of
    the frame's height, may replace the style's.

    Examples
    --------
    >>> from lranim.draw.chart.chart import Axis
    >>> from lranim.draw.lettering import Typesetter
    >>> from lranim.look.fonts import check_fonts
    >>> from lranim.look.theme import THEMES
    >>> theme = THEMES["dark"]
    >>> setter = Typesetter(theme, check_fonts(theme.fonts, "").used, 0.08)
    >>> chart = Chart(setter, Box(-6, -3, 6, 3), Axis(0, 2, "step"), Axis(0, 9, "cost"), names=["0.3"])
    >>> curve = Curve(chart, [0, 1, 2], [9, 4, 1], "cost", "0.3").draw_to(1.5)
    >>> bool((abs(curve.tip - chart.at(1.5, 2.5)) < 1e-9).all())
    True
    """

    def __init__(
        self,
        chart: Chart,
        x: Values,
        y: Values,
        role: Style,
        name: str = "",
        *,
        dash: Sequence[float] | None = None,
        width: float | None = None,
        every: int = 0,
        head: bool = True,
        opacity: float = 1.0,
    ) -> None:
        setter, style = chart.setter, style_of(role)
        sizes, colour = setter.theme.sizes, str(getattr(setter.theme, style.role))
        self.chart, self.style, self.every, self.headed = chart, style, every, head
        self.line = Shape(stroke=colour, width=sizes.tangent if width is None else width, opacity=opacity)
        self.marks = Shape(fill=colour, opacity=opacity)
        self.head, self.leader = Shape(fill=colour), Shape(stroke=colour, width=sizes.axis)
        self.label: HaloText | None = None
        if name:
            self.label = HaloText(setter.text(name, sizes.label, style.role, bold=True), chart.ground)
        self.radius = 0.55 * sizes.dot * setter.unit
        self.dash = [length * setter.unit for length in (style.dash if dash is None else dash)]
        labelled = [self.leader, self.label] if self.label else []
        super().__init__(self.line, self.marks, self.head, *labelled)
        self.x, self.alpha = np.asarray(x, dtype=float), 1.0
        self.tip: Array | None = None
        """Where what is drawn of it ends in the frame, or None when nothing is."""
        self.progress: float | None = None
        chart.drawn.append(self)
        chart.over.add(self.line, self.marks)
        chart.words.add(self.head, *labelled)
        self.values(y)

    def set_alpha(self, opacity: float) -> Self:
        """Set the opacity of the whole; while it is 0, its name takes no room."""
        self.alpha = opacity
        super().set_alpha(opacity)
        self._draw()
        return self

    def draw_to(self, progress: float) -> Self:
        """Draw it up to a point: 2.5 is half the way from its point 2 to its point 3."""
        self.progress = min(max(progress, 0.0), len(self.x) - 1.0)
        self._draw()
        return self

    def values(self, y: Values) -> Self:
        """Give it other heights ``(n,)``; as much of it is drawn as before."""
        plot = self.chart.plot
        self.places = self.chart.at(self.x, y)
        self.rank = float(self.places[-1, 1]) if np.isfinite(self.places[-1, 1]) else FAR
        """How high it ends in the frame: names of curves that are in one place stand in this order."""
        self.pieces = Pieces.of(self.places, plot, self.dash)
        if self.every:
            marked = np.arange(0, len(self.x), self.every)
            self.marked = marked[holds(plot, self.places[marked])]
            self.mark_curves = marks(self.style.marker, self.places[self.marked], 0.7 * self.radius)
        self._draw()
        return self

    @property
    def segments(self) -> tuple[Array, Array]:
        """Where each straight part of the whole line begins and ends in the frame, ``(n - 1, 2)``."""
        return self.places[:-1], self.places[1:]

    def _draw(self) -> None:
        progress = len(self.x) - 1.0 if self.progress is None else self.progress
        drawn = self.pieces.drawn(progress)
        self.line.draw(drawn)
        k = min(int(progress), len(self.x) - 1)
        here = self.places[k]
        if progress > k:
            here = here + (self.places[k + 1] - here) * (progress - k)
        seen = bool(holds(self.chart.plot, here))
        self.tip = here if seen else drawn[-1, -1] if len(drawn) else None
        if self.label:
            self.label.set_alpha(0.0 if self.tip is None else self.alpha)
        shown = seen and self.headed and self.progress is not None
        self.head.draw(marks(self.style.marker, here[None], self.radius) if shown else NOTHING)
        if self.every:
            count = int(np.searchsorted(self.marked, progress, side="right"))
            self.marks.draw(self.mark_curves[: count * len(self.mark_curves) // max(len(self.marked), 1)])
        place_names(self.chart)


class Dots(Shape):
    """Points of data in a chart, each as a mark; those outside of the plot area are left out.

    `size` is the marks' radius, in percent of the frame's height.
    """

    def __init__(
        self, chart: Chart, x: Values, y: Values, role: Style, size: float = 0.8, *, opacity: float = 1.0
    ) -> None:
        self.chart, self.style, self.radius = chart, style_of(role), size * chart.setter.unit
        super().__init__(fill=str(getattr(chart.setter.theme, self.style.role)), opacity=opacity)
        chart.drawn.append(self)
        chart.over.add(self)
        self.put(x, y)

    def put(self, x: Values, y: Values) -> Self:
        """Show these points, ``(n,)`` each."""
        places = self.chart.at(x, y).reshape(-1, 2)
        seen = holds(self.chart.plot, places)
        self.count = np.append(0, np.cumsum(seen))
        self.places = places[seen]
        self.all = marks(self.style.marker, self.places, self.radius)
        self.draw(self.all)
        return self

    @property
    def segments(self) -> tuple[Array, Array]:
        """Where each mark begins and ends across, ``(k, 2)``."""
        reach = np.array([self.radius, 0.0])
        return self.places - reach, self.places + reach

    def draw_to(self, progress: float) -> Self:
        """Show the points up to this one, the first being number 0."""
        count = int(self.count[min(max(int(progress), -1) + 1, len(self.count) - 1)])
        self.draw(self.all[: count * len(self.all) // max(int(self.count[-1]), 1)])
        return self


class Band(Parts):
    """A tinted region between two values across, as high as the plot area of its chart.

    A name that fits stands above it, beside that of the axis up.
    """

    def __init__(self, chart: Chart, x0: float, x1: float, role: str, name: str = "") -> None:
        setter, plot = chart.setter, chart.plot
        left, right = np.clip(chart.across([x0, x1]), plot.left, plot.right).tolist()
        tint = Shape(fill=str(getattr(setter.theme, role)), opacity=0.14)
        super().__init__(tint.draw(rectangles([[left, plot.bottom]], [[right, plot.top]])))
        ends = [text.x + text.advance + APART * setter.unit for text in chart.names if text.y > plot.top]
        left = max([left, *ends])
        if name and left < right:
            line = setter.fit(name, setter.theme.sizes.tick, right - left, role, bold=True).lines[0]
            if line.advance <= (right - left) * (1 + 1e-9):
                self.add(line.at((left + right) / 2, chart.box.top - 0.95 * line.em, 0.5))
        chart.bands.add(*self)


class Name(NamedTuple):
    """A name, and where it would stand if it were alone."""

    curve: Curve
    label: HaloText
    tip: Array
    left: float
    middle: float


def place_names(chart: Chart) -> None:
    """Put the names of curves beside their ends; those of which nothing is seen count for nothing."""
    box, plot, unit = chart.box, chart.plot, chart.setter.unit
    names = []
    for curve in (one for one in chart.drawn if isinstance(one, Curve)):
        curve.leader.draw(NOTHING)
        if curve.label is None or curve.tip is None or curve.alpha <= 0:
            continue
        left, wide = float(curve.tip[0]) + OFF * unit, curve.label.advance
        # Where it does not fit beside the end, it stands over it.
        over = min(max((left + wide - box.right) / (2 * unit), 0.0), 1.0)
        left = max(min(left, box.right - wide), box.left)
        names.append(Name(curve, curve.label, curve.tip, left, float(curve.tip[1]) + 3.4 * unit * over))
    for group in _over_one_another(names):
        em = group[0].label.em
        low, high = plot.bottom + 0.7 * em, plot.top - 0.55 * em
        middles = apart([name.middle for name in group], LEADING * em, low, high)
        for name, middle in zip(group, middles.tolist(), strict=True):
            name.label.centred(name.left, middle)
            # A name that had to give way is tied to its end.
            if abs(middle - name.middle) > 0.45 * em and name.left > name.tip[0] + 2 * unit:
                start = name.tip + np.array([1.4 * unit, 0.0])
                end = np.array([name.left - 0.4 * unit, middle])
                name.curve.leader.draw(segments(start[None], end[None]))


def _over_one_another(names: Sequence[Name]) -> Iterator[list[Name]]:
    """Groups of names that share a stretch across, each in the order in which their curves end."""
    groups: list[list[Name]] = []
    end = -np.inf
    for name in sorted(names, key=lambda name: name.left):
        if name.left >= end:
            groups.append([])
        groups[-1].append(name)
        end = max(end, name.left + name.label.advance)
    return (sorted(group, key=lambda name: name.curve.rank) for group in groups)


def apart(middles: Sequence[float], gap: float, low: float, high: float) -> Array:
    """Places at least `gap` apart, as near to `middles` as can be (least squares), in `low` to `high`.

    They keep their order; equal ones keep the order in which they are given. Where there is not room for so
    many, they stand closer.

    Examples
    --------
    >>> apart([0.0, 5.0, 5.2], 1.0, 0.0, 5.5).tolist()
    [0.0, 4.5, 5.5]
    """
    order = np.argsort(middles, kind="stable")
    gap = min(gap, (high - low) / max(len(middles) - 1, 1))
    # Less the distance that each must keep, what is wanted is the nearest row that never falls: it is found
    # by pooling neighbours that are out of order.
    pools: list[list[float]] = []
    for rank, middle in enumerate(np.asarray(middles, dtype=float)[order]):
        pools.append([middle - rank * gap])
        while len(pools) > 1 and np.mean(pools[-2]) > np.mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    level = np.array([np.mean(pool) for pool in pools for _ in pool])
    places = np.empty(len(middles))
    places[order] = np.clip(level, low, high - gap * (len(middles) - 1)) + gap * np.arange(len(middles))
    return places


class Marker(Parts):
    """A dashed line at a value across, and a text beside it or in the row of the ticks below.

    The text goes where it covers least of what is drawn by then, and keeps off earlier markers' texts.
    """

    def __init__(self, chart: Chart, x: float, text: str, role: str, *, below: bool = False) -> None:
        setter, sizes = chart.setter, chart.setter.theme.sizes
        self.chart, self.place = chart, float(chart.across(x))
        self.line = Shape(stroke=colour(setter.theme, role), width=sizes.axis)
        room = chart.box.right - chart.plot.left - setter.unit
        line = setter.fit(text, sizes.tick if below else sizes.label, room, role, bold=True).lines[0]
        self.text = HaloText(line, chart.ground)
        super().__init__(self.line, self.text)
        (self._put_below if below else self._put_beside)()
        chart.markers.append(self)
        for one in chart.markers:
            one.keep_off([other.text.box for other in chart.markers])
        chart.under.add(self.line)
        chart.words.add(self.text)

    def keep_off(self, boxes: Sequence[Box]) -> None:
        """Draw the line, but where it would run through a text."""
        crossed = sorted((box.bottom, box.top) for box in boxes if box.left < self.place < box.right)
        plot, dash = self.chart.plot, 0.8 * self.chart.setter.unit
        parts, low = [NOTHING], plot.bottom
        for bottom, top in [*crossed, (plot.top, plot.top)]:
            if bottom > low:
                parts.append(dashes(np.array([self.place, low]), np.array([self.place, bottom]), dash))
            low = max(low, top)
        self.line.draw(np.concatenate(parts))

    def _put_beside(self) -> None:
        """Put the text beside the line, as high as can be without covering what is drawn."""
        chart, text, place, others = self.chart, self.text, self.place, self.chart.markers
        unit, plot = chart.setter.unit, chart.plot
        off, side, high = 0.5 * unit, SIDE * text.em, (UP + DOWN) * text.em
        wide = text.advance + 2 * side
        left, right = plot.left, chart.box.right - wide
        # Beside its line where it fits, to the right rather than to the left, else across it.
        lefts = [at for at in (place + off, place - off - wide) if left <= at <= right]
        lefts = lefts or [max(min(place - share * wide, right), left) for share in (0.5, 0.1, 0.9)]
        names = [one.label.box for one in chart.drawn if isinstance(one, Curve) and one.label]
        taken = [*names, *(other.text.box for other in others)]

        tops = [plot.top - row * high for row in range(max(1, int(plot.height / high)))]
        spots = [
            ((0.3 * row + 0.2 * rank) * unit, Box(left, top - high, left + wide, top))
            for row, top in enumerate(tops)
            for rank, left in enumerate(lefts)
        ]

        def loss(spot: tuple[float, Box]) -> float:
            far, box = spot
            far += sum(_covered(box, *one.segments) for one in chart.drawn)
            far += 4 * unit * sum(box.left - off < other.place < box.right + off for other in others)
            return round(far + 1e3 * sum(box.meets(other) for other in taken), 9)

        _, best = min(spots, key=loss)
        text.at(best.left + side, best.bottom + DOWN * text.em)

    def _put_below(self) -> None:
        """Put the text below the line, in the row of the ticks, which make room for it."""
        chart, place, half = self.chart, self.place, self.text.advance / 2
        gap = APART * chart.setter.unit
        texts: list[Lettering | HaloText] = [*chart.names, *(other.text for other in chart.markers)]
        taken = [(t.x - gap, t.x + t.advance + gap) for t in texts if abs(t.y - chart.baseline) < 1e-6]
        middles = [place, *(left - half for left, _ in taken), *(right + half for _, right in taken)]
        middles = [min(max(m, chart.box.left + half), chart.box.right - half) for m in middles]
        free = [
            m
            for m in middles
            if all(m + half <= left + 1e-9 or right <= m - half + 1e-9 for left, right in taken)
        ]
        middle = min(free or middles[:1], key=lambda m: abs(m - place))
        self.text.at(middle, chart.baseline, 0.5)
        chart.clear_below(middle - half, middle + half)


def _covered(box: Box, starts: Array, ends: Array) -> float:
    """Length of the lines that a box would cover."""
    enter, leave = inside(starts, ends, box)
    seen = enter < leave
    return float(np.sum((leave - enter)[seen] * np.hypot(*(ends - starts)[seen].T)))


class CostCurves(Chart):
    """Costs ``(T + 1,)`` of runs against the step over one another, each with its style and name."""

    def __init__(
        self, setter: Typesetter, box: Box, lines: Sequence[tuple[Array, LineStyle, str]], step: str, y: Axis
    ) -> None:
        steps = max(len(cost) for cost, *_ in lines) - 1
        names = [name for *_, name in lines]
        super().__init__(setter, box, Axis(-BEFORE * steps, steps, step), y, names=names)
        self.runs = [Curve(self, np.arange(len(cost)), cost, style, name) for cost, style, name in lines]

    def show(self, progress: float) -> None:
        """Draw the moment at which so many steps are done."""
        for curve in self.runs:
            # All begin in one place, where their names would only be in each other's way.
            curve.draw_to(progress).set_alpha(ease(2 * progress))
