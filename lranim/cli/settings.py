"""The options that say how to render: size, rate, formats, theme; parsed into settings and checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from lranim.errors import InputError
from lranim.look.theme import DEFAULT_THEME, THEMES, Theme, theme_of
from lranim.registry import nearest
from lranim.render.job import FORMATS, gif_rate, nearest_gif_rate

QUALITIES = {
    "l": (854, 480, 15),
    "m": (1280, 720, 30),
    "h": (1920, 1080, 60),
    "p": (2560, 1440, 60),
    "k": (3840, 2160, 60),
}
"""Width, height (px) and frames a second of each of manim's quality letters."""

DEFAULT = (1280, 720, 60)
MIN_SIDE, MAX_SIDE = 16, 8192
MAX_FPS = 240


@dataclass(frozen=True)
class Settings:
    """How to render, and what of it is not as asked (`notes`, for stderr)."""

    width: int
    height: int
    fps: int
    formats: tuple[str, ...]
    transparent: bool
    gif_width: int | None
    notes: tuple[str, ...]


def parse_size(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """Parse ``W,H`` in px; W;H, W-H (as in manim) and WxH are taken too."""
    if value is None:
        return None
    match = re.fullmatch(r"\s*(\d+)\s*[,;x-]\s*(\d+)\s*", value, flags=re.ASCII)
    if match is None:
        raise InputError(f"-r {value} is not a size; give width,height in px, such as 1280,720")
    # Any side of more digits is too large as well, and int() refuses thousands of digits.
    width, height = (int(digits.lstrip("0")[:6] or "0") for digits in match.groups())
    if not all(MIN_SIDE <= side <= MAX_SIDE for side in (width, height)):
        raise InputError(f"-r {value} cannot be drawn; each side must be from {MIN_SIDE} to {MAX_SIDE} px")
    return width, height


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
    if value is None:
        return None
    wanted = tuple(dict.fromkeys(part.strip().lower() for part in value.split(",")))
    for part in wanted:
        if part not in FORMATS:
            raise InputError(f"--format {part or repr(value)} is not known; {nearest(part, FORMATS)}")
    return wanted


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
            help=f"{', '.join(THEMES)}, or a TOML file of your own (docs/themes.md).",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def settings(
    quality: str | None,
    resolution: tuple[int, int] | None,
    fps: int | None = None,
    formats: tuple[str, ...] | None = None,
    transparent: bool = False,
    gif_width: int | None = None,
) -> Settings:
    """Put the options together.

    Raises
    ------
    InputError
        They contradict each other.
    """
    width, height, rate = QUALITIES[quality] if quality else DEFAULT
    notes = []
    if resolution:
        width, height = (side + side % 2 for side in resolution)
        if (width, height) != resolution:
            asked = f"{resolution[0]}x{resolution[1]}"
            notes.append(f"{asked} has an odd side, which video cannot have: {width}x{height} is used")
    formats = formats or (("webm", "gif", "png") if transparent else ("mp4", "gif", "png"))
    if transparent and "mp4" in formats:
        raise InputError("-t and --format mp4 do not go together: mp4 cannot hold transparency; use webm")
    if gif_width is not None and "gif" not in formats:
        raise InputError(f"--gif-width {gif_width} needs a GIF; add gif to --format, or leave it out")
    if gif_width is not None and gif_width > width:
        raise InputError(
            f"--gif-width {gif_width} is more than the picture's {width}; a GIF is made smaller only"
        )
    rate, note = _rate(fps or rate, formats, asked=bool(fps or quality))
    gif_width = None if gif_width == width else gif_width  # one job, and one key in the cache
    return Settings(width, height, rate, formats, transparent, gif_width, (*notes, *note))


def _rate(fps: int, formats: tuple[str, ...], *, asked: bool) -> tuple[int, list[str]]:
    """The rate to render at, and what to say of a GIF that plays at another one than was asked for."""
    if "gif" not in formats:
        return fps, []
    beside, why = gif_rate(fps), "its clock counts hundredths of a second"
    if {"mp4", "webm"} & set(formats):
        notes = [f"the GIF plays at {beside} frames a second, not {fps} ({why})"]
        return fps, notes if asked and beside != fps else []
    if beside == fps or not asked:
        return beside, []
    near = nearest_gif_rate(fps)
    return near, [f"a GIF cannot play at {fps} frames a second ({why}): {near} is used"]
