"""A training of one's own: the option `--log` of scenes that can draw one, and what they need of it."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from lranim.core.range_test import RangeTest, judged
from lranim.core.types import Array
from lranim.logs import Log, Series, read_log
from lranim.params import SceneParams

NAMES = {"train_loss": "train loss", "valid_loss": "validation loss", "lr": "learning rate"}
"""What a message calls the series of a log."""

FEWEST = 2
"""A series needs so many finite values to be drawn as a curve."""

RATES, SPAN, GROUPS = 20, 10.0, 400
"""A range test has so many rates, the last so many times the first, and is cut into so many groups."""


class LogParams(SceneParams):
    """What scenes share that can draw a training of one's own."""

    log: str | None = Field(
        None,
        min_length=1,
        description="log of a training of your own: trainer_state.json, CSV, JSON lines, TensorBoard",
        json_schema_extra={"format": "path"},
    )

    needs: ClassVar[tuple[str, ...]] = ()
    """The series of a log without which the scene has nothing to draw."""
    beside_log: ClassVar[frozenset[str]] = frozenset()
    """The options that make sense with a log."""

    @model_validator(mode="after")
    def _log_alone(self) -> Self:
        if self.log is None:
            return self
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if name not in {"log", *self.beside_log} and value != field.default:
                shown = ",".join(map(str, value)) if isinstance(value, tuple) else value
                raise ValueError(
                    f"--log is {self.log} and --{name} is {shown}; "
                    "a log has its own numbers: give one of them, not both"
                )
        check_has(self.recorded, self.needs)
        return self

    @property
    def recorded(self) -> Log:
        """The log; only where one was given."""
        return read_log(str(self.log))

    def notes(self) -> tuple[str, ...]:
        """What of the log is not as one would think."""
        return tuple(f"{self.log}: {note}" for note in self.recorded.notes) if self.log is not None else ()

    def content(self) -> str:
        """What is in the file."""
        return self.recorded.fingerprint() if self.log is not None else ""


def check_has(log: Log, needs: tuple[str, ...]) -> None:
    """Refuse a log that lacks a series.

    Raises
    ------
    ValueError
        With what it lacks, and what it has.
    """
    for need in needs:
        one: Series = getattr(log, need)
        if len(one.finite) < FEWEST:
            lacks = f"no {NAMES[need]}"
            if len(one):
                count = len(one.finite)
                lacks = f"{count} value{'s' * (count != 1)} of {NAMES[need]} to draw, and two are a curve"
            raise ValueError(
                f"--log is {log.path}, which has {lacks}; this scene draws its {NAMES[need]}; "
                f"it has {log.contents}, in columns {', '.join(log.columns)}"
            )


def recorded_test(log: Log, smoothing: float) -> RangeTest:
    """The range test that a log holds: the loss at each learning rate, as the rate grows.

    Losses and rates are matched by their steps. One of very many steps is cut into `GROUPS` of neighbours,
    each with the means of its losses and of the logarithms of its rates.

    Raises
    ------
    ValueError
        The rates do not grow, or too little, or are too few; or no loss is above 0.
    """
    step, lr, loss = matched(log)
    told = f"--log is {log.path}; in a range test the learning rate grows from step to step"
    if len(lr) < RATES:
        raise ValueError(f"{told}, {RATES} at least, and here {len(lr)} steps have both a rate and a loss")
    if (turn := np.flatnonzero(np.diff(lr) <= 0)).size:
        raise ValueError(
            f"{told}, and here it goes from {lr[turn[0]]:.4g} to {lr[turn[0] + 1]:.4g} "
            f"at {log.unit} {step[turn[0] + 1]:g}; the scene schedule draws such a log"
        )
    if lr[-1] < SPAN * lr[0]:
        raise ValueError(f"{told}, tenfold at least, and here from {lr[0]:.4g} to {lr[-1]:.4g}")
    lowest = float(loss[np.isfinite(loss)].min(initial=np.inf))
    if lowest <= 0:
        raise ValueError(
            f"--log is {log.path}; a range test needs losses above 0, and the lowest is {lowest:g}"
        )
    _, lr, loss = rates_of(log)
    try:
        return judged(lr, loss, smoothing=smoothing)
    except ValueError as error:
        raise ValueError(f"--log is {log.path}: {error}") from None


def matched(log: Log) -> tuple[Array, Array, Array]:
    """Steps at which a log has both a learning rate above 0 and a train loss, the rates, and the losses."""
    rates = log.lr.finite
    step, at, other = np.intersect1d(rates.step, log.train_loss.step, return_indices=True)
    lr, loss = rates.value[at], log.train_loss.value[other]
    return step[lr > 0], lr[lr > 0], loss[lr > 0]


def rates_of(log: Log) -> tuple[Array, Array, Array]:
    """Steps, rates and losses of a range test, of `GROUPS` groups where there are more steps."""
    step, lr, loss = matched(log)
    if len(lr) <= GROUPS:
        return step, lr, loss
    groups = np.array_split(np.arange(len(lr)), GROUPS)
    lr = np.exp([np.log(lr[group]).mean() for group in groups])
    return step[[group[-1] for group in groups]], lr, np.array([loss[group].mean() for group in groups])
