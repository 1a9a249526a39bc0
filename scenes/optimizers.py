"""Optimizers on one map, in step: what each remembers of the slopes decides which way it takes."""

from __future__ import annotations

from itertools import cycle, pairwise
from typing import Annotated, Any, Self

import numpy as np
from pydantic import AfterValidator, Field, field_validator, model_validator

from lranim.core.descend import descend
from lranim.core.results import Runs
from lranim.core.rules import RULES, suited_rate
from lranim.core.schedules import constant
from lranim.core.types import NEAR, Array, Cost, Rule, Trajectory
from lranim.draw.boards.optimizers import OptimizersBoard
from lranim.draw.scene import LessonScene
from lranim.look.text import number, short
from lranim.params import (
    MOST,
    Steps,
    SurfaceCost,
    SurfaceObjective,
    check_first_steps,
    check_once,
    check_start,
)
from lranim.plugins.entry_points import found
from lranim.plugins.tables import enum_of, rules

LONGEST = 11.0
"""All the steps but the first take no longer than this, in seconds."""

LONG = {"rosenbrock": 250, "beale": 150}
"""Costs that take more steps than others."""

ROLLS = ("momentum", "nesterov")
"""The rules that have a beta."""


def choices() -> list[str]:
    """What can be compared: rules with a learning rate, and those of plugins."""
    plugins = [plugin.name for plugin in found("rule")]
    return list(dict.fromkeys(name for name in (*RULES, *plugins) if name not in ("fixed", "slope")))


def known(name: str) -> str:
    """A rule's name, if it is one that can be compared."""
    if name not in choices() or name not in rules():
        usable = [one for one in choices() if one in rules()]
        raise ValueError(f"--optimizer is {name}; it must be one of {', '.join(usable)}")
    return name


Optimizer = Annotated[str, AfterValidator(known), Field(json_schema_extra=enum_of(choices))]
Rate = Annotated[float, Field(gt=0, le=MOST)]


class Params(SurfaceObjective):
    """Options of the scene."""

    cost: SurfaceCost | None = Field("ravine", description="cost function")
    optimizer: tuple[Optimizer, ...] = Field(
        ("gradient-descent", "momentum", "adam"), min_length=2, max_length=4, description="what to compare"
    )
    lr: tuple[Rate, ...] = Field(
        (),
        max_length=4,
        description="one learning rate for all, or one each (unless given, suited ones)",
        examples=[(0.4, 0.2, 0.16)],
    )
    beta: float = Field(0.8, ge=0, lt=1, description="what momentum and nesterov keep of their velocity")
    start: tuple[float, float] | None = Field(
        None, description="first values of the two variables (unless given, the cost's own start)"
    )
    steps: Steps = Field(60, description="number of steps, which is that of gradients for each")
    state: bool = Field(False, description="whether to show what each remembers: velocities and rates")

    @classmethod
    def suited(cls, cost: Cost) -> dict[str, Any]:
        """Enough steps."""
        return {"steps": LONG.get(cost.name, 60)}

    @field_validator("optimizer")
    @classmethod
    def _each_once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        check_once("--optimizer", names)
        return names

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (given := len(self.lr)) not in (0, 1, count := len(self.optimizer)):
            raise ValueError(f"--lr has {given} rates for {count} optimizers; give one for all, or one each")
        if self.start is not None:
            check_start(self.objective, self.start)
        check_first_steps(self.objective, self.first, self.first_steps)
        return self

    @property
    def first(self) -> Array:
        """Where all start."""
        return np.array(self.start or self.objective.start)

    @property
    def rates(self) -> dict[str, float]:
        """The learning rate of each optimizer: the one given for all or for it, or one that suits it."""
        given = self.lr or [min(suited_rate(name, self.objective), MOST) for name in self.optimizer]
        return dict(zip(self.optimizer, cycle(given), strict=False))

    def rule(self, name: str) -> Rule:
        """The rule of an optimizer."""
        return rules()[name](**({"beta": self.beta} if name in ROLLS else {}))

    def first_steps(self, slope: Array) -> dict[str, Array]:
        """The first step of each."""
        made = {name: self.rule(name) for name in self.optimizer}
        return {
            f"the rate of {name} is {lr:g}": made[name].step(made[name].init(self.first), slope, lr, 0)[0]
            for name, lr in self.rates.items()
        }


def numbers(params: Params) -> Runs:
    """The descents that are drawn."""
    cost, start = params.objective, params.first
    runs: dict[str | float, Trajectory] = {
        name: descend(cost, params.rule(name), constant(lr), start, params.steps)
        for name, lr in params.rates.items()
    }
    return Runs(key="optimizer", runs=runs)


class Optimizers(LessonScene):
    """The same start, the same number of gradients, two to four optimizers: where each gets."""

    params_type = Params
    has_verdict = False

    def construct(self) -> None:
        """Tell the story."""
        params, waits = self.params, self.theme.waits
        runs = list(numbers(params).runs.values())
        facts: dict[str, object] = {"count": len(runs), "steps": params.steps, "within": NEAR}
        facts |= {"start": pair(params.first), "cost": params.called}
        self.title("optimizers.title", **facts)
        self.beat("optimizers.start", **facts)
        board = OptimizersBoard(self, runs, params.steps, arrows=params.state, meters=params.state)
        self.hold(waits.read)
        self.beat("optimizers.rule")
        board.walk(0, 1, waits.explain)
        self.picture()
        self.hold(waits.read)

        there = [one for one in board.entries if one.arrival is not None]
        first = min((one.arrival or 0 for one in there), default=0)
        best = board.best
        facts |= {
            "best": board.entries[best].coloured,
            "arrival": first,
            "off": number(runs[best].errors[-1]),
        }
        stops = [(f"state_{board.shows}" if params.state and board.shows else "walk", 1)]
        if 1 < first < params.steps:
            stops.append(("arrive", first))
        for (key, start), (_, end) in pairwise([*stops, ("", params.steps)]):
            if start < end:
                self.beat(f"optimizers.{key}", **facts)
                board.walk(start, end, min(waits.quick, LONGEST / params.steps))
        goals = {tuple(run.target) for run in runs}
        facts["goals"] = len(goals)
        kind = "none" if not there else "one" if len(there) == 1 else "many"
        if len(there) == len(runs) and len(goals) > 1:
            kind = "apart"
        self.beat(f"optimizers.end_{kind if params.objective.minima else 'open'}", **facts)
        board.finish()
        each = [
            self.say("optimizers.run", name=one.name, lr=float(one.run.lr[0]), verdict=one.words)
            for one in board.entries
        ]
        facts["runs"] = self.listed("optimizers.runs", each)
        self.alt = self.say("optimizers.alt", **facts)
        self.hold(waits.end)


def pair(point: Array) -> str:
    """A point as it is written in a sentence."""
    return ", ".join(short(round(float(value), 2)) for value in point)
