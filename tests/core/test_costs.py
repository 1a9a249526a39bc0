"""Costs: their gradients, Hessians, minima and printed formulas agree with their values."""

from __future__ import annotations

import dataclasses
import pickle
import re

import numpy as np
import pytest
import typst

from lranim.core.costs import COSTS, as_low, bottom, bowl_of, directional, ravine_of
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent, nesterov
from lranim.core.schedules import constant
from lranim.core.theory import curvatures
from lranim.core.types import Array, Cost

ROWS = [pytest.param(cost, id=name) for name, cost in COSTS.items()]
MADE = [bowl_of(0.1), bowl_of(2.2), ravine_of(1), ravine_of(50)]
EVERY = [*ROWS, *(pytest.param(cost, id=cost.name) for cost in MADE)]
QUADRATIC = {
    "bowl": [2],
    "gentle-bowl": [0.5],
    "bowl-2d": [2, 2],
    "oval": [0.5, 2],
    "ravine": [0.2, 4],
}
CURVED = ["two-minima", "himmelblau", "saddle", "rosenbrock", "beale"]


def points(cost: Cost, count: int, seed: int = 0) -> Array:
    """Draw points from the domain."""
    low, high = np.array(cost.domain).T
    return np.random.default_rng(seed).uniform(low, high, (count, cost.dim))


def test_the_table_has_the_agreed_names() -> None:
    """Command lines and lesson files name costs by these keys; those with a Hessian are quadratic."""
    assert sorted(COSTS) == sorted([*QUADRATIC, *CURVED])
    assert [name for name, cost in COSTS.items() if cost.hessian is None] == CURVED


@pytest.mark.parametrize("cost", EVERY)
def test_a_cost_is_complete(cost: Cost) -> None:
    """Every field has the shape that its dimension asks for, and start and minima lie in the domain."""
    low, high = np.array(cost.domain).T
    assert cost.summary
    assert len(cost.domain) == len(cost.variables) == len(cost.start) == cost.dim
    for point in (cost.start, *cost.minima):
        assert np.all((low <= point) & (point <= high))
    run = descend(cost, gradient_descent(), constant(cost.lr), cost.start, 40)
    assert np.all(np.diff(run.cost) <= 1e-12)
    best = cost.value(np.array(cost.minima[0]))
    assert run.cost[-1] - best < 0.5 * (run.cost[0] - best)


@pytest.mark.parametrize("cost", EVERY)
def test_the_gradient_is_the_slope_of_the_cost(cost: Cost) -> None:
    """It agrees with central differences, as the Hessian of a quadratic does with those of the gradient."""
    x, ways = points(cost, 200), 1e-5 * np.eye(cost.dim)
    slopes = [(cost.value(x + way) - cost.value(x - way)) / 2e-5 for way in ways]
    assert cost.grad(x) == pytest.approx(np.stack(slopes, axis=-1), rel=1e-6, abs=1e-6)
    if cost.hessian is not None:
        assert not cost.hessian.flags.writeable
        for way, row in zip(100 * ways, cost.hessian, strict=True):
            assert (cost.grad(x + way) - cost.grad(x - way)) / 2e-3 == pytest.approx(
                np.broadcast_to(row, x.shape), abs=1e-8
            )


@pytest.mark.parametrize("cost", EVERY)
def test_minima_are_flat_and_lowest_around(cost: Cost) -> None:
    """At a known minimum the gradient is zero, every neighbour is higher, and the first is lowest."""
    ways = np.random.default_rng(1).normal(size=(200, cost.dim))
    ways /= np.linalg.norm(ways, axis=-1, keepdims=True)
    for minimum in np.array(cost.minima):
        assert np.abs(cost.grad(minimum)).max() < 1e-13
        for distance in (1e-3, 0.05, 0.3):
            assert np.all(cost.value(minimum + distance * ways) > cost.value(minimum))
    values = cost.value(np.array(cost.minima))
    assert np.all(np.diff(values) >= -1e-12)
    assert np.all(cost.value(points(cost, 2000)) >= values[0])


@pytest.mark.parametrize("cost", ROWS)
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


@pytest.mark.parametrize(
    ("name", "x", "value", "grad"),
    [
        ("bowl", (13,), 101, (20,)),
        ("gentle-bowl", (13,), 26, (5,)),
        ("two-minima", (-2,), 0.48, (0,)),
        ("two-minima", (1,), 2.37, (0,)),
        ("two-minima", (3,), 1.73, (0,)),
        ("two-minima", (0,), 2, (0.72,)),
        ("bowl-2d", (4, 2), 19, (6, 6)),
        ("oval", (-3, 1), 9, (-2, 4)),
        ("ravine", (2, -1), 2.4, (0.4, -4)),
        ("himmelblau", (0, 0), 170, (-14, -22)),
        ("himmelblau", (1, 2), 68, (-36, -32)),
        ("saddle", (0, 0), 1, (0, 0)),
        ("saddle", (-1, 1), 1.0625, (0.75, 1)),
        ("rosenbrock", (-1.2, 1), 24.2, (-215.6, -88)),
        ("rosenbrock", (0, 0), 1, (-2, 0)),
        ("beale", (0, 0), 14.203125, (-12.75, 0)),
        ("beale", (1, 1), 14.203125, (0, 27.75)),
    ],
)
def test_values_by_hand(name: str, x: tuple[float, ...], value: float, grad: tuple[float, ...]) -> None:
    """Costs and gradients are those worked out by hand from the printed formula."""
    point = np.array(x, dtype=float)
    assert COSTS[name].value(point) == pytest.approx(value, rel=1e-14)
    assert COSTS[name].grad(point) == pytest.approx(np.array(grad), rel=1e-14)


@pytest.mark.parametrize(("name", "point"), [("saddle", (0, 0)), ("beale", (0, 1))])
def test_saddles_are_flat_and_no_minima(name: str, point: tuple[float, float]) -> None:
    """There the slope is zero, and the curvature has both signs."""
    assert COSTS[name].grad(np.array(point, dtype=float)) == pytest.approx([0, 0], abs=1e-9)
    low, high = curvatures(dataclasses.replace(COSTS[name], minima=(point,)))
    assert low < -0.1 < 0.1 < high


@pytest.mark.parametrize("cost", EVERY)
def test_the_printed_formula_is_the_cost(cost: Cost) -> None:
    """The Typst formula compiles, and, read as arithmetic, gives the cost."""
    assert typst.compile(f"$ {cost.formula} $".encode(), format="svg")
    python = re.sub(r"(?<=[0-9a]) (?=[ab(])", " * ", cost.formula.replace("^", "**"))
    x = points(cost, 50)
    names = dict(zip(cost.variables, x.T, strict=True))
    assert cost.value(x) == pytest.approx(eval(python, {"__builtins__": {}}, names), rel=1e-12)


@pytest.mark.parametrize("cost", EVERY)
@pytest.mark.parametrize("shape", [(), (0,), (7,), (2, 1, 5)])
def test_any_batch_shape_equals_its_points(cost: Cost, shape: tuple[int, ...]) -> None:
    """A batch gives, to the last bit, what each of its points gives alone, here or in another process."""
    x = points(cost, int(np.prod(shape))).reshape(*shape, cost.dim)
    x.setflags(write=False)
    value, grad = np.asarray(cost.value(x)), cost.grad(x)
    assert (value.shape, grad.shape) == (shape, x.shape)
    assert not np.shares_memory(grad, x)
    copy = pickle.loads(pickle.dumps(cost))
    for index in np.ndindex(shape):
        assert value[index] == copy.value(x[index])
        assert np.array_equal(grad[index], copy.grad(x[index]))


def test_bowls_and_ravines_of_any_curvature() -> None:
    """Two of the table's bowls, and its ravine, are among them; a condition number is that of the Hessian."""
    for made, known in ((bowl_of(2), "bowl"), (bowl_of(0.5), "gentle-bowl"), (ravine_of(20), "ravine")):
        x = points(made, 40)
        assert np.array_equal(made.value(x), COSTS[known].value(x))
        assert np.array_equal(made.grad(x), COSTS[known].grad(x))
        assert (made.domain, made.minima, made.start) == (
            COSTS[known].domain,
            COSTS[known].minima,
            COSTS[known].start,
        )
    for kappa in (1, 5, 1000):
        assert curvatures(ravine_of(kappa)) == pytest.approx([4 / kappa, 4])
    for curvature in (0, -1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="curvature must be a finite number above 0"):
            bowl_of(curvature)
        with pytest.raises(ValueError, match="condition number must be a finite number, 1 or more"):
            ravine_of(curvature)


@pytest.mark.parametrize("cost", [cost for cost in EVERY if cost.values[0].dim == 2])
def test_the_slope_along_a_direction(cost: Cost) -> None:
    """It is the central difference along it: against the gradient minus its length, square to it 0."""
    ring = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    ways = np.stack([np.cos(ring), np.sin(ring)], axis=-1)
    for x in points(cost, 10):
        along = (cost.value(x + 1e-5 * ways) - cost.value(x - 1e-5 * ways)) / 2e-5
        slopes = directional(cost, x, ring)
        assert slopes == pytest.approx(along, rel=1e-6, abs=1e-5)
        grad = cost.grad(x)
        length, up = np.linalg.norm(grad), np.arctan2(grad[1], grad[0])
        assert np.all(np.abs(slopes) <= length * (1 + 1e-12))
        turned = directional(cost, x, np.array([up, up + np.pi / 2, up + np.pi]))
        assert turned == pytest.approx([length, 0, -length], abs=1e-12 * max(length, 1))


def test_what_is_said_of_the_lowest_point() -> None:
    """It is lowest, or only lower than around it, or there is none."""
    shallow = dataclasses.replace(COSTS["two-minima"], minima=((3.0,),))
    flank = dataclasses.replace(COSTS["himmelblau"], value=lambda x: x[..., 0] ** 3 - x[..., 1])
    assert bottom(COSTS["two-minima"]) == bottom(COSTS["himmelblau"]) == "known"
    assert bottom(shallow) == bottom(flank) == "local"
    assert bottom(dataclasses.replace(shallow, minima=())) == "open"


def test_a_minimum_is_as_low_as_the_lowest() -> None:
    """But for rounding; where none is known, nothing is lower."""
    assert [as_low(COSTS["two-minima"], x) for x in ((-2,), (3,), (0,))] == [True, False, False]
    assert all(as_low(COSTS["himmelblau"], x) for x in COSTS["himmelblau"].minima)
    assert as_low(dataclasses.replace(COSTS["bowl"], minima=()), (9.0,))
