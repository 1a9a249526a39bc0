"""What goes where: results to stdout, all else to stderr."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence

import click

from lranim.errors import RenderError


def emit(line: str) -> None:
    """Print one result line to stdout. A reader that has gone (``| head``) is no error."""
    try:
        click.echo(line)
    except OSError as error:
        # What is still buffered would be written, and fail, once more when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise RenderError(f"stdout cannot be written: {error.strerror}") from error


def note(line: str) -> None:
    """Say something on stderr."""
    click.echo(line, err=True)


class Display:
    """Shows the progress of some jobs on a terminal, and is silent elsewhere."""

    def frames(self, index: int, done: int, total: int | None) -> None:
        """Show the frames done of one job."""

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Print something while the bars are away."""
        yield


@contextlib.contextmanager
def display(labels: Sequence[str]) -> Iterator[Display]:
    """Make the display for jobs with these labels: a bar a job where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield Display()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bars = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:.0f} frames"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,  # rich would move results to stderr
    )
    tasks = [bars.add_task(label, total=None, start=False) for label in labels]

    class Bars(Display):
        def frames(self, index: int, done: int, total: int | None) -> None:
            if not bars.tasks[index].started:
                bars.start_task(tasks[index])
            bars.update(tasks[index], completed=done, total=total)

        @contextlib.contextmanager
        def aside(self) -> Iterator[None]:
            bars.stop()
            try:
                yield
            finally:
                bars.start()

    with bars:
        yield Bars()
