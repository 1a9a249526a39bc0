"""Clips rendered by a Dask cluster: connecting to one, or starting one here; what comes back, checked.

A worker renders one job at a time, in a folder of its own, and tells how far it is.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import logging
import os
import re
import tempfile
import threading
import time
import traceback
import uuid
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from types import ModuleType
from typing import Any

from lranim.batch.cache import Store
from lranim.batch.keys import Inputs, differences, inputs_of, machine_parts, outdated
from lranim.batch.pool import GRACE_S, News, Outcome, in_one_line, no_empty_folders, outcome_of, starting
from lranim.batch.render import make
from lranim.batch.workplace import locked, working_folder
from lranim.catalogue import registry
from lranim.errors import InputError, LranimError, RenderError
from lranim.look.theme import DEFAULT_THEME, THEMES
from lranim.options.fields import options_of
from lranim.plugins.entry_points import unreadable
from lranim.video.captions import files_of
from lranim.video.clip import Artifact, CaptionFile, Draft
from lranim.video.job import Job, Progress
from lranim.video.sink import told

TIMEOUT_S = 10.0
"""How long a scheduler may take to answer, and its first worker to come (s)."""

TELL_EVERY_S = 0.2

NAMED = 3
"""How many differences between two machines are told; there may be hundreds."""

_ADDRESS = re.compile(r"(tcp|tls)://[^\s/:]+:\d+|(tcp|tls)://\[[0-9a-fA-F:]+\]:\d+")
_DIFFERENCES = "{} is only there", "{} is only here", "{} is another", "{} is {} here and {} there"

_one_at_a_time = threading.Lock()
"""manim's configuration is global: a process renders one job at a time."""


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A clip on its way home: what was made, and the bytes of its files by name."""

    draft: Draft
    files: Mapping[str, bytes]


@dataclass(eq=False)
class Cluster:
    """A connection to workers that render; its methods may be called from several threads."""

    client: Any
    address: str
    topic: str = field(default_factory=lambda: f"lranim-{uuid.uuid4().hex}")
    running: dict[str, tuple[Any, Progress]] = field(default_factory=dict)
    """What was submitted, by its name at Dask, and who hears of its progress."""

    @property
    def workers(self) -> int:
        """How many there are now; 0 where the scheduler is gone, which those who wait for a clip are told."""
        with contextlib.suppress(Exception):
            return len(self.client.nthreads())
        return 0

    def hear(self, event: tuple[float, dict[str, Any]]) -> None:
        """Take what a worker tells of its progress."""
        _, said = event
        _, progress = self.running.get(said["key"], (None, None))
        if progress:
            progress(said["done"], said["total"])

    def give_up(self) -> None:
        """Stop all that runs, at its next frame: who waits for it gets a `RenderError`."""
        for future, _ in list(self.running.values()):
            _cancel(future)

    def produce(self, job: Job, work: Path, progress: Progress) -> Draft:
        """Have a clip rendered and write its files into a folder; see `lranim.batch.render.Produce`.

        Raises
        ------
        RenderError
            When the clip cannot be rendered, its workers died, or a file came back damaged.
        InputError
            When a worker differs from this machine.
        """
        if self.client.status != "running":
            raise _unconnected(job)
        # One first part for all: Dask learns from it how long a task takes.
        key = f"clip-{uuid.uuid4().hex}"
        given = _anywhere(job), inputs_of(job), self.topic
        future = self.client.submit(_render, *given, key=key, pure=False)
        self.running[key] = future, progress
        try:
            return opened(_result(job, future), job, work)
        finally:
            del self.running[key]
            _cancel(future)  # lets the scheduler forget its result


def _cancel(future: Any) -> None:
    with contextlib.suppress(Exception):  # the scheduler may be gone
        future.cancel()


def _anywhere(job: Job) -> Job:
    """The job with whole paths: a worker may have been started in another folder."""
    options = options_of(registry.get(job.scene).load_light().Params).values()
    paths = {one.field for one in options if one.is_path}
    params = {
        name: os.path.abspath(value) if name in paths and isinstance(value, str) else value
        for name, value in job.params.items()
    }
    scene = os.path.abspath(job.scene) if registry.is_path(job.scene) else job.scene
    return replace(job, scene=scene, params=params)


def _result(job: Job, future: Any) -> Parcel:
    """What a task came to, without Dask's own words."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    try:
        result: Parcel | LranimError = future.result()
    except KilledWorker as error:
        raise RenderError(
            f"each worker that was given {job.name} died, {error.allowed_failures + 1} in all; "
            "it may need more memory than they have: choose a smaller size, or look at the workers' logs"
        ) from None
    except CancelledError:
        raise _unconnected(job) from None
    if isinstance(result, LranimError):
        raise result
    return result


def _unconnected(job: Job) -> RenderError:
    return RenderError(f"{job.name} was not rendered: the connection to the scheduler is lost")


def opened(parcel: Parcel, job: Job, work: Path) -> Draft:
    """Write the files of a clip that came from a worker, once each is known to be what was made there.

    Raises
    ------
    RenderError
        When one is missing or damaged, or cannot be written.
    """
    rows: list[Artifact | CaptionFile] = [*parcel.draft.artifacts, *parcel.draft.captions]
    made = {row.path.name: row.sha256 for row in rows}
    for name in names_of(job):
        content = parcel.files.get(name)
        if content is None or hashlib.sha256(content).hexdigest() != made.get(name):
            state = "did not come back" if content is None else "came back damaged (its SHA-256 differs)"
            raise RenderError(f"{name} {state} from the cluster; run it again")
        with told(work / name) as path:
            path.write_bytes(content)
    return parcel.draft


def run_on_cluster(
    jobs: Sequence[Job],
    cluster: Cluster,
    on_result: Callable[[Outcome], None],
    *,
    on_progress: Callable[[int, int, int | str | None], None] = lambda index, done, total: None,
    force: bool = False,
    store: Store | None = None,
    wait: bool = False,
    keep_going: bool = True,
) -> list[Outcome]:
    """Render jobs on a cluster, as `pool.run` does here; what is called, is called in this thread.

    A thread a clip holds its lock here, and publishes what comes back.
    """
    said: SimpleQueue[tuple[int, News]] = SimpleQueue()

    def work(index: int) -> None:
        job = jobs[index]

        def tell(done: int, total: int | str | None) -> None:
            said.put((index, (done, total)))

        waits = functools.partial(tell, 0) if wait else None
        done = functools.partial(make, job, cluster.produce, tell, force=force, store=store, waits=waits)
        said.put((index, outcome_of(job, done)))

    waiting = list(reversed(range(len(jobs))))
    threads: dict[int, threading.Thread] = {}
    outcomes: dict[int, Outcome] = {}
    failed = False
    at_once = 0
    with no_empty_folders(jobs), contextlib.ExitStack() as stack:
        stack.callback(_end, threads, cluster)
        while threads or (waiting and not failed):
            # One more than there are workers, which comes while another clip is on its way. Not two a worker:
            # Dask blames the death of a worker on all the clips that wait there.
            at_once = at_once or cluster.workers + 1
            while waiting and not failed and len(threads) < at_once:
                index = waiting.pop()
                threads[index] = threading.Thread(target=work, args=(index,), daemon=True)
                threads[index].start()
            index, news = said.get()
            if not isinstance(news, Outcome):
                on_progress(index, *news)
                continue
            threads.pop(index).join()
            outcomes[index] = news
            at_once = 0
            failed = failed or (news.error is not None and not keep_going)
            on_result(news)
    return [outcomes[index] for index in sorted(outcomes)]


def _end(threads: Mapping[int, threading.Thread], cluster: Cluster) -> None:
    """Give up what still runs, and wait until it has tidied up."""
    cluster.give_up()
    deadline = time.monotonic() + GRACE_S
    for thread in threads.values():  # one that waits for another run's lock ends with the process
        thread.join(max(0.0, deadline - time.monotonic()))


@contextlib.contextmanager
def open_cluster(address: str) -> Iterator[Cluster]:
    """Connect to a scheduler, or start workers on this machine.

    Parameters
    ----------
    address
        ``tcp://HOST:PORT`` or ``tls://HOST:PORT`` of a scheduler, or ``local:N`` for N workers here, which
        end with the context.

    Raises
    ------
    InputError
        When there is no such scheduler, it has no workers, or one of them would draw other pixels.
    """
    local = re.fullmatch(r"local:([1-9]\d{0,2})", address)
    if local is None and not _ADDRESS.fullmatch(address):
        raise InputError(
            f"--cluster is {address}; it must be tcp://HOST:PORT or tls://HOST:PORT of a Dask scheduler, "
            "or local:N for N workers on this machine, N from 1 to 999"
        )
    distributed = _distributed()
    with contextlib.ExitStack() as stack:
        stack.enter_context(_quiet(distributed))
        security = None  # what Dask's configuration says
        if local:
            address, security = stack.enter_context(_workers_here(distributed, int(local[1])))
        client = stack.enter_context(_connected(distributed, address, security))
        _refuse_unfit(client, address)
        cluster = Cluster(client, address)
        client.subscribe_topic(cluster.topic, cluster.hear)
        yield cluster


def _distributed() -> ModuleType:
    if packages := unreadable():  # Dask reads all entry points, here and in its workers
        raise InputError(
            f"--cluster cannot be used: {', '.join(packages)} cannot be read; install it again, or remove it"
        )
    try:
        import cryptography  # noqa: F401 (Dask makes the keys of workers here with it)
        import distributed
    except ImportError as error:
        raise InputError(
            f"--cluster needs Dask ({error}); install it with: pip install 'lranim[cluster]'"
        ) from error
    return distributed


@contextlib.contextmanager
def _quiet(distributed: ModuleType) -> Iterator[None]:
    """Keep Dask's own log and warnings off the terminal.

    It reports each lost worker and closed connection in several lines; what matters to the user becomes an
    error of ours. Versions are compared by ours, more strictly.
    """
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    levels = {one: one.level for one in loggers if one.name.split(".")[0] == "distributed"}
    for one in levels:
        one.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", distributed.versions.VersionMismatchWarning)
            yield
    finally:
        for one, level in levels.items():
            one.setLevel(level)


@contextlib.contextmanager
def _workers_here(distributed: ModuleType, count: int) -> Iterator[tuple[str, Any]]:
    """Start a scheduler and workers; its address, and the keys without which nobody here gets in."""
    import dask

    config = {
        "distributed.scheduler.http.routes": [],  # pages that ask for no key
        "distributed.nanny.pre-spawn-environ.PYTHONSAFEPATH": "1",  # workers that take a dead one's place
    }
    temp, name = Path(tempfile.gettempdir()), f"cluster-{uuid.uuid4().hex}"
    with locked(temp, name), working_folder(temp, name) as place:
        # A Ctrl-C is for this process: it ends the workers.
        with starting(), dask.config.set(config):
            local = distributed.LocalCluster(
                n_workers=count,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                security=True,
                dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False, "local_directory": str(place)},
                memory_limit=0,  # Dask would stop a worker that uses more than its share of the machine
                local_directory=str(place),
                silence_logs=logging.CRITICAL,
            )
        with local:
            yield local.scheduler_address, local.security


@contextlib.contextmanager
def _connected(distributed: ModuleType, address: str, security: Any) -> Iterator[Any]:
    try:
        client = distributed.Client(address, timeout=TIMEOUT_S, set_as_default=False, security=security)
    except (OSError, ValueError, TypeError) as error:  # the last two: what Dask says of missing certificates
        why = " ".join(str(error).split()) or type(error).__name__
        raise InputError(
            f"no Dask scheduler answers at {address} ({why}); start one with: dask scheduler"
        ) from error
    with client:
        yield client


def _refuse_unfit(client: Any, address: str) -> None:
    """Refuse workers that would draw other pixels, or several clips at once in one process."""
    from distributed import TimeoutError

    try:
        client.wait_for_workers(1, timeout=TIMEOUT_S)
    except TimeoutError as error:
        raise InputError(
            f"the scheduler at {address} has no workers; start some with: "
            f"dask worker {address} --nthreads 1 --nworkers auto"
        ) from error
    for worker, threads in sorted(client.nthreads().items()):
        if threads > 1:
            raise InputError(_several_threads(worker))
    here = machine_parts()
    for worker, there in sorted(client.run(parts_here, on_error="return").items()):
        if isinstance(there, Exception):
            raise InputError(
                f"the worker {worker} cannot say what it would draw with ({type(there).__name__}: "
                f"{' '.join(str(there).split())}); install lranim there as it is here"
            )
        _refuse_difference(here, there, worker)


def names_of(job: Job) -> list[str]:
    """The files that a worker makes: all but the sidecar."""
    return [path.name for path in files_of(job)[:-1]]


@functools.cache
def parts_here(fonts: tuple[str, ...] = THEMES[DEFAULT_THEME].fonts) -> dict[str, str]:
    """What of the worker's machine can change pixels; Dask finds this function by its name.

    As it was when the worker was first asked: it goes on with the modules that it has loaded.
    """
    return machine_parts(fonts)


def _render(job: Job, inputs: Inputs, topic: str) -> Parcel | LranimError:
    """Render a clip on a worker, which must have the same inputs; tell progress to a topic of Dask's.

    A failure is a value, since Dask would log an exception.
    """
    from distributed import get_worker

    from lranim.video import engine  # brings manim, which the client does without

    worker: Any = get_worker()
    try:
        with _alone(worker.address), _scratch(worker.local_directory) as folder:
            _check(job, inputs, worker.address)
            draft = engine.produce(job, folder, _Teller(worker, topic))
            return Parcel(draft=draft, files={name: (folder / name).read_bytes() for name in names_of(job)})
    except LranimError as error:
        return error
    except BaseException as error:  # a scene file may raise anything
        failure = RenderError(in_one_line(error))
        failure.add_note(traceback.format_exc())
        return failure


@contextlib.contextmanager
def _alone(address: str) -> Iterator[None]:
    if not _one_at_a_time.acquire(blocking=False):
        raise InputError(_several_threads(address))
    try:
        yield
    finally:
        _one_at_a_time.release()


def _several_threads(address: str) -> str:
    """Say that a worker has more than one thread, and how to start it with one."""
    return (
        f"the worker {address} has several threads, and one process cannot render several clips at once; "
        "start it with: dask worker SCHEDULER --nthreads 1 --nworkers auto"
    )


@contextlib.contextmanager
def _scratch(place: str) -> Iterator[Path]:
    """A folder for one task; meanwhile all temporary files of the process go to the worker's own folder.

    Dask removes that one with the worker, also when it is killed.
    """
    before, tempfile.tempdir = tempfile.tempdir, place
    try:
        with tempfile.TemporaryDirectory(prefix="clip-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    finally:
        tempfile.tempdir = before


def _check(job: Job, inputs: Inputs, address: str) -> None:
    """Refuse to render what the client would render otherwise."""
    try:
        there = inputs_of(job, parts_here(job.theme.fonts))
    except Exception as error:  # of a data file it is pydantic's, of a scene that is broken here anything
        why = str(error) if isinstance(error, LranimError) else in_one_line(error)
        raise InputError(
            f"the worker {address} cannot read what {job.name} needs: {why}; "
            "files that options name must lie at the same path there"
        ) from error
    if changed := outdated(there):
        raise InputError(
            f"the worker {address} still has what was there before {changed} changed; start it again"
        )
    if there.clip.get("content") != inputs.clip.get("content"):
        raise InputError(
            f"the worker {address} has another content in a file that an option of {job.name} names; "
            "copy it to the same path there"
        )
    _refuse_difference({**inputs.clip, **inputs.machine}, {**there.clip, **there.machine}, address)


def _refuse_difference(here: Mapping[str, str], there: Mapping[str, str], address: str) -> None:
    """Refuse a worker that would draw other pixels than this machine."""
    found = differences(here, there, _DIFFERENCES)
    if found:
        more = f", and {len(found) - NAMED} more" if len(found) > NAMED else ""
        raise InputError(
            f"the worker {address} would draw other pixels: {', '.join(found[:NAMED])}{more}; "
            "install the same there"
        )


class _Teller:
    """Tells the progress of a task, now and then, and stops it when nobody wants its result any more."""

    def __init__(self, worker: Any, topic: str) -> None:
        self.worker, self.topic = worker, topic
        self.key = worker.get_current_task()
        self.next = 0.0

    def __call__(self, done: int, total: int | str | None) -> None:
        """Tell, unless it was only just told."""
        if time.monotonic() < self.next:
            return
        self.next = time.monotonic() + TELL_EVERY_S
        task = self.worker.state.tasks.get(self.key)
        if task is None or task.state == "cancelled":
            raise RenderError("the client has gone or has given this clip up")
        self.worker.log_event(self.topic, {"key": self.key, "done": done, "total": total})
