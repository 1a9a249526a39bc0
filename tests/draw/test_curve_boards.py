"""Boards of descents on curves: what they show at any moment is the runs', and stays where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from manim import VMobject

from lranim.core.costs import COSTS, bowl_of
from lranim.core.descend import descend
from lranim.core.rules import fixed, gradient_descent, slope
from lranim.core.schedules import constant
from lranim.core.types import Trajectory
from lranim.draw.boards.compare import CompareBoard, SmallPlots, common_view
from lranim.draw.boards.descent import LONGEST, REST, DescentBoard, StartsBoard
from lranim.draw.boards.story import Plays
from lranim.draw.chart.cost_curve import View
from lranim.draw.chart.descent import AIM, Descent
from lranim.draw.equation import Term
from lranim.draw.layout import Box

STARTS = (4.45, -0.27, -3.54)
SHAPES = [(426, 240), (320, 240), (240, 240), (240, 426)]


def runs_of(*starts: float, name: str = "two-minima", lr: float = 0.1, steps: int = 25) -> list[Trajectory]:
    """Gradient descent from each of the starts."""
    return [descend(COSTS[name], gradient_descent(), constant(lr), (start,), steps) for start in starts]


def bowl(lr: float = 0.9, steps: int = 29) -> Trajectory:
    """Gradient descent on the bowl from 13."""
    return runs_of(13.0, name="bowl", lr=lr, steps=steps)[0]


def play(motions: Plays) -> None:
    """Play what has not been played yet."""
    for motion in motions:
        motion()


def centre(descent: Descent) -> Any:
    """Where its dot is."""
    return descent.dot.points[:, :2].mean(axis=0)


@pytest.fixture
def scene(staged: Callable[..., Any]) -> Iterator[Any]:
    """A scene that is set up and empty."""
    with staged("learning-rate") as made:
        made.setup()
        yield made


@pytest.fixture
def board_of(staged: Callable[..., Any]) -> Callable[..., Any]:
    """Make a board of one descent in a scene of its own."""

    @contextmanager
    def make(trajectory: Trajectory, **options: Any) -> Iterator[DescentBoard]:
        with staged("learning-rate") as scene:
            scene.setup()
            lines = [(Term(trajectory.x[:-1, 0], "point"),)]
            yield DescentBoard(scene, trajectory, trajectory.steps, rule="a", lines=lines, **options)

    return make


@pytest.mark.parametrize(
    ("name", "lr"), [("bowl", 1.05), ("bowl", 3.0), ("bowl", 100.0), ("two-minima", 3.0)]
)
def test_a_view_follows_every_point_that_is_shown(board_of: Callable[..., Any], name: str, lr: float) -> None:
    """At rest at any point, the dot lies on the curve inside the plot's box, however far the run goes."""
    cost = COSTS[name]
    with board_of(descend(cost, gradient_descent(), constant(lr), cost.start, 29)) as board:
        plot, run, descent = board.plot, board.run, board.descents[0]
        widths = [view.right - view.left for view in board.views]
        assert len(widths) == run.steps + 1
        assert widths == sorted(widths)
        for k in range(run.steps):
            play(board.walk(k, k + 1, 0.5))
            assert plot.view == board.views[k + 1]
            assert centre(descent) == pytest.approx(plot.on_curve(run.x[k + 1, 0]))
            x, y = centre(descent)
            assert plot.plot.left <= x <= plot.plot.right
            assert plot.plot.bottom <= y <= plot.plot.top + 0.01
        assert bool(plot.note.shown) == (widths[-1] > 1.01 * widths[0])


@pytest.mark.parametrize(
    ("start", "stride", "crossing"), [(13.0, 1.5, 6), (13.0, 5.0, 13), (-7.0, 4.0, 2), (3.0, 1.0, 13)]
)
def test_the_step_that_jumps_over(
    board_of: Callable[..., Any], start: float, stride: float, crossing: int
) -> None:
    """It is the first one that lands on the other side; none does where a step ends at the minimum."""
    with board_of(descend(COSTS["bowl"], fixed(stride), constant(1), (start,), 13)) as board:
        assert board.crossing == crossing


def test_walking_takes_its_time_and_ends_where_it_should(board_of: Callable[..., Any]) -> None:
    """So many seconds a step, no step left out; steps too short to see are counted faster."""
    with board_of(bowl(0.9)) as board:
        play(board.walk(0, 4, 0.5))
        assert (board.scene.time, board.done) == (pytest.approx(2.0), 4.0)
        play(board.walk(4, 99, 0.1))
        assert board.done == 29.0
    with board_of(bowl(0.3)) as board:
        play(board.walk(0, 29, 1.0))
        assert 9 < board.scene.time < 20


def test_several_walk_in_step(scene: Any) -> None:
    """At each moment every dot is at its own run's point, and one number counts the steps of all."""
    board = StartsBoard(scene, runs_of(*STARTS))
    for k in (1, 7, 25):
        board.show(float(k))
        assert board.count.shown[0][0] == f"step {k}"
        for descent in board.descents:
            assert np.allclose(centre(descent), board.plot.on_curve(descent.run.x[k, 0]), atol=1e-3)
            assert len(descent.tangent.points)


@pytest.mark.parametrize(
    ("starts", "options"),
    [
        (STARTS, {}),
        ((4.95, 1.5, 0.5, -3.95), {}),
        ((-4.0, 5.0), {"lr": 1.0}),
        ((13.0,), {"name": "bowl"}),
        ((-7.0,), {"name": "bowl", "lr": 0.9}),
        ((3.0,), {"name": "gentle-bowl"}),
    ],
)
def test_starts_are_named_where_there_is_room(
    scene: Any, ink: Callable[[VMobject], Box], starts: tuple[float, ...], options: dict[str, Any]
) -> None:
    """Each name stands inside the plot and off the curve."""
    board = StartsBoard(scene, runs_of(*starts, **options))
    plot, first = board.plot, 0
    curve = plot.on_curve(np.linspace(plot.view.left, plot.view.right, 2000))
    written = {f"a = {start:g}".replace("-", "−") for start in starts}
    for words, count in board.starts.shown:
        assert words in written
        part = board.starts.points.reshape(-1, 4, 3)[first : first + count, :, :2].reshape(-1, 2)
        (left, bottom), (right, top) = part.min(axis=0), part.max(axis=0)
        assert plot.plot.left <= left < right <= plot.plot.right
        assert top < plot.plot.top
        under = curve[(curve[:, 0] > left) & (curve[:, 0] < right), 1]
        assert not ((under > bottom) & (under < top)).any(), words
        first += count
    assert board.starts.shown or starts == (-7.0,) or len(starts) > 3


def test_a_long_row_of_steps_is_quick(scene: Any) -> None:
    """Steps have their pace until they are many; those too short to see do not keep one waiting."""
    few = StartsBoard(scene, runs_of(13.0, name="bowl"))
    few.walk(0.0, 3.0, 0.75)
    few.walk(3.0, 3.0, 0.75)
    few.walk(0.0, 0.35, 2.0)
    took = float(scene.time)
    assert took == pytest.approx(3 * 0.75 + 0.35 * 2.0, abs=0.1)  # whole frames
    many = StartsBoard(scene, runs_of(13.0, name="bowl", lr=0.01, steps=500))
    many.walk(0.0, 900.0, 0.34)
    assert LONGEST < scene.time - took < LONGEST + REST + 0.11
    assert many.count.shown[0][0] == "step 500"


STEEP = [descend(bowl_of(k), slope(), constant(1.0), (13.0,), 8) for k in (0.5, 1.0, 2.0, 2.2)]
ENDINGS = ("settles", "lands at once", "bounces for ever", "too large: diverges")


def small_plots(scene: Any, runs: list[Trajectory], endings: tuple[str, ...]) -> SmallPlots:
    """Small plots beside one another."""
    boxes = Box(-6.5, -3.0, 6.5, 2.6).grid(len(runs), gap=0.2, aspect=0.55)
    titles = [f"curvature <cost>{run.cost_function.name}</cost>" for run in runs]
    return SmallPlots(scene, boxes, runs, titles, endings, reading=True)


def test_a_common_view_holds_starts_and_curves() -> None:
    """Every start and all curves over its whole width; it does not follow what explodes."""
    view = common_view(STEEP)
    assert view.left < -9 < 13 < view.right < 17.4
    edge = max(float(run.cost_function.value(np.array([view.right]))) for run in STEEP)
    assert view.low == 0
    assert edge < view.high < 1.2 * edge
    calm, whole = common_view([STEEP[0]]), View.of(STEEP[0].cost_function, -7.8, 13.8)
    assert (calm.left, calm.right, calm.high) == pytest.approx((whole.left, whole.right, whole.high))


@pytest.mark.parametrize(
    ("runs", "endings"),
    [
        (STEEP, ENDINGS),
        ([descend(bowl_of(100.0), slope(), constant(1.0), (13.0,), 500)], ("too large: diverges",)),
        ([descend(bowl_of(0.001), slope(), constant(1.0), (13.0,), 8)], ("slow: crawls",)),
    ],
)
def test_all_of_it_stays_in_its_box(
    scene: Any, ink: Callable[[VMobject], Box], runs: list[Trajectory], endings: tuple[str, ...]
) -> None:
    """Whatever the moment, and with a run that leaves; at rest dot and value are the run's."""
    made = small_plots(scene, runs, endings)
    for progress in (0.0, 0.2, 1.0, 1.7, 2.0, 5.0, 99.0):
        made.show(progress)
        for plot in made.plots:
            for part in (plot.still, plot.moving, plot.chip):
                filled, box = ink(part), plot.box
                assert box.left - 0.03 <= filled.left < filled.right <= box.right + 0.03
                assert box.bottom - 0.03 <= filled.bottom < filled.top <= box.top + 0.03
            k = min(int(progress), plot.run.steps)
            assert plot.reading is not None
            assert plot.reading.shown == f"a = {plot.run.x[k, 0]:.2f}".replace("-", "−")
            seen = len(plot.descent.dot.points)
            if progress == k and seen:
                assert np.allclose(centre(plot.descent), plot.plot.on_curve(plot.run.x[k, 0]), atol=1e-3)
    for boxes in ([plot.plot.plot for plot in made.plots], [ink(plot.chip[0]) for plot in made.plots]):
        assert len({(round(box.bottom, 9), round(box.height, 9), round(box.width, 9)) for box in boxes}) == 1


@pytest.fixture
def compared(staged: Callable[..., Any]) -> Callable[..., CompareBoard]:
    """Rates on the bowl, compared in a frame of some size."""

    def make(*rates: float, size: tuple[int, int] = (426, 240)) -> CompareBoard:
        with staged("learning-rate-compare", size=size) as scene:
            scene.setup()
            names = [str(rate) for rate in rates]
            return CompareBoard(scene, [bowl(rate) for rate in rates], names, ["settles"] * len(rates))

    return make


def test_plots_and_curves_are_in_step(compared: Callable[..., CompareBoard]) -> None:
    """At rest each plot is at its run's point, each curve at its cost; it waits while the arrows grow."""
    board = compared(0.1, 0.3, 0.9)
    curves = board.chart.runs
    for progress in (0.0, AIM / 2, AIM):
        board.show(progress)
        assert [curve.alpha for curve in curves] == [0.0] * 3
    for k in (1, 2, 7, 29):
        board.show(float(k))
        for plot, curve in zip(board.plots, curves, strict=True):
            assert np.allclose(centre(plot.descent), plot.plot.on_curve(plot.run.x[k, 0]), atol=1e-3)
            assert np.allclose(curve.tip, board.chart.at(k, plot.run.cost[k]))
        tips = [curve.tip for curve in curves]
        board.show(k + AIM)
        assert np.allclose([curve.tip for curve in curves], tips)
        assert [curve.alpha for curve in curves] == [1.0] * 3


def test_a_run_that_explodes_does_not_flatten_the_others(compared: Callable[..., CompareBoard]) -> None:
    """The axis ends a little above the start's cost; the curve that goes higher is cut off there."""
    board = compared(0.1, 1.2, 50.0)
    board.show(29.0)
    assert board.chart.y.high < 1.5 * 101
    for curve in board.chart.runs[1:]:
        assert curve.tip is not None
        # It may end in a gap of its dashes.
        assert curve.tip[1] == pytest.approx(board.chart.plot.top, abs=0.1)
    assert compared(0.1, 0.9).chart.y.high < 1.1 * 101


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("count", [2, 3, 4])
def test_plots_are_equal_and_apart_from_the_chart(
    compared: Callable[..., CompareBoard], size: tuple[int, int], count: int
) -> None:
    """In a frame of any shape all are of one size, and none reaches into the chart's box."""
    board = compared(*(0.1, 0.5, 0.9, 1.05)[:count], size=size)
    boxes, chart = [plot.box for plot in board.plots], board.chart.box
    assert len({(round(box.width, 6), round(box.height, 6)) for box in boxes}) == 1
    assert all(box.bottom > chart.top or box.right < chart.left for box in boxes)
