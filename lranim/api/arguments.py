"""Keyword arguments of `lranim.render` and `lranim.trace`, made into settings and a scene's options."""

from __future__ import annotations

import operator
import os
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from lranim.catalogue import registry
from lranim.catalogue.registry import SceneInfo
from lranim.errors import InputError, check_text, nearest
from lranim.lesson.options import is_kind
from lranim.look.theme import Theme
from lranim.options.fields import complaint, misfit, options_of
from lranim.params import SceneParams
from lranim.video.job import FORMATS
from lranim.video.limits import DESTINATIONS, LEAST, limit_of
from lranim.video.settings import (
    MAX_FPS,
    MAX_LOOPS,
    MAX_SIDE,
    MIN_SIDE,
    QUALITIES,
    Settings,
    formats_of,
    settings,
    size_of,
)

NAMES = MappingProxyType(
    {
        "size": "resolution",
        "formats": "format",
        "transparent": "transparent",
        "gif_width": "gif_width",
        "gif_loops": "gif_loops",
        "max_size": "max_size",
        "for": "destination",
        "out": "out",
        "name": "name",
    }
)
"""What the settings are called here, for messages."""


_NONE = type(None)
KINDS: Mapping[str, tuple[tuple[type, ...], str]] = MappingProxyType(
    {
        "quality": ((str, _NONE), f"one of {', '.join(QUALITIES)}"),
        "resolution": ((str, list, _NONE), "width and height in px, such as (1280, 720)"),
        "fps": ((int, _NONE), f"a whole number from 1 to {MAX_FPS}"),
        "format": ((str, list, _NONE), f"one of {', '.join(FORMATS)}, or a list of them"),
        "transparent": ((bool,), "True or False"),
        "gif_width": ((int, _NONE), f"a whole number from {MIN_SIDE} to {MAX_SIDE}"),
        "gif_loops": ((int, _NONE), f"a whole number from 0 to {MAX_LOOPS}"),
        "max_size": ((int, str, _NONE), 'a whole number of bytes, or a text such as "5MB"'),
        "destination": ((str, _NONE), f"one of {', '.join(DESTINATIONS)}"),
        "lang": ((str,), 'a language, such as "en"'),
        "theme": ((str, Theme), "a theme's name, its TOML file, or a Theme"),
        "out": ((str,), "a folder"),
        "name": ((str, _NONE), "a text"),
        "force": ((bool,), "True or False"),
    }
)
"""The arguments of `lranim.render` beside a scene's options: their types, and what they must be in words."""

ELSEWHERE = MappingProxyType({"size": "resolution", "formats": "format", "for": "destination"})
"""What lesson files call an argument that has another name here."""


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Give the arguments as plain values: numpy's numbers as Python's, paths as text, tuples as lists.

    Raises
    ------
    InputError
        One is of no type that it can have.

    Examples
    --------
    >>> from pathlib import Path
    >>> import numpy as np
    >>> checked({"fps": np.int64(30), "resolution": (96, 54), "out": Path("media")})
    {'fps': 30, 'resolution': [96, 54], 'out': 'media'}
    """
    found = {}
    for name, value in given.items():
        types, words = KINDS[name]
        several = list in types and isinstance(value, Iterable) and not isinstance(value, str | Mapping)
        plain = _plain(list(value) if several else value)
        truth = isinstance(plain, bool) and bool not in types  # which Python counts among the whole numbers
        if truth or not isinstance(plain, types):
            raise InputError(f"{name} is {value!r}; it must be {words}")
        found[name] = plain
    return found


def settings_of(given: Mapping[str, Any]) -> Settings:
    """Put the settings together from what `checked` gives, as the command line does from text."""
    one_of("quality", given["quality"], QUALITIES)
    one_of("destination", given["destination"], DESTINATIONS)
    for name, low, high in (
        ("fps", 1, MAX_FPS),
        ("gif_width", MIN_SIDE, MAX_SIDE),
        ("gif_loops", 0, MAX_LOOPS),
    ):
        if given[name] is not None and not low <= given[name] <= high:
            raise InputError(f"{name} is {given[name]}; it must be {KINDS[name][1]}")
    size, formats, limit = given["resolution"], given["format"], given["max_size"]
    if isinstance(size, list):
        size = ",".join(map(str, size))
    if isinstance(formats, str):
        formats = formats.split(",")
    if not all(isinstance(one, str) for one in formats or ()):
        raise InputError(f"format is {formats!r}; it must be {KINDS['format'][1]}")
    if isinstance(limit, int) and limit < LEAST:
        raise InputError(f"max_size is {limit}; it must be {LEAST} bytes or more")
    return settings(
        given["quality"],
        None if size is None else size_of(size, NAMES["size"]),
        given["fps"],
        None if formats is None else formats_of(formats, NAMES["formats"]),
        given["transparent"],
        given["gif_width"],
        given["gif_loops"],
        limit_of(limit, NAMES["max_size"]) if isinstance(limit, str) else limit,
        given["destination"],
        names=NAMES,
    )


def chosen(
    scene: str | os.PathLike[str],
    options: Mapping[str, Any],
    elsewhere: Mapping[str, str] = MappingProxyType({}),
) -> tuple[SceneInfo, SceneParams]:
    """Look up a scene and validate its options as strictly as a lesson file does: "0.9" is no number.

    Parameters
    ----------
    scene
        Its name, or the path of a scene file.
    options
        The scene's options by field.
    elsewhere
        Names that are no option's, and what they are called here.

    Raises
    ------
    InputError
        A name or a value cannot be used.
    """
    if not isinstance(scene, str | os.PathLike):
        raise InputError(f"scene is {scene!r}; it must be the name of a scene or the path of a scene file")
    info = registry.get(os.fspath(scene))
    params_class = info.load_light().Params
    known = options_of(params_class)
    fields = {option.field: option for option in known.values()}
    values = {field: _plain(value) for field, value in options.items()}
    for field, value in values.items():
        if field not in fields and field in elsewhere:
            raise InputError(f"{field} is called {elsewhere[field]} here")
        if field not in fields:
            raise InputError(f"{info.name} has no option {field}; {nearest(field, fields)}")
        if value is not None and not is_kind(fields[field].schema, value):
            raise InputError(misfit(fields[field], info.name, repr(value), field, repr))
    try:
        return info, params_class.model_validate(values)
    except ValidationError as error:
        texts = {fields[field].flag: repr(value) for field, value in values.items()}
        first: Any = error.errors()[0]
        words = complaint(first, known, info.name, texts, lambda option: option.field, repr)
        raise InputError(words) from None


def _plain(value: Any) -> Any:
    """Make what JSON has of numpy's numbers and arrays, of other whole numbers, of tuples and of paths."""
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, str):
        return check_text(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "__index__") and not isinstance(value, int):
        return operator.index(value)
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def one_of(name: str, value: str | None, known: Iterable[str]) -> None:
    """Refuse what is given and is none of the known ones."""
    if value is not None and value not in known:
        raise InputError(f"{name} is {value}; it must be one of {', '.join(known)}")
