"""The progress of a batch on stderr: a bar a running clip and one for all, or lines in a file."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from lranim.cli.output import note

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

    from lranim.batch.cache import Expectation
    from lranim.batch.pool import Outcome
    from lranim.video.clip import Clip
    from lranim.video.job import Job

Emit = Callable[["Job", "Clip"], None]

LONGEST = 40
"""Longer names of clips are cut in their middle: both ends tell them from others."""


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

    def ended(self, index: int, outcome: Outcome, emit: Emit, line: str = "") -> None:
        """Take a job off the board, say what came of it (or this line), and print its clip."""
        from lranim.video.clip import given_up

        job, clip = outcome.job, outcome.clip
        if clip is None:
            self.finished(index, None)  # its time says nothing about the others
            return
        line = line if clip.cached else f"{job.name}: rendered in {clip.seconds:.1f} s"
        self.finished(index, line or None)
        for told in given_up(job, clip):
            self.say(f"Note: {told}")
        with self.aside():
            emit(job, clip)

    def say(self, line: str) -> None:
        """Print a line above the board."""
        note(line)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Print results to stdout, which may be the same terminal."""
        yield


class LiveBoard(Board):
    """The board on a terminal; the bar of the batch counts the seconds that its clips should take."""

    def __init__(self, console: Console, names: Sequence[str], expected: Sequence[Expectation | None]):
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self.names, self.expected = names, expected
        known = [one.seconds for one in expected if one and one.seconds > 0]
        mean = sum(known) / len(known) if known else 1.0
        self.weights = [one.seconds if one else mean for one in expected]
        self.shares: dict[int, float] = {}
        self.running: dict[int, TaskID] = {}
        self.bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(24),
            TextColumn("{task.fields[told]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            redirect_stdout=False,  # rich would move results to stderr
        )
        self.whole = self.bars.add_task("", total=sum(self.weights), told="", visible=len(names) > 1)
        self._count()

    def frames(self, index: int, done: int, total: int | str | None) -> None:
        """Move the bars; of a clip of unknown length as long as one expects."""
        if isinstance(total, str) or self.shares.get(index) == 1:
            super().frames(index, done, total)
            return
        if index not in self.running:
            name = self.names[index]
            name = name if len(name) <= LONGEST else f"{name[: LONGEST // 2]}…{name[-LONGEST // 2 + 1 :]}"
            self.running[index] = self.bars.add_task(name, told="")
        one = self.expected[index]
        total = total or (one.frames if one else None) or None
        if total is not None and done > total:
            total = None
        told = f"{done}/{total}" if total else f"{done}"
        self.bars.update(self.running[index], completed=done, total=total, told=told)
        self.shares[index] = min(done / total, 0.99) if total else 0.0
        self._count()

    def finished(self, index: int, line: str | None) -> None:
        """Take the job's bar away, and print this line above."""
        if (task := self.running.pop(index, None)) is not None:
            self.bars.remove_task(task)
        self.shares[index] = 1
        self._count()
        super().finished(index, line)

    def say(self, line: str) -> None:
        """Print a line above the board."""
        self.bars.console.print(line, markup=False, highlight=False, soft_wrap=True)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Take the board away while results are printed, where stdout is a terminal too."""
        both = sys.stdout.isatty()
        if both:
            self.bars.stop()
        yield
        if both:
            self.bars.start()

    def _count(self) -> None:
        done = sum(share == 1 for share in self.shares.values())
        weight = sum(self.weights[index] * share for index, share in self.shares.items())
        told = f"{done} of {len(self.names)} clips"
        self.bars.update(self.whole, description=told, completed=weight)


@contextlib.contextmanager
def board(jobs: Sequence[Job], expected: Sequence[Expectation | None]) -> Iterator[Board]:
    """Show the progress of jobs for a while; `expected` is what each is expected to take, None if unknown."""
    if not sys.stderr.isatty():
        yield Board()
        return
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_interactive:  # a terminal without control codes
        yield Board()
        return
    shown = LiveBoard(console, [job.name for job in jobs], expected)
    with shown.bars:
        yield shown
