"""A scene's options: what they are called, what they must be in words, and the check of what is given."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest
from jsonschema import Draft202012Validator
from pydantic import Field, field_validator, model_validator

from lranim.catalogue import registry
from lranim.errors import InputError
from lranim.options.fields import checked, options_of, requirement, schema_of, shapes
from lranim.params import SceneParams


class Params(SceneParams):
    """All kinds of fields."""

    lr: float = Field(0.3, gt=0, le=20, description="Learning rate.")
    top_speed: float = Field(1.0, ge=1, lt=5, description="Speed.", json_schema_extra={"unit": "m/s"})
    steps: int = Field(12, ge=1, le=1000, description="How many.", json_schema_extra={"unit": "steps"})
    cost: Literal["bowl", "ravine"] = Field("bowl", description="The cost.")
    start: float | tuple[float, float] | None = Field(None, description="The start.")
    pair: tuple[float, float] = (1.5, -2.0)
    many: tuple[float, ...] = (1.0,)
    smooth: bool = False

    @field_validator("many")
    @classmethod
    def not_seven(cls, many: tuple[float, ...]) -> tuple[float, ...]:
        """Refuse seven, and eight with the flag named."""
        if 7 in many:
            raise ValueError("seven is taken")
        if 8 in many:
            raise ValueError("--many 8 is taken")
        return many

    @model_validator(mode="after")
    def slow_ravine(self) -> Params:
        """Refuse a combination."""
        if self.cost == "ravine" and self.lr > 1:
            raise ValueError(f"--lr {self.lr:g} is too much for the ravine")
        return self


def read(**given: Any) -> SceneParams:
    """Check what was typed."""
    return checked(Params, "x", given, typed=True)


def test_values_are_parsed_from_text() -> None:
    """Numbers, lists, choices and switches come out as their types."""
    texts = {"lr": "1e-3", "steps": "30", "start": "1.5,-2", "pair": "-1, 2", "many": ["4", "5"]}
    right = Params(lr=1e-3, steps=30, start=(1.5, -2), pair=(-1, 2), many=(4, 5), smooth=True)
    assert read(**texts, smooth=True) == right
    assert read(start="-4") == Params(start=-4)


@pytest.mark.parametrize(
    ("flag", "value", "said"),
    [
        (
            "--lr",
            "nan",
            "--lr is nan; it must be a finite number greater than 0 and at most 20 (x: Learning rate.)",
        ),
        ("--lr", "", "--lr is empty; it must be a finite number"),
        (
            "--top-speed",
            "5",
            "--top-speed is 5; it must be a finite number at least 1 and less than 5 (x: Speed.)",
        ),
        ("--steps", "0", "--steps is 0; it must be a whole number from 1 to 1000 (x: How many.)"),
        ("--cost", "bwl", "--cost is bwl; it must be one of bowl, ravine (x: The cost.)"),
        (
            "--start",
            "a",
            "--start is a; it must be a finite number or 2 numbers, such as 1.5,-2 (x: The start.)",
        ),
        ("--pair", "1", "--pair is 1; it must be 2 numbers, such as 1.5,-2 (x)"),
        ("--many", "a", "--many is a; it must be numbers with commas between them, such as 1.5,-2 (x)"),
        ("--many", "7", "--many: seven is taken (x)"),
        ("--many", "8", "--many 8 is taken (x)"),
        ("--smooth", "perhaps", "--smooth is perhaps; it must be true or false (x)"),
    ],
)
def test_a_wrong_value_costs_one_line(flag: str, value: str, said: str) -> None:
    """The line has the option, the value, and what would be right."""
    with pytest.raises(InputError) as caught:
        read(**{flag[2:].replace("-", "_"): value})
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_a_validator_speaks_for_itself() -> None:
    """What a validator of the whole model says is shown as it is."""
    with pytest.raises(InputError) as caught:
        read(cost="ravine", lr="2")
    assert str(caught.value) == "--lr 2 is too much for the ravine (x)"


def test_help_has_description_unit_range_and_default() -> None:
    """One line tells all about an option; a default of None is left to the description."""
    options = options_of(Params)
    assert options["steps"].help("x") == "How many.  [steps; a whole number from 1 to 1000; default: 12]"
    assert options["start"].help("x") == "The start.  [a finite number or 2 numbers, such as 1.5,-2]"
    assert options["pair"].help("x") == "[2 numbers, such as 1.5,-2; default: 1.5,-2]"
    assert options["smooth"].help("x") == "[--smooth or --no-smooth; default: --no-smooth]"


def test_the_schema_is_plain() -> None:
    """`list --json` shows type, bounds, unit, default and description by option, and no titles."""
    assert schema_of(Params)["steps"] == {
        "default": 12,
        "description": "How many.",
        "maximum": 1000,
        "minimum": 1,
        "type": "integer",
        "unit": "steps",
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"lr": "0.3"}, "params.lr is '0.3'; it must be a finite number greater than 0 and at most 20"),
        ({"lr": True}, "params.lr is True; it must be a finite number"),
        ({"steps": 3.0}, "params.steps is 3.0; it must be a whole number"),
        ({"pair": "1,2"}, "params.pair is '1,2'; it must be 2 numbers, such as [1.5, -2]"),
        ({"smooth": "true"}, "params.smooth is 'true'; it must be true or false"),
        ({"many": [8]}, "params.many 8 is taken (x)"),
        ({"lrr": 1}, "x has no option lrr; did you mean lr?"),
    ],
)
def test_values_of_json_are_checked_strictly(given: dict[str, Any], said: str) -> None:
    """No text is a number, and each option is called as it is where it was given."""
    with pytest.raises(InputError) as caught:
        checked(Params, "x", given, named=lambda field: f"params.{field}", write=repr)
    assert str(caught.value).startswith(said)
    assert checked(Params, "x", {"pair": [1, 2], "lr": 1, "start": [3, 4]}).pair == (1, 2)


CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"type": "number"}, "a finite number", "有限的数"),
    ({"type": "number", "minimum": 1}, "a finite number at least 1", "有限的数，至少 1"),
    (
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1.5},
        "a finite number greater than 0 and less than 1.5",
        "有限的数，大于 0 且小于 1.5",
    ),
    ({"type": "boolean"}, "true or false", "true 或 false"),
    ({"type": "string"}, "text", "文字"),
    ({"const": "bowl", "type": "string"}, "bowl", "bowl"),
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
