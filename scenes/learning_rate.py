"""Steps scaled by a learning rate: too small, right, too large."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from lranim.core.costs import as_low, is_own, lowest
from lranim.core.descend import descend
from lranim.core.results import best_of, falls, outcome
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.theory import Verdict, contraction, curvatures, steps_to_within, verdict
from lranim.core.types import NEAR, Array, Cost, Trajectory
from lranim.draw.boards.descent import DescentBoard
from lranim.draw.chart.cost_curve import as_far_as_shown, breaks_off
from lranim.draw.equation import Term
from lranim.draw.scene import LessonScene, key_of
from lranim.look.text import number, short
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


def forecast(run: Trajectory, lr: float) -> int | None:
    """Step at which a run on a quadratic would come near the minimum, or None."""
    if run.cost_function.hessian is None:
        return None
    factor = float(contraction(lr, curvatures(run.cost_function))[0])
    return steps_to_within(float(run.errors[0]), NEAR, factor)


class LearningRate(LessonScene):
    """The slope times the learning rate is the step, with the real numbers put in."""

    params_type = Params

    def construct(self) -> None:
        """Tell the story."""
        params, waits = self.params, self.theme.waits
        run = as_far_as_shown(numbers(params))
        name = run.cost_function.variables[0]
        self.title("learning-rate.title", lr=params.lr)
        facts = {
            "name": name,
            "start": params.start,
            "target": best_of(run),
            "lr": params.lr,
        }
        self.beat(f"learning-rate.start{lowest(run.cost_function)}", **facts)
        board = DescentBoard(
            self,
            run,
            rule=f"{name} <- {name} - <rate>eta</rate> dot <gradient>J'({name})</gradient>",
            lines=[
                (
                    Term(run.x[:-1, 0], "point"),
                    f" − <rate>{short(params.lr)}</rate> × ",
                    Term(run.grad[:-1, 0], "gradient", fences="()"),
                ),
                ("= ", Term(run.x[1:, 0], "point", bold=True)),
            ],
        )
        shown = board.run
        facts |= {"steps": shown.steps, "within": NEAR, "arrival": run.first_within() or 0}
        facts |= {"one": float(shown.x[-2, 0]), "two": float(shown.x[-1, 0]), "end": number(shown.x[-1, 0])}
        facts |= {"away": number(shown.errors[-1]), "forecast": forecast(run, params.lr) or 0}
        self.hold(waits.read)

        self.beat(
            "learning-rate.rule", slope=number(run.grad[0, 0]), step=number(abs(run.step[0, 0])), **facts
        )
        board.explain(0)
        ending = verdict(run)
        self.beat(f"learning-rate.walk_{'wanders' if falls(run) else key_of(ending)}", **facts)
        board.walk(1, min(3, shown.steps), waits.explain)
        self.verdict(ending, outcome(run))
        board.walk(3, shown.steps, waits.quick)

        board.end()
        kind = key_of(ending)
        if breaks_off(run, params.steps):
            kind = "leaves"
        elif not run.cost_function.minima and ending is not Verdict.DIVERGES:
            kind = "open"
        if ending is Verdict.JUMPS and run.first_within() is not None:
            kind += "_arrived"
        if ending is Verdict.SETTLES and not as_low(run.cost_function, run.target):
            kind += "_local"
        if ending is Verdict.CRAWLS and facts["forecast"]:
            kind += "_forecast"
        self.beat(f"learning-rate.end_{kind}", **facts)
        facts |= {"target": float(run.target[0]), "verdict": self.say(f"verdict.{outcome(run)}")}
        known = bool(run.cost_function.minima)
        self.alt = self.say("learning-rate.alt" if known else "learning-rate.alt_open", **facts)
        self.hold(waits.end)
