"""The names of curves at their ends, moved apart so that each can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from lranim.core.types import Array
from lranim.draw.chart_plan import OFF
from lranim.draw.curves import Curve
from lranim.draw.layout import Box
from lranim.draw.shapes import NOTHING, segments
from lranim.draw.tag import Tag

LEADING = 1.16
"""The distance of two names below one another, in em."""


class Name(NamedTuple):
    """A name, and where it would stand if it were alone."""

    curve: Curve
    label: Tag
    tip: Array
    left: float
    middle: float


def place_names(curves: Sequence[Curve], box: Box, plot: Box, unit: float) -> None:
    """Put the names of curves beside their ends.

    Parameters
    ----------
    curves
        Those of one chart; names of which nothing is seen count for nothing.
    box, plot
        The chart's box and its plot area.
    unit
        One percent of the frame's height.
    """
    names = []
    for curve in curves:
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
    group: list[Name] = []
    end = -np.inf
    for name in sorted(names, key=lambda name: name.left):
        if group and name.left >= end:
            yield sorted(group, key=lambda name: name.curve.rank)
            group = []
        group.append(name)
        end = max(end, name.left + name.label.advance)
    if group:
        yield sorted(group, key=lambda name: name.curve.rank)


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
