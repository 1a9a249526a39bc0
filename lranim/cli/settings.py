"""The options that say how to render: size, rate, formats, theme; parsed, to be put into settings."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click

from lranim.errors import InputError
from lranim.look.theme import DEFAULT_THEME, Theme
from lranim.look.themes import theme_names, theme_of
from lranim.video.limits import limit_of
from lranim.video.settings import QUALITIES, formats_of, size_of


def parse_size(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """Parse ``W,H`` in px."""
    return None if value is None else size_of(value)


def whole(low: int, high: int) -> Callable[[click.Context, click.Parameter, str | None], int | None]:
    """Make a parser of whole numbers in a range."""

    def parse(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
        if value is None:
            return None
        number = int(value) if re.fullmatch(r"\d{1,6}", value, flags=re.ASCII) else -1
        if not low <= number <= high:
            flag = max(param.opts, key=len)
            raise InputError(f"{flag} is {value}; it must be a whole number from {low} to {high}")
        return number

    return parse


def parse_formats(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    """Parse some of `FORMATS` with commas between, in the order given."""
    return None if value is None else formats_of(value.split(","))


def parse_limit(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Parse the most bytes of a file."""
    return None if value is None else limit_of(value)


def parse_theme(ctx: click.Context, param: click.Parameter, value: str) -> Theme:
    """Look up a theme by its name, or read it from a file."""
    return theme_of(value)


def size_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--theme``, ``-r`` and ``-q``, which every drawing command has."""
    sizes = "; ".join(f"{letter}: {w}x{h} at {fps}" for letter, (w, h, fps) in QUALITIES.items())
    options = [
        click.option("-q", "--quality", type=click.Choice(list(QUALITIES)), help=sizes),
        click.option("-r", "--resolution", callback=parse_size, metavar="W,H", help="Size in px, over -q."),
        click.option(
            "--theme",
            callback=parse_theme,
            metavar="NAME|FILE.toml",
            default=DEFAULT_THEME,
            show_default=True,
            help=f"{', '.join(theme_names())}, or a TOML file of your own (docs/themes.md).",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command
