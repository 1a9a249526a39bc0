from __future__ import annotations

import math

import pytest

from lranim.look.text import number, say, short


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (0.0, 2, "0.00"),
        (-0.0, 2, "0.00"),
        (-0.004, 2, "0.00"),
        (-0.006, 2, "−0.01"),
        (1e-7, 2, "0.00"),
        (-6.55, 2, "−6.55"),
        (2.0, 0, "2"),
        (99999.0, 2, "99999.00"),
        (1e5, 2, "1×10⁵"),
        (-123456.0, 2, "−1.2×10⁵"),
        (1e300, 2, "1×10³⁰⁰"),
        (math.inf, 2, "∞"),
        (-math.inf, 2, "−∞"),
        (math.nan, 2, "?"),
    ],
)
def test_number(value: float, digits: int, expected: str) -> None:
    """Fixed digits, a real minus sign that no zero has, powers of ten from 100,000 on, and no nan or inf."""
    assert number(value, digits) == expected
    signed = number(value, digits, sign=True)
    positive = value > 0 and any(char in signed for char in "123456789∞")
    assert signed == ("+" if positive else "") + expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.5, "1.5"),
        (0.1 + 0.2, "0.3"),
        (30, "30"),
        (-0.05, "−0.05"),
        (1e-4, "0.0001"),
        (2.5e-7, "2.5×10⁻⁷"),
        (1e5, "100000"),
        (-1e6, "−1×10⁶"),
        (math.inf, "∞"),
        (math.nan, "?"),
    ],
)
def test_short(value: float, expected: str) -> None:
    """As a person writes a setting: nothing trailing, no computer's exponent, no rounding noise."""
    assert short(value) == expected


def test_say_fills_in_numbers_and_words() -> None:
    """Numbers are written as settings are, words as they are."""
    said = say("en", "start.known", start="a = 13", lowest="a = −0.5")
    assert said == "Start at <point>a = 13</point>. The lowest cost is at <minimum>a = −0.5</minimum>."
    assert "of 29" in say("en", "panel.of", steps=29)


@pytest.mark.parametrize(("key", "values"), [("panel.nothing", {}), ("panel.of", {})])
def test_say_refuses_a_missing_text_or_value(key: str, values: dict[str, object]) -> None:
    """A gap in a sentence is a bug, so it is an error and not a blank."""
    with pytest.raises(KeyError):
        say("en", key, **values)


def test_a_text_takes_the_form_that_goes_with_its_number() -> None:
    """One step is a step, and many are steps."""
    told = {"within": 0.1, "arrival": 1}
    assert "after <minimum>1 step</minimum>." in say("en", "end.settles", **told)
    assert "after <minimum>21 steps</minimum>." in say("en", "end.settles", **told | {"arrival": 21})
    assert "From side to side once," in say("en", "end.jumps", steps=1, away="5.57")
