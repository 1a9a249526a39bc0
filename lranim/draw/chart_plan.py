"""How a box is divided into the plot area of a chart and the room for its texts, by their widths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lranim.draw.axis import Axis, Marks
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter

APART = 1.8
"""The least distance of two texts side by side, in units."""

OFF = 3.0
"""How far off the end of a curve its name begins, in units."""


def drop(setter: Typesetter) -> float:
    """How far below the plot area the baseline of the ticks lies, in manim units."""
    cap = setter.cap(setter.theme.sizes.tick)
    # Where letters are large beside the unit, half a tick of the side and an exponent need more room.
    return max(2.1 * setter.unit, 0.66 * cap) + cap


def row(setter: Typesetter) -> float:
    """Height of a row of text for a name of an axis, in manim units."""
    return 1.2 * setter.em(setter.theme.sizes.label)


def foot(setter: Typesetter) -> float:
    """Room below the plot area for its ticks, and for the tails of a name beside them, in manim units."""
    return drop(setter) + 0.26 * setter.em(setter.theme.sizes.label)


def half(setter: Typesetter) -> float:
    """How far the text of a tick at the side reaches beyond its height, in manim units."""
    return setter.cap(setter.theme.sizes.tick) / 2 + 0.2 * setter.unit


@dataclass(frozen=True)
class Plan:
    """Where the parts of a chart go: made by `plan`.

    Parameters
    ----------
    plot
        The plot area.
    columns, rows
        The ticks of both axes.
    below
        Whether the name of the axis across has a row of its own below the ticks.
    size
        The size of the ticks' texts.
    """

    plot: Box
    columns: Marks
    rows: Marks
    below: bool
    size: float


def plan(
    setter: Typesetter,
    box: Box,
    x: Axis,
    y: Axis,
    names: Sequence[str] = (),
    sides: tuple[float, float] = (0.0, 0.0),
) -> Plan:
    """Divide a box into a plot area and the room for its texts, by their widths.

    Parameters
    ----------
    setter
        Makes the lettering.
    box
        Where everything is placed.
    x, y
        Across and up.
    names
        Texts that will stand at the right of the plot area.
    sides
        Room left and right of the plot area, at least.

    Raises
    ------
    ValueError
        When the box is too small.
    """
    unit, sizes = setter.unit, setter.theme.sizes
    head = row(setter) + 0.6 * unit if y.label else 0.0
    lowest = foot(setter) if x.label or x.ticks != () else half(setter)
    tall = max(box.height - head - lowest, 1e-9)
    em = setter.em(sizes.tick)
    rows = y.marks(max(1, min(4, int(tall / (2 * em)))))
    widest = max((setter.width(words) for _, words in rows), default=0.0)
    # Numbers as long as a third of the box would leave the curve no room.
    size = sizes.tick * min(1.0, box.width / 3 / max(widest * em, 1e-9))
    left = box.left + max(widest * setter.em(size) + (2.0 * unit if rows else 0.5 * unit), sides[0])

    name = max((setter.width(name, bold=True) for name in names), default=0.0) * setter.em(sizes.label)
    # Longer names than that stand over the ends of their curves.
    margin = min(name + (OFF + 0.6) * unit, 0.4 * box.width) if names else 0.5 * unit
    widths = left - box.left, box.right - left
    margin, columns = _columns(setter, size, widths, x, max(margin, sides[1]))
    below = False
    if x.label:
        own = min(setter.width(x.label) * setter.em(sizes.label), 0.9 * box.width) + APART * unit
        wider, fewer = _columns(setter, size, widths, x, margin, own)
        # Beside its ticks the name costs width, below them height: whichever is the smaller share.
        below = (wider - margin) / box.width > row(setter) / tall
        margin, columns = (margin, columns) if below else (wider, fewer)
    lowest += row(setter) * below
    tall = box.height - head - lowest
    # An exponent is higher than a capital.
    high = half(setter) + 0.15 * em * y.log
    over = max((high - (1 - float(y.share(value))) * tall for value, _ in rows), default=0.0)
    plot = Box(left, box.bottom + lowest, box.right - margin, box.top - head - max(over, 0.0))
    if plot.width <= 0 or plot.height <= 0:
        raise ValueError(f"no room for a chart in {box.width:.2f} by {box.height:.2f}")
    return Plan(plot, columns, _thinned(rows, y, plot.height, setter.cap(size) + 0.4 * unit), below, size)


def _columns(
    setter: Typesetter, size: float, widths: tuple[float, float], x: Axis, margin: float, after: float = 0.0
) -> tuple[float, Marks]:
    """Ticks across that keep apart, and the margin right of the plot area that they need.

    `widths` are those left and right of the y axis; `after` is the room that the axis's name takes to the
    right of the last tick. The margin is infinite where there is no room for it.
    """
    before, width = widths
    marks: Marks = []
    places: list[tuple[float, float]] = []
    needed = margin
    for at_most in (5, 4, 3, 2, 1):
        marks = x.marks(at_most)
        halves = [setter.width(words) * setter.em(size) / 2 for _, words in marks]
        shares = [float(x.share(value)) for value, _ in marks]
        reach = halves[-1] + after if marks else after
        last = shares[-1] if marks else 0.0
        needed = max(margin, (reach - (1 - last) * width) / max(last, 1e-9))
        # A text that would reach out at the left is moved in.
        places = [(max(s * (width - needed), h - before), h) for s, h in zip(shares, halves, strict=True)]
        if needed < (margin + width) / 2 and all(_apart(a, b, setter.unit) for a, b in pairwise(places)):
            return needed, marks
    if after:
        return np.inf, marks
    kept: list[int] = []
    for k in range(len(marks)):
        if not kept or _apart(places[kept[-1]], places[k], setter.unit):
            kept.append(k)
    return needed, [marks[k] for k in kept]


def _thinned(rows: Marks, y: Axis, height: float, gap: float) -> Marks:
    """Ticks up that keep apart on a plot area of this height."""
    kept: Marks = []
    for value, words in rows:
        if not kept or float(y.share(value) - y.share(kept[-1][0])) * height >= gap:
            kept.append((value, words))
    return kept


def _apart(one: tuple[float, float], two: tuple[float, float], unit: float) -> bool:
    return two[0] - two[1] - one[0] - one[1] >= APART * unit
