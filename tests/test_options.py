"""Scene options from Params, and pydantic's complaints as plain lines."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import Field, field_validator, model_validator

from lranim.errors import InputError
from lranim.options.fields import options_of, parse, schema_of
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


def test_values_are_parsed_from_text() -> None:
    """Numbers, lists, choices and switches come out as their types."""
    given = {
        "--lr": "1e-3",
        "--steps": "30",
        "--start": "1.5,-2",
        "--pair": "-1, 2",
        "--many": "4",
        "--smooth": "true",
        "--top-speed": "2",
    }
    params = parse(Params, "x", given)
    assert params == Params(
        lr=1e-3, steps=30, start=(1.5, -2), pair=(-1, 2), many=(4,), smooth=True, top_speed=2
    )
    assert parse(Params, "x", {"--start": "-4"}) == Params(start=-4)


@pytest.mark.parametrize(
    ("flag", "value", "said"),
    [
        (
            "--lr",
            "nan",
            "--lr is nan; it must be a finite number greater than 0 and at most 20 (x: Learning rate.)",
        ),
        (
            "--lr",
            "-1",
            "--lr is -1; it must be a finite number greater than 0 and at most 20 (x: Learning rate.)",
        ),
        ("--lr", "inf", "--lr is inf; it must be a finite number greater than 0"),
        ("--lr", "", "--lr is empty; it must be a finite number"),
        (
            "--top-speed",
            "5",
            "--top-speed is 5; it must be a finite number at least 1 and less than 5 (x: Speed.)",
        ),
        ("--steps", "0", "--steps is 0; it must be a whole number from 1 to 1000 (x: How many.)"),
        ("--steps", "1.5", "--steps is 1.5; it must be a whole number from 1 to 1000"),
        ("--cost", "bwl", "--cost is bwl; it must be one of bowl, ravine (x: The cost.)"),
        (
            "--start",
            "a",
            "--start is a; it must be a finite number or 2 numbers, such as 1.5,-2 (x: The start.)",
        ),
        ("--start", "1,2,3", "--start is 1,2,3; it must be a finite number or 2 numbers, such as 1.5,-2"),
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
        parse(Params, "x", {flag: value})
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_a_validator_speaks_for_itself() -> None:
    """What a validator of the whole model says is shown as it is."""
    with pytest.raises(InputError) as caught:
        parse(Params, "x", {"--cost": "ravine", "--lr": "2"})
    assert str(caught.value) == "--lr 2 is too much for the ravine (x)"


def test_help_has_description_unit_range_and_default() -> None:
    """One line tells all about an option; a default of None is left to the description."""
    options = options_of(Params)
    assert options["--steps"].help("x") == "How many.  [steps; a whole number from 1 to 1000; default: 12]"
    assert options["--start"].help("x") == "The start.  [a finite number or 2 numbers, such as 1.5,-2]"
    assert options["--pair"].help("x") == "[2 numbers, such as 1.5,-2; default: 1.5,-2]"


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
