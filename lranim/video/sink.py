"""What takes a stream of frames and turns it into one file."""

from __future__ import annotations

import errno
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

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

    def _check(self) -> None:
        """Stop once the run was given up."""
        if self.cancelled.is_set():
            raise Cancelled


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


_POLL = 0.002  # s between looks at a full queue, or at an encoder that finishes its file
_PATIENCE = 10.0  # s to wait for an encoder in the middle of a frame


@dataclass
class _Lane:
    """One sink, what waits for it, and its thread; None is the end of the stream.

    No lock of Python's own is taken, by a condition, an event or a bounded queue: Ctrl-C may come just when
    one was taken, and then nobody lets go of it.
    """

    fmt: str
    sink: Sink
    queue: SimpleQueue[tuple[Frame, int] | None] = field(default_factory=SimpleQueue)
    thread: threading.Thread | None = None
    done: bool = False


class Encoders:
    """Gives every frame to every sink; a context manager that leaves all files finished, or none.

    Leaving the ``with`` block normally closes the sinks; leaving it through an exception (Ctrl-C included)
    gives them up, and their files are deleted.

    Parameters
    ----------
    sinks
        The sinks by format; the format begins the error message.
    queue_bytes
        What may wait in front of each sink; at least two frames.

    Examples
    --------
    >>> import numpy as np, tempfile, pathlib
    >>> from lranim.video.encode import SINKS
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "dot.gif")
    ...     sink = SINKS["gif"](path, width=4, height=2, fps=20, rate=20, transparent=False)
    ...     with Encoders({"gif": sink}) as encoders:
    ...         encoders.write(np.zeros((2, 4, 4), np.uint8), repeat=3)
    ...     path.exists()
    True
    """

    def __init__(self, sinks: Mapping[str, Sink], *, queue_bytes: int = 16 << 20) -> None:
        self._lanes = [_Lane(fmt, sink) for fmt, sink in sinks.items()]
        self._queue_bytes = queue_bytes
        self._stopped = False
        self._failures: list[tuple[_Lane, Exception]] = []

    def __enter__(self) -> Self:
        """Start the threads."""
        try:
            for lane in self._lanes:
                # daemon: an encoder that hangs must not keep the process alive
                lane.thread = threading.Thread(target=self._work, args=(lane,), daemon=True)
                lane.thread.start()
        except BaseException:  # Ctrl-C as well
            self.abort()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the sinks, or give them up after an exception."""
        if error is None:
            self.close()
        else:
            self.abort()

    def write(self, frame: Frame, repeat: int = 1, *, only: str | None = None) -> None:
        """Hand a frame over, shown `repeat` times; it must never change afterwards.

        With `only`, it goes to the sink of that format alone.

        Raises
        ------
        RenderError
            If a sink has failed: all are given up.
        """
        for lane in self._lanes:
            if only in (None, lane.fmt):
                self._put(lane, (frame, repeat), max(2, self._queue_bytes // frame.nbytes))
        self._raise_failure()

    def close(self) -> None:
        """Finish all files.

        Raises
        ------
        RenderError
            If a sink has failed: all are given up.
        """
        if self._stopped:
            return
        try:
            for lane in self._lanes:
                self._put(lane, None, 0)
            for lane in self._lanes:
                # not by joining it: interrupted in that, Python takes a thread for ended that is not
                while not lane.done and not self._failures:
                    time.sleep(_POLL)
            self._stopped = True
            self._raise_failure()
        except BaseException:  # Ctrl-C as well
            self.abort()
            raise

    def abort(self) -> None:
        """Stop all sinks soon and delete their files, finished or not; may be called more than once."""
        self._stopped = True
        for lane in self._lanes:
            if cancelled := getattr(lane.sink, "cancelled", None):
                cancelled.set()
            lane.queue.put(None)  # wakes it, where it waits
        for lane in self._lanes:
            if lane.thread is not None and lane.thread.ident is not None:
                lane.thread.join(_PATIENCE)
            with suppress(Exception):  # giving up must go on to the next file
                lane.sink.abort()

    def _put(self, lane: _Lane, item: tuple[Frame, int] | None, most: int) -> None:
        """Append to a queue, waiting where it holds so many; with 0 it may hold any number."""
        while most and lane.queue.qsize() >= most and not self._failures and not self._stopped:
            time.sleep(_POLL)
        self._raise_failure()
        if self._stopped:
            raise RenderError("the encoders are closed")
        lane.queue.put(item)

    def _raise_failure(self) -> None:
        if self._failures:
            lane, error = self._failures[0]
            self.abort()
            path = getattr(lane.sink, "path", None)
            raise explain(lane.fmt, path if isinstance(path, Path) else None, error) from error

    def _work(self, lane: _Lane) -> None:
        """Run one sink until the end of the stream."""
        try:
            while (item := lane.queue.get()) is not None and not self._stopped:
                lane.sink.write(*item)
            if not self._stopped:
                lane.sink.close()
        except Exception as error:  # whatever it is, it belongs to the caller's thread
            if not self._stopped:
                self._failures.append((lane, error))
        finally:
            lane.done = True
