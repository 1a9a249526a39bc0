"""Frames out of finished clips: the right ones, in the right colours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.reformatter import Colorspace
from PIL import Image

import lranim.export.stills as module
from lranim.export.stills import first_frame, on_each_core, stills, storyboard
from lranim.video.clip import Clip


@pytest.mark.parametrize("form", ["mp4", "gif"])
def test_the_frame_that_is_shown_at_a_time(clips: tuple[Clip, ...], form: str) -> None:
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


def test_colours_of_a_video_are_those_of_its_poster(clips: tuple[Clip, ...]) -> None:
    """The last frame and the PNG of it differ only by what the encoder lost."""
    video = stills(clips[0].need("mp4").path, [1e6])[0].convert("RGB")
    poster = Image.open(clips[0].need("png").path).convert("RGB")
    difference = np.abs(np.asarray(video, dtype=float) - np.asarray(poster, dtype=float))
    assert difference.mean() < 1.5
    # Where a colour is flat, nothing is lost but by rounding.
    assert np.asarray(video)[2, 2].tolist() == pytest.approx([255, 255, 255], abs=2)


def test_colours_are_those_of_hd_video(tmp_path: Path) -> None:
    """A strong colour comes back, though nothing in the file says by which matrix it was encoded."""
    path = tmp_path / "red.mp4"
    red = np.full((32, 32, 3), (200, 30, 60), dtype=np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"crf": "1"})
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(red).reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709)
        container.mux([*stream.encode(frame), *stream.encode()])
    picture = np.asarray(stills(path, [0.0])[0].convert("RGB"))
    assert picture[16, 16].tolist() == pytest.approx([200, 30, 60], abs=4)


def test_a_picture_a_beat(clips: tuple[Clip, ...]) -> None:
    """Each just before the next beat begins, the last one at the end."""
    clip = clips[0]
    times = [*(beat.t - 0.04 for beat in clip.beats[1:]), clip.need("mp4").duration_s]
    pictures = stills(clip.need("mp4").path, times)
    assert [one.tobytes() for one in storyboard(clip)] == [one.tobytes() for one in pictures]
    assert first_frame(clip).size == (240, 136)


def test_only_what_comes_after_a_key_frame_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The frames are those that decoding all of it gives, and most of the others are passed over."""
    path = tmp_path / "long.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"g": "10", "bf": "2", "crf": "1"})
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for number in range(60):
            pixels = np.full((32, 32, 3), 4 * number, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels)))
        container.mux(stream.encode())
    decoded = 0
    whole = module._decoded

    def counted(container: Any) -> Iterator[av.VideoFrame]:
        nonlocal decoded
        for frame in whole(container):
            decoded += 1
            yield frame

    monkeypatch.setattr(module, "_decoded", counted)
    times = [5.95, 0.0, 1.04, 0.95, 3.0, 3.1, 9.0]
    shades = [np.asarray(picture.convert("L"), dtype=float).mean() for picture in stills(path, times)]
    assert shades == pytest.approx([4 * number for number in (59, 0, 10, 9, 30, 31, 59)], abs=3)
    assert decoded < 35
    decoded = 0
    stills(path, [1.0 + 0.1 * number for number in range(9)])
    assert decoded < 15  # none of them twice


def test_clips_are_seen_to_at_the_same_time_and_answered_in_order() -> None:
    """What one of them cannot have is raised."""
    assert on_each_core(lambda number: number * number, range(9)) == [n * n for n in range(9)]
    with pytest.raises(ZeroDivisionError):
        on_each_core(lambda number: 1 / number, [1, 0])
