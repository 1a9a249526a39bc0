"""Learning rates side by side, in step with each other: too small, right, too large."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Annotated, Any

import numpy as np
from pydantic import Field, field_validator

from lranim.core.costs import is_own
from lranim.core.descend import descend
from lranim.core.results import Runs, arrival, best_of
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.starts import rates_about
from lranim.core.story import as_far_as_shown, ending
from lranim.core.types import NEAR, Array, Cost, Trajectory
from lranim.draw.boards.compare import CompareBoard
from lranim.draw.chart.descent import AIM
from lranim.draw.scene import LessonScene
from lranim.look.text import number, short
from lranim.params import MOST, CurveParams, check_once

LONGEST = 12.0
"""All the steps but the first take no longer than this, in seconds."""

EXAMPLE = "--lr 0.01 --lr 0.3 --lr 0.99"
"""How several rates are typed."""

Rate = Annotated[float, Field(gt=0, le=MOST)]


class Params(CurveParams):
    """Options of the scene."""

    lr: tuple[Rate, ...] = Field(
        (0.01, 0.3, 0.99), min_length=2, max_length=4, description="learning rates to compare"
    )

    @classmethod
    def suited(cls, cost: Cost) -> dict[str, Any]:
        """The cost's own start, and for a function of the user's own rates about the one that suits it."""
        return super().suited(cost) | ({"lr": rates_about(cost, MOST)} if is_own(cost) else {})

    def first_steps(self, slope: Array) -> dict[str, Array]:
        """The steps of gradient descent."""
        return {f"--lr is {lr:g}": -lr * slope for lr in self.lr}

    @field_validator("lr", mode="before")
    @classmethod
    def _two_to_four(cls, rates: object) -> object:
        if isinstance(rates, list | tuple) and not 2 <= len(rates) <= 4:
            given = f"{len(rates)} rate{'s' * (len(rates) != 1)} ({', '.join(map(str, rates))})"
            raise ValueError(f"--lr has {given}; two to four can be compared, as in {EXAMPLE}")
        return rates

    @field_validator("lr")
    @classmethod
    def _each_once(cls, rates: tuple[float, ...]) -> tuple[float, ...]:
        check_once("--lr", rates)
        return rates


def numbers(params: Params) -> Runs:
    """The descents that are drawn."""
    cost, start = params.objective, (params.start,)
    runs: dict[str | float, Trajectory] = {
        lr: descend(cost, gradient_descent(), constant(lr), start, params.steps) for lr in params.lr
    }
    return Runs(key="lr", runs=runs)


def twins(runs: list[Trajectory]) -> tuple[int, int] | None:
    """Two runs, if any, that cost the same at every step although they go other ways."""
    for one, other in combinations(range(len(runs)), 2):
        a, b = runs[one].cost, runs[other].cost
        if len(a) == len(b) and np.allclose(a, b, rtol=1e-6) and np.ptp(a) > 0:
            return one, other
    return None


class LearningRateCompare(LessonScene):
    """The same start, the same curve, two to four rates: how far each gets in as many steps."""

    params_type = Params
    has_verdict = False

    def construct(self) -> None:
        """Tell the story."""
        params, waits = self.params, self.theme.waits
        found = numbers(params).runs
        runs, rates = list(found.values()), [short(float(lr)) for lr in found]
        endings = [self.say(f"verdict.{ending(run, params.steps)}") for run in runs]
        facts = {"name": runs[0].cost_function.variables[0], "start": params.start, "steps": params.steps}
        self.title("learning-rate-compare.title")
        self.beat("learning-rate-compare.start", **facts)
        board = CompareBoard(self, runs, rates, endings)
        self.hold(waits.read)

        lengths = [abs(float(run.step[0, 0])) for run in runs]
        facts |= {"slope": number(abs(runs[0].grad[0, 0]))}
        facts |= {"low": number(min(lengths)), "high": number(max(lengths))}
        self.beat("learning-rate-compare.rule", **facts)
        board.walk(0.0, AIM, waits.explain)
        self.picture()
        self.hold(waits.read)
        board.walk(AIM, 1.0, waits.explain)

        arrivals = [arrival(run) for run in runs]
        there = [step for step in arrivals if step is not None]
        offs = [float(run.errors[-1]) for run in runs]
        best = arrivals.index(min(there)) if there else int(np.argmin(np.round(offs, 6)))
        first = min(there, default=0)
        facts |= {"best": board.names[best], "within": NEAR, "arrival": first}
        facts |= {"off": number(offs[best]), "goal": float(runs[best].target[0])}
        stops = [("walk", 1)]
        if 1 < first < params.steps:
            stops.append(("arrive", first))
        if pair := twins(runs):
            facts |= {"one": board.names[pair[0]], "other": board.names[pair[1]]}
            stops.append(("twins", (stops[-1][1] + params.steps + 1) // 2))
        for (key, start), (_, end) in pairwise([*stops, ("", params.steps)]):
            if start < end:
                self.beat(f"learning-rate-compare.{key}", **facts)
                board.walk(start, end, min(waits.quick, LONGEST / params.steps))

        kind = "none" if not there else "one" if len(there) == 1 else "many"
        known = bool(runs[0].cost_function.minima)
        kind = kind if known else "open"
        self.beat(f"learning-rate-compare.end_{kind}", **facts)
        board.finish()
        ends = [number(float(as_far_as_shown(run).x[-1, 0])) for run in runs]
        each = [
            self.say("learning-rate-compare.run", lr=lr, end=end, verdict=words)
            for lr, end, words in zip(rates, ends, endings, strict=True)
        ]
        listed = self.listed("learning-rate-compare.runs", each)
        facts["target"] = best_of(runs[0])
        self.alt = self.say(
            "learning-rate-compare.alt" if known else "learning-rate-compare.alt_open", runs=listed, **facts
        )
        self.hold(waits.end)
