"""What somebody hears who does not see the picture: each ending of each scene, word by word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

ENDINGS: list[tuple[str, dict[str, Any], str]] = [
    (
        "oscillation",
        {},
        "On the cost curve a fixed step of 1.5 from a = 13 ends up alternating between 4 and 2.5; "
        "the minimum is at 3, and it never comes nearer than 0.5.",
    ),
    (
        "oscillation",
        {"cost": "two-minima"},
        "On the cost curve a fixed step of 1.5 from a = 4.6 ends up alternating between 1.6 and 3.1; "
        "the minimum is at 3, and it never comes nearer than 0.1.",
    ),
    (
        "oscillation",
        {"step": 5.0, "steps": 3},
        "On the cost curve a fixed step of 5 from a = 13 happens to lead to the minimum at 3.",
    ),
    (
        "oscillation",
        {"steps": 1},
        "On the cost curve one fixed step of 1.5 from a = 13 ends at 11.5; "
        "the minimum is at 3, and the nearest it comes is 8.5 away.",
    ),
    (
        "oscillation",
        {"steps": 2},
        "On the cost curve 2 fixed steps of 1.5 from a = 13 end at 10; "
        "the minimum is at 3, and the nearest it comes is 7 away.",
    ),
    (
        "slope",
        {},
        "On the cost curve each step is as long as the slope (settles). From a = 13 it takes 10 steps, "
        "the first 5.00 long and the last 0.01; it ends at 3.01, the nearest minimum is at 3.",
    ),
    (
        "slope",
        {"cost": "bowl"},
        "On the cost curve each step is as long as the slope (bounces for ever). From a = 13 it takes "
        "10 steps, the first 20.00 long and the last 20.00; it ends at 13.00, the nearest minimum is at 3.",
    ),
    (
        "learning-rate",
        {"lr": 0.01},
        "Gradient descent on the cost curve with learning rate 0.01 (too small: crawls): "
        "from a = 13 it gets to 8.57 in 29 steps; the nearest minimum is at 3.",
    ),
    (
        "learning-rate",
        {"lr": 0.99},
        "Gradient descent on the cost curve with learning rate 0.99 (jumps from side to side, closes in): "
        "from a = 13 it gets to −2.57 in 29 steps; the nearest minimum is at 3.",
    ),
    (
        "learning-rate",
        {"cost": "two-minima", "start": 5.0},
        "Gradient descent on the cost curve with learning rate 0.3 (settles): "
        "from a = 5 it gets to 3.00 in 29 steps; the nearest minimum is at 3.",
    ),
    (
        "learning-rate",
        {"lr": 0.5, "steps": 1},
        "Gradient descent on the cost curve with learning rate 0.5 (lands at once): "
        "from a = 13 it gets to 3.00 in one step; the nearest minimum is at 3.",
    ),
    (
        "surface",
        {},
        "Gradient descent on the surface of bowl-2d and on its contour map with learning rate 0.1 (settles): "
        "from (−3.52, 2.23) it gets to (0.95, −0.96) in 20 steps, "
        "0.06 from the nearest minimum at (1, −1).",
    ),
]


@pytest.mark.parametrize(("name", "options", "alt"), ENDINGS)
def test_alt_text(tell: Callable[..., Any], name: str, options: dict[str, Any], alt: str) -> None:
    """Start, end and minimum with their numbers, how it ends in words, and a minimum that goes with them."""
    assert tell(name, **options).alt == alt
