"""How a job ended: with a clip, or with an error that one line can tell."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lranim.errors import LockedError, LranimError, RenderError
from lranim.video.clip import Clip
from lranim.video.job import Job, Progress

Work = Callable[[Job, Progress, bool], Clip]
"""Renders one job: the job, its progress, whether to render again what is there already."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The end of one job: `clip` or `error`. `details` is the traceback of an unexpected error."""

    job: Job
    clip: Clip | None = None
    error: LranimError | None = None
    details: str = ""


def attempt(work: Work, job: Job, progress: Progress, force: bool) -> Outcome:
    """Run one job and turn any failure into an `Outcome`; what it prints goes to stderr."""
    with contextlib.redirect_stdout(sys.stderr):
        return outcome_of(job, lambda: work(job, progress, force))


def outcome_of(job: Job, make: Callable[[], Clip]) -> Outcome:
    """Make a job's clip and turn any failure into an `Outcome`; may be called from several threads.

    The notes of an error of ours are its details: what a worker elsewhere said of an unexpected one.
    """
    try:
        return Outcome(job=job, clip=make())
    except LranimError as error:
        return Outcome(job=job, error=error, details="\n".join(getattr(error, "__notes__", ())))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a scene file may raise anything
        return Outcome(job=job, error=RenderError(in_one_line(error)), details=traceback.format_exc())


def in_one_line(error: BaseException) -> str:
    """Tell what an error that is not ours says, with the file of an `OSError`, or how to learn more."""
    if isinstance(error, OSError) and error.strerror:
        text = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
        ours = str(error.filename).startswith(f"{tempfile.tempdir}{os.sep}lranim-")
        if ours or error.strerror.startswith("No usable temporary directory"):
            text += "; free some space there, or set TMPDIR to another folder"
        return text
    text = f"unexpected {type(error).__name__}: {error}; run it again with LRANIM_DEBUG=1 to see where"
    return " ".join(text.split())


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """0 when all went well, 3 when all that failed were locked, a lone job's own code, else 1."""
    codes = {outcome.error.exit_code for outcome in outcomes if outcome.error}
    if len(codes) == 1 and (len(outcomes) == 1 or codes == {LockedError.exit_code}):
        return codes.pop()
    return 1 if codes else 0
