"""Straight lines cut to a box, in pieces that can be shown one after another (no manim)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array
from lranim.draw.layout import Box
from lranim.draw.shapes import dash_cuts, segments

EDGE = 1e-6
"""How far outside a box still counts as inside, in manim units: rounding moves a point of the edge less."""


def holds(box: Box, points: Array) -> npt.NDArray[np.bool_]:
    """Which of the points ``(..., 2)`` lie in a box; those that are not finite do not."""
    low, high = _corners(box)
    return np.asarray(np.all((points >= low) & (points <= high), axis=-1))


def inside(starts: Array, ends: Array, box: Box) -> tuple[Array, Array]:
    """Where lines from `starts` to `ends`, both ``(k, 2)``, enter and leave a box, as shares of their length.

    A line that misses it, or has an end that is not finite, leaves before it enters.
    Source: Liang and Barsky (1984), doi:10.1145/357332.357333.

    Examples
    --------
    >>> starts, ends = np.array([[0.0, 1.0], [0.0, 9.0]]), np.array([[8.0, 1.0], [8.0, 9.0]])
    >>> enter, leave = inside(starts, ends, Box(2.0, 0.0, 4.0, 2.0))
    >>> enter.round(3).tolist(), leave.round(3).tolist()
    ([0.25, 1.0], [0.5, 0.0])
    """
    way = ends - starts
    low, high = (corner - starts for corner in _corners(box))
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = low / way, high / way
    level = way == 0
    within = (low <= 0) & (high >= 0)
    enter = np.where(level, np.where(within, 0.0, np.inf), np.minimum(one, other)).max(axis=1)
    leave = np.where(level, np.where(within, 1.0, -np.inf), np.maximum(one, other)).min(axis=1)
    enter, leave = np.clip(enter, 0.0, 1.0), np.clip(leave, 0.0, 1.0)
    missed = ~(enter < leave)  # which is what a number that is none makes, too
    return np.where(missed, 1.0, enter), np.where(missed, 0.0, leave)


def _corners(box: Box) -> tuple[Array, Array]:
    return np.array([box.left - EDGE, box.bottom - EDGE]), np.array([box.right + EDGE, box.top + EDGE])


@dataclass(frozen=True, eq=False)
class Pieces:
    """What is seen of a line through points: straight pieces in their order.

    Parameters
    ----------
    starts, ends
        Where each piece begins and ends, ``(k, 2)``.
    since, until
        The same as progress along the line, ``(k,)``: 2.5 is half the way from point 2 to point 3.
    """

    starts: Array
    ends: Array
    since: Array
    until: Array

    def drawn(self, progress: float) -> Array:
        """Curves ``(k, 4, 2)`` of the line as far as it is drawn at this progress."""
        count = int(np.searchsorted(self.since, progress))
        ends = self.ends[:count]
        if count and self.until[count - 1] > progress:
            since, until = self.since[count - 1], self.until[count - 1]
            start = self.starts[count - 1]
            ends = ends.copy()
            ends[-1] = start + (ends[-1] - start) * (progress - since) / (until - since)
        return segments(self.starts[:count], ends)


def pieces_of(points: Array, box: Box, dash: Sequence[float] = ()) -> Pieces:
    """Cut a line through points ``(n, 2)`` to a box, and into dashes.

    Parameters
    ----------
    points
        In the frame; one that is not finite breaks the line.
    box
        Nothing is left outside of it.
    dash
        Lengths of dashes and gaps in turn, in manim units; none for a solid line.
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
    return Pieces(origin + way * since[:, None], origin + way * until[:, None], k + since, k + until)
