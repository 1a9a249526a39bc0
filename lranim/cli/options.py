"""Options that several commands have."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from lranim.look.text import languages
from lranim.look.theme import DEFAULT_THEME
from lranim.look.themes import theme_names, theme_of
from lranim.video.limits import QUALITIES

PATH = click.Path(path_type=Path)
replace_option = click.option("--force", is_flag=True, help="Replace a file that this command did not write.")
again_option = click.option("--force", is_flag=True, help="Render again what is there already.")
folder_option = click.option("-o", "--out", type=PATH, default="media", show_default=True, help="Folder.")
only_option = click.option(
    "--only", metavar="GLOB", multiple=True, help="Only clips of such names, as in --only 'slope*'."
)
cache_option = click.option("--cache", type=PATH, metavar="DIR", help="Where finished clips are kept.")
no_wait_option = click.option(
    "--no-wait", is_flag=True, help="Do not wait for another run that writes the same clip: exit 3."
)
CORES = os.cpu_count() or 1


def json_option(other: str) -> Callable[..., Any]:
    """Make ``--json``, which prints objects and not what else is printed."""
    words = f"One JSON object a clip on stdout, not {other}."
    return click.option("--json", "as_json", is_flag=True, help=words)


def jobs_option(default: int = CORES, shown: str = "one a core") -> Callable[..., Any]:
    """Make ``-j``."""
    about: dict[str, Any] = {"type": click.IntRange(1, 256), "metavar": "N", "default": default}
    return click.option("-j", "--jobs", help=f"Clips at a time.  [default: {shown}]", **about)


def lang_option(help: str, default: str | None = None) -> Callable[..., Any]:
    """Make ``--lang``."""
    about: dict[str, Any] = {"type": click.Choice(languages()), "metavar": "|".join(languages())}
    return click.option("--lang", default=default, show_default=default is not None, help=help, **about)


def look_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``-q``, ``-r`` and ``--theme``, which every command has that draws clips."""
    sizes = "; ".join(f"{letter}: {w}x{h} at {fps}" for letter, (w, h, fps) in QUALITIES.items())
    command = click.option(
        "--theme",
        callback=lambda ctx, param, name: theme_of(name),
        metavar="NAME|FILE.toml",
        default=DEFAULT_THEME,
        show_default=True,
        help=f"{', '.join(theme_names())}, or a TOML file of your own (docs/themes.md).",
    )(command)
    command = click.option("-r", "--resolution", "size", metavar="W,H", help="Size in px, over -q.")(command)
    return click.option("-q", "--quality", type=click.Choice(list(QUALITIES)), help=sizes)(command)
