from __future__ import annotations

import math
import re

import numpy as np
import pytest

from lranim.core.checks import finite, whole


@pytest.mark.parametrize("value", [1, 29, np.int64(7), np.uint8(3)])
def test_whole_numbers_come_back_as_ints(value: int) -> None:
    """Numbers read from an array are whole numbers too."""
    assert whole("steps", value) == value
    assert type(whole("steps", value)) is int


@pytest.mark.parametrize("value", [0, -1, 2.5, 3.0, math.nan, "9", None, True, np.True_])
def test_what_is_not_a_whole_number_is_named(value: object) -> None:
    """The message has the name, what will do, and the value."""
    with pytest.raises(
        ValueError, match=re.escape(f"epochs must be a whole number, 1 or more, got {value!r}")
    ):
        whole("epochs", value)  # type: ignore[arg-type]


def test_the_smallest_whole_number_is_the_callers() -> None:
    """A seed may be 0, and -1 stays refused."""
    assert whole("seed", 0, 0) == 0
    with pytest.raises(ValueError, match="seed must be a whole number, 0 or more, got -1"):
        whole("seed", -1, 0)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -1e-300])
def test_what_is_not_finite_or_too_small_is_named(value: float) -> None:
    """The message has the name, what will do, and the value."""
    with pytest.raises(
        ValueError, match=re.escape(f"noise must be a finite number, 0 or more, got {value!r}")
    ):
        finite("noise", value)


def test_the_least_number_is_in_or_out() -> None:
    """0 will do unless it has to be above."""
    assert finite("rate", 0) == 0.0
    assert type(finite("rate", 1)) is float
    with pytest.raises(ValueError, match="rate must be a finite number above 0, got 0"):
        finite("rate", 0, above=True)
    with pytest.raises(ValueError, match=r"limit must be a finite number above 1, got 1"):
        finite("limit", 1, 1, above=True)
