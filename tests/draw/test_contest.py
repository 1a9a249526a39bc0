from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.results import axis_rates
from lranim.core.rules import RULES, suited_rate
from lranim.core.schedules import constant
from lranim.core.types import Array, Rule, Trajectory
from lranim.draw.contest import Contest
from lranim.draw.entrants import ending
from lranim.draw.standings import Standings

SHAPES = [(426, 240), (320, 240), (240, 240), (240, 426)]


def run_of(name: str, cost: str = "ravine", lr: float | None = None, steps: int = 40) -> Trajectory:
    """An optimizer's run from the cost's own start."""
    made = COSTS[cost]
    rule = RULES[name](0.8) if name in ("momentum", "nesterov") else RULES[name]()
    return descend(made, rule, constant(lr or suited_rate(name, made)), made.start, steps)


@pytest.fixture
def contest(staged: Callable[..., Any]) -> Callable[..., Contest]:
    """Make a contest of some runs in a frame of some size."""

    def make(*runs: Trajectory, size: tuple[int, int] = SHAPES[0], **how: Any) -> Contest:
        with staged("momentum", size=size) as scene:
            scene.setup()
            return Contest(scene, runs, 40, **how)

    return make


def test_paths_and_curves_are_in_step(contest: Callable[..., Contest]) -> None:
    """At rest each path is at its run's point, and each curve has come to its cost."""
    made = contest(run_of("gradient-descent"), run_of("adam"))
    for k in (1, 2, 17, 40):
        made.show(float(k))
        for run, path, curve in zip(made.runs, made.paths, made.curves, strict=True):
            assert np.allclose(path.tip, made.terrain.chart.at(*run.x[k]))
            assert np.allclose(curve.tip, made.chart.at(k, run.cost[k]))


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("count", [2, 4])
def test_rooms_are_apart(contest: Callable[..., Contest], size: tuple[int, int], count: int) -> None:
    """Map, chart and rows have rooms of their own in a frame of any shape."""
    names = ("gradient-descent", "momentum", "rmsprop", "adamw")[:count]
    made = contest(*map(run_of, names), size=size, meters=True)
    boxes = [made.terrain.chart.box, made.chart.box, *made.standings.lines]
    for k, one in enumerate(boxes):
        for other in boxes[k + 1 :]:
            assert (
                one.right <= other.left + 1e-9
                or other.right <= one.left + 1e-9
                or one.top <= other.bottom + 1e-9
                or other.top <= one.bottom + 1e-9
            )


def test_what_is_remembered_is_told(contest: Callable[..., Contest]) -> None:
    """Velocities have arrows, rates have meters, gradient descent has neither."""
    made = contest(*map(run_of, ("gradient-descent", "momentum", "adam")), arrows=True, meters=True)
    assert [run.rule.name for run, _ in made.arrows] == ["momentum"]
    assert len(made.standings.meters) == 2
    assert made.shows == "both"
    assert contest(run_of("gradient-descent"), run_of("adam")).shows == "rates"
    assert contest(run_of("gradient-descent"), run_of("nesterov")).shows == "velocity"
    assert contest(run_of("gradient-descent"), run_of("gradient-descent", lr=0.1)).shows == ""


class Kept(NamedTuple):
    """What a rule of a plugin may remember."""

    average: Array


def _begin(x: Array) -> Kept:
    return Kept(np.zeros_like(x))


def _by_sign(state: Kept, grad: Array, lr: Any, t: int) -> tuple[Array, Kept]:
    average = 0.9 * state.average + 0.1 * grad
    return -lr * np.sign(average), Kept(average)


def test_what_is_not_drawn_is_not_called_nothing(
    contest: Callable[..., Contest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a rule that keeps nothing has no memory; another one's state that is not drawn goes unsaid."""
    rule = Rule(name="lion", summary="", formula="", init=_begin, step=_by_sign)
    run = descend(COSTS["ravine"], rule, constant(0.1), (-3.5, 2.0), 40)
    said: list[tuple[str, ...]] = []
    monkeypatch.setattr(Standings, "note", lambda self, row, *choices: said.append(choices))
    contest(run, run_of("gradient-descent"), meters=True)
    assert said == [("η = 0.1",), ("η = 0.4, no memory", "η = 0.4")]


def test_a_velocity_is_two_steps_long(contest: Callable[..., Contest]) -> None:
    """At each point its arrow shows twice the step that led there: where it would roll to by itself."""
    made = contest(run_of("gradient-descent"), run_of("momentum"), arrows=True)
    ((run, arrow),) = made.arrows
    seen: list[Any] = []
    arrow.put = lambda point, way: seen.append((point, way))  # type: ignore[method-assign]
    for k in (1, 2, 17):
        made.show(float(k))
        point, way = seen.pop()
        assert np.array_equal(point, run.x[k])
        assert np.allclose(way, 2 * run.step[k - 1])


def test_meters_show_the_step_that_was_taken(contest: Callable[..., Contest]) -> None:
    """The rates of both axes, each after its own name, and bars of all runs to one scale."""
    made = contest(*map(run_of, ("momentum", "adagrad", "adam")), meters=True)
    velocity, *rates = made.standings.meters
    assert np.array_equal(velocity.values, made.runs[0].states.velocity)
    assert velocity.scale is None
    for run, meter in zip(made.runs[1:], rates, strict=True):
        words = [part.words for part in meter.parts[:2]]
        assert words == list(run.cost_function.variables)
        assert np.array_equal(meter.values[1:], axis_rates(run))
    assert rates[0].scale == rates[1].scale


def test_a_walk_ends_with_the_runs(contest: Callable[..., Contest], monkeypatch: pytest.MonkeyPatch) -> None:
    """A step takes its time, and none is waited for that nobody takes."""
    made = contest(run_of("momentum"), run_of("adam"))
    moves: list[tuple[float, Any]] = []
    monkeypatch.setattr(made.scene, "move", lambda seconds, draw, *moving: moves.append((seconds, draw)))
    made.walk(38, 99, 0.5)
    made.walk(40, 41, 0.5)
    ((seconds, draw),) = moves
    assert seconds == 1.0
    draw(0.5)
    assert np.allclose(made.curves[0].tip, made.chart.at(39, made.runs[0].cost[39]))


def test_costs_far_apart_have_a_log_axis(contest: Callable[..., Contest]) -> None:
    """Of twelve powers of ten at most, at the foot of which the curves of those who got lower end."""
    made = contest(run_of("momentum", steps=200), run_of("gradient-descent", steps=200))
    low = float(made.runs[0].cost.min())
    assert made.chart.axes.y.log
    assert 0 < low < 1e-12 * made.runs[0].cost[0]
    made.show(200.0)
    assert made.curves[0].tip[1] >= made.chart.plot.bottom
    near = contest(run_of("gradient-descent", lr=0.01, steps=5), run_of("momentum", lr=0.01, steps=5))
    assert not near.chart.axes.y.log


def test_who_is_best(contest: Callable[..., Contest]) -> None:
    """Who arrives first, or else ends nearest."""
    assert contest(run_of("gradient-descent"), run_of("momentum")).best == 1
    assert contest(run_of("gradient-descent", lr=0.1), run_of("adam", lr=1e-3)).best == 0


def test_a_run_that_explodes_does_not_flatten_the_others(contest: Callable[..., Contest]) -> None:
    """The chart ends a little above the start's cost, and no number is infinite."""
    made = contest(run_of("gradient-descent", lr=50.0), run_of("momentum"), meters=True)
    assert made.chart.axes.y.high < 3 * made.runs[0].cost[0]
    assert [one.kind for one in made.entrants] == ["diverged", "arrived"]
    assert [one.role for one in made.entrants] == ["minimum", "gradient"]


def test_each_run_has_its_names(contest: Callable[..., Contest]) -> None:
    """With its own rate in its row, and short at the end of its curve."""
    made = contest(run_of("gradient-descent", lr=0.25), run_of("momentum"))
    long, less, least = made.entrants[0].heads
    style = made.styles[0].role
    assert long == f"<{style}>gradient descent</{style}>  <muted>η = 0.25</muted>"
    assert less == long.replace("gradient descent", "GD")
    assert least == f"<{style}>GD</{style}>"
    assert made.curves[0].label.text.words == "GD"
    assert made.entrants[0].words == f"{made.runs[0].errors[-1]:.2g} away"


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
