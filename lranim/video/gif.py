"""GIF from the frames themselves: one palette for all of them, and frames that draw only what changes.

The palette is libav's. Its encoder is not used: on a see-through ground it draws all of every frame, which
takes five times the bytes. The LZW compression is Pillow's.
"""

from __future__ import annotations

import math
import pickle
import struct
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain, pairwise
from typing import IO

import av
import numpy as np
import numpy.typing as npt
from av.filter import Graph
from PIL import Image
from scipy.spatial import KDTree  # type: ignore[import-untyped]

from lranim.errors import RenderError
from lranim.video.budget import Budget, Step, steps
from lranim.video.changes import Box, Pixels, bounds, changed_box, pixels
from lranim.video.job import Job
from lranim.video.limits import size_text
from lranim.video.sink import FileSink, Frame

Colours = npt.NDArray[np.uint8]
"""A palette ``(P, 3)``, RGB."""

Indices = npt.NDArray[np.uint8]
"""Entries of a palette ``(H, W)``."""

Mask = npt.NDArray[np.bool_]

COLOURS = 160
"""Colours of a palette: with more, files grow and no picture gets better to the eye."""

CLEAR = 255
"""The palette entry that is see-through."""

SAMPLES = 75
"""The palette is made from about so many pictures of a long clip: what is to be seen stays for longer."""

GAP = 16
"""Widest gap (px) between changed pixels of a row that may be drawn with them."""

CLOSING_S = 0.05
"""How long a GIF takes from its last picture back to its first (s)."""

_LEFT, _CLEARED = 1, 2  # disposal: what becomes of a frame when the next one comes
_FAR = 12_000  # px: further than any picture is wide, and twice as far is a number of 16 bits
_OPAQUE = np.uint32(255 << 24)


class GifSink(FileSink):
    """Writes a GIF with its own palette, at a constant rate that divides 100.

    File frame k shows stream frame ``floor(k * fps / rate + 1/2)``; of n stream frames there
    are ``round(n * rate / fps)`` in the file.
    With `transparent`, alpha below 128 is see-through; otherwise alpha is ignored.
    With a `budget`, a file that comes out too large is written again from what was kept, step by step
    (`lranim.video.budget.steps`); `rate`, `width` and `height` are then those of the file.

    The pictures wait in an unnamed temporary file, so memory does not grow with their number and nothing is
    left behind however the process ends.
    """

    def _prepare(self) -> None:
        if self.rate < 1 or 100 % self.rate:
            raise RenderError(f"gif: {self.rate} frames a second cannot be timed: use 10, 20, 25 or 50")
        self._kept: IO[bytes] | None = None  # each picture, as its difference from the one before
        self._times: list[int] = []  # and how many frames of the file show it
        self._last: tuple[Frame | None, Pixels] = None, np.zeros((self.height, self.width), np.uint32)
        self._taken = 0  # frames of the stream
        self._made = 0  # frames of the file
        self._copies: list[GifSink] = []

    def write(self, frame: Frame, repeat: int) -> None:
        """Keep what this frame changes, if a frame of the file shows it."""
        self._check()
        if self._kept is None:
            self._kept = tempfile.TemporaryFile(dir=self.path.parent)  # noqa: SIM115 (closed by `_release`)
        self._taken += repeat
        # the file frames k that are due: k * fps / rate + 1/2 < taken
        due = -((1 - 2 * self._taken) * self.rate // (2 * self.fps))
        times, self._made = due - self._made, due
        if not times:
            return
        same, before = self._last
        picture = before if frame is same else self._picture(frame)
        self._last = frame, picture
        box = changed_box(before, picture) if self._times else (slice(None), slice(None))
        if box is None:
            self._times[-1] += times
        else:
            self._times.append(times)
            pickle.dump((box, zlib.compress((before[box] ^ picture[box]).data, 1)), self._kept)

    def _picture(self, frame: Frame) -> Pixels:
        """A frame in the size of the file, each pixel the mean of those it covers, there or not."""
        if self.frame_size != (self.width, self.height):
            # Pillow weighs the colours of RGBA by their alpha; where that is left aside it need not.
            kind = "RGBA" if self.transparent else "RGBX"
            image = Image.frombuffer(kind, self.frame_size, np.ascontiguousarray(frame), "raw", kind, 0, 1)
            frame = np.asarray(image.resize((self.width, self.height), Image.Resampling.BOX))
        colours = pixels(frame)
        opaque = colours | _OPAQUE
        return np.where(colours < 128 << 24, np.uint32(0), opaque) if self.transparent else opaque

    def close(self) -> None:
        """Make the palette and write the file."""
        self._finish()
        if self.budget is None:
            self._save(COLOURS)
        else:
            self._fit(self.budget)
        self._release()

    def _finish(self) -> None:
        """Show the last picture as long as the stream did, which may be not at all."""
        if not self._times:
            raise RenderError("gif: there are no frames")
        self._times[-1] += max(1, (2 * self._taken * self.rate + self.fps) // (2 * self.fps)) - self._made

    def _fit(self, budget: Budget) -> None:
        """Write the file, again and again until it is small enough."""
        whole = now = Step(rate=self.rate, colours=COLOURS, width=self.width)
        clip, fits = self, False
        for step in steps(whole.rate, whole.colours, whole.width, budget.least_width):
            if (step.rate, step.width) != (now.rate, now.width):
                clip = self._copied(step)
            now = step
            if fits := clip._save(now.colours, budget.most):
                break
        self.given_up = _difference(whole, now)
        if not fits:
            clip._save(now.colours)
            size = size_text(self.path.stat().st_size)
            how = f" even with {self.given_up}" if self.given_up else ""
            raise RenderError(
                f"gif: it takes {size}{how}, more than {size_text(budget.most)}, and with less it "
                "could not be read: make a video of it (mp4), fewer steps, or a shorter clip"
            )
        self.rate, self.width, self.height = clip.rate, clip.width, clip.height

    def _copied(self, step: Step) -> GifSink:
        """The same clip in another size or at another rate."""
        width, height = self.frame_size
        copy = GifSink(
            self.path,
            width=step.width,
            height=max(1, (2 * height * step.width + width) // (2 * width)),
            fps=self.rate,
            rate=step.rate,
            transparent=self.transparent,
            frame_size=(self.width, self.height),
            loops=self.loops,
            budget=self.budget,
        )
        copy.cancelled = self.cancelled
        self._copies.append(copy)
        for picture, _, times in self._pictures():
            copy.write(picture.copy().view(np.uint8).reshape(self.height, self.width, 4), times)
        copy._finish()
        return copy

    def _pictures(self) -> Iterator[tuple[Pixels, Box, int]]:
        """Each picture, in one and the same array; where it differs from the last; how often it shows."""
        assert self._kept is not None
        self._kept.seek(0)
        picture = np.zeros((self.height, self.width), np.uint32)
        for times in self._times:
            self._check()
            box, data = pickle.load(self._kept)
            picture[box] ^= np.frombuffer(zlib.decompress(data), np.uint32).reshape(picture[box].shape)
            if times:
                yield picture, box, times  # only the last one may show not at all

    def _palette(self, colours: int) -> Colours:
        """Colours for all pictures; where fewer must do, those of the theme stay as they are."""
        kept = self.budget.kept if self.budget and colours < COLOURS else ()
        there: set[tuple[int, int, int]] = set()
        graph = Graph()
        graph.threads = 1
        rgba, tick = av.VideoFormat("rgba"), Fraction(1, 100)
        source = graph.add_buffer(width=self.width, height=self.height, format=rgba, time_base=tick)
        made = graph.add("palettegen", max_colors=str(colours + 1))
        graph.link_nodes(source, made, graph.add("buffersink"))
        graph.configure()
        every = 1 + len(self._times) // SAMPLES
        for number, (picture, _, _) in enumerate(self._pictures()):
            if number % every == 0 or number == len(self._times) - 1:
                shown = picture.view(np.uint8).reshape(self.height, self.width, 4)
                frame = av.VideoFrame.from_numpy_buffer(shown, "rgba")
                frame.pts, frame.time_base = number, tick
                graph.vpush(frame)
                with suppress(BlockingIOError):  # it has the palette at the end; asked, it takes the picture
                    graph.vpull()
                there |= {one for one in kept if one not in there and (picture == _packed(one)).any()}
        graph.vpush(None)
        entries = graph.vpull().to_ndarray(format="rgba").reshape(-1, 4)
        palette = entries[entries[:, 3] == 255, :3].astype(np.int32)
        free = np.ones(len(palette), np.bool_)
        for colour in (one for one in kept if one in there):
            nearest = np.where(free, ((palette - colour) ** 2).sum(axis=1), np.inf).argmin()
            palette[nearest], free[nearest] = colour, False
        return np.unique(palette, axis=0).astype(np.uint8)

    def _indices(self, palette: Colours) -> Iterator[tuple[Indices, int]]:
        """Each picture as entries of the palette, the nearest ones, and how often it is shown."""
        known = np.full(1 << 24, CLEAR, np.uint8)  # memory is only taken where a colour occurs
        entries: Indices = np.full((self.height, self.width), CLEAR, np.uint8)
        for picture, box, times in self._pictures():
            part = picture[box]
            keys = part & ~_OPAQUE
            opaque = part >= _OPAQUE
            found = known[keys]
            unknown = opaque & (found == CLEAR)
            if unknown.any():
                new = np.unique(keys[unknown])
                parts = new[:, None] >> np.array([0, 8, 16], np.uint32) & 255
                known[new] = KDTree(palette).query(parts)[1]
                found = known[keys]
            entries = entries.copy()
            entries[box] = np.where(opaque, found, np.uint8(CLEAR))
            yield entries, times

    def _save(self, colours: int, most: float = math.inf) -> bool:
        """Write the file; whether it has at most so many bytes: where it has more, it ends."""
        palette = self._palette(colours)
        with self.path.open("wb") as file:
            file.write(_head(self.width, self.height, palette, self.loops))
            for frame in self._frames(palette):
                file.write(frame)
                if file.tell() > most:
                    return False
            file.write(b"\x3b")
            return file.tell() <= most

    def _frames(self, palette: Colours) -> Iterator[bytes]:
        """The frames of the file, each drawing what is not to be seen already."""
        shape = self.height, self.width
        seen: Indices = np.full(shape, CLEAR, np.uint8)
        # some viewers begin the next round on top of the last frame
        end: Indices = np.full(shape, CLEAR if self.transparent and self.loops != 1 else 0, np.uint8)
        for (now, times), (after, _) in pairwise(chain(self._indices(palette), [(end, 0)])):
            for left in reversed(range(times)):
                dirty: Mask = np.zeros(shape, np.bool_) if now is seen else now != seen
                touched, gone = dirty, False
                if self.transparent and not left:
                    # a pixel can only become see-through when the frame before takes the box around it away
                    vanishing = (after == CLEAR) & (now != CLEAR)
                    touched, gone = dirty | vanishing, bool(vanishing.any())
                box = bounds(touched) or (slice(0, 1), slice(0, 1))
                masks = dirty[box], _bridged(dirty[box])  # whichever takes less: a tenth where surfaces turn
                patches = (np.where(mask, now[box], np.uint8(CLEAR)) for mask in masks)
                disposal = _CLEARED if gone else _LEFT
                yield min((_frame(one, box, 100 // self.rate, disposal) for one in patches), key=len)
                seen = now
                if gone:
                    seen = now.copy()
                    seen[box] = CLEAR

    def _release(self) -> None:
        for copy in self._copies:
            copy._release()
        if self._kept is not None:
            with suppress(OSError):  # the disk may be full, once more
                self._kept.close()


def _packed(colour: tuple[int, int, int]) -> int:
    """A colour as one number, as in `Pixels`."""
    red, green, blue = colour
    return red | green << 8 | blue << 16 | 255 << 24


def _head(width: int, height: int, palette: Colours, loops: int) -> bytes:
    """The start of a file: its size, a table of 256 colours, and how often it plays."""
    table = np.zeros((CLEAR + 1, 3), np.uint8)
    table[: len(palette)] = palette
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, CLEAR, 0) + table.tobytes()
    # The number counts repetitions: a file of n plays n + 1 times in browsers, one of 0 for ever, and one
    # without it once.
    again = b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<HB", max(0, loops - 1), 0)
    return head if loops == 1 else head + again


def _frame(patch: Indices, box: Box, delay: int, disposal: int) -> bytes:
    """A frame: palette entries at a place (px), shown for a time (1/100 s), then left or cleared.

    The pixels take as few bits as the highest entry and one more, which stands for see-through.
    Source: the GIF89a specification (CompuServe, 1990).
    """
    (height, width), (rows, columns) = patch.shape, box
    clear = patch == CLEAR
    through = int(np.max(patch, where=~clear, initial=0)) + 1
    bits = max(2, through.bit_length())
    image = Image.fromarray(np.where(clear, np.uint8(through), patch))
    return (
        struct.pack("<BBBBHBB", 0x21, 0xF9, 4, disposal << 2 | 1, delay, through, 0)
        + struct.pack("<BHHHHBB", 0x2C, columns.start, rows.start, width, height, 0, bits)
        + image.tobytes("gif", "L", bits, 0)
        + b"\0"
    )


def _bridged(dirty: Mask) -> Mask:
    """The mask with gaps of up to `GAP` px in its rows filled."""
    # 16 bits, and in place: of a large picture wider numbers would be the most memory of the whole run.
    columns = np.arange(dirty.shape[1], dtype=np.int16)
    before = np.where(dirty, columns, np.int16(-_FAR))
    np.maximum.accumulate(before, axis=1, out=before)
    after = np.where(dirty, columns, np.int16(_FAR))[:, ::-1]
    np.minimum.accumulate(after, axis=1, out=after)
    return np.asarray(after[:, ::-1] - before <= GAP)


def _difference(before: Step, after: Step) -> str:
    """What a step has less of, in words."""
    less = {
        f"{after.rate} frames a second": after.rate < before.rate,
        f"{after.colours} colours": after.colours < before.colours,
        f"{after.width} px of width": after.width < before.width,
    }
    said = [words for words, given_up in less.items() if given_up]
    return " and ".join(filter(None, [", ".join(said[:-1]), *said[-1:]]))


def closing(job: Job, first: Frame | None, last: Frame | None) -> list[Frame]:
    """Frames for the end of a GIF, from its last picture towards its first, so that it loops without a jolt.

    There are none on a see-through ground: a GIF's pixels are there or not, and cannot fade. Nor are there
    where it stops after some rounds: it stops at its last picture.
    """
    if first is None or last is None or first is last or job.transparent or job.gif_loops:
        return []
    count = round(CLOSING_S * job.fps)
    ends = Image.fromarray(last), Image.fromarray(first)
    return [np.asarray(Image.blend(*ends, k / (count + 1))) for k in range(1, count + 1)]
