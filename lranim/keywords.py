"""Keyword arguments of `lranim.render` and `lranim.trace`, made into settings and a scene's options."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from lranim import registry
from lranim.errors import InputError
from lranim.lesson.options import is_kind
from lranim.options import complaint, misfit, options_of
from lranim.params import SceneParams
from lranim.registry import SceneInfo
from lranim.render.job import FORMATS
from lranim.render.limits import DESTINATIONS, LEAST, limit_of
from lranim.render.settings import (
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


def settings_of(
    quality: str | None,
    resolution: tuple[int, int] | str | None,
    fps: int | None,
    format: str | Iterable[str] | None,
    transparent: bool,
    gif_width: int | None,
    gif_loops: int | None,
    max_size: int | str | None,
    destination: str | None,
) -> Settings:
    """Put the settings together, as the command line does from text."""
    one_of("quality", quality, QUALITIES)
    one_of("destination", destination, DESTINATIONS)
    _whole("fps", fps, 1, MAX_FPS)
    _whole("gif_width", gif_width, MIN_SIDE, MAX_SIDE)
    _whole("gif_loops", gif_loops, 0, MAX_LOOPS)
    size = resolution if resolution is None or isinstance(resolution, str) else _comma(resolution)
    formats = format.split(",") if isinstance(format, str) else _texts("format", format, FORMATS)
    if isinstance(max_size, int) and max_size < LEAST:
        raise InputError(f"max_size is {max_size}; it must be {LEAST} bytes or more")
    limit = limit_of(max_size, NAMES["max_size"]) if isinstance(max_size, str) else max_size
    return settings(
        quality,
        None if size is None else size_of(size, NAMES["size"]),
        fps,
        None if formats is None else formats_of(formats, NAMES["formats"]),
        transparent,
        gif_width,
        gif_loops,
        limit,
        destination,
        names=NAMES,
    )


def chosen(scene: str | os.PathLike[str], options: Mapping[str, Any]) -> tuple[SceneInfo, SceneParams]:
    """Look up a scene and validate its options as strictly as a lesson file does: "0.9" is no number."""
    if not isinstance(scene, str | os.PathLike):
        raise InputError(f"scene is {scene!r}; it must be the name of a scene or the path of a scene file")
    info = registry.get(os.fspath(scene))
    params_class = info.load_light().Params
    known = options_of(params_class)
    fields = {option.field: option for option in known.values()}
    values = {field: _plain(value) for field, value in options.items()}
    for field, value in values.items():
        if field not in fields:
            raise InputError(f"{info.name} has no option {field}; {registry.nearest(field, fields)}")
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
    """Make what JSON has of numpy's numbers and arrays, of tuples and of paths."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def one_of(name: str, value: str | None, known: Iterable[str]) -> None:
    """Refuse what is given and is none of the known ones."""
    if value is not None and value not in known:
        raise InputError(f"{name} is {value}; it must be one of {', '.join(known)}")


def _whole(name: str, value: int | None, low: int, high: int) -> None:
    if value is not None and (isinstance(value, bool) or value not in range(low, high + 1)):
        raise InputError(f"{name} is {value}; it must be a whole number from {low} to {high}")


def _texts(name: str, values: object, known: Iterable[str]) -> list[str] | None:
    """The list that is given, if that is one of texts."""
    if values is None:
        return None
    found: list[Any] = list(values) if isinstance(values, Iterable) else [values]
    if not all(isinstance(one, str) for one in found):
        raise InputError(f"{name} is {values}; it must be one of {', '.join(known)}, or a list of them")
    return found


def _comma(values: object) -> str:
    return ",".join(map(str, values)) if isinstance(values, Iterable) else str(values)
