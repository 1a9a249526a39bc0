"""The layout check of a clip: faults planted in real scenes, pictures of them, and many clips at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lranim.draw.lettering import Lettering
from lranim.draw.scene import LessonScene
from lranim.judge.check import FAULT, TEXT, check, check_all
from lranim.look.theme import THEMES
from lranim.video.job import Job

SIZE = {"width": 640, "height": 360}
pytestmark = pytest.mark.usefixtures("temp")


def kinds(job: Job) -> set[tuple[str, str, str]]:
    """What is found in a clip."""
    report = check(job)
    assert not report.error, report.details
    return {(one.finding.kind, one.finding.what, one.finding.by) for one in report.sightings}


def test_a_clean_clip(lesson: Callable[..., Job], tmp_path: Path) -> None:
    """Nothing is found at any rest of any beat, nothing is drawn and nothing written."""
    report = check(lesson("slope", tmp_path, **SIZE))
    assert (report.sightings, report.picture, report.error) == ((), b"", "")
    assert report.looks > 2 * report.beats > 6
    assert list(tmp_path.iterdir()) == []


def test_a_weak_colour(lesson: Callable[..., Job], tmp_path: Path) -> None:
    """A theme whose grey is too weak: every text in it is named, and none in another colour."""
    weak = replace(THEMES["light"], muted="#A8B0B8")
    found = kinds(lesson("slope", tmp_path, theme=weak, params={"steps": 4}, **SIZE))
    assert ("contrast", '"cost after each step"', "") in found
    assert {kind for kind, *_ in found} == {"contrast"}


def test_small_text(lesson: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A title set in half its size."""
    title = LessonScene.title

    def small(self: Any, key: str, **values: object) -> Any:
        line = title(self, key, **values)
        for part in line.get_family():
            if isinstance(part, Lettering):
                part.em /= 3
        return line

    monkeypatch.setattr(LessonScene, "title", small)
    assert kinds(lesson("slope", tmp_path, **SIZE)) == {("small", '"Step = slope"', "")}


@pytest.mark.parametrize(
    ("place", "finding"),
    [
        (lambda scene: (scene.layout.frame.right - 0.5, title_of(scene)[1]), "outside"),
        (lambda scene: title_of(scene), "overlap"),
    ],
)
def test_a_misplaced_text(
    lesson: Callable[..., Job],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: Callable[[Any], tuple[float, float]],
    finding: str,
) -> None:
    """A text of a real scene that stands half out of the frame, or on the title."""
    title = LessonScene.title

    def planted(self: Any, key: str, **values: object) -> Any:
        line = title(self, key, **values)
        self.add(self.setter.text("misplaced", 5.0).at(*place(self)))
        return line

    monkeypatch.setattr(LessonScene, "title", planted)
    (kind, *names), *others = kinds(lesson("slope", tmp_path, **SIZE))
    assert (kind, others) == (finding, [])
    assert '"misplaced"' in names


def title_of(scene: Any) -> tuple[float, float]:
    """Where the title's pen begins."""
    room = scene.layout.title
    return room.left, float(room.centre[1])


def test_a_fault_in_one_beat_has_its_time(
    lesson: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that crosses the title from the second beat to its end is told once, with when and how often."""
    beat = LessonScene.beat

    def crossing(self: Any, key: str, **values: object) -> None:
        if len(self.beats) == 2:
            self.remove(self.planted)
        beat(self, key, **values)
        if len(self.beats) == 2:
            x, y = title_of(self)
            self.planted = self.setter.text("————————", 8.0, "minimum").at(x, y)
            self.add(self.planted)

    monkeypatch.setattr(LessonScene, "beat", crossing)
    report = check(lesson("slope", tmp_path, **SIZE), "faulty")
    (sighting,) = report.sightings
    assert (sighting.finding.kind, sighting.beat) == ("overlap", 2)
    assert 1 < sighting.moments < report.looks
    assert sighting.line.startswith(
        f"{sighting.t:.1f} s, beat 2 (and {sighting.moments - 1} more): overlap: "
    )
    assert sighting.as_dict()["by"] in {'"Step = slope"', '"————————"'}
    with Image.open(BytesIO(report.picture), formats=["PNG"]) as page:
        assert page.width < 2 * SIZE["width"]  # the one beat
        pixels = np.asarray(page.convert("RGB"))
    for code in (FAULT, TEXT):
        colour = [int(code[k : k + 2], 16) for k in (1, 3, 5)]
        assert (pixels == colour).all(axis=-1).sum() > 200


def test_a_picture_of_a_clean_clip(lesson: Callable[..., Job], tmp_path: Path) -> None:
    """Drawn when asked for: all beats, boxes about the texts, none in red; the same bytes every time."""
    pages = [check(lesson("slope", tmp_path, params={"steps": 3}, **SIZE), "all").picture for _ in range(2)]
    assert pages[0] == pages[1]
    with Image.open(BytesIO(pages[0]), formats=["PNG"]) as page:
        assert page.width > 2 * SIZE["width"]
        pixels = np.asarray(page.convert("RGB"))
    red, blue = ([int(code[k : k + 2], 16) for k in (1, 3, 5)] for code in (FAULT, TEXT))
    assert (pixels == blue).all(axis=-1).sum() > 1000
    assert not (pixels == red).all(axis=-1).any()


def test_a_scene_that_fails(dots: Callable[..., Job]) -> None:
    """Its report says why, in one line; the others are not held up."""
    good, bad = check_all([dots(), dots(params={"broken": True})], 1)
    assert (good.error, bad.beats) == ("", 0)
    assert bad.error.startswith("unexpected ZeroDivisionError: on purpose")
    assert "Traceback" in bad.details


@pytest.mark.thorough
def test_several_processes(lesson: Callable[..., Job], tmp_path: Path) -> None:
    """The same reports, in the order of the jobs."""
    weak = replace(THEMES["dark"], muted="#4A525A")
    jobs = [
        lesson("slope", tmp_path, theme=theme, params={"steps": 2}, **SIZE)
        for theme in (THEMES["dark"], weak)
    ]
    reports = list(check_all(jobs, 2))
    assert [report.job for report in reports] == jobs
    assert [bool(report.sightings) for report in reports] == [False, True]
    assert reports[1].sightings == check(jobs[1]).sightings
