"""``lranim schema``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lranim.cli.options import PATH, replace_option
from lranim.cli.output import emit, write_own


@click.command()
@click.option("-o", "--out", type=PATH, metavar="FILE", help="Write it to a file.")
@replace_option
def command(out: Path | None, force: bool) -> None:
    """Print the JSON schema of lesson files, for editors that complete and check TOML.

    It is of draft 2020-12. In VS Code (Even Better TOML) and other editors with Taplo, a line such as
    "#:schema ./lesson.schema.json" at the top of a lesson leads to it.
    """
    from lranim.lesson.file import lesson_schema

    text = json.dumps(lesson_schema(), ensure_ascii=False, indent=1)
    if out is None:
        emit(text)
    else:
        write_own(out, f"{text}\n", "schema", force=force)
