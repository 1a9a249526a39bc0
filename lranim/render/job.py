"""A request to render one clip, frozen, with the key of its content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from lranim.look.text import DEFAULT_LANG
from lranim.look.theme import DEFAULT_THEME, Theme
from lranim.registry import name_of
from lranim.render.names import formula_stem, log_stem

FORMATS = ("mp4", "gif", "webm", "png")
GIF_RATES = (10, 20, 25, 50)
"""Rates that a GIF plays as asked and that look like motion: its clock counts hundredths of a second."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One clip to render.

    Parameters
    ----------
    scene
        Name of the scene in the registry, or the path of its file.
    params
        The scene's options, validated, JSON-ready, defaults included.
    lang
        Language of the text on screen.
    theme
        The look, by value: workers in other processes need not find its file again.
    width, height
        Size of the frames in px, both even.
    fps
        Frames a second of the video.
    formats
        Which files to write, of `FORMATS`; the JSON sidecar is always written.
    transparent
        Leave the background out.
    gif_width
        Width of the GIF in px where it is not that of the frames: they are made smaller for it.
    gif_loops
        How often the GIF plays before it stops at its last picture; 0 for ever.
    max_size
        Most bytes that a video or a GIF may have; quality steps down to keep to it.
    out_dir
        Folder for the files.
    name
        Their stem.
    """

    scene: str
    params: dict[str, Any]
    lang: str
    theme: Theme
    width: int
    height: int
    fps: int
    formats: tuple[str, ...]
    transparent: bool
    gif_width: int | None = None
    gif_loops: int = 0
    max_size: int | None = None
    out_dir: Path
    name: str


def nearest_gif_rate(fps: int) -> int:
    """Find the one of `GIF_RATES` nearest to `fps`, the lower of two.

    >>> nearest_gif_rate(60), nearest_gif_rate(15)
    (50, 10)
    """
    return min(GIF_RATES, key=lambda rate: (abs(rate - fps), rate))


def gif_rate(fps: int) -> int:
    """Frames a second of the GIF that goes with a video of `fps`.

    A GIF shows each frame for a whole number of hundredths of a second, and browsers slow down anything
    over 50 frames a second. So the rate is `fps` itself where it divides 100 and is at most 50, else the
    largest of 25 and 20 that divides `fps` (every n-th frame is kept, motion stays even), else the nearest
    of `GIF_RATES`, sampled.

    >>> [gif_rate(fps) for fps in (5, 50, 60, 75, 100, 30, 15)]
    [5, 50, 20, 25, 25, 25, 10]
    """
    if 100 % fps == 0 and fps <= 50:
        return fps
    for rate in (25, 20):
        if fps % rate == 0:
            return rate
    return nearest_gif_rate(fps)


def value_text(value: Any) -> str:
    """Write a JSON-ready option value as it is typed on the command line.

    >>> value_text(0.9), value_text(30.0), value_text([1.5, -2.0]), value_text(None)
    ('0.9', '30', '1.5,-2', 'none')
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, list | tuple):
        return ",".join(value_text(item) for item in value)
    return str(value)


def default_name(
    scene: str,
    params: Mapping[str, Any],
    defaults: Mapping[str, Any],
    *,
    lang: str = DEFAULT_LANG,
    theme: str = DEFAULT_THEME,
    transparent: bool = False,
) -> str:
    """Make the stem of a clip's files: the scene, then all that is not a default, files by their stems.

    Size and rate do not enter it: the same lesson rendered again, larger, replaces the smaller one.

    Parameters
    ----------
    scene
        Name of the scene, or the path of its file.
    params, defaults
        Its options in field order, JSON-ready, as they are and as they would be if none were given.
    lang, theme
        Left out when they are the default ones.
    transparent
        Adds ``.alpha``.

    Examples
    --------
    >>> default_name("learning-rate", {"lr": 0.9, "steps": 30}, {"lr": 0.3, "steps": 30}, lang="zh")
    'learning-rate.lr=0.9.zh'
    >>> default_name("slope", {"function": "x**4 / 2 - 3*x**2"}, {"function": None})
    'slope.function=x4over2-3x2_0a4262'
    >>> default_name("cost", {"data": "course/points.csv"}, {"data": None})
    'cost.data=points'
    """
    parts = [name_of(scene)]
    parts += [f"{field}={_named(field, v)}" for field, v in params.items() if v != defaults.get(field)]
    if lang != DEFAULT_LANG:
        parts.append(lang)
    if theme != DEFAULT_THEME:
        parts.append(theme)
    if transparent:
        parts.append("alpha")
    return ".".join(parts)


def _named(field: str, value: Any) -> str:
    """Write an option's value as a part of a file's name, which has no slashes."""
    if field == "function" and isinstance(value, str):
        return formula_stem(value)
    if field == "log" and isinstance(value, str):
        return log_stem(value)
    return PurePath(value).stem if isinstance(value, str) else value_text(value)
