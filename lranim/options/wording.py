"""What an option's value must be, in words, from the option's JSON schema."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from lranim.look.text import DEFAULT_LANG, say

BOUNDS = {
    "exclusiveMinimum": "above",
    "minimum": "at_least",
    "exclusiveMaximum": "below",
    "maximum": "at_most",
}
"""Bounds of a JSON schema, and the texts that go with them."""


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
    return reduce(lambda one, other: say(lang, f"help.value.{key}", one=one, other=other), parts)


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
