from __future__ import annotations

import time

import pytest

from lranim.function.derive import derive
from lranim.function.parse import parse
from lranim.function.roots import crossing, root


@pytest.mark.parametrize(
    ("text", "low", "high", "at"),
    [
        ("(x - 0.7)**2", 0.5, 1.1, 0.7),
        ("abs(x - 0.7)", 0.5, 1.1, 0.7),
        ("(x - 0.1)**6", -0.13, 0.31, 0.1),
        ("x**4", -0.3, 0.7, 0.0),
    ],
)
def test_a_change_of_sign_is_found_to_the_nearest_float(
    text: str, low: float, high: float, at: float
) -> None:
    """Also where the slope is all but flat about it."""
    found = crossing(derive(parse(text), ["x"]).gradient, low, high)
    assert found == at


def test_numbers_of_millions_of_digits_are_left_alone() -> None:
    """Where exact numbers would take for ever there is no exact place."""
    slope = derive(parse("(x - 11)**2 + sin(exp(exp(x)))"), ["x"]).gradient
    began = time.process_time()
    assert crossing(slope, 10.5, 11.2) is None
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("text", "point", "reach", "found"),
    [
        ("a**2 + (b - 2)**2", (0.0, 1.9), 0.2, (0.0, 2.0)),
        ("a**2 + (b - 2)**2", (0.0, 0.5), 0.2, None),
        ("(a - 2)**2 + b**2", (0.5, 0.0), 0.2, None),
        ("(a - 2)**2 + sqrt(a - 1) + b**2", (0.5, 0.0), 10.0, None),
        ("(a - b)**2", (0.5, 0.0), 10.0, None),
    ],
)
def test_a_root_is_one_near_the_place(
    text: str, point: tuple[float, float], reach: float, found: tuple[float, float] | None
) -> None:
    """None where the steps lead far away, to where the function has no real value, or to a whole line."""
    derived = derive(parse(text), ["a", "b"])
    assert root(derived.gradient, derived.hessian, point, reach) == found
