from __future__ import annotations

import numpy as np
import pytest

from lranim.logs import Shape, rate_shape
from lranim.logs.log import series

T = np.linspace(0, 1, 101)
WARM = np.minimum(T / 0.1, 1)


@pytest.mark.parametrize(
    ("rate", "shape", "peak", "turns"),
    [
        (np.full(101, 3e-4), Shape.FLAT, 0, 0),
        (WARM, Shape.RISE, 10, 1),
        (WARM * np.where(T < 0.9, 0.9995, 1), Shape.RISE, 10, 1),
        (1 - T, Shape.FALL, 0, 0),
        (1 - 0.15 * T, Shape.FALL, 0, 0),
        (1 - 0.05 * T, Shape.FALL, 0, 0),
        (0.5 ** (10 * T // 3), Shape.FALL, 0, 0),
        (WARM * (1 + np.cos(np.pi * T)) / 2, Shape.BOTH, 10, 1),
        (1 - np.abs(2 * T - 1), Shape.BOTH, 50, 1),
        ((1 + np.cos(np.pi * (3.99 * T % 1))) / 2, Shape.WAVES, 0, 3),
        (np.abs(2 * T - 1), Shape.WAVES, 0, 1),
    ],
)
@pytest.mark.parametrize("size", [1e-6, 1.0])
def test_shapes(rate: np.ndarray, shape: Shape, peak: float, turns: int, size: float) -> None:
    """Of the usual schedules, whatever their size."""
    found = rate_shape(series(step=np.arange(101), value=size * rate))
    assert (found.shape, found.turns) == (shape, turns)
    assert found.peak == pytest.approx(peak, abs=1)
