from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.schedules import constant
from lranim.core.types import Trajectory
from lranim.draw.contest import Contest
from lranim.draw.entrants import ending
from lranim.optimizers import rate_of, rule_of

SHAPES = [(426, 240), (320, 240), (240, 240), (240, 426)]


def run_of(name: str, cost: str = "ravine", lr: float | None = None, steps: int = 40) -> Trajectory:
    """An optimizer's run from the cost's own start."""
    made = COSTS[cost]
    return descend(made, rule_of(name, 0.8), constant(lr or rate_of(name, made)), made.start, steps)


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


def test_who_is_best(contest: Callable[..., Contest]) -> None:
    """Who arrives first, or else ends nearest."""
    assert contest(run_of("gradient-descent"), run_of("momentum")).best == 1
    assert contest(run_of("gradient-descent", lr=0.1), run_of("adam", lr=1e-3)).best == 0


def test_a_run_that_explodes_does_not_flatten_the_others(contest: Callable[..., Contest]) -> None:
    """The chart ends a little above the start's cost, and no number is infinite."""
    made = contest(run_of("gradient-descent", lr=50.0), run_of("momentum"), meters=True)
    assert made.chart.axes.y.high < 3 * made.runs[0].cost[0]
    assert [one.kind for one in made.entrants] == ["diverged", "arrived"]


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
