"""What came out of a job, as data: the JSON beside the files and on stdout, written and read here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from lranim.errors import InputError
from lranim.files import file_hash, read_small
from lranim.look.text import Beat
from lranim.video.job import Job
from lranim.video.limits import size_text

VIDEOS = ("mp4", "webm")
"""Formats of which the first one there stands for the video."""

MOVING = (*VIDEOS, "gif")
"""The same for what moves."""

KINDS = {"mp4": "video/mp4", "webm": "video/webm", "gif": "image/gif", "png": "image/png"}
"""The MIME type of each format."""


class NotAClip(InputError):
    """A JSON file is there, but it is not a clip's."""


class Altered(ValueError):
    """A clip's JSON is not what was written."""


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """One file. `fps`, `frames` and `duration_s` are 0, 1 and 0.0 for a still.

    `given_up` says in words what it has less of than was asked for, to keep to a limit of its size.
    """

    path: Path
    format: str
    width: int
    height: int
    fps: int
    frames: int
    duration_s: float
    bytes: int
    sha256: str
    given_up: str = ""

    @property
    def is_video(self) -> bool:
        """Whether it is one, rather than a GIF or a still."""
        return self.format in VIDEOS

    @property
    def kind(self) -> str:
        """Its MIME type."""
        return KINDS[self.format]


@dataclass(frozen=True, kw_only=True)
class CaptionFile:
    """One file of captions beside the clip, as SubRip (``srt``) or WebVTT (``vtt``)."""

    path: Path
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
    """The result of one job; `as_dict` is the shape of the JSON, which earlier versions wrote with less.

    Parameters
    ----------
    scene, params, lang, theme
        What it shows, and how.
    cached, seconds
        Whether its files were there already, and how long they took.
    artifacts, captions
        Its files.
    alt
        What happens in it, in words.
    beats
        The stages of its story, in their order.
    key
        The key of the content (`lranim.batch.published`): a later run with the same key need not render.
    sha256
        As it was read; see `sealed`.
    sidecar
        Where its JSON lies, if it is known.
    """

    scene: str
    params: dict[str, Any]
    lang: str
    theme: str
    cached: bool = False
    seconds: float = 0.0
    artifacts: tuple[Artifact, ...]
    alt: str
    beats: tuple[Beat, ...]
    captions: tuple[CaptionFile, ...] = ()
    key: str = ""
    sha256: str = field(default="", compare=False)
    sidecar: Path = field(default=Path(), compare=False)

    @property
    def name(self) -> str:
        """The stem of its files."""
        return self.sidecar.stem

    @property
    def files(self) -> list[Artifact | CaptionFile]:
        """Every file but the JSON."""
        return [*self.artifacts, *self.captions]

    @property
    def moving(self) -> Artifact | None:
        """The video, or else the GIF."""
        return self.get(*MOVING)

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

    def beside(self, sidecar: Path) -> Clip:
        """The clip with its files beside a JSON file, whatever path they had: folders are moved."""
        rows = (replace(row, path=sidecar.with_name(row.path.name)) for row in self.artifacts)
        captions = (replace(row, path=sidecar.with_name(row.path.name)) for row in self.captions)
        return replace(self, artifacts=tuple(rows), captions=tuple(captions), sidecar=sidecar)

    def as_dict(self) -> dict[str, Any]:
        """The JSON-ready dict, keys in the documented order, sealed; `given_up` only where something was."""
        about = asdict(self)
        del about["sidecar"]
        for row in (*about["artifacts"], *about["captions"]):
            row["path"] = str(row["path"])
            if row.get("given_up") == "":
                del row["given_up"]
        return sealed(about)


_RECORD = TypeAdapter(Clip)


def sealed(about: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON's content with its `sha256`: of all that it says of the clip, wherever its files lie."""
    said = {name: part for name, part in about.items() if name not in ("cached", "seconds", "sha256")}
    for part in ("artifacts", "captions"):
        rows = about.get(part, ())
        said[part] = [{key: value for key, value in row.items() if key != "path"} for row in rows]
    return {**about, "sha256": hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()}


def parsed(text: bytes | str) -> Clip:
    """The clip of which a JSON tells.

    Raises
    ------
    ValueError
        It is not a clip's: a `ValidationError`; or not what was written: `Altered`.
    """
    clip = _RECORD.validate_json(text, strict=True)
    if clip.sha256 and sealed(json.loads(text))["sha256"] != clip.sha256:  # earlier versions wrote none
        raise Altered
    return clip


def read_clip(path: Path) -> Clip:
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
        clip = parsed(read_small(place)).beside(place)
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
    except Altered as error:
        raise InputError(f"{place} is damaged: it is not what was written; render the clip again") from error
    for row in clip.files:
        try:
            damaged = file_hash(row.path) != row.sha256
        except OSError as error:
            reason = "it is gone" if isinstance(error, FileNotFoundError) else str(error.strerror)
            raise InputError(f"{row.path} cannot be read: {reason}; render the clip again") from error
        if damaged:
            raise InputError(
                f"{row.path} is damaged: it is not what its JSON says; render the clip again with --force"
            )
    return clip


def _sidecar_of(path: Path) -> Path:
    """The JSON of a clip of which one file is named: its stem is that file's, less a caption's language."""
    if path.suffix.lower() == ".json":
        return path
    stems = (path.stem, path.stem.rpartition(".")[0])
    found = (path.with_name(f"{stem}.json") for stem in stems if stem)
    return next((place for place in found if place.is_file()), path.with_name(f"{path.stem}.json"))


def clips_in(folder: Path) -> list[Clip]:
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


def refuse_changed(clips: Iterable[Clip]) -> None:
    """Refuse clips that were rendered again since they were read, of which some files may be used already.

    Raises
    ------
    InputError
        One is another now.
    """
    for clip in clips:
        if read_clip(clip.sidecar).as_dict()["sha256"] != clip.as_dict()["sha256"]:
            raise InputError(f"{clip.sidecar} was written by another run meanwhile; make the deck again")


def given_up(job: Job, clip: Clip) -> list[str]:
    """What the clip's files have less of than was asked for, a line each."""
    limit = size_text(job.max_size or 0)
    return [
        f"{row.path.name}: {row.given_up}, to stay under {limit} ({size_text(row.bytes)})"
        for row in clip.artifacts
        if row.given_up
    ]
