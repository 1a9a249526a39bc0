"""Vertical lines in a chart, and where their texts go: off the curves, the edges and other texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lranim.core.types import Array
from lranim.draw.axes import Axes
from lranim.draw.chart_plan import APART
from lranim.draw.clip import inside
from lranim.draw.curves import Drawn
from lranim.draw.layout import Box
from lranim.draw.lettering import Lettering, colour
from lranim.draw.shapes import NOTHING, Shape, dashes
from lranim.draw.tag import DOWN, SIDE, UP, Tag

Lines = tuple[Array, Array]
"""Where straight lines begin and end in the frame, ``(k, 2)`` each."""


class Marker(Drawn):
    """A dashed vertical line and its text, which is in place already; made by `Chart.marker`."""

    def __init__(self, axes: Axes, x: float, tag: Tag, role: str) -> None:
        theme, plot = axes.setter.theme, axes.plot
        self.place, self.tag = place_of(axes, x), tag
        self.plot, self.dash = plot, 0.8 * axes.setter.unit
        self.line = Shape(stroke=colour(theme, role), width=theme.sizes.axis)
        self.keep_off([tag.box])
        super().__init__(self.line, tag)

    def keep_off(self, boxes: Sequence[Box]) -> None:
        """Draw the line, but where it would run through a text."""
        crossed = sorted((box.bottom, box.top) for box in boxes if box.left < self.place < box.right)
        parts, low = [NOTHING], self.plot.bottom
        for bottom, top in [*crossed, (self.plot.top, self.plot.top)]:
            if bottom > low:
                parts.append(dashes(np.array([self.place, low]), np.array([self.place, bottom]), self.dash))
            low = max(low, top)
        self.line.draw(np.concatenate(parts))


def place_of(axes: Axes, x: float) -> float:
    """Where a value lies across in the frame."""
    return float(axes.at(x, axes.y.high)[0])


def put_beside(
    axes: Axes, x: float, tag: Tag, others: Sequence[Marker], names: Sequence[Box], drawn: Sequence[Lines]
) -> None:
    """Put the text of a line at `x` beside it, as high as can be without covering what is drawn.

    Parameters
    ----------
    axes
        Of the chart.
    x
        The line, in data.
    tag
        Its text.
    others
        The markers that are there already.
    names
        Where the names of curves stand.
    drawn
        What is drawn in the chart.
    """
    unit, plot, place = axes.setter.unit, axes.plot, place_of(axes, x)
    off, side, high = 0.5 * unit, SIDE * tag.em, (UP + DOWN) * tag.em
    wide = tag.advance + 2 * side
    left, right = plot.left, axes.box.right - wide
    # Beside its line where it fits, to the right rather than to the left, else across it.
    lefts = [at for at in (place + off, place - off - wide) if left <= at <= right]
    lefts = lefts or [max(min(place - share * wide, right), left) for share in (0.5, 0.1, 0.9)]
    taken = [*names, *(other.tag.box for other in others)]
    best, least = Box(0, 0, 0, 0), np.inf
    for row in range(max(1, int(plot.height / high))):
        for rank, left in enumerate(lefts):
            top = plot.top - row * high
            box = Box(left, top - high, left + wide, top)
            loss = (0.3 * row + 0.2 * rank) * unit + sum(_covered(box, lines) for lines in drawn)
            loss += 4 * unit * sum(left - off < other.place < left + wide + off for other in others)
            loss += 1e3 * sum(_overlap(box, other) for other in taken)
            if loss < least - 1e-9:
                best, least = box, loss
    tag.at(best.left + side, best.bottom + DOWN * tag.em)


def _covered(box: Box, lines: Lines) -> float:
    """Length of the lines that a box would cover."""
    starts, ends = lines
    enter, leave = inside(starts, ends, box)
    seen = enter < leave
    return float(np.sum((leave - enter)[seen] * np.hypot(*(ends - starts)[seen].T)))


def _overlap(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    up = min(one.top, other.top) - max(one.bottom, other.bottom)
    return min(across, up) > 1e-9


def put_below(axes: Axes, x: float, tag: Tag, others: Sequence[Marker]) -> None:
    """Put the text of a line at `x` below it, in the row of the ticks, which make room for it."""
    gap, half, place = APART * axes.setter.unit, tag.advance / 2, place_of(axes, x)
    texts: list[Lettering | Tag] = [*axes.names, *(other.tag for other in others)]
    taken = [(t.x - gap, t.x + t.advance + gap) for t in texts if abs(t.y - axes.baseline) < 1e-6]
    middles = [place, *(left - half for left, _ in taken), *(right + half for _, right in taken)]
    middles = [min(max(m, axes.box.left + half), axes.box.right - half) for m in middles]
    free = [
        m
        for m in middles
        if all(m + half <= left + 1e-9 or right <= m - half + 1e-9 for left, right in taken)
    ]
    middle = min(free or middles[:1], key=lambda m: abs(m - place))
    tag.at(middle, axes.baseline, 0.5)
    axes.clear_below(middle - half, middle + half)
