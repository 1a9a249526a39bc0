"""What a value must be, in words of each language."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lranim.catalogue import registry
from lranim.options.fields import options_of
from lranim.options.wording import requirement, shapes

CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"type": "number"}, "a finite number", "有限的数"),
    ({"type": "number", "minimum": 1}, "a finite number at least 1", "有限的数，至少 1"),
    (
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1.5},
        "a finite number greater than 0 and less than 1.5",
        "有限的数，大于 0 且小于 1.5",
    ),
    ({"type": "integer", "maximum": 9}, "a whole number at most 9", "整数，至多 9"),
    ({"type": "boolean"}, "true or false", "true 或 false"),
    ({"type": "string"}, "text", "文字"),
    ({"const": "bowl", "type": "string"}, "bowl", "bowl"),
    ({"enum": ["bowl"]}, "one of bowl", "bowl 之一"),
    ({"enum": ["bowl", "ravine"]}, "one of bowl, ravine", "bowl、ravine 之一"),
    (
        {"type": "array", "minItems": 1, "maxItems": 1},
        "1 number, such as 1.5",
        "1 个数，例如 1.5",
    ),
    (
        {"type": "array", "minItems": 2, "maxItems": 4},
        "2 to 4 numbers, such as 1.5,-2,3,1.5",
        "2 到 4 个数，例如 1.5,-2,3,1.5",
    ),
    (
        {"type": "array", "maxItems": 4, "items": {"minimum": 0, "maximum": 9}, "default": [0.5, 2.0]},
        "1 to 4 numbers, each from 0 to 9, such as 0.5,2",
        "1 到 4 个数，每个从 0 到 9，例如 0.5,2",
    ),
    (
        {"type": "array", "maxItems": 2, "items": {"exclusiveMinimum": 0, "maximum": 1}},
        "1 to 2 numbers, each greater than 0 and at most 1, such as 0.5,0.5",
        "1 到 2 个数，每个大于 0 且至多 1，例如 0.5,0.5",
    ),
    (
        {"type": "array", "maxItems": 2, "items": {"minimum": 5}},
        "1 to 2 numbers, each at least 5, such as 6,6",
        "1 到 2 个数，每个至少 5，例如 6,6",
    ),
    (
        {"type": "array", "maxItems": 3},
        "1 to 3 numbers, such as 1.5,-2,3",
        "1 到 3 个数，例如 1.5,-2,3",
    ),
    (
        {"type": "array", "minItems": 1, "maxItems": 2, "items": {"enum": ["step", "linear", "cosine"]}},
        "1 to 2 of step, linear, cosine",
        "step、linear、cosine 中的 1 到 2 个",
    ),
    (
        {"type": "array", "items": {"enum": ["step", "linear"]}},
        "1 to 2 of step, linear",
        "step、linear 中的 1 到 2 个",
    ),
    (
        {"type": "array"},
        "numbers with commas between them, such as 1.5,-2",
        "用逗号隔开的数，例如 1.5,-2",
    ),
    (
        {"anyOf": [{"type": "integer"}, {"type": "boolean"}, {"type": "null"}]},
        "a whole number or true or false",
        "整数，或者 true 或 false",
    ),
]


@pytest.mark.parametrize(("schema", "english", "chinese"), CASES)
def test_requirement(schema: dict[str, Any], english: str, chinese: str) -> None:
    """Kind, bounds, number of items and choices; null, an option that is not given, is not told."""
    assert requirement(schema) == english
    assert requirement(schema, "zh") == chinese


def test_an_example_is_written_as_values_are_where_they_are_given() -> None:
    """A file has its lists in brackets."""
    pair = {"type": "array", "minItems": 2, "maxItems": 2}
    assert requirement(pair, write=str) == "2 numbers, such as [1.5, -2]"
    assert requirement({"anyOf": [pair, {"type": "null"}]}, write=str) == "2 numbers, such as [1.5, -2]"


@pytest.mark.parametrize("name", registry.names())
def test_examples_keep_to_the_rule(name: str) -> None:
    """The example of a list that a message gives is one that the option's schema takes."""
    for option in options_of(registry.get(name).load_light().Params).values():
        for shape in shapes(option.schema):
            words = requirement(option.schema, write=json.dumps)
            if shape.get("type") == "array" and " such as " in words:
                example = json.loads(words.rpartition(" such as ")[2])
                assert Draft202012Validator(shape).is_valid(example), words
