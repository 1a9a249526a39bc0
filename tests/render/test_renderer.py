from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from manim import BLUE, Camera, Dot, Scene, Square
from manim.renderer.cairo_renderer import CairoRenderer

from lranim.draw.camera import LessonCamera
from lranim.draw.scene import Motion
from lranim.look.text import Beat
from lranim.look.theme import THEMES, Waits
from lranim.video import engine
from lranim.video.engine import manim_config, play, staged
from lranim.video.job import Job
from lranim.video.renderer import Frame, FrameRenderer

FPS = 5
SCENES = ("oscillation", "slope", "learning-rate", "surface")
EVEN = Waits(caption=0.4, read=0.4, explain=0.8, step=0.4, quick=0.4, end=0.8)
"""Whole frames at 5 a second, so that manim's renderer and ours draw the same moments."""

FOOT = 0.9
"""The caption lies below this share of the height, and nothing else does."""


@dataclass
class Recording:
    """What came out of a scene: each frame once with its repeats, by animation."""

    plays: list[list[tuple[Frame, int]]]
    beats: list[Beat]
    time: float

    @property
    def frames(self) -> list[Frame]:
        """Every frame of the clip."""
        return [frame for group in self.plays for frame, repeat in group for _ in range(repeat)]


def record(job: Job, folder: Path) -> Recording:
    """Play a scene with our renderer."""
    plays: list[list[tuple[Frame, int]]] = []
    numbers: list[int] = []

    def take(frame: Frame, repeat: int) -> None:
        if not numbers or numbers[-1] != scene.renderer.num_plays:
            numbers.append(scene.renderer.num_plays)
            plays.append([])
        plays[-1].append((frame, repeat))

    with staged(job, folder, take) as scene:
        play(scene)
    assert numbers == list(range(len(plays)))
    return Recording(plays, scene.beats, scene.renderer.time)


class Writer:
    """Stands in for manim's file writer and keeps the frames."""

    def __init__(self, settings: object) -> None:
        self.sections = [SimpleNamespace(skip_animations=False)]
        self.output_spec = SimpleNamespace(is_still=False)
        self.plays: list[list[tuple[Frame, int]]] = []

    def add_partial_movie_file(self, name: str) -> None:
        """Nothing is written."""

    def begin_animation(self, allow_write: bool, animation_index: int) -> None:
        """Begin a new list."""
        self.plays.append([])

    def end_animation(self, allow_write: bool) -> None:
        """Nothing to finish."""

    def write_frame(self, frame: Frame, repeat: int = 1) -> None:
        """Keep a frame."""
        self.plays[-1].append((frame, repeat))


@pytest.fixture(scope="module", params=SCENES)
def job(
    request: pytest.FixtureRequest, lesson: Callable[..., Job], tmp_path_factory: pytest.TempPathFactory
) -> Job:
    """Two steps of each scene, in a theme whose durations are whole frames."""
    even = replace(THEMES["dark"], waits=EVEN)
    return lesson(request.param, tmp_path_factory.mktemp("out"), params={"steps": 2}, theme=even, fps=FPS)


@pytest.fixture(scope="module")
def ours(job: Job) -> Recording:
    """The scene, played by our renderer."""
    return record(job, job.out_dir)


def test_frames_are_counted(ours: Recording) -> None:
    """The time at the end is that of all frames, and a rest is one frame and a number."""
    assert ours.time == len(ours.frames) / FPS
    assert all(repeat == 1 for group in ours.plays for _, repeat in group if len(group) > 1)
    assert len(ours.plays[-1]) == 1
    assert ours.plays[-1][0][1] > 1


def test_beats_begin_where_the_caption_changes(ours: Recording) -> None:
    """Each beat's time is a whole frame, the caption changes there, and stays until the next beat."""
    feet = [frame[round(FOOT * len(frame)) :] for frame in ours.frames]
    starts = [round(beat.t * FPS) for beat in ours.beats]
    assert [beat.t for beat in ours.beats] == [start / FPS for start in starts]
    assert starts == sorted(set(starts))
    assert (starts[0], len(starts) > 3) == (0, True)
    fade = round(EVEN.caption * FPS)
    for start, stop in zip(starts, [*starts[1:], len(feet)], strict=True):
        if start:
            assert not np.array_equal(feet[start], feet[start - 1]), start
        calm = start + fade - 1 if start else 0  # the last frame of the fade shows all of the caption
        assert all(np.array_equal(feet[calm], feet[k]) for k in range(calm, stop)), (start, stop)
        assert feet[calm].std() > 1, "there is a caption"


def test_same_pictures_as_manims_own_renderer(
    job: Job, ours: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stock manim shows the start of each frame where we show its end; but for that the frames are the same.

    The curves are drawn by manim's own camera too; the surface, which it cannot draw, by ours.
    """
    camera = LessonCamera if job.scene == "surface" else Camera
    monkeypatch.setattr(engine, "FrameRenderer", lambda take, stills: CairoRenderer(Writer, camera))
    with staged(job, job.out_dir, lambda frame, repeat: None) as scene:
        play(scene)
    stock = scene.renderer.file_writer.plays
    assert [sum(repeat for _, repeat in group) for group in stock] == [
        sum(repeat for _, repeat in group) for group in ours.plays
    ]
    for number, (theirs, mine) in enumerate(zip(stock, ours.plays, strict=True)):
        pairs = zip(theirs, mine, strict=True) if len(theirs) == 1 else zip(theirs[1:], mine, strict=False)
        for (one, _), (two, _) in pairs:
            apart = np.abs(one.astype(int) - two).max(axis=2)
            assert apart.mean() < 0.02, number
            assert apart.max() < 24, number
    assert [beat.text for beat in scene.beats] == [beat.text for beat in ours.beats]


class Play:
    """Plays single animations with a `FrameRenderer`."""

    def __init__(self, *, stills: bool = False) -> None:
        self.taken: list[tuple[Frame, int]] = []
        self.renderer = FrameRenderer(lambda *shown: self.taken.append(shown), stills=stills)
        self.scene = Scene(renderer=self.renderer, camera_class=LessonCamera)

    @property
    def repeats(self) -> list[int]:
        """For how many frames each frame stands."""
        return [repeat for _, repeat in self.taken]


@pytest.fixture
def opacity() -> float:
    """Of the background; a test of its own may want another."""
    return 1.0


@pytest.fixture
def show(opacity: float) -> Iterator[Play]:
    """An empty scene."""
    with manim_config(
        pixel_width=240,
        pixel_height=136,
        frame_rate=FPS,
        background_color="#101418",
        background_opacity=opacity,
        disable_caching=True,
        progress_bar="none",
        verbosity="ERROR",
    ):
        yield Play()


def middle(frame: Frame) -> float:
    """The column around which the bright pixels lie."""
    return float(np.nonzero(frame[..., :3].max(axis=2) > 128)[1].mean())


def test_motion_ends_at_its_end(show: Play) -> None:
    """Frame i of n shows the share i/n of the motion, and the last one the end."""
    dot = Dot([-4, 0, 0], radius=1)
    show.scene.add(dot)
    show.scene.play(dot.animate(run_time=1.0, rate_func=lambda share: share).shift([8, 0, 0]))
    unit = 136 / 8
    columns = [middle(frame) for frame, _ in show.taken]
    assert columns == pytest.approx(
        [119.5 + unit * (-4 + 8 * share) for share in (0.2, 0.4, 0.6, 0.8, 1)], abs=0.5
    )
    assert np.array_equal(show.taken[-1][0], show.renderer.still(show.scene))


@pytest.mark.parametrize(
    ("seconds", "frames"), [(0.01, 1), (0.2, 1), (0.24, 1), (0.36, 2), (0.6, 3), (2.0, 10)]
)
def test_time_counts_frames(show: Play, seconds: float, frames: int) -> None:
    """A motion or a rest has the nearest number of frames, at least one, and the time goes on by them."""
    dot = Dot()
    for number in range(1, 4):
        show.scene.play(dot.animate(run_time=seconds).shift([0.1, 0, 0]))
        assert show.repeats == [1] * frames
        show.taken.clear()
        show.scene.wait(seconds)
        assert show.repeats == [frames]
        show.taken.clear()
        assert show.renderer.time == 2 * number * frames / FPS
        assert show.renderer.num_plays == 2 * number


def test_rest_with_an_updater_is_drawn(show: Play) -> None:
    """What moves by itself moves while the scene waits."""
    dot = Dot(radius=1)
    dot.add_updater(lambda mobject, dt: mobject.shift([dt, 0, 0]))
    show.scene.add(dot)
    show.scene.wait(1.0)
    columns = [middle(frame) for frame, _ in show.taken]
    assert (show.repeats, np.diff(columns) > 1) == ([1] * 5, pytest.approx([True] * 4))


@pytest.mark.parametrize("moves", [True, False])
def test_stills_go_through_every_moment_of_what_adds_up(show: Play, moves: bool) -> None:
    """What an updater adds up, moment by moment, is in the end where it is in the clip."""
    ends = []
    for shown in (show, Play(stills=True)):
        dot = Dot([-4, 0, 0])
        dot.add_updater(lambda one, dt: one.shift([dt * (one.get_x() + 5), 0, 0]))
        shown.scene.add(dot)
        shown.scene.play(Motion(Dot(), lambda share: None, 1.0) if moves else Dot().animate.shift([1, 0, 0]))
        ends.append(dot.get_x())
    assert ends[0] == ends[1] > -3.5


def test_what_rests_stays_below_what_moves(show: Play) -> None:
    """What does not move is drawn once an animation, and is still there in each frame and after it."""
    square, dot = Square(2, color=BLUE, fill_opacity=1).shift([0, 2.5, 0]), Dot([-4, -2, 0], radius=1)
    show.scene.add(square, dot)
    show.scene.play(dot.animate(run_time=0.6).shift([8, 0, 0]))
    top = [frame[:60] for frame, _ in show.taken]
    assert all(np.array_equal(top[0], other) and other[..., 2].max() > 128 for other in top)
    show.scene.remove(square)
    show.scene.wait(0.2)
    assert (show.taken[-1][0][:60] == [16, 20, 24, 255]).all()


def test_stills_draw_nothing_and_keep_the_time(job: Job, ours: Recording) -> None:
    """Only the time and the state go on: the same beats, and the last picture is that of the clip."""
    taken: list[Any] = []
    with staged(job, job.out_dir, lambda frame, repeat: taken.append(frame), stills=True) as scene:
        play(scene)
        last = scene.renderer.still(scene)
    assert taken == []
    assert (scene.beats, scene.renderer.time) == (ours.beats, ours.time)
    # Not to the bit: outlines that were moved along are rounded elsewhere than those drawn afresh.
    assert np.abs(last.astype(int) - ours.frames[-1]).max() < 24


@pytest.mark.parametrize("opacity", [0.0])
def test_alpha_is_straight(show: Play) -> None:
    """A see-through colour is the colour itself, not mixed with black, and nothing is nothing."""
    show.scene.add(Square(4, fill_color="#FF8040", fill_opacity=0.5, stroke_width=0))
    frame = show.renderer.still(show.scene)
    assert frame[68, 120].tolist() == pytest.approx([255, 128, 64, 128], abs=2)
    assert frame[2, 2, 3] == 0
    show.scene.add(Square(2, fill_color="#FF8040", fill_opacity=1, stroke_width=0))
    assert show.renderer.still(show.scene)[68, 120].tolist() == [255, 128, 64, 255]
