"""What each picture of a clip changes, kept on disk, with the colours numbered and counted."""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from lranim.video.changes import Box, Pixels, changed_box

Ids = npt.NDArray[np.uint32]

SAME = 0
"""Number of "as in the picture before"."""
CLEAR = 1
"""Number of "see-through"."""
FIRST = 2
"""Number of the first colour."""

_STRIP = 64
"""Rows worked on at a time."""

_RECORD = struct.Struct("<7I")  # top, bottom, left, right, times shown, bytes in a number, bytes that follow


@dataclass
class Change:
    """One picture: where it differs from the one before, and there the number of each new colour."""

    box: Box
    ids: npt.NDArray[np.unsignedinteger]
    shown: int


class Deltas:
    """A clip as its changes.

    The changes wait in an unnamed temporary file in `folder`, so memory does not grow with the length and
    nothing is left behind however the process ends. Drawings repeat themselves, hence the quick compression.

    Parameters
    ----------
    folder
        Where there is room.
    height, width
        Size of the pictures in px.
    transparent
        Alpha below 128 is see-through; otherwise alpha is ignored.
    """

    def __init__(self, folder: Path, height: int, width: int, transparent: bool) -> None:
        self.size = (height, width)
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (closed by `close`)
        self._transparent = transparent
        self._before: Pixels | None = None
        self._pending: Change | None = None
        self._ids: Ids = np.full((height, width), SAME, np.uint32)  # of the last picture
        self._number = np.zeros(1 << 24, np.uint32)  # of each colour; memory is only taken where one occurs
        self._colours: list[npt.NDArray[np.uint32]] = [np.zeros(FIRST, np.uint32)]
        self._count = FIRST
        self._on_screen = np.zeros(FIRST, np.int64)  # pixels of each colour in the last picture
        self._weights = np.zeros(FIRST, np.int64)  # the same, summed over all pictures put aside

    def show(self, picture: Pixels, times: int) -> None:
        """Add a picture that is shown `times` times; it must not change afterwards."""
        if self._before is None:
            box: Box | None = (slice(0, len(picture)), slice(0, len(picture[0])))
        else:
            box = changed_box(self._before, picture)
        self._before = picture
        if box is None and self._pending is not None:
            self._pending.shown += times
            return
        assert box is not None
        self._put_aside()
        change = np.empty(picture[box].shape, np.uint32)
        rows, columns = box
        # A strip at a time: the arrays in between stay small, however large the picture is.
        for top in range(rows.start, rows.stop, _STRIP):
            strip = slice(top, min(top + _STRIP, rows.stop)), columns
            new, old = self._numbers(picture[strip]), self._ids[strip]
            differs = new != old
            self._on_screen = _grown(self._on_screen, self._count)
            self._on_screen += np.bincount(new[differs], minlength=self._count)
            self._on_screen -= np.bincount(old[differs], minlength=self._count)
            change[top - rows.start : strip[0].stop - rows.start] = np.where(differs, new, np.uint32(SAME))
            self._ids[strip] = new
        self._pending = Change(box, change, times)

    def finish(self, correction: int) -> None:
        """Show the last picture `correction` times more, or less; one that is not shown at all is dropped."""
        if self._pending is not None:
            self._pending.shown += correction
            self._put_aside()

    def colours(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        """Return the colours ``(K, 3)``, RGB, by number, and how many pixels of all pictures have each."""
        packed = np.concatenate(self._colours)
        rgb = np.stack([packed & 255, packed >> 8 & 255, packed >> 16 & 255], axis=1).astype(np.uint8)
        return rgb, _grown(self._weights, self._count)

    def __iter__(self) -> Iterator[Change]:
        """Yield the changes in order, after `finish`."""
        self._file.seek(0)
        while head := self._file.read(_RECORD.size):
            top, bottom, left, right, shown, item, size = _RECORD.unpack(head)
            raw = zlib.decompress(self._file.read(size))
            ids = np.frombuffer(raw, np.dtype(f"u{item}")).reshape(bottom - top, right - left)
            yield Change((slice(top, bottom), slice(left, right)), ids, shown)

    def pictures(self) -> Iterator[tuple[Pixels, int]]:
        """Yield each picture ``(H, W)``, in memory of its own, and how often it is shown, after `finish`."""
        rgb = np.concatenate(self._colours) | np.uint32(255 << 24)
        rgb[:FIRST] = 0
        picture = np.zeros(self.size, np.uint32)
        for change in self:
            picture = picture.copy()
            np.copyto(picture[change.box], rgb[change.ids], where=change.ids != SAME)
            yield picture, change.shown

    def close(self) -> None:
        """Drop the temporary file."""
        self._file.close()

    def _put_aside(self) -> None:
        """Write the last picture down, now that it is known how often it is shown."""
        change, self._pending = self._pending, None
        if change is None or change.shown < 1:
            return
        self._weights = _grown(self._weights, self._count) + change.shown * self._on_screen
        ids = change.ids.astype(np.uint16) if self._count <= 1 << 16 else change.ids
        data = zlib.compress(ids.data, 1)
        rows, columns = change.box
        self._file.write(
            _RECORD.pack(
                rows.start, rows.stop, columns.start, columns.stop, change.shown, ids.itemsize, len(data)
            )
        )
        self._file.write(data)

    def _numbers(self, colours: Pixels) -> Ids:
        """Return the number of each colour ``(h, w)``; new colours get new numbers."""
        keys = colours & np.uint32(0xFFFFFF)
        ids: Ids = self._number[keys]
        clear = colours < np.uint32(128 << 24) if self._transparent else None
        unknown = ids == 0
        if clear is not None:
            unknown &= ~clear
        if unknown.any():
            new = np.unique(keys[unknown])
            self._number[new] = np.arange(self._count, self._count + len(new), dtype=np.uint32)
            self._colours.append(new)
            self._count += len(new)
            ids = self._number[keys]
        if clear is not None:
            ids[clear] = CLEAR
        return ids


def _grown(counts: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    """Return the counts with zeros for the colours that came since."""
    return np.concatenate([counts, np.zeros(size - len(counts), np.int64)]) if len(counts) < size else counts
