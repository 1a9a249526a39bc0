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
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from lranim.batch import render
from lranim.batch.cache import Store
from lranim.batch.outcome import Outcome, Work, attempt
from lranim.batch.workers import (
    GRACE_S,
    Crew,
    end,
    interrupt_once,
    lost,
    on_terminate,
    packed,
    starting,
    unpacked,
)
from lranim.video.clip import Clip, Draft
from lranim.video.job import Job, Progress

FORKS = sys.platform == "linux"
"""Whether workers are forked from a foreman. macOS has fork, but its system libraries do not survive it."""


def render_job(job: Job, progress: Progress, force: bool) -> Clip:
    """Render one clip."""
    return render.render(job, progress, force=force)


@dataclass(frozen=True)
class MakeJob:
    """Renders one clip of a batch: taken from a store where that has it, and kept there.

    Parameters
    ----------
    store
        Where finished clips are kept.
    wait
        Whether to wait for another run that is writing the same files, after a line about it.
    """

    store: Store
    wait: bool

    def __call__(self, job: Job, progress: Progress, force: bool) -> Clip:
        """Make the clip."""

        def waits(line: str) -> None:
            progress(0, line)

        def produce(job: Job, work: Path, progress: Progress) -> Draft:
            from lranim.video import engine  # brings manim, which a clip from the store does without

            return engine.produce(job, work, progress)

        return render.make(
            job, produce, progress, force=force, store=self.store, waits=waits if self.wait else None
        )


def run(
    jobs: Sequence[Job],
    workers: int,
    on_result: Callable[[Outcome], None],
    *,
    on_progress: Callable[[int, int, int | str | None], None] = lambda index, done, total: None,
    force: bool = False,
    work: Work = render_job,
    keep_going: bool = True,
    ordered: bool = True,
) -> list[Outcome]:
    """Render jobs, begun in their order.

    Parameters
    ----------
    jobs
        What to render.
    workers
        How many at a time. With 1 they run in this process, else each in a process of its own.
    on_result
        Called once a job.
    on_progress
        Called with the job's index, the frames done and the frames in all (None until known); with a line in
        their place when the job waits for another run.
    force
        Render again what is there already.
    work
        What renders one job; with several workers it must survive pickling.
    keep_going
        Whether one that fails does not stop the others. Else no other is begun; those that run may end.
    ordered
        Call `on_result` in the order of the jobs, as soon as those before it are done too; else at once.

    Returns
    -------
    list of Outcome
        Of the jobs that were begun, in the order of the jobs.

    Raises
    ------
    KeyboardInterrupt
        After all workers have tidied up and ended.
    """
    outcomes: dict[int, Outcome] = {}
    told = 0

    def take(index: int, outcome: Outcome) -> None:
        nonlocal told
        outcomes[index] = outcome
        if not ordered:
            on_result(outcome)
            return
        while told in outcomes:
            told += 1
            on_result(outcomes[told - 1])

    if workers <= 1 or len(jobs) <= 1:
        for index, job in enumerate(jobs):
            outcome = attempt(work, job, functools.partial(on_progress, index), force)
            take(index, outcome)
            if outcome.error and not keep_going:
                break
    else:
        with no_empty_folders(jobs):
            if FORKS:
                _led(jobs, workers, take, on_progress, force, work, keep_going)
            else:
                spawn = multiprocessing.get_context("spawn")
                Crew(spawn, jobs, workers, take, on_progress, force, work, keep_going).run()
    return [outcomes[index] for index in sorted(outcomes)]


def _led(
    jobs: Sequence[Job],
    workers: int,
    on_result: Callable[[int, Outcome], None],
    on_progress: Callable[[int, int, int | str | None], None],
    force: bool,
    work: Work,
    keep_going: bool,
) -> None:
    """Have a foreman run the jobs, and pass on what it says."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    foreman = context.Process(target=_lead, args=(sender, jobs, workers, force, work, keep_going))
    open_jobs = set(range(len(jobs)))
    failed = False
    try:
        with starting():
            foreman.start()
        sender.close()
        while message := _next(receiver):
            kind, index, *content = message
            if kind == "progress":
                on_progress(index, *content)
            else:
                open_jobs.remove(index)
                outcome = unpacked(jobs[index], *content)
                failed = failed or outcome.error is not None
                on_result(index, outcome)
        foreman.join()
        if foreman.exitcode or not failed or keep_going:
            for index in sorted(open_jobs):
                on_result(index, lost(jobs[index], foreman.exitcode))
    finally:
        if foreman.pid is not None:
            foreman.terminate()
            end(foreman, 2 * GRACE_S)
        receiver.close()


def _next(receiver: Connection) -> tuple[Any, ...] | None:
    """Wait for the next message; None when there will be no more.

    The workers have the pipe too: where the foreman has died it ends when the last of them has.
    """
    try:
        message: tuple[Any, ...] = receiver.recv()
    except (EOFError, OSError):
        return None
    return message


def _lead(
    sender: Connection, jobs: Sequence[Job], workers: int, force: bool, work: Work, keep_going: bool
) -> None:
    """Run the jobs in workers that are forked from this process, the foreman."""
    on_terminate(signal.SIG_DFL)
    os.dup2(2, 1)  # whatever a library prints, stdout is for results
    if work is render_job or isinstance(work, MakeJob):
        with contextlib.suppress(Exception):  # a worker will fail in the same way, and tell
            import lranim.video.engine  # noqa: F401

    def on_result(index: int, outcome: Outcome) -> None:
        sender.send(("outcome", index, *packed(outcome)))

    def on_progress(index: int, done: int, total: int | str | None) -> None:
        sender.send(("progress", index, done, total))

    fork = multiprocessing.get_context("fork")
    parent = multiprocessing.parent_process()
    lifeline = parent.sentinel if parent else None
    try:
        on_terminate(interrupt_once)
        with no_empty_folders(jobs):  # where this process's parent was killed nobody else does
            Crew(fork, jobs, workers, on_result, on_progress, force, work, keep_going, lifeline).run()
    except (KeyboardInterrupt, BrokenPipeError):  # told to stop, or there is nobody left to tell
        sys.exit(130)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


@contextlib.contextmanager
def no_empty_folders(jobs: Sequence[Job]) -> Iterator[None]:
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
