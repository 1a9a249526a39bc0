"""What goes where: results to stdout, all else to stderr."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, TextIO

import click

from lranim.errors import RenderError

if TYPE_CHECKING:
    from lranim.video.clip import Clip
    from lranim.video.job import Job


def emit(line: str) -> None:
    """Print one result line to stdout. A reader that has gone (``| head``) is no error."""
    try:
        click.echo(line)
    except OSError as error:
        _silence(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            raise RenderError(f"stdout cannot be written: {error.strerror}") from error


def note(line: str) -> None:
    """Say something on stderr; where nobody can read it, the work goes on."""
    try:
        click.echo(
            line.encode("utf-8", "backslashreplace").decode(), err=True
        )  # it may quote half a character
    except OSError:
        _silence(sys.stderr)


def _silence(stream: TextIO) -> None:
    """Write to nowhere: what is still buffered would fail once more when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def open_closed_streams() -> None:
    """Give streams that the shell closed (``>&-``) to the null device, or a file would take their place."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # gets the lowest number, which is this
            setattr(sys, name, os.fdopen(number, "w" if number else "r", errors="replace"))


def emit_clip(job: Job, clip: Clip, *, as_json: bool) -> None:
    """Print a clip on stdout: one JSON object, or the paths of its files."""
    if as_json:
        emit(json.dumps(clip.as_dict(), ensure_ascii=False))
        return
    for file in clip.files:
        emit(str(file.path))
    emit(str(job.out_dir / f"{job.name}.json"))


def emit_plan(job: Job, *, as_json: bool) -> None:
    """Print what would be written for a job: one JSON object without files, or the paths."""
    from lranim.video.captions import files_of
    from lranim.video.clip import Clip

    if as_json:
        about = {"scene": job.scene, "params": job.params, "lang": job.lang, "theme": job.theme.name}
        plan = Clip(**about, artifacts=(), alt="", beats=())  # type: ignore[arg-type]
        emit(json.dumps(plan.as_dict(), ensure_ascii=False))
        return
    for path in files_of(job):
        emit(str(path))
