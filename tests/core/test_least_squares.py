"""Least squares by definition, lines by the textbook, polynomials by Chebyshev."""

from __future__ import annotations

import math
import pickle
import re

import numpy as np
import pytest
import typst
from numpy.polynomial import chebyshev

from lranim.core.descend import descend
from lranim.core.least_squares import (
    curve_samples,
    least_squares,
    line_cost,
    line_samples,
    polynomial_cost,
    predict,
    residuals,
    samples,
    slope_cost,
    thinned,
)
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.theory import curvatures
from lranim.core.types import Array, Cost, Status

SIZES = [(2, 1), (12, 2), (14, 13), (5, 8), (1, 3)]


def draw(count: int, n: int) -> tuple[Array, Array]:
    """Draw features and targets."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(count, n)), rng.normal(size=count)


def make(features: Array, targets: Array) -> Cost:
    """Make a cost with names that do not matter here."""
    variables = tuple(f"w_{i}" for i in range(features.shape[1]))
    return least_squares(features, targets, name="fit", summary="", formula="", variables=variables)


@pytest.mark.parametrize(("count", "n"), SIZES)
def test_it_is_the_mean_of_the_squares(count: int, n: int) -> None:
    """Value, gradient and Hessian are those of 1/m |F w - y|^2; the minimum is the shortest of the lowest."""
    rows, y = draw(count, n)
    cost = make(rows, y)
    for w in np.random.default_rng(1).normal(size=(20, n)) * 3:
        assert cost.value(w) == pytest.approx(np.mean((rows @ w - y) ** 2), rel=1e-12)
        assert cost.grad(w) == pytest.approx(2 / count * rows.T @ (rows @ w - y), rel=1e-10, abs=1e-12)
    assert cost.hessian == pytest.approx(2 / count * rows.T @ rows, rel=1e-12, abs=1e-12)
    assert cost.minima[0] == pytest.approx(np.linalg.pinv(rows) @ y)
    low, high = np.array(cost.domain).T
    for point in (cost.start, cost.minima[0], np.zeros(n)):
        assert np.all((low <= point) & (point <= high))
    assert 0.5 < cost.lr * curvatures(cost)[-1] < 0.7


@pytest.mark.parametrize("shape", [(), (0,), (3, 4)])
@pytest.mark.parametrize(("count", "n"), SIZES)
def test_any_batch_shape_equals_its_points(count: int, n: int, shape: tuple[int, ...]) -> None:
    """A batch gives, to the last bit, what each of its points gives alone, here or in another process."""
    cost = make(*draw(count, n))
    copy = pickle.loads(pickle.dumps(cost))
    w = np.random.default_rng(3).normal(size=(*shape, n))
    value, grad = np.asarray(cost.value(w)), cost.grad(w)
    assert (value.shape, grad.shape) == (shape, w.shape)
    for index in np.ndindex(shape):
        assert value[index] == copy.value(w[index])
        assert np.array_equal(grad[index], copy.grad(w[index]))


def test_edges_and_start_are_short_numbers() -> None:
    """They can be printed and typed again: three digits at the most."""
    for scale in (1e-5, 1.0, 1e7):
        rows, y = draw(12, 2)
        cost = make(rows, scale * y)
        for value in (*cost.domain[0], *cost.domain[1], *cost.start, cost.lr):
            assert float(f"{value:.3g}") == value


def test_hard_data() -> None:
    """Nearly equal features keep their digits; targets of 0 leave something to draw."""
    rows, y = draw(6, 2)
    near = np.stack([np.ones(20), 1 + 1e-7 * np.linspace(0, 1, 20)], axis=-1)
    cost = make(near, near @ [1.0, 2.0])
    assert cost.minima[0] == pytest.approx([1, 2], rel=1e-6)
    assert cost.value(np.array([1.0, 2.0])) == pytest.approx(0, abs=1e-25)
    assert all(low < 0 < high for low, high in make(rows, 0 * y).domain)
    steep = line_cost(samples([9, 10, 11], [-5, 0, 5]))  # whose b, -50, is far from all the data
    assert all(low <= 0 <= high for low, high in steep.domain)


# Lines


@pytest.mark.parametrize("seed", range(5))
def test_lines_are_the_textbooks(seed: int) -> None:
    """J is the mean of the squares that a scene draws, and its minimum sum xy / sum xx, or cov / var."""
    data = line_samples(seed, 12, 1.5, 0.7, 0.5)
    x, y = data.x, data.y
    a, b = np.random.default_rng(seed).normal(size=(2, 30))
    one, two = slope_cost(data), line_cost(data)
    assert one.value(a[:, None]) == pytest.approx((residuals(data, a) ** 2).mean(axis=-1))
    assert two.value(np.stack([a, b], axis=-1)) == pytest.approx((residuals(data, a, b) ** 2).mean(axis=-1))
    assert one.minima[0] == pytest.approx([(x * y).sum() / (x * x).sum()])
    slope = np.cov(x, y, ddof=0)[0, 1] / x.var()
    assert two.minima[0] == pytest.approx([slope, y.mean() - slope * x.mean()])
    for cost in (one, two):
        run = descend(cost, gradient_descent(), constant(cost.lr), cost.start, 60)
        assert run.status is Status.CONVERGED
        assert typst.compile(f"$ {cost.formula} $".encode(), format="svg")
        assert all(name in cost.formula for name in cost.variables)


def test_a_line_by_hand() -> None:
    """Samples (1, 2), (2, 3): J(a) = 2.5 (a - 1.6)^2 + 0.1; the line through both is x + 1."""
    data = samples([1, 2], [2, 3])
    cost = slope_cost(data)
    assert cost.value(np.array([[0.0], [1.6], [2.0]])) == pytest.approx([6.5, 0.1, 0.5])
    assert cost.hessian == pytest.approx(np.array([[5]]))
    assert line_cost(data).minima[0] == pytest.approx([1, 1])
    assert residuals(data, 0, 2).tolist() == [0, 1]
    assert residuals(data, np.zeros((2, 4)), 2).shape == (2, 4, 2)


@pytest.mark.parametrize("seed", range(10))
def test_samples_are_spread_about_their_line(seed: int) -> None:
    """One x in each equal part; the same seed gives the same; and J(a, b) is a round bowl."""
    data = line_samples(seed, 10, -2, 0.5, 0)
    assert np.array_equal(np.floor((data.x + 2) / 0.4), np.arange(10))
    assert np.array_equal(data.x, line_samples(seed, 10, -2, 0.5, 0).x)
    assert not np.array_equal(data.x, line_samples(seed + 1, 10, -2, 0.5, 0).x)
    assert line_cost(data).minima[0] == pytest.approx([-2, 0.5])
    low, high = curvatures(line_cost(line_samples(seed, 12, 1.5, 0, 0.5)))
    assert high / low < 1.6
    assert residuals(line_samples(seed, 5000, 2, -1, 0.3), 2, -1).std() == pytest.approx(0.3, rel=0.05)


def test_data_of_any_size() -> None:
    """Of a million rows a point costs no more than of twelve, and very small and large numbers will do."""
    x = np.linspace(-1, 1, 1_000_000)
    large = line_cost(samples(x, 2 * x + 1))
    assert large.minima[0] == pytest.approx([2, 1])
    assert len(pickle.dumps(large)) < 3000
    for factor in (1e-40, 1e40):
        assert slope_cost(samples(x * factor, 2 * x * factor)).minima[0] == pytest.approx([2])


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1], [2], "a line needs two samples at least, got 1"),
        ([], [], "a line needs two samples at least, got 0"),
        ([2, 2, 2], [1, 2, 3], "every x is 2: a line needs samples at two different x at least"),
        ([1, 2], [1, 2, 3], "samples need as many y as x, got shapes (2,) and (3,)"),
        ([[1, 2]], [[1, 2]], "samples need as many y as x, got shapes (1, 2) and (1, 2)"),
        (
            [1, math.nan, math.inf],
            [1, 2, 3],
            "x of sample 2 is nan: it must be 0, or from 1e-50 to 1e+50 in size",
        ),
        ([1, 2, 3], [1, 2, -math.inf], "y of sample 3 is -inf: it must be 0, or from 1e-50 to 1e+50 in size"),
    ],
)
def test_data_that_no_line_fits_is_refused(x: list[float], y: list[float], message: str) -> None:
    """What is wrong is said, with its value and its place."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        samples(x, y)


def test_thinned_samples_are_spread_as_all_are() -> None:
    """So many of them, from the whole range of x, and not the rarest; few samples stay as they are."""
    x = np.random.default_rng(1).normal(size=10_000)
    few = thinned(samples(x, x**2), 50)
    assert len(few.x) == 50
    assert np.array_equal(few.y, few.x**2)
    assert np.isin(few.x, x).all()
    assert np.quantile(few.x, [0.1, 0.5, 0.9]) == pytest.approx(np.quantile(x, [0.1, 0.5, 0.9]), abs=0.05)
    assert x.min() < few.x.min() < -2
    short = samples([3, 1, 2], [1, 2, 3])
    assert thinned(short, 3) is short


# Polynomials


def test_a_prediction_is_a_chebyshev_series() -> None:
    """Of one polynomial or many, with the weights over k + 1; J is the mean of its squared misses."""
    weights = np.random.default_rng(0).normal(size=(3, 2, 13))
    x = np.linspace(-1, 1, 31)
    told = predict(weights, x)
    assert told.shape == (3, 2, 31)
    for index in np.ndindex(3, 2):
        assert told[index] == pytest.approx(chebyshev.chebval(x, weights[index] / np.arange(1, 14)))
    data = curve_samples(3).train
    missed = predict(weights, data.x) - data.y
    assert polynomial_cost(data).value(weights) == pytest.approx((missed**2).mean(axis=-1))
    cubic = polynomial_cost(samples(x, x**3))
    assert cubic.minima[0] == pytest.approx([0, 1.5, 0, 1] + 9 * [0], abs=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_samples_are_split_without_loss(seed: int) -> None:
    """Each sample is in one heap, each heap is in order, and one x lies in each equal part of [-1, 1]."""
    data = curve_samples(seed)
    x, y = (np.concatenate([getattr(data.train, n), getattr(data.validation, n)]) for n in "xy")
    assert (len(data.train.x), len(data.validation.x)) == (14, 26)
    assert np.array_equal(np.sort(np.floor((x + 1) * 20)), np.arange(40))
    assert np.all(np.diff(data.train.x) > 0)
    assert np.all(np.diff(data.validation.x) > 0)
    assert 0.15 < (y - np.sin(np.pi * x)).std() < 0.45
    assert np.array_equal(data.train.y, curve_samples(seed).train.y)
