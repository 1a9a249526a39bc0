from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lranim.batch import cache as durations
from lranim.batch.cache import FILE, Durations, Expectation
from lranim.look.theme import THEMES
from lranim.video.job import Job


@pytest.fixture
def job(dots: Callable[..., Job]) -> Job:
    """A small job: 240 x 136 px at 5 frames a second."""
    return dots()


def test_the_same_clip_takes_what_it_took(job: Job, tmp_path: Path) -> None:
    """In another language, theme or folder too, and in the next run."""
    known = Durations.load(tmp_path)
    assert known.expect(job) is None
    known.learn(job, 3.0, 40)
    known.save()
    later = Durations.load(tmp_path)
    for other in (job, replace(job, lang="zh", theme=THEMES["light"], out_dir=Path("x"), name="y")):
        assert later.expect(other) == Expectation(3.0, 40)


def test_another_clip_of_the_scene_is_guessed(job: Job, tmp_path: Path) -> None:
    """Twice the rate is twice the frames; with four times the pixels it is eight times the work."""
    known = Durations.load(tmp_path)
    known.learn(job, 3.0, 40)
    larger = known.expect(replace(job, width=480, height=272, fps=10))
    assert larger is not None
    assert (larger.seconds, larger.frames) == (pytest.approx(24.0), 80)
    assert known.expect(replace(job, params={"steps": 9})) == Expectation(pytest.approx(3.0), 40)
    assert known.expect(replace(job, scene="another")) is None


def test_two_runs_keep_what_both_learnt(job: Job, tmp_path: Path) -> None:
    """The second to write does not forget the first."""
    one, two = Durations.load(tmp_path), Durations.load(tmp_path)
    one.learn(job, 3.0, 40)
    two.learn(replace(job, fps=10), 5.0, 80)
    one.save()
    two.save()
    known = Durations.load(tmp_path)
    assert known.expect(job) == Expectation(3.0, 40)
    assert known.expect(replace(job, fps=10)) == Expectation(5.0, 80)


def test_the_oldest_are_forgotten(job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file does not grow for ever."""
    monkeypatch.setattr(durations, "MOST", 4)
    known = Durations.load(tmp_path)
    for fps in (5, 10, 20, 25, 30):
        known.learn(replace(job, fps=fps), 1.0, fps)
    known.save()
    rows = json.loads((tmp_path / FILE).read_text())
    assert len(rows) == 4
    assert Durations.load(tmp_path).expect(replace(job, fps=30)) == Expectation(1.0, 30)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"3", b'{"a": 3}', b'{"a": ["b", 1]}', b"\xff", b"[" * 100_000),
        *(b'{"a": [1, Infinity]}', b'{"scene dots": [Infinity, 1]}', b'{"scene dots": [1e300, 1]}'),
    ],
    ids=lambda content: repr(content[:30]),
)
def test_a_damaged_file_knows_nothing(job: Job, tmp_path: Path, content: bytes) -> None:
    """It is no error, and is written anew."""
    (tmp_path / FILE).write_bytes(content)
    known = Durations.load(tmp_path)
    assert known.expect(job) is None
    known.learn(job, 3.0, 40)
    known.save()
    assert Durations.load(tmp_path).expect(job) == Expectation(3.0, 40)


def test_a_place_that_cannot_be_written(job: Job, tmp_path: Path) -> None:
    """Only estimates are lost."""
    (tmp_path / "file").write_text("")
    known = Durations.load(tmp_path / "file")
    known.learn(job, 3.0, 40)
    known.save()
