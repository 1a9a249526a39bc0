"""A learning rate that halves: long steps first, short ones near the end."""

from __future__ import annotations

from pydantic import Field

from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.story import as_far_as_shown
from lranim.core.types import Trajectory
from lranim.draw.boards.descent import DescentBoard
from lranim.draw.equation import Term, equals
from lranim.draw.scene import LessonScene
from lranim.look.text import number
from lranim.params import CurveParams, Steps

TEXTS = {
    "en": {
        "title": "Learning rate <rate>{lr}</rate>, halved every {every:step|# steps}",
        "start": "Start at <point>{start}</point>, with a learning rate of <rate>{lr}</rate>.",
        "rule": "Step = −<rate>learning rate</rate> × slope = <gradient>{step}</gradient>.",
        "walk": "Every {every:step|# steps} the <rate>learning rate</rate> is halved.",
        "end": "After {steps:# step|# steps}: <point>{end}</point>, rate <rate>{last}</rate>.",
        "alt": "Gradient descent from {start} to {end}, the learning rate from {lr} to {last}.",
    },
    "zh": {
        "title": "学习率<rate>{lr}</rate>，每{every}步减半",
        "start": "从<point>{start}</point>出发，学习率是<rate>{lr}</rate>。",
        "rule": "步子 = −<rate>学习率</rate> × 斜率 = <gradient>{step}</gradient>。",
        "walk": "每{every}步，<rate>学习率</rate>减半。",
        "end": "{steps}步以后：<point>{end}</point>，学习率是<rate>{last}</rate>。",
        "alt": "梯度下降，从{start}走到{end}，学习率从{lr}逐次减半到{last}。",
    },
}
"""The scene's words, by language and key. Another language is one more table with the same keys."""


class Params(CurveParams):
    """Options of the scene, beside those of every scene on a curve: --cost, --start and so on."""

    steps: Steps = Field(16, description="number of steps")
    lr: float = Field(0.9, gt=0, le=100, description="learning rate of the first steps")
    every: int = Field(4, ge=1, le=500, description="steps until the rate is halved")


def numbers(params: Params) -> Trajectory:
    """The descent that is drawn: everything on screen comes from here."""

    def schedule(t: int) -> float:
        return params.lr * 0.5 ** (t // params.every)

    return descend(params.objective, gradient_descent(), schedule, (params.start,), params.steps)


class ExampleScene(LessonScene):
    """The same rule at each step, with a rate that gets smaller."""

    params_type = Params
    texts = TEXTS

    def construct(self) -> None:
        """Tell the story: a beat is a sentence, and what moves while it stands there."""
        params, waits = self.params, self.theme.waits
        run = as_far_as_shown(numbers(params))  # one that leaves the picture is shown as far as that goes
        name = run.cost_function.variables[0]
        x, grad = Term(run.x[:-1, 0], "point"), Term(run.grad[:-1, 0], "gradient", factor=True)
        lr = Term(run.lr, "rate", 3)
        self.title("title", lr=params.lr, every=params.every)
        board = DescentBoard(
            self,
            run,
            params.steps,
            rule=f"{name} <- {name} - <rate>eta</rate> dot <gradient>J'({name})</gradient>",
            lines=[
                (x, " − ", lr, " × ", grad),
                equals(run.x[1:, 0], x.printed - lr.printed * grad.printed),
            ],
            lr=params.lr,
            every=params.every,
            last=float(run.lr[-1]),
        )
        board.start()
        board.stage("rule", board.explain(0), step=number(run.step[0, 0]))
        board.stage("walk", board.walk(1, 4, waits.explain), board.walk(4, run.steps, waits.quick))
        board.ending()
