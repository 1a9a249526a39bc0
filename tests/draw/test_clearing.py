from __future__ import annotations

import numpy as np
import pytest

from lranim.draw.clearing import ASIDES, LIFTS, MARGIN, clearing
from lranim.draw.layout import Box

ROOM = Box(-20, 0, 20, 20)
NOTHING = np.zeros((0, 2))


@pytest.mark.parametrize("right", [True, False])
def test_an_empty_place_is_taken_on_the_wanted_side(right: bool) -> None:
    """As low as may be, and a little aside of the point."""
    box = clearing(np.array([1.0, 2.0]), 3, 1, 1, room=ROOM, things=NOTHING, right=right)
    assert box is not None
    assert (box.bottom, box.width, box.height) == pytest.approx((2 + LIFTS[0], 3, 1))
    assert (box.left if right else box.right) == pytest.approx(1 + (ASIDES[0] if right else -ASIDES[0]))


def test_it_keeps_off_things_and_texts() -> None:
    """Under a line that falls to the right, and beside a text, the left or a higher place is taken."""
    rng = np.random.default_rng(5)
    found = 0
    for _ in range(200):
        things = rng.uniform((-20, 0), (20, 20), (rng.integers(1, 60), 2))
        other = Box(*(corner := rng.uniform(-15, 5, 2)), *(corner + 6))
        box = clearing(rng.uniform(0, 10, 2), 4, 1, 1, room=ROOM, things=things, taken=[other])
        if box is None:
            continue
        found += 1
        x, y = things.T
        near = (x > box.left - MARGIN) & (x < box.right + MARGIN)
        assert not (near & (y > box.bottom - MARGIN) & (y < box.top + MARGIN)).any()
        assert (
            box.right <= other.left
            or box.left >= other.right
            or box.bottom >= other.top
            or box.top <= other.bottom
        )
        assert ROOM.left <= box.left < box.right <= ROOM.right
        assert box.top <= ROOM.top
    assert found > 50


def test_without_room_there_is_no_place() -> None:
    """A text wider than the room, or a point at its top, gets none."""
    assert clearing(np.zeros(2), 50, 1, 1, room=ROOM, things=NOTHING) is None
    assert clearing(np.array([0.0, 19.0]), 3, 1, 1, room=ROOM, things=NOTHING) is None
