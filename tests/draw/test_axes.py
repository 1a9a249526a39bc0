from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lranim.draw.axes import FAR, Axes
from lranim.draw.axis import Axis
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter

BOX = Box(-3, -2, 3, 2)


def test_data_to_frame(setter: Typesetter) -> None:
    """Corners go to corners, any shapes that go together go, and the far out stays finite."""
    axes = Axes(setter, BOX, Axis(-1, 1), Axis(0.01, 100, log=True))
    plot = axes.plot
    assert axes.at([-1, 1, 0], [0.01, 100, 1]) == pytest.approx(
        np.array([[plot.left, plot.bottom], [plot.right, plot.top], plot.centre])
    )
    assert axes.at(np.zeros((4, 1)), np.ones(3)).shape == (4, 3, 2)
    assert axes.at(0, 0)[1] == -FAR
    assert axes.at(1e300, 1)[0] == FAR
    missing = axes.at([0, 0, 0, np.nan, np.inf], [np.nan, np.inf, -1, 1, 1])
    assert np.isnan(missing).all()


def test_lines_lie_where_ticks_are(setter: Typesetter) -> None:
    """Grid lines from side to side at ticks up, on a log axis also at those across; none without a grid."""
    axes = Axes(setter, BOX, Axis(0, 1), Axis(0, 2))
    plot = axes.plot
    lines = axes.grid.points.reshape(-1, 4, 3)[:, [0, 3], :2]
    assert lines[:, :, 0] == pytest.approx(np.tile([plot.left, plot.right], (len(lines), 1)))
    assert lines[:, 0, 1] == pytest.approx(axes.at(0, [value for value, _ in axes.plan.rows])[:, 1])
    log = Axes(setter, BOX, Axis(0.01, 1, log=True), Axis(0, 2))
    assert len(log.grid.points) == 4 * (len(log.rows) + len(log.columns))
    bare = Axes(setter, BOX, Axis(0, 1), Axis(0, 2), grid=False)
    assert not len(bare.grid.points)
    assert len(bare.lines.points) == 8


def test_room_for_another_text_below(setter: Typesetter) -> None:
    """Only the ticks' texts that come near it go."""
    axes = Axes(setter, BOX, Axis(0, 4), Axis(0, 1))
    words = [text.words for text in axes.columns]
    assert words == ["0", "1", "2", "3", "4"]
    place = float(axes.at(2, 0)[0])
    axes.clear_below(place - 0.1, place + 0.1)
    assert [text.words for text in axes.columns] == ["0", "1", "3", "4"]
    assert [text.words for text in axes.texts if text.y == axes.baseline] == ["0", "1", "3", "4"]


def test_axes_fade(setter: Typesetter) -> None:
    """All of them."""
    axes = Axes(setter, BOX, Axis(0, 1, "x"), Axis(0, 1, "y")).set_alpha(0.3)
    shapes = [shape for shape in axes.still.get_family() if len(shape.points)]
    assert {shape.opacity for shape in shapes} == {0.3}


@pytest.mark.parametrize("least", [0.0, 5.3, 6.5])
def test_the_lowest_number_keeps_off_an_exponent_below(setter: Typesetter, ink: Any, least: float) -> None:
    """Also where letters must be large for their frame: 0 at the side and a power of ten under the corner."""
    large = Typesetter(setter.theme, setter.font, setter.unit, least)
    axes = Axes(large, Box(-2, -3, 2, 3), Axis(1e-4, 10, "rate", log=True), Axis(0, 1, "loss"))
    zero, power = axes.rows[0], axes.columns[0]
    assert zero.words == "0"
    assert power.words == "10⁻⁴"
    assert ink(zero).bottom > ink(power).top
