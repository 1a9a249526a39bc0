"""Slices of time: the frames of a run in pieces are those of a whole run, and so are the files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from manim import Dot, Scene

from lranim import registry
from lranim.draw.camera import LessonCamera
from lranim.render import engine, slices
from lranim.render.engine import manim_config, play, staged
from lranim.render.job import Job
from lranim.render.renderer import Frame, FrameRenderer

MakeJob = Callable[..., Job]


def drawn(job: Job, folder: Path, frames: range | None = None) -> list[tuple[Frame, int]]:
    """The pictures of a clip, or of a part of it, each with its repeats."""
    taken: list[tuple[Frame, int]] = []
    with staged(
        job, folder, lambda frame, repeat: taken.append((frame.copy(), repeat)), frames=frames
    ) as scene:
        play(scene)
    return taken


def in_slices(job: Job, folder: Path, count: int) -> engine.Draw:
    """Where the frames come from when a clip is drawn in so many slices."""
    plan = slices.plan(job, folder)
    reels = (slices.draw(job, folder, one, lambda done: None) for one in slices.cut(plan.pictures, count))
    return slices.joined(plan.story, reels)


def assert_the_same(job: Job, tmp_path: Path, count: int) -> None:
    """Drawn in slices, all files are byte for byte those of a whole run."""
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    draft = engine.produce(job, whole, lambda done, total: None)
    assert engine.produce(job, parts, lambda done, total: None, in_slices(job, tmp_path, count)) == draft
    names = sorted(path.name for path in whole.iterdir())
    assert sorted(path.name for path in parts.iterdir()) == names
    for name in names:
        assert (parts / name).read_bytes() == (whole / name).read_bytes(), name


@pytest.mark.thorough_after(2)
@pytest.mark.parametrize(
    ("scene", "changes", "count"),
    [
        ("oscillation", {"params": {"steps": 2}}, 3),
        ("surface", {"params": {"steps": 1}, "formats": ("gif",), "width": 120, "height": 68}, 2),
        ("slope", {"params": {"steps": 1}, "formats": ("gif",), "gif_width": 120}, 2),
    ],
)
def test_files_are_those_of_a_whole_run(
    lesson: MakeJob, tmp_path: Path, scene: str, changes: dict[str, Any], count: int
) -> None:
    """A curve, a surface that turns, and a GIF alone with its palette and its closing."""
    assert_the_same(lesson(scene, tmp_path / "out", **changes), tmp_path, count)


@pytest.mark.thorough_after(2)
@pytest.mark.parametrize("scene", registry.names())
def test_any_scene_can_be_cut(lesson: MakeJob, tmp_path: Path, scene: str) -> None:
    """What it draws in its second half does not depend on whether the first one was drawn."""
    job = lesson(scene, tmp_path, fps=2)
    whole = [frame for frame, repeat in drawn(job, tmp_path) for _ in range(repeat)]
    half = len(whole) // 2
    part = [frame for frame, repeat in drawn(job, tmp_path, range(half, len(whole))) for _ in range(repeat)]
    assert len(part) == len(whole) - half
    assert [k for k, frame in enumerate(part, half) if not np.array_equal(frame, whole[k])] == []


@pytest.mark.parametrize("transparent", [False, True])
def test_more_slices_than_pictures(dots: MakeJob, tmp_path: Path, transparent: bool) -> None:
    """There are then as many slices as pictures."""
    video = "webm" if transparent else "mp4"
    job = dots(params={"steps": 2}, formats=(video, "gif", "png"), transparent=transparent)
    plan = slices.plan(job, tmp_path)
    assert len(slices.cut(plan.pictures, 99)) == len(plan.pictures)
    assert_the_same(job, tmp_path, 99)


def test_a_plan_draws_nothing(dots: MakeJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It knows the pictures, their repeats, and what the scene tells."""
    job = dots()
    found = drawn(job, tmp_path)
    with monkeypatch.context() as patch:
        patch.delattr(FrameRenderer, "get_frame")
        plan = slices.plan(job, tmp_path)
    assert list(plan.pictures) == [repeat for _, repeat in found]
    assert plan.story == engine.drawn(job, tmp_path, lambda frame, repeat: None)
    assert plan.story.seconds == sum(plan.pictures) / job.fps


def test_any_range_of_frames(dots: MakeJob, tmp_path: Path) -> None:
    """The frames of a whole run, also where the range begins or ends within a rest or is empty."""
    job = dots()
    whole = [frame for frame, repeat in drawn(job, tmp_path) for _ in range(repeat)]
    count = len(whole)
    for frames in (range(1), range(3, 4), range(2, count - 1), range(count - 1, count + 5), range(5, 5)):
        part = [frame for frame, repeat in drawn(job, tmp_path, frames) for _ in range(repeat)]
        wanted = whole[frames.start : frames.stop]
        assert len(part) == len(wanted), frames
        assert all(np.array_equal(one, other) for one, other in zip(part, wanted, strict=True)), frames


def test_small_steps_of_time_are_not_left_out() -> None:
    """What adds up the time that passes is where it would be, though nothing of its way was drawn."""

    def last_frame(frames: range | None) -> Frame:
        taken: list[Frame] = []
        renderer = FrameRenderer(lambda frame, repeat: taken.append(frame.copy()), frames)
        scene = Scene(renderer=renderer, camera_class=LessonCamera)
        dot = Dot([-3, 0, 0], radius=1)
        # Each step depends on the one before: one large step leads to another place.
        dot.add_updater(lambda one, dt: one.shift([dt * (one.get_x() + 4), 0, 0]))
        scene.add(dot)
        scene.wait(1.0)
        scene.play(Dot().animate.shift([1, 0, 0]), run_time=0.6)
        return taken[-1]

    with manim_config(
        pixel_width=240, pixel_height=136, frame_rate=5, verbosity="ERROR", progress_bar="none"
    ):
        assert np.array_equal(last_frame(range(7, 8)), last_frame(None))


@given(st.lists(st.integers(1, 60), min_size=1, max_size=80), st.integers(1, 100))
@settings(max_examples=60, deadline=None)
def test_cuts_are_even_and_leave_nothing_out(pictures: list[int], count: int) -> None:
    """Ranges follow one another, none is empty, no picture is cut, all hold nearly as many."""
    ranges = slices.cut(pictures, count)
    assert len(ranges) == min(count, len(pictures))
    assert [frame for one in ranges for frame in one] == list(range(sum(pictures)))
    starts = np.cumsum([0, *pictures]).tolist()
    held = [starts.index(one.stop) - starts.index(one.start) for one in ranges]
    assert max(held) - min(held) <= 1
    assert min(held) >= 1


def test_packing_is_exact_and_small(dots: MakeJob, tmp_path: Path) -> None:
    """Straight alpha and all, frames in memory of their own, in a hundredth of their size."""
    job = dots(transparent=True)
    found = drawn(job, tmp_path)
    told: list[int] = []
    reel = slices.draw(job, tmp_path, range(10**6), told.append)
    back = list(slices.unpack(reel))
    assert [repeat for _, repeat in back] == [repeat for _, repeat in found]
    assert all(np.array_equal(one, other) for (one, _), (other, _) in zip(back, found, strict=True))
    assert len({frame.ctypes.data for frame, _ in back}) == len(back)
    assert told == np.cumsum([repeat for _, repeat in found]).tolist()
    size = sum(len(picture.data) for picture in reel.pictures)
    assert size < sum(frame.nbytes for frame, _ in found) / 100


def test_a_picture_that_does_not_change_needs_no_bytes() -> None:
    """Two equal ones in a row stay two pictures: the encoders get the portions of a whole run."""
    frame = np.full((4, 6, 4), 7, np.uint8)
    same = slices._pack(frame, frame.copy(), 3)
    assert (same.box, same.data, same.repeat) == (None, b"", 3)
