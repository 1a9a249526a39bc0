from __future__ import annotations

import pickle
import re

import numpy as np
import pytest
import typst

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.momentum import nesterov
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.theory import curvatures
from lranim.core.types import Array, Cost

ALL = [pytest.param(cost, id=name) for name, cost in COSTS.items()]
QUADRATIC = [pytest.param(cost, id=name) for name, cost in COSTS.items() if cost.hessian is not None]


def points(cost: Cost, count: int, seed: int = 0) -> Array:
    """Draw points from the domain."""
    low, high = np.array(cost.domain).T
    return np.random.default_rng(seed).uniform(low, high, (count, cost.dim))


def differences(cost: Cost, x: Array, h: float = 1e-5) -> Array:
    """Give the gradient by central differences."""
    ways = h * np.eye(cost.dim)
    return np.stack([(cost.value(x + way) - cost.value(x - way)) / (2 * h) for way in ways], axis=-1)


def test_the_table_has_the_agreed_names() -> None:
    """Command lines and lesson files name costs by these keys."""
    bowls = ["bowl", "gentle-bowl", "two-minima", "bowl-2d", "oval", "ravine"]
    assert list(COSTS) == [*bowls, "himmelblau", "saddle", "rosenbrock", "beale"]


@pytest.mark.parametrize("cost", ALL)
def test_a_cost_is_complete(cost: Cost) -> None:
    """Every field has the shape that its dimension asks for, and start and minima lie in the domain."""
    low, high = np.array(cost.domain).T
    assert COSTS[cost.name] is cost
    assert cost.summary
    assert len(cost.domain) == len(cost.variables) == len(cost.start) == cost.dim
    assert cost.minima
    assert cost.lr > 0
    for point in (cost.start, *cost.minima):
        assert len(point) == cost.dim
        assert np.all((low <= point) & (point <= high))


@pytest.mark.parametrize("cost", ALL)
def test_its_own_rate_works_from_its_own_start(cost: Cost) -> None:
    """A descent that is asked for nothing else falls at each step, by more than half in the end."""
    run = descend(cost, gradient_descent(), constant(cost.lr), cost.start, 40)
    lowest = cost.value(np.array(cost.minima[0]))
    assert np.all(np.diff(run.cost) <= 1e-12)
    assert run.cost[-1] - lowest < 0.5 * (run.cost[0] - lowest)


@pytest.mark.parametrize("cost", ALL)
def test_the_gradient_is_the_slope_of_the_cost(cost: Cost) -> None:
    """The analytic gradient agrees with central differences at random points of the domain."""
    x = points(cost, 200)
    assert cost.grad(x) == pytest.approx(differences(cost, x), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("cost", ALL)
def test_minima_are_flat_and_lowest_around(cost: Cost) -> None:
    """At a known minimum the gradient is zero to rounding, and every neighbour is higher."""
    ways = np.random.default_rng(1).normal(size=(200, cost.dim))
    ways /= np.linalg.norm(ways, axis=-1, keepdims=True)
    for minimum in np.array(cost.minima):
        assert np.abs(cost.grad(minimum)).max() < 1e-13
        for distance in (1e-3, 0.05, 0.3):
            assert np.all(cost.value(minimum + distance * ways) > cost.value(minimum))


@pytest.mark.parametrize("cost", ALL)
def test_the_lowest_minimum_comes_first(cost: Cost) -> None:
    """Minima are in order of their cost, and none in the domain is lower than the first."""
    values = cost.value(np.array(cost.minima))
    assert np.all(np.diff(values) >= -1e-12)
    assert np.all(cost.value(points(cost, 2000)) >= values[0])


@pytest.mark.parametrize("cost", ALL)
def test_all_minima_are_known(cost: Cost) -> None:
    """Small steps from anywhere in the domain, to the floor and then along it, end at a known minimum."""
    x = points(cost, 100, seed=2)
    for rule, steps in ((nesterov(0), 2000), (nesterov(0.99), 12000)):
        state = rule.init(x)
        for t in range(steps):
            step, state = rule.step(state, cost.grad(x), 1e-4, t)
            x = x + step
    distances = np.linalg.norm(x[:, np.newaxis] - np.array(cost.minima), axis=-1)
    assert distances.min(axis=-1) == pytest.approx(0, abs=2e-3)
    assert set(distances.argmin(axis=-1)) == set(range(len(cost.minima)))


@pytest.mark.parametrize("minimum", COSTS["himmelblau"].minima)
def test_himmelblau_minima_are_the_nearest_floats(minimum: tuple[float, float]) -> None:
    """A Newton step for p = q = 0 moves the point by no more than its own rounding error."""
    a, b = minimum
    p, q = a * a + b - 11, a + b * b - 7
    move = np.linalg.solve([[2 * a, 1], [1, 2 * b]], [p, q])
    assert np.all(np.abs(move) <= 2 * np.spacing(np.abs(minimum)))


@pytest.mark.parametrize("cost", QUADRATIC)
def test_the_hessian_is_the_slope_of_the_gradient(cost: Cost) -> None:
    """A quadratic's Hessian is constant, symmetric, read-only, and what differences of the gradient give."""
    assert cost.hessian is not None
    assert np.array_equal(cost.hessian, cost.hessian.T)
    assert not cost.hessian.flags.writeable
    h = 1e-3 * np.eye(cost.dim)
    for x in points(cost, 20):
        assert (cost.grad(x + h) - cost.grad(x - h)) / 2e-3 == pytest.approx(cost.hessian, abs=1e-9)


def test_costs_without_a_constant_hessian_carry_none() -> None:
    """Only quadratics have a Hessian to carry."""
    curved = ["two-minima", "himmelblau", "saddle", "rosenbrock", "beale"]
    assert [name for name, cost in COSTS.items() if cost.hessian is None] == curved


@pytest.mark.parametrize(
    ("name", "x", "value", "grad"),
    [
        ("bowl", (13,), 101, (20,)),
        ("bowl", (3,), 1, (0,)),
        ("gentle-bowl", (13,), 26, (5,)),
        ("two-minima", (-2,), 0.48, (0,)),
        ("two-minima", (1,), 2.37, (0,)),
        ("two-minima", (3,), 1.73, (0,)),
        ("two-minima", (0,), 2, (0.72,)),
        ("bowl-2d", (1, -1), 1, (0, 0)),
        ("bowl-2d", (4, 2), 19, (6, 6)),
        ("oval", (-3, 1), 9, (-2, 4)),
        ("ravine", (2, -1), 2.4, (0.4, -4)),
        ("himmelblau", (0, 0), 170, (-14, -22)),
        ("himmelblau", (3, 2), 0, (0, 0)),
        ("himmelblau", (1, 2), 68, (-36, -32)),
        ("saddle", (0, 0), 1, (0, 0)),
        ("saddle", (0, 3), 5.5, (0, 3)),
        ("saddle", (-1, 1), 1.0625, (0.75, 1)),
        ("rosenbrock", (-1.2, 1), 24.2, (-215.6, -88)),
        ("rosenbrock", (0, 0), 1, (-2, 0)),
        ("rosenbrock", (1, 1), 0, (0, 0)),
        ("beale", (0, 0), 14.203125, (-12.75, 0)),
        ("beale", (1, 1), 14.203125, (0, 27.75)),
        ("beale", (3, 0.5), 0, (0, 0)),
    ],
)
def test_values_by_hand(name: str, x: tuple[float, ...], value: float, grad: tuple[float, ...]) -> None:
    """Costs and gradients are those worked out by hand from the printed formula."""
    point = np.array(x, dtype=float)
    assert COSTS[name].value(point) == pytest.approx(value, rel=1e-14)
    assert COSTS[name].grad(point) == pytest.approx(np.array(grad), rel=1e-14)


@pytest.mark.parametrize(("name", "point", "value"), [("saddle", (0, 0), 1), ("beale", (0, 1), 14.203125)])
def test_saddles_are_flat_and_no_minima(name: str, point: tuple[float, float], value: float) -> None:
    """There the slope is zero, and the curvature has both signs."""
    cost = COSTS[name]
    assert cost.value(np.array(point)) == pytest.approx(value)
    assert cost.grad(np.array(point, dtype=float)) == pytest.approx([0, 0], abs=1e-9)
    low, high = curvatures(cost, at=point)
    assert low < -0.1 < 0.1 < high


@pytest.mark.parametrize("cost", ALL)
def test_the_printed_formula_is_the_cost(cost: Cost) -> None:
    """The Typst formula, read as arithmetic, gives the cost."""
    python = re.sub(r"(?<=[0-9a]) (?=[ab(])", " * ", cost.formula.replace("^", "**"))
    x = points(cost, 50)
    names = dict(zip(cost.variables, x.T, strict=True))
    assert cost.value(x) == pytest.approx(eval(python, {"__builtins__": {}}, names), rel=1e-12)


@pytest.mark.parametrize("cost", ALL)
def test_the_formula_compiles(cost: Cost) -> None:
    """Typst accepts the formula."""
    assert typst.compile(f"$ {cost.formula} $".encode(), format="svg")


@pytest.mark.parametrize("cost", ALL)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (7,), (3, 4), (2, 1, 5)])
def test_any_batch_shape_equals_its_points(cost: Cost, shape: tuple[int, ...]) -> None:
    """A batch gives, to the last bit, what each of its points gives alone."""
    x = points(cost, int(np.prod(shape))).reshape(*shape, cost.dim)
    value, grad = np.asarray(cost.value(x)), cost.grad(x)
    assert value.shape == shape
    assert grad.shape == x.shape
    for index in np.ndindex(shape):
        assert value[index] == cost.value(x[index])
        assert np.array_equal(grad[index], cost.grad(x[index]))


@pytest.mark.parametrize("cost", ALL)
def test_points_are_not_changed(cost: Cost) -> None:
    """Value and gradient work on read-only points, and the gradient is no view of them."""
    x = points(cost, 5)
    x.setflags(write=False)
    cost.value(x)
    assert not np.shares_memory(cost.grad(x), x)


@pytest.mark.parametrize("cost", ALL)
def test_a_cost_can_be_pickled(cost: Cost) -> None:
    """A cost can be sent to another process."""
    copy = pickle.loads(pickle.dumps(cost))
    x = points(cost, 3)
    assert np.array_equal(copy.value(x), cost.value(x))
