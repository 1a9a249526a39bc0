"""``lranim schema``."""

from __future__ import annotations

import json

import click

from lranim.cli.output import emit


@click.command()
def command() -> None:
    """Print the JSON schema of lesson files, for editors that complete and check TOML."""
    from lranim.lesson.schema import lesson_schema

    emit(json.dumps(lesson_schema(), ensure_ascii=False, indent=1))
