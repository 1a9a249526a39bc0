"""``lranim cache``."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lranim.cli.options import cache_option
from lranim.cli.output import emit, note
from lranim.errors import InputError, RenderError
from lranim.video.limits import UNITS, amount

if TYPE_CHECKING:
    from lranim.batch.cache import Entry, Store

AGES = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def _amount(units: Mapping[str, int], example: str) -> Any:
    """Make a parser of an amount with one of these units."""

    def parse(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
        if value is None:
            return None
        number = amount(value, units)
        if number is None:
            flag = max(param.opts, key=len)
            raise InputError(
                f"{flag} is {value}; it must be a number and one of {', '.join(units)}, such as {example}"
            )
        return number

    return parse


@click.group()
@cache_option
@click.pass_context
def command(ctx: click.Context, cache: Path | None) -> None:
    """List, check and prune the finished clips that `lranim build` keeps.

    They lie in the user's folder for caches, or where LRANIM_CACHE or --cache says. All of it may be removed
    at any time: what is missing is rendered again.
    """
    from lranim.batch.cache import open_store

    ctx.obj = open_store(cache)


@command.command("list")
@click.pass_obj
def list_(store: Store) -> None:
    """List the clips, the one that was used last first: size, age, what it is."""
    entries = list(store.entries())
    for entry in entries:
        emit(f"{entry.bytes / 1e6:9.2f} MB  {_age(entry.used):>6}  {_title(entry)}")
    note(f"{len(entries)} clips, {sum(entry.bytes for entry in entries) / 1e6:.1f} MB in {store.folder}")


@command.command()
@click.option("--remove", is_flag=True, help="Remove what is damaged.")
@click.pass_obj
def verify(store: Store, remove: bool) -> None:
    """Read every clip and compare it with its SHA-256; exit 1 if one is damaged and was not removed."""
    entries = list(store.entries())
    damaged = [(entry, parts) for entry in entries if (parts := entry.damaged())]
    for entry, parts in damaged:
        emit(f"{entry.key[:12]}  {', '.join(parts)} damaged  {_title(entry)}")
        if remove:
            store.remove(entry)
    note(f"{len(entries)} clips read, {len(damaged)} damaged{' and removed' if damaged and remove else ''}")
    if damaged and not remove:
        raise RenderError("the cache is damaged; builds render such clips again, --remove removes them")


@command.command()
@click.option(
    "--max-size", callback=_amount(UNITS, "5GB"), metavar="SIZE", help="Keep so much, as in 500MB or 5GB."
)
@click.option(
    "--older-than",
    callback=_amount(AGES, "30d"),
    metavar="AGE",
    help="Remove clips not used for so long: 12h, 30d.",
)
@click.option("--all", "every", is_flag=True, help="Remove all.")
@click.pass_obj
def prune(store: Store, max_size: float | None, older_than: float | None, every: bool) -> None:
    """Remove clips that have not been used for long, or until the rest is small enough."""
    if max_size is None and older_than is None and not every:
        raise InputError("nothing to do; give --max-size, --older-than or --all")
    most = 0 if every else None if max_size is None else int(max_size)
    removed = store.prune(most_bytes=most, older_s=older_than)
    for entry in removed:
        emit(f"{entry.key[:12]}  {_title(entry)}")
    left = sum(entry.bytes for entry in store.entries())
    freed = sum(entry.bytes for entry in removed)
    note(f"{len(removed)} clips removed, {freed / 1e6:.1f} MB; {left / 1e6:.1f} MB left in {store.folder}")


def _title(entry: Entry) -> str:
    """What a clip is, in one line."""
    if not entry.about:
        return "(unreadable, or of an earlier version)"
    about = entry.about
    files = [f"{row.format} {row.width}x{row.height}" for row in about.artifacts]
    return f"{about.scene} {about.lang} {about.theme}  {', '.join(files)}"


def _age(since: float) -> str:
    """How long ago that was, roughly; a clock that was set back makes it now."""
    seconds = max(0.0, time.time() - since)
    unit = max((name for name in AGES if AGES[name] <= seconds), key=AGES.__getitem__, default="m")
    return f"{seconds / AGES[unit]:.0f} {unit}"
