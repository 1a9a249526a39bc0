from __future__ import annotations

import pickle

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.directions import directional, slices
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Cost

SURFACES = [pytest.param(cost, id=name) for name, cost in COSTS.items() if cost.dim == 2]
RING = np.linspace(0, 2 * np.pi, 72, endpoint=False)


@pytest.mark.parametrize("cost", SURFACES)
def test_a_directions_slope_is_the_slope_along_it(cost: Cost) -> None:
    """Each slope is the central difference of the cost along that direction."""
    ways = np.stack([np.cos(RING), np.sin(RING)], axis=-1)
    for x in np.random.default_rng(0).uniform(-3, 3, (10, 2)):
        along = (cost.value(x + 1e-5 * ways) - cost.value(x - 1e-5 * ways)) / 2e-5
        assert directional(cost, x, RING) == pytest.approx(along, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("cost", SURFACES)
def test_the_steepest_way_down_is_against_the_gradient(cost: Cost) -> None:
    """There the slope is minus the gradient's length; square to it, 0; turned round, it changes its sign."""
    for x in np.random.default_rng(1).uniform(-3, 3, (10, 2)):
        grad = cost.grad(x)
        length, up = np.linalg.norm(grad), np.arctan2(grad[1], grad[0])
        slopes = directional(cost, x, [up, up + np.pi / 2, up + np.pi])
        assert slopes == pytest.approx([length, 0, -length], abs=1e-12 * max(length, 1))
        assert np.all(directional(cost, x, RING) >= -length * (1 + 1e-12))
        assert directional(cost, x, RING + np.pi) == pytest.approx(-directional(cost, x, RING), abs=1e-9)


def test_along_the_axes_the_slopes_are_the_partial_derivatives() -> None:
    """At angle 0 it is the first one, at a right angle the second."""
    assert directional(COSTS["ravine"], (-3.5, 2), [0, np.pi / 2]) == pytest.approx([-0.7, 8])


def test_at_a_minimum_every_way_is_level() -> None:
    """No direction falls."""
    assert directional(COSTS["bowl-2d"], (1, -1), RING) == pytest.approx(np.zeros(72), abs=1e-15)


def test_directions_need_a_plane() -> None:
    """A cost of another dimension is named in the error."""
    with pytest.raises(ValueError, match="need two variables, bowl has 1"):
        directional(COSTS["bowl"], (1,), RING)


@pytest.mark.parametrize("cost", SURFACES)
def test_a_slice_is_the_cost_along_one_variable(cost: Cost) -> None:
    """Its value is the cost's with the other variable held still, and its slope the partial derivative."""
    point = np.array([1.25, -0.5])
    for axis, part in enumerate(slices(cost, point)):
        assert (part.dim, part.domain, part.variables) == (1, (cost.domain[axis],), (cost.variables[axis],))
        assert part.start == (point[axis],)
        assert float(part.grad(point[axis : axis + 1])[0]) == cost.grad(point)[axis]
        for shape in [(), (7,), (2, 3)]:
            at = np.linspace(-3, 3, int(np.prod(shape))).reshape(*shape, 1)
            full = np.tile(point, (*shape, 1))
            full[..., axis] = at[..., 0]
            assert np.array_equal(part.value(at), cost.value(full))
            assert np.array_equal(part.grad(at)[..., 0], cost.grad(full)[..., axis])


def test_a_slice_of_a_quadratic_knows_its_curvature_and_minimum() -> None:
    """In one step of the size 1 over its curvature descent is there; other slices know none."""
    along_a, along_b = slices(COSTS["ravine"], (-3.5, 2))
    assert along_a.hessian is not None
    assert (along_a.hessian.tolist(), along_b.minima) == ([[0.2]], ((0.0,),))
    assert along_b.value(np.array([0.0])) == pytest.approx(1.225)
    run = descend(along_a, gradient_descent(), constant(5), along_a.start, 1)
    assert run.x[-1] == pytest.approx(along_a.minima[0])
    assert [(part.hessian, part.minima) for part in slices(COSTS["himmelblau"], (0, 0))] == [(None, ())] * 2


def test_slices_are_named_for_what_is_held() -> None:
    """The formula says which variable is free and what the other one is."""
    assert [part.formula for part in slices(COSTS["himmelblau"], (-0.5, 1.25))] == [
        "J(a, 1.25)",
        "J(-0.5, b)",
    ]


def test_a_slice_can_be_pickled() -> None:
    """It can be sent to another process."""
    part = slices(COSTS["ravine"], (1, 2))[0]
    x = np.array([0.5])
    assert pickle.loads(pickle.dumps(part)).value(x) == part.value(x)
