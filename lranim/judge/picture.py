"""A picture taken apart: each thing that is drawn in it, alone, with its place and its pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lranim.draw.layout import Box

Region = tuple[slice, slice]
"""Rows and columns of a rectangle of pixels."""

Mask = npt.NDArray[np.bool_]
Paint = npt.NDArray[np.uint8]
Pixels = npt.NDArray[np.float32]
Colour = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class TextBox:
    """A text that a picture shows: its words, its ink's box and the height of its capitals, manim units."""

    text: str
    box: Box
    cap_height: float
    alpha: float = 1.0

    @property
    def name(self) -> str:
        """The words in quotes."""
        return f'"{self.text.strip()}"'


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer:
    """One thing of a picture, drawn alone.

    Parameters
    ----------
    name
        What a person would call it.
    box
        Where it is, manim units; it may reach out of the frame.
    region
        The pixels of the frame that it touches.
    paint
        Those pixels ``(h, w, 4)``: RGBA, colours multiplied by alpha.
    text
        The text that it is a part of: each colour of a text is a layer.
    colour
        RGB of a text's letters.
    """

    name: str
    box: Box
    region: Region
    paint: Paint
    text: TextBox | None = None
    colour: Colour = (0, 0, 0)

    def alpha(self, where: Region) -> Paint:
        """Its alpha ``(h, w)`` in a region, 0 where it has no pixels."""
        alpha = np.zeros(shape(where), np.uint8)
        if (both := common(self.region, where)) is not None:
            alpha[within(both, where)] = self.paint[within(both, self.region)][..., 3]
        return alpha

    def over(self, ground: Pixels, where: Region) -> Pixels:
        """A ground ``(h, w, 3)`` with this drawn over it, levels of 255."""
        both = common(self.region, where)
        if both is None:
            return ground
        part = self.paint[within(both, self.region)]
        there = within(both, where)
        ground = ground.copy()
        ground[there] *= 1 - part[..., 3:] / np.float32(255)
        ground[there] += part[..., :3]
        return ground


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """A picture taken apart.

    Parameters
    ----------
    layers
        What is drawn, from the bottom to the top.
    size
        Height and width in px.
    background
        RGB of the empty frame.
    frame, area
        The frame, and the part of it for the picture proper, manim units.
    """

    layers: Sequence[Layer]
    size: tuple[int, int]
    background: Colour
    frame: Box
    area: Box

    @property
    def percent(self) -> float:
        """A hundredth of the frame's shorter side, manim units."""
        return min(self.frame.width, self.frame.height) / 100

    def region(self, box: Box) -> Region:
        """The pixels that a box touches."""
        return region_of(box, self.frame, self.size)

    @cached_property
    def edges(self) -> npt.NDArray[np.int64]:
        """Of each layer's region the first and last row and column, ``(n, 4)``."""
        rows = [(r.start, r.stop, c.start, c.stop) for r, c in (layer.region for layer in self.layers)]
        return np.array(rows).reshape(-1, 4)

    def touching(self, where: Region) -> list[int]:
        """Which layers have pixels in a region."""
        (top, bottom), (left, right) = ((side.start, side.stop) for side in where)
        first_row, last_row, first_column, last_column = self.edges.T
        apart = (first_row >= bottom) | (last_row <= top) | (first_column >= right) | (last_column <= left)
        return [int(k) for k in np.flatnonzero(~apart)]


def region_of(box: Box, frame: Box, size: tuple[int, int]) -> Region:
    """The pixels that a box touches in a frame of this height and width in px.

    Examples
    --------
    >>> region_of(Box(0, -9, 2.5, 3), Box(-8, -4, 8, 4), (80, 160))
    (slice(10, 80, None), slice(80, 105, None))
    """
    height, width = size
    down, across = height / frame.height, width / frame.width
    return (
        _pixels((frame.top - box.top) * down, (frame.top - box.bottom) * down, height),
        _pixels((box.left - frame.left) * across, (box.right - frame.left) * across, width),
    )


def _pixels(start: float, stop: float, count: int) -> slice:
    first = min(max(int(np.floor(start)), 0), count)
    return slice(first, min(max(int(np.ceil(stop)), first), count))


def around(regions: Iterable[Region], margin: int, size: tuple[int, int]) -> Region:
    """The smallest region that holds all of them and a margin, within the frame."""
    rows, columns = zip(*regions, strict=True)
    high, wide = (
        slice(max(0, min(s.start for s in side) - margin), min(end, max(s.stop for s in side) + margin))
        for side, end in zip((rows, columns), size, strict=True)
    )
    return high, wide


def common(one: Region, other: Region) -> Region | None:
    """What two regions share, or None."""
    rows, columns = (
        slice(max(p.start, q.start), min(p.stop, q.stop)) for p, q in zip(one, other, strict=True)
    )
    return (rows, columns) if rows.start < rows.stop and columns.start < columns.stop else None


def within(inner: Region, outer: Region) -> Region:
    """A region in the pixels of another one that holds it."""
    rows, columns = (slice(i.start - o.start, i.stop - o.start) for i, o in zip(inner, outer, strict=True))
    return rows, columns


def shape(region: Region) -> tuple[int, int]:
    """Height and width of a region in px."""
    rows, columns = region
    return rows.stop - rows.start, columns.stop - columns.start
