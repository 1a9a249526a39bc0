"""Where things go in the frame, for any shape of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lranim.core.types import Array

CAP, LEADING, TAIL = 0.73, 1.28, 0.24
"""Height of a capital letter, from one baseline to the next, and how far letters hang below it, in em."""

SMALLEST = 2.2
"""The lowest capitals that can be read from the back row, in percent of the frame's height."""


STACKED, CHIP_BELOW, LONG_LINES = 1.25, 0.7, 1.6
"""Narrower than these, in heights, a frame has its panel below the picture, the verdict below the title, and
a caption of several lines as a matter of course."""

HEAD, TITLE_ROOM, CHIP_ROW, FOOT, CAPTION_ROW, GAP = 15.0, 10.018, 9.4, 13.0, 6.9, 2.4
"""Heights of all above the body, of the title in it, of a row for the verdict, of a caption's room, of each
further line of it, and of a gap, in units."""

EDGE = 2.0
"""The least between a text and the frame's edge, in percent of the frame's height."""

PANEL_WIDTH = 54.8
"""Width of a panel beside the picture, at least, in units."""

PANEL_HEIGHTS = ((115.0, 36.0), (0.0, 58.0))
"""Height of a panel below the picture by its width, at least, both in units: a wide one has two columns."""


def tall(count: int) -> float:
    """Height of so many lines in em, from the first one's capitals to the last one's tails."""
    return CAP + (count - 1) * LEADING + TAIL


@dataclass(frozen=True)
class Box:
    """A rectangle in manim units."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Right minus left."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Top minus bottom."""
        return self.top - self.bottom

    def meets(self, other: Box) -> bool:
        """Whether the two have an area in common."""
        across = min(self.right, other.right) - max(self.left, other.left)
        return min(across, min(self.top, other.top) - max(self.bottom, other.bottom)) > 1e-9

    @property
    def centre(self) -> Array:
        """The middle, ``(2,)``."""
        return np.array([(self.left + self.right) / 2, (self.bottom + self.top) / 2])

    @property
    def corners(self) -> Array:
        """The lower left and the upper right corner, ``(2, 2)``."""
        return np.array([[self.left, self.bottom], [self.right, self.top]])

    def inset(self, left: float, bottom: float, right: float, top: float) -> Box:
        """The box less a border."""
        return Box(self.left + left, self.bottom + bottom, self.right - right, self.top - top)

    def columns(self, *weights: float, gap: float = 0.0) -> list[Box]:
        """Cut it into columns, left one first, whose widths are as the weights.

        Examples
        --------
        >>> [(column.left, column.right) for column in Box(0, 0, 10, 4).columns(1, 3, gap=2)]
        [(0.0, 2.0), (4.0, 10.0)]
        """
        shares = _shares(self.width, weights, gap)
        return [Box(self.left + start, self.bottom, self.left + end, self.top) for start, end in shares]

    def rows(self, *weights: float, gap: float = 0.0) -> list[Box]:
        """Cut it into rows, top one first, whose heights are as the weights.

        Examples
        --------
        >>> [(row.bottom, row.top) for row in Box(0, 0, 4, 10).rows(1, 3, gap=2)]
        [(8.0, 10.0), (0.0, 6.0)]
        """
        shares = _shares(self.height, weights, gap)
        return [Box(self.left, self.top - end, self.right, self.top - start) for start, end in shares]

    def grid(self, count: int, *, gap: float = 0.0, aspect: float = 1.4) -> list[Box]:
        """Cut it into so many equal boxes, row by row, each about `aspect` times as wide as high.

        No row is left empty; the last one may have fewer boxes.

        Examples
        --------
        >>> [(box.left, box.top) for box in Box(0, 0, 9, 3).grid(3)]
        [(0.0, 3.0), (3.0, 3.0), (6.0, 3.0)]
        >>> [(box.left, box.top) for box in Box(0, 0, 3, 9).grid(3)]
        [(0.0, 9.0), (0.0, 6.0), (0.0, 3.0)]
        >>> [(box.left, box.top) for box in Box(0, 0, 4, 8).grid(4, gap=1)]  # gaps count, between boxes alone
        [(0.0, 8.0), (0.0, 5.75), (0.0, 3.5), (0.0, 1.25)]
        """

        def strain(across: int) -> float:
            down = -(-count // across)
            wide = (self.width - gap * (across - 1)) / across
            high = (self.height - gap * (down - 1)) / down
            # What counts is how large a picture of the wanted shape each box can hold.
            return -min(wide, high * aspect)

        across = min((n for n in range(1, count + 1) if -(-count // n) * n - count < n), key=strain)
        down = -(-count // across)
        rows = self.rows(*[1.0] * down, gap=gap)
        cells = [cell for row in rows for cell in row.columns(*[1.0] * across, gap=gap)]
        return cells[:count]


def _shares(length: float, weights: tuple[float, ...], gap: float) -> list[tuple[float, float]]:
    """Where each part begins and ends."""
    parts = np.array(weights) / sum(weights) * (length - gap * (len(weights) - 1))
    ends = np.cumsum(parts) + gap * np.arange(len(weights))
    return list(zip((ends - parts).tolist(), ends.tolist(), strict=True))


class Layout:
    """Title on top, caption at the bottom, between them the body: a picture and a panel.

    On a wide frame the panel stands beside the picture and the verdict beside the title; on a narrow one,
    `stacked` or with its `chip_below`, they stand below, and the caption has more `lines`.

    Parameters
    ----------
    width, height
        Of the frame, in manim units.
    chip
        Whether a row is kept for a verdict.

    Attributes
    ----------
    unit
        What sizes of text and gaps are given in, in manim units: one percent of the frame's height, or on a
        frame narrower than 16:9, of the height of the 16:9 frame of the same area.
    least
        The smallest size of text that can be read, in units.
    body
        All between title and caption, as wide as they are.
    """

    def __init__(self, width: float, height: float, *, chip: bool = True) -> None:
        self.frame = Box(-width / 2, -height / 2, width / 2, height / 2)
        aspect = width / height
        self.unit = unit = height / 100 * min(1.0, (aspect * 9 / 16) ** 0.5)
        self.stacked, self.chip_below = aspect < STACKED, aspect < CHIP_BELOW
        margin, edge = 0.03 * max(width, height), EDGE / 100 * height - EDGE * unit
        inner = self.frame.inset(margin, edge, margin, edge)
        self.lines = 2 if aspect > CHIP_BELOW else 3
        # Heights of what is above and below the body, in units.
        row = CHIP_ROW if chip and self.chip_below else 0.0
        self.least = SMALLEST / CAP * height / 100 / unit
        title = max(
            TITLE_ROOM, tall(2) * self.least
        )  # on a narrow frame two lines of the least size need more
        more = title - TITLE_ROOM
        foot = FOOT + CAPTION_ROW * (self.lines - 1) * (aspect < LONG_LINES)
        self.title = inner.inset(0, inner.height - (2.582 + title) * unit, 0, 2.582 * unit)
        self.chip = inner.inset(0, inner.height - (11.9 + row + more) * unit, 0, (4.4 + row + more) * unit)
        self.caption = inner.inset(0, EDGE * unit, 0, inner.height - (foot - 0.95) * unit)
        self.body = body = inner.inset(0, foot * unit, 0, (HEAD + row + more) * unit)
        if self.stacked:
            share = unit * next(high for wide, high in PANEL_HEIGHTS if body.width >= wide * unit)
            self.picture = body.inset(0, share + self.gap, 0, 0)
            self.panel = body.inset(0, 0, 0, body.height - share)
        else:
            share = max(0.315 * width - 1.2 * unit, PANEL_WIDTH * unit)
            self.picture = body.inset(0, 0, share + self.gap, 0)
            self.panel = body.inset(body.width - share, 0, 0, 0)

    @property
    def gap(self) -> float:
        """Between the parts of the body, in manim units."""
        return GAP * self.unit

    def split(self, *weights: float) -> list[Box]:
        """Cut the body into columns on a wide frame and into rows on a stacked one."""
        return (self.body.rows if self.stacked else self.body.columns)(*weights, gap=self.gap)
