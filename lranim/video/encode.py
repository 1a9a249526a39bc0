"""Frames to files: the table of formats; each is one sink (a `FileSink`) and its row here."""

from __future__ import annotations

from PIL import Image

from lranim.errors import RenderError
from lranim.video.gif import GifSink
from lranim.video.movie import Mp4Sink, WebmSink
from lranim.video.sink import FileSink, Frame


class PosterSink(FileSink):
    """Keeps the last frame, which shows how the story ends, and writes it as an optimised PNG."""

    def _prepare(self) -> None:
        self._frame: Frame | None = None

    def write(self, frame: Frame, repeat: int) -> None:
        """Keep the frame in place of the one before."""
        self._check()
        self._frame = frame

    def close(self) -> None:
        """Write the file."""
        if self._frame is None:
            raise RenderError("png: there are no frames")
        image = Image.fromarray(self._frame)
        (image if self.transparent else image.convert("RGB")).save(self.path, "PNG", optimize=True)


SINKS: dict[str, type[FileSink]] = {
    "mp4": Mp4Sink,
    "gif": GifSink,
    "webm": WebmSink,
    "png": PosterSink,
}
"""One row a format: key, and file suffix, to the class of its sink."""
