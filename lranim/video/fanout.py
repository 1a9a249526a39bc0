"""One stream of frames, several files: each sink in its own thread behind a bounded queue."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from lranim.errors import RenderError
from lranim.video.sink import Frame, Sink, explain

_POLL = 0.2  # s between looks at Ctrl-C: on Windows a wait without end cannot be interrupted
_PATIENCE = 10.0  # s to wait for an encoder in the middle of a frame


class _End:
    """Says that there are no more frames."""


@dataclass
class _Lane:
    """One sink, its queue and its thread."""

    fmt: str
    sink: Sink
    queue: deque[tuple[Frame, int] | _End] = field(default_factory=deque)
    thread: threading.Thread | None = None


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
        self._turn = threading.Condition()  # guards the queues and the three below
        self._stopped = False
        self._working = 0
        self._failure: tuple[_Lane, Exception] | None = None

    def __enter__(self) -> Self:
        """Start the threads."""
        try:
            for lane in self._lanes:
                # daemon: an encoder that hangs must not keep the process alive
                lane.thread = threading.Thread(target=self._work, args=(lane,), daemon=True)
                self._working += 1
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
        self._put((frame, repeat), max(2, self._queue_bytes // frame.nbytes), only)

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
            self._put(_End(), None)
            with self._turn:
                while self._working and not self._failure:
                    self._turn.wait(_POLL)
                self._stopped = True
            self._raise_failure()
        except BaseException:  # Ctrl-C as well
            self.abort()
            raise

    def abort(self) -> None:
        """Stop all sinks soon and delete their files, finished or not; may be called more than once."""
        with self._turn:
            self._stopped = True
            self._turn.notify_all()
        for lane in self._lanes:
            if cancelled := getattr(lane.sink, "cancelled", None):
                cancelled.set()
        for lane in self._lanes:
            if lane.thread is not None and lane.thread.ident is not None:
                lane.thread.join(_PATIENCE)
            lane.queue.clear()
            with suppress(Exception):  # giving up must go on to the next file
                lane.sink.abort()

    def _put(self, item: tuple[Frame, int] | _End, limit: int | None, only: str | None = None) -> None:
        """Append to every queue, or to that of one format, waiting where one is full."""
        for lane in self._lanes:
            if only is not None and lane.fmt != only:
                continue
            with self._turn:
                while limit is not None and len(lane.queue) >= limit and not (self._failure or self._stopped):
                    self._turn.wait(_POLL)
                lane.queue.append(item)
                self._turn.notify_all()
        self._raise_failure()
        if self._stopped and not isinstance(item, _End):
            raise RenderError("the encoders are closed")

    def _raise_failure(self) -> None:
        if self._failure is None:
            return
        lane, error = self._failure
        self.abort()
        path = getattr(lane.sink, "path", None)
        raise explain(lane.fmt, path if isinstance(path, Path) else None, error) from error

    def _work(self, lane: _Lane) -> None:
        """Run one sink until the end of the stream."""
        try:
            while True:
                with self._turn:
                    while not lane.queue and not self._stopped:
                        self._turn.wait()
                    if self._stopped:
                        return
                    item = lane.queue.popleft()
                    self._turn.notify_all()
                if isinstance(item, _End):
                    lane.sink.close()
                    return
                lane.sink.write(*item)
        except Exception as error:  # whatever it is, it belongs to the caller's thread
            with self._turn:
                if not self._failure and not self._stopped:
                    self._failure = (lane, error)
        finally:
            with self._turn:
                self._working -= 1
                self._turn.notify_all()
