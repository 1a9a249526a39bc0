"""Whether a job's files are there already: the check of what lies in its folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from lranim.files import file_hash, read_json
from lranim.look.text import Beat
from lranim.video.captions import caption_names
from lranim.video.clip import Artifact, CaptionFile, Clip, intact
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
        data: dict[str, Any] = read_json(sidecar(job))
    except FileNotFoundError:
        return NEW
    except (OSError, ValueError):
        return UNREADABLE
    try:
        if data["key"] != key:
            return CHANGED
        if not intact(data):
            return f"{sidecar(job).name} is damaged"
        clip = clip_of(data, job)
    except KeyError as error:
        form = error.args[0]
        return f"there is no {form} yet" if form in job.formats else UNREADABLE
    except (ValueError, TypeError, AttributeError):
        return UNREADABLE
    for row in clip.files:
        try:
            if file_hash(Path(row.path)) != row.sha256:
                return f"{Path(row.path).name} is damaged"
        except FileNotFoundError:
            return f"{Path(row.path).name} is gone"
        except OSError as error:
            return f"{Path(row.path).name} cannot be read: {error.strerror}"
    return replace(clip, params=job.params, cached=True)


def clip_of(data: dict[str, Any], job: Job) -> Clip:
    """Make a clip from a sidecar's content: the files that the job asks for, where it wants them.

    Raises
    ------
    KeyError
        It lacks something; a missing file's format is the argument.
    TypeError, ValueError, AttributeError
        It is not a sidecar of this version.
    """
    rest = {name: part for name, part in data.items() if name != "sha256"}
    rows = {row["format"]: row for row in rest.pop("artifacts")}
    # The path is the job's: the folder may have been moved or copied, or the sidecar's path be relative.
    paths = {form: job.out_dir / f"{job.name}.{form}" for form in job.formats}
    wanted = tuple(Artifact(**{**rows[form], "path": str(path)}) for form, path in paths.items())
    rows = {row["format"]: row for row in rest.pop("captions")}
    paths = {form: job.out_dir / name for form, name in caption_names(job).items()}
    captions = tuple(CaptionFile(**{**rows[form], "path": str(path)}) for form, path in paths.items())
    beats = tuple(Beat(**row) for row in rest.pop("beats"))
    return Clip(artifacts=wanted, beats=beats, captions=captions, **rest)


def sidecar_key(job: Job) -> str | None:
    """The key that the files in the job's folder were made with, if they say."""
    try:
        key = read_json(sidecar(job))["key"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return key if isinstance(key, str) else None
