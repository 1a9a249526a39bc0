"""mp4 and webm: the decoded file is the stream that went in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.frame import PictureType

from lranim.errors import RenderError
from lranim.video.check import inspect
from lranim.video.encode import SINKS
from lranim.video.movie import Converter, _planes

BACKGROUND = (16, 20, 24)


def disc(
    x: float, width: int = 240, height: int = 136, colour: tuple[int, int, int] = (255, 210, 63)
) -> np.ndarray:
    """A disc with a soft edge on the dark background."""
    rows, columns = np.mgrid[:height, :width]
    cover = np.clip(20.5 - np.hypot(columns - x, rows - height / 2), 0, 1)[..., None]
    frame = np.full((height, width, 4), 255, np.uint8)
    frame[..., :3] = np.rint(cover * np.array(colour) + (1 - cover) * np.array(BACKGROUND))
    return frame


def clear_disc(x: float) -> np.ndarray:
    """The same disc on nothing."""
    frame = disc(x)
    rows, columns = np.mgrid[:136, :240]
    frame[..., 3] = np.rint(255 * np.clip(20.5 - np.hypot(columns - x, rows - 68), 0, 1))
    frame[..., :3] = (255, 210, 63)
    frame[frame[..., 3] == 0] = 0
    return frame


def write(path: Path, frames: list[np.ndarray], repeat: int = 1, fps: int = 30, **options: Any) -> Path:
    """Write frames with the sink of the path's suffix."""
    height, width, _ = frames[0].shape
    settings: Any = {
        "width": width,
        "height": height,
        "fps": fps,
        "rate": fps,
        "transparent": False,
    } | options
    sink = SINKS[path.suffix[1:]](path, **settings)
    for frame in frames:
        sink.write(frame, repeat)
    sink.close()
    return path


def decode(path: Path, codec: str | None = None, pixel_format: str = "rgb24") -> list[np.ndarray]:
    """All frames of a file, as a player that knows BT.709 shows them."""
    frames = []
    with av.open(str(path)) as file:
        context = av.CodecContext.create(codec, "r") if codec else file.streams.video[0].codec_context
        for packet in file.demux(file.streams.video[0]):
            frames += [
                f.reformat(format=pixel_format, src_color_range=1, dst_color_range=2, threads=1).to_ndarray()
                for f in context.decode(packet if packet.size else None)
            ]
    return frames


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    """Peak signal to noise ratio in dB."""
    error = np.mean((one.astype(float) - other) ** 2)
    return float(10 * np.log10(255**2 / error)) if error else np.inf


def test_mp4_shows_every_frame_in_its_colours(tmp_path: Path) -> None:
    """A moving disc comes back frame by frame, the background within 2 levels."""
    frames = [disc(40 + 5 * k) for k in range(30)]
    shown = decode(write(tmp_path / "a.mp4", frames))
    assert len(shown) == 30
    assert min(psnr(s, f[..., :3]) for s, f in zip(shown, frames, strict=True)) > 37
    for picture in (shown[0], shown[-1]):
        for pixel in (picture[0, 0], picture[-1, -1]):
            assert np.abs(pixel.astype(int) - BACKGROUND).max() <= 2


def test_mp4_plays_in_quicktime_and_powerpoint(tmp_path: Path) -> None:
    """H.264 High, yuv420p, BT.709 in range tv, the index before the data, no clock time in it."""
    path = write(tmp_path / "a.mp4", [disc(60)], repeat=3)
    with av.open(str(path)) as file:
        context = file.streams.video[0].codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
        assert (context.colorspace, context.color_primaries, context.color_trc) == (1, 1, 1)
        assert context.color_range == 1
        assert not {"encoder", "creation_time"} & set(file.metadata)
    content, atoms, place = path.read_bytes(), [], 0
    while place < len(content):
        atoms.append(content[place + 4 : place + 8])
        place += int.from_bytes(content[place : place + 4])
    assert atoms.index(b"moov") < atoms.index(b"mdat")


@pytest.mark.parametrize("suffix", ["mp4", "webm"])
@pytest.mark.parametrize("fps", [15, 25, 30, 60])
def test_length_and_rate_are_exact(tmp_path: Path, suffix: str, fps: int) -> None:
    """Frames, rate and duration are those of the stream, for one frame too."""
    for count in (1, 7):
        path = write(tmp_path / f"{count}.{suffix}", [disc(60 + k) for k in range(count)], fps=fps)
        media = inspect(path)
        assert (media.frames, media.fps, media.duration_s) == (count, fps, pytest.approx(count / fps))


@pytest.mark.parametrize("size", [(2, 2), (240, 136), (1000, 600), (1920, 1080)])
@pytest.mark.parametrize("suffix", ["mp4", "webm"])
def test_sizes(tmp_path: Path, suffix: str, size: tuple[int, int]) -> None:
    """Tiny, odd-shaped and full-HD frames keep their size."""
    media = inspect(write(tmp_path / f"a.{suffix}", [disc(9, *size), disc(11, *size)]))
    assert (media.width, media.height, media.frames) == (*size, 2)


@pytest.mark.parametrize("suffix", ["mp4", "webm"])
def test_odd_sizes_are_refused(tmp_path: Path, suffix: str) -> None:
    """4:2:0 needs even sizes; the message says so."""
    with pytest.raises(RenderError, match="241x136: width and height must be even"):
        write(tmp_path / f"a.{suffix}", [disc(9, 241)])


@pytest.mark.parametrize(("suffix", "options"), [("mp4", {}), ("webm", {"transparent": True})])
def test_same_frames_give_the_same_bytes(tmp_path: Path, suffix: str, options: dict[str, Any]) -> None:
    """Two runs do not differ in a single byte."""
    frames = [clear_disc(40 + 5 * k) for k in range(12)]
    first, second = (write(tmp_path / f"{n}.{suffix}", frames, repeat=2, **options) for n in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_webm_keeps_alpha(tmp_path: Path) -> None:
    """The alpha channel survives, edges keep their colour, and browsers are told of it."""
    frames = [clear_disc(40 + 5 * k) for k in range(12)]
    path = write(tmp_path / "a.webm", frames, transparent=True)
    shown = decode(path, codec="libvpx-vp9", pixel_format="rgba")
    assert len(shown) == 12
    for picture, frame in zip(shown, frames, strict=True):
        assert picture[0, 0, 3] == 0
        assert psnr(picture[..., 3], frame[..., 3]) > 40
        over_white = [f[..., :3] * (f[..., 3:] / 255) + 255 - f[..., 3:] for f in (picture, frame)]
        assert psnr(*over_white) > 35
    assert b"\x53\xc0\x81\x01" in path.read_bytes()  # AlphaMode = 1


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuva420p"])
def test_converting_what_changed_is_converting_all(pixel_format: str) -> None:
    """The picture put together from pieces equals the one converted whole, bit by bit."""
    random = np.random.default_rng(0)
    frame = random.integers(0, 256, (136, 250, 4), np.uint8)
    pieces = Converter(250, 136, pixel_format)
    for _ in range(40):
        frame = frame.copy()
        top, left = random.integers(0, 130), random.integers(0, 240)
        frame[top : top + random.integers(1, 40), left : left + random.integers(1, 60)] = random.integers(256)
        made = _planes(pieces(frame))
        whole = _planes(Converter(250, 136, pixel_format)(frame))
        for one, other, width in zip(made, whole, (250, 125, 125, 250), strict=False):
            assert np.array_equal(one[:, :width], other[:, :width])


@pytest.mark.parametrize("turning", [False, True])
def test_video_of_a_picture_that_stands_needs_no_b_frames(tmp_path: Path, turning: bool) -> None:
    """Only where a camera turns are there B-frames; either way each frame comes back in its place."""
    frames = [disc(20.0 + 3 * k) for k in range(30)]
    write(tmp_path / "a.mp4", frames, turning=turning)
    with av.open(str(tmp_path / "a.mp4")) as file:
        kinds = {PictureType(frame.pict_type).name for frame in file.decode(video=0)}
    assert ("B" in kinds) is turning
    shown = decode(tmp_path / "a.mp4")
    assert min(psnr(s, f[..., :3]) for s, f in zip(shown, frames, strict=True)) > 36


ENCODE = """
import hashlib, sys
from pathlib import Path
import numpy as np
from lranim.video.encode import SINKS

random = np.random.default_rng(5)
path = Path(sys.argv[1])
sink = SINKS["mp4"](path, width=240, height=136, fps=5, rate=5, transparent=False)
frame = np.full((136, 240, 4), 40, np.uint8)
for k in range(12):
    frame = frame.copy()
    frame[10 + 8 * k : 24 + 8 * k, 12 * k : 40 + 15 * k] = random.integers(0, 255, 4, np.uint8)
    sink.write(frame, 2)
sink.close()
print(hashlib.sha256(path.read_bytes()).hexdigest())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's settings fill memory")
def test_bytes_do_not_hang_on_what_was_in_memory(tmp_path: Path) -> None:
    """A process that has been at work for long writes the same video as a fresh one."""
    heap = {"MALLOC_MMAP_THRESHOLD_": "1000000000", "MALLOC_TOP_PAD_": "268435456"}
    found = {
        subprocess.run(
            [sys.executable, "-c", ENCODE, str(tmp_path / f"{filled}.mp4")],
            env=os.environ | heap | {"MALLOC_PERTURB_": filled},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for filled in ("0", "1", "128")
    }
    assert len(found) == 1
