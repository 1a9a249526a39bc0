"""A place for a text near a point, where nothing is in its way (no manim)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from lranim.core.types import Array
from lranim.draw.layout import Box

LIFTS = (3.2, 4.5, 6.0, 8.5, 11.0, 14.0)
"""How far above the point a text is tried, in units."""

ASIDES = (1.4, 5.0, 9.0)
"""How far aside of the point it begins, in units."""

MARGIN = 1.0
"""Between a text and what is in its way, in units."""


def clearing(
    point: Array,
    width: float,
    height: float,
    unit: float,
    *,
    room: Box,
    things: Array,
    taken: Sequence[Box] = (),
    right: bool = True,
) -> Box | None:
    """Find a free place above a point: the nearest there is, at its right or at its left.

    Parameters
    ----------
    point
        In the frame, ``(2,)``.
    width, height
        Of the text.
    unit
        What distances are measured in.
    room
        All of it lies inside.
    things
        Points that must stay free, ``(k, 2)``: a line is a row of them.
    taken
        Where other texts are.
    right
        Whether the right side is tried first.

    Returns
    -------
    Box or None
        The text's place; None when there is none.

    Examples
    --------
    >>> import numpy as np
    >>> wall = np.stack([np.full(50, 2.0), np.linspace(0, 9, 50)], axis=1)
    >>> place = clearing(np.zeros(2), 3.0, 1.0, 0.5, room=Box(-9, 0, 9, 9), things=wall)
    >>> round(place.right, 3), place.bottom
    (-0.7, 1.6)
    """
    margin = MARGIN * unit
    x, y = point.tolist()
    for lift, aside in sorted(product(LIFTS, ASIDES), key=sum):
        for side in (1, -1) if right else (-1, 1):
            near, bottom = x + side * aside * unit, y + lift * unit
            left = near if side > 0 else near - width
            box = Box(left, bottom, left + width, bottom + height)
            wide = box.inset(-margin, -margin, -margin, -margin)
            inside = room.left <= left and box.right <= room.right and box.top <= room.top
            if inside and not _touched(wide, things) and not any(_overlap(wide, other) for other in taken):
                return box
    return None


def _touched(box: Box, things: Array) -> bool:
    x, y = things.T
    return bool(np.any((x > box.left) & (x < box.right) & (y > box.bottom) & (y < box.top)))


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.left < other.right
        and other.left < one.right
        and one.bottom < other.top
        and other.bottom < one.top
    )
