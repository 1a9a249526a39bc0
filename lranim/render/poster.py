"""One frame of the clip as a PNG."""

from __future__ import annotations

from PIL import Image

from lranim.errors import RenderError
from lranim.render.sink import FileSink, Frame


class PosterSink(FileSink):
    """Keeps one frame and writes it as an optimised PNG: the marked one, or the last."""

    def _prepare(self) -> None:
        self._frame: Frame | None = None
        self._wanted = False
        self._found = False

    def mark(self) -> None:
        """Make the next frame the poster; the last one written if none follows. The latest mark counts."""
        self._wanted = True

    def write(self, frame: Frame, repeat: int) -> None:
        """Keep the frame if it may be the poster."""
        self._check(frame)
        if self._wanted or not self._found:
            self._frame = frame
        self._found = self._found or self._wanted
        self._wanted = False

    def close(self) -> None:
        """Write the file."""
        if self._frame is None:
            raise RenderError("png: there are no frames")
        image = Image.fromarray(self._frame)
        (image if self.transparent else image.convert("RGB")).save(self.path, "PNG", optimize=True)
