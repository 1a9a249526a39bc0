from __future__ import annotations

import pickle

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.ravines import ravine_of
from lranim.core.theory import condition_number, curvatures

X = np.stack(np.meshgrid(np.linspace(-4, 4, 9), np.linspace(-4, 4, 9)), axis=-1)


def test_one_of_them_is_in_the_table() -> None:
    """The table's ravine is that of condition number 20, to rounding."""
    made, known = ravine_of(20), COSTS["ravine"]
    assert np.allclose(made.value(X), known.value(X), rtol=1e-14)
    assert np.allclose(made.grad(X), known.grad(X), rtol=1e-14)
    assert np.allclose(made.hessian, known.hessian)
    assert (made.domain, made.minima, made.start) == (known.domain, known.minima, known.start)


@pytest.mark.parametrize("kappa", [1, 5, 50, 1000])
def test_it_has_the_condition_number_that_was_asked_for(kappa: float) -> None:
    """And the same curvature across, whatever that is."""
    made = ravine_of(kappa)
    assert condition_number(curvatures(made)) == pytest.approx(kappa)
    assert curvatures(made).max() == 4.0
    assert pickle.loads(pickle.dumps(made)).grad(X) == pytest.approx(made.grad(X))
    assert made.hessian is not None
    assert not made.hessian.flags.writeable


@pytest.mark.parametrize("kappa", [1, 50])
def test_the_gradient_is_the_values_slope(kappa: float) -> None:
    """Central differences of a quadratic are exact."""
    made = ravine_of(kappa)
    for axis in (0, 1):
        half = 0.5 * np.eye(2)[axis]
        assert np.allclose(made.grad(X)[..., axis], made.value(X + half) - made.value(X - half))


@pytest.mark.parametrize("kappa", [0.5, 0.0, -3.0, float("nan"), float("inf")])
def test_it_is_no_flatter_across_than_along(kappa: float) -> None:
    """A condition number is 1 or more."""
    with pytest.raises(ValueError, match="condition number"):
        ravine_of(kappa)
