"""A cost's formula in the page: it is the cost's own, and reads as it was written."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.errors import InputError
from lranim.explore.page import as_data, programs, readable
from lranim.function import cost_of


@pytest.mark.parametrize("name", COSTS)
def test_every_cost_has_a_formula_that_is_its_own(name: str) -> None:
    """What the page computes is the cost, anywhere in its domain and at its minima."""
    cost = COSTS[name]
    value, gradient = programs(cost)
    rng = np.random.default_rng(1)
    low, high = np.array(cost.domain).T
    points = [*rng.uniform(low, high, (50, cost.dim)), *np.array(cost.minima)]
    for point in points:
        scale = 1e-9 * (1 + abs(float(cost.value(point))))
        assert value.run(tuple(point))[0] == pytest.approx(float(cost.value(point)), rel=1e-9, abs=scale)
        assert gradient.run(tuple(point)) == pytest.approx(cost.grad(point), rel=1e-9, abs=1e-9 + scale)


def test_a_formula_that_is_not_the_cost_is_refused() -> None:
    """A cost whose printed formula says something else, or cannot be read, has no page."""
    bowl = COSTS["bowl"]
    with pytest.raises(InputError, match=r"its formula \(a - 2\)\^2 has other values than it; give"):
        programs(replace(bowl, formula="(a - 2)^2"))
    with pytest.raises(InputError, match="has other values than it; give"):
        programs(replace(bowl, grad=lambda x: 1.5 * (x - 3)))
    with pytest.raises(
        InputError,
        match=r"^a page cannot compute bowl: its formula sum_i a_i is not one that --function takes",
    ):
        programs(replace(bowl, formula="sum_i a_i"))


def test_a_formula_is_read_as_written() -> None:
    """Raised powers, real minus signs, products without a star where none is needed."""
    assert readable("2*exp(-x**2) - x**0.5*(x + 1)") == "2exp(−x²) − x^0.5 · (x + 1)"
    assert readable("(x - 1)*(x + 1)**12") == "(x − 1)(x + 1)¹²"


def test_pi_and_e_are_numbers_in_the_page() -> None:
    """Their names are the formula's, their values the page's."""
    assert as_data(programs(cost_of("pi*x**2 + e*x"))[0])["constants"] == [np.pi, np.e]
