"""GIF from the frames themselves: keep what changes, then make a palette, then write the file."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image

from lranim.errors import RenderError
from lranim.render.changes import Box, bounds, pixels
from lranim.render.deltas import FIRST, SAME, Change, Deltas
from lranim.render.gifwriter import CLEAR, COLOURS, KEEP, TRANSPARENT, GifWriter
from lranim.render.job import Job
from lranim.render.palette import small_palette
from lranim.render.sink import Cancelled, FileSink, Frame

Indices = npt.NDArray[np.uint8]

CLOSING_S = 0.05
"""How long a GIF takes from its last picture back to its first (s)."""

SIZES = (64, 128, COLOURS)
"""Numbers of colours to try: the fewer, the smaller the file."""

GAP = 16
"""Widest gap (px) between changed pixels of a row that is drawn with them."""

_FAR = 12_000  # px: further than any picture is wide, and twice as far is a number of 16 bits


class GifSink(FileSink):
    """Writes a GIF with its own palette, at a constant rate that divides 100, looping for ever.

    File frame k shows stream frame ``floor(k * fps / rate + 1/2)``; of n stream frames there
    are ``round(n * rate / fps)`` in the file.
    With `transparent`, alpha below 128 is see-through; otherwise alpha is ignored.
    """

    def _prepare(self) -> None:
        if self.rate < 1 or 100 % self.rate:
            raise RenderError(f"gif: {self.rate} frames a second cannot be timed: use 10, 20, 25 or 50")
        self._deltas: Deltas | None = None
        self._taken = 0  # frames of the stream
        self._made = 0  # frames of the file
        self._last: tuple[Frame, Frame] | None = None  # as it came in, and as it goes into the file

    def write(self, frame: Frame, repeat: int) -> None:
        """Keep what this frame changes, if a frame of the file shows it."""
        self._check(frame)
        if self._deltas is None:
            self._deltas = Deltas(self.path.parent, self.height, self.width, self.transparent)
        self._taken += repeat
        # the file frames k that are due: k * fps / rate + 1/2 < taken
        due = -((1 - 2 * self._taken) * self.rate // (2 * self.fps))
        times, self._made = due - self._made, due
        if times:
            self._deltas.show(pixels(self._smaller(frame)), times)

    def close(self) -> None:
        """Make the palette and write the file."""
        if self._deltas is None:
            raise RenderError("gif: there are no frames")
        total = max(1, (2 * self._taken * self.rate + self.fps) // (2 * self.fps))
        self._deltas.finish(total - self._made)
        colours, weights = self._deltas.colours()
        palette, index = small_palette(colours[FIRST:], weights[FIRST:], SIZES)
        lookup = np.full(len(colours), TRANSPARENT, np.uint8)
        lookup[FIRST:] = index
        with self.path.open("wb") as file:
            writer = GifWriter(file, self.width, self.height, palette)
            canvas = _Canvas(writer, lookup, (self.height, self.width), 100 // self.rate)
            for change, following in pairwise(chain[Change | None](self._deltas, [None])):
                if self.cancelled.is_set():
                    raise Cancelled
                assert change is not None
                canvas.show(change, following)
            writer.finish()
        self._release()

    def _smaller(self, frame: Frame) -> Frame:
        """Return the frame in the size of the file, each pixel the mean of those it covers."""
        if self.frame_size == (self.width, self.height):
            return frame
        if self._last is None or self._last[0] is not frame:
            # Pillow weighs the colours of RGBA by their alpha; where that is left aside it need not.
            kind = "RGBA" if self.transparent else "RGBX"
            image = Image.frombuffer(kind, self.frame_size, np.ascontiguousarray(frame), "raw", kind, 0, 1)
            small = image.resize((self.width, self.height), Image.Resampling.BOX)
            self._last = frame, np.asarray(small)
        return self._last[1]

    def _release(self) -> None:
        if self._deltas is not None:
            with suppress(OSError):  # the disk may be full, once more
                self._deltas.close()
            self._deltas = None


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
    """

    def __init__(self, writer: GifWriter, lookup: Indices, shape: tuple[int, int], delay: int) -> None:
        self._writer = writer
        self._lookup = lookup
        self._image: Indices = np.full(shape, TRANSPARENT, np.uint8)  # what is to be seen
        self._dirty = np.zeros(shape, np.bool_)  # what the next frame must draw
        self._cleared: list[Box] = []  # the box that the last frame takes with it
        self._delay = delay

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
            see_through = bool((self._image == TRANSPARENT).any())
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


def closing(job: Job, first: Frame | None, last: Frame | None) -> list[Frame]:
    """Frames for the end of a GIF, from its last picture towards its first, so that it loops without a jolt.

    There are none on a see-through ground: a GIF's pixels are there or not, and cannot fade.
    """
    if first is None or last is None or first is last or job.transparent:
        return []
    count = round(CLOSING_S * job.fps)
    return [_between(last, first, k, count + 1) for k in range(1, count + 1)]


def _between(one: Frame, other: Frame, part: int, whole: int) -> Frame:
    """Return the picture that is ``part / whole`` of the way from one to the other."""
    picture = one.copy()
    for top in range(0, len(one), 64):  # in strips, to keep the wider numbers few
        strip = slice(top, top + 64)
        way = other[strip].astype(np.int32) - one[strip]
        picture[strip] = one[strip] + (way * (2 * part) + whole) // (2 * whole)
    return picture


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
