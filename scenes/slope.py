"""The slope as the step: steps shrink by themselves on the way down."""

from __future__ import annotations

from pydantic import Field

from lranim.core.descend import descend
from lranim.core.rules import slope
from lranim.core.schedules import constant
from lranim.core.story import as_far_as_shown
from lranim.core.types import Array, Trajectory
from lranim.draw.boards.descent import DescentBoard
from lranim.draw.equation import Term, equals
from lranim.draw.scene import LessonScene
from lranim.look.text import number
from lranim.params import CurveCost, CurveParams, Steps


class Params(CurveParams):
    """Options of the scene."""

    cost: CurveCost | None = Field("gentle-bowl", description="cost function")
    steps: Steps = Field(10, description="number of steps")

    def first_steps(self, slope: Array) -> dict[str, Array]:
        """The slope itself."""
        return {f"--start is {self.start:g}": -slope}


def numbers(params: Params) -> Trajectory:
    """The descent that is drawn."""
    return descend(params.objective, slope(), constant(1.0), (params.start,), params.steps)


class Slope(LessonScene):
    """The tangent's slope becomes the length of the step."""

    params_type = Params

    def construct(self) -> None:
        """Tell the story."""
        waits = self.theme.waits
        run = as_far_as_shown(numbers(self.params))
        name = run.cost_function.variables[0]
        x, grad = Term(run.x[:-1, 0], "point"), Term(run.grad[:-1, 0], "gradient", factor=True)
        self.title("title")
        board = DescentBoard(
            self,
            run,
            self.params.steps,
            ruler=True,
            tags=[
                self.say("tag", slope=number(grad), step=number(step, sign=True))
                for grad, step in zip(run.grad[:-1, 0], run.step[:, 0], strict=True)
            ],
            rule=f"{name} <- {name} - <gradient>J'({name})</gradient>",
            lines=[
                (x, " − ", grad),
                equals(run.x[1:, 0], x.printed - grad.printed),
            ],
        )
        board.start()
        board.stage("rule", board.explain(0))
        board.story(1, (waits.explain, waits.step))
        board.ending()
