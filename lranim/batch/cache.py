"""The store: finished clips kept by the key of their content, so that no folder needs one drawn twice.

How long clips took is kept there, too, for the order of a batch and for estimates.

Files are copied in and out, never moved and never linked: whoever edits a GIF in place must not change the
clips of other lessons. (Where the file system can, a copy shares its blocks until then.) Each is checked by
its SHA-256 whenever it is used, so that nothing here needs to be safe from power cuts.

A tag in its root says that a folder is a store. Only such a folder is used, and in it only files are removed
that have a name of the store's own; links are not followed to them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from lranim.batch.keys import Inputs
from lranim.batch.published import wanted
from lranim.errors import InputError
from lranim.files import file_hash, in_place_of, read_json, read_small
from lranim.video.captions import CAPTIONS
from lranim.video.clip import Clip, parsed
from lranim.video.job import FORMATS, Job
from lranim.video.sink import told

FILE = "durations.json"
MOST = 20_000
"""Clips whose durations are remembered; the oldest are forgotten first."""

VERSION = "1"
"""Of the layout below; another one lies beside it and is not looked at."""

TAG = "CACHEDIR.TAG"
SIGNATURE = b"Signature: 8a477f597d28d172789f06886806bc55\n# This is the cache of lranim.\n"
"""What the tag says, never to be changed; its first line is for programs that save copies of folders.

References
----------
Bryan Ford, Cache Directory Tagging Specification, https://bford.info/cachedir/.
"""

KEY = "[0-9a-f]{64}"
CLIP_FILE = rf"clip\.json|{'|'.join((*FORMATS, *CAPTIONS))}"
PART = rf"\.({CLIP_FILE}|{KEY}\.json|{re.escape(FILE)})\.[0-9a-f]{{12}}"
"""A file in the making, as `in_place_of` names it."""

OWN = "|".join(
    (
        rf"v{VERSION}(/[0-9a-f]{{2}}(/{KEY}(/({CLIP_FILE}))?)?)?",
        rf"inputs(/{KEY}\.json)?",
        re.escape(FILE),
        rf"(.*/)?{PART}",
    )
)
"""Every path in a store but its tag's."""


def open_store(folder: Path | None) -> Store:
    """The store in a folder, or in the usual one.

    Raises
    ------
    InputError
        There is something else in the folder.
    """
    store = Store(folder or default_folder())
    if foreign := store.foreign():
        raise InputError(
            f"{store.folder} is not a cache of lranim, since {foreign} is there; "
            "give a new or an empty folder (--cache or LRANIM_CACHE)"
        )
    return store


def default_folder() -> Path:
    """Where the store is unless it is put elsewhere: ``LRANIM_CACHE``, else the user's folder for caches."""
    named = os.environ.get("LRANIM_CACHE")
    return Path(named) if named else user_cache_path("lranim", appauthor=False)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One clip in the store.

    Parameters
    ----------
    key
        The key of its content.
    folder
        Where it lies.
    about
        What its JSON says, None where that cannot be read.
    bytes
        Size of all its files.
    used
        When it was last put or fetched, in seconds since 1970.
    """

    key: str
    folder: Path
    about: Clip | None
    bytes: int
    used: float

    def damaged(self) -> list[str]:
        """Name the files that are not what they were, after reading them all."""
        if not self.about:
            return ["clip.json"]
        rows = self.about.files
        return [row.format for row in rows if not _sound(self.folder / row.format, row.sha256)]


@dataclass(frozen=True)
class Store:
    """The clips kept in a folder; it may be on any file system, and be removed at any time."""

    folder: Path

    @property
    def clips(self) -> Path:
        """The folder of the clips, one folder a key."""
        return self.folder / f"v{VERSION}"

    def foreign(self) -> Path | None:
        """What says that this is not a store; None where it is one, or nothing is there yet."""
        if os.path.lexists(self.folder) and not self.folder.is_dir():
            return self.folder
        with suppress(OSError):
            if SIGNATURE.startswith(read_small(self.folder / TAG)):  # another run may be writing it just now
                return None
        # Stores had no tag once: one that has all its names, and no other, gets it with its next clip.
        for path in self.folder.rglob("*"):
            if not re.fullmatch(OWN, path.relative_to(self.folder).as_posix()) or not self.clips.is_dir():
                return path
        return None

    def state(self, job: Job, key: str) -> str:
        """Whether the store has the job's files: "there", "missing", or the damaged ones in a few words."""
        clip = self._read(job, key)
        if clip is None:
            return "missing"
        bad = [row.format for row in clip.files if not _sound(self._place(key) / row.format, row.sha256)]
        return f"its {' and '.join(bad)} in the cache is damaged" if bad else "there"

    def fetch(self, job: Job, key: str, work: Path) -> Clip | None:
        """Copy a job's files into a folder under their final names, if all of them are sound.

        Raises
        ------
        RenderError
            When they cannot be written there.
        """
        clip = self._read(job, key)
        if clip is None:
            return None
        for row in clip.files:
            source = self._place(key) / row.format
            if not source.is_file():  # a device would be copied without end
                return None
            with told(work / row.path.name) as path:
                try:
                    shutil.copyfile(source, path)
                except FileNotFoundError:
                    return None
            if file_hash(path) != row.sha256:
                return None
        with suppress(OSError):
            os.utime(self._place(key) / "clip.json")
        return clip

    def put(self, job: Job, clip: Clip, inputs: Inputs) -> None:
        """Keep a clip that was published. Where the store cannot be written it is left out."""
        place = self._place(clip.key)
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            if not (self.folder / TAG).exists():
                (self.folder / TAG).write_bytes(SIGNATURE)
            place.mkdir(parents=True, exist_ok=True)
            for row in clip.files:
                with in_place_of(place / row.format) as file:
                    shutil.copyfile(row.path, file)
            known = self._about(clip.key)
            if known:  # formats that were made before are still there
                artifacts = {row.format: row for row in (*known.artifacts, *clip.artifacts)}
                captions = {row.format: row for row in (*known.captions, *clip.captions)}
                clip = replace(clip, artifacts=tuple(artifacts.values()), captions=tuple(captions.values()))
            _write(
                self.folder / "inputs" / f"{clip.key}.json",
                {"clip": inputs.clip, "machine": self._shared(inputs)},
            )
            _write(place / "clip.json", clip.as_dict())

    def inputs(self, key: str) -> Inputs | None:
        """What a clip of this key was made from, if it is known still."""
        try:
            data = read_json(self.folder / "inputs" / f"{key}.json")
            machine = read_json(self.folder / "inputs" / f"{data['machine']}.json")
            inputs = Inputs(data["clip"], machine)
            return inputs if inputs.key == key else None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def entries(self) -> Iterator[Entry]:
        """Every clip kept, the one that was used last first."""
        found = []
        for folder in self._folders():
            with suppress(OSError):
                files = {path.name: path.lstat() for path in _files(folder, f"{CLIP_FILE}|{PART}")}
                if not files:
                    continue
                used = files["clip.json"].st_mtime if "clip.json" in files else 0.0
                size = sum(file.st_size for file in files.values())
                about = self._about(folder.name)
                found.append(Entry(key=folder.name, folder=folder, about=about, bytes=size, used=used))
        yield from sorted(found, key=lambda entry: (-entry.used, entry.key))

    def remove(self, entry: Entry) -> None:
        """Forget a clip.

        Raises
        ------
        OSError
            When it cannot be removed.
        """
        # In their order, clip.json comes before the others, which count for nothing without it.
        for path in _files(entry.folder, f"{CLIP_FILE}|{PART}"):
            path.unlink(missing_ok=True)
        with suppress(OSError):  # something of others may be in them
            entry.folder.rmdir()
            entry.folder.parent.rmdir()

    def prune(self, *, most_bytes: int | None = None, older_s: float | None = None) -> list[Entry]:
        """Remove clips not used for so long, then the longest unused ones until the rest is small enough.

        Returns
        -------
        list of Entry
            What was removed.
        """
        now, total, removed = time.time(), 0, []
        for entry in self.entries():
            total += entry.bytes
            old = older_s is not None and now - entry.used > older_s
            large = most_bytes is not None and total > most_bytes
            if old or large:
                self.remove(entry)
                removed.append(entry)
                total -= entry.bytes
        self._tidy(now)
        return removed

    def _tidy(self, now: float) -> None:
        """Remove what no clip needs any more, and half a file that a killed run left over an hour ago."""
        needed = {entry.key for entry in self.entries()}
        inputs = _folders(self.folder, "inputs")
        records = {path.stem: path for folder in inputs for path in _files(folder, rf"{KEY}\.json")}
        with suppress(OSError, ValueError, KeyError, TypeError):  # a record that is damaged keeps the others
            needed |= {read_json(records[key])["machine"] for key in needed & set(records)}
            for name in set(records) - needed:
                records[name].unlink(missing_ok=True)
        for folder in (self.folder, *inputs, *self._folders()):
            for left in _files(folder, PART):
                with suppress(OSError):
                    if now - left.lstat().st_mtime > 3600:
                        left.unlink()

    def _folders(self) -> list[Path]:
        """The folders of the clips."""
        tops = _folders(self.folder, self.clips.name)
        return [
            folder for top in tops for half in _folders(top, "[0-9a-f]{2}") for folder in _folders(half, KEY)
        ]

    def _place(self, key: str) -> Path:
        return self.clips / key[:2] / key

    def _about(self, key: str) -> Clip | None:
        try:
            clip = parsed(read_small(self._place(key) / "clip.json"))
        except (OSError, ValueError):
            return None
        return clip if clip.sha256 and clip.key == key else None

    def _read(self, job: Job, key: str) -> Clip | None:
        about = self._about(key)
        try:
            return replace(wanted(about, job), cached=False) if about else None
        except KeyError:
            return None

    def _shared(self, inputs: Inputs) -> str:
        """Write down once what all clips of a machine share; its name."""
        name = Inputs({}, inputs.machine).key
        path = self.folder / "inputs" / f"{name}.json"
        if not path.exists():
            _write(path, dict(inputs.machine))
        return name


def _files(folder: Path, form: str) -> list[Path]:
    """The files of a folder whose names have a form, sorted; a link is one, whatever it leads to."""
    return _named(folder, form, lambda entry: not entry.is_dir(follow_symlinks=False))


def _folders(folder: Path, form: str) -> list[Path]:
    """The folders in a folder whose names have a form; a link is none."""
    return _named(folder, form, lambda entry: entry.is_dir(follow_symlinks=False))


def _named(folder: Path, form: str, fits: Callable[[os.DirEntry[str]], bool]) -> list[Path]:
    try:
        with os.scandir(folder) as found:
            return sorted(Path(entry) for entry in found if re.fullmatch(form, entry.name) and fits(entry))
    except OSError:
        return []


def _sound(path: Path, sha256: str) -> bool:
    try:
        return file_hash(path) == sha256
    except OSError:
        return False


def _write(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with in_place_of(path) as part:
        part.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


@dataclass(frozen=True)
class Expectation:
    """What a clip is expected to take: seconds of work, and frames to draw."""

    seconds: float
    frames: int


@dataclass
class Durations:
    """What clips took, by what decides it: language and theme do not.

    Parameters
    ----------
    file
        Where it is kept between runs.
    rows
        Seconds and frames by the clip's name here, in the order in which they were learnt.
    """

    file: Path
    rows: dict[str, tuple[float, int]] = field(default_factory=dict)
    learnt: dict[str, tuple[float, int]] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Durations:
        """Read what is known; a file that is damaged or not there knows nothing."""
        return cls(folder / FILE, _rows_of(folder / FILE))

    def expect(self, job: Job) -> Expectation | None:
        """What a clip will take, from the same one or else the last of its scene; None if unknown.

        The time of another size or rate is taken to grow with the pixels and the frames.
        """
        if (row := self.rows.get(_likeness(job))) is not None:
            return Expectation(*row)
        row = self.rows.get(f"scene {job.scene}")
        if row is None:
            return None
        seconds, frames = row
        return Expectation(seconds * job.width * job.height * job.fps, round(frames * job.fps / 1000))

    def learn(self, job: Job, seconds: float, frames: int) -> None:
        """Remember what a clip took."""
        per = seconds / (job.width * job.height * job.fps)
        for name, row in (
            (_likeness(job), (seconds, frames)),
            (f"scene {job.scene}", (per, round(1000 * frames / job.fps))),
        ):
            self.rows.pop(name, None)
            self.rows[name] = self.learnt[name] = row

    def save(self) -> None:
        """Write down what was learnt, beside what other runs wrote meanwhile, if that is possible."""
        if not self.learnt:
            return
        rows = {**_rows_of(self.file), **self.learnt}
        with suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with in_place_of(self.file) as part:
                part.write_text(json.dumps(dict(list(rows.items())[-MOST:])), encoding="utf-8")


def _likeness(job: Job) -> str:
    about: list[Any] = [job.scene, job.params, job.width, job.height, job.fps, sorted(job.formats)]
    return json.dumps([*about, job.transparent, job.gif_width], sort_keys=True)


def _rows_of(file: Path) -> dict[str, tuple[float, int]]:
    try:
        rows = read_json(file)
        known = {str(name): (float(seconds), int(frames)) for name, (seconds, frames) in rows.items()}
        return {name: row for name, row in known.items() if all(0 <= part < 1e9 for part in row)}
    except (OSError, ValueError, TypeError, AttributeError, OverflowError):
        return {}
