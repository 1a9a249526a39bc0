"""The lesson file: what may stand where, as pydantic models, and as a JSON schema for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints, WithJsonSchema

from lranim.catalogue import registry
from lranim.look.tables import Table
from lranim.look.text import languages
from lranim.look.themes import theme_names
from lranim.options.fields import schema_of, shapes
from lranim.video.settings import RenderOptions, fitting, one_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"

FILE = r"\.py$"
"""What tells the path of a scene's file from the name of a scene."""

Schema = dict[str, Any]
Language = Annotated[str, *one_of(languages())]
ThemeName = Annotated[
    str,
    fitting(lambda name: name in theme_names() or name.lower().endswith(".toml")),
    WithJsonSchema(
        {
            "anyOf": [{"enum": theme_names()}, {"pattern": r"\.[tT][oO][mM][lL]$"}],
            "type": "string",
            "format": "path",
        }
    ),
]
_Said = Annotated[str, StringConstraints(max_length=300)]
_Noted = Annotated[str, StringConstraints(max_length=20_000)]
Title = _Said | Annotated[dict[Language, _Said], Field(min_length=1)]
Notes = _Noted | Annotated[dict[Language, _Noted], Field(min_length=1)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Some = Field(min_length=1, max_length=100)


class Look(RenderOptions):
    """How clips are rendered: the defaults of a lesson, and what a clip has in their place."""

    lang: Language | Annotated[list[Language], Some] | None = Field(
        None, description=f"one or a list of {', '.join(languages())}"
    )
    theme: ThemeName | Annotated[list[ThemeName], Some] | None = Field(
        None,
        description=f"one or a list of {', '.join(theme_names())}, or of paths of TOML files of your own",
    )

    def given(self) -> dict[str, Any]:
        """What is given of `LOOK_KEYS`."""
        given = {field.alias or name: getattr(self, name) for name, field in Look.model_fields.items()}
        return {key: value for key, value in given.items() if value is not None}


class Entry(Look):
    """One ``[[clip]]``: a scene with its options, once or in every combination of a matrix."""

    scene: Words = Field(
        description="the name of a scene, as lranim list shows them, or the path of a scene file"
    )
    params: dict[str, Any] = Field({}, description="a table of the scene's options, such as { lr = 0.3 }")
    matrix: dict[str, Any] = Field(
        {}, description="a table of lists, such as { lr = [0.1, 0.3] }: the clip comes in every combination"
    )
    title: Title = Field(
        "",
        description="a heading for the slide, of up to 300 characters, or one for each language, "
        'such as { en = "…", zh = "…" }',
    )
    notes: Notes = Field(
        "",
        description="notes for the speaker, of up to 20000 characters, or some for each language, "
        'such as { en = "…", zh = "…" }',
    )
    slide: str = Field(
        "",
        max_length=200,
        description="a word of up to 200 characters: clips with the same one share a slide, in each language",
    )
    name: Words | None = Field(
        None, description="the stem of the files, of up to 200 characters, for a clip that comes once"
    )


class LessonFile(Table):
    """The whole file."""

    title: Title = Field(
        "",
        description="the lesson's title, of up to 300 characters, or one for each language, "
        'such as { en = "…", zh = "…" }',
    )
    defaults: Look = Field(
        Look(), description="a table, [defaults]: how clips are rendered unless they say so"
    )
    clip: list[Entry] = Field(
        min_length=1, description="a list of tables, a [[clip]] for each, of which there is at least one"
    )


LOOK_KEYS = tuple(field.alias or name for name, field in Look.model_fields.items())
"""Keys that may stand among the defaults, in a clip and in its matrix."""


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
