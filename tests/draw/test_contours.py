from __future__ import annotations

import numpy as np
import pytest

from lranim.core.types import Array
from lranim.draw.contours import below

GRID = np.linspace(-2.0, 2.0, 81)
A, B = np.meshgrid(GRID, GRID, indexing="ij")


def area(outlines: list[Array]) -> float:
    """Signed area: the region is on the left, so holes count as negative."""
    return sum(float(np.sum(o[:-1, 0] * o[1:, 1] - o[1:, 0] * o[:-1, 1])) / 2 for o in outlines)


def test_circle() -> None:
    """The level 1 of a² + b² is one closed circle of radius 1, run anticlockwise."""
    [circle] = below(A**2 + B**2, GRID, GRID, 1.0)
    assert np.array_equal(circle[0], circle[-1])
    assert np.abs(np.hypot(*circle.T) - 1).max() < 1e-3
    assert area([circle]) == pytest.approx(np.pi, rel=1e-3)


def test_ring_has_a_hole() -> None:
    """A region with a hole has two outlines, the hole run the other way."""
    outlines = below(np.abs(np.hypot(A, B) - 1.2), GRID, GRID, 0.4)
    assert len(outlines) == 2
    assert area(outlines) == pytest.approx(np.pi * (1.6**2 - 0.8**2), rel=2e-3)


def test_frame_closes_the_region() -> None:
    """A region cut by the frame is closed along the frame."""
    [half] = below(A, GRID, GRID, 0.5)
    assert area([half]) == pytest.approx(2.5 * 4.0)
    assert half.min(axis=0).tolist() == [-2.0, -2.0]


def test_saddle_both_ways() -> None:
    """At a saddle the two pieces join or part with the level, and never cross."""
    assert len(below(A * B, GRID, GRID, -0.01)) == 2
    x = np.array([0.0, 1.0])
    corners = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert len(below(corners, x, x, 0.4)) == 2
    assert len(below(corners, x, x, 0.6)) == 1


@pytest.mark.parametrize("level", [-1.0, 99.0])
def test_nothing_or_everything(level: float) -> None:
    """Below the lowest value there is no outline; above the highest it is the whole frame."""
    outlines = below(A**2 + B**2, GRID, GRID, level)
    assert area(outlines) == pytest.approx(0.0 if level < 0 else 16.0)
