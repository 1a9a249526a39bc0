"""How to render: size, rate, formats, transparency; put together and checked, and the job made from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lranim.errors import InputError, nearest
from lranim.look.theme import Theme
from lranim.video.job import FORMATS, Job, default_name, gif_rate, nearest_gif_rate
from lranim.video.limits import DESTINATIONS

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
TALLEST = 3
"""The most that the height may be of the width: a narrower frame has no room for a chart."""
MAX_FPS = 240
MAX_LOOPS = 1000

OPTIONS = MappingProxyType(
    {
        "size": "-r",
        "formats": "--format",
        "transparent": "-t",
        "gif_width": "--gif-width",
        "gif_loops": "--gif-loops",
        "max_size": "--max-size",
        "for": "--for",
        "out": "-o",
        "name": "--name",
    }
)
"""What the settings are called on the command line, for messages."""


@dataclass(frozen=True)
class Settings:
    """How to render, and what of it is not as asked (`notes`, for stderr)."""

    width: int
    height: int
    fps: int
    formats: tuple[str, ...]
    transparent: bool
    gif_width: int | None
    gif_loops: int
    max_size: int | None
    notes: tuple[str, ...]


def size_of(text: str, name: str = OPTIONS["size"]) -> tuple[int, int]:
    """Parse ``W,H`` in px; W;H, W-H (as in manim) and WxH are taken too.

    Raises
    ------
    InputError
        It is no size, or cannot be drawn; the message calls it `name`.

    Examples
    --------
    >>> size_of("1280,720"), size_of("640x360")
    ((1280, 720), (640, 360))
    """
    match = re.fullmatch(r"\s*(\d+)\s*[,;x-]\s*(\d+)\s*", text, flags=re.ASCII)
    if match is None:
        raise InputError(f"{name} {text} is not a size; give width,height in px, such as 1280,720")
    # Any side of more digits is too large as well, and int() refuses thousands of digits.
    width, height = (int(digits.lstrip("0")[:6] or "0") for digits in match.groups())
    if not all(MIN_SIDE <= side <= MAX_SIDE for side in (width, height)) or height > TALLEST * width:
        raise InputError(
            f"{name} {text} cannot be drawn; each side must be from {MIN_SIDE} to {MAX_SIDE} px, "
            f"and the height at most {TALLEST} times the width"
        )
    return width, height


def formats_of(wanted: Iterable[str], name: str = OPTIONS["formats"]) -> tuple[str, ...]:
    """Look up formats, each once, in the order given.

    Raises
    ------
    InputError
        One of them is unknown; the message calls the setting `name`.

    Examples
    --------
    >>> formats_of(["mp4", "GIF", "mp4"])
    ('mp4', 'gif')
    """
    wanted = list(wanted)
    found = tuple(dict.fromkeys(part.strip().lower() for part in wanted))
    for part in found or ("",):
        if part not in FORMATS:
            given = part or repr(",".join(wanted))
            raise InputError(f"{name} {given} is not known; {nearest(part, FORMATS)}")
    return found


def settings(
    quality: str | None,
    resolution: tuple[int, int] | None,
    fps: int | None = None,
    formats: tuple[str, ...] | None = None,
    transparent: bool = False,
    gif_width: int | None = None,
    gif_loops: int | None = None,
    max_size: int | None = None,
    destination: str | None = None,
    *,
    names: Mapping[str, str] = OPTIONS,
) -> Settings:
    """Put the settings together; `names` says what they are called where they were given.

    `max_size` is in bytes; `destination`, one of `DESTINATIONS`, stands for one.

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
        both = f"{names['transparent']} and {names['formats']} mp4"
        raise InputError(f"{both} do not go together: mp4 cannot hold transparency; use webm")
    for key, value in (("gif_width", gif_width), ("gif_loops", gif_loops)):
        if value is not None and "gif" not in formats:
            given = f"{names[key]} {value}"
            raise InputError(f"{given} needs a GIF; add gif to {names['formats']}, or leave it out")
    if gif_width is not None and gif_width > width:
        given = f"{names['gif_width']} {gif_width}"
        raise InputError(f"{given} is more than the picture's {width}; a GIF is made smaller only")
    rate, note = _rate(fps or rate, formats, asked=bool(fps or quality))
    gif_width = None if gif_width == width else gif_width  # one job, and one key in the cache
    limit = _limit(max_size, destination, formats, names)
    return Settings(
        width, height, rate, formats, transparent, gif_width, gif_loops or 0, limit, (*notes, *note)
    )


def _limit(
    max_size: int | None, destination: str | None, formats: tuple[str, ...], names: Mapping[str, str]
) -> int | None:
    """Most bytes of a file."""
    if destination is None:
        given = names["max_size"]
    elif max_size is None:
        given, max_size = f"{names['for']} {destination}", DESTINATIONS[destination]
    else:
        raise InputError(f"{names['max_size']} and {names['for']} {destination} are both limits; give one")
    if max_size is not None and set(formats) <= {"png"}:
        raise InputError(f"{given} is for videos and GIFs; add one to {names['formats']}, or leave it out")
    return max_size


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


def job_of(
    scene: str,
    params: Mapping[str, Any],
    defaults: Mapping[str, Any],
    how: Settings,
    *,
    lang: str,
    theme: Theme,
    out_dir: Path,
    name: str | None = None,
) -> Job:
    """Make the job of one clip; without a name it gets its default one.

    Parameters
    ----------
    scene
        Name of the scene.
    params, defaults
        Its options as for `lranim.video.job.default_name`.
    how
        The settings.
    lang, theme, out_dir, name
        As in `Job`.
    """
    if name is None:
        look = theme.stem or theme.name
        name = default_name(scene, params, defaults, lang=lang, theme=look, transparent=how.transparent)
    return Job(
        scene=scene,
        params=dict(params),
        lang=lang,
        theme=theme,
        width=how.width,
        height=how.height,
        fps=how.fps,
        formats=how.formats,
        transparent=how.transparent,
        gif_width=how.gif_width,
        gif_loops=how.gif_loops,
        max_size=how.max_size,
        out_dir=out_dir,
        name=name,
    )
