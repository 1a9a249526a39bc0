"""Finished files, decoded and counted before they are published."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lranim.errors import RenderError
from lranim.files import file_hash
from lranim.video.captions import Cue
from lranim.video.clip import Artifact, CaptionFile
from lranim.video.encode import FileSink, inspect
from lranim.video.inspect import inspect_captions
from lranim.video.job import Job, gif_rate
from lranim.video.limits import size_text


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
        path=str(job.out_dir / path.name),
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
        path=str(job.out_dir / path.name), lang=job.lang, format=path.suffix[1:], sha256=file_hash(path)
    )
