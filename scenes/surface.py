"""Gradient descent on a surface: the path, its shadow on the contour map, the steepest way down."""

from __future__ import annotations

from lranim.core.costs import lowest
from lranim.core.descend import descend
from lranim.core.results import falls, outcome
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.theory import Verdict, verdict
from lranim.core.types import NEAR, Array, Trajectory
from lranim.draw.boards.surface import SurfaceBoard
from lranim.draw.chart.cost_curve import as_far_as_shown, breaks_off
from lranim.draw.chart.descent import AIM
from lranim.draw.equation import Line, Term
from lranim.draw.scene import LessonScene, key_of
from lranim.look.text import number, short
from lranim.params import SurfaceParams


class Params(SurfaceParams):
    """Options of the scene."""


def numbers(params: Params) -> Trajectory:
    """The descent that is drawn."""
    return descend(params.objective, gradient_descent(), constant(params.lr), params.first, params.steps)


def pair(point: Array) -> str:
    """A point as it is written in a sentence."""
    return ", ".join(short(round(float(value), 2)) for value in point)


class Surface(LessonScene):
    """A point runs down a shaded surface against the gradient."""

    params_type = Params
    turning_camera = True

    def construct(self) -> None:
        """Tell the story."""
        params, waits = self.params, self.theme.waits
        # The picture ends at the domain: what comes long after would only be numbers too long for the panel.
        run = as_far_as_shown(numbers(params), farthest=10.0)
        a, b = run.cost_function.variables
        ending = verdict(run)
        facts = {"lr": params.lr, "cost": params.called, "steps": run.steps, "within": NEAR}
        facts |= {"start": pair(run.x[0]), "end": pair(run.x[-1]), "target": pair(run.target)}
        facts |= {"arrival": run.first_within() or 0, "away": number(run.errors[-1])}
        facts["count"] = len(run.cost_function.minima)
        facts["verdict"] = self.say(f"verdict.{outcome(run)}")
        self.title("surface.title", **facts)
        cost = run.cost_function
        many = len(cost.minima) > 1
        self.beat("surface.start_many" if many else f"surface.start{lowest(cost)}", **facts)
        walk = min(waits.quick * run.steps, 16.0)
        board = SurfaceBoard(
            self,
            run,
            rule=f"({a}, {b}) <- ({a}, {b}) - <rate>eta</rate> dot <gradient>nabla J</gradient>",
            lines=[self.line(run, axis) for axis in (0, 1)],
            seconds=walk + 2 * waits.read + waits.explain * 2 + waits.end,
        )
        board.rest(waits.read)

        self.beat("surface.rule")
        board.part(0.0, AIM, waits.explain)
        self.picture()
        board.rest(waits.read)
        board.part(AIM, 1.0, waits.explain)
        self.beat("surface.walk")
        third = max(1, run.steps // 3)
        board.part(1.0, float(third), walk * third / run.steps)
        self.verdict(ending, outcome(run))
        board.part(float(third), float(run.steps), walk)

        kind = key_of(ending)
        if breaks_off(run, params.steps, 10.0):
            kind = "leaves"
        elif falls(run):
            kind = "falls"
        elif not cost.minima and ending is not Verdict.DIVERGES:
            kind = "open"
        if ending is Verdict.SETTLES and many:
            kind += "_local"
        if ending is Verdict.JUMPS and run.first_within() is not None:
            kind += "_arrived"
        self.beat(f"surface.end_{kind}", **facts)
        board.panel.end()
        self.alt = self.say("surface.alt" if cost.minima else "surface.alt_open", **facts)
        board.rest(waits.end, stop=True)
        self.hold(waits.end / 2)

    def line(self, run: Trajectory, axis: int) -> Line:
        """The rule with its numbers, for one of the variables."""
        return (
            Term(run.x[:-1, axis], "point"),
            f" − <rate>{short(self.params.lr)}</rate> × ",
            Term(run.grad[:-1, axis], "gradient", fences="()"),
            " = ",
            Term(run.x[1:, axis], "point", bold=True),
        )
