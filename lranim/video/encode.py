"""Frames to files: the table of formats, and the names the engine needs.

A format is one sink (see `lranim.video.sink.FileSink`) and its row here.
"""

from __future__ import annotations

from lranim.video.fanout import Encoders
from lranim.video.gif import GifSink
from lranim.video.inspect import Media, inspect
from lranim.video.movie import Mp4Sink, WebmSink
from lranim.video.poster import PosterSink
from lranim.video.sink import FileSink, Frame, Sink

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
