from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.interpolate import RegularGridInterpolator

from lranim.core.costs import COSTS
from lranim.core.types import Array
from lranim.draw.space import Box, HeightField, linear, log_rise
from lranim.draw.viewpoint import View

HIMMELBLAU = Box.around(COSTS["himmelblau"], height=0.75, rise=log_rise(80.0))
BOWL = Box.around(COSTS["bowl-2d"])
SIDES = [(azimuth, elevation) for azimuth in np.arange(0.1, 6.3, 0.7) for elevation in (0.25, 0.6, 1.1)]


def test_box_keeps_right_angles() -> None:
    """Both variables have one scale, the longer filling [-1, 1]; heights run from 0 to the box's."""
    box = Box(domain=((0.0, 4.0), (-1.0, 1.0)), cost=(2.0, 10.0), height=0.5, gap=1.0)
    assert box.half == (1.0, 0.5)
    assert box.world(np.array([[0.0, -1.0], [4.0, 1.0]]), np.array([2.0, 10.0])) == pytest.approx(
        np.array([[-1, -0.5, 0], [1, 0.5, 0.5]])
    )
    assert box.plane(np.array([2.0, 0.0])).tolist() == [0.0, 0.0, -1.0]
    assert box.contains(np.array([[4.0, 1.0], [4.1, 0.0]])).tolist() == [True, False]


def test_a_stretched_box_is_square() -> None:
    """Ranges of any length fill the ground, each with a scale of its own."""
    box = Box(domain=((0.0, 4.0), (-300.0, 100.0)), cost=(2.0, 10.0), stretched=True)
    assert box.half == (1.0, 1.0)
    assert box.unit.tolist() == [0.5, 0.005]
    assert box.ground(np.array([[0.0, -100.0], [4.0, 100.0]])).tolist() == [[-1.0, 0.0], [1.0, 1.0]]
    assert box.contains(np.array([[4.0, 100.0], [4.1, 0.0], [0.0, 101.0]])).tolist() == [True, False, False]
    assert Box.around(COSTS["bowl-2d"], stretched=True).half == BOWL.half == (1.0, 1.0)


@pytest.mark.parametrize("rise", [linear, log_rise(0.5), log_rise(30.0)])
def test_heights_rise_with_cost(rise: object) -> None:
    """Each way to make heights is increasing from 0 to the top, and levels are at their heights."""
    box = replace(HIMMELBLAU, rise=rise)
    heights = box.z(np.linspace(*box.cost, 500))
    assert np.all(np.diff(heights) > 0)
    assert (heights[0], heights[-1]) == pytest.approx((0.0, box.height))
    assert box.z(box.levels(4, crowd=1.0)) == pytest.approx(box.height * np.arange(1, 5) / 5, abs=1e-3)
    assert box.z(box.cost[1] * 9) == pytest.approx(box.height)


def test_ticks_are_round_and_inside() -> None:
    """Tick costs are round numbers within the range, in order, whatever the scale."""
    for box in (HIMMELBLAU, BOWL, replace(BOWL, cost=(1.0, 1.9)), replace(HIMMELBLAU, cost=(0.0, 890.0))):
        ticks = box.ticks()
        assert 3 <= len(ticks) <= 7
        assert ticks == sorted(set(ticks))
        assert all(box.cost[0] <= tick <= box.cost[1] or tick == 0 for tick in ticks)
        assert all(float(f"{tick:.1e}") == pytest.approx(tick) for tick in ticks)


def test_scale_of_log_rise() -> None:
    """A scale that is not positive is refused."""
    with pytest.raises(ValueError, match="scale"):
        log_rise(0.0)


def test_field_meets_the_cost_at_its_vertices() -> None:
    """The drawn surface goes through the cost at the grid, and stays close between."""
    cost = COSTS["himmelblau"]
    field = HeightField.sample(cost.value, HIMMELBLAU, faces=20)
    grid = np.stack(np.meshgrid(*[np.linspace(*d, 21) for d in cost.domain], indexing="ij"), axis=-1)
    assert field.lift(grid) == pytest.approx(HIMMELBLAU.world(grid, cost.value(grid)))
    assert field.lift(grid) == pytest.approx(field.vertices)


def brute_force(field: HeightField, points: Array, view: View) -> Array:
    """How deep the way to the viewer runs below the surface, by another interpolation in tiny steps."""
    n, m = field.z.shape
    axes = [np.linspace(-h, h, k) for h, k in zip(field.box.half, (n, m), strict=True)]
    height = RegularGridInterpolator(axes, field.z, bounds_error=False, fill_value=-np.inf)
    s = np.linspace(0, 3.2 / np.cos(view.elevation), 1200)[:, None]
    deep = [np.max(height((ray := p + s * view.axes[2])[:, :2]) - ray[:, 2]) for p in points]
    return np.maximum(np.array(deep), 0.0)


@pytest.mark.parametrize("name", ["himmelblau", "bowl-2d"])
def test_visibility_against_brute_force(name: str) -> None:
    """What is in sight, hidden or between agrees with a brute-force ray test from every side."""
    box = {"himmelblau": HIMMELBLAU, "bowl-2d": BOWL}[name]
    field = HeightField.sample(COSTS[name].value, box, faces=24)
    low, high = np.array(box.domain).T
    points = field.lift(np.random.default_rng(3).uniform(low, high, (40, 2)))
    hidden = 0
    for azimuth, elevation in SIDES:
        view = View(azimuth=azimuth, elevation=elevation)
        truth, deep = brute_force(field, points, view), field.buried(points, view)
        assert deep == pytest.approx(truth, abs=4e-3)
        seen = field.visibility(points, view)
        assert np.all(seen[truth < 1e-9] > 0.99)
        assert np.all(seen[truth > 0.034] == 0)
        hidden += int(np.sum(seen == 0))
    assert hidden > 100  # or the test has tested nothing


def test_visibility_in_the_bowl_by_formula() -> None:
    """In a bowl the way to the viewer is deepest below the surface where it leaves the box."""
    field = HeightField.sample(COSTS["bowl-2d"].value, BOWL, faces=96)
    middle = np.array([0.25, -0.25])  # the minimum (1, -1) in world units
    points = np.random.default_rng(5).uniform(-0.95, 0.95, (400, 2))
    k = BOWL.height / 50  # J = 1 + ... up to 51 at (-4, 4), and one data unit is 1/4
    for azimuth, elevation in SIDES:
        view = View(azimuth=azimuth, elevation=elevation)
        way = view.axes[2]
        leaves = np.min((np.copysign(1, way[:2]) - points) / way[:2], axis=1)
        out = points + leaves[:, None] * way[:2]
        world = field.lift(points * 4)
        rise = k * 16 * np.sum((out - middle) ** 2 - (points - middle) ** 2, axis=1)
        clear = leaves * way[2] - rise
        seen = field.buried(world, view) == 0
        sure = np.abs(clear) > 0.003
        assert np.array_equal(seen[sure], clear[sure] > 0)


def test_nothing_pops_when_turning() -> None:
    """From one frame to the next of a slow turn no point appears or vanishes at once."""
    field = HeightField.sample(COSTS["himmelblau"].value, HIMMELBLAU)
    points = field.lift(np.random.default_rng(1).uniform(-4.9, 4.9, (60, 2)))
    turn = [field.visibility(points, View(azimuth=a, elevation=0.8)) for a in np.arange(0, 6.3, 0.01)]
    jumps = np.abs(np.diff(turn, axis=0))
    assert jumps.max() < 0.5
    assert np.ptp(turn, axis=0).max() == 1


def test_corners_seen_along_an_axis() -> None:
    """Corners of the box and views along an axis divide by zero nowhere."""
    field = HeightField.sample(COSTS["bowl-2d"].value, BOWL)
    for azimuth in (0.0, np.pi / 2, np.pi):
        seen = field.visibility(field.vertices, View(azimuth=azimuth, elevation=0.6))
        assert seen.shape == field.z.shape
        assert np.all((seen >= 0) & (seen <= 1))


def test_seen_from_straight_above() -> None:
    """Nothing of a height field is hidden from above."""
    field = HeightField.sample(COSTS["himmelblau"].value, HIMMELBLAU)
    points = field.lift(np.random.default_rng(2).uniform(-5, 5, (50, 2)))
    assert np.all(field.visibility(points, View(azimuth=1.0, elevation=np.pi / 2)) == 1)
