"""A request to render one clip, frozen; and its name, which is the stem of its files."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from lranim.catalogue.registry import name_of
from lranim.errors import InputError
from lranim.look.text import DEFAULT_LANG
from lranim.look.theme import DEFAULT_THEME, Theme
from lranim.options.fields import value_text

FORMATS = ("mp4", "gif", "webm", "png")
GIF_RATES = (10, 20, 25, 50)
"""Rates that a GIF plays as asked and that look like motion: its clock counts hundredths of a second."""


Progress = Callable[[int, int | str | None], None]
"""Called with the frames done and the frames in all: None until that is known, or a line if it must wait."""


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


MAX_NAME_BYTES = 200
"""File systems take 255 bytes; the rest is for extensions and for names of files in the making."""

LOGS = ("trainer_state", "logging")
"""Names that the Trainer of Hugging Face and ms-swift give to every log."""

LONGEST_FORMULA = 40
"""A formula is written in so many characters of a name at most."""


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


def formula_stem(text: str) -> str:
    """Write a formula as a part of a file's name: its letters, digits and ``+-.``, and a hash of the whole.

    Other signs would have to be quoted in shells, web pages and LaTeX. The hash tells formulas apart that
    are alike without them, and those that are too long to be written out.

    Examples
    --------
    >>> formula_stem("x**4 - 3*x**2 + x")
    'x4-3x2+x_803adb'
    """
    signs = re.sub(r"[^a-z0-9+.-]", "", text.lower().replace("/", "over"))
    return f"{signs[:LONGEST_FORMULA]}_{hashlib.sha256(text.encode()).hexdigest()[:6]}"


def log_stem(path: str) -> str:
    """Write a log's path as a part of a file's name: its stem, after its folder where trainers give it.

    Each training of theirs has a log of that name, and the clip of one must not replace that of another.

    Examples
    --------
    >>> log_stem("logs/run.csv"), log_stem("out/bert/trainer_state.json")
    ('run', 'bert-trainer_state')
    >>> log_stem("out/bert/checkpoint-500/trainer_state.json")
    'bert-checkpoint-500-trainer_state'
    """
    stem = PurePath(path).stem
    if stem not in LOGS:
        return stem
    folders = PurePath(os.path.abspath(path)).parts[1:-1]  # the same from wherever it is named
    count = 2 if folders and folders[-1].startswith("checkpoint-") else 1
    return "-".join([*folders[-count:], stem])


def check_name(name: str, option: str = "--name", folder: str = "-o") -> None:
    """Refuse a name that is not the stem of a file; `option` gives another one, and `folder` its folder.

    Raises
    ------
    InputError
        It is empty, too long, or has a slash or a control character in it.
    """
    if "/" in name or os.sep in name:
        raise InputError(
            f"the name {name} has a slash in it; give the folder with {folder} and the name without it"
        )
    if name.strip(" .") == "":
        raise InputError(f"the name {name!r} is empty; give it a letter or a digit")
    if any(unicodedata.category(char) == "Cc" for char in name):
        raise InputError(f"the name {name!r} has a control character in it; leave it out")
    if len(os.fsencode(name)) > MAX_NAME_BYTES:
        raise InputError(
            f"the name {name[:40]}… is longer than {MAX_NAME_BYTES} bytes; give a shorter one ({option})"
        )
