"""Frames out of finished clips: the right ones, in the right colours."""

from __future__ import annotations

import av
import numpy as np
import pytest
from PIL import Image

from lranim.export.sidecar import Shown
from lranim.export.stills import first_frame, stills, storyboard, telling_times


@pytest.mark.parametrize("form", ["mp4", "gif"])
def test_the_frame_that_is_shown_at_a_time(clips: tuple[Shown, ...], form: str) -> None:
    """In any order; later than the end is the last one."""
    row = clips[0].need(form)
    with av.open(str(row.path)) as container:
        shown = [(frame.time, frame.to_ndarray(format="gray")) for frame in container.decode(video=0)]
    times = [row.duration_s / 2, 0.0, 1e6, 1.06]
    for time, picture in zip(times, stills(row.path, times), strict=True):
        due = [frame for at, frame in shown if at <= time + 1e-6][-1]
        difference = np.asarray(picture.convert("L"), dtype=float) - due
        assert abs(difference).mean() < 6  # another matrix for luma, no other frame
        others = [abs(np.asarray(picture.convert("L"), dtype=float) - frame).mean() for _, frame in shown]
        assert min(others) == pytest.approx(abs(difference).mean())


def test_colours_of_a_video_are_those_of_its_poster(clips: tuple[Shown, ...]) -> None:
    """The last frame and the PNG of it differ only by what the encoder lost."""
    video = stills(clips[0].need("mp4").path, [1e6])[0].convert("RGB")
    poster = Image.open(clips[0].need("png").path).convert("RGB")
    difference = np.abs(np.asarray(video, dtype=float) - np.asarray(poster, dtype=float))
    assert difference.mean() < 1.5
    # Where a colour is flat, nothing is lost but by rounding.
    assert np.asarray(video)[2, 2].tolist() == pytest.approx([255, 255, 255], abs=2)


def test_a_picture_a_beat(clips: tuple[Shown, ...]) -> None:
    """Each just before the next beat begins, the last one at the end."""
    clip = clips[0]
    times = telling_times(clip)
    assert len(times) == len(clip.beats) == len(storyboard(clip))
    assert all(beat.t <= time for beat, time in zip(clip.beats, times, strict=True))
    assert all(time < beat.t for beat, time in zip(clip.beats[1:], times, strict=False))
    assert times[-1] == clip.need("mp4").duration_s
    assert first_frame(clip).size == (240, 136)
