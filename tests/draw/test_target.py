from __future__ import annotations

import numpy as np
import pytest

from lranim.draw.target import Target
from lranim.look.theme import THEMES


def test_a_ring_around_a_small_dot() -> None:
    """Both about the place, in the minimum's colour, and with one opacity."""
    target = Target(THEMES["light"], np.array([1.0, -2.0]), 0.3)
    ring, dot = target.parts
    for part, radius in ((ring, 0.3), (dot, 0.1)):
        assert part.get_center()[:2] == pytest.approx([1.0, -2.0])
        assert part.width == pytest.approx(2 * radius)
    assert (ring.filled, dot.filled) == (False, True)
    assert {part.get_color().to_hex().upper() for part in (ring, dot)} == {THEMES["light"].minimum}
    target.set_alpha(0.25)
    assert [part.opacity for part in target.parts] == [0.25, 0.25]
