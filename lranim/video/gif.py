"""GIF from the frames themselves: keep what changes, then make a palette, then write the file."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
from PIL import Image

from lranim.errors import RenderError
from lranim.video.budget import Budget, Step, steps
from lranim.video.changes import pixels
from lranim.video.deltas import Deltas
from lranim.video.gifcanvas import Written, write_gif
from lranim.video.gifwriter import COLOURS
from lranim.video.job import Job
from lranim.video.limits import size_text
from lranim.video.sink import Cancelled, FileSink, Frame

CLOSING_S = 0.05
"""How long a GIF takes from its last picture back to its first (s)."""

SIZES = (64, 128, COLOURS)
"""Numbers of colours to try: the fewer, the smaller the file."""


class GifSink(FileSink):
    """Writes a GIF with its own palette, at a constant rate that divides 100.

    File frame k shows stream frame ``floor(k * fps / rate + 1/2)``; of n stream frames there
    are ``round(n * rate / fps)`` in the file.
    With `transparent`, alpha below 128 is see-through; otherwise alpha is ignored.
    With a `budget`, a file that comes out too large is written again from what was kept, step by step
    (`lranim.video.budget.steps`); `rate`, `width` and `height` are then those of the file.
    """

    def _prepare(self) -> None:
        if self.rate < 1 or 100 % self.rate:
            raise RenderError(f"gif: {self.rate} frames a second cannot be timed: use 10, 20, 25 or 50")
        self._deltas: Deltas | None = None
        self._copies: list[GifSink] = []
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
        deltas = self._finished()
        if self.budget is None:
            self._written(deltas, self.rate, COLOURS)
        else:
            self._fit(deltas, self.budget)
        self._release()

    def _finished(self) -> Deltas:
        """What was kept, complete."""
        if self._deltas is None:
            raise RenderError("gif: there are no frames")
        total = max(1, (2 * self._taken * self.rate + self.fps) // (2 * self.fps))
        self._deltas.finish(total - self._made)
        return self._deltas

    def _written(self, deltas: Deltas, rate: int, colours: int, most: int | None = None) -> Written:
        return write_gif(
            self.path,
            deltas,
            rate,
            [*(size for size in SIZES if size < colours), colours],
            kept=self.budget.kept if self.budget and colours < COLOURS else (),
            loops=self.loops,
            most=most,
            cancelled=self.cancelled,
        )

    def _fit(self, deltas: Deltas, budget: Budget) -> None:
        """Write the file, again and again until it is small enough."""
        before = Step(rate=self.rate, colours=COLOURS, width=self.width)
        now, first, wide, written = before, deltas, deltas, None
        for step in steps(before.rate, before.colours, before.width, budget.least_width):
            if step.width != now.width:
                deltas = self._copied(wide, step, now.rate)
            elif step.rate != now.rate:
                deltas = wide = self._copied(first, step, before.rate)
            elif written is not None and step.colours >= written.colours:
                continue  # it has no more than these
            now = step
            written = self._written(deltas, step.rate, step.colours, budget.most)
            if written.whole:
                break
        self.given_up = _difference(before, now)
        if written is None or not written.whole:
            size = self._written(deltas, now.rate, now.colours).bytes
            how = f" even with {self.given_up}" if self.given_up else ""
            raise RenderError(
                f"gif: it takes {size_text(size)}{how}, more than {size_text(budget.most)}, and with less it "
                "could not be read: make a video of it (mp4), fewer steps, or a shorter clip"
            )
        self.rate, (self.height, self.width) = now.rate, deltas.size

    def _copied(self, deltas: Deltas, step: Step, rate: int) -> Deltas:
        """The same clip, of so many frames a second, in another size or at another rate."""
        (height, width), (frame_width, frame_height) = deltas.size, self.frame_size
        copy = GifSink(
            self.path,
            width=step.width,
            height=max(1, (2 * frame_height * step.width + frame_width) // (2 * frame_width)),
            fps=rate,
            rate=step.rate,
            transparent=self.transparent,
            frame_size=(width, height),
        )
        self._copies.append(copy)
        for picture, times in deltas.pictures():
            if self.cancelled.is_set():
                raise Cancelled
            copy.write(picture.view(np.uint8).reshape(height, width, 4), times)
        return copy._finished()

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
        for copy in self._copies:
            copy._release()
        if self._deltas is not None:
            with suppress(OSError):  # the disk may be full, once more
                self._deltas.close()
            self._deltas = None


def _difference(before: Step, after: Step) -> str:
    """What a step has less of, in words."""
    parts = [
        words
        for key, words in (
            ("rate", f"{after.rate} frames a second"),
            ("colours", f"{after.colours} colours"),
            ("width", f"{after.width} px of width"),
        )
        if getattr(before, key) != getattr(after, key)
    ]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def closing(job: Job, first: Frame | None, last: Frame | None) -> list[Frame]:
    """Frames for the end of a GIF, from its last picture towards its first, so that it loops without a jolt.

    There are none on a see-through ground: a GIF's pixels are there or not, and cannot fade. Nor are there
    where it stops after some rounds: it stops at its last picture.
    """
    if first is None or last is None or first is last or job.transparent or job.gif_loops:
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
