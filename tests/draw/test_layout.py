from __future__ import annotations

import numpy as np
import pytest

from lranim.draw.layout import Box, Layout


def test_box() -> None:
    """Sides, middle and border."""
    box = Box(-1.0, 0.0, 3.0, 2.0)
    assert (box.width, box.height) == (4, 2)
    assert box.centre.tolist() == [1, 1]
    assert box.inset(0.1, 0.2, 0.3, 0.4) == Box(-0.9, 0.2, 2.7, 1.6)


@pytest.mark.parametrize("size", [(854, 480), (1000, 600), (640, 480), (480, 854), (2000, 400)])
def test_parts_lie_apart_inside_the_frame(size: tuple[int, int]) -> None:
    """Title, picture, panel and caption share the frame without overlap; three fifths are the picture's."""
    width, height = 8.0 * size[0] / size[1], 8.0
    layout = Layout.of(width, height)
    unit, picture, panel = layout.unit, layout.picture, layout.panel
    assert layout.frame.width == pytest.approx(width)
    assert layout.frame.left < picture.left < picture.right < panel.left < panel.right < layout.frame.right
    assert picture.width / width == pytest.approx(0.61, abs=0.02)
    # A title's letters hang 1.5 units below their baseline and its chip 2; a caption is 4 units high.
    assert layout.title[1] - 2 * unit > picture.top
    assert layout.title[1] + 6 * unit < layout.frame.top
    assert layout.frame.bottom + 2 * unit < layout.caption[1] < picture.bottom - 4 * unit
    assert (picture.bottom, picture.top) == (panel.bottom, panel.top)
    assert unit * 100 == pytest.approx(min(height, width * 9 / 16))
    assert np.allclose(layout.title[0], layout.caption[0])
