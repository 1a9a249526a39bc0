"""The slope as the step: steps shrink by themselves on the way down."""

from __future__ import annotations

from pydantic import Field

from lranim.core.costs import lowest
from lranim.core.descend import descend
from lranim.core.results import best_of, falls, outcome
from lranim.core.rules import slope
from lranim.core.schedules import constant
from lranim.core.theory import verdict
from lranim.core.types import Array, Trajectory
from lranim.draw.boards.descent import DescentBoard
from lranim.draw.chart.cost_curve import as_far_as_shown, breaks_off
from lranim.draw.equation import Term
from lranim.draw.scene import LessonScene, key_of
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
        self.title("slope.title")
        facts = {"name": name, "start": self.params.start, "target": best_of(run)}
        self.beat(f"slope.start{lowest(run.cost_function)}", **facts)
        board = DescentBoard(
            self,
            run,
            ruler=True,
            tags=[
                self.say("slope.tag", slope=number(grad), step=number(step, sign=True))
                for grad, step in zip(run.grad[:-1, 0], run.step[:, 0], strict=True)
            ],
            rule=f"{name} <- {name} - <gradient>J'({name})</gradient>",
            lines=[
                (Term(run.x[:-1, 0], "point"), " − ", Term(run.grad[:-1, 0], "gradient", fences="()")),
                ("= ", Term(run.x[1:, 0], "point", bold=True)),
            ],
        )
        self.hold(waits.read)

        self.beat("slope.rule")
        board.explain(0)
        ending = verdict(run)
        steps = board.run.steps
        facts |= {"steps": steps, "second": float(run.x[min(1, steps), 0]), "end": number(run.x[steps, 0])}
        facts |= {"before": number(abs(run.step[0, 0])), "after": number(abs(run.step[steps - 1, 0]))}
        if steps > 1:
            self.beat(f"slope.walk_{'wanders' if falls(run) else key_of(ending)}", **facts)
            board.walk(1, 3, waits.explain)
        self.verdict(ending, outcome(run))
        board.walk(3, steps, waits.step)

        board.end()
        self.beat(f"slope.end_{'leaves' if breaks_off(run, self.params.steps) else key_of(ending)}", **facts)
        facts |= {"target": float(run.target[0]), "verdict": self.say(f"verdict.{outcome(run)}")}
        self.alt = self.say("slope.alt" if run.cost_function.minima else "slope.alt_open", **facts)
        self.hold(waits.end)
