"""Work handed out to the workers of a Dask cluster, and what comes back, checked."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import uuid
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from lranim import registry
from lranim.errors import RenderError
from lranim.options import options_of
from lranim.render import remote
from lranim.render.artifacts import Artifact, CaptionFile, Draft
from lranim.render.job import Job
from lranim.render.keys import inputs_of
from lranim.render.outcome import Progress
from lranim.render.remote import Failure, Parcel, Task
from lranim.render.workplace import told

News = tuple[str, int | None, int | None]
"""A task's name at Dask, its frames done (None when it has ended) and its frames in all."""


@dataclass(eq=False)
class Cluster:
    """A connection to workers that render; its methods may be called from several threads."""

    client: Any
    address: str
    slices: int = 1
    topic: str = field(default_factory=lambda: f"lranim-{uuid.uuid4().hex}")
    heard: dict[str, SimpleQueue[News]] = field(default_factory=dict)
    closed: bool = False

    @property
    def workers(self) -> int:
        """How many there are now; 0 where the scheduler is gone, which those who wait for a clip are told."""
        with contextlib.suppress(Exception):
            return len(self.client.nthreads())
        return 0

    def hear(self, event: tuple[float, dict[str, Any]]) -> None:
        """Take what a worker tells of its progress."""
        _, said = event
        if queue := self.heard.get(said["key"]):
            queue.put((said["key"], said["done"], said["total"]))

    def give_up(self) -> None:
        """Stop all that runs, and begin nothing more: who waits for it gets a `RenderError`."""
        self.closed = True
        for queue in list(self.heard.values()):
            queue.put(("", None, None))

    def produce(self, job: Job, work: Path, progress: Progress) -> Draft:
        """Have a clip rendered and write its files into a folder; see `lranim.render.making.Produce`.

        Raises
        ------
        RenderError
            When the clip cannot be rendered, its workers died, or a file came back damaged.
        InputError
            When a worker differs from this machine.
        """
        if self.slices > 1:
            return self._joined(job, work, progress)
        (parcel,) = self.results(job, [remote.whole], progress)
        return opened(parcel, job, work)

    def _joined(self, job: Job, work: Path, progress: Progress) -> Draft:
        """Have the frames drawn in slices, and encode them here."""
        from lranim.render import engine, slices

        def quiet(done: int, total: int | str | None) -> None:
            """The workers tell what is drawn."""

        (plan,) = self.results(job, [remote.plan], quiet)
        ranges = slices.cut(plan.pictures, self.slices)
        tasks = [functools.partial(remote.slice_of, frames=frames) for frames in ranges]

        def shown(done: int, total: int | str | None) -> None:
            progress(done, sum(plan.pictures))

        with contextlib.closing(self.results(job, tasks, shown)) as reels:
            return engine.produce(job, work, quiet, slices.joined(plan.story, reels))

    def results(self, job: Job, tasks: Sequence[Task], progress: Progress) -> Generator[Any]:
        """Have tasks done for a job, all at a time as far as there are workers; their results, in order."""
        if self.client.status != "running":
            raise _unconnected(job)
        inputs = inputs_of(job)
        sent = anywhere(job)
        queue: SimpleQueue[News] = SimpleQueue()
        # One first part for all: Dask learns from it how long a task takes.
        keys = [f"clip-{uuid.uuid4().hex}" for _ in tasks]
        self.heard.update(dict.fromkeys(keys, queue))
        futures: list[Any] = []
        try:
            for key, task in zip(keys, tasks, strict=True):
                futures.append(
                    self.client.submit(remote.do, task, sent, inputs, self.topic, key=key, pure=False)
                )
                futures[-1].add_done_callback(lambda future: queue.put((future.key, None, None)))
            yield from self._in_order(job, futures, queue, progress)
        finally:
            for key in keys:
                self.heard.pop(key, None)
            for future in futures:
                # Stops it at its next frame, or lets the scheduler forget its result.
                with contextlib.suppress(Exception):  # the scheduler may be gone
                    future.cancel()

    def _in_order(
        self, job: Job, futures: Sequence[Any], queue: SimpleQueue[News], progress: Progress
    ) -> Generator[Any]:
        frames: dict[str, int] = {}
        ended: set[str] = set()
        for future in futures:
            while future.key not in ended:
                if self.closed:
                    raise RenderError(f"{job.name} was given up")
                key, done, total = queue.get()
                if done is None:
                    ended.add(key)
                else:
                    frames[key] = done
                    progress(sum(frames.values()), total)
            yield _result(job, future)


def anywhere(job: Job) -> Job:
    """The job with whole paths: a worker may have been started in another folder."""
    options = options_of(registry.get(job.scene).load_light().Params).values()
    paths = {one.field for one in options if one.is_path}
    params = {
        name: os.path.abspath(value) if name in paths and isinstance(value, str) else value
        for name, value in job.params.items()
    }
    scene = os.path.abspath(job.scene) if registry.is_path(job.scene) else job.scene
    return replace(job, scene=scene, params=params)


def _result(job: Job, future: Any) -> Any:
    """What a task came to, without Dask's own words."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    try:
        result = future.result()
    except KilledWorker as error:
        raise RenderError(
            f"each worker that was given {job.name} died, {error.allowed_failures + 1} in all; "
            "it may need more memory than they have: choose a smaller size, or look at the workers' logs"
        ) from None
    except CancelledError:
        raise _unconnected(job) from None
    if isinstance(result, Failure):
        raise result.error
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
    made = {Path(row.path).name: row.sha256 for row in rows}
    for name in remote.names_of(job):
        content = parcel.files.get(name)
        if content is None or hashlib.sha256(content).hexdigest() != made.get(name):
            state = "did not come back" if content is None else "came back damaged (its SHA-256 differs)"
            raise RenderError(f"{name} {state} from the cluster; run it again")
        with told(work / name) as path:
            path.write_bytes(content)
    return parcel.draft
