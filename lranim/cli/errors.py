"""Every error as one line on stderr and an exit code."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Iterator
from typing import NoReturn

import click
from click.exceptions import Exit, NoArgsIsHelpError

from lranim.cli.output import note
from lranim.errors import LranimError, one_line

INTERRUPTED = 130


@contextlib.contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn whatever is raised inside into one line and click's `Exit`."""
    try:
        yield
    except (Exit, NoArgsIsHelpError):
        raise
    except (KeyboardInterrupt, click.Abort):
        note("Interrupted.")
        raise Exit(INTERRUPTED) from None
    except click.ClickException as error:
        fail(error.format_message(), 2)
    except LranimError as error:
        fail(str(error), error.exit_code)
    except BaseException as error:  # of a scene file or a plugin: an exit code of ours would mislead
        from lranim.batch.pool import in_one_line

        fail(in_one_line(error), 1, traceback.format_exc())


def report(message: str, details: str = "") -> None:
    """Say an error on stderr; its traceback too when ``LRANIM_DEBUG`` is set."""
    if details and debugging():
        note(details)
    note(f"Error: {one_line(message)}")


def fail(message: str, code: int, details: str = "") -> NoReturn:
    """Say an error and end with an exit code."""
    report(message, details)
    raise Exit(code)


def debugging() -> bool:
    """Whether tracebacks are wanted."""
    return os.environ.get("LRANIM_DEBUG", "") not in ("", "0")
