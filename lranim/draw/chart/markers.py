"""Marked values in a chart: lines up, and where their texts go, off curves, edges and other texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lranim.core.types import Array
from lranim.draw.chart.chart import APART, Chart
from lranim.draw.chart.curves import Curve
from lranim.draw.layout import Box
from lranim.draw.lettering import DOWN, SIDE, UP, HaloText, Lettering, Parts, colour
from lranim.draw.shapes import NOTHING, Shape, dashes, inside


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
        best, least = Box(0, 0, 0, 0), np.inf
        for row in range(max(1, int(plot.height / high))):
            for rank, left in enumerate(lefts):
                top = plot.top - row * high
                box = Box(left, top - high, left + wide, top)
                loss = (0.3 * row + 0.2 * rank) * unit
                loss += sum(_covered(box, *one.segments) for one in chart.drawn)
                loss += 4 * unit * sum(left - off < other.place < left + wide + off for other in others)
                loss += 1e3 * sum(_overlap(box, other) for other in taken)
                if loss < least - 1e-9:
                    best, least = box, loss
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


def _overlap(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    up = min(one.top, other.top) - max(one.bottom, other.bottom)
    return min(across, up) > 1e-9
