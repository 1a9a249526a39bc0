"""Workers: a process a job, so many at a time, and how they start, report and end."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import connection, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any

from lranim.batch.outcome import Outcome, Work, attempt
from lranim.errors import InputError, LockedError, RenderError
from lranim.video.clip import Clip
from lranim.video.job import Job

GRACE_S = 5.0
"""How long an interrupted worker may take to tidy up (s) before it is killed."""

PROGRESS_EVERY_S = 0.1

Packed = tuple[Clip | None, tuple[int, str] | None, str]
"""An outcome between processes: an exception with arguments of its own may not survive pickling."""


@dataclass
class _Worker:
    index: int
    process: BaseProcess
    pipe: Connection
    outcome: Outcome | None = None


@dataclass
class Crew:
    """Runs jobs in processes of `context`, so many at a time, begun in the order of the jobs.

    `on_result` is called with a job's index and outcome as soon as it has ended. Unless `keep_going`, a
    failure stops the starting of others; those that run are let end.

    `lifeline` is a handle that becomes ready when there is nobody left to work for: then this process gets a
    SIGTERM.
    """

    context: ForkContext | SpawnContext
    jobs: Sequence[Job]
    workers: int
    on_result: Callable[[int, Outcome], None]
    on_progress: Callable[[int, int, int | str | None], None]
    force: bool
    work: Work
    keep_going: bool = True
    lifeline: int | None = None
    running: dict[Connection, _Worker] = field(default_factory=dict)
    failed: bool = False

    def run(self) -> None:
        """Run the jobs; whatever happens, no worker is left."""
        waiting = list(reversed(range(len(self.jobs))))
        try:
            while waiting or self.running:
                while waiting and len(self.running) < self.workers:
                    self._start(waiting.pop())
                for worker in self._ready():
                    if not self._read(worker):
                        self._finish(worker)
                if self.failed and not self.keep_going:
                    waiting.clear()
        finally:
            _stop(list(self.running.values()))

    def _start(self, index: int) -> None:
        receiver, sender = self.context.Pipe(duplex=False)
        # A forked worker has copies of these. If it kept them no worker would see that its reader has died.
        copies = [] if isinstance(self.context, SpawnContext) else [receiver, *self.running]
        process = self.context.Process(
            target=_child, args=(sender, copies, self.work, self.jobs[index], self.force), daemon=True
        )
        with starting():
            process.start()
            self.running[receiver] = _Worker(index, process, receiver)
        sender.close()  # so that the worker's death ends the pipe

    def _ready(self) -> list[_Worker]:
        """Wait until some workers have something to say."""
        ready = connection.wait([*self.running, *([] if self.lifeline is None else [self.lifeline])])
        if self.lifeline in ready:
            signal.raise_signal(signal.SIGTERM)
        return [self.running[pipe] for pipe in ready if isinstance(pipe, Connection)]

    def _read(self, worker: _Worker) -> bool:
        """Take one message; False when there will be no more."""
        try:
            kind, *content = worker.pipe.recv()
        except (EOFError, OSError):
            return False
        if kind == "progress":
            self.on_progress(worker.index, *content)
            return True
        worker.outcome = unpacked(self.jobs[worker.index], *content)
        return False

    def _finish(self, worker: _Worker) -> None:
        worker.process.join()
        del self.running[worker.pipe]
        worker.pipe.close()
        outcome = worker.outcome or lost(self.jobs[worker.index], worker.process.exitcode)
        self.failed = self.failed or outcome.error is not None
        self.on_result(worker.index, outcome)


@contextlib.contextmanager
def starting() -> Iterator[None]:
    """Start a process that Ctrl-C does not reach: its parent tells it to stop, so that it tidies up once.

    A blocked signal stays blocked in the new process, and waits in this one. SIGTERM must wait too, or the
    new process might be lost sight of; that process lets it through with `on_terminate`.

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


def on_terminate(handler: Callable[[int, Any], None] | signal.Handlers) -> None:
    """Set what SIGTERM does in a process started under `starting`, and let it through."""
    signal.signal(signal.SIGTERM, handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def interrupt_once(signum: int, frame: Any) -> None:
    """Handle SIGTERM: stop as for Ctrl-C, and do not let a second one interrupt the tidying up."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _stop(workers: Sequence[_Worker]) -> None:
    for worker in workers:
        worker.process.terminate()
    deadline = time.monotonic() + GRACE_S
    for worker in workers:
        end(worker.process, deadline - time.monotonic())
        worker.pipe.close()


def end(process: BaseProcess, patience: float) -> None:
    """Wait for a process (s), then kill it."""
    process.join(max(0.0, patience))
    if process.is_alive():
        process.kill()
        process.join()


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
            sender.send(("progress", done, total))

    try:
        on_terminate(interrupt_once)
        os.dup2(2, 1)  # whatever a library prints, stdout is for results
        outcome = attempt(work, job, progress, force)
        with contextlib.suppress(BrokenPipeError):
            sender.send(("outcome", *packed(outcome)))
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        # A forked process of an older Python ends without them (github.com/python/cpython/issues/83856), and
        # what a plugin has there would not be done.
        atexit._run_exitfuncs()


def packed(outcome: Outcome) -> Packed:
    """Take an outcome apart, without its job."""
    error = (outcome.error.exit_code, str(outcome.error)) if outcome.error else None
    return outcome.clip, error, outcome.details


def unpacked(job: Job, clip: Clip | None, error: tuple[int, str] | None, details: str) -> Outcome:
    """Put together what `packed` took apart."""
    if error is None:
        return Outcome(job=job, clip=clip)
    code, text = error
    kinds = {kind.exit_code: kind for kind in (InputError, RenderError, LockedError)}
    return Outcome(job=job, error=kinds.get(code, RenderError)(text), details=details)


def lost(job: Job, code: int | None) -> Outcome:
    """Make the outcome of a job whose process ended, with this exit code, before it was done."""
    if code is not None and code < 0:
        hint = "; it may have run out of memory" if -code == signal.SIGKILL else ""
        text = f"the worker process was ended by {signal.Signals(-code).name}{hint}"
    else:
        text = f"the worker process ended with code {code} before it was done"
    return Outcome(job=job, error=RenderError(text))
