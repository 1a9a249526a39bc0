"""Finished files, decoded and counted before they are published."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lranim.errors import RenderError
from lranim.render.artifacts import Artifact, CaptionFile
from lranim.render.captions import Cue
from lranim.render.encode import inspect
from lranim.render.inspect import inspect_captions
from lranim.render.job import Job, gif_rate
from lranim.render.keys import file_hash


def rate_of(job: Job, form: str) -> int:
    """Frames a second of one of the job's files."""
    return gif_rate(job.fps) if form == "gif" else job.fps


def size_of(job: Job, form: str) -> tuple[int, int]:
    """Width and height (px) of one of the job's files."""
    if form == "gif" and job.gif_width is not None:
        return job.gif_width, max(1, (2 * job.height * job.gif_width + job.width) // (2 * job.width))
    return job.width, job.height


def checked(job: Job, work: Path, form: str, frames: int) -> Artifact:
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

    Raises
    ------
    RenderError
        When it cannot be decoded or is not what was asked for.
    """
    path = work / f"{job.name}.{form}"
    media = inspect(path)
    width, height = size_of(job, form)
    if (media.width, media.height) != (width, height):
        raise RenderError(f"{form}: came out as {media.width}x{media.height}, not {width}x{height}")
    rate = rate_of(job, form)
    # At another rate than the video's: the nearest number of frames, the larger of two.
    wanted = 1 if form == "png" else max(1, (2 * frames * rate + job.fps) // (2 * job.fps))
    if media.frames != wanted:
        raise RenderError(f"{form}: came out with {media.frames} frames, not {wanted}")
    if form != "png" and abs(media.duration_s - wanted / rate) > 0.5 / rate:
        raise RenderError(f"{form}: came out {media.duration_s:.2f} s long, not {wanted / rate:.2f} s")
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
    )


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
