"""The bridge between a scene's `Params` and text: options typed on a command line, help, messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lranim.errors import InputError
from lranim.params import SceneParams
from lranim.render.job import value_text


@dataclass(frozen=True)
class SceneOption:
    """One option of a scene.

    Parameters
    ----------
    field
        Name of the field of `Params`.
    schema
        The field's JSON schema: type, bounds, default, description, unit.
    """

    field: str
    schema: Mapping[str, Any]

    @property
    def flag(self) -> str:
        """How the option is typed: ``--start``."""
        return "--" + self.field.replace("_", "-")

    @property
    def requirement(self) -> str:
        """What a value must be, as the end of "it must be ..."."""
        return _requirement(self.schema)

    @property
    def help(self) -> str:
        """Description, unit, range and default in one line."""
        notes = [self.schema["unit"]] if self.schema.get("unit") else []
        notes.append(self.requirement)
        if self.schema.get("default") is not None:
            notes.append(f"default: {value_text(self.schema['default'])}")
        return f"{self.schema.get('description', '')}  [{'; '.join(notes)}]".strip()

    @property
    def collects(self) -> bool:
        """Whether the field is a list of any length: a repeated option gives its items.

        A point, a list of fixed length, is one value: such an option, repeated, stands for several points.
        """
        return any(
            shape.get("type") == "array" and _fixed_length(shape) is None for shape in _shapes(self.schema)
        )

    def split(self, text: str) -> str | list[str]:
        """Give a value's text the shape pydantic wants: a list where the field holds several numbers."""
        shapes = _shapes(self.schema)
        if any(shape.get("type") == "array" for shape in shapes) and ("," in text or len(shapes) == 1):
            return [part.strip() for part in text.split(",")]
        return text

    def gather(self, texts: Sequence[str]) -> str | list[str]:
        """Give the texts of an option that `collects` the shape pydantic wants: all their items in a row."""
        if len(texts) == 1:
            return self.split(texts[0])
        return [part.strip() for text in texts for part in text.split(",")]


def schema_of(params_class: type[SceneParams]) -> dict[str, dict[str, Any]]:
    """Each field's JSON schema in field order, without titles, references put in."""
    schema = params_class.model_json_schema()
    definitions = schema.get("$defs", {})
    return {field: _plain(value, definitions) for field, value in schema.get("properties", {}).items()}


def options_of(params_class: type[SceneParams]) -> dict[str, SceneOption]:
    """Make the options of a scene, by flag, in field order."""
    options = (SceneOption(field, schema) for field, schema in schema_of(params_class).items())
    return {option.flag: option for option in options}


def parse(
    params_class: type[SceneParams], scene: str, given: Mapping[str, str | Sequence[str]]
) -> SceneParams:
    """Validate options given as text.

    Parameters
    ----------
    params_class
        The scene's `Params`.
    scene
        The scene's name, for messages.
    given
        Value by flag (``{"--lr": "0.9"}``), or values of an option that `collects`; every flag must be one of
        `options_of`.

    Raises
    ------
    InputError
        One line for the first value that cannot be used.
    """
    from pydantic import ValidationError

    options = options_of(params_class)
    texts = {flag: [value] if isinstance(value, str) else list(value) for flag, value in given.items()}
    values = {options[flag].field: options[flag].gather(parts) for flag, parts in texts.items()}
    try:
        return params_class.model_validate(values)
    except ValidationError as error:
        words = {flag: ",".join(parts) for flag, parts in texts.items()}
        raise InputError(_message(error.errors()[0], options, scene, words)) from None


def _message(
    error: Mapping[str, Any], options: Mapping[str, SceneOption], scene: str, given: Mapping[str, str]
) -> str:
    """Pydantic's first complaint as one plain line."""
    own_words = str(error["ctx"]["error"]) if error["type"] == "value_error" else ""
    field = str(error["loc"][0]) if error["loc"] else ""
    option = next((option for option in options.values() if option.field == field), None)
    if own_words or option is None:  # a validator that speaks for itself, of one field or of all together
        words = own_words or error["msg"]
        prefix = f"{option.flag}: " if option and option.flag not in words else ""
        return f"{prefix}{words} ({scene})"
    about = f"{scene}: {option.schema['description']}" if option.schema.get("description") else scene
    value = given.get(option.flag) or "empty"
    return f"{option.flag} is {value}; it must be {option.requirement} ({about})"


def _plain(schema: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_plain(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        named = definitions[schema["$ref"].rsplit("/", 1)[-1]]
        schema = {**named, **{key: value for key, value in schema.items() if key != "$ref"}}
    return {key: _plain(value, definitions) for key, value in schema.items() if key != "title"}


def _shapes(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """List the alternatives that a value may be, without null (an option that is not given)."""
    return [shape for shape in schema.get("anyOf", [schema]) if shape.get("type") != "null"]


def _requirement(schema: Mapping[str, Any]) -> str:
    shapes = _shapes(schema)
    if len(shapes) != 1 or shapes[0] is not schema:
        return " or ".join(_requirement(shape) for shape in shapes)
    if "enum" in schema:
        return "one of " + ", ".join(value_text(value) for value in schema["enum"])
    if "const" in schema:
        return value_text(schema["const"])
    kind = schema.get("type")
    if kind == "array":
        return _array_requirement(schema)
    noun = {"number": "a finite number", "integer": "a whole number", "boolean": "true or false"}
    return " ".join(part for part in (noun.get(str(kind), "text"), _bounds(schema)) if part)


def _array_requirement(schema: Mapping[str, Any]) -> str:
    fixed = _fixed_length(schema)
    low, high = (schema.get("minItems", 0), schema.get("maxItems")) if fixed is None else (fixed, fixed)
    if high is None:
        return "numbers with commas between them, such as 1.5,-2"
    example = ",".join(("1.5", "-2", "3")[i % 3] for i in range(high))
    count = f"{high}" if low == high else f"{max(low, 1)} to {high}"
    return f"{count} number{'s' * (high > 1)}, such as {example}"


def _fixed_length(schema: Mapping[str, Any]) -> int | None:
    """How many items an array must have; None if that is not fixed."""
    if "prefixItems" in schema:
        return len(schema["prefixItems"])
    low, high = schema.get("minItems"), schema.get("maxItems")
    return high if high is not None and low == high else None


def _bounds(schema: Mapping[str, Any]) -> str:
    bound = {key: value_text(value) for key, value in schema.items() if "imum" in key}
    if "minimum" in bound and "maximum" in bound:
        return f"from {bound['minimum']} to {bound['maximum']}"
    words = {
        "exclusiveMinimum": "greater than",
        "minimum": "at least",
        "exclusiveMaximum": "less than",
        "maximum": "at most",
    }
    return " and ".join(f"{text} {bound[key]}" for key, text in words.items() if key in bound)
