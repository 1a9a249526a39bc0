"""Steps scaled by a learning rate: too small, right, too large."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from lranim.core.costs import is_own
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.story import as_far_as_shown
from lranim.core.types import Array, Cost, Trajectory
from lranim.draw.boards.descent import DescentBoard
from lranim.draw.equation import Term, equals
from lranim.draw.scene import LessonScene
from lranim.look.text import short
from lranim.params import MOST, CurveParams


class Params(CurveParams):
    """Options of the scene."""

    lr: float = Field(0.3, gt=0, le=MOST, description="learning rate")

    @classmethod
    def suited(cls, cost: Cost) -> dict[str, Any]:
        """The cost's own start, and to a function of the user's own its rate."""
        return super().suited(cost) | ({"lr": min(cost.lr, MOST)} if is_own(cost) else {})

    def first_steps(self, slope: Array) -> dict[str, Array]:
        """The step of gradient descent."""
        return {f"--lr is {self.lr:g}": -self.lr * slope}


def numbers(params: Params) -> Trajectory:
    """The descent that is drawn."""
    return descend(params.objective, gradient_descent(), constant(params.lr), (params.start,), params.steps)


class LearningRate(LessonScene):
    """The slope times the learning rate is the step, with the real numbers put in."""

    params_type = Params

    def construct(self) -> None:
        """Tell the story."""
        params, waits = self.params, self.theme.waits
        run = as_far_as_shown(numbers(params))
        name = run.cost_function.variables[0]
        x, grad = Term(run.x[:-1, 0], "point"), Term(run.grad[:-1, 0], "gradient", factor=True)
        self.title("title", lr=params.lr)
        board = DescentBoard(
            self,
            run,
            params.steps,
            rule=f"{name} <- {name} - <rate>eta</rate> dot <gradient>J'({name})</gradient>",
            lines=[
                (x, f" − <rate>{short(params.lr)}</rate> × ", grad),
                equals(run.x[1:, 0], x.printed - params.lr * grad.printed),
            ],
            lr=params.lr,
        )
        board.start()
        step = "".join(term.written(0) for term in equals(run.step[:, 0], -params.lr * grad.printed))
        board.stage("rule", board.explain(0), name=name, slope=grad.written(0), step=step)
        board.story(1, (waits.explain, waits.quick))
        board.ending()
