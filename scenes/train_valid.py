"""Train and validation loss: a training that fails, one that underfits, one that overfits and is stopped."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from lranim.core.least_squares import curve_samples
from lranim.core.results import Table
from lranim.core.training import EPOCHS, RATES, Training, TrainingState, rate_for, train, training_state
from lranim.draw.boards.logs import tell_losses
from lranim.draw.boards.training import TrainingBoard
from lranim.draw.scene import LessonScene
from lranim.look.text import number
from lranim.options.data import LogParams

SECONDS = 3.2
"""How long a training is watched."""

CHIPS = {
    TrainingState.FAILING: "minimum",
    TrainingState.UNDERFITTING: "rate",
    TrainingState.OVERFITTING: "minimum",
    TrainingState.GOOD: "gradient",
}
"""The colour of each state."""


class Params(LogParams):
    """Options of the scene."""

    needs = ("train_loss", "valid_loss")

    state: Literal["failing", "underfitting", "overfitting"] | None = Field(
        None, description="train at the rate that leads to this state (unless given, at all three in turn)"
    )
    lr: float | None = Field(None, gt=0, le=10, description="learning rate, in place of a state")
    epochs: int = Field(
        EPOCHS, ge=20, le=5000, description="length of a training", json_schema_extra={"unit": "epochs"}
    )
    seed: int = Field(16, ge=0, le=2**32 - 1, description="seed of the samples and of their split")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.lr is not None and self.state is not None:
            raise ValueError(f"--lr is {self.lr:g} and --state is {self.state}; give one of them, not both")
        return self


def trainings(params: Params) -> list[Training]:
    """The trainings that are drawn, one after another."""
    data = curve_samples(params.seed)
    wanted = [TrainingState(params.state)] if params.state else list(RATES)
    rates = [params.lr] if params.lr else [rate_for(state, data) for state in wanted]
    return [train(data, lr, params.epochs) for lr in rates]


def numbers(params: Params) -> Table:
    """The losses that are drawn, a row an epoch."""
    if params.log is not None:
        return params.recorded.table(*params.needs)
    runs = trainings(params)
    lengths = [run.epochs + 1 for run in runs]
    return Table(
        {
            "lr": np.repeat([run.lr for run in runs], lengths),
            "state": np.repeat([training_state(run).value for run in runs], lengths),
            "epoch": np.concatenate([np.arange(length) for length in lengths]),
            "train": np.concatenate([run.train for run in runs]),
            "validation": np.concatenate([run.validation for run in runs]),
        }
    )


def facts_of(run: Training) -> dict[str, object]:
    """What the texts say of a training."""
    lowest, judged = run.validation[[run.best_epoch, -1]]
    return {
        "lr": run.lr,
        "epochs": run.epochs,
        "best": run.best_epoch,
        "lowest": number(lowest),
        "judged": number(judged),
        "trained": number(run.train[-1]),
    }


def ending(run: Training) -> str:
    """The end of a text's key that goes with what a training came to."""
    state, before = training_state(run), -1 - max(run.epochs // 10, 1)
    if state is TrainingState.FAILING and run.train.max() <= 1.1 * run.train[0]:
        return "flat"
    falling = all(loss[-1] < loss[before] for loss in (run.train, run.validation))
    return "high" if state is TrainingState.UNDERFITTING and not falling else state.value


class TrainValid(LessonScene):
    """Both losses beside the fitted curve, and the epoch at which to stop."""

    params_type = Params

    def construct(self) -> None:
        """Tell the story."""
        if self.params.log is not None:
            self.title("train-valid.title")
            tell_losses(self, self.params.recorded)
            return
        waits = self.theme.waits
        runs = trainings(self.params)
        data = runs[0].data
        self.title("train-valid.title")
        self.beat("train-valid.start", points=len(data.train.x), others=len(data.validation.x))
        board = TrainingBoard(self, runs[0], self.params.epochs)
        self.hold(waits.read)

        for place, run in enumerate(runs):
            self.beat("train-valid.run", **facts_of(run))
            if place:
                self.withdraw()
                board.clear(run)
            board.train(SECONDS)
            state = training_state(run)
            self.beat(f"train-valid.run_{ending(run)}", **facts_of(run))
            self.judge(self.say(f"train-valid.state_{state.value}"), CHIPS[state])
            self.hold(waits.read)

        last = runs[-1]
        if training_state(last) is TrainingState.OVERFITTING:
            self.beat("train-valid.stop")
            board.mark(self.say("train-valid.best", epoch=last.best_epoch))
            board.go_back(waits.explain)
            early = train(last.data, last.lr, max(last.best_epoch, 1))
            good = training_state(early) is TrainingState.GOOD
            self.judge(
                self.say("train-valid.stopped_good" if good else "train-valid.stopped"),
                CHIPS[TrainingState.GOOD if good else TrainingState.UNDERFITTING],
            )
        self.beat(f"train-valid.end_{ending(last)}", **facts_of(last))
        clauses = [self.say(f"train-valid.alt_{ending(run)}", **facts_of(run)) for run in runs]
        self.alt = self.listed("train-valid.alt_more", [self.say("train-valid.alt"), *clauses])
        self.hold(waits.end)
