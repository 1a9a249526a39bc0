"""Several runs on a map with their costs and what they remember, and the plane of momentum's regions."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pytest
from manim import VMobject

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.results import axis_rates
from lranim.core.rules import RULES, gradient_descent, suited_rate
from lranim.core.schedules import constant
from lranim.core.theory import best_momentum, momentum_radius
from lranim.core.types import Array, Rule, Trajectory
from lranim.draw.boards.maps import REGIONS, ContourMap, StabilityPlane, levels_of, window
from lranim.draw.boards.optimizers import Meter, OptimizersBoard, ending
from lranim.draw.layout import Box
from lranim.draw.lettering import HaloText, Typesetter
from lranim.draw.scene import role_of
from lranim.draw.shapes import Shape
from lranim.look.theme import SERIES

BOX = Box(-6.0, -3.0, 1.0, 2.5)
SURFACES = [name for name, cost in COSTS.items() if cost.dim == 2]
SHAPES = [(426, 240), (320, 240), (240, 240), (240, 426)]


def run_on(name: str, lr: float | None = None, steps: int = 40) -> Trajectory:
    """Gradient descent from the cost's own start."""
    cost = COSTS[name]
    return descend(cost, gradient_descent(), constant(lr or cost.lr), cost.start, steps)


def run_of(name: str, lr: float | None = None, steps: int = 40) -> Trajectory:
    """An optimizer's run in the ravine."""
    cost = COSTS["ravine"]
    rule = RULES[name](0.8) if name in ("momentum", "nesterov") else RULES[name]()
    return descend(cost, rule, constant(lr or suited_rate(name, cost)), cost.start, steps)


@pytest.fixture
def board_of(staged: Callable[..., Any]) -> Callable[..., OptimizersBoard]:
    """Make a board of some runs in a frame of some size."""

    def make(
        *runs: Trajectory, size: tuple[int, int] = SHAPES[0], steps: int = 40, **how: Any
    ) -> OptimizersBoard:
        with staged("momentum", size=size) as scene:
            scene.setup()
            return OptimizersBoard(scene, runs, steps, **how)

    return make


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("aspect", [0.6, 1.0, 2.2])
def test_the_window_holds_the_path_within_the_domain(name: str, aspect: float) -> None:
    """Start and target are in it, and both variables have one scale unless the domain ends first."""
    run = run_on(name)
    first, last = np.array(window([run], aspect)).T
    low, high = np.array(COSTS[name].domain).T
    assert (first >= low - 1e-9).all()
    assert (last <= high + 1e-9).all()
    for point in (run.x[0], run.target):
        assert ((first <= point) & (point <= last)).all()
    size = last - first
    assert size[0] / size[1] == pytest.approx(aspect) or np.isclose(size, high - low).any()


def test_a_run_that_stays_in_one_place_has_a_window() -> None:
    """From the minimum nothing moves."""
    cost = COSTS["bowl-2d"]
    run = descend(cost, gradient_descent(), constant(0.1), cost.minima[0], 3)
    assert (np.diff(window([run], 1.3)) > 0.1).all()


def test_levels_are_equal_factors_apart() -> None:
    """Above the lowest value; what is not finite does not count, and a plain has none."""
    steps = levels_of(np.array([-2.0, np.inf, np.nan, *np.linspace(-2, 98, 1000)])) + 2
    assert np.allclose(steps[1:] / steps[:-1], steps[1] / steps[0])
    assert steps[-1] == pytest.approx(97, rel=0.01)
    assert len(levels_of(np.ones(9))) == 0


@pytest.mark.parametrize("name", ["ravine", "himmelblau"])
def test_paths_minima_and_contour_lines_are_where_the_data_are(
    setter: Typesetter, ink: Callable[[VMobject], Box], name: str
) -> None:
    """A path's points, the ring about a minimum that is seen, and lines each point of which has its cost."""
    run, cost = run_on(name), COSTS[name]
    made = ContourMap(setter, BOX, [run])
    assert np.allclose(made.path(run, SERIES[0]).draw_to(7.0).tip, made.at(*run.x[7]))
    ring = ink(made.still[-2]).centre
    near = min(cost.minima, key=lambda minimum: float(np.hypot(*(run.target - minimum))))
    assert ring == pytest.approx(made.at(*near), abs=0.01)
    drawn = ink(made.still)
    assert BOX.left - 0.01 <= drawn.left < drawn.right <= BOX.right + 0.1 * setter.unit
    lines = next(part for part in made.still if isinstance(part, Shape) and part.stroked)
    places, edges = lines.points[::4, :2], np.array(made.plot.corners)
    places = places[(np.abs(places[:, None] - edges) > 1e-3).all(axis=(1, 2))]
    grid = np.meshgrid(*(np.linspace(axis.low, axis.high, 161) for axis in (made.x, made.y)))
    origin, unit = made.at(0.0, 0.0), made.at(1.0, 1.0) - made.at(0.0, 0.0)
    found = cost.value((places - origin) / unit)
    assert len(found) > 500
    levels = levels_of(cost.value(np.stack(grid, axis=-1)))
    assert (np.abs(found[:, None] / levels - 1).min(axis=1) < 0.05).mean() > 0.97


def test_paths_and_curves_are_in_step(board_of: Callable[..., OptimizersBoard]) -> None:
    """At rest each path is at its run's point, and each curve has come to its cost."""
    board = board_of(run_of("gradient-descent"), run_of("adam"))
    for k in (1, 2, 17, 40):
        board.show(float(k))
        for run, path, curve in zip(board.runs, board.paths, board.chart.runs, strict=True):
            assert np.allclose(path.tip, board.map.at(*run.x[k]))
            assert np.allclose(curve.tip, board.chart.at(k, run.cost[k]))


@pytest.mark.parametrize("size", SHAPES, ids=str)
@pytest.mark.parametrize("count", [2, 4])
def test_rooms_are_apart(
    board_of: Callable[..., OptimizersBoard],
    ink: Callable[[VMobject], Box],
    size: tuple[int, int],
    count: int,
) -> None:
    """Map, chart and rows have rooms of their own in a frame of any shape, names and endings in each row."""
    names = ("gradient-descent", "momentum", "rmsprop", "adamw")[:count]
    board = board_of(*map(run_of, names), size=size, meters=True)
    heads, chips = board.rows.still[1::2], [ink(chip) for chip in board.rows.chips]
    for one, two in combinations([board.map.box, board.chart.box, *chips], 2):
        across = min(one.right, two.right) - max(one.left, two.left)
        assert min(across, min(one.top, two.top) - max(one.bottom, two.bottom)) < 1e-9
    assert len({head.em for head in heads}) == 1
    for head, chip, meter in zip(heads, chips, board.rows.moving, strict=True):
        assert ink(head).right < min(chip.left, ink(meter).left)


def meters_of(board: OptimizersBoard) -> list[Meter]:
    """The meters of its rows."""
    return [one for one in board.rows.moving if isinstance(one, Meter)]


def test_what_is_remembered_is_told(board_of: Callable[..., OptimizersBoard]) -> None:
    """Velocities have arrows, rates have bars to one scale, gradient descent has neither."""
    runs = [run_of(name) for name in ("gradient-descent", "momentum", "adagrad", "adam")]
    board = board_of(*runs, arrows=True, meters=True)
    assert [run.rule.name for run, _ in board.arrows] == ["momentum"]
    assert board.shows == "both"
    velocity, *rates = meters_of(board)
    assert np.array_equal(velocity.values, board.runs[1].states.velocity)
    assert velocity.full is None
    for run, meter in zip(board.runs[2:], rates, strict=True):
        assert [part.words for part in meter[:2]] == list(run.cost_function.variables)
        assert np.array_equal(meter.values[1:], axis_rates(run))
    assert rates[0].full == rates[1].full
    assert board_of(runs[0], runs[3]).shows == "rates"
    assert board_of(runs[0], run_of("nesterov")).shows == "velocity"
    assert board_of(runs[0], run_of("gradient-descent", lr=0.1)).shows == ""


class Kept(NamedTuple):
    """What a rule of a plugin may remember."""

    average: Array


def _by_sign(state: Kept, grad: Array, lr: Any, t: int) -> tuple[Array, Kept]:
    average = 0.9 * state.average + 0.1 * grad
    return -lr * np.sign(average), Kept(average)


def test_what_is_not_drawn_is_not_called_nothing(board_of: Callable[..., OptimizersBoard]) -> None:
    """Only a rule that keeps nothing has no memory; another one's state that is not drawn goes unsaid."""
    rule = Rule(name="lion", summary="", formula="", init=lambda x: Kept(np.zeros_like(x)), step=_by_sign)
    run = descend(COSTS["ravine"], rule, constant(0.1), (-3.5, 2.0), 40)
    board = board_of(run, run_of("gradient-descent"), meters=True, size=(854, 480))
    notes = [note.lines[0].words for note in board.rows.moving]
    assert notes == ["η = 0.1", "η = 0.4, no memory"]


def test_a_velocity_is_two_steps_long(board_of: Callable[..., OptimizersBoard]) -> None:
    """At each point its arrow shows twice the step that led there: where it would roll to by itself."""
    board = board_of(run_of("gradient-descent"), run_of("momentum"), arrows=True)
    [(run, arrow)] = board.arrows
    for k in (1, 2, 17):
        board.show(float(k))
        drawn = arrow[1].points.copy()
        arrow.put(run.x[k], 2 * run.step[k - 1])
        assert arrow[1].points == pytest.approx(drawn)


def test_costs_far_apart_have_a_log_axis(board_of: Callable[..., OptimizersBoard]) -> None:
    """Of twelve powers of ten at most; the curves of those who got lower leave it at its foot."""
    board = board_of(run_of("momentum", steps=200), run_of("gradient-descent", steps=200), steps=200)
    assert board.chart.y.log
    assert 0 < float(board.runs[0].cost.min()) < 1e-12 * board.runs[0].cost[0]
    board.show(200.0)
    tip = board.chart.runs[0].tip
    assert tip is not None
    assert tip[1] == pytest.approx(board.chart.plot.bottom, abs=1e-5)
    near = board_of(run_of("gradient-descent", lr=0.01, steps=5), run_of("momentum", lr=0.01, steps=5))
    assert not near.chart.y.log


def test_who_is_best(board_of: Callable[..., OptimizersBoard]) -> None:
    """Who arrives first, or else ends nearest."""
    assert board_of(run_of("gradient-descent"), run_of("momentum")).best == 1
    assert board_of(run_of("gradient-descent", lr=0.1), run_of("adam", lr=1e-3)).best == 0


@pytest.mark.parametrize(
    ("run", "kind"),
    [
        (run_of("momentum"), "arrived"),
        (run_of("gradient-descent", lr=0.1), "away"),
        (run_of("gradient-descent", lr=0.6), "diverged"),
    ],
)
def test_endings(run: Trajectory, kind: str) -> None:
    """Near a minimum for good, not yet, or off."""
    assert ending(run, 40) == kind


PAIRS = ((0.4, 0.0), (0.4, 0.8))


def plane_of(setter: Typesetter, *pairs: tuple[float, float]) -> StabilityPlane:
    """The plane of a ravine of condition number 50, with some pairs in it."""
    curvatures, names = np.array([0.08, 4.0]), {name: name for name in REGIONS}
    best = best_momentum(curvatures)
    box = Box(-1.0, -3.0, 6.0, 1.5)
    return StabilityPlane(
        setter, box, curvatures, np.array(pairs), SERIES[:2], (best.lr, best.beta), 0.93, names
    )


@pytest.fixture
def plane(setter: Typesetter) -> StabilityPlane:
    """The plane with a pair without momentum and one with it."""
    return plane_of(setter, *PAIRS)


def inside(points: Array, curves: Array) -> Array:
    """Which points ``(k, 2)`` lie within closed curves, given as pieces of four points each."""
    start, end = curves.reshape(-1, 4, 3)[:, 0, :2], curves.reshape(-1, 4, 3)[:, 3, :2]
    (x, y), (x0, y0), (x1, y1) = points.T[:, :, None], start.T, end.T
    crosses = (y0 > y) != (y1 > y)
    with np.errstate(all="ignore"):
        right = x < x0 + (y - y0) / (y1 - y0) * (x1 - x0)
    return np.asarray((crosses & right).sum(axis=1) % 2 == 1)


def test_regions_are_what_theory_says_and_drawn_where_they_are(plane: StabilityPlane) -> None:
    """It diverges where the spectral radius is 1 or more, and crawls where it is little less."""
    rng = np.random.default_rng(5)
    lr, beta = rng.uniform(0.01, 1.2, 500), rng.uniform(0.01, 0.99, 500)
    radius, regions = momentum_radius(lr, beta, plane.curvatures), plane.regions_at(lr, beta)
    assert np.array_equal(regions == "diverges", radius >= 1)
    assert np.array_equal(regions == "crawls", (radius > 0.93) & (radius < 1))
    assert plane.regions_at(np.array([0.4, 0.4]), np.array([0.8, 0.0])).tolist() == ["settles", "crawls"]
    shown = np.full(500, "nothing ")
    for name, shape in zip(REGIONS, plane.still, strict=False):
        shown[inside(plane.at(lr, beta), shape.points)] = name
    assert (shown == regions).mean() > 0.97
    border = plane.still[len(REGIONS)].points  # from 2 / L without momentum to 4 / L
    assert np.allclose(border[[0, -1], :2], plane.at([0.5, 1.0], [0.0, 1.0]))


def test_regions_have_the_colours_of_verdicts() -> None:
    """They mean here what they mean elsewhere, and no two regions look alike."""
    assert len(set(REGIONS.values())) == len(REGIONS)
    for name in ("settles", "crawls", "diverges"):
        assert REGIONS[name] == role_of(name)


def test_marks_and_names_stand_where_they_belong(
    plane: StabilityPlane, ink: Callable[[VMobject], Box]
) -> None:
    """The best pair in its ring, and each name in its own region."""
    best = best_momentum(plane.curvatures)
    assert ink(plane.ring).centre == pytest.approx(plane.at(best.lr, best.beta))
    origin, unit = plane.at(0.0, 0.0), plane.at(1.0, 1.0) - plane.at(0.0, 0.0)
    names = [part for part in plane.still if isinstance(part, HaloText)]
    assert len(names) >= 3
    for name in names:
        lr, beta = (np.array([name.x + name.advance / 2, name.box.centre[1]]) - origin) / unit
        assert plane.regions_at(np.array([lr]), np.array([beta])) == [name.text.words]


def test_the_plane_reaches_as_far_as_its_marks(setter: Typesetter) -> None:
    """A rate beyond all borders is in it; where both pairs are one there is one way, and one number."""
    far = plane_of(setter, (2.0, 0.0), (2.0, 0.8))
    assert far.at(2.0, 0.0)[0] < far.plot.right
    assert len(plane_of(setter, (0.2, 0.0), (0.2, 0.0)).criticals) == 1
