"""A scene's options: what they are called and must be, in words; and the check of what was given for them."""

from __future__ import annotations

import functools
import inspect
import itertools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lranim.errors import InputError, nearest
from lranim.look.text import DEFAULT_LANG, find, say

if TYPE_CHECKING:
    from pydantic import BaseModel

    from lranim.params import SceneParams

BOUNDS = {
    "exclusiveMinimum": "above",
    "minimum": "at_least",
    "exclusiveMaximum": "below",
    "maximum": "at_most",
}
"""Bounds of a JSON schema, and the texts that go with them."""

KINDS: Mapping[str, type | tuple[type, ...]] = {
    "number": (int, float),
    "integer": int,
    "string": str,
    "boolean": bool,
    "object": dict,
    "null": (),
}
"""Types of JSON, and what TOML's parser and Python have for them; lists are apart."""


class Misfit(InputError):
    """An option, or several together, cannot be used; `field` is the one to blame, if one is."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class SceneOption:
    """One option of a scene.

    Parameters
    ----------
    field
        Name of the field of `Params`.
    schema
        The field's JSON schema: type, bounds, default, description, unit.
    owner
        The class of `lranim.params` that the field is from; empty for a field of the scene's own.
    """

    field: str
    schema: Mapping[str, Any]
    owner: str = ""

    @property
    def flag(self) -> str:
        """How the option is typed: ``--start``."""
        return "--" + self.field.replace("_", "-")

    @property
    def off(self) -> str:
        """How it is turned off, where it `is_switch`."""
        return f"--no-{self.flag[2:]}"

    def description(self, scene: str, lang: str = DEFAULT_LANG) -> str:
        """What the option is; in English, as the field says it, where the language has no words for it."""
        group = self.owner or f"scene.{scene}"
        return find(lang, f"help.{group}.{self.field}", self.schema.get("description", ""))

    def described(self, scene: str, lang: str = DEFAULT_LANG) -> dict[str, Any]:
        """The schema with its description, where it has one, in a language."""
        words = self.description(scene, lang)
        return {**self.schema, "description": words} if words else dict(self.schema)

    def help(self, scene: str, lang: str = DEFAULT_LANG) -> str:
        """Description, unit, range and default in one line."""
        unit = self.schema.get("unit")
        notes = [find(lang, f"help.unit.{unit}", unit)] if unit else []
        notes.append(self.typed(lang))
        if (default := self.schema.get("default")) not in (None, []):
            switch = self.flag if default else self.off
            value = switch if self.is_switch else value_text(default)
            notes.append(say(lang, "help.value.default", value=value))
        return f"{self.description(scene, lang)}  [{joined(lang, 'notes', notes)}]".strip()

    def typed(self, lang: str = DEFAULT_LANG) -> str:
        """What is typed for it on a command line."""
        if self.is_switch:
            return joined(lang, "either", [self.flag, self.off])
        return requirement(self.schema, lang)

    @property
    def is_path(self) -> bool:
        """Whether the value is the path of a file."""
        return any(shape.get("format") == "path" for shape in (self.schema, *shapes(self.schema)))

    @property
    def is_switch(self) -> bool:
        """Whether it is on or off: ``--state``, ``--no-state``."""
        return [shape.get("type") for shape in shapes(self.schema)] == ["boolean"]

    @property
    def collects(self) -> bool:
        """Whether the field is a list of any length: a repeated option gives its items.

        A point, a list of fixed length, is one value: such an option, repeated, stands for several points.
        """
        return any(
            shape.get("type") == "array" and fixed_length(shape) is None for shape in shapes(self.schema)
        )

    def parsed(self, given: bool | str | Sequence[str]) -> bool | str | list[str]:
        """Give what was typed the shape pydantic wants: a list where the field holds several numbers."""
        if isinstance(given, bool):
            return given
        text = given if isinstance(given, str) else ",".join(given)
        found = shapes(self.schema)
        if any(shape.get("type") == "array" for shape in found) and ("," in text or len(found) == 1):
            return [part.strip() for part in text.split(",")]
        return text


def schema_of(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """Each field's JSON schema in field order, without titles, references put in."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    return {field: _plain(value, definitions) for field, value in schema.get("properties", {}).items()}


def _plain(schema: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_plain(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        named = definitions[schema["$ref"].rsplit("/", 1)[-1]]
        schema = {**named, **{key: value for key, value in schema.items() if key != "$ref"}}
    return {key: _plain(value, definitions) for key, value in schema.items() if key != "title"}


@functools.cache  # a batch asks for each of its clips
def options_of(params_class: type[SceneParams]) -> dict[str, SceneOption]:
    """Make the options of a scene, by field, in field order."""
    parts = [(part, inspect.get_annotations(part)) for part in params_class.__mro__]
    found = {}
    for field, schema in schema_of(params_class).items():
        last = next(part for part, annotations in parts if field in annotations)
        found[field] = SceneOption(field, schema, last.__name__ if last.__module__ == "lranim.params" else "")
    return found


def is_kind(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value is of the kind of JSON that a schema asks for; how large it is does not count.

    Pydantic's own strict mode would refuse lists where a tuple is meant, and its usual one takes "0.3".

    Examples
    --------
    >>> is_kind({"type": "number"}, 3), is_kind({"type": "number"}, True), is_kind({"type": "number"}, "3")
    (True, False, False)
    """
    if "anyOf" in schema:
        return any(is_kind(shape, value) for shape in schema["anyOf"])
    kind = schema.get("type", "")
    if kind == "array":
        few, many = schema.get("minItems", 0), schema.get("maxItems", math.inf)
        items = schema.get("prefixItems", itertools.repeat(schema.get("items", {})))
        right = isinstance(value, list) and few <= len(value) <= many
        return right and all(is_kind(shape, one) for shape, one in zip(items, value, strict=False))
    return kind not in KINDS or (
        isinstance(value, KINDS[kind]) and (kind == "boolean") == isinstance(value, bool)
    )


def checked(
    params_class: type[SceneParams],
    scene: str,
    given: Mapping[str, Any],
    *,
    typed: bool = False,
    named: Callable[[str], str] = lambda field: "--" + field.replace("_", "-"),
    write: Callable[[Any], str] = lambda value: value_text(value),
) -> SceneParams:
    """Check the options that were given for a scene, wherever that was.

    Parameters
    ----------
    params_class
        The scene's `Params`.
    scene
        The scene's name, for messages.
    given
        Value by field.
    typed
        Whether values are texts, several for a list. Otherwise "0.3" is no number, and neither is true.
    named
        How the option of a field is called where it was given.
    write
        How a value is written there.

    Raises
    ------
    Misfit
        One line for the first value that cannot be used.
    """
    from pydantic import ValidationError

    options = options_of(params_class)
    for field, value in given.items():
        if field not in options:
            raise Misfit(f"{scene} has no option {field}; {nearest(field, options)}", field)
        if not typed and value is not None and not is_kind(options[field].schema, value):
            raise _misfit(options[field], scene, value, named, write)
    values = {field: options[field].parsed(given[field]) if typed else given[field] for field in given}
    try:
        return params_class.model_validate(values)
    except InputError as error:  # a file that an option names
        raise Misfit(str(error), next((field for field in given if options[field].is_path), "")) from None
    except ValidationError as error:
        first: Any = error.errors()[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    if field and first["type"] != "value_error":
        raise _misfit(options[field], scene, given.get(field, ""), named, write)
    # A validator that speaks for itself, of one field or of all together. Scenes speak of flags.
    words = str(first["ctx"]["error"]) if first["type"] == "value_error" else first["msg"]
    said = re.split(r"[^\w-]+", words)
    told = [option.field for option in options.values() if option.flag in said]
    blamed = min(set(told) & set(given), key=lambda field: said.index(options[field].flag), default="")
    prefix = f"{named(field)}: " if field and field not in told else ""
    for other in told:
        words = re.sub(rf"(?<!\S){options[other].flag}(?![\w-])", lambda _, one=other: named(one), words)
    raise Misfit(f"{prefix}{words} ({scene})", field or blamed)


def _misfit(
    option: SceneOption,
    scene: str,
    value: Any,
    named: Callable[[str], str],
    write: Callable[[Any], str],
) -> Misfit:
    about = f"{scene}: {option.schema['description']}" if option.schema.get("description") else scene
    must = requirement(option.schema, write=write)
    return Misfit(
        f"{named(option.field)} is {write(value) or 'empty'}; it must be {must} ({about})", option.field
    )


def value_text(value: Any) -> str:
    """Write a JSON-ready option value as it is typed on the command line.

    >>> value_text(0.9), value_text(30.0), value_text([1.5, -2.0]), value_text(None)
    ('0.9', '30', '1.5,-2', 'none')
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, list | tuple):
        return ",".join(value_text(item) for item in value)
    return str(value)


def shapes(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """List the alternatives that a value may be, without null (an option that is not given)."""
    return [shape for shape in schema.get("anyOf", [schema]) if shape.get("type") != "null"]


def fixed_length(schema: Mapping[str, Any]) -> int | None:
    """How many items an array must have; None if that is not fixed."""
    if "prefixItems" in schema:
        return len(schema["prefixItems"])
    low, high = schema.get("minItems"), schema.get("maxItems")
    return high if high is not None and low == high else None


def requirement(
    schema: Mapping[str, Any], lang: str = DEFAULT_LANG, write: Callable[[Any], str] = value_text
) -> str:
    """What a value must be, as the end of "it must be ...".

    Parameters
    ----------
    schema
        The option's JSON schema.
    lang
        Language of the words.
    write
        How a value is written where it is given: an example of a list is written so.

    Examples
    --------
    >>> requirement({"type": "integer", "minimum": 1, "maximum": 500})
    'a whole number from 1 to 500'
    >>> requirement({"type": "integer", "minimum": 1, "maximum": 500}, "zh")
    '整数，从 1 到 500'
    """
    found = shapes(schema)
    if len(found) != 1 or found[0] is not schema:
        return joined(lang, "either", [requirement(shape, lang, write) for shape in found])
    if "enum" in schema:
        choices = joined(lang, "list", [value_text(value) for value in schema["enum"]])
        return say(lang, "help.value.one_of", choices=choices)
    if "const" in schema:
        return value_text(schema["const"])
    kind = schema.get("type")
    if kind == "array":
        return _array(schema, lang, write)
    noun = say(lang, f"help.value.{kind if kind in ('number', 'integer', 'boolean') else 'text'}")
    bounds = _bounds(schema, lang)
    return say(lang, "help.value.bounded", kind=noun, bounds=bounds) if bounds else noun


def joined(lang: str, key: str, parts: list[str]) -> str:
    """Put texts together with one of the texts under ``help.value`` that join ``{one}`` and ``{other}``."""
    return functools.reduce(lambda one, other: say(lang, f"help.value.{key}", one=one, other=other), parts)


def _array(schema: Mapping[str, Any], lang: str, write: Callable[[Any], str]) -> str:
    fixed = fixed_length(schema)
    low, high = (schema.get("minItems", 0), schema.get("maxItems")) if fixed is None else (fixed, fixed)
    items = schema.get("items") or {}
    if "enum" in items:
        names, least = items["enum"], max(low, 1)
        choices = joined(lang, "list", [value_text(name) for name in names])
        return say(lang, "help.value.some_of", low=least, high=high or len(names), choices=choices)
    if high is None:
        kind = say(lang, "help.value.numbers")
    elif low == high:
        kind = say(lang, "help.value.array", count=high)
    else:
        kind = say(lang, "help.value.array_between", low=max(low, 1), high=high)
    made_up = _made_up(items)
    example = write(schema.get("examples", [[made_up[i % len(made_up)] for i in range(high or 2)]])[0])
    if bounds := _bounds(items, lang):
        kind = say(lang, "help.value.each", kind=kind, bounds=bounds)
        # The default keeps to the bounds, which made-up numbers need not.
        example = write(schema["default"]) if schema.get("default") else example
    return say(lang, "help.value.such_as", kind=kind, example=example)


def _made_up(items: Mapping[str, Any]) -> list[float]:
    """Numbers for an example, within the bounds of an array's items."""
    low = max(items.get("minimum", -math.inf), items.get("exclusiveMinimum", -math.inf))
    high = min(items.get("maximum", math.inf), items.get("exclusiveMaximum", math.inf))
    if found := [value for value in (1.5, -2, 3) if low < value < high]:
        return found
    if math.isfinite(low) and math.isfinite(high):
        return [(low + high) / 2]
    return [low + 1 if math.isfinite(low) else high - 1]


def _bounds(schema: Mapping[str, Any], lang: str) -> str:
    bound = {key: value_text(schema[key]) for key in BOUNDS if key in schema}
    if {"minimum", "maximum"} <= set(bound):
        return say(lang, "help.value.between", low=bound["minimum"], high=bound["maximum"])
    words = [say(lang, f"help.value.{BOUNDS[key]}", bound=value) for key, value in bound.items()]
    return joined(lang, "both", words) if words else ""
