"""A fixed step never gets there: it bounces around the minimum for ever."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from pydantic import Field

from lranim.core.checks import rounded
from lranim.core.costs import is_own
from lranim.core.descend import descend
from lranim.core.rules import fixed
from lranim.core.schedules import constant
from lranim.core.story import as_far_as_shown
from lranim.core.types import Array, Cost, Trajectory
from lranim.draw.boards.descent import DescentBoard
from lranim.draw.equation import Term, equals
from lranim.draw.scene import LessonScene
from lranim.look.text import trimmed
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
        x, sign = Term(run.x[:-1, 0], "point"), Term(np.sign(run.grad[:-1, 0]), "gradient", 0, factor=True)
        self.title("title", step=params.step)
        board = DescentBoard(
            self,
            run,
            params.steps,
            ruler=True,
            rule=f'{name} <- {name} - <gradient>{params.step:g}</gradient> dot op("sign") J\'({name})',
            lines=[
                (x, f" − <gradient>{params.step:g}</gradient> × ", sign),
                equals(run.x[1:, 0], x.printed - params.step * sign.values),
            ],
            step=params.step,
        )
        board.start()
        board.stage("rule", board.explain(0))
        over = board.crossing
        board.stage("walk", board.walk(1, over, waits.step))
        near = [*board.magnify(params.step), *board.explain(over)] if over else []
        board.stage("near", near, gap=trimmed(run.errors[over]))
        board.stage("back", board.walk(over + 1, over + 2, waits.explain))
        board.stage(f"on.{board.kind}", board.walk(over + 2, run.steps, waits.step))
        board.ending(board.measure(), [partial(self.hold, waits.end)])
