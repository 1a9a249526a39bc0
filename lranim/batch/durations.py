"""How long clips took, kept from one batch to the next: for the order of the clips and for estimates."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lranim.files import in_place_of, read_json
from lranim.video.job import Job

FILE = "durations.json"
MOST = 20_000
"""Clips remembered; the oldest are forgotten first."""


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
        return cls(folder / FILE, _read(folder / FILE))

    def expect(self, job: Job) -> Expectation | None:
        """What a clip will take, from the same one or else the last of its scene; None if unknown.

        The time of another size or rate is taken to grow with the pixels and the frames.
        """
        if (row := self.rows.get(_name(job))) is not None:
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
            (_name(job), (seconds, frames)),
            (f"scene {job.scene}", (per, round(1000 * frames / job.fps))),
        ):
            self.rows.pop(name, None)
            self.rows[name] = self.learnt[name] = row

    def save(self) -> None:
        """Write down what was learnt, beside what other runs wrote meanwhile, if that is possible."""
        if not self.learnt:
            return
        rows = {**_read(self.file), **self.learnt}
        with suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with in_place_of(self.file) as part:
                part.write_text(json.dumps(dict(list(rows.items())[-MOST:])), encoding="utf-8")


def _name(job: Job) -> str:
    about: list[Any] = [job.scene, job.params, job.width, job.height, job.fps, sorted(job.formats)]
    return json.dumps([*about, job.transparent, job.gif_width], sort_keys=True)


def _read(file: Path) -> dict[str, tuple[float, int]]:
    try:
        rows = read_json(file)
        known = {str(name): (float(seconds), int(frames)) for name, (seconds, frames) in rows.items()}
        return {name: row for name, row in known.items() if all(0 <= part < 1e9 for part in row)}
    except (OSError, ValueError, TypeError, AttributeError, OverflowError):
        return {}
