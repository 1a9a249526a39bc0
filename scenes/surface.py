"""Gradient descent on a surface: the path, its shadow on the contour map, the steepest way down."""

from __future__ import annotations

from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Trajectory
from lranim.draw.boards.surface import SurfaceBoard
from lranim.draw.chart.descent import AIM
from lranim.draw.equation import Line, Term, equals
from lranim.draw.scene import LessonScene
from lranim.look.text import short
from lranim.params import SurfaceParams


class Params(SurfaceParams):
    """Options of the scene."""


def numbers(params: Params) -> Trajectory:
    """The descent that is drawn."""
    return descend(params.objective, gradient_descent(), constant(params.lr), params.first, params.steps)


class Surface(LessonScene):
    """A point runs down a shaded surface against the gradient."""

    params_type = Params
    turning_camera = True

    def construct(self) -> None:
        """Tell the story."""
        params, waits = self.params, self.theme.waits
        run = numbers(params)
        a, b = run.cost_function.variables
        self.title("title", lr=params.lr)
        walk = min(waits.quick * run.steps, 16.0)
        board = SurfaceBoard(
            self,
            run,
            params.steps,
            rule=f"({a}, {b}) <- ({a}, {b}) - <rate>eta</rate> dot <gradient>nabla J</gradient>",
            lines=[self.line(run, axis) for axis in (0, 1)],
            seconds=walk + 2 * waits.read + waits.explain * 2 + waits.end,
            lr=params.lr,
            cost=params.called,
        )
        board.start(board.rest(waits.read))
        arrow, step = board.walk(0.0, AIM, waits.explain), board.walk(AIM, 1.0, waits.explain)
        board.stage("rule", arrow, [self.picture], board.rest(waits.read), step)
        board.stage("walk", board.walk(1.0, board.run.steps, walk))
        board.ending(board.rest(waits.end, stop=True))
        self.hold(waits.end / 2)

    def line(self, run: Trajectory, axis: int) -> Line:
        """The rule with its numbers, for one of the variables."""
        x, grad = Term(run.x[:-1, axis], "point"), Term(run.grad[:-1, axis], "gradient", factor=True)
        result = equals(run.x[1:, axis], x.printed - self.params.lr * grad.printed)
        name = run.cost_function.variables[axis]
        return (
            f"<muted>{name}: </muted>",
            x,
            f" − <rate>{short(self.params.lr)}</rate> × ",
            grad,
            " ",
            *result,
        )
