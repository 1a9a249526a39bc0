"""The combinations of one clip of a lesson file: what its matrix multiplies out to, checked key by key."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from lranim.errors import nearest
from lranim.lesson.file import LOOK_KEYS, Entry, Look
from lranim.lesson.options import Options
from lranim.look.tables import complaint, shown
from lranim.look.text import DEFAULT_LANG
from lranim.look.theme import DEFAULT_THEME

MOST_CLIPS = 10_000
"""A lesson of more is taken for a slip of the pen."""

Place = tuple[str | int, ...]
"""Keys and indices that lead to a place in the file."""


class Wrong(Exception):
    """Something is wrong at a place in the file."""

    def __init__(self, path: Sequence[str | int], text: str) -> None:
        super().__init__(text)
        self.path = path


@dataclass(frozen=True, kw_only=True)
class Combination:
    """One clip, as far as the file alone says.

    Parameters
    ----------
    params
        Options of the scene that are given.
    look
        Settings, the defaults put in; `lang` and `theme` are one each.
    places
        Where in the file each of them stands.
    """

    params: dict[str, Any]
    look: dict[str, Any]
    places: Mapping[str, Place]


def combinations(index: int, entry: Entry, defaults: Look, options: Options) -> list[Combination]:
    """Multiply out a clip: the first key of its matrix varies slowest, its languages fastest.

    Parameters
    ----------
    index
        The number of the clip in the file, from 0.
    entry
        The clip.
    defaults
        The lesson's defaults.
    options
        Those of the clip's scene.

    Raises
    ------
    Wrong
        A key is unknown or given twice, or a value in the matrix cannot be used.
    """
    place: Place = ("clip", index)
    axes = _axes(place, entry, options)
    look, places = _look(place, entry, defaults, axes)
    spread = {
        key: dict.fromkeys([given] if isinstance(given, str) else given)
        for key, given in (
            ("theme", look.pop("theme", DEFAULT_THEME)),
            ("lang", look.pop("lang", DEFAULT_LANG)),
        )
        if key not in axes
    }
    rows: dict[str, list[Any]] = {**axes, **{key: list(values) for key, values in spread.items()}}
    count = math.prod(len(values) for values in rows.values())
    if count > MOST_CLIPS:
        raise Wrong(
            (*place, "matrix"),
            f"the clip comes in {count:,} combinations; a lesson has at most {MOST_CLIPS:,} clips",
        )
    return [
        Combination(
            params={**entry.params, **{key: chosen[key] for key in chosen if key in options}},
            look=look | {key: chosen[key] for key in chosen if key not in options},
            places=places,
        )
        for chosen in _product(rows)
    ]


def _product(rows: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    for values in itertools.product(*rows.values()):
        yield dict(zip(rows, values, strict=True))


def _axes(place: Place, entry: Entry, options: Options) -> dict[str, list[Any]]:
    """The matrix, each of its values known to be of the right kind."""
    given = {**dict.fromkeys(entry.settings(), "the clip"), **dict.fromkeys(entry.params, "params")}
    for key in entry.params:
        if key not in options:
            hint = "that is a key of the clip itself" if key in LOOK_KEYS else nearest(key, options)
            raise Wrong((*place, "params", key), f"{options.scene} has no option {key}; {hint}")
    axes = {}
    for key, values in entry.matrix.items():
        where = (*place, "matrix", key)
        if key not in options and key not in LOOK_KEYS:
            known = [*options, *LOOK_KEYS]
            raise Wrong(where, f"matrix has no {key} for {options.scene}; {nearest(key, known)}")
        if key in given:
            raise Wrong(where, f"{key} is given in matrix and in {given[key]}; give it once")
        if not isinstance(values, list) or not values:
            about = "it must be a list of values, such as { lr = [0.1, 0.3] }"
            raise Wrong(where, f"matrix.{key} is {shown(values)}; {about}")
        axes[key] = values if key in options else [_setting(where, key, value) for value in values]
    return axes


def _setting(where: Place, key: str, value: Any) -> Any:
    """One of a matrix's values for a key of `LOOK_KEYS`."""
    try:
        setting = Look.model_validate({key: value}).settings()[key]
    except ValidationError as error:
        words = complaint({**error.errors()[0], "loc": (key,), "input": value}, Look)
        raise Wrong(where, f"matrix.{words}") from None
    if key in ("lang", "theme") and not isinstance(setting, str):
        raise Wrong(where, f"matrix.{key} has {shown(value)} in it; give each {key} by itself")
    return setting


def _look(
    place: Place, entry: Entry, defaults: Look, axes: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Place]]:
    """The settings of a clip that do not vary, and where each key of it is given."""
    own, base = entry.settings(), defaults.settings()
    if "quality" in own or "quality" in axes:  # it stands for both, and what a clip says wins
        base = {key: value for key, value in base.items() if key not in ("size", "fps")}
    if "gif" not in own.get("formats", ["gif"]):
        base = {key: value for key, value in base.items() if key not in ("gif_width", "gif_loops")}
    limits = ("max_size", "for")
    if any(key in own or key in axes for key in limits) or set(own.get("formats", ())) == {"png"}:
        base = {key: value for key, value in base.items() if key not in limits}
    places: dict[str, Place] = {
        **{key: ("defaults", key) for key in base},
        **{key: (*place, key) for key in own},
        **{key: (*place, "params", key) for key in entry.params},
        **{key: (*place, "matrix", key) for key in axes},
        **({"name": (*place, "name")} if entry.name is not None else {}),
    }
    return {key: value for key, value in {**base, **own}.items() if key not in axes}, places
