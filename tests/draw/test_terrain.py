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
from lranim.draw.shapes import Shape
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


def test_contour_lines_are_lines_of_equal_cost(setter: Typesetter) -> None:
    """Each point of them has the cost of a level, with the variables on their own axes."""
    terrain = Terrain(setter, BOX, [run_on("ravine")])
    origin, unit = terrain.chart.at(0.0, 0.0), terrain.chart.at(1.0, 1.0) - terrain.chart.at(0.0, 0.0)
    lines = next(part for part in terrain.still if isinstance(part, Shape) and part.stroked)
    places, axes, plot = lines.points[::4, :2], terrain.chart.axes, terrain.chart.plot
    edges = np.array([[plot.left, plot.bottom], [plot.right, plot.top]])
    places = places[(np.abs(places[:, None] - edges) > 1e-3).all(axis=(1, 2))]
    cost = COSTS["ravine"]
    grid = np.meshgrid(*(np.linspace(axis.low, axis.high, 161) for axis in (axes.x, axes.y)))
    levels = levels_of(cost.value(np.stack(grid, axis=-1)))
    found = cost.value((places - origin) / unit)
    assert len(found) > 500
    assert (np.abs(found[:, None] / levels - 1).min(axis=1) < 0.05).mean() > 0.97
    assert (axes.x.label, axes.y.label) == cost.variables


def test_minima_out_of_sight_are_not_marked(setter: Typesetter) -> None:
    """Of Himmelblau's four, those that the paths come near to, and no mark is off the map."""
    terrain = Terrain(setter, BOX, [run_on("himmelblau")])
    plot, ring = terrain.chart.plot, terrain.still[-2].points[:, :2]
    assert len(ring)
    assert plot.left <= ring[:, 0].mean() <= plot.right
    assert (ring >= [plot.left - setter.unit * 2, plot.bottom - setter.unit * 2]).all()
    assert (ring <= [plot.right + setter.unit * 2, plot.top + setter.unit * 2]).all()


def test_long_runs_have_a_mark_at_some_steps(setter: Typesetter) -> None:
    """Not so many that they run into one another."""
    run = run_on("ravine", steps=200)
    terrain = Terrain(setter, BOX, [run])
    assert terrain.path(run, SERIES[0]).every == 5
    assert terrain.path(run_on("ravine", steps=40), SERIES[0]).every == 1


def test_an_arrow_is_as_long_as_the_way_it_shows_or_less(setter: Typesetter) -> None:
    """It points where the way leads, no farther than it may be, and not out of the map."""
    terrain = Terrain(setter, BOX, [run_on("ravine")])
    arrow = terrain.velocity(SERIES[1])
    for way in ((0.5, 0.0), (0.0, 40.0), (-1e9, 3.0)):
        arrow.put(np.array([-1.0, 0.5]), np.array(way))
        start, end = terrain.chart.at([-1.0, -1.0 + way[0]], [0.5, 0.5 + way[1]])
        reach = np.abs(arrow.shape.points[:, :2] - start).max()
        assert reach <= min(np.hypot(*(end - start)), LONGEST * setter.unit) + 0.1
        middle = (arrow.shape.points[:, :2] - start).mean(axis=0)
        assert middle @ (end - start) > 0
    top = [-1.0, terrain.chart.axes.y.high - 0.01]
    arrow.put(np.array(top), np.array([0.0, 1.0]))
    assert (arrow.shape.points[:, 1] <= terrain.chart.plot.top + setter.unit).all()
    arrow.put(np.array([-1.0, 0.5]), np.zeros(2))
    assert len(arrow.shape.points) == len(arrow.rim.points) == 0
    arrow.put(np.array([-100.0, 0.5]), np.ones(2))
    assert len(arrow.shape.points) == 0
