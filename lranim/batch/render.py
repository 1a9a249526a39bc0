"""A clip from request to published files, whoever draws it: the lock, what is there already, publishing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from lranim.batch.cache import Store
from lranim.batch.keys import inputs_of, outdated
from lranim.batch.published import look_up, sidecar
from lranim.batch.workplace import locked, publish, working_folder
from lranim.errors import InputError
from lranim.video.captions import files_of
from lranim.video.clip import Clip, Draft
from lranim.video.job import Job, Progress
from lranim.video.sink import told

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


def render(job: Job, progress: Progress | None = None, *, force: bool = False) -> Clip:
    """Make a job's files by drawing them here, unless they are there and up to date."""
    from lranim.video import engine  # brings manim

    return make(job, engine.produce, progress or (lambda done, total: None), force=force)


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
