"""Part d: how far lranim is from the least it could take, x264 encoding the same frames."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import av

from bench.clip import Clip
from bench.meter import measure
from bench.plan import Plan
from bench.repeats import interleaved, median, ratio
from bench.table import number, table, times
from lranim.batch import render
from lranim.video.check import inspect
from lranim.video.movie import Converter, Mp4Sink

TITLE = "d. The limit: processor time a frame over x264 alone (mp4, frames already in memory as yuv420p)"
NEEDS = ()
WAITING = 64
"""Frames converted ahead, so that the encoder finds them in memory, and memory stays bounded."""


class BareEncoder(Mp4Sink):
    """The mp4 sink's encoder with its settings; counts the processor time of the encoding alone."""

    def _prepare(self) -> None:
        super()._prepare()
        self._waiting: list[tuple[av.VideoFrame, int]] = []
        self._make = Converter(self.width, self.height, "yuv420p")
        self.cpu = 0.0
        self.frames = 0

    def take(self, frame: Any, repeat: int) -> None:
        """Convert a frame; encode once enough are there."""
        self._waiting.append((_copy(self._make(frame)), repeat))
        if len(self._waiting) == WAITING:
            self.flush()

    def flush(self, *, last: bool = False) -> None:
        """Encode what waits."""
        if self._output is None:
            self._open()
        began = time.process_time()
        for picture, repeat in self._waiting:
            for _ in range(repeat):
                picture.pts = self.frames
                self.frames += 1
                self._mux(picture)
        if last:
            self.close()
        self.cpu += time.process_time() - began
        self._waiting.clear()


def _copy(picture: av.VideoFrame) -> av.VideoFrame:
    """A picture of its own; the converter uses one again and again."""
    return av.VideoFrame.from_ndarray(picture.to_ndarray(), format="yuv420p")


def run(plan: Plan) -> str:
    """Measure in turn, and return the table."""
    size = (854, 480, 15) if plan.quick else (1920, 1080, 60)
    rows = _rows(Clip("learning-rate", *size), plan.place("limit"), plan.repeats(2))
    return table(("clip", "what runs", "CPU ms/frame", "over x264 alone"), rows, texts=2)


def _rows(clip: Clip, place: Path, repeats: int) -> list[list[str]]:
    made = place / "clip.mp4"

    def x264(file: str = "x264.mp4", *, turning: bool = False) -> float:
        sink = BareEncoder(
            place / file,
            width=clip.width,
            height=clip.height,
            fps=clip.fps,
            rate=clip.fps,
            transparent=False,
            turning=turning,  # which takes the preset as it is
        )
        clip.draw(sink.take)
        sink.flush(last=True)
        return sink.cpu / sink.frames

    def drawing() -> float:
        began, count = time.process_time(), 0

        def take(frame: object, repeat: int) -> None:
            nonlocal count
            count += repeat

        clip.draw(take)
        return (time.process_time() - began) / count

    def whole() -> float:
        began = time.process_time()
        render.render(clip.job(place), force=True)
        return (time.process_time() - began) / inspect(made).frames

    def command() -> float:
        return measure(clip.lranim("mp4", place)).cpu / inspect(made).frames

    runs = {
        "x264 alone": x264,
        "x264 alone, as `veryfast` sets it": partial(x264, "own.mp4", turning=True),
        "lranim, drawing alone": drawing,
        "lranim, draw + encode + check": whole,
        "lranim, the command with its start": command,
    }
    costs = interleaved(runs, repeats)
    same = (place / "x264.mp4").read_bytes() == made.read_bytes()
    name = f"{clip.scene} {clip.setting}"
    rows = []
    for what, values in costs.items():
        over = times(ratio(values, costs["x264 alone"]))
        rows.append([name, what, number(median(values) * 1e3), over])
    rows.append([name, "both files have the same bytes", "yes" if same else "NO", ""])
    return rows
