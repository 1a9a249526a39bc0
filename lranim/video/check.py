"""Finished files, decoded and counted before they are published."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
from PIL import Image

from lranim.errors import RenderError
from lranim.files import file_hash
from lranim.video.captions import Cue
from lranim.video.clip import Artifact, CaptionFile
from lranim.video.job import Job, gif_rate
from lranim.video.limits import size_text
from lranim.video.sink import FileSink

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


def rate_of(job: Job, form: str) -> int:
    """Frames a second of one of the job's files."""
    return gif_rate(job.fps) if form == "gif" else job.fps


def size_of(job: Job, form: str) -> tuple[int, int]:
    """Width and height (px) of one of the job's files."""
    if form == "gif" and job.gif_width is not None:
        return job.gif_width, max(1, (2 * job.height * job.gif_width + job.width) // (2 * job.width))
    return job.width, job.height


def checked(job: Job, work: Path, form: str, frames: int, sink: FileSink) -> Artifact:
    """Decode a finished file and describe it.

    Parameters
    ----------
    job
        Whose file it is.
    work
        The folder in which it was written.
    form
        Its format.
    frames
        Frames of the stream that went into it.
    sink
        What wrote it, which knows its size and rate, and what they have less than was asked for.

    Raises
    ------
    RenderError
        When it cannot be decoded or is not what was asked for.
    """
    path = work / f"{job.name}.{form}"
    media = inspect(path)
    width, height, rate = sink.width, sink.height, sink.rate
    if (media.width, media.height) != (width, height):
        raise RenderError(f"{form}: came out as {media.width}x{media.height}, not {width}x{height}")
    usual = rate_of(job, form)
    wanted = 1 if form == "png" else _sampled(_sampled(frames, job.fps, usual), usual, rate)
    if media.frames != wanted:
        raise RenderError(f"{form}: came out with {media.frames} frames, not {wanted}")
    if form != "png" and abs(media.duration_s - wanted / rate) > 0.5 / rate:
        raise RenderError(f"{form}: came out {media.duration_s:.2f} s long, not {wanted / rate:.2f} s")
    if form != "png" and job.max_size is not None and path.stat().st_size > job.max_size:
        raise RenderError(f"{form}: came out larger than {size_text(job.max_size)}")
    return Artifact(
        path=job.out_dir / path.name,
        format=form,
        width=media.width,
        height=media.height,
        fps=round(media.fps),
        frames=media.frames,
        duration_s=media.duration_s,
        bytes=path.stat().st_size,
        sha256=file_hash(path),
        given_up=sink.given_up,
    )


def _sampled(frames: int, fps: int, rate: int) -> int:
    """Frames at another rate: the nearest number of them, the larger of two."""
    return max(1, (2 * frames * rate + fps) // (2 * fps))


def checked_captions(job: Job, path: Path, cues: Sequence[Cue]) -> CaptionFile:
    """Read back a finished file of captions, which must begin when they should, and describe it.

    Raises
    ------
    RenderError
        When it cannot be read or is not what was written.
    """
    if inspect_captions(path) != [cue.start for cue in cues]:
        raise RenderError(f"{path.suffix[1:]}: came out with other captions than were written")
    return CaptionFile(
        path=job.out_dir / path.name, lang=job.lang, format=path.suffix[1:], sha256=file_hash(path)
    )
