"""A clip from request to published files, whoever draws it: what is there already, the lock, publishing."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lranim.batch.cache import Store
from lranim.batch.keys import Inputs, inputs_of, machine_parts, outdated
from lranim.batch.published import CHANGED, found, look_up, sidecar, sidecar_key
from lranim.batch.workplace import locked, publish, working_folder
from lranim.errors import InputError
from lranim.video.captions import files_of
from lranim.video.clip import Clip, Draft
from lranim.video.job import Job, Progress
from lranim.video.sink import told

MOST = 4
"""So many changes are told of one clip; of the others only their number."""

Produce = Callable[[Job, Path, Progress], Draft]
"""Draws a clip and writes its files, checked, into a private folder under their final names."""


def make(
    job: Job,
    produce: Produce,
    progress: Progress,
    *,
    force: bool = False,
    store: Store | None = None,
    waits: Callable[[str], None] | None = None,
) -> Clip:
    """Make a job's files, unless they are there and up to date.

    Parameters
    ----------
    job
        What to make.
    produce
        What draws it.
    progress
        Handed on to `produce`.
    force
        Draw it even if the files are there, here or in the store.
    store
        Where finished clips are kept: looked at before drawing, and given what was drawn.
    waits
        Wait for another run that is writing these files; called once with a line that says whose it is.
        Without it such a run is an error.

    Returns
    -------
    Clip
        What was written, or found.

    Raises
    ------
    LockedError
        When another run is writing these files, and `waits` is None.
    InputError
        When the folder cannot be written, or a plugin has changed while this process has the old one loaded:
        its picture would be kept as one of the new.
    RenderError
        When a file cannot be written or fails its check. Earlier output is untouched then.
    """
    began = time.monotonic()
    inputs = inputs_of(job)
    key = inputs.key
    with locked(job.out_dir, job.name, waits):
        if not force and (clip := look_up(job, key)) is not None:
            return replace(clip, seconds=_since(began))
        with working_folder(job.out_dir, job.name) as work:
            kept = None if force or store is None else store.fetch(job, key, work)
            if kept is None and (changed := outdated(inputs)):
                raise InputError(
                    f"{changed} has changed since it was loaded; start again (in a notebook: the kernel)"
                )
            clip = kept or _clip(job, key, produce(job, work, progress), _since(began))
            text = json.dumps(clip.as_dict(), ensure_ascii=False, indent=1) + "\n"
            with told(work / f"{job.name}.json") as path:
                path.write_text(text, encoding="utf-8")
            publish(work, job.out_dir, [path.name for path in files_of(job)])
        if kept is None and store is not None:
            store.put(job, clip, inputs)
    return clip if kept is None else replace(clip, cached=True, seconds=_since(began))


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
        waits = functools.partial(progress, 0) if self.wait else None
        return make(job, _engine, progress, force=force, store=self.store, waits=waits)


def render(job: Job, progress: Progress | None = None, *, force: bool = False) -> Clip:
    """Make a job's files by drawing them here, unless they are there and up to date."""
    return make(job, _engine, progress or (lambda done, total: None), force=force)


def _engine(job: Job, work: Path, progress: Progress) -> Draft:
    from lranim.video import engine  # brings manim, which a clip that is found or fetched does without

    return engine.produce(job, work, progress)


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)


def _clip(job: Job, key: str, draft: Draft, seconds: float) -> Clip:
    return Clip(
        scene=job.scene,
        params=job.params,
        lang=job.lang,
        theme=job.theme.name,
        cached=False,
        seconds=seconds,
        artifacts=draft.artifacts,
        alt=draft.alt,
        beats=draft.beats,
        captions=draft.captions,
        key=key,
        sidecar=sidecar(job),
    )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one job of a batch needs.

    Parameters
    ----------
    job
        The job.
    there
        The clip as it lies in its folder, up to date and undamaged; None if it does not.
    kept
        Whether the store has it.
    why
        In a few words why it is not there.
    damaged
        Whether that is because a file is not what it was.
    """

    job: Job
    there: Clip | None = None
    kept: bool = False
    why: str = ""
    damaged: bool = False


def plans(jobs: Sequence[Job], store: Store, *, force: bool = False) -> list[Plan]:
    """Look for each job's files, in its folder and in the store, and read them all.

    Raises
    ------
    InputError
        A file that a scene's option names cannot be used.
    """
    machines = {fonts: machine_parts(fonts) for fonts in {job.theme.fonts for job in jobs}}
    return [_plan(job, store, machines[job.theme.fonts], force) for job in jobs]


def _plan(job: Job, store: Store, machine: Mapping[str, str], force: bool) -> Plan:
    if force:
        return Plan(job=job, why="--force")
    inputs = inputs_of(job, machine)
    there = found(job, inputs.key)
    if isinstance(there, Clip):
        return Plan(job=job, there=there)
    why = _changes(job, inputs, store) if there == CHANGED else there
    state = store.state(job, inputs.key)
    damaged = there.endswith("is damaged") or state not in ("there", "missing")
    if state not in ("there", "missing"):
        why = f"{why}, and {state}"
    return Plan(job=job, kept=state == "there", why=why, damaged=damaged)


def _changes(job: Job, inputs: Inputs, store: Store) -> str:
    """What differs from what the files in the folder were made from."""
    before = store.inputs(sidecar_key(job) or "")
    if before is None:
        return f"{CHANGED}, of which there is no record"
    changes = inputs.changes(before)
    more = f" and {len(changes) - MOST} more" if len(changes) > MOST else ""
    return "; ".join(changes[:MOST]) + more
