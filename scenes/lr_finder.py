"""A range test looks for a learning rate, and a training with what it finds works."""

from __future__ import annotations

from functools import lru_cache
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from lranim.core.network import Task, network_task, train_network
from lranim.core.range_test import RangeTest, range_test
from lranim.core.results import Table
from lranim.core.types import Status, Trajectory
from lranim.draw.boards.training import RangeTestBoard
from lranim.draw.scene import LessonScene
from lranim.look.text import number, short
from lranim.options.data import LogParams, rates_of, recorded_test

TRAINING = 80
"""Steps of a training with what was found."""

FACTORS = (1.0, 0.1, 10.0)
"""The rates that are tried, in units of what was found."""

SECONDS = 3.0
"""How long one watches the trainings."""


class Params(LogParams):
    """Options of the scene."""

    needs = ("train_loss", "lr")
    beside_log = frozenset({"smoothing"})

    low: float = Field(1e-4, gt=0, le=1e4, description="learning rate at which the test begins")
    high: float = Field(10.0, gt=0, le=1e4, description="learning rate at which the test ends")
    steps: int = Field(
        100,
        ge=20,
        le=1000,
        description="number of rates that are tested",
        json_schema_extra={"unit": "steps"},
    )
    smoothing: float = Field(0.9, ge=0, le=0.99, description="weight of the losses before in a smoothed loss")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="seed of the network and its samples")

    @model_validator(mode="after")
    def _can_be_tested(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"--low is {self.low:g} and --high is {self.high:g}; low must be below high")
        if self.low < 1e-12:
            raise ValueError(f"--low is {self.low:g}; no loss changes at rates below 1e-12")
        search(self)
        return self


@lru_cache(maxsize=4)
def task_of(seed: int) -> Task:
    """The network and its samples."""
    return network_task(seed)


@lru_cache(maxsize=4)  # each check of the options asks for it
def made(seed: int, low: float, high: float, steps: int, smoothing: float) -> RangeTest:
    """A test of the network's."""
    return range_test(task_of(seed), low=low, high=high, steps=steps, smoothing=smoothing)


def search(params: Params) -> RangeTest:
    """The test that is drawn: the one of the log, or one whose options are the scene's."""
    if params.log is not None:
        return recorded_test(params.recorded, params.smoothing)
    return made(**params.model_dump(exclude={"log"}))


def trainings(params: Params) -> dict[float, Trajectory]:
    """Trainings with what was found, to two digits, a tenth of it and ten times as much, by their rates."""
    rates = [float(f"{factor * search(params).found:.2g}") for factor in FACTORS]
    return {lr: train_network(task_of(params.seed), lr, TRAINING) for lr in rates}


def numbers(params: Params) -> Table:
    """The test that is drawn, a row a step, and then the trainings."""
    test, runs = search(params), trainings(params) if params.log is None else {}
    lengths = [len(test.lr), *(len(run.cost) for run in runs.values())]
    after = sum(lengths[1:])
    suggested = np.full(sum(lengths), "", dtype="<U8")
    suggested[test.valley], suggested[test.steepest] = "valley", "steepest"
    return Table(
        {
            "run": np.repeat(["test", *(f"lr={lr:g}" for lr in runs)], lengths),
            "step": np.concatenate([np.arange(length) for length in lengths]),
            "lr": np.concatenate([test.lr, np.repeat(list(runs), lengths[1:])]),
            "loss": np.concatenate([test.loss, *(run.cost for run in runs.values())]),
            "smoothed": np.append(test.smoothed, np.full(after, np.nan)),
            "suggested": suggested,
        }
    )


def outcome(run: Trajectory, best: float) -> str:
    """The end of a text's key that goes with a training, beside one that ends at a loss of `best`."""
    if run.status is Status.DIVERGED or run.cost[-1] >= run.cost[0]:
        return "explodes"
    return "slow" if run.cost[-1] > 2 * best else "learns"


class LrFinder(LessonScene):
    """Loss against a growing rate, two suggestions, and three trainings."""

    params_type = Params
    has_verdict = False

    def construct(self) -> None:
        """Tell the story."""
        params, waits = self.params, self.theme.waits
        test, steps, rates = (
            search(params),
            np.arange(float(params.steps)),
            np.array([params.low, params.high]),
        )
        if params.log:
            steps, rates, _ = rates_of(params.recorded)
        facts: dict[str, object] = {"low": rates[0], "high": rates[-1], "found": f"{test.found:.2g}"}
        facts |= {"factor": short(float(test.lr[1] / test.lr[0]), 3), "count": len(test.lr)}
        facts |= {name: f"{test.lr[getattr(test, name)]:.2g}" for name in ("steepest", "valley")}

        self.title("lr-finder.title")
        self.beat("lr-finder.start_log" if params.log else "lr-finder.start", **facts)
        board = RangeTestBoard(self, test, rates[0], rates[-1], steps)
        self.hold(waits.read)
        board.tell(facts)
        if params.log:
            board.end(facts)
            return

        runs = trainings(params)
        facts |= dict(zip(("lr", "less", "more"), runs, strict=True)) | {"steps": TRAINING}
        facts |= {f"loss_{place}": number(run.cost[-1]) for place, run in enumerate(runs.values())}
        self.beat("lr-finder.train", **facts)
        best = min(float(run.cost[-1]) for run in runs.values())
        ends = [outcome(run, best) for run in runs.values()]
        names = [self.say(f"lr-finder.try_{end}", lr=lr) for lr, end in zip(runs, ends, strict=True)]
        board.try_out(list(runs.values()), names, SECONDS)
        kind = "found" if ends == ["learns", "slow", "explodes"] else "other"
        self.beat(f"lr-finder.end_{kind}", **facts)
        kind = "open" if kind == "found" and not test.exploded else kind
        self.alt = self.say(f"lr-finder.alt_{kind}", **facts)
        self.hold(waits.end)
