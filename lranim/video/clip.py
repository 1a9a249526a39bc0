"""What came out of a job, as data: the JSON beside the files and on stdout."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lranim.look.text import Beat
from lranim.video.job import Job
from lranim.video.limits import size_text


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """One file. `fps`, `frames` and `duration_s` are 0, 1 and 0.0 for a still.

    `given_up` says in words what it has less of than was asked for, to keep to a limit of its size.
    """

    path: str
    format: str
    width: int
    height: int
    fps: int
    frames: int
    duration_s: float
    bytes: int
    sha256: str
    given_up: str = ""


@dataclass(frozen=True, kw_only=True)
class CaptionFile:
    """One file of captions beside the clip."""

    path: str
    lang: str
    format: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What was made in a working folder; the paths are those that the files will have once published."""

    artifacts: tuple[Artifact, ...]
    captions: tuple[CaptionFile, ...]
    alt: str
    beats: tuple[Beat, ...]


@dataclass(frozen=True, kw_only=True)
class Clip:
    """The result of one job; `as_dict` is the sidecar's shape.

    `key` is the key of the content (`lranim.batch.published`): a later run with the same key need not render.
    """

    scene: str
    params: dict[str, Any]
    lang: str
    theme: str
    cached: bool
    seconds: float
    artifacts: tuple[Artifact, ...]
    alt: str
    beats: tuple[Beat, ...]
    captions: tuple[CaptionFile, ...] = ()
    key: str = ""

    @property
    def files(self) -> list[Artifact | CaptionFile]:
        """Every file but the sidecar."""
        return [*self.artifacts, *self.captions]

    def as_dict(self) -> dict[str, Any]:
        """The JSON-ready dict, keys in the documented order, sealed; `given_up` only where something was."""
        about = asdict(self)
        for row in about["artifacts"]:
            if not row["given_up"]:
                del row["given_up"]
        return sealed(about)


def sealed(about: Mapping[str, Any]) -> dict[str, Any]:
    """A sidecar's content with its `sha256`: of all that it says of the clip, wherever its files lie."""
    said = {name: part for name, part in about.items() if name not in ("cached", "seconds", "sha256")}
    for part in ("artifacts", "captions"):
        said[part] = [{key: value for key, value in row.items() if key != "path"} for row in about[part]]
    return {**about, "sha256": hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()}


def intact(about: Any) -> bool:
    """Whether a sidecar's content is what was written."""
    try:
        return bool(about["sha256"] == sealed(about)["sha256"])
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        return False


def given_up(job: Job, clip: Clip) -> list[str]:
    """What the clip's files have less of than was asked for, a line each."""
    limit = size_text(job.max_size or 0)
    return [
        f"{Path(row.path).name}: {row.given_up}, to stay under {limit} ({size_text(row.bytes)})"
        for row in clip.artifacts
        if row.given_up
    ]
