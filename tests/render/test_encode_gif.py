"""GIF: exact colours, exact timing, nothing left behind by what moves."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from lranim.errors import RenderError
from lranim.video.check import inspect
from lranim.video.encode import SINKS

BACKGROUND = (16, 20, 24)


def disc(x: float, width: int = 240, height: int = 136) -> np.ndarray:
    """A disc with a soft edge on the dark background."""
    rows, columns = np.mgrid[:height, :width]
    cover = np.clip(20.5 - np.hypot(columns - x, rows - height / 2), 0, 1)[..., None]
    frame = np.full((height, width, 4), 255, np.uint8)
    frame[..., :3] = np.rint(cover * np.array((255, 210, 63)) + (1 - cover) * np.array(BACKGROUND))
    return frame


def grey(level: int) -> np.ndarray:
    """A small flat frame."""
    return np.full((4, 6, 4), (level, level, level, 255), np.uint8)


def write(
    path: Path,
    frames: list[np.ndarray],
    *,
    fps: int = 20,
    rate: int = 20,
    repeat: int = 1,
    clear: bool = False,
) -> Path:
    """Write frames as a GIF."""
    height, width, _ = frames[0].shape
    sink = SINKS["gif"](path, width=width, height=height, fps=fps, rate=rate, transparent=clear)
    for frame in frames:
        sink.write(frame, repeat)
    sink.close()
    return path


def decode(path: Path) -> tuple[list[np.ndarray], list[int]]:
    """All pictures as Pillow shows them, RGBA, and how long each stays in ms."""
    with Image.open(path) as file:
        pictures, times = [], []
        for number in range(file.n_frames):
            file.seek(number)
            pictures.append(np.asarray(file.convert("RGBA")))
            times.append(file.info["duration"])
    return pictures, times


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    """Peak signal to noise ratio in dB."""
    error = np.mean((one.astype(float) - other) ** 2)
    return float(10 * np.log10(255**2 / error)) if error else np.inf


def seen(path: Path) -> list[np.ndarray]:
    """All pictures as FFmpeg shows them, RGBA."""
    with av.open(str(path)) as file:
        return [picture.to_ndarray(format="bgra")[..., [2, 1, 0, 3]] for picture in file.decode(video=0)]


def test_a_drawing_comes_back(tmp_path: Path) -> None:
    """With few colours each pixel of each frame is the one that went in, to a level, by two decoders."""
    frames = [disc(40 + 4 * k) for k in range(25)]
    path = write(tmp_path / "a.gif", frames)
    pictures, times = decode(path)
    assert times == [50] * 25
    for picture, other, frame in zip(pictures, seen(path), frames, strict=True):
        assert np.abs(picture.astype(int) - frame).max() <= 1
        assert np.array_equal(picture, other)
        assert tuple(picture[0, 0, :3]) == BACKGROUND


def test_many_colours_stay_close(tmp_path: Path) -> None:
    """A gradient of thousands of colours keeps its flat ground exactly, the rest within a few levels."""
    frames = [disc(60 + k) for k in range(10)]
    for k, frame in enumerate(frames):
        rows, columns = np.mgrid[:40, :120]
        frame[90:130, 20:140, :3] = np.stack([2 * columns, 6 * rows, 80 + 10 * k + rows], axis=2)
    path = write(tmp_path / "a.gif", frames)
    pictures, _ = decode(path)
    assert min(psnr(p, f) for p, f in zip(pictures, frames, strict=True)) > 34
    assert all((p[:5, :, :3] == BACKGROUND).all() for p in pictures)
    assert path.stat().st_size < 10 * 120 * 40  # bytes: less than one a pixel that changes


@pytest.mark.parametrize(
    ("fps", "rate", "count", "shown"),
    [
        (60, 20, 12, [0, 3, 6, 9]),
        (60, 20, 13, [0, 3, 6, 9]),
        (60, 20, 14, [0, 3, 6, 9, 12]),
        (30, 20, 9, [0, 2, 3, 5, 6, 8]),
        (15, 10, 6, [0, 2, 3, 5]),
        (10, 20, 3, [0, 1, 1, 2, 2, 2]),
        (50, 50, 3, [0, 1, 2]),
        (60, 10, 1, [0]),
    ],
)
def test_frames_are_sampled_by_time(
    tmp_path: Path, fps: int, rate: int, count: int, shown: list[int]
) -> None:
    """File frame k shows stream frame floor(k fps / rate + 1/2), and the length is kept to half a frame."""
    path = write(tmp_path / "a.gif", [grey(10 * k) for k in range(count)], fps=fps, rate=rate)
    with av.open(str(path)) as file:  # not Pillow: it joins equal frames
        pictures = [picture.to_ndarray(format="rgb24") for picture in file.decode(video=0)]
    assert [int(picture[0, 0, 0]) // 10 for picture in pictures] == shown
    assert abs(len(shown) / rate - count / fps) <= 0.5 / rate or len(shown) == 1
    assert sum(decode(path)[1]) == len(shown) * 1000 // rate


def test_a_long_hold_costs_a_few_bytes_a_frame(tmp_path: Path) -> None:
    """6,000 frames of one picture are 6,000 frames in the file, and small."""
    path = write(tmp_path / "a.gif", [disc(60), disc(61)], repeat=3000)
    media = inspect(path)
    assert (media.frames, media.fps, media.duration_s) == (6000, 20, 300)
    assert path.stat().st_size < 200_000


def test_rates_that_cannot_be_timed_are_refused(tmp_path: Path) -> None:
    """A rate must divide 100."""
    with pytest.raises(RenderError, match="30 frames a second cannot be timed: use 10, 20, 25 or 50"):
        write(tmp_path / "a.gif", [grey(0)], rate=30)


def clear_scene(k: int) -> np.ndarray:
    """On nothing: a dot that moves, one that blinks, a line that stays, and a soft edge."""
    frame = np.zeros((60, 100, 4), np.uint8)
    frame[10:20, 3 * k : 3 * k + 10] = (255, 93, 93, 255)
    if k % 3:
        frame[30:40, 50:60] = (61, 220, 151, 255)
    frame[50:52] = (90, 169, 255, 255)
    frame[20, 3 * k : 3 * k + 10] = (255, 93, 93, 127)
    return frame


def test_a_moving_dot_leaves_no_trail(tmp_path: Path) -> None:
    """On a transparent ground what vanishes is gone, by two decoders, with holds in between."""
    frames = [clear_scene(k) for k in (0, 1, 1, 2, 3, 4, 4, 5, 6, 7)]
    path = write(tmp_path / "a.gif", frames, clear=True)
    pictures, times = decode(path)
    assert sum(times) == 500
    for decoded in (pictures, seen(path)):
        for picture, frame in zip(decoded, frames, strict=True):
            there = frame[..., 3] >= 128
            assert np.array_equal(picture[..., 3], 255 * there)
            assert np.abs(picture[there].astype(int) - frame[there])[..., :3].max() <= 1


def test_an_empty_picture(tmp_path: Path) -> None:
    """Nothing at all is a valid transparent GIF."""
    pictures, _ = decode(write(tmp_path / "a.gif", [np.zeros((4, 6, 4), np.uint8)] * 2, clear=True))
    assert all((p[..., 3] == 0).all() for p in pictures)


def test_a_see_through_ground_costs_no_more_than_another(tmp_path: Path) -> None:
    """After a rest, a dot that moves over what stands still takes little more than on a solid ground."""
    sizes = {}
    for clear in (False, True):
        still = np.random.default_rng(0).integers(0, 60, (120, 200, 4), np.uint8) // 20 * 20
        still[..., 3] = 255
        still[:40] = (16, 20, 24, 0 if clear else 255)
        frames = []
        for k in (0, *range(40)):
            frame = still.copy()
            frame[10:20, 3 * k : 3 * k + 10] = (255, 93, 93, 255)
            frames.append(frame)
        sizes[clear] = write(tmp_path / f"{clear}.gif", frames, clear=clear).stat().st_size
    assert sizes[True] < 1.2 * sizes[False]


@pytest.mark.parametrize("size", [(2, 2), (241, 137), (1920, 1080)])
def test_sizes(tmp_path: Path, size: tuple[int, int]) -> None:
    """Tiny, odd and full-HD frames keep their size."""
    media = inspect(write(tmp_path / "a.gif", [disc(9, *size), disc(11, *size)]))
    assert (media.width, media.height, media.frames) == (*size, 2)


def test_same_frames_give_the_same_bytes_and_no_other_file(tmp_path: Path) -> None:
    """Two runs do not differ in a byte; what was put aside is gone."""
    frames = [
        np.roll(np.arange(4 * 60 * 90, dtype=np.uint32).view(np.uint8)[: 4 * 5400], 9 * k) for k in range(9)
    ]
    frames = [f.reshape(60, 90, 4) for f in frames]
    first, second = (write(tmp_path / f"{name}.gif", frames) for name in "ab")
    assert first.read_bytes() == second.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.gif", "b.gif"]


@pytest.mark.parametrize("clear", [False, True])
@pytest.mark.parametrize(("width", "height"), [(120, 68), (100, 57)])
def test_a_smaller_gif_shows_the_mean_of_what_each_pixel_covers(
    tmp_path: Path, width: int, height: int, clear: bool
) -> None:
    """Frames larger than the file are averaged over areas, one for one or not, in every frame."""
    frames = [disc(x) for x in (60.0, 61.5, 63.0)]
    sink = SINKS["gif"](
        tmp_path / "a.gif",
        width=width,
        height=height,
        fps=20,
        rate=20,
        transparent=clear,
        frame_size=(240, 136),
    )
    for frame in frames:
        sink.write(frame, 1)
    sink.close()
    pictures, times = decode(tmp_path / "a.gif")
    assert times == [50, 50, 50]
    for picture, frame in zip(pictures, frames, strict=True):
        assert picture.shape[:2] == (height, width)
        if (width, height) == (120, 68):
            exact = frame[..., :3].reshape(68, 2, 120, 2, 3).mean(axis=(1, 3))
            assert np.abs(picture[..., :3] - exact).max() <= 8
        assert picture[..., :3].mean() == pytest.approx(frame[..., :3].mean(), abs=0.5)
