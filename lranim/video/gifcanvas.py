"""A clip's changes as a GIF file: a palette, and frames that draw as little as can be."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lranim.video.changes import Box, bounds
from lranim.video.deltas import FIRST, SAME, Change, Deltas
from lranim.video.gifwriter import CLEAR, KEEP, TRANSPARENT, GifWriter
from lranim.video.palette import small_palette
from lranim.video.sink import Cancelled

Indices = npt.NDArray[np.uint8]

GAP = 16
"""Widest gap (px) between changed pixels of a row that is drawn with them."""

_FAR = 12_000  # px: further than any picture is wide, and twice as far is a number of 16 bits


@dataclass(frozen=True)
class Written:
    """What became of a file: its bytes and colours, and whether it is all there (else it grew too large)."""

    bytes: int
    colours: int
    whole: bool


def write_gif(
    path: Path,
    deltas: Deltas,
    rate: int,
    sizes: Sequence[int],
    *,
    kept: Sequence[tuple[int, int, int]] = (),
    loops: int = 0,
    most: int | None = None,
    cancelled: threading.Event,
) -> Written:
    """Write a GIF.

    Parameters
    ----------
    path
        The file.
    deltas
        The clip, finished.
    rate
        Frames a second, a divisor of 100.
    sizes, kept
        Numbers of colours to try, and colours that stay as they are: see `small_palette`.
    loops
        How often it plays; 0 for ever.
    most
        Stop as soon as the file has more bytes than this.
    cancelled
        Stop when this is set.

    Raises
    ------
    Cancelled
        When it was.
    """
    colours, weights = deltas.colours()
    palette, index = small_palette(colours[FIRST:], weights[FIRST:], sizes, kept)
    lookup = np.full(len(colours), TRANSPARENT, np.uint8)
    lookup[FIRST:] = index
    height, width = deltas.size
    with path.open("wb") as file:
        writer = GifWriter(file, width, height, palette, loops)
        canvas = _Canvas(writer, lookup, deltas.size, 100 // rate, again=loops != 1)
        for change, following in pairwise(chain[Change | None](deltas, [None])):
            if cancelled.is_set():
                raise Cancelled
            assert change is not None
            canvas.show(change, following)
            if most is not None and file.tell() > most:
                return Written(file.tell(), len(palette), whole=False)
        writer.finish()
        return Written(file.tell(), len(palette), whole=most is None or file.tell() <= most)


class _Canvas:
    """Turns changes into GIF frames that draw as little as can be.

    Parameters
    ----------
    writer
        Where the frames go.
    lookup
        The palette entry of each colour number.
    shape
        Height and width in px.
    delay
        Of each frame, in hundredths of a second.
    again
        Whether the first frame may come after the last one.
    """

    def __init__(
        self, writer: GifWriter, lookup: Indices, shape: tuple[int, int], delay: int, *, again: bool
    ) -> None:
        self._writer = writer
        self._lookup = lookup
        self._image: Indices = np.full(shape, TRANSPARENT, np.uint8)  # what is to be seen
        self._dirty = np.zeros(shape, np.bool_)  # what the next frame must draw
        self._cleared: list[Box] = []  # the box that the last frame takes with it
        self._delay = delay
        self._again = again

    def show(self, change: Change, following: Change | None) -> None:
        """Write the frames of one change; a frame prepares the ground for the one after it."""
        entries, differs = self._effect(change)
        self._image[change.box][differs] = entries[differs]
        self._dirty[change.box] |= differs & (entries != TRANSPARENT)
        for box in self._cleared:
            self._dirty[box] = self._image[box] != TRANSPARENT
        touched = [change.box, *self._cleared]
        for left in reversed(range(change.shown)):
            # a pixel can only become see-through when the frame before takes it away
            gone = self._vanishing(following) if left == 0 else None
            self._frame(touched, gone)
            touched = []

    def _effect(self, change: Change) -> tuple[Indices, npt.NDArray[np.bool_]]:
        """Return the palette entries of a change and where they differ from what is to be seen."""
        entries: Indices = self._lookup[change.ids]
        return entries, (change.ids != SAME) & (entries != self._image[change.box])

    def _vanishing(self, following: Change | None) -> Box | None:
        """Return the box that the present frame must take with it."""
        if following is None:
            # some viewers begin the next round on top of the last frame
            see_through = self._again and bool((self._image == TRANSPARENT).any())
            return bounds(self._image != TRANSPARENT) if see_through else None
        entries, differs = self._effect(following)
        return _within(following.box, bounds(differs & (entries == TRANSPARENT)))

    def _frame(self, touched: Iterable[Box], gone: Box | None) -> None:
        """Write one frame: the dirty pixels inside the touched boxes, and room for what it takes with it."""
        outer = _union([*touched])
        drawn = _within(outer, bounds(self._dirty[outer])) if outer else None
        box = _union([b for b in (drawn, gone) if b]) or (slice(0, 1), slice(0, 1))
        patch = np.where(_bridged(self._dirty[box]), self._image[box], np.uint8(TRANSPARENT))
        rows, columns = box
        self._writer.frame(patch, columns.start, rows.start, self._delay, CLEAR if gone else KEEP)
        self._dirty[box] = False
        self._cleared = [box] if gone else []


def _bridged(dirty: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return the mask with the short gaps of each row filled.

    What is drawn there again is what is there already; that compresses better (by 2 %) than see-through
    pixels between others.
    """
    # 16 bits, and in place: of a large picture wider numbers would be the most memory of the whole run.
    columns = np.arange(dirty.shape[1], dtype=np.int16)
    before = np.where(dirty, columns, np.int16(-_FAR))
    np.maximum.accumulate(before, axis=1, out=before)
    after = np.where(dirty, columns, np.int16(_FAR))[:, ::-1]
    np.minimum.accumulate(after, axis=1, out=after)
    return np.asarray(after[:, ::-1] - before <= GAP)


def _union(boxes: list[Box]) -> Box | None:
    """Return the smallest box around some boxes, None for none."""
    if not boxes:
        return None
    rows, columns = zip(*boxes, strict=True)
    return (
        slice(min(r.start for r in rows), max(r.stop for r in rows)),
        slice(min(c.start for c in columns), max(c.stop for c in columns)),
    )


def _within(outer: Box, inner: Box | None) -> Box | None:
    """Return a box given relative to another one in the picture's own coordinates."""
    if inner is None:
        return None
    (top, left), (rows, columns) = (outer[0].start, outer[1].start), inner
    return slice(top + rows.start, top + rows.stop), slice(left + columns.start, left + columns.stop)
