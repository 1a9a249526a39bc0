"""Frames to files: the table of formats, and the names the engine needs.

A format is one sink (see `lranim.render.sink.FileSink`) and its row here.
"""

from __future__ import annotations

from lranim.render.fanout import Encoders
from lranim.render.gif import GifSink
from lranim.render.inspect import Media, inspect
from lranim.render.poster import PosterSink
from lranim.render.sink import FileSink, Frame, Sink
from lranim.render.video import Mp4Sink, WebmSink

__all__ = [
    "SINKS",
    "Encoders",
    "FileSink",
    "Frame",
    "Media",
    "PosterSink",
    "Sink",
    "inspect",
]


SINKS: dict[str, type[FileSink]] = {
    "mp4": Mp4Sink,
    "gif": GifSink,
    "webm": WebmSink,
    "png": PosterSink,
}
"""One row a format: key, and file suffix, to the class of its sink."""
