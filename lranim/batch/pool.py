"""Many jobs: one after another in this process, or a process each; how each ended, in the order of the jobs.

On Linux the workers are forked from one process that has imported the engine, and manim with it, once: the
foreman. It is a new interpreter with a single thread, for manim's configuration is global, and a fork of a
process that holds cairo, fontconfig and other threads is not safe. It lives as long as one call of `run`.
multiprocessing's own fork server is not it: it keeps a socket among the temporary files, imports from the
current folder first, keeps to itself why an import failed, and outlives the call. Nor is a pool of
`concurrent.futures`: there the death of one worker is the end of all. Elsewhere than on Linux each worker is
a new interpreter.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import multiprocessing
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing import connection, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any

from lranim.batch import render
from lranim.errors import InputError, LockedError, LranimError, RenderError
from lranim.video.clip import Clip
from lranim.video.job import Job, Progress

FORKS = sys.platform == "linux"
"""Whether workers are forked from a foreman. macOS has fork, but its system libraries do not survive it."""

GRACE_S = 5.0
"""How long an interrupted worker may take to tidy up (s) before it is killed."""

PROGRESS_EVERY_S = 0.1

Work = Callable[[Job, Progress, bool], Clip]
"""Renders one job: the job, its progress, whether to render again what is there already."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The end of one job: `clip` or `error`. `details` is the traceback of an unexpected error."""

    job: Job
    clip: Clip | None = None
    error: LranimError | None = None
    details: str = ""


News = Outcome | tuple[int, int | str | None]
"""What is heard of a job: how it ended, or the frames done and in all, or a line in place of these."""

Hear = Callable[[int, News], None]
"""Takes the news of a job, by its index."""


def render_job(job: Job, progress: Progress, force: bool) -> Clip:
    """Render one clip."""
    return render.render(job, progress, force=force)


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

    def hear(index: int, news: News) -> None:
        nonlocal told
        if not isinstance(news, Outcome):
            on_progress(index, *news)
            return
        outcomes[index] = replace(news, job=jobs[index])
        if not ordered:
            on_result(outcomes[index])
        while ordered and told in outcomes:
            told += 1
            on_result(outcomes[told - 1])

    if workers <= 1 or len(jobs) <= 1:
        for index, job in enumerate(jobs):
            hear(index, _attempt(work, job, functools.partial(on_progress, index), force))
            if outcomes[index].error and not keep_going:
                break
    else:
        crew = _Crew(jobs, workers, force, work, keep_going)
        with no_empty_folders(jobs):
            if FORKS:
                crew.follow_a_foreman(hear)
            else:
                crew.run(multiprocessing.get_context("spawn"), hear)
    return [outcomes[index] for index in sorted(outcomes)]


@dataclass(frozen=True)
class _Crew:
    """Runs jobs in processes, so many at a time, begun in the order of the jobs.

    Unless `keep_going`, a failure stops the starting of others; those that run are let end.
    """

    jobs: Sequence[Job]
    workers: int
    force: bool
    work: Work
    keep_going: bool

    def run(self, context: ForkContext | SpawnContext, hear: Hear, lifeline: int | None = None) -> None:
        """Run the jobs; whatever happens, no worker is left.

        `lifeline` is a handle that becomes ready when there is nobody left to work for: then this process
        gets a SIGTERM.
        """
        waiting = list(reversed(range(len(self.jobs))))
        running: dict[Connection, tuple[int, BaseProcess]] = {}
        try:
            while waiting or running:
                while waiting and len(running) < self.workers:
                    self._start(context, waiting.pop(), running)
                for pipe in connection.wait([*running, *([] if lifeline is None else [lifeline])]):
                    if not isinstance(pipe, Connection):
                        signal.raise_signal(signal.SIGTERM)
                        continue
                    index, process = running[pipe]
                    news = _next(pipe)
                    if not isinstance(news, tuple):
                        process.join()
                        del running[pipe]
                        pipe.close()
                        news = news or lost(self.jobs[index], process.exitcode)
                        if news.error and not self.keep_going:
                            waiting.clear()
                    hear(index, news)
        finally:
            for _, process in running.values():
                process.terminate()
            deadline = time.monotonic() + GRACE_S
            for pipe, (_, process) in running.items():
                _end(process, deadline - time.monotonic())
                pipe.close()

    def _start(
        self,
        context: ForkContext | SpawnContext,
        index: int,
        running: dict[Connection, tuple[int, BaseProcess]],
    ) -> None:
        receiver, sender = context.Pipe(duplex=False)
        # A forked worker has copies of these. If it kept them no worker would see that its reader has died.
        copies = [] if isinstance(context, SpawnContext) else [receiver, *running]
        args = (sender, copies, self.work, self.jobs[index], self.force)
        process = context.Process(target=_child, args=args, daemon=True)
        with starting():
            process.start()
            running[receiver] = index, process
        sender.close()  # so that the worker's death ends the pipe

    def follow_a_foreman(self, hear: Hear) -> None:
        """Have a foreman run the jobs, and pass on what it says."""
        context = multiprocessing.get_context("spawn")
        receiver, sender = context.Pipe(duplex=False)
        foreman = context.Process(target=_lead, args=(sender, self))
        open_jobs = set(range(len(self.jobs)))
        failed = False
        try:
            with starting():
                foreman.start()
            sender.close()
            # The workers have the pipe too: where the foreman has died it ends when the last of them has.
            while message := _next(receiver):
                index, news = message
                if isinstance(news, Outcome):
                    open_jobs.remove(index)
                    failed = failed or news.error is not None
                hear(index, news)
            foreman.join()
            if foreman.exitcode or not failed or self.keep_going:
                for index in sorted(open_jobs):
                    hear(index, lost(self.jobs[index], foreman.exitcode))
        finally:
            if foreman.pid is not None:
                foreman.terminate()
                _end(foreman, 2 * GRACE_S)
            receiver.close()


def _lead(sender: Connection, crew: _Crew) -> None:
    """Run the jobs in workers that are forked from this process, the foreman."""
    _on_terminate(signal.SIG_DFL)
    os.dup2(2, 1)  # whatever a library prints, stdout is for results
    if crew.work is render_job or isinstance(crew.work, render.MakeJob):
        with contextlib.suppress(Exception):  # a worker will fail in the same way, and tell
            import lranim.video.engine  # noqa: F401
    parent = multiprocessing.parent_process()
    try:
        _on_terminate(_interrupt_once)
        with no_empty_folders(crew.jobs):  # where this process's parent was killed nobody else does
            crew.run(
                multiprocessing.get_context("fork"),
                lambda index, news: sender.send((index, news)),
                parent.sentinel if parent else None,
            )
    except (KeyboardInterrupt, BrokenPipeError):  # told to stop, or there is nobody left to tell
        sys.exit(130)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _child(sender: Connection, copies: Sequence[Connection], work: Work, job: Job, force: bool) -> None:
    """Run one job in a worker process."""
    for pipe in copies:
        pipe.close()
    last = 0.0

    def progress(done: int, total: int | str | None) -> None:
        # When the parent is gone this raises, and the engine tidies up as for any failure.
        nonlocal last
        if done == total or isinstance(total, str) or time.monotonic() - last >= PROGRESS_EVERY_S:
            last = time.monotonic()
            sender.send((done, total))

    try:
        _on_terminate(_interrupt_once)
        os.dup2(2, 1)  # whatever a library prints, stdout is for results
        outcome = _attempt(work, job, progress, force)
        with contextlib.suppress(BrokenPipeError):
            sender.send(outcome)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        # A forked process of an older Python ends without them (github.com/python/cpython/issues/83856), and
        # what a plugin has there would not be done.
        atexit._run_exitfuncs()


def _next(pipe: Connection) -> Any:
    """Wait for the next message; None when there will be no more."""
    try:
        return pipe.recv()
    except (EOFError, OSError):
        return None


@contextlib.contextmanager
def starting() -> Iterator[None]:
    """Start a process that Ctrl-C does not reach: its parent tells it to stop, so that it tidies up once.

    A blocked signal stays blocked in the new process, and waits in this one. SIGTERM must wait too, or the
    new process might be lost sight of; that process lets it through with `_on_terminate`.

    A new interpreter would first look into the current folder for the modules that it imports, and run a
    file of the user's that is called math.py; not so with PYTHONSAFEPATH.
    """
    environment = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    resource_tracker.ensure_running()  # started by the first worker otherwise, and it unblocks the signals
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if environment is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = environment


def _on_terminate(handler: Callable[[int, Any], None] | signal.Handlers) -> None:
    """Set what SIGTERM does in a process started under `starting`, and let it through."""
    signal.signal(signal.SIGTERM, handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def _interrupt_once(signum: int, frame: Any) -> None:
    """Handle SIGTERM: stop as for Ctrl-C, and do not let a second one interrupt the tidying up."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _end(process: BaseProcess, patience: float) -> None:
    """Wait for a process (s), then kill it."""
    process.join(max(0.0, patience))
    if process.is_alive():
        process.kill()
        process.join()


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


def _attempt(work: Work, job: Job, progress: Progress, force: bool) -> Outcome:
    """Run one job and turn any failure into an `Outcome`; what it prints goes to stderr."""
    with contextlib.redirect_stdout(sys.stderr):
        return outcome_of(job, lambda: work(job, progress, force))


def outcome_of(job: Job, make: Callable[[], Clip]) -> Outcome:
    """Make a job's clip and turn any failure into an `Outcome`; may be called from several threads.

    The notes of an error of ours are its details: what a worker elsewhere said of an unexpected one. An error
    of a kind that a plugin has added becomes one of ours: only these survive pickling for certain.
    """
    try:
        return Outcome(job=job, clip=make())
    except LranimError as error:
        kinds = {kind.exit_code: kind for kind in (InputError, RenderError, LockedError)}
        plain = kinds.get(error.exit_code, RenderError)(str(error))
        return Outcome(job=job, error=plain, details="\n".join(getattr(error, "__notes__", ())))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a scene file may raise anything
        return Outcome(job=job, error=RenderError(in_one_line(error)), details=traceback.format_exc())


def lost(job: Job, code: int | None) -> Outcome:
    """Make the outcome of a job whose process ended, with this exit code, before it was done."""
    if code is not None and code < 0:
        hint = "; it may have run out of memory" if -code == signal.SIGKILL else ""
        text = f"the worker process was ended by {signal.Signals(-code).name}{hint}"
    else:
        text = f"the worker process ended with code {code} before it was done"
    return Outcome(job=job, error=RenderError(text))


def in_one_line(error: BaseException) -> str:
    """Tell what an error that is not ours says, with the file of an `OSError`, or how to learn more."""
    if isinstance(error, OSError) and error.strerror:
        text = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
        ours = str(error.filename).startswith(f"{tempfile.tempdir}{os.sep}lranim-")
        if ours or error.strerror.startswith("No usable temporary directory"):
            text += "; free some space there, or set TMPDIR to another folder"
        return text
    text = f"unexpected {type(error).__name__}: {error}; run it again with LRANIM_DEBUG=1 to see where"
    return " ".join(text.split())


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """0 when all went well, 3 when all that failed were locked, a lone job's own code, else 1."""
    codes = {outcome.error.exit_code for outcome in outcomes if outcome.error}
    if len(codes) == 1 and (len(outcomes) == 1 or codes == {LockedError.exit_code}):
        return codes.pop()
    return 1 if codes else 0
