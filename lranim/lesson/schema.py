"""The lesson file's JSON schema, for editors that complete and check TOML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lranim.catalogue import registry
from lranim.lesson.file import LOOK_KEYS, Entry, LessonFile
from lranim.options.fields import schema_of
from lranim.options.wording import shapes

DIALECT = "https://json-schema.org/draft/2020-12/schema"

FILE = r"\.py$"
"""What tells the path of a scene's file from the name of a scene."""

Schema = dict[str, Any]


def lesson_schema() -> Schema:
    """Make the schema: a table of defaults, and for each scene a shape of ``[[clip]]``.

    What only reading the lesson tells, such as a start outside of a cost's domain, is not in it.

    Examples
    --------
    >>> lesson_schema()["$defs"]["slope"]["properties"]["params"]["properties"]["steps"]["maximum"]
    500
    """
    whole, entry = _fields(schema_of(LessonFile)), _fields(schema_of(Entry))
    look = {key: {"$ref": f"#/$defs/{key}"} for key in LOOK_KEYS}
    scenes = registry.scenes()
    clip = {
        "type": "object",
        "properties": {"scene": {**entry["scene"], "anyOf": [{"enum": list(scenes)}, {"pattern": FILE}]}},
        "required": ["scene"],
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in (*scenes, "scene file")],
    }
    about = {key: whole[key]["description"] for key in whole}
    clips = {"type": "array", "minItems": 1, "items": clip, "description": about["clip"]}
    rows = {
        "title": whole["title"],
        "defaults": _table(look, about["defaults"]),
        "clip": clips,
    }
    return {
        "$schema": DIALECT,
        "$comment": "lranim schema",
        "title": "lranim lesson",
        **_table(rows, "A lesson: the clips of a course in one file.", required=["clip"]),
        "$defs": {
            **{key: entry[key] for key in LOOK_KEYS},
            **{info.name: _clip(info, entry, look) for info in scenes.values()},
            "scene file": _file(entry, look),
        },
    }


def _file(entry: Mapping[str, Schema], look: Mapping[str, Schema]) -> Schema:
    """A clip whose scene is a file of one's own: its options are known to that file alone."""
    rows = {**entry, **look, "scene": {"pattern": FILE, "format": "path"}}
    return _table(rows, "A scene of your own, named by the path of its file.", required=["scene"])


def _clip(info: registry.SceneInfo, entry: Mapping[str, Schema], look: Mapping[str, Schema]) -> Schema:
    options = _fields(schema_of(info.load_light().Params))
    one = {key: look[key] if key not in ("lang", "theme") else entry[key]["anyOf"][0] for key in look}
    rows = {
        **entry,
        **look,
        "scene": {"const": info.name, "description": info.summary},
        "params": _table(options, entry["params"]["description"]),
        "matrix": _table(
            {key: _list_of(shape) for key, shape in {**one, **options}.items()},
            entry["matrix"]["description"],
        ),
    }
    return _table(rows, info.summary, required=["scene"])


def _table(rows: Mapping[str, Schema], about: str, **more: Any) -> Schema:
    shape = {"type": "object", "properties": dict(rows), "additionalProperties": False}
    return {**shape, "description": about, **more}


def _list_of(shape: Schema) -> Schema:
    about = {"description": f"values of: {shape['description']}"} if "description" in shape else {}
    return {"type": "array", "minItems": 1, "items": shape, **about}


def _fields(rows: Mapping[str, Schema]) -> dict[str, Schema]:
    """Fields without null, which TOML has not."""
    return {key: _without_null(shape) for key, shape in rows.items()}


def _without_null(shape: Schema) -> Schema:
    rest = {key: value for key, value in shape.items() if key != "anyOf" and value is not None}
    if "anyOf" not in shape:
        return rest
    kinds = shapes(shape)
    return {**kinds[0], **rest} if len(kinds) == 1 else {"anyOf": kinds, **rest}
