"""The lesson file's JSON schema, for editors that complete and check TOML."""

from __future__ import annotations

from typing import Any

from lranim import registry
from lranim.lesson.file import LOOK_KEYS, LessonFile
from lranim.look.text import languages
from lranim.look.theme import THEMES
from lranim.options import schema_of
from lranim.render.job import FORMATS
from lranim.render.settings import QUALITIES

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def lesson_schema() -> dict[str, Any]:
    """Make the schema: that of the file's models, with a shape of ``[[clip]]`` for each scene."""
    schema = LessonFile.model_json_schema()
    definitions = schema["$defs"]
    entry = definitions.pop("Entry")
    for table in (entry, definitions["Look"]):
        _name_choices(table["properties"])
    for name, info in registry.scenes().items():
        options = schema_of(info.load_light().Params)
        definitions[name] = _clip(entry, name, info.summary, options)
    schema["properties"]["clip"]["items"] = {
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in registry.names()]
    }
    return {"$schema": DIALECT, **schema, "title": "lranim lesson"}


def _name_choices(properties: dict[str, Any]) -> None:
    """Name the choices that the models leave to the tables of languages, themes and formats."""
    choices = {"lang": languages(), "formats": FORMATS, "quality": tuple(QUALITIES)}
    for key, names in choices.items():
        for shape in properties[key]["anyOf"]:
            if shape.get("type") == "string":
                shape["enum"] = list(names)
            elif shape.get("type") == "array":
                shape["items"] = {"enum": list(names)}
    for shape in properties["theme"]["anyOf"]:
        if shape.get("type") == "string":
            shape["examples"] = list(THEMES)


def _clip(entry: dict[str, Any], scene: str, summary: str, options: dict[str, Any]) -> dict[str, Any]:
    rows = dict(entry["properties"])
    single = {key: _single(rows[key]) for key in LOOK_KEYS}
    lists = {key: _list_of(shape) for key, shape in {**single, **options}.items()}
    rows["scene"] = {"const": scene, "description": summary}
    rows["params"] = {**rows["params"], "properties": options, "additionalProperties": False}
    rows["matrix"] = {**rows["matrix"], "properties": lists, "additionalProperties": False}
    return {**entry, "title": scene, "properties": rows}


def _single(shape: dict[str, Any]) -> dict[str, Any]:
    """The shape of one of a key's values: a size may be a list, but languages and themes come one by one."""
    names = [one for one in shape["anyOf"] if one.get("type") != "null"]
    if {one.get("type") for one in names} == {"string", "array"} and "integer" not in str(names):
        names = [one for one in names if one["type"] == "string"]
    return {"anyOf": names}


def _list_of(shape: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": shape, "minItems": 1}
