"""The command that makes a clip again, from the JSON beside its files."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any

from PIL import Image

from lranim.catalogue import registry
from lranim.errors import InputError
from lranim.look.text import DEFAULT_LANG
from lranim.look.theme import DEFAULT_THEME
from lranim.look.themes import themes
from lranim.options.fields import value_text
from lranim.video.clip import VIDEOS, Clip
from lranim.video.job import default_name
from lranim.video.limits import DEFAULT, FLAGS
from lranim.video.settings import RenderOptions


def own_options(clip: Clip) -> dict[str, Any]:
    """The scene's options that are not as they would be if they had not been given, by field.

    Parameters
    ----------
    clip
        If its scene is not there, or has other options by now, all that are set count as given.
    """
    defaults = _defaults(clip)
    return {
        field: value
        for field, value in clip.params.items()
        if value is not None and value != defaults.get(field)
    }


def _defaults(clip: Clip) -> dict[str, Any]:
    if registry.is_path(clip.scene):  # what is named by data that somebody sent must not be executed
        return {}
    try:
        params_class = registry.get(clip.scene).load_light().Params
    except InputError:
        return {}
    try:
        return params_class.model_validate(clip.params).defaults()
    except ValueError:  # such as a file of samples that is not there
        return params_class().model_dump(mode="json")


def command_of(clip: Clip) -> str:
    """The command that makes a clip again, quoted for a shell.

    Its files go to the folder that `lranim render` takes by itself, so that the command says nothing of the
    machine that it was made on. Of a theme of one's own the JSON has the name alone: the command has a file
    of that name.

    Parameters
    ----------
    clip
        Of any scene, also of one that is not there.

    Examples
    --------
    >>> from pathlib import Path
    >>> about = {"scene": "slope", "theme": "dark", "artifacts": (), "alt": "", "beats": ()}
    >>> clip = Clip(params={"steps": 3}, lang="zh", sidecar=Path("slope.steps=3.zh.json"), **about)
    >>> command_of(clip)
    'lranim render slope --steps 3 --lang zh'
    """
    words = ["lranim", "render", clip.scene]
    own = own_options(clip)
    for field, value in own.items():
        flag = "--" + field.replace("_", "-")
        if isinstance(value, bool):
            words.append(flag if value else f"--no-{flag[2:]}")
        else:
            words += _option(flag, value_text(value))
    if clip.lang != DEFAULT_LANG:
        words += ["--lang", clip.lang]
    theme, transparent, named = _name_tells(clip, own)
    if theme != DEFAULT_THEME:
        words += _option("--theme", theme if theme in themes() else f"{theme}.toml")
    words += _size_and_formats(clip, transparent)
    if not named:
        words += _option("--name", clip.name)
    return shlex.join(words)


def _option(flag: str, value: str) -> list[str]:
    # A value such as -4 or --x would be taken for an option where it is a word by itself.
    return [f"{flag}={value}"] if value.startswith("-") else [flag, value]


def _name_tells(clip: Clip, own: Mapping[str, Any]) -> tuple[str, bool, bool]:
    """The theme, or the stem of its file; whether there is no background; whether the name is the usual one.

    A clip's usual name has the stem of its theme's file, which need not be the theme's name.
    """
    defaults = {**clip.params, **dict.fromkeys(own)}
    for transparent in (False,) if clip.get("mp4") else (False, True):
        names = [
            default_name(
                clip.scene, clip.params, defaults, lang=clip.lang, theme=theme, transparent=transparent
            )
            for theme in (clip.theme, "\0")
        ]
        if clip.name == names[0]:
            return clip.theme, transparent, True
        before, after = names[1].split("\0")
        stem = clip.name.removeprefix(before).removesuffix(after)
        if clip.theme not in themes() and before + stem + after == clip.name and re.fullmatch(r"[^.]+", stem):
            return stem, transparent, True
    return clip.theme, _is_transparent(clip), False


def _is_transparent(clip: Clip) -> bool:
    """Whether one sees through the poster."""
    poster = clip.get("png")
    if poster is None or clip.get("mp4") is not None:
        return False
    try:
        with Image.open(poster.path) as picture:
            return picture.mode == "RGBA"
    except OSError:
        return False


def _size_and_formats(clip: Clip, transparent: bool) -> list[str]:
    """What says how it was rendered, as far as it is not what a clip would get without."""
    formats = tuple(row.format for row in clip.artifacts)
    usual = RenderOptions(formats=list(formats) or None, transparent=transparent).settings()
    words = []
    whole = clip.get("png", *VIDEOS, "gif")
    if whole is not None and (whole.width, whole.height) != DEFAULT[:2]:
        words += [FLAGS["size"], f"{whole.width},{whole.height}"]
    moving = clip.moving
    if moving is not None and moving.fps != usual.fps:
        words += ["--fps", str(moving.fps)]
    if formats and set(formats) != set(RenderOptions(transparent=transparent).settings().formats):
        words += [FLAGS["formats"], ",".join(formats)]
    gif = clip.get("gif")
    if whole is not None and gif is not None and gif.width < whole.width:
        words += [FLAGS["gif_width"], str(gif.width)]
    if transparent:
        words.append(FLAGS["transparent"])
    return words
