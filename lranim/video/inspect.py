"""What a finished file holds, found by decoding all of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
from PIL import Image

from lranim.errors import RenderError

_DEMUXERS = {".mp4": "mp4", ".webm": "webm", ".gif": "gif", ".srt": "srt", ".vtt": "webvtt"}


@dataclass(frozen=True, kw_only=True)
class Media:
    """Size (px), rate (1/s), frames and duration (s) of a file. A still has fps 0, 1 frame and 0.0 s."""

    width: int
    height: int
    fps: float
    frames: int
    duration_s: float


def inspect(path: Path) -> Media:
    """Decode every frame of an mp4, webm, gif or png file and say what it holds.

    Raises
    ------
    RenderError
        If the file is missing, damaged or cut off.
    """
    with _told(path):
        media = _still(path) if path.suffix == ".png" else _clip(path)
        _check_end(path)
    return media


def inspect_captions(path: Path) -> list[float]:
    """When each caption of an srt or vtt file begins (s), as FFmpeg reads it.

    Raises
    ------
    RenderError
        If the file is missing, or no file of captions.
    """
    with _told(path), av.open(str(path.absolute()), format=_DEMUXERS[path.suffix]) as file:
        stream = file.streams.subtitles[0]
        return [float((packet.pts or 0) * packet.time_base) for packet in file.demux(stream) if packet.size]


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say in one line that a file cannot be read; decoders raise what they like on a damaged one."""
    try:
        yield
    except Exception as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise RenderError(f"{path.name}: cannot be read back: {reason}") from error


def _still(path: Path) -> Media:
    with Image.open(path, formats=["PNG"]) as image:
        image.load()
        return Media(width=image.width, height=image.height, fps=0, frames=1, duration_s=0.0)


def _clip(path: Path) -> Media:
    # the demuxer is named, so that no "%d" in a path is taken for a sequence of images
    with av.open(str(path.absolute()), format=_DEMUXERS[path.suffix]) as file:
        if not file.streams.video:
            raise ValueError("there is no picture in it")
        stream = file.streams.video[0]
        # all is decoded but not smoothed: a sixth less time, and how it looks does not matter here
        stream.codec_context.options = {"err_detect": "explode", "skip_loop_filter": "all"}
        stream.thread_type = "AUTO"  # half the wait for a few per cent more work
        size = (stream.width, stream.height)
        frames = 0
        for packet in file.demux(stream):
            for frame in packet.decode():
                if packet.is_corrupt or frame.is_corrupt or (frame.width, frame.height) != size:
                    raise ValueError(f"frame {frames} is damaged")
                frames += 1
        if not frames or not stream.average_rate:
            raise ValueError("there are no frames")
        rate = stream.average_rate
        # mp4 announces its frames, webm its length
        announced = stream.frames or round((file.duration or 0) * rate / 1_000_000)
        if frames != announced:
            raise ValueError(f"it ends after frame {frames} of {announced}")
    fps = int(rate) if rate.denominator == 1 else float(rate)
    return Media(width=size[0], height=size[1], fps=fps, frames=frames, duration_s=float(frames / rate))


def _check_end(path: Path) -> None:
    """Refuse a file whose last bytes are missing, which decoders forgive."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(256)
        file.seek(-min(size, 12), os.SEEK_END)
        tail = file.read()
    complete = True
    if path.suffix == ".gif":
        complete = tail.endswith(b"\x3b")
    elif path.suffix == ".png":
        complete = tail.endswith(b"IEND\xaeB`\x82")
    elif path.suffix == ".webm":
        # a segment: its name, then its size in 8 bytes of which the first says that they are 8
        start = head.index(b"\x18\x53\x80\x67") + 12
        complete = size == start + int.from_bytes(head[start - 7 : start])
    if not complete:
        raise ValueError("its end is missing")
