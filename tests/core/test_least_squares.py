from __future__ import annotations

import pickle

import numpy as np
import pytest

from lranim.core.least_squares import least_squares
from lranim.core.types import Array, Cost


def draw(count: int, n: int, seed: int = 0) -> tuple[Array, Array]:
    """Draw features and targets."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, n)), rng.normal(size=count)


def make(features: Array, targets: Array) -> Cost:
    """Make a cost with names that do not matter here."""
    variables = tuple(f"w_{i}" for i in range(features.shape[1]))
    return least_squares(features, targets, name="fit", summary="", formula="", variables=variables)


SIZES = [(2, 1), (12, 1), (12, 2), (14, 13), (5, 8), (1, 3)]


@pytest.mark.parametrize(("count", "n"), SIZES)
def test_value_and_gradient_are_those_of_the_definition(count: int, n: int) -> None:
    """Value, gradient and Hessian are those of 1/m |F w - y|^2, term by term."""
    features, targets = draw(count, n)
    cost = make(features, targets)
    for w in np.random.default_rng(1).normal(size=(20, n)) * 3:
        missed = features @ w - targets
        assert cost.value(w) == pytest.approx(np.mean(missed**2), rel=1e-12)
        assert cost.grad(w) == pytest.approx(2 / count * features.T @ missed, rel=1e-10, abs=1e-12)
    assert cost.hessian == pytest.approx(2 / count * features.T @ features, rel=1e-12, abs=1e-12)
    assert cost.hessian is not None
    assert np.array_equal(cost.hessian, cost.hessian.T)


@pytest.mark.parametrize(("count", "n"), SIZES)
def test_the_minimum_is_flat_and_lowest(count: int, n: int) -> None:
    """No point around has a lower value; where many are lowest, it is the shortest of them."""
    features, targets = draw(count, n)
    cost = make(features, targets)
    best = np.array(cost.minima[0])
    assert cost.grad(best) == pytest.approx(np.zeros(n), abs=1e-12)
    around = best + np.random.default_rng(2).normal(size=(50, n))
    assert np.all(cost.value(around) >= cost.value(best) - 1e-12)
    assert best == pytest.approx(np.linalg.pinv(features) @ targets)


@pytest.mark.parametrize(("count", "n"), SIZES)
def test_a_cost_from_data_is_complete(count: int, n: int) -> None:
    """Shapes fit; minimum, start and 0 lie in the domain; the rate is well below the limit."""
    cost = make(*draw(count, n))
    low, high = np.array(cost.domain).T
    assert cost.dim == n == len(cost.domain) == len(cost.start) == len(cost.variables)
    for point in (cost.start, cost.minima[0], np.zeros(n)):
        assert np.all((low <= point) & (point <= high))
    assert cost.hessian is not None
    assert not cost.hessian.flags.writeable
    assert 0.5 < cost.lr * np.linalg.eigvalsh(cost.hessian)[-1] < 0.7


def test_edges_and_start_are_short_numbers() -> None:
    """They can be printed and typed again: three digits at the most."""
    for scale in (1e-5, 1.0, 1e7):
        features, targets = draw(12, 2)
        cost = make(features, scale * targets)
        for value in (*cost.domain[0], *cost.domain[1], *cost.start, cost.lr):
            assert float(f"{value:.3g}") == value


@pytest.mark.parametrize("shape", [(), (0,), (7,), (3, 4)])
@pytest.mark.parametrize(("count", "n"), SIZES)
def test_any_batch_shape_equals_its_points(count: int, n: int, shape: tuple[int, ...]) -> None:
    """A batch gives, to the last bit, what each of its points gives alone."""
    cost = make(*draw(count, n))
    w = np.random.default_rng(3).normal(size=(*shape, n))
    value, grad = np.asarray(cost.value(w)), cost.grad(w)
    assert value.shape == shape
    assert grad.shape == w.shape
    for index in np.ndindex(shape):
        assert value[index] == cost.value(w[index])
        assert np.array_equal(grad[index], cost.grad(w[index]))


def test_a_badly_conditioned_fit_keeps_its_digits() -> None:
    """Features that are nearly the same do not cost twice the digits: the matrix is never squared."""
    x = np.linspace(0, 1, 20)
    features = np.stack([np.ones(20), 1 + 1e-7 * x], axis=-1)
    cost = make(features, features @ [1.0, 2.0])
    assert np.array(cost.minima[0]) == pytest.approx([1, 2], rel=1e-6)
    assert cost.value(np.array([1.0, 2.0])) == pytest.approx(0, abs=1e-25)


def test_targets_of_zero_still_give_a_domain() -> None:
    """Nothing to learn: the minimum is 0, and there is something around it to draw."""
    cost = make(draw(5, 2)[0], np.zeros(5))
    assert cost.minima == ((0, 0),)
    assert all(low < 0 < high for low, high in cost.domain)


def test_a_feature_of_zero_is_a_flat_direction() -> None:
    """The cost does not change along it, and everything is still finite."""
    features, targets = draw(6, 2)
    features[:, 1] = 0
    cost = make(features, targets)
    assert cost.value(np.array([1.0, 5.0])) == cost.value(np.array([1.0, -5.0]))
    assert np.isfinite(cost.domain).all()
    assert cost.minima[0][1] == 0


def test_data_that_leaves_nothing_to_descend_is_refused() -> None:
    """All features 0, or squares beyond the floats."""
    features, targets = draw(4, 2)
    with pytest.raises(ValueError, match="fit leaves J flat: every feature is 0"):
        make(0 * features, targets)
    for data in ((1e200 * features, targets), (features, 1e200 * targets)):
        with pytest.raises(ValueError, match="fit is too large: its squares overflow"):
            make(*data)


def test_a_cost_from_data_can_be_pickled() -> None:
    """It can be sent to another process, and holds no more than n squared numbers of a large data set."""
    features, targets = draw(10_000, 2)
    text = pickle.dumps(make(features, targets))
    assert len(text) < 3000
    assert pickle.loads(text).value(np.ones(2)) == make(features, targets).value(np.ones(2))
