"""What a cluster's worker does: one job at a time, in a folder of its own, and it tells how far it is."""

from __future__ import annotations

import contextlib
import functools
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lranim.batch.keys import Inputs, inputs_of, machine_parts, outdated
from lranim.batch.pool import in_one_line
from lranim.errors import InputError, LranimError, RenderError
from lranim.look.theme import DEFAULT_THEME, THEMES
from lranim.video.captions import files_of
from lranim.video.clip import Draft
from lranim.video.job import Job

TELL_EVERY_S = 0.2
NAMED = 3
"""How many differences between two machines are told; there may be hundreds."""

_one_at_a_time = threading.Lock()
"""manim's configuration is global: a process renders one job at a time."""


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A clip on its way home: what was made, and the bytes of its files by name."""

    draft: Draft
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Failure:
    """Why a worker could not do it; the error's notes hold the traceback of an unexpected one."""

    error: LranimError


def names_of(job: Job) -> list[str]:
    """The files that a worker makes: all but the sidecar."""
    return [path.name for path in files_of(job)[:-1]]


@functools.cache
def parts_here(fonts: tuple[str, ...] = THEMES[DEFAULT_THEME].fonts) -> dict[str, str]:
    """What of the worker's machine can change pixels; Dask finds this function by its name.

    As it was when the worker was first asked: it goes on with the modules that it has loaded.
    """
    return machine_parts(fonts)


def render(job: Job, inputs: Inputs, topic: str) -> Parcel | Failure:
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
        return Failure(error)
    except BaseException as error:  # a scene file may raise anything
        failure = RenderError(in_one_line(error))
        failure.add_note(traceback.format_exc())
        return Failure(failure)


@contextlib.contextmanager
def _alone(address: str) -> Iterator[None]:
    if not _one_at_a_time.acquire(blocking=False):
        raise InputError(several_threads(address))
    try:
        yield
    finally:
        _one_at_a_time.release()


def several_threads(address: str) -> str:
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
    refuse_difference({**inputs.clip, **inputs.machine}, {**there.clip, **there.machine}, address)


def refuse_difference(here: Mapping[str, str], there: Mapping[str, str], address: str) -> None:
    """Refuse a worker that would draw other pixels than this machine.

    Raises
    ------
    InputError
        With the worker and the first of the differences.

    Examples
    --------
    >>> refuse_difference({"numpy": "2.4.1"}, {"numpy": "2.3.0"}, "tcp://10.0.0.7:4000")
    Traceback (most recent call last):
    lranim.errors.InputError: the worker tcp://10.0.0.7:4000 would draw other pixels: numpy is 2.4.1 here and
    2.3.0 there; install the same there
    """
    names = sorted(name for name in {**here, **there} if here.get(name) != there.get(name))
    if names:
        told = ", ".join(_difference(name, here.get(name), there.get(name)) for name in names[:NAMED])
        more = f", and {len(names) - NAMED} more" if len(names) > NAMED else ""
        raise InputError(
            f"the worker {address} would draw other pixels: {told}{more}; install the same there"
        )


def _difference(name: str, here: str | None, there: str | None) -> str:
    if here is None or there is None:
        return f"{name} is only {'there' if here is None else 'here'}"
    if max(len(here), len(there)) > 40:
        return f"{name} is another"
    return f"{name} is {here} here and {there} there"


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
