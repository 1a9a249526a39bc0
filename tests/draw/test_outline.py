"""The curve of a cost as pieces: what is left out of it."""

from __future__ import annotations

import numpy as np
import pytest

from lranim.core.types import Array
from lranim.draw.outline import outline, visible
from lranim.function import cost_of


def pieces(function: str, ends: tuple[float, float], heights: tuple[float, float]) -> Array:
    """The visible pieces in data units."""
    return visible(outline(cost_of(function), ends, heights, lambda x, y: np.stack([x, y], axis=-1)))


@pytest.mark.parametrize("function", ["tan(x)", "-tan(x)", "1/(x - 1.5708)"])
def test_no_line_crosses_a_pole(function: str) -> None:
    """A curve is cut where it comes back from the other side, and drawn on both sides of that."""
    curve = pieces(function, (-1.4, 4.5), (-50.0, 50.0))
    rise = np.abs(curve[:, 3, 1] - curve[:, 0, 1])
    beside = (curve[:, 0, 0] < np.pi / 2) & (curve[:, 3, 0] > np.pi / 2)
    assert not beside.any()
    assert rise.max() < 51
    assert curve[:, 0, 0].min() < 1
    assert curve[:, 3, 0].max() > 4


@pytest.mark.parametrize("function", ["tan(x)", "-1/(x - 1.5708)"])
def test_a_curve_does_not_turn_beside_a_pole(function: str) -> None:
    """However coarsely it is drawn there, a curve that rises is drawn rising."""
    curve = pieces(function, (-1.53, 1.65), (-200.0, 100.0))
    assert (np.diff(curve[..., 1], axis=1) >= 0).all()


@pytest.mark.parametrize(
    "function", ["abs(x)*25", "x**2*9", "20*sin(9*x)", "tanh(40*x)*30", "40*abs(sin(3*x))"]
)
def test_other_curves_are_whole(function: str) -> None:
    """Kinks, waves and steep walls are no poles."""
    assert len(pieces(function, (-2.0, 2.0), (-60.0, 60.0))) == 256
