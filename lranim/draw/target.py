"""The mark of a minimum: a ring around a small dot."""

from __future__ import annotations

import numpy as np

from lranim.core.types import Array
from lranim.draw.curves import Drawn
from lranim.draw.shapes import Shape, discs
from lranim.look.theme import Theme


class Target(Drawn):
    """A ring around a small dot.

    Parameters
    ----------
    theme
        Colours and widths.
    place
        Its middle in the frame, ``(2,)``.
    radius
        Of the ring, in manim units.
    """

    def __init__(self, theme: Theme, place: Array, radius: float) -> None:
        centre = np.reshape(place, (1, 2))
        ring = Shape(stroke=theme.minimum, width=theme.sizes.tangent).draw(discs(centre, radius))
        super().__init__(ring, Shape(fill=theme.minimum).draw(discs(centre, radius / 3)))
