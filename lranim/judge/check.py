"""Plays clips without drawing them, and looks at the layout wherever the picture comes to rest."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import tempfile
import threading
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image, ImageDraw

from lranim.batch.pool import in_one_line, starting
from lranim.batch.storyboard import Still, save_sheet
from lranim.errors import LranimError
from lranim.judge.picture import Easel, Picture, around
from lranim.judge.rules import Finding, Sighting, judge, together
from lranim.look.text import Beat
from lranim.video.engine import play, staged
from lranim.video.job import Job
from lranim.video.renderer import Frame

FAULT, TEXT = "#FF2020", "#8080FF"
"""Colours of the boxes: about what is at fault, and about every text."""

Pictures = Literal["none", "faulty", "all"]
"""Of which clips a picture is wanted."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found in one clip.

    Parameters
    ----------
    job
        The clip.
    beats, looks
        How many beats it has, and at how many moments it was looked at.
    sightings
        What is wrong with it.
    picture
        A PNG with a still a beat, boxes about texts and findings; empty if none was wanted.
    error
        Why it could not be played, in one line, and `details` with the traceback of an unexpected error.
    """

    job: Job
    beats: int = 0
    looks: int = 0
    sightings: tuple[Sighting, ...] = ()
    picture: bytes = b""
    error: str = ""
    details: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The JSON-ready dict."""
        job = self.job
        about: dict[str, Any] = {"scene": job.scene, "params": job.params}
        about |= {"lang": job.lang, "theme": job.theme.name}
        about |= {"width": job.width, "height": job.height, "beats": self.beats, "looks": self.looks}
        return about | {"findings": [sighting.as_dict() for sighting in self.sightings]}


class Inspector:
    """Looks at a scene while it is played, and keeps what it finds."""

    def __init__(self, scene: Any, pictures: Pictures) -> None:
        self.scene, self.pictures = scene, pictures
        self.easel: Easel | None = None
        self.before: Picture | None = None
        self.looks = 0
        self.seen: list[tuple[float, int, Finding]] = []
        self.stills: dict[int, tuple[int, Still]] = {}

    def look(self) -> None:
        """Judge the picture as it is now, if it is another one than at the last look."""
        self.easel = self.easel or Easel(self.scene)  # not before the scene has its layout
        picture = self.easel.picture()
        if self.before is not None and picture.layers == self.before.layers:
            return
        self.before = picture
        self.looks += 1
        found = list(judge(picture))
        t, beat = float(self.scene.time), max(1, len(self.scene.beats))
        self.seen += [(t, beat, finding) for finding in found]
        if self.pictures == "all" or (found and self.pictures == "faulty"):
            self._keep(picture, found, t, beat)

    def _keep(self, picture: Picture, found: list[Finding], t: float, beat: int) -> None:
        """Keep one still a beat: the one with the most findings, of equals the last one."""
        if beat in self.stills and self.stills[beat][0] > len(found):
            return
        words = self.scene.beats[-1].text if self.scene.beats else ""
        if found:
            words = found[0].message + (f" (and {len(found) - 1} more)" if len(found) > 1 else "")
        frame = marked(self.scene.renderer.still(self.scene), picture, found)
        self.stills[beat] = (len(found), Still(frame, Beat(t=t, text=words)))


def marked(frame: Frame, picture: Picture, found: Sequence[Finding]) -> Frame:
    """A frame with a thin box about each text and a thick one about each finding."""
    page = Image.fromarray(frame)
    pen = ImageDraw.Draw(page)
    thick = max(2, picture.size[0] // 200)
    boxes = [(layer.text.box, TEXT, 1) for layer in picture.layers if layer.text]
    boxes += [(finding.box, FAULT, thick) for finding in found]
    for box, colour, width in boxes:
        rows, columns = around([picture.region(box)], width, picture.size)
        if rows.start < rows.stop and columns.start < columns.stop:
            corners = (columns.start, rows.start, columns.stop - 1, rows.stop - 1)
            pen.rectangle(corners, outline=colour, width=width)
    return np.asarray(page)


def check(job: Job, pictures: Pictures = "none") -> Report:
    """Look at one clip.

    Parameters
    ----------
    job
        The clip, at the size at which it is looked at.
    pictures
        Whether to draw a picture: never, if something is found, or always.

    Returns
    -------
    Report
        With an `error` where the clip cannot be played.
    """
    try:
        with contextlib.redirect_stdout(sys.stderr), tempfile.TemporaryDirectory(prefix="lranim-") as folder:
            with staged(job, Path(folder), lambda frame, repeat: None, stills=True) as scene:
                inspector = Inspector(scene, pictures)
                scene.renderer.on_rest = inspector.look
                play(scene)
                inspector.look()
            return Report(
                job=job,
                beats=len(scene.beats),
                looks=inspector.looks,
                sightings=together(inspector.seen),
                picture=_page(inspector, job),
            )
    except LranimError as error:
        return Report(job=job, error=str(error))
    except Exception as error:
        return Report(job=job, error=in_one_line(error), details=traceback.format_exc())


def _page(inspector: Inspector, job: Job) -> bytes:
    """The stills of a clip on one page, as a PNG."""
    if not inspector.stills:
        return b""
    file = BytesIO()
    save_sheet([still for _, still in inspector.stills.values()], job.theme, file, "check")
    return file.getvalue()


def check_all(jobs: Sequence[Job], workers: int, pictures: Pictures = "none") -> Iterator[Report]:
    """Look at many clips, so many at a time; the reports come in the order of the jobs.

    A process looks at one clip after another, unlike those of `lranim.batch.pool`: the letters that it has
    laid out for one serve for the next, and a look takes less time than a process needs to start.
    """
    if workers <= 1 or len(jobs) <= 1:
        yield from (check(job, pictures) for job in jobs)
        return
    spawn = multiprocessing.get_context("spawn")
    flying: deque[Future[Report]] = deque()
    # On an interrupt it waits for what is being looked at, so no more than that is handed out.
    with starting():  # it starts what counts its locks
        executor = ProcessPoolExecutor(min(workers, len(jobs)), spawn, initializer=_begin)
    with executor:
        for job in jobs:
            with starting():  # the first call starts the workers
                flying.append(executor.submit(check, job, pictures))
            if len(flying) >= workers:
                yield flying.popleft().result()
        while flying:
            yield flying.popleft().result()


def _begin() -> None:
    """Keep what libraries print in a worker off stdout, and end it when its parent has been killed."""
    os.dup2(2, 1)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
