from __future__ import annotations

import pickle

import numpy as np
import pytest

from lranim.core.bowls import MINIMUM, bowl_of
from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import slope
from lranim.core.schedules import constant
from lranim.core.theory import contraction

X = np.linspace(-7, 13, 41)[:, None]


@pytest.mark.parametrize(("name", "curvature"), [("bowl", 2.0), ("gentle-bowl", 0.5)])
def test_two_of_them_are_in_the_table(name: str, curvature: float) -> None:
    """The table's bowls are those of curvature 2 and a half, to the last digit."""
    made, known = bowl_of(curvature), COSTS[name]
    assert np.array_equal(made.value(X), known.value(X))
    assert np.array_equal(made.grad(X), known.grad(X))
    assert (made.domain, made.minima) == (known.domain, known.minima)
    assert made.hessian == known.hessian


@pytest.mark.parametrize("curvature", [0.1, 1.0, 2.2, 100.0])
def test_the_gradient_is_the_values_slope(curvature: float) -> None:
    """Central differences of a quadratic are exact."""
    bowl = bowl_of(curvature)
    slopes = (bowl.value(X + 0.5) - bowl.value(X - 0.5))[:, None]
    assert np.allclose(bowl.grad(X), slopes, rtol=1e-9, atol=1e-9 * curvature)


@pytest.mark.parametrize("curvature", [0.5, 1.0, 2.0, 2.2])
def test_the_slope_alone_multiplies_the_error(curvature: float) -> None:
    """By 1 - k at each step, as theory says of a rate of 1: it shrinks, lands, turns round, grows."""
    run = descend(bowl_of(curvature), slope(), constant(1.0), (13.0,), 6)
    factor = 1 - curvature
    assert np.allclose(run.x[:, 0], MINIMUM + 10 * factor ** np.arange(7))
    assert np.allclose(np.abs(factor), np.abs(contraction(1.0, curvature)))


@pytest.mark.parametrize("curvature", [0.0, -1.0, float("nan"), float("inf")])
def test_a_bowl_needs_a_curvature(curvature: float) -> None:
    """Flat, upside down or without a number it is none."""
    with pytest.raises(ValueError, match="curvature must be a finite number above 0"):
        bowl_of(curvature)


def test_a_bowl_can_be_sent_to_another_process() -> None:
    """It pickles, as all costs do."""
    bowl = pickle.loads(pickle.dumps(bowl_of(2.2)))
    assert bowl.value(np.array([13.0])) == pytest.approx(111.0)
