from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np
import pytest
import typst

from lranim.core.descend import descend
from lranim.core.lines import Samples, line_cost, line_samples, residuals, samples, slope_cost
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.theory import condition_number, curvatures
from lranim.core.types import Cost, Status


@pytest.mark.parametrize("seed", [0, 1, 2, 99])
def test_the_cost_is_the_mean_of_the_squared_residuals(seed: int) -> None:
    """J(a) and J(a, b) are 1/m of the areas of the squares that a scene draws."""
    data = line_samples(seed)
    a, b = np.random.default_rng(seed).normal(size=(2, 30))
    points = np.stack([a, b], axis=-1)
    assert slope_cost(data).value(a[:, None]) == pytest.approx((residuals(data, a) ** 2).mean(axis=-1))
    assert line_cost(data).value(points) == pytest.approx((residuals(data, a, b) ** 2).mean(axis=-1))


@pytest.mark.parametrize("seed", [0, 1, 2, 99])
def test_the_minima_are_the_textbooks(seed: int) -> None:
    """The line through the origin has sum xy / sum xx, the regression line cov(x, y) / var(x)."""
    data = line_samples(seed, intercept=0.7)
    x, y = data.x, data.y
    assert slope_cost(data).minima[0] == pytest.approx([(x * y).sum() / (x * x).sum()])
    slope = np.cov(x, y, ddof=0)[0, 1] / x.var()
    assert line_cost(data).minima[0] == pytest.approx([slope, y.mean() - slope * x.mean()])


def test_by_hand() -> None:
    """Samples (1, 2), (2, 3): J(a) = 2.5 (a - 1.6)^2 + 0.1; the line through both is x + 1."""
    data = samples([1, 2], [2, 3])
    cost = slope_cost(data)
    assert cost.value(np.array([[0.0], [1.6], [2.0]])) == pytest.approx([6.5, 0.1, 0.5])
    assert cost.grad(np.array([0.0])) == pytest.approx([-8])
    assert cost.hessian == pytest.approx(np.array([[5]]))
    assert line_cost(data).minima[0] == pytest.approx([1, 1])
    assert line_cost(data).value(np.array([1.0, 1.0])) == pytest.approx(0, abs=1e-28)


@pytest.mark.parametrize("make", [slope_cost, line_cost])
@pytest.mark.parametrize("seed", range(5))
def test_descent_finds_the_line(make: Callable[[Samples], Cost], seed: int) -> None:
    """From its start, at its rate, gradient descent comes to the minimum in the domain."""
    cost = make(line_samples(seed))
    run = descend(cost, gradient_descent(), constant(cost.lr), cost.start, 60)
    assert run.status is Status.CONVERGED
    assert run.first_within(0.05) is not None


@pytest.mark.parametrize("make", [slope_cost, line_cost])
def test_the_formula_compiles(make: Callable[[Samples], Cost]) -> None:
    """Typst accepts the formula, and its letters are the variables."""
    cost = make(line_samples(1))
    assert typst.compile(f"$ {cost.formula} $".encode(), format="svg")
    assert all(name in cost.formula for name in cost.variables)


def test_without_noise_the_line_itself_is_found() -> None:
    """Slope and intercept come back to rounding."""
    data = line_samples(3, 8, slope=-2, intercept=0.5, noise=0)
    assert line_cost(data).minima[0] == pytest.approx([-2, 0.5])


@pytest.mark.parametrize("seed", range(20))
def test_samples_are_spread_over_the_range(seed: int) -> None:
    """One x in each equal part, in order; the same seed gives the same."""
    data = line_samples(seed, 10, low=1, high=6)
    assert np.array_equal(np.floor((data.x - 1) / 0.5), np.arange(10))
    assert np.array_equal(data.y, line_samples(seed, 10, low=1, high=6).y)
    assert not np.array_equal(data.y, line_samples(seed + 1, 10, low=1, high=6).y)


def test_noise_has_its_scale() -> None:
    """The residuals of the true line have the asked deviation."""
    data = line_samples(0, 5000, slope=2, intercept=-1, noise=0.3)
    assert residuals(data, 2, -1).std() == pytest.approx(0.3, rel=0.05)


def test_by_default_the_surface_is_a_round_bowl() -> None:
    """About x = 0 slope and height have little to do with each other; away from it they make a ravine."""
    for seed in range(10):
        assert condition_number(curvatures(line_cost(line_samples(seed)))) < 1.6
    assert condition_number(curvatures(line_cost(line_samples(0, low=1, high=5)))) > 50


def test_a_residual_is_above_zero_where_the_sample_lies_above() -> None:
    """Of lines in any shape, each sample's residual comes last."""
    data = samples([0, 1, 2], [1, 1, 1])
    assert residuals(data, 0.5).tolist() == [1, 0.5, 0]
    assert residuals(data, np.zeros((2, 4)), 2).shape == (2, 4, 3)
    assert residuals(data, 0, 2).tolist() == [-1, -1, -1]


# Data from elsewhere


def test_samples_are_copied_and_read_only() -> None:
    """Lists will do, and what is changed later does not change the samples."""
    x = np.array([1.0, 2.0])
    data = samples(x, [2, 3])
    x[0] = 9
    assert data.x.tolist() == [1, 2]
    assert not data.x.flags.writeable
    assert not data.y.flags.writeable


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


def test_a_million_rows_are_no_trouble() -> None:
    """The cost is made once; after that a point costs the same as for twelve samples."""
    x = np.linspace(-1, 1, 1_000_000)
    cost = line_cost(samples(x, 2 * x + 1))
    assert cost.minima[0] == pytest.approx([2, 1])
    assert cost.value(np.zeros((500, 2))) == pytest.approx(np.full(500, 1 + 4 / 3), rel=1e-5)


@pytest.mark.parametrize("factor", [1e-100, 1e100])
def test_any_unit_will_do(factor: float) -> None:
    """Very small and very large numbers keep their minimum."""
    data = line_samples(1)
    scaled = Samples(x=data.x * factor, y=data.y * factor)
    assert slope_cost(scaled).minima[0] == pytest.approx(slope_cost(data).minima[0])
    with pytest.raises(ValueError, match="too large"):
        slope_cost(Samples(x=data.x * 1e200, y=data.y))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"count": 1}, "number of samples must be a whole number, 2 or more, got 1"),
        ({"seed": -1}, "seed must be a whole number, 0 or more, got -1"),
        ({"noise": -1}, "noise must be a finite number, 0 or more, got -1"),
        ({"low": 2, "high": 2}, "a line needs finite numbers and low < high, got [1.5, 0.0, 2, 2]"),
        ({"slope": math.nan}, "a line needs finite numbers and low < high, got [nan, 0.0, -2.0, 2.0]"),
    ],
)
def test_a_line_that_cannot_be_drawn_is_refused(options: dict[str, float], message: str) -> None:
    """The wrong number is in the error."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        line_samples(**{"seed": 1, **options})  # type: ignore[arg-type]
