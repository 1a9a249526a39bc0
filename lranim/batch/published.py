"""Whether a job's files are there already: the check of what lies in its folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lranim.files import file_hash, read_json, read_small
from lranim.video.captions import caption_names
from lranim.video.clip import Altered, Clip, parsed
from lranim.video.job import Job

NEW = "it is not there yet"
UNREADABLE = "its JSON is damaged, or of another version"
CHANGED = "it was made from something else"
"""Why a job's files are not those that it asks for; `found` may also name a file."""


def sidecar(job: Job) -> Path:
    """The JSON beside the job's files."""
    return job.out_dir / f"{job.name}.json"


def look_up(job: Job, key: str) -> Clip | None:
    """The clip as it lies in its folder, if it is just what the job asks for and undamaged, else None."""
    clip = found(job, key)
    return clip if isinstance(clip, Clip) else None


def found(job: Job, key: str) -> Clip | str:
    """The clip as it lies in its folder, or in a few words why it will not do."""
    try:
        clip = parsed(read_small(sidecar(job)))
    except FileNotFoundError:
        return NEW
    except Altered:
        return f"{sidecar(job).name} is damaged"
    except (OSError, ValueError):
        return UNREADABLE
    if clip.key != key:
        return CHANGED
    if not clip.sha256:
        return f"{sidecar(job).name} is damaged"
    try:
        clip = wanted(clip, job)
    except KeyError as error:
        form = error.args[0]
        return f"there is no {form} yet" if form in job.formats else UNREADABLE
    for row in clip.files:
        try:
            if file_hash(row.path) != row.sha256:
                return f"{row.path.name} is damaged"
        except FileNotFoundError:
            return f"{row.path.name} is gone"
        except OSError as error:
            return f"{row.path.name} cannot be read: {error.strerror}"
    return replace(clip, cached=True)


def wanted(clip: Clip, job: Job) -> Clip:
    """The files of a clip that a job asks for, where it wants them; a missing format is a `KeyError`."""
    # The path is the job's: the folder may have been moved or copied, or the JSON's path be relative.
    rows = {row.format: row for row in clip.artifacts}
    captions = {row.format: row for row in clip.captions}
    return replace(
        clip,
        params=job.params,
        artifacts=tuple(replace(rows[form], path=job.out_dir / f"{job.name}.{form}") for form in job.formats),
        captions=tuple(
            replace(captions[form], path=job.out_dir / name) for form, name in caption_names(job).items()
        ),
        sidecar=sidecar(job),
    )


def sidecar_key(job: Job) -> str | None:
    """The key that the files in the job's folder were made with, if they say."""
    try:
        key = read_json(sidecar(job))["key"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return key if isinstance(key, str) else None
