"""The progress of a batch on stderr: a line a running clip and one for all, or plain lines in a file."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lranim.cli.output import note

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from lranim.batch.cache import Expectation
    from lranim.cli.estimate import Batch
    from lranim.video.job import Job

REDRAWN = 5
"""Times a second that the board is drawn."""


class Board:
    """Tells the progress of some jobs. This one is for a stderr that is no terminal: lines only."""

    def frames(self, index: int, done: int, total: int | str | None) -> None:
        """Show how many frames of one job are done, and of how many (None: unknown), or why it waits."""
        if isinstance(total, str):
            self.say(total)

    def finished(self, index: int, line: str | None) -> None:
        """Take a job off the board, and say this of it; one without a line was not made, only counted."""
        if line is not None:
            self.say(line)

    def say(self, line: str) -> None:
        """Print a line above the board."""
        note(line)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Print results to stdout, which may be the same terminal."""
        yield


class LiveBoard(Board):
    """The board on a terminal.

    A thread draws it again and again, so that clocks go on while a clip says nothing; each time it is erased
    and drawn in one write, together with what else is printed on stderr.
    """

    def __init__(self, console: Console, names: Sequence[str], batch: Batch, *, ticks: bool = True) -> None:
        from rich.live import Live

        self.console, self.names, self.batch = console, names, batch
        self.lock = threading.Lock()  # never held while printing: rich holds its own, and asks for a picture
        self.hidden = False
        self.live = Live(
            console=console,
            get_renderable=self._picture,
            auto_refresh=ticks,
            refresh_per_second=REDRAWN,
            transient=True,
            redirect_stdout=False,  # rich would move results to stderr
        )

    def frames(self, index: int, done: int, total: int | str | None) -> None:
        """Take note of the frames; the next drawing shows them."""
        if isinstance(total, str):
            self.say(total)
            return
        with self.lock:
            self.batch.frames(index, done, total)

    def finished(self, index: int, line: str | None) -> None:
        """Take the job's line away, and print this one above."""
        with self.lock:
            self.batch.finish(index, counts=line is not None)
        super().finished(index, line)

    def say(self, line: str) -> None:
        """Print a line above the board, and draw it."""
        with self.console:  # one write
            self.live.refresh()
            self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Take the board away while results are printed, where stdout is a terminal too."""
        if not sys.stdout.isatty():
            yield
            return
        self.hidden = True
        self.live.refresh()
        try:
            yield
        finally:
            self.hidden = False
            self.live.refresh()

    def _picture(self) -> RenderableType:
        from lranim.cli.progress_lines import picture

        if self.hidden:
            return ""
        with self.lock:
            return picture(self.names, self.batch, self.console.width, self.console.height)


@contextlib.contextmanager
def board(jobs: Sequence[Job], expected: Sequence[Expectation | None], at_once: int) -> Iterator[Board]:
    """Show the progress of jobs for a while.

    Parameters
    ----------
    jobs
        All jobs of the batch.
    expected
        What each of them is expected to take; None if unknown.
    at_once
        Jobs at a time.
    """
    if not sys.stderr.isatty():
        yield Board()
        return
    from rich.console import Console

    from lranim.cli.estimate import Batch

    console = Console(stderr=True)
    if not console.is_interactive:  # a terminal without control codes
        yield Board()
        return
    shown = LiveBoard(console, [job.name for job in jobs], Batch(expected, at_once))
    with shown.live:
        yield shown
