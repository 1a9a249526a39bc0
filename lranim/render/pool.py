"""Many jobs: one after another in this process, or a process each, with results in the order of the jobs.

On Linux the workers are forked from one process that has imported the engine, and manim with it, once: the
foreman. It is a new interpreter with a single thread, for manim's configuration is global, and a fork of a
process that holds cairo, fontconfig and other threads is not safe. It lives as long as one call of `run`.
multiprocessing's own fork server is not it: it keeps a socket among the temporary files, imports from the
current folder first, keeps to itself why an import failed, and outlives the call.
Elsewhere each worker is a new interpreter.
"""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any

from lranim.render.artifacts import Clip
from lranim.render.crew import (
    GRACE_S,
    Crew,
    end,
    interrupt_once,
    lost,
    on_terminate,
    packed,
    signals_held_back,
    unpacked,
)
from lranim.render.job import Job
from lranim.render.outcome import Outcome, Progress, Work, attempt

FORKS = sys.platform == "linux"
"""Whether workers are forked from a foreman. macOS has fork, but its system libraries do not survive it."""


def render_job(job: Job, progress: Progress, force: bool) -> Clip:
    """Render with the engine, imported here because it brings manim."""
    from lranim.render import engine

    return engine.render(job, progress=progress, force=force)


def run(
    jobs: Sequence[Job],
    workers: int,
    on_result: Callable[[Outcome], None],
    *,
    on_progress: Callable[[int, int, int | None], None] = lambda index, done, total: None,
    force: bool = False,
    work: Work = render_job,
) -> list[Outcome]:
    """Render all jobs; one that fails does not stop the others.

    Parameters
    ----------
    jobs
        What to render.
    workers
        How many at a time. With 1 they run in this process, else each in a process of its own.
    on_result
        Called once a job, in the order of the jobs, as soon as those before it are done too.
    on_progress
        Called with the job's index, the frames done and the frames in all (None until known).
    force
        Render again what is there already.
    work
        What renders one job; with several workers it must be a function of a module.

    Returns
    -------
    list of Outcome
        In the order of the jobs.

    Raises
    ------
    KeyboardInterrupt
        After all workers have tidied up and ended.
    """
    if workers <= 1 or len(jobs) <= 1:
        outcomes = []
        for index, job in enumerate(jobs):
            outcome = attempt(work, job, functools.partial(on_progress, index), force)
            on_result(outcome)
            outcomes.append(outcome)
        return outcomes
    with _no_empty_folders(jobs):
        if FORKS:
            return _led(jobs, workers, on_result, on_progress, force, work)
        spawn = multiprocessing.get_context("spawn")
        return Crew(spawn, jobs, workers, on_result, on_progress, force, work).run()


def _led(
    jobs: Sequence[Job],
    workers: int,
    on_result: Callable[[Outcome], None],
    on_progress: Callable[[int, int, int | None], None],
    force: bool,
    work: Work,
) -> list[Outcome]:
    """Have a foreman run the jobs, and pass on what it says."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    foreman = context.Process(target=_lead, args=(sender, jobs, workers, force, work))
    outcomes: list[Outcome] = []

    def take(outcome: Outcome) -> None:
        outcomes.append(outcome)
        on_result(outcome)

    try:
        with signals_held_back():
            foreman.start()
        sender.close()
        while message := _next(receiver):
            kind, *content = message
            if kind == "progress":
                on_progress(*content)
            else:
                take(unpacked(jobs[len(outcomes)], *content))
        foreman.join()
        for job in jobs[len(outcomes) :]:
            take(lost(job, foreman.exitcode))
    finally:
        if foreman.pid is not None:
            foreman.terminate()
            end(foreman, 2 * GRACE_S)
        receiver.close()
    return outcomes


def _next(receiver: Connection) -> tuple[Any, ...] | None:
    """Wait for the next message; None when there will be no more.

    The workers have the pipe too: where the foreman has died it ends when the last of them has.
    """
    try:
        message: tuple[Any, ...] = receiver.recv()
    except (EOFError, OSError):
        return None
    return message


def _lead(sender: Connection, jobs: Sequence[Job], workers: int, force: bool, work: Work) -> None:
    """Run the jobs in workers that are forked from this process, the foreman."""
    on_terminate(signal.SIG_DFL)
    os.dup2(2, 1)  # whatever a library prints, stdout is for results
    if work is render_job:
        with contextlib.suppress(Exception):  # a worker will fail in the same way, and tell
            import lranim.render.engine  # noqa: F401

    def on_result(outcome: Outcome) -> None:
        sender.send(("outcome", *packed(outcome)))

    def on_progress(index: int, done: int, total: int | None) -> None:
        sender.send(("progress", index, done, total))

    fork = multiprocessing.get_context("fork")
    parent = multiprocessing.parent_process()
    lifeline = parent.sentinel if parent else None
    try:
        on_terminate(interrupt_once)
        with _no_empty_folders(jobs):  # where this process's parent was killed nobody else does
            Crew(fork, jobs, workers, on_result, on_progress, force, work, lifeline).run()
    except (KeyboardInterrupt, BrokenPipeError):  # told to stop, or there is nobody left to tell
        sys.exit(130)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


@contextlib.contextmanager
def _no_empty_folders(jobs: Sequence[Job]) -> Iterator[None]:
    """Remove folders that were made for the jobs and got no file.

    A worker removes those it made itself, but not while another one works there.
    """
    made = {path for job in jobs for path in (job.out_dir, *job.out_dir.parents) if not path.exists()}
    try:
        yield
    finally:
        for path in sorted(made, key=lambda path: len(path.parts), reverse=True):
            with contextlib.suppress(OSError):
                path.rmdir()
