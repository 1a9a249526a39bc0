"""Many small steps downhill: the tangent at each point, and other starts that end in other valleys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Self

import numpy as np
from pydantic import Field, model_validator

from lranim.core.checks import rounded
from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.results import Runs
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.starts import draw_start, with_other_starts
from lranim.core.story import ending
from lranim.core.types import NEAR, Array, Cost, Trajectory
from lranim.draw.boards.descent import StartsBoard
from lranim.draw.chart.descent import AIM
from lranim.draw.scene import LessonScene, words_of
from lranim.look.text import short
from lranim.params import CurveCost, CurveObjective, Steps, check_first_steps, check_start

CURVES = ("bowl", "two-minima")
"""The costs of the lesson when none is named: with one minimum, and with two."""


class Params(CurveObjective):
    """Options of the scene."""

    cost: CurveCost | None = Field(
        None, description="cost function (unless given, a curve with one minimum and then one with two)"
    )
    seed: int = Field(12, ge=0, le=2**32 - 1, description="seed from which the starts are drawn")
    start: float | None = Field(
        None, description="first value of the variable on the first curve, in place of a drawn one"
    )
    lr: float = Field(0.1, gt=0, le=1, description="learning rate (unless given, small for the cost)")
    steps: Steps = Field(25, description="number of steps")

    unnamed = CURVES[0]

    @classmethod
    def suited(cls, cost: Cost) -> dict[str, Any]:
        """A learning rate that is small for the cost."""
        return {"lr": min(rounded(cost.lr / 3), 1.0)}

    @property
    def first(self) -> Array:
        """Where the first run starts."""
        return draw_start(self.objective, self.seed) if self.start is None else np.array([self.start])

    def first_steps(self, slope: Array) -> dict[str, Array]:
        """The step of gradient descent."""
        return {f"--lr is {self.lr:g}": -self.lr * slope}

    @model_validator(mode="after")
    def _start_in_domain(self) -> Self:
        if self.start is not None:
            check_start(self.objective, (self.start,))
        check_first_steps(self.objective, self.first, self.first_steps)
        return self


def walks(params: Params) -> list[tuple[Trajectory, ...]]:
    """The first run by itself, then all runs on the last curve where that has several minima."""

    def follow(cost: Cost, start: Array) -> Trajectory:
        return descend(cost, gradient_descent(), constant(params.lr), start, params.steps)

    named = params.cost or params.function
    costs = [params.objective] if named else [COSTS[name] for name in CURVES]
    first = follow(costs[0], params.first)
    if len(costs[-1].minima) < 2:
        return [(first,)]
    leader = first if len(costs) == 1 else follow(costs[-1], draw_start(costs[-1], params.seed))
    return [(first,), with_other_starts(leader, partial(follow, costs[-1]), params.seed)]


def numbers(params: Params) -> Runs:
    """The descents that are drawn, in the order of the story."""
    runs = list(dict.fromkeys(run for part in walks(params) for run in part))
    return Runs(key="run", runs=dict(enumerate(runs, 1)))


class Descent(LessonScene):
    """A point walks down a curve; then several points, from other starts, each into its own valley."""

    params_type = Params
    has_verdict = False

    def construct(self) -> None:
        """Tell the story."""
        params, waits = self.params, self.theme.waits
        (first,), *rest = walks(params)
        facts = words_of(first) | {"lr": params.lr}
        self.title("descent.title")
        self.beat("descent.start" if params.start is None else "descent.start_given", **facts)
        board = StartsBoard(self, [first]).appear()
        self.hold(waits.read)

        self.beat("descent.rule")
        board.walk(0.0, AIM, waits.explain / 2 / AIM)
        self.picture()
        self.hold(waits.read)
        board.walk(AIM, 1.0, waits.explain / 2 / (1 - AIM))
        if first.steps > 1:
            self.beat("descent.walk")
            board.walk(1.0, 3.0, waits.step)
            board.walk(3.0, first.steps, waits.quick)
        kind = ending(first, params.steps)
        self.beat(f"end.{kind}", **facts)
        self.alt = self.say(f"alt.{'known' if first.cost_function.minima else 'open'}.{kind}", **facts)
        if rest:
            self.hold(waits.read)
            self.others(board, rest[0], facts)
        self.hold(waits.end)

    def others(self, board: StartsBoard, runs: Sequence[Trajectory], facts: Mapping[str, Any]) -> None:
        """Tell where other starts lead."""
        waits, cost = self.theme.waits, runs[0].cost_function
        about = {"count": len(cost.minima), "starts": len(runs)}
        self.beat("descent.starts" if cost is board.plot.cost else "descent.curve", **about)
        crowd = StartsBoard(self, runs)
        board.give_way(crowd, waits.read)
        self.hold(waits.read)

        self.beat("descent.race")
        crowd.walk(0.0, 3.0, waits.step)
        crowd.walk(3.0, crowd.steps, waits.quick)
        landed = all(run.errors[-1] <= NEAR for run in runs)
        apart = len({tuple(run.target) for run in runs}) > 1
        self.beat(f"descent.{('apart' if apart else 'together') if landed else 'unsettled'}", **facts)
        lists = {
            "minima": [minimum[0] for minimum in cost.minima],
            "all_starts": [run.x[0, 0] for run in runs],
            "ends": [round(run.x[-1, 0], 1) for run in runs],
        }
        words = {
            key: self.listed("descent.list", (short(float(value)) for value in values))
            for key, values in lists.items()
        }
        self.alt = self.say("descent.alt_others", **facts, **words)
