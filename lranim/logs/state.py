"""What a training came to, and how its learning rate went, named from its log."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

import numpy as np

from lranim.core.types import Array
from lranim.logs.log import Log, Series

GROUPS = 50
"""Into so many groups a noisy series is cut, whose medians are its level."""

START = 5
"""The median of so many first losses is where a training began, or of as many as the first group has."""

FLAT, HIGH = 0.05, 0.1
"""A train loss that came down by less than these shares of its start did not learn, or is still high."""

LOST = 0.5
"""One that gave back more than this share of what it came down, or rose by its start, diverged."""

RISE = 0.05
"""A validation loss this share above its lowest has risen, if that is more than its noise makes, too."""

STILL = 0.02
"""A loss that falls by more than this share from the last tenth but one to the last is still falling."""

FEW, SURE = 10, 3.5
"""Of fewer values none is noise; so many times the noise, by the root of their number, is no chance."""

STEADY, TURN = 0.02, 0.1
"""Shares of its highest: a rate within the first is constant, and one that goes back by the other turns."""


class RunState(enum.Enum):
    """What a training came to, as its log shows; `run_state` tells them apart."""

    DIVERGED = "diverged"
    """A loss is no number any more, or exploded: the rate was too high."""
    FAILING = "failing"
    """The train loss hardly fell: the rate is too high or next to nothing, or something is broken."""
    OVERFITTING = "overfitting"
    """The validation loss rises after its lowest while the train loss falls: it learns the noise by heart."""
    UNDERFITTING = "underfitting"
    """Both losses are still falling, or high: it was not trained for long enough, or is too simple."""
    GOOD = "good"
    """None of these: the validation loss is about as low as it gets."""


def run_state(log: Log) -> RunState:
    """Name what a training came to, from its losses alone; the first that fits, in this order.

    - diverged: a loss ends in NaN or infinity, or the train loss rose by as much as its start, or gave back
      more than half of what it had come down
    - failing: the train loss came down by less than a twentieth of its start, or than noise makes
    - overfitting: the validation loss ends a twentieth above its lowest, and by more than its noise makes,
      while the train loss went on falling after that
    - underfitting: both losses fell by more than a fiftieth, and than chance makes, from the last tenth but
      one of the training to the last, or the train loss came down by less than a tenth of its start
    - good: none of these

    All but the first are judged by `level`, so that no spike decides.

    Raises
    ------
    ValueError
        The log has no train loss.

    References
    ----------
    Derived here; the shares are chosen so that noise of the size usual for mini-batches does not decide.
    """
    train, valid = log.train_loss, log.valid_loss
    if not len(train):
        raise ValueError(f"{log.path} has no train loss")
    if any(len(one) and not np.isfinite(one.value[-1]) for one in (train, valid)):
        return RunState.DIVERGED
    step, loss = level(train)
    known, judged = train.finite.value, valid.finite
    start, end = float(loss[0]), float(loss[-1])
    size, sigma = abs(start), noise(known)
    tenths = [float(np.median(part)) for part in np.array_split(known, min(10, len(known)))]
    lowest = min(tenths)

    def sure(share: float, count: int) -> float:
        """A share of the start, or what noise makes of a median of so many values."""
        return max(share * size, SURE * sigma / math.sqrt(max(count, 1)))

    fall = max(start, tenths[0]) - lowest
    fell = start - lowest > sure(FLAT, START) or tenths[0] - lowest > sure(FLAT, len(known) // 10)
    if end - start > size or (fell and end - lowest > max(LOST * fall, sure(0, len(known) // GROUPS))):
        return RunState.DIVERGED
    if not fell:
        return RunState.FAILING
    if len(judged):
        at, held = level(judged)
        best = int(np.argmin(held))
        enough = max(RISE * abs(float(held[best])), SURE * noise(judged.value))
        if held[-1] - held[best] > enough and end < float(np.interp(at[best], step, loss)):
            return RunState.OVERFITTING
    falling = all(still_falling(one.value) for one in (train.finite, judged) if len(one))
    return RunState.UNDERFITTING if falling or fall <= HIGH * size else RunState.GOOD


def level(losses: Series) -> tuple[Array, Array]:
    """Where a noisy series lies as it goes on: at its start, and then the median of each group of values.

    A series of few finite values has each of them for itself, but for single spikes. Steps and losses are
    ``(n,)`` each, n at most `GROUPS` + 1.
    """
    step, value = losses.finite.step, losses.finite.value
    if len(value) < 2 * START:
        return step, value
    if len(value) < 2 * GROUPS:
        # Of each value and its neighbours the middle one, but at the ends.
        inner = np.median([value[:-2], value[1:-1], value[2:]], axis=0)
        return step, np.concatenate([value[:1], inner, value[-1:]])
    groups = np.array_split(np.arange(len(value)), GROUPS)
    # Of no more values than the first group has, or the level would begin below itself.
    first = np.median(value[: min(START, len(groups[0]))])
    steps = [step[0], *(step[group].mean() for group in groups[:-1]), step[-1]]
    return np.array(steps), np.array([first, *(np.median(value[group]) for group in groups)])


def still_falling(value: Array) -> bool:
    """Whether a loss fell by more than `STILL`, and more than by chance, from one tenth of it to the last.

    The medians of two tenths of m values differ by less than ``3.5 sigma / sqrt(m)`` in 95 of 100 series that
    do not fall.
    """
    if len(value) < 2:
        return False
    m = max(len(value) // 10, 1)
    before, last = float(np.median(value[-2 * m : -m])), float(np.median(value[-m:]))
    return before - last > max(STILL * abs(before), SURE * noise(value) / math.sqrt(m))


def noise(value: Array) -> float:
    """The standard deviation of what is added to a smooth curve, 0 for a few values: from second differences.

    ``sigma = median |l_(t-1) - 2 l_t + l_(t+1)| / (0.6745 sqrt(6))``, after Gasser, Sroka and
    Jennen-Steinmetz, "Residual variance and residual pattern in nonlinear regression" (1986),
    doi:10.1093/biomet/73.3.625, with the median in place of the mean, for spikes.
    """
    if len(value) < FEW:
        return 0.0
    return float(np.median(np.abs(np.diff(value, 2)))) / (0.6745 * 6**0.5)


class Shape(enum.Enum):
    """The ways in which a rate goes; `rate_shape` tells them apart."""

    FLAT = "flat"
    """It stays as it is."""
    RISE = "rise"
    """It goes up alone."""
    FALL = "fall"
    """It goes down alone."""
    BOTH = "both"
    """It goes up, and then down: warm-up and decay."""
    WAVES = "waves"
    """It goes up again after it has gone down."""


@dataclass(frozen=True, kw_only=True)
class RateShape:
    """What a recorded learning rate does.

    Parameters
    ----------
    shape
        The way that it goes.
    peak
        The step at which it is first at its highest, to a thousandth.
    turns
        How often it goes up.
    """

    shape: Shape
    peak: float
    turns: int


def rate_shape(rates: Series) -> RateShape:
    """Say how a learning rate goes over its steps; what is less than a tenth of the highest is no turn.

    Examples
    --------
    >>> import numpy as np
    >>> from lranim.logs.log import series
    >>> step = np.arange(101.0)
    >>> found = rate_shape(series(step=step, value=np.minimum(step / 20, (100 - step) / 80)))
    >>> found.shape.value, found.peak, found.turns
    ('both', 20.0, 1)
    """
    step, value = rates.finite.step, rates.finite.value
    highest = float(value.max())
    peak = float(step[int(np.argmax(value >= highest * (1 - 1e-3)))])
    if highest - float(value.min()) <= STEADY * highest:
        return RateShape(shape=Shape.FLAT, peak=peak, turns=0)
    ups: list[bool] = []
    low = high = float(value[0])
    for now in value.tolist():
        low, high = min(low, now), max(high, now)
        if now - low > TURN * highest and ups[-1:] != [True]:
            ups.append(True)
            high = now
        elif high - now > TURN * highest and ups[-1:] != [False]:
            ups.append(False)
            low = now
    shape = Shape.RISE if value[-1] > value[0] else Shape.FALL
    if len(ups) > 1:
        shape = Shape.BOTH if ups == [True, False] else Shape.WAVES
    return RateShape(shape=shape, peak=peak, turns=sum(ups))
