"""The learning rate changes while training runs: a constant one keeps jittering, a falling one settles."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.noise import Ending, ending_of, jitter, late_points, noisy
from lranim.core.results import Numbers, Runs
from lranim.core.rules import gradient_descent
from lranim.core.types import Trajectory
from lranim.draw.boards.logs import tell_rate
from lranim.draw.boards.schedules import SchedulesBoard
from lranim.draw.scene import LessonScene
from lranim.look.text import number
from lranim.options.data import LogParams
from lranim.params import check_once
from lranim.plugins.tables import enum_of, schedules

ROLES: dict[Ending, str] = {"settles": "gradient", "jitters": "minimum", "away": "rate"}
"""The colour of each ending."""


def known(name: str) -> str:
    """A schedule's name, if it is one."""
    if name not in schedules():
        raise ValueError(f"--schedule is {name}; it must be one of {', '.join(schedules())}")
    return name


Name = Annotated[str, AfterValidator(known), Field(json_schema_extra=enum_of(schedules))]


class Params(LogParams):
    """Options of the scene."""

    needs = ("lr",)

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


def numbers(params: Params) -> Numbers:
    """The descents that are drawn, all with the same noise, or what the log has."""
    if params.log is not None:
        return params.recorded.table("lr", "train_loss")
    return Runs(key="schedule", runs=descents(params))


def descents(params: Params) -> dict[str | float, Trajectory]:
    """The descents by the names of their schedules."""
    cost = COSTS["bowl"]
    noise = noisy(cost, params.noise, params.seed)

    def run(name: str) -> Trajectory:
        schedule = schedules()[name].make(params.lr, params.steps)
        return descend(cost, gradient_descent(), schedule, (params.start,), params.steps, gradient=noise)

    return {name: run(name) for name in params.schedule}


def ending(params: Params, name: str, run: Trajectory) -> Ending:
    """What a run is like at its end."""
    return ending_of(run, schedules()[name].make(params.lr, params.steps), params.lr)


class Schedule(LessonScene):
    """The same noisy descent under several schedules, in step with each other."""

    params_type = Params
    has_verdict = False

    def construct(self) -> None:
        """Tell the story."""
        params, waits = self.params, self.theme.waits
        self.title("schedule.title")
        if params.log is not None:
            tell_rate(self, params.recorded)
            return
        runs, steps = list(descents(params).values()), params.steps
        ends = [ending(params, name, run) for name, run in zip(params.schedule, runs, strict=True)]
        offs = [jitter(run) for run in runs]
        names = [
            self.say(f"schedule.name_{name.replace('-', '_')}") if name in schedules().own else name
            for name in params.schedule
        ]
        endings = [self.say(f"schedule.{end}", off=number(off)) for end, off in zip(ends, offs, strict=True)]
        facts = {"name": runs[0].cost_function.variables[0], "target": float(runs[0].target[0])}
        facts |= {"start": params.start, "steps": steps, "lr": params.lr, "count": len(runs)}
        facts |= {"last": late_points(runs[0])}
        way = "slow" if set(ends) == {"away"} else "noise" if params.noise else "quiet"

        self.beat("schedule.start_noise" if params.noise else "schedule.start_quiet", **facts)
        made = [schedules()[name].make(params.lr, steps) for name in params.schedule]
        board = SchedulesBoard(self, runs, made, names, endings, [ROLES[end] for end in ends])
        self.hold(waits.read)

        self.beat("schedule.rates_one" if len(runs) == 1 else "schedule.rates_many", **facts)
        board.draw_rates(waits.explain)
        self.hold(waits.read)

        self.beat(f"schedule.down_{way}", **facts)
        early = steps // 3
        pace = min(waits.step / 4, 12.0 / steps)
        board.walk(0, early, pace)
        self.beat(f"schedule.decay_{way}", **facts)
        board.walk(early, steps, pace)

        worst, best = (offs.index(limit(offs)) for limit in (max, min))
        marks = [f"<{ROLES[end]}>{number(off)}</{ROLES[end]}>" for end, off in zip(ends, offs, strict=True)]
        facts |= {"worst": names[worst], "most": marks[worst], "best": names[best], "least": marks[best]}
        kind = "one" if len(runs) == 1 else "same" if marks[worst] == marks[best] else "many"
        self.beat(f"schedule.end_{'quiet' if way == 'quiet' else kind}", **facts)
        board.finish(waits.step)
        each = [f"{name} {words}" for name, words in zip(names, endings, strict=True)]
        listed = self.listed("schedule.and", each)
        self.alt = self.say(
            "schedule.alt_noise" if params.noise else "schedule.alt_quiet", each=listed, **facts
        )
        self.hold(waits.end)
