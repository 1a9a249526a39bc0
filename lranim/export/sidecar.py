"""A clip as slides show it: what the JSON beside its files says, checked against the files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from lranim.errors import InputError
from lranim.files import file_hash, read_small
from lranim.video.clip import intact

VIDEOS = ("mp4", "webm")
"""Formats of which the first one there stands for the video."""


class NotAClip(InputError):
    """A JSON file is there, but it is not a clip's."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class Artifact(_Row):
    """One file, where it lies now; `fps`, `frames` and `duration_s` are 0, 1 and 0.0 for a still."""

    path: Path
    format: str
    width: int
    height: int
    fps: int
    frames: int
    duration_s: float
    bytes: int
    sha256: str


class Captions(_Row):
    """A file of captions, as SubRip (``srt``) or WebVTT (``vtt``)."""

    path: Path
    lang: str
    format: str
    sha256: str


class Beat(_Row):
    """A stage of the story: when it begins (s) and what it says."""

    t: float
    text: str


class _Sidecar(_Row):
    scene: str
    params: dict[str, Any]
    lang: str
    theme: str
    artifacts: tuple[Artifact, ...]
    alt: str
    beats: tuple[Beat, ...]
    captions: tuple[Captions, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A finished clip.

    Parameters
    ----------
    name
        The stem of its files.
    sidecar
        The JSON beside them.
    scene, params, lang, theme
        What it shows, and how.
    artifacts, captions
        Its files; each is there and undamaged.
    alt
        What happens in it, in words.
    beats
        The stages of its story, in their order.
    """

    name: str
    sidecar: Path
    scene: str
    params: dict[str, Any]
    lang: str
    theme: str
    artifacts: tuple[Artifact, ...]
    captions: tuple[Captions, ...]
    alt: str
    beats: tuple[Beat, ...]

    @cached_property
    def moving(self) -> Artifact | None:
        """The video, or else the GIF."""
        return self.get(*VIDEOS, "gif")

    def get(self, *formats: str) -> Artifact | None:
        """The file of the first of these formats that there is."""
        rows = {row.format: row for row in self.artifacts}
        return next((rows[form] for form in formats if form in rows), None)

    def need(self, *formats: str) -> Artifact:
        """The file of the first of these formats that there is.

        Raises
        ------
        InputError
            There is none.
        """
        row = self.get(*formats)
        if row is None:
            there = ", ".join(row.format for row in self.artifacts) or "nothing"
            raise InputError(
                f"{self.sidecar} has no {' or '.join(formats)}, only {there}; "
                f"render it again with --format {formats[0]}"
            )
        return row


def read_clip(path: Path) -> Shown:
    """Read a clip; each of its files is compared with its SHA-256, so that all are of one rendering.

    Parameters
    ----------
    path
        Its JSON file, or any of its other files.

    Raises
    ------
    NotAClip
        Its JSON file is something else.
    InputError
        There is none, it was altered, or one of its files is gone or damaged.
    """
    place = _sidecar_of(path)
    try:
        text = read_small(place)
        data = _Sidecar.model_validate_json(text)
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else str(error.strerror)
        whose = f"the clip {path}" if path == place or not path.exists() else f"{place}, which {path} needs,"
        raise InputError(
            f"{whose} cannot be read: {reason}; lranim render makes clips and the JSON beside them"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise NotAClip(
            f"{place} is not the JSON of a clip ({f'{where}: ' if where else ''}{first['msg']}); "
            "give the JSON that lranim render wrote, or render the clip again"
        ) from error
    if data.sha256 and not intact(json.loads(text)):  # earlier versions wrote none
        raise InputError(f"{place} is damaged: it is not what was written; render the clip again")
    # A folder may have been moved or copied: its files are beside the JSON, whatever path they had.
    rows = tuple(row.model_copy(update={"path": place.with_name(row.path.name)}) for row in data.artifacts)
    captions = tuple(row.model_copy(update={"path": place.with_name(row.path.name)}) for row in data.captions)
    files: tuple[Artifact | Captions, ...] = (*rows, *captions)
    for row in files:
        _check(row.path, row.sha256)
    about: dict[str, Any] = {
        key: getattr(data, key) for key in ("scene", "params", "lang", "theme", "alt", "beats")
    }
    return Shown(name=place.stem, sidecar=place, artifacts=rows, captions=captions, **about)


def refuse_changed(clips: Iterable[Shown]) -> None:
    """Refuse clips that were rendered again since they were read, of which some files may be used already.

    Raises
    ------
    InputError
        One is another now.
    """
    for clip in clips:
        if read_clip(clip.sidecar) != clip:
            raise InputError(f"{clip.sidecar} was written by another run meanwhile; make the deck again")


def clips_in(folder: Path) -> list[Shown]:
    """Read the clips of a folder, by name; JSON files of other kinds are left out.

    Raises
    ------
    InputError
        There is no clip, or one is damaged.
    """
    found = []
    for path in sorted(folder.glob("[!.]*.json")):
        with suppress(NotAClip):
            found.append(read_clip(path))
    if not found:
        raise InputError(f"the folder {folder} has no clips; lranim render -o {folder} makes some")
    return found


def _sidecar_of(path: Path) -> Path:
    """The JSON of a clip of which one file is named: its stem is that file's, less a caption's language."""
    if path.suffix.lower() == ".json":
        return path
    stems = (path.stem, path.stem.rpartition(".")[0])
    found = (path.with_name(f"{stem}.json") for stem in stems if stem)
    return next((place for place in found if place.is_file()), path.with_name(f"{path.stem}.json"))


def _check(path: Path, sha256: str) -> None:
    """Refuse a file that is gone or is another than the one that has this hash."""
    try:
        damaged = file_hash(path) != sha256
    except OSError as error:
        reason = "it is gone" if isinstance(error, FileNotFoundError) else error.strerror
        raise InputError(f"{path} cannot be read: {reason}; render the clip again") from error
    if damaged:
        raise InputError(
            f"{path} is damaged: it is not what its JSON says; render the clip again with --force"
        )
