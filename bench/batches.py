"""Batches as they are measured for `bench.scale`: whole commands on one or two cores, and a client's work."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.clip import Clip
from bench.meter import Usage, measure
from bench.plan import Plan
from lranim.render.artifacts import Draft
from lranim.render.cache import look_up
from lranim.render.handout import opened
from lranim.render.job import Job
from lranim.render.keys import inputs_of
from lranim.render.making import make
from lranim.render.remote import Parcel, names_of
from lranim.render.store import Store

FORMATS = ("mp4", "gif", "png")
HASHED = 64 << 20
"""Bytes that are hashed to measure how fast that is."""


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

    def run(self, place: Path, workers: int, cores: int) -> Usage:
        """Render it with so many workers on so many cores."""
        size = ["-r", f"{self.width},{self.height}", "--fps", str(self.fps), "--format", ",".join(FORMATS)]
        command = [sys.executable, "-m", "lranim", "render", *self.what, *size]
        with on_cores(cores):
            return measure([*command, "-j", str(workers), "--force", "-o", str(place)])


def equal_clips(plan: Plan) -> tuple[Batch, int]:
    """Clips that take the same: at rate 1 the point bounces for ever, wherever it starts; and how many."""
    count = 4 if plan.quick else 12
    starts = [text for index in range(count) for text in ("--start", f"{13 - index / 100:g}")]
    return Batch(("learning-rate", "--lr", "1", *starts), *_size(plan)), count


def all_scenes(plan: Plan) -> Batch:
    """A clip of every scene, or of three."""
    return Batch(("oscillation", "slope", "learning-rate") if plan.quick else ("--all",), *_size(plan))


def _size(plan: Plan) -> tuple[int, int, int]:
    return (854, 480, 15) if plan.quick else (1280, 720, 30)


@contextlib.contextmanager
def on_cores(count: int) -> Iterator[None]:
    """Let this process, and those that it starts, have so many cores.

    Raises
    ------
    RuntimeError
        When there are fewer, or the system cannot do it.
    """
    if not hasattr(os, "sched_setaffinity"):
        raise RuntimeError("a process cannot be kept to one core here; Linux can")
    before = os.sched_getaffinity(0)
    if len(before) < count:
        raise RuntimeError(f"this needs {count} cores, there are {len(before)}")
    os.sched_setaffinity(0, sorted(before)[:count])
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
        return measure([sys.executable, "-c", "import lranim.render.engine"]).seconds


def hashing_speed() -> float:
    """Bytes a second of SHA-256 on one core."""
    data = bytes(HASHED)
    began = time.perf_counter()
    hashlib.sha256(data).hexdigest()
    return HASHED / (time.perf_counter() - began)


def client_seconds(batch: Batch, scenes: Sequence[str], made: Path, place: Path) -> float:
    """What the client of a cluster does for a clip once its bytes are there: hash, write, publish, keep.

    Parameters
    ----------
    batch
        By which the clips were made.
    scenes
        Of which scene each is.
    made
        Where they are.
    place
        For the files that come back, and a cache.
    """
    store = Store(place / "cache")
    total = 0.0
    for scene in scenes:
        clip = Clip(scene, batch.width, batch.height, batch.fps)
        job = replace(clip.job(made, FORMATS), name=scene)
        parcel = _parcel(job)

        def produce(job: Job, work: Path, progress: object, parcel: Parcel = parcel) -> Draft:
            return opened(parcel, job, work)

        home = replace(job, out_dir=place / "home")
        began = time.perf_counter()
        make(home, produce, lambda done, total: None, store=store)
        total += time.perf_counter() - began
    return total / len(scenes)


def _parcel(job: Job) -> Parcel:
    """A clip as a worker sends it."""
    clip = look_up(job, inputs_of(job).key)
    if clip is None:
        raise RuntimeError(f"{job.name} is not as it was made; do not change lranim while the bench runs")
    draft = Draft(artifacts=clip.artifacts, captions=clip.captions, alt=clip.alt, beats=clip.beats)
    return Parcel(draft=draft, files={name: (job.out_dir / name).read_bytes() for name in names_of(job)})
