"""Plain shapes as bezier arrays, and the one mobject class that carries them.

A shape is an array of cubic curves ``(k, 4, 2)`` in manim units. Everything that moves is redrawn from such
arrays, so a frame costs numpy work and no new mobjects.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from manim import VMobject
from manim.constants import CapStyleType, LineJointType

from lranim.core.types import Array
from lranim.draw.layout import Box
from lranim.look.theme import Theme

CIRCLE_HANDLE = 4 / 3 * np.tan(np.pi / 8)
"""Handle length of a quarter circle drawn as one cubic."""

EDGES = np.array([[-1e-6], [1e-6]])
"""How far outside a box still counts as inside, in manim units: rounding moves a point of the edge less."""


class Shape(VMobject):
    """Curves with a fill or a stroke; `draw` replaces the curves, `place` moves them, `set_alpha` fades them.

    It is an ordinary VMobject to manim, and remembers its cairo path for `LessonCamera`, which draws a shape
    that has not changed from that. What is drawn depends on its curves and its place alone, not on where it
    has been: cairo rounds a path to parts of a pixel, so the one of a shape that moves is kept unmoved.
    """

    def __init__(
        self,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        width: float = 0.0,
        opacity: float = 1.0,
    ) -> None:
        super().__init__(
            fill_color=fill or stroke,
            fill_opacity=opacity if fill else 0.0,
            stroke_color=stroke or fill,
            stroke_width=width if stroke else 0.0,
            stroke_opacity=opacity if stroke else 0.0,
            joint_type=LineJointType.ROUND,
            cap_style=CapStyleType.ROUND,
        )
        self.filled, self.stroked = bool(fill), bool(stroke)
        self.rest_opacity = opacity
        self.opacity = opacity
        self.path: Any = None
        self.fine_path: Any = None
        self.curves = self.points
        self.offset = np.zeros(2)

    def draw(self, curves: Array) -> Shape:
        """Show these curves ``(k, 4, 2)``; with no curves nothing is drawn."""
        points = np.zeros((curves.shape[0] * 4, 3))
        points[:, :2] = curves.reshape(-1, 2)
        self.points = self.curves = points
        self.path = self.fine_path = None
        self.offset = np.zeros(2)
        return self

    def place(self, x: float, y: float) -> Shape:
        """Show the curves this far to the right and up from where they were drawn."""
        self.offset = np.array([x, y])
        self.points = self.curves + np.array([x, y, 0.0])
        return self

    def set_alpha(self, opacity: float) -> Shape:
        """Set the opacity of what this shape shows, fill and stroke alike."""
        self.opacity = opacity * self.rest_opacity
        if self.filled:
            self.fill_rgbas[:, 3] = self.opacity
        if self.stroked:
            self.stroke_rgbas[:, 3] = self.opacity
        return self


NOTHING: Array = np.zeros((0, 4, 2))


def polyline(points: Array, *, closed: bool = False) -> Array:
    """Straight pieces through the points ``(k, 2)``."""
    points = np.asarray(points, dtype=float)
    if closed:
        points = np.vstack([points, points[:1]])
    return segments(points[:-1], points[1:])


def segments(starts: Array, ends: Array) -> Array:
    """Separate straight lines from ``starts`` to ``ends``, both ``(k, 2)``."""
    starts, ends = np.asarray(starts, dtype=float), np.asarray(ends, dtype=float)
    return np.stack([starts, starts + (ends - starts) / 3, ends - (ends - starts) / 3, ends], axis=1)


def dashes(start: Array, end: Array, length: float) -> Array:
    """A dashed line whose dashes and gaps are about `length` long and which begins and ends with a dash."""
    start, end = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    count = max(1, round((np.hypot(*(end - start)) / length + 1) / 2))
    edges = np.linspace(0.0, 1.0, 2 * count)[:, None]
    points = start + (end - start) * edges
    return segments(points[0::2], points[1::2])


def dashed(points: Array, pattern: Sequence[float]) -> Array:
    """A line through the points ``(k, 2)`` in dashes and gaps of these lengths in turn, solid without any.

    The pattern begins at the first point, so that it stays in place while a line grows at its other end.

    Examples
    --------
    >>> dashed(np.array([[0.0, 0.0], [5.0, 0.0]]), (2, 1))[:, [0, -1], 0]
    array([[0., 2.],
           [3., 5.]])
    """
    points = np.asarray(points, dtype=float)
    along = np.append(0.0, np.cumsum(np.hypot(*np.diff(points, axis=0).T)))
    if not pattern or along[-1] <= 0:
        return polyline(points)
    places = [np.interp(np.stack(dash_cuts(along, pattern)), along, points[:, k]) for k in (0, 1)]
    return segments(*np.stack(places, axis=-1))


def dash_cuts(along: Array, pattern: Sequence[float]) -> tuple[Array, Array]:
    """Where each dash of a pattern begins and ends on a line whose points lie at `along` ``(k,)``.

    Dashes are cut at the points, too, so that each piece is straight.

    Examples
    --------
    >>> first, last = dash_cuts(np.array([0.0, 1.0, 5.0]), (2, 1))
    >>> first.tolist(), last.tolist()
    ([0.0, 1.0, 3.0], [1.0, 2.0, 5.0])
    """
    period = float(sum(pattern))
    edges = np.cumsum([0.0, *pattern[:-1]]) + period * np.arange(np.ceil(along[-1] / period))[:, None]
    cuts = np.unique(np.concatenate([along, edges[edges < along[-1]]]))
    piece = (np.searchsorted(edges.ravel(), (cuts[:-1] + cuts[1:]) / 2) - 1) % 2 == 0
    return cuts[:-1][piece], cuts[1:][piece]


def along(points: Array, places: Array) -> Array:
    """Where a line through points ``(k, n)`` is at places: 2.5 is half the way from point 2 to point 3."""
    known = np.arange(len(points))
    return np.stack([np.interp(places, known, column) for column in points.T], axis=-1)


def ring(radius: float) -> Array:
    """A circle about the origin, as four quarter circles."""
    angles = np.arange(5) * np.pi / 2
    on = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    along = np.stack([-np.sin(angles), np.cos(angles)], axis=1) * CIRCLE_HANDLE
    return radius * np.stack([on[:-1], on[:-1] + along[:-1], on[1:] - along[1:], on[1:]], axis=1)


def polygon(count: int, first: float) -> Array:
    """A regular polygon about the origin, as large as the unit disc, its first corner at this angle (rad)."""
    radius = np.sqrt(2 * np.pi / (count * np.sin(2 * np.pi / count)))
    angles = first + 2 * np.pi * np.arange(count) / count
    return polyline(radius * np.stack([np.cos(angles), np.sin(angles)], axis=1), closed=True)


MARKERS = {
    "disc": ring(1.0),
    "diamond": polygon(4, 0.0),
    "square": polygon(4, np.pi / 4),
    "triangle": polygon(3, np.pi / 2),
}
"""Marks of points by name, about the origin, all as large as the unit disc."""


def marks(name: str, centres: Array, radius: float) -> Array:
    """One of `MARKERS` about each of the centres ``(k, 2)``, as large as a disc of this radius."""
    centres = np.asarray(centres, dtype=float)
    return (centres[:, None, None, :] + radius * MARKERS[name][None]).reshape(-1, 4, 2)


def discs(centres: Array, radius: float) -> Array:
    """One circle about each of the centres ``(k, 2)``."""
    return marks("disc", centres, radius)


def ring_and_dot(theme: Theme, centres: Array, radius: float, dot: float) -> list[Shape]:
    """The mark of minima about each of the centres ``(k, 2)``: a ring around a small dot."""
    ring = Shape(stroke=theme.minimum, width=theme.sizes.tangent).draw(discs(centres, radius))
    return [ring, Shape(fill=theme.minimum).draw(discs(centres, dot))]


def arrow(start: Array, end: Array, width: float, head: float) -> Array:
    """A filled arrow from `start` to `end`: a shaft of the given width and a head twice as long as wide.

    A short arrow shrinks as a whole, so that its direction can still be seen.
    """
    start, end = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    length = float(np.hypot(*(end - start)))
    if length < 1e-6:
        return NOTHING
    scale = min(1.0, length / (1.6 * head))
    width, head = width * scale, head * scale
    along = (end - start) / length
    across = np.array([-along[1], along[0]])
    neck = end - along * head
    half, wing = across * width / 2, across * head * 0.55
    return polyline(
        np.array([start + half, neck + half, neck + wing, end, neck - wing, neck - half, start - half]),
        closed=True,
    )


def rectangles(ones: npt.ArrayLike, others: npt.ArrayLike) -> Array:
    """Rectangles with opposite corners ``(k, 2)`` each."""
    (a, b), (c, d) = np.asarray(ones, dtype=float).T, np.asarray(others, dtype=float).T
    corners = np.stack([np.stack(xy, axis=1) for xy in ((a, b), (c, b), (c, d), (a, d))], axis=1)
    return segments(corners, np.roll(corners, -1, axis=1)).swapaxes(1, 2).reshape(-1, 4, 2)


def rounded_box(box: Box, radius: float) -> Array:
    """A rectangle with round corners."""
    radius = min(radius, box.width / 2, box.height / 2)
    (left, bottom), (right, top) = box.inset(radius, radius, radius, radius).corners
    centres = np.array([[right, top], [left, top], [left, bottom], [right, bottom]])
    quarters = ring(radius) + centres[:, None]
    sides = segments(quarters[:, 3], np.roll(quarters[:, 0], -1, axis=0))
    return np.stack([quarters, sides], axis=1).reshape(-1, 4, 2)


def holds(box: Box, points: Array) -> npt.NDArray[np.bool_]:
    """Which of the points ``(..., 2)`` lie in a box; those that are not finite do not."""
    low, high = box.corners + EDGES
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
    low, high = (corner - starts for corner in box.corners + EDGES)
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = low / way, high / way
    level = way == 0
    within = (low <= 0) & (high >= 0)
    enter = np.where(level, np.where(within, 0.0, np.inf), np.minimum(one, other)).max(axis=1)
    leave = np.where(level, np.where(within, 1.0, -np.inf), np.maximum(one, other)).min(axis=1)
    enter, leave = np.clip(enter, 0.0, 1.0), np.clip(leave, 0.0, 1.0)
    missed = ~(enter < leave)  # which is what a number that is none makes, too
    return np.where(missed, 1.0, enter), np.where(missed, 0.0, leave)
