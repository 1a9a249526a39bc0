"""The jobs of one clip of a lesson file: each combination of its matrix, checked."""

from __future__ import annotations

import functools
import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lranim import registry
from lranim.errors import InputError
from lranim.lesson.file import LOOK_KEYS, Entry, Look
from lranim.look.tables import complaint as complaint_of_file
from lranim.look.tables import shown
from lranim.look.text import DEFAULT_LANG, languages
from lranim.look.theme import DEFAULT_THEME, Theme, theme_of
from lranim.options import complaint, options_of
from lranim.params import SceneParams
from lranim.registry import nearest
from lranim.render.job import FORMATS, Job
from lranim.render.names import check_name
from lranim.render.settings import OPTIONS, QUALITIES, Settings, job_of, settings, size_of

MOST_CLIPS = 10_000
"""A lesson of more is taken for a slip of the pen."""

NAMES = {key: key for key in OPTIONS}
"""What the settings are called in a lesson file."""


class Wrong(Exception):
    """Something is wrong at a place in the file."""

    def __init__(self, path: Sequence[str | int], text: str) -> None:
        super().__init__(text)
        self.path = path


def jobs_of(
    index: int, entry: Entry, defaults: Look, folder: Path, out_dir: Path
) -> Iterator[tuple[Job, Settings]]:
    """Make the jobs of one clip: a combination each, the first key of the matrix varying slowest."""
    place: list[str | int] = ["clip", index]
    if entry.scene not in registry.names():
        raise Wrong(
            [*place, "scene"], f"there is no scene {entry.scene}; {nearest(entry.scene, registry.names())}"
        )
    info = registry.get(entry.scene)
    params_class = info.load_light().Params
    own = {name for name in LOOK_KEYS if getattr(entry, name) is not None}
    for key in entry.matrix:
        if key in entry.params or key in own:
            where = "params" if key in entry.params else "the clip"
            raise Wrong([*place, "matrix", key], f"matrix.{key} is also in {where}; give {key} once")
        if key not in params_class.model_fields and key not in LOOK_KEYS:
            known = [*params_class.model_fields, *LOOK_KEYS]
            raise Wrong(
                [*place, "matrix", key], f"there is no matrix.{key} for {entry.scene}; {nearest(key, known)}"
            )
    base = {**defaults.given(), **{name: getattr(entry, name) for name in own}}
    spread = {key: base.pop(key) for key in ("lang", "theme") if isinstance(base.get(key), list)}
    axes = {**entry.matrix, **{key: value for key, value in spread.items() if key not in entry.matrix}}
    if math.prod(len(values) for values in axes.values()) > MOST_CLIPS:
        raise Wrong([*place, "matrix"], f"matrix makes more than {MOST_CLIPS} clips; make it smaller")
    once = all(len(values) == 1 for values in axes.values())
    if entry.name is not None and not once:
        raise Wrong([*place, "name"], f"name is {entry.name}, but there are several clips; leave it out")
    for combination in itertools.product(*(enumerate(values) for values in axes.values())):
        chosen = {key: value for key, (_, value) in zip(axes, combination, strict=True)}
        places = {key: [*place, "matrix", key, k] for key, (k, _) in zip(axes, combination, strict=True)}
        look = {**base, **{key: value for key, value in chosen.items() if key in LOOK_KEYS}}
        options = {**entry.params, **{key: value for key, value in chosen.items() if key not in LOOK_KEYS}}
        params = _params(params_class, entry.scene, options, place, places, folder)
        yield _job(entry, params, look, place, places, folder, out_dir)


def _params(
    params_class: type[SceneParams],
    scene: str,
    given: Mapping[str, Any],
    place: list[str | int],
    places: Mapping[str, list[str | int]],
    folder: Path,
) -> SceneParams:
    """Validate a scene's options as a file has them: true is no number, and "0.3" none either."""
    options = options_of(params_class)
    by_field = {option.field: option for option in options.values()}
    values = dict(given)
    for name, value in given.items():
        where = places.get(name, [*place, "params", name])
        if name not in by_field:
            raise Wrong(where, f"{scene} has no option {name}; {nearest(name, by_field)}")
        if by_field[name].is_path and isinstance(value, str):
            values[name] = str(folder / value)
    try:
        text = json.dumps(values, default=str)
        return params_class.model_validate_json(text, strict=True)
    except InputError as error:  # a file that an option names
        path = next((name for name in given if name in by_field and by_field[name].is_path), "")
        raise Wrong(places.get(path, [*place, "params", path]), str(error)) from None
    except ValidationError as error:
        first: Any = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else next(iter([*places, *given]), "")
        where = places.get(field, [*place, "params", field])
        group = "matrix" if field in places else "params"
        words = {
            option.flag: shown(given[option.field]) for option in options.values() if option.field in given
        }
        raise Wrong(
            where, complaint(first, options, scene, words, lambda one: f"{group}.{one.field}")
        ) from None


def _job(
    entry: Entry,
    params: SceneParams,
    look: Mapping[str, Any],
    place: list[str | int],
    places: Mapping[str, list[str | int]],
    folder: Path,
    out_dir: Path,
) -> tuple[Job, Settings]:
    for key, value in look.items():
        own = getattr(entry, key, None) is not None
        where = places.get(key, [*place, key] if own else ["defaults", key])
        try:
            Look.model_validate({key: value})
            _check(key, value)
        except ValidationError as error:
            first: Any = {**error.errors()[0], "loc": (key,)}
            raise Wrong(where, complaint_of_file(first, Look)) from None
        except InputError as error:
            raise Wrong(where, str(error)) from None
    try:
        theme = _theme(look.get("theme", DEFAULT_THEME), folder)
    except InputError as error:
        own = entry.theme is not None
        raise Wrong(
            places.get("theme", [*place, "theme"] if own else ["defaults", "theme"]), str(error)
        ) from None
    try:
        how = settings(
            look.get("quality"),
            _size(look["size"]) if "size" in look else None,
            look.get("fps"),
            tuple(look["formats"]) if "formats" in look else None,
            look.get("transparent", False),
            look.get("gif_width"),
            names=NAMES,
        )
        job = job_of(
            entry.scene,
            params.model_dump(mode="json"),
            params.defaults(),
            how,
            lang=look.get("lang", DEFAULT_LANG),
            theme=theme,
            out_dir=out_dir,
            name=entry.name,
        )
        check_name(job.name, "name")
    except InputError as error:
        raise Wrong(place, str(error)) from None
    return job, how


def _check(key: str, value: Any) -> None:
    """Refuse a value that is of the right kind, but none of those there are."""
    choices: dict[str, Sequence[str]] = {"lang": languages(), "formats": FORMATS, "quality": tuple(QUALITIES)}
    for one in value if isinstance(value, list) else [value]:
        if key in choices and one not in choices[key]:
            raise InputError(f"{key} is {shown(one)}; it must be one of {', '.join(choices[key])}")
    if key == "size":
        _size(value)


def _size(value: str | Sequence[int]) -> tuple[int, int]:
    text = value if isinstance(value, str) else ",".join(map(str, value))
    return size_of(text, "size")


def _theme(name: str, folder: Path) -> Theme:
    return _theme_at(str(folder / name) if name.lower().endswith(".toml") else name)


_theme_at = functools.lru_cache(maxsize=64)(theme_of)
