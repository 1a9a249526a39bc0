"""The learning rate changes while training runs: a constant one keeps jittering, a falling one settles."""

from __future__ import annotations

from functools import reduce
from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, Field, field_validator

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.noise import jitter, late_points, noisy
from lranim.core.results import Runs
from lranim.core.rules import gradient_descent
from lranim.core.schedules import SCHEDULES
from lranim.core.types import NEAR, Trajectory
from lranim.draw.lane import lanes
from lranim.draw.lesson_scene import LessonScene
from lranim.look.text import number
from lranim.params import SceneParams, check_once

Ending = Literal["settles", "jitters", "away"]
ROLES: dict[Ending, str] = {"settles": "gradient", "jitters": "minimum", "away": "rate"}
"""The colour of each ending."""

CALM = 1 / 3
"""A run settles when its last rates are at most this share of the highest."""


def known(name: str) -> str:
    """A schedule's name, if it is one."""
    if name not in SCHEDULES:
        raise ValueError(f"--schedule is {name}; it must be one of {', '.join(SCHEDULES)}")
    return name


Name = Annotated[str, AfterValidator(known), Field(json_schema_extra={"enum": list(SCHEDULES)})]


class Params(SceneParams):
    """Options of the scene."""

    schedule: tuple[Name, ...] = Field(
        ("constant", "linear", "cosine"), min_length=1, max_length=4, description="schedules to compare"
    )
    lr: float = Field(0.4, gt=0, lt=1, description="highest learning rate")
    steps: int = Field(60, ge=20, le=300, description="number of steps", json_schema_extra={"unit": "steps"})
    noise: float = Field(4.0, ge=0, le=20, description="standard deviation of the gradient's noise")
    seed: int = Field(3, ge=0, le=2**32 - 1, description="seed of the noise")
    start: float = Field(13.0, ge=-7, le=13, description="first value of the variable")

    @field_validator("schedule")
    @classmethod
    def _each_once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        check_once("--schedule", names)
        return names


def numbers(params: Params) -> Runs:
    """The descents that are drawn, all with the same noise."""
    cost = COSTS["bowl"]
    noise = noisy(cost, params.noise, params.seed)

    def run(name: str) -> Trajectory:
        schedule = SCHEDULES[name].make(params.lr, params.steps)
        return descend(cost, gradient_descent(), schedule, (params.start,), params.steps, gradient=noise)

    return Runs(key="schedule", runs={name: run(name) for name in params.schedule})


def ending(params: Params, name: str, run: Trajectory) -> Ending:
    """What a run is like at its end, and whether it is the noise or the schedule that keeps it away."""
    cost, schedule = run.cost_function, SCHEDULES[name].make(params.lr, params.steps)
    quiet = descend(cost, run.rule, schedule, run.x[0], params.steps)
    off, left = jitter(run), float(quiet.errors[-1])
    if left > max(NEAR, off / 2):
        return "away"
    # A step is the rate times slope and noise, so that a run is as restless as its last rates are high.
    late = float(np.sqrt(np.mean(np.square(run.lr[-late_points(run) :]))))
    return "settles" if off <= NEAR or late <= CALM * params.lr else "jitters"


class Schedule(LessonScene):
    """The same noisy descent under several schedules, in step with each other."""

    params_type = Params
    has_verdict = False

    def construct(self) -> None:
        """Tell the story."""
        params, waits = self.params, self.theme.waits
        runs, steps = list(numbers(params).runs.values()), params.steps
        ends = [ending(params, name, run) for name, run in zip(params.schedule, runs, strict=True)]
        offs = [jitter(run) for run in runs]
        names = [self.say(f"schedule.name_{name.replace('-', '_')}") for name in params.schedule]
        endings = [self.say(f"schedule.{end}", off=number(off)) for end, off in zip(ends, offs, strict=True)]
        told = {"name": runs[0].cost_function.variables[0], "target": float(runs[0].target[0])}
        told |= {"start": params.start, "steps": steps, "lr": params.lr, "count": len(runs)}
        told |= {"last": late_points(runs[0])}
        way = "slow" if set(ends) == {"away"} else "noise" if params.noise else "quiet"

        self.title("schedule.title")
        self.beat("schedule.start_noise" if params.noise else "schedule.start_quiet", **told)
        board = lanes(
            self.setter,
            self.layout,
            runs,
            [SCHEDULES[name].make(params.lr, steps) for name in params.schedule],
            titles=names,
            endings=endings,
            roles=[ROLES[end] for end in ends],
            step=self.say("schedule.step"),
            rate=self.say("schedule.rate_short" if self.layout.chip_below else "schedule.rate"),
        )
        for lane in board:
            self.add(lane.still, lane.moving, lane.end)
        self.hold(waits.read)

        self.beat("schedule.rates_one" if len(runs) == 1 else "schedule.rates_many", **told)
        moving = [lane.moving for lane in board]
        self.move(waits.explain, lambda share: [lane.rate(share) for lane in board], *moving)
        self.hold(waits.read)

        self.beat(f"schedule.down_{way}", **told)
        early = steps // 3
        pace = min(waits.step / 4, 12.0 / steps)
        self.move(pace * early, lambda share: [lane.show(early * share) for lane in board], *moving)
        self.beat(f"schedule.decay_{way}", **told)
        late = steps - early
        self.move(pace * late, lambda share: [lane.show(early + late * share) for lane in board], *moving)

        worst, best = (offs.index(limit(offs)) for limit in (max, min))
        marks = [f"<{ROLES[end]}>{number(off)}</{ROLES[end]}>" for end, off in zip(ends, offs, strict=True)]
        told |= {"worst": names[worst], "most": marks[worst], "best": names[best], "least": marks[best]}
        kind = "one" if len(runs) == 1 else "same" if marks[worst] == marks[best] else "many"
        self.beat(f"schedule.end_{'quiet' if way == 'quiet' else kind}", **told)
        self.move(
            waits.step, lambda share: [lane.finish(share) for lane in board], *(lane.end for lane in board)
        )
        each = [f"{name} {words}" for name, words in zip(names, endings, strict=True)]
        listed = reduce(lambda one, other: self.say("schedule.and", one=one, other=other), each)
        self.alt = self.say(
            "schedule.alt_noise" if params.noise else "schedule.alt_quiet", each=listed, **told
        )
        self.hold(waits.end)
