from __future__ import annotations

import pytest

from lranim.function.derive import derive
from lranim.function.parse import parse
from lranim.function.plane_search import places


@pytest.mark.parametrize(
    ("text", "minima"),
    [
        ("-1/sqrt(a**2 + b**2)", []),
        ("-1/(abs(a) + abs(b))", []),
        ("a**2 + b**2 - 1/sqrt((a - 0.31)**2 + b**2)", []),
        ("log(abs(a) + abs(b - 0.2))", []),
        ("sqrt(a**2 + b**2)", [(0.0, 0.0)]),
        ("abs(a) + abs(b - 0.2)", [(0.0, 0.2)]),
    ],
)
def test_a_kink_may_be_a_minimum_and_a_pole_is_none(text: str, minima: list[tuple[float, float]]) -> None:
    """Both are lower than all around them, without a gradient that vanishes."""
    found = [place.at for place in places(derive(parse(text), ["a", "b"])) if place.minimum]
    assert len(found) == len(minima)
    for at, known in zip(found, minima, strict=True):
        assert at == pytest.approx(known, abs=1e-9)
