from __future__ import annotations

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Trajectory
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.terrain import LONGEST, Terrain, levels_of, window
from lranim.look.theme import SERIES

BOX = Box(-6.0, -3.0, 1.0, 2.5)
SURFACES = [name for name, cost in COSTS.items() if cost.dim == 2]


def run_on(name: str, lr: float | None = None, steps: int = 40) -> Trajectory:
    """Gradient descent from the cost's own start."""
    cost = COSTS[name]
    return descend(cost, gradient_descent(), constant(lr or cost.lr), cost.start, steps)


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("aspect", [0.6, 1.0, 2.2])
def test_the_window_holds_the_path_within_the_domain(name: str, aspect: float) -> None:
    """Start and target are in it, and both variables have one scale unless the domain ends first."""
    run = run_on(name)
    spans = np.array(window([run], aspect))
    low, high = np.array(COSTS[name].domain).T
    assert (spans[:, 0] >= low - 1e-9).all()
    assert (spans[:, 1] <= high + 1e-9).all()
    for point in (run.x[0], run.target):
        assert (spans[:, 0] <= point).all()
        assert (point <= spans[:, 1]).all()
    size = spans[:, 1] - spans[:, 0]
    full = np.isclose(size, high - low)
    assert size[0] / size[1] == pytest.approx(aspect) or full.any()


def test_a_run_that_stays_in_one_place_has_a_window() -> None:
    """From the minimum nothing moves."""
    cost = COSTS["bowl-2d"]
    run = descend(cost, gradient_descent(), constant(0.1), cost.minima[0], 3)
    spans = np.array(window([run], 1.3))
    assert (spans[:, 1] - spans[:, 0] > 0.1).all()


def test_levels_are_equal_factors_apart() -> None:
    """Above the lowest value; what is not finite does not count, and a plain has none."""
    values = np.array([-2.0, np.inf, np.nan, *np.linspace(-2, 98, 1000)])
    steps = levels_of(values) + 2
    assert np.allclose(steps[1:] / steps[:-1], steps[1] / steps[0])
    assert steps[-1] == pytest.approx(97, rel=0.01)
    assert len(levels_of(np.ones(9))) == 0


def test_paths_and_minima_are_where_the_data_are(setter: Typesetter) -> None:
    """The path's points lie on the chart's places, and the ring about the minimum."""
    run = run_on("ravine")
    terrain = Terrain(setter, BOX, [run])
    path = terrain.path(run, SERIES[0]).show(7.0)
    assert np.allclose(path.tip, terrain.chart.at(*run.x[7]))
    ring = terrain.still[-2].points[:, :2]
    assert np.allclose((ring.min(axis=0) + ring.max(axis=0)) / 2, terrain.chart.at(0.0, 0.0), atol=1e-6)
    marks = np.concatenate([shape.points for shape in terrain.still.get_family() if len(shape.points)])
    assert marks[:, 0].min() >= BOX.left - 1e-6
    assert marks[:, 0].max() <= BOX.right + 0.1 * setter.unit


def test_an_arrow_is_as_long_as_the_way_it_shows_or_less(setter: Typesetter) -> None:
    """It points where the way leads, no farther than it may be, and not out of the map."""
    terrain = Terrain(setter, BOX, [run_on("ravine")])
    arrow = terrain.velocity(SERIES[1])
    for way in ((0.5, 0.0), (0.0, 40.0), (-1e9, 3.0)):
        arrow.put(np.array([-1.0, 0.5]), np.array(way))
        start, end = terrain.chart.at([-1.0, -1.0 + way[0]], [0.5, 0.5 + way[1]])
        reach = np.abs(arrow.shape.points[:, :2] - start).max()
        assert reach <= min(np.hypot(*(end - start)), LONGEST * setter.unit) + 0.1
    arrow.put(np.array([-1.0, 0.5]), np.zeros(2))
    assert len(arrow.shape.points) == len(arrow.rim.points) == 0
    arrow.put(np.array([-100.0, 0.5]), np.ones(2))
    assert len(arrow.shape.points) == 0
