"""What tests of drawing share: a typesetter, and where ink lies."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from manim import VMobject

from lranim.draw.layout import Box, Layout
from lranim.draw.lettering import Typesetter
from lranim.look.fonts import check_fonts
from lranim.look.theme import THEMES


@pytest.fixture(scope="session")
def setter() -> Typesetter:
    """Makes the lettering of the dark theme on a frame of 16:9."""
    theme = THEMES["dark"]
    return Typesetter(theme, check_fonts(theme.fonts, "").used, Layout(8 * 16 / 9, 8).unit)


@pytest.fixture(scope="session")
def ink() -> Callable[[VMobject], Box]:
    """Measure the rectangle that a mobject's ink fills."""

    def measure(mobject: VMobject) -> Box:
        points = np.concatenate([part.points for part in mobject.get_family() if len(part.points)])[:, :2]
        return Box(*points.min(axis=0).tolist(), *points.max(axis=0).tolist())

    return measure
