"""Many jobs: one after another in this process, or a process each, with results in the order of the jobs."""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import connection, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from lranim.errors import InputError, LockedError, RenderError
from lranim.render.artifacts import Clip
from lranim.render.job import Job
from lranim.render.outcome import Outcome, Progress, Work, attempt

GRACE_S = 5.0
"""How long an interrupted worker may take to tidy up (s) before it is killed."""

PROGRESS_EVERY_S = 0.1


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
        return _Pool(jobs, workers, on_result, on_progress, force, work).run()


@dataclass
class _Worker:
    index: int
    process: SpawnProcess
    pipe: Connection
    outcome: Outcome | None = None


@dataclass
class _Pool:
    jobs: Sequence[Job]
    workers: int
    on_result: Callable[[Outcome], None]
    on_progress: Callable[[int, int, int | None], None]
    force: bool
    work: Work
    running: dict[Any, _Worker] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    reported: int = 0

    def run(self) -> list[Outcome]:
        # A new interpreter a job ("spawn"): manim's configuration is global, and a fork of a process that
        # holds cairo, fontconfig and numpy's threads is not safe.
        waiting = list(reversed(range(len(self.jobs))))
        try:
            while waiting or self.running:
                while waiting and len(self.running) < self.workers:
                    self._start(waiting.pop())
                for ready in connection.wait(list(self.running)):
                    worker = self.running[ready]
                    if not self._read(worker):
                        self._finish(worker)
        finally:
            _stop(list(self.running.values()))
        return [self.outcomes[index] for index in range(len(self.jobs))]

    def _start(self, index: int) -> None:
        context = multiprocessing.get_context("spawn")
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(
            target=_child, args=(sender, self.work, self.jobs[index], self.force), daemon=True
        )
        with _interrupts_held_back():
            process.start()
            self.running[receiver] = _Worker(index, process, receiver)
        sender.close()  # so that the worker's death ends the pipe

    def _read(self, worker: _Worker) -> bool:
        """Take one message; False when there will be no more."""
        try:
            kind, *content = worker.pipe.recv()
        except (EOFError, OSError):
            return False
        if kind == "progress":
            self.on_progress(worker.index, *content)
            return True
        worker.outcome = _unpacked(self.jobs[worker.index], *content)
        return False

    def _finish(self, worker: _Worker) -> None:
        worker.process.join()
        del self.running[worker.pipe]
        worker.pipe.close()
        self.outcomes[worker.index] = worker.outcome or Outcome(
            job=self.jobs[worker.index], error=RenderError(_death(worker.process.exitcode))
        )
        while self.reported in self.outcomes:
            self.on_result(self.outcomes[self.reported])
            self.reported += 1


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


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Start a worker that Ctrl-C does not reach: the parent tells it to stop, so that it tidies up once.

    A blocked signal stays blocked in the new process, and waits in this one.
    """
    resource_tracker.ensure_running()  # started by the first worker otherwise, and it unblocks the signal
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _stop(workers: Sequence[_Worker]) -> None:
    for worker in workers:
        worker.process.terminate()
    deadline = time.monotonic() + GRACE_S
    for worker in workers:
        worker.process.join(max(0.0, deadline - time.monotonic()))
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()
        worker.pipe.close()


def _child(pipe: Connection, work: Work, job: Job, force: bool) -> None:
    """Run one job in a worker process."""

    def stop(signum: int, frame: Any) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # tidying up must not be interrupted in its turn
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    os.dup2(2, 1)  # whatever a library prints, stdout is for results
    last = 0.0

    def progress(done: int, total: int | None) -> None:
        # When the parent is gone this raises, and the engine tidies up as for any failure.
        nonlocal last
        if done == total or time.monotonic() - last >= PROGRESS_EVERY_S:
            last = time.monotonic()
            pipe.send(("progress", done, total))

    try:
        outcome = attempt(work, job, progress, force)
        error = (outcome.error.exit_code, str(outcome.error)) if outcome.error else None
        with contextlib.suppress(BrokenPipeError):
            pipe.send(("outcome", outcome.clip, error, outcome.details))
    except KeyboardInterrupt:
        sys.exit(130)


def _unpacked(job: Job, clip: Clip | None, error: tuple[int, str] | None, details: str) -> Outcome:
    # Errors cross as code and text: an exception with arguments of its own may not survive pickling.
    if error is None:
        return Outcome(job=job, clip=clip)
    code, text = error
    kinds = {kind.exit_code: kind for kind in (InputError, RenderError, LockedError)}
    return Outcome(job=job, error=kinds.get(code, RenderError)(text), details=details)


def _death(code: int | None) -> str:
    if code is not None and code < 0:
        hint = "; it may have run out of memory" if -code == signal.SIGKILL else ""
        return f"the worker process was ended by {signal.Signals(-code).name}{hint}"
    return f"the worker process ended with code {code} before it was done"
