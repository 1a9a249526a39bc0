"""The store: finished clips kept by the key of their content, so that no folder needs one drawn twice.

Files are copied in and out, never moved and never linked: whoever edits a GIF in place must not change the
clips of other lessons. (Where the file system can, a copy shares its blocks until then.) Each is checked by
its SHA-256 whenever it is used, so that nothing here needs to be safe from power cuts.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from lranim.render.artifacts import Artifact, CaptionFile, Clip, intact, sealed
from lranim.render.cache import clip_of
from lranim.render.files import file_hash, in_place_of, read_json
from lranim.render.job import Job
from lranim.render.keys import Inputs
from lranim.render.workplace import told

VERSION = "1"
"""Of the layout below; another one lies beside it and is not looked at."""


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
        The sidecar's content, empty where it cannot be read.
    bytes
        Size of all its files.
    used
        When it was last put or fetched, in seconds since 1970.
    """

    key: str
    folder: Path
    about: dict[str, Any]
    bytes: int
    used: float

    def damaged(self) -> list[str]:
        """Name the files that are not what they were, after reading them all."""
        if not self.about:
            return ["clip.json"]
        rows = [*self.about["artifacts"], *self.about["captions"]]
        return [row["format"] for row in rows if not _sound(self.folder / row["format"], row["sha256"])]


@dataclass(frozen=True)
class Store:
    """The clips kept in a folder; it may be on any file system, and be removed at any time."""

    folder: Path

    @property
    def clips(self) -> Path:
        """The folder of the clips, one folder a key."""
        return self.folder / f"v{VERSION}"

    def state(self, job: Job, key: str) -> str:
        """Whether the store has the job's files: "there", "missing", or the damaged ones in a few words."""
        rows = self._rows(job, key)
        if rows is None:
            return "missing"
        bad = [row.format for row in rows if not _sound(self._place(key) / row.format, row.sha256)]
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
            with told(work / Path(row.path).name) as path:
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
            place.mkdir(parents=True, exist_ok=True)
            for row in clip.files:
                with in_place_of(place / row.format) as file:
                    shutil.copyfile(row.path, file)
            known = self._about(clip.key)
            about = clip.as_dict()
            for part in ("artifacts", "captions"):  # formats that were made before are still there
                new = {row["format"]: row for row in about[part]}
                old = {row["format"]: row for row in known.get(part, ())}
                about[part] = list({**old, **new}.values())
            _write(
                self.folder / "inputs" / f"{clip.key}.json",
                {"clip": inputs.clip, "machine": self._shared(inputs)},
            )
            _write(place / "clip.json", sealed(about))

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
        for folder in self.clips.glob("*/*"):
            with suppress(OSError):
                files = [path.stat() for path in folder.iterdir()]
                used = (folder / "clip.json").stat().st_mtime if (folder / "clip.json").exists() else 0.0
                size = sum(file.st_size for file in files)
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
        with suppress(FileNotFoundError):
            (entry.folder / "clip.json").unlink()  # first: without it the rest counts for nothing
        shutil.rmtree(entry.folder, ignore_errors=True)
        with suppress(FileNotFoundError):
            (self.folder / "inputs" / f"{entry.key}.json").unlink()

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
        records = {path.stem: path for path in (self.folder / "inputs").glob("*.json")}
        with suppress(OSError, ValueError, KeyError, TypeError):  # a record that is damaged keeps the others
            needed |= {read_json(records[key])["machine"] for key in needed & set(records)}
            for name in set(records) - needed:
                records[name].unlink(missing_ok=True)
        for left in self.folder.rglob(".*"):
            with suppress(OSError):
                if now - left.stat().st_mtime > 3600:
                    left.unlink()

    def _place(self, key: str) -> Path:
        return self.clips / key[:2] / key

    def _about(self, key: str) -> dict[str, Any]:
        try:
            data = read_json(self._place(key) / "clip.json")
        except (OSError, ValueError):
            return {}
        return data if intact(data) and data["key"] == key else {}

    def _read(self, job: Job, key: str) -> Clip | None:
        try:
            return replace(clip_of(self._about(key), job), params=job.params, cached=False)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None

    def _rows(self, job: Job, key: str) -> list[Artifact | CaptionFile] | None:
        clip = self._read(job, key)
        return None if clip is None else clip.files

    def _shared(self, inputs: Inputs) -> str:
        """Write down once what all clips of a machine share; its name."""
        name = Inputs({}, inputs.machine).key
        path = self.folder / "inputs" / f"{name}.json"
        if not path.exists():
            _write(path, dict(inputs.machine))
        return name


def _sound(path: Path, sha256: str) -> bool:
    try:
        return file_hash(path) == sha256
    except OSError:
        return False


def _write(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with in_place_of(path) as part:
        part.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
