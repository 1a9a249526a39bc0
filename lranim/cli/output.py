"""What goes where: results to stdout, all else to stderr, errors as one line, text files as a whole."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
from click.exceptions import Exit, NoArgsIsHelpError

from lranim.errors import InputError, LranimError, RenderError, one_line
from lranim.files import fsync_file, in_place_of

if TYPE_CHECKING:
    from lranim.batch.pool import Outcome
    from lranim.video.clip import Clip
    from lranim.video.job import Job

INTERRUPTED = 130


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
    for path in (*(file.path for file in clip.files), job.out_dir / f"{job.name}.json"):
        emit(str(path))


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


@contextlib.contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn whatever is raised inside into one line and click's `Exit`."""
    try:
        yield
    except (Exit, NoArgsIsHelpError):
        raise
    except (KeyboardInterrupt, click.Abort):
        note("Interrupted.")
        exec("")  # or Python, where a text that it ran was interrupted, dies of SIGINT in place of this exit
        raise Exit(INTERRUPTED) from None
    except click.ClickException as error:
        report(error.format_message())
        raise Exit(2) from None
    except LranimError as error:
        report(str(error))
        raise Exit(error.exit_code) from None
    except BaseException as error:  # of a scene file or a plugin: an exit code of ours would mislead
        from lranim.batch.pool import in_one_line

        report(in_one_line(error), traceback.format_exc())
        raise Exit(1) from None


def report(message: str, details: str = "") -> None:
    """Say an error on stderr; its traceback too when ``LRANIM_DEBUG`` is set."""
    if details and os.environ.get("LRANIM_DEBUG", "") not in ("", "0"):
        note(details)
    note(f"Error: {one_line(message)}")


def report_all(outcomes: Sequence[Outcome], *, named: bool = True) -> None:
    """Say of each job that failed why."""
    for outcome in outcomes:
        if outcome.error:
            report(f"{outcome.job.name}: {outcome.error}" if named else str(outcome.error), outcome.details)


def write_file(path: Path, text: str, *, replace: bool) -> None:
    """Write a text file, and its folder where that is missing; it is never half there.

    Raises
    ------
    InputError
        There is one that it must not `replace`, or it cannot be written.
    """
    from lranim.video.places import check_file

    check_file(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise InputError(f"the folder {path.parent} cannot be made: {_reason(error)}") from error
    try:
        with in_place_of(path) as part:
            part.write_text(text, encoding="utf-8", newline="\n")
            fsync_file(part)
            if not replace and os.path.lexists(path):
                raise FileExistsError
            if not replace:
                try:
                    os.link(part, path)  # fails where somebody else makes it just now
                except FileExistsError:
                    raise
                except OSError:
                    pass  # some file systems have no hard links
    except FileExistsError:
        raise InputError(
            f"{path} is there already; choose another name, or replace it with --force"
        ) from None
    except OSError as error:
        raise InputError(f"{path} cannot be written: {_reason(error)}") from error


def write_own(path: Path, text: str, command: str, *, force: bool) -> None:
    """Write a text file and print its path; one that is there must be of the same command, unless forced.

    Raises
    ------
    InputError
        It is not, or the file cannot be written.
    """
    from lranim.video.places import check_own

    check_own(path, command, force=force)
    write_file(path, text, replace=True)
    emit(str(path))


def check_page(path: Path) -> None:
    """Refuse a path that cannot be a page's, before the page is made."""
    from lranim.video.places import check_folder

    if path.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"-o {path} is not a page; give a file name that ends in .html")
    check_folder(path.parent)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
