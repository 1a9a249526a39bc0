"""A nudge down the hill, with steps of limited length."""

from __future__ import annotations

from pydantic import Field

from lecture.rules import clipped
from lranim.core.descend import descend
from lranim.core.schedules import constant
from lranim.core.types import Trajectory
from lranim.draw.boards.descent import DescentBoard
from lranim.draw.equation import Term
from lranim.draw.scene import LessonScene
from lranim.params import CurveParams, Steps

TEXTS = {
    "en": {
        "title": "Steps of at most <gradient>{longest}</gradient>",
        "start": "Start at <point>{name} = {start}</point>.",
        "end": "After {steps:# step|# steps} at <point>{name} = {end}</point>.",
        "alt": "Clipped gradient descent from {name} = {start} to {end}.",
    },
}


class Params(CurveParams):
    """Options of the scene."""

    longest: float = Field(1.0, gt=0, le=100, description="most that a step may be long")
    steps: Steps = Field(3, description="number of steps")


def numbers(params: Params) -> Trajectory:
    """The descent that is drawn."""
    return descend(params.objective, clipped(params.longest), constant(0.5), (params.start,), params.steps)


class Nudge(LessonScene):
    """Short steps only."""

    params_type = Params
    texts = TEXTS
    has_verdict = False

    def construct(self) -> None:
        """Tell the story."""
        run = numbers(self.params)
        name = run.cost_function.variables[0]
        told = {"name": name, "start": self.params.start, "longest": self.params.longest}
        self.title("title", **told)
        lines = [("= ", Term(run.x[1:, 0], "point"))]
        board = DescentBoard(self, run, self.params.steps, rule=f"{name} <- {name} + s", lines=lines)
        self.stage("start", board.walk(0, board.run.steps, self.theme.waits.quick), **told)
        board.close()
        told |= {"steps": board.run.steps, "end": float(board.run.x[-1, 0])}
        self.beat("end", **told)
        self.alt = self.say("alt", **told)
        self.hold(self.theme.waits.read)
