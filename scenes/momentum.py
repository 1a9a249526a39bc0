"""Momentum: the ball that rolls in a ravine, and the rates and betas with which it stays in it."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from lranim.core.costs import STEEP, ravine_of
from lranim.core.descend import descend
from lranim.core.results import Runs
from lranim.core.rules import gradient_descent, momentum
from lranim.core.schedules import constant
from lranim.core.theory import MomentumRegime, best_momentum, momentum_borders, momentum_regime
from lranim.core.types import NEAR, Cost, Trajectory
from lranim.draw.boards.maps import REGIONS, StabilityPlane
from lranim.draw.boards.optimizers import OptimizersBoard
from lranim.draw.scene import LessonScene
from lranim.look.text import number
from lranim.params import SceneParams, Steps

LONGEST = 10.0
"""All the steps but the first two take no longer than this, in seconds."""


class Params(SceneParams):
    """Options of the scene."""

    kappa: float = Field(
        50.0, ge=1, le=1000, description="condition number: how many times as steep it is across as along"
    )
    lr: float = Field(0.4, gt=0, le=2, description="learning rate of both")
    beta: float = Field(0.8, ge=0, lt=1, description="share of the velocity that is kept at each step")
    steps: Steps = Field(50, description="number of steps")

    @property
    def objective(self) -> Cost:
        """The ravine."""
        return ravine_of(self.kappa)


def numbers(params: Params) -> Runs:
    """The descents that are drawn."""
    cost = params.objective
    rules = {"gradient-descent": gradient_descent(), "momentum": momentum(params.beta)}
    runs: dict[str | float, Trajectory] = {
        name: descend(cost, rule, constant(params.lr), cost.start, params.steps)
        for name, rule in rules.items()
    }
    return Runs(key="rule", runs=runs)


class Momentum(LessonScene):
    """A heavy ball beside plain gradient descent, and the plane of its two numbers."""

    params_type = Params
    has_verdict = False

    def construct(self) -> None:
        """Tell the story."""
        params, waits, cost = self.params, self.theme.waits, self.params.objective
        runs = list(numbers(params).runs.values())
        best = best_momentum(cost.hessian.diagonal())
        facts: dict[str, object] = {"kappa": params.kappa, "lr": params.lr, "beta": params.beta}
        facts |= {"steps": params.steps, "within": NEAR, "gain": 1 / (1 - params.beta), "steep": STEEP}
        facts |= {
            "critical": float(momentum_borders(params.beta, STEEP).diverges),
            "plain": float(momentum_borders(0.0, STEEP).diverges),
            "best_lr": round(best.lr, 2),
            "best_beta": round(best.beta, 2),
        }
        self.title("momentum.title", **facts)
        self.beat("momentum.start", **facts)
        curvatures = cost.hessian.diagonal()
        regimes = momentum_regime(params.lr, [0.0, params.beta], curvatures)
        grow = [bool(regime == MomentumRegime.DIVERGES) for regime in regimes]
        board = OptimizersBoard(self, runs, params.steps, arrows=True, grow=grow)
        plain, ball = board.entries
        facts |= {"plain_name": plain.coloured, "ball_name": ball.coloured}
        self.hold(waits.read)
        self.beat("momentum.rule", **facts)
        board.walk(0, 2, waits.explain)
        self.picture()
        self.hold(waits.read)
        if board.steps > 2:
            way = (
                "_same"
                if params.beta == 0
                else "_diverged"
                if grow[1]
                else "_bowl"
                if params.kappa == 1
                else ""
            )
            self.beat(f"momentum.walk{way}", **facts)
            board.walk(2, board.steps, min(waits.quick, LONGEST / params.steps))
        facts |= {"ball": ball.arrival or 0, "other": plain.arrival or 0}
        facts |= {"ball_off": number(ball.run.errors[-1]), "other_off": number(plain.run.errors[-1])}
        self.beat(f"momentum.end_{plain.kind}_{ball.kind}", **facts)
        board.finish()
        self.hold(waits.read)

        names = {name: self.say(f"momentum.{name}") for name in REGIONS}
        slowest = (NEAR / float(ball.run.errors[0])) ** (1 / params.steps)
        pairs = np.array([[params.lr, 0.0], [params.lr, params.beta]])
        place = best.lr, best.beta
        plane = StabilityPlane(
            self.setter, board.room, curvatures, pairs, board.styles, place, slowest, names
        )
        self.beat("momentum.plane", **facts)
        old = board.chart.still, board.chart.moving
        self.swap(old, (plane.still, plane.moving), 2 * waits.caption)
        self.hold(2 * waits.read)
        self.beat("momentum.critical", **facts)
        self.move(waits.explain, plane.measure, plane.moving)
        self.picture()
        self.hold(waits.read)
        self.beat("momentum.best", **facts)
        self.move(waits.caption, plane.praise, plane.moving)
        self.alt = self.say("momentum.alt", one=plain.words, two=ball.words, **facts)
        self.hold(waits.end)
