"""Frames to files: the table of formats, and the names the engine needs.

A format is one sink (see `lranim.render.sink.Sink`) and its row here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from lranim.render.fanout import Encoders
from lranim.render.gif import GifSink
from lranim.render.inspect import Media, fsync_file, inspect
from lranim.render.poster import PosterSink
from lranim.render.sink import Frame, Sink
from lranim.render.video import Mp4Sink, WebmSink

__all__ = [
    "SINKS",
    "Encoders",
    "Frame",
    "Media",
    "PosterSink",
    "Sink",
    "SinkFactory",
    "fsync_file",
    "inspect",
]


class SinkFactory(Protocol):
    """Makes the sink of one file; the parameters are those of `lranim.render.sink.FileSink`."""

    def __call__(
        self,
        path: Path,
        *,
        width: int,
        height: int,
        fps: int,
        rate: int,
        transparent: bool,
        turning: bool = False,
        frame_size: tuple[int, int] | None = None,
    ) -> Sink:
        """Return a sink that has not written anything yet."""


SINKS: dict[str, SinkFactory] = {
    "mp4": Mp4Sink,
    "gif": GifSink,
    "webm": WebmSink,
    "png": PosterSink,
}
"""One row a format: key, and file suffix, to factory."""
