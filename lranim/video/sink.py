"""What takes a stream of frames and turns it into one file."""

from __future__ import annotations

import errno
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from lranim.errors import RenderError

if TYPE_CHECKING:
    from lranim.video.budget import Budget

Frame = npt.NDArray[np.uint8]
"""One picture, ``(H, W, 4)`` uint8, RGBA, straight alpha, top row first. Never changed once handed over."""


class Sink(Protocol):
    """Takes the frames of one clip in order and leaves one file."""

    def write(self, frame: Frame, repeat: int) -> None:
        """Take a frame that is shown for `repeat` frames of the stream."""

    def close(self) -> None:
        """Finish the file."""

    def abort(self) -> None:
        """Give up: leave no file behind, finished or not; may be called at any time and more than once."""


class Cancelled(Exception):
    """A sink stopped because its run was given up; never reaches the user."""


class FileSink(ABC):
    """What all formats share: the size, the file's path, and giving up.

    Parameters
    ----------
    path
        The file to write; a file of that name is replaced.
    width, height
        Size of the file in px.
    fps
        Frames a second that come in.
    rate
        Frames a second of the file.
    transparent
        Keep the alpha channel, as far as the format has one.
    turning
        All of the picture moves for most of the time, as it does where a camera turns.
    frame_size
        Width and height of the frames that come in, where they are larger than the file.
    loops
        How often a file plays that says so itself; 0 for ever.
    budget
        How large the file may be, and what it may give up for that; it says what it did in `given_up`.
    """

    def __init__(
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
        loops: int = 0,
        budget: Budget | None = None,
    ) -> None:
        # absolute: "a:b.mp4" would otherwise be read as a protocol called "a"
        self.path = path.absolute()
        self.width = width
        self.height = height
        self.fps = fps
        self.rate = rate
        self.transparent = transparent
        self.turning = turning
        self.frame_size = frame_size or (width, height)
        self.loops = loops
        self.budget = budget
        self.given_up = ""
        self.cancelled = threading.Event()
        self._prepare()

    def _prepare(self) -> None:  # noqa: B027 (a format may have nothing to prepare)
        """Refuse what the format cannot do, and set up what `write` needs."""

    @abstractmethod
    def write(self, frame: Frame, repeat: int) -> None:
        """Take a frame that is shown for `repeat` frames of the stream."""

    @abstractmethod
    def close(self) -> None:
        """Finish the file."""

    def abort(self) -> None:
        """Leave no file behind."""
        self.cancelled.set()
        self._release()
        self.path.unlink(missing_ok=True)

    def _release(self) -> None:  # noqa: B027 (nor to let go of)
        """Let go of open files; called by `abort`."""

    def _check(self, frame: Frame) -> None:
        """Refuse a frame of the wrong kind, and any frame once the run was given up."""
        if self.cancelled.is_set():
            raise Cancelled
        width, height = self.frame_size
        if frame.shape != (height, width, 4) or frame.dtype != np.uint8:
            raise ValueError(
                f"expected a frame of {width}x{height} RGBA bytes, got {frame.dtype} of shape {frame.shape}"
            )


def explain(fmt: str, path: Path | None, error: Exception) -> RenderError:
    """Return the error of one sink as one line for the user, beginning with the format."""
    if isinstance(error, RenderError):
        return error
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
        # the disk, not the folder: that one may be a working folder that is gone when this is read
        disk = next((folder for folder in path.parents if folder.is_mount()), None) if path else None
        return RenderError(
            f"{fmt}: no space left on {disk or 'the disk'}: free some, or choose another folder with -o"
        )
    if isinstance(error, MemoryError):
        return RenderError(f"{fmt}: not enough memory: choose a smaller size or fewer formats")
    if isinstance(error, OSError) and error.strerror:
        return RenderError(f"{fmt}: {error.strerror}: {path.name if path else error.filename}")
    return RenderError(f"{fmt}: {str(error) or type(error).__name__}")


@contextmanager
def told(path: Path) -> Iterator[Path]:
    """Turn what the system says about writing a file into an error that names its format."""
    try:
        yield path
    except OSError as error:
        raise explain(path.suffix[1:].lower(), path.absolute(), error) from error
