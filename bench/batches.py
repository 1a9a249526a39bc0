"""Batches as they are measured for `bench.scale`: whole commands on one or two cores, and a client's work."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bench.clip
from bench.meter import Usage, measure
from bench.plan import Plan
from lranim.batch.cache import Store
from lranim.batch.cluster import Parcel, names_of, opened
from lranim.batch.keys import inputs_of
from lranim.batch.pool import run
from lranim.batch.published import look_up
from lranim.batch.render import MakeJob, make
from lranim.video.clip import Clip, Draft
from lranim.video.job import Job, Progress

FORMATS = ("mp4", "gif", "png")
HASHED = 64 << 20
"""Bytes that are hashed to measure how fast that is."""

THREADS = 8
"""In which a client takes clips that come back at the same time."""


@dataclass(frozen=True)
class Batch:
    """A command that renders several clips.

    Parameters
    ----------
    what
        Scenes and their options.
    width, height, fps
        Size (px) and rate (frames/s).
    """

    what: tuple[str, ...]
    width: int
    height: int
    fps: int

    def run(self, place: Path, workers: int, cores: int, first: int = 0) -> Usage:
        """Render it with so many workers on so many cores, from this core on."""
        size = ["-r", f"{self.width},{self.height}", "--fps", str(self.fps), "--format", ",".join(FORMATS)]
        command = [sys.executable, "-m", "lranim", "render", *self.what, *size]
        with on_cores(cores, first):
            return measure([*command, "-j", str(workers), "--force", "-o", str(place)])


def equal_clips(plan: Plan, share: range | None = None) -> tuple[Batch, int]:
    """Clips that take the same, or some of them, and how many.

    At rate 1 the point bounces for ever, wherever it starts.
    """
    chosen = share or range(4 if plan.quick else 12)
    starts = [text for index in chosen for text in ("--start", f"{13 - index / 100:g}")]
    return Batch(("learning-rate", "--lr", "1", *starts), *_size(plan)), len(chosen)


def two_commands(plan: Plan, place: Path) -> Usage:
    """Half of the equal clips on each of two cores, by commands that share nothing: the most there is."""
    count = equal_clips(plan)[1]
    halves = [equal_clips(plan, share)[0] for share in (range(count // 2), range(count // 2, count))]
    with ThreadPoolExecutor(2) as threads:  # which cores a thread may have is its own
        usages = list(threads.map(lambda core: halves[core].run(place / str(core), 1, 1, core), (0, 1)))
    return Usage(
        max(usage.seconds for usage in usages),
        sum(usage.cpu for usage in usages),
        max(usage.peak for usage in usages),
    )


def all_scenes(plan: Plan) -> Batch:
    """A clip of every scene, or of three."""
    return Batch(("oscillation", "slope", "learning-rate") if plan.quick else ("--all",), *_size(plan))


def _size(plan: Plan) -> tuple[int, int, int]:
    return (854, 480, 15) if plan.quick else (1280, 720, 30)


@contextlib.contextmanager
def on_cores(count: int, first: int = 0) -> Iterator[None]:
    """Let this thread, and the processes that it starts, have so many cores, from this one on.

    Raises
    ------
    RuntimeError
        When there are fewer, or the system cannot do it.
    """
    if not hasattr(os, "sched_setaffinity"):
        raise RuntimeError("a process cannot be kept to one core here; Linux can")
    before = os.sched_getaffinity(0)
    if len(before) < first + count:
        raise RuntimeError(f"this needs {first + count} cores, there are {len(before)}")
    os.sched_setaffinity(0, sorted(before)[first : first + count])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def sidecars(place: Path) -> list[dict[str, Any]]:
    """What a command says of the clips that it has made."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(place.glob("*.json"))]


def start_seconds() -> float:
    """What a worker takes before its first clip."""
    with on_cores(1):
        return measure([sys.executable, "-c", "import lranim.video.engine"]).seconds


def hashing_speed() -> float:
    """Bytes a second of SHA-256 on one core."""
    data = bytes(HASHED)
    began = time.perf_counter()
    hashlib.sha256(data).hexdigest()
    return HASHED / (time.perf_counter() - began)


@dataclass(frozen=True)
class Nothing(MakeJob):
    """Makes no clip at all: what is left is what a worker takes for each."""

    def __call__(self, job: Job, progress: Progress, force: bool) -> Clip:
        """Say that it is made."""
        about: dict[str, Any] = {"scene": job.scene, "params": {}, "lang": job.lang, "theme": job.theme.name}
        return Clip(**about, cached=False, seconds=0.0, artifacts=(), alt="", beats=())


def worker_seconds(place: Path, clips: int = 32) -> float:
    """What a worker takes for a clip beside making it: it is forked, told, heard and waited for."""
    work = Nothing(Store(place), wait=False)
    job = bench.clip.Clip("oscillation", 854, 480, 15).job(place)

    def seconds(count: int) -> float:
        jobs = [replace(job, name=f"clip{index}") for index in range(count)]
        began = time.perf_counter()
        run(jobs, 2, lambda outcome: None, work=work)
        return time.perf_counter() - began

    few = seconds(2)
    return max(0.0, 2 * (seconds(2 + clips) - few) / clips)


def client_seconds(batch: Batch, scenes: Sequence[str], made: Path, place: Path, rounds: int = 4) -> float:
    """What the client of a cluster takes for a clip once its bytes are there: hash, write, publish, keep.

    It does so in several threads, as for a cluster of `THREADS` workers.

    Parameters
    ----------
    batch
        By which the clips were made.
    scenes
        Of which scene each is.
    made
        Where they are.
    place
        For the files that come back, and the caches.
    rounds
        How often each comes back, each time into another folder and cache.
    """
    jobs = [
        replace(bench.clip.Clip(scene, batch.width, batch.height, batch.fps).job(made, FORMATS), name=scene)
        for scene in scenes
    ]
    parcels = [_parcel(job) for job in jobs]

    def come(job: Job, parcel: Parcel, turn: int) -> None:
        make(
            replace(job, out_dir=place / f"home{turn}"),
            lambda job, work, progress: opened(parcel, job, work),
            lambda done, total: None,
            store=Store(place / f"cache{turn}"),
        )

    with ThreadPoolExecutor(THREADS) as threads:
        began = time.perf_counter()
        comings = [
            threads.submit(come, job, parcel, turn)
            for turn in range(rounds)
            for job, parcel in zip(jobs, parcels, strict=True)
        ]
        for coming in comings:
            coming.result()
        return (time.perf_counter() - began) / len(comings)


def _parcel(job: Job) -> Parcel:
    """A clip as a worker sends it."""
    clip = look_up(job, inputs_of(job).key)
    if clip is None:
        raise RuntimeError(f"{job.name} is not as it was made; do not change lranim while the bench runs")
    draft = Draft(artifacts=clip.artifacts, captions=clip.captions, alt=clip.alt, beats=clip.beats)
    return Parcel(draft=draft, files={name: (job.out_dir / name).read_bytes() for name in names_of(job)})
