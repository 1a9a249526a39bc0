"""A fixed step never gets there: it bounces around the minimum for ever."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from lranim.core.checks import rounded
from lranim.core.costs import is_own, lowest
from lranim.core.descend import descend
from lranim.core.results import best_of, outcome
from lranim.core.rules import fixed
from lranim.core.schedules import constant
from lranim.core.theory import Verdict, verdict
from lranim.core.types import Array, Cost, Trajectory
from lranim.draw.boards.descent import DescentBoard
from lranim.draw.chart.cost_curve import as_far_as_shown, breaks_off
from lranim.draw.equation import Term
from lranim.draw.scene import LessonScene
from lranim.params import CurveParams, Steps

PACES = 20 / 3
"""Unless given, so many steps are the way to the minimum: no whole number, or it would be met."""


class Params(CurveParams):
    """Options of the scene."""

    step: float = Field(1.5, gt=0, le=1000, description="length of every step")
    steps: Steps = Field(13, description="number of steps")

    @classmethod
    def suited(cls, cost: Cost) -> dict[str, Any]:
        """The cost's own start, and a step that walks down a function of the user's own and jumps over."""
        own = super().suited(cost)
        return own | {"step": rounded(way_down(cost) / PACES)} if is_own(cost) else own

    def first_steps(self, slope: Array) -> dict[str, Array]:
        """The step against the slope's sign."""
        return {f"--step is {self.step:g}": -self.step * np.sign(slope)}


def way_down(cost: Cost) -> float:
    """How far it is from the cost's own start to the first minimum downhill, or half through its domain."""
    (start,), ((low, high),) = cost.start, cost.domain
    side = -np.sign(cost.grad(np.array([start]))[0])
    return min((abs(x - start) for (x,) in cost.minima if (x - start) * side > 0), default=(high - low) / 2)


def numbers(params: Params) -> Trajectory:
    """The descent that is drawn."""
    return descend(params.objective, fixed(params.step), constant(1.0), (params.start,), params.steps)


class Oscillation(LessonScene):
    """Equal steps walk down, jump over the minimum, and jump back."""

    params_type = Params

    def construct(self) -> None:
        """Tell the story."""
        params, waits = self.params, self.theme.waits
        run = as_far_as_shown(numbers(params))
        name = run.cost_function.variables[0]
        x, sign = run.x[:, 0], np.sign(run.grad[:, 0])
        self.title("oscillation.title", step=params.step)
        known = lowest(run.cost_function)
        self.beat(f"oscillation.start{known}", name=name, start=params.start, target=best_of(run))
        board = DescentBoard(
            self,
            run,
            ruler=True,
            rule=f'{name} <- {name} - <gradient>{params.step:g}</gradient> dot op("sign") J\'({name})',
            lines=[
                (
                    Term(x[:-1], "point"),
                    f" − <gradient>{params.step:g}</gradient> × ",
                    Term(sign[:-1], "gradient", 0, sign=True, fences="()"),
                ),
                ("= ", Term(x[1:], "point", bold=True)),
            ],
        )
        self.hold(waits.read)

        self.beat("oscillation.rule", step=params.step)
        board.explain(0)
        ending = verdict(run)
        facts = {"name": name, "start": params.start, "step": params.step, "steps": run.steps}
        facts |= {"target": best_of(run), "nearest": float(run.errors.min())}
        facts |= {"one": float(x[-2]), "two": float(x[-1])}
        over = board.crossing
        if over is None:
            self.beat("oscillation.walk")
            board.walk(1, run.steps, waits.quick)
            self.verdict(ending, outcome(run))
        else:
            if over > 1:
                self.beat("oscillation.walk")
                board.walk(1, over, waits.step)
            board.magnify(params.step)
            self.beat("oscillation.near", gap=float(run.errors[over]), step=params.step)
            if over > 0:
                board.explain(over)
            if run.steps > over + 1:
                self.beat("oscillation.back")
                board.walk(over + 1, over + 2, waits.explain)
            if run.steps > over + 2 and ending is Verdict.BOUNCES:
                self.beat("oscillation.bounce", **facts)
            self.verdict(ending, outcome(run))
            board.walk(over + 2, run.steps, waits.step)

        board.end()
        arrived = run.first_within() is not None
        kind = "bounces" if ending is Verdict.BOUNCES else "arrives" if arrived else "other"
        if breaks_off(run, params.steps) or not run.cost_function.minima:
            kind = "leaves" if breaks_off(run, params.steps) else "open"
        self.beat(f"oscillation.end_{kind}", **facts)
        self.alt = self.say(f"oscillation.alt_{kind}", **facts | {"target": float(run.target[0])})
        if over is not None:
            board.measure()
        self.hold(waits.end)
