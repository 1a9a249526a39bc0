"""A training log, whatever file it was read from: losses and rates over the steps, and what it came to."""

from __future__ import annotations

import enum
import hashlib
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter  # type: ignore[import-untyped]

from lranim.core.results import Table
from lranim.core.types import Array

Unit = Literal["step", "epoch", "row"]
"""What is counted across: steps, else epochs, else the rows of the file."""

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

BESIDE, ABOVE = 9, 8.0
"""A spike is twice as high as so many values about it usually are, and so many times the noise above."""

STEADY, TURN = 0.02, 0.1
"""Shares of its highest: a rate within the first is constant, and one that goes back by the other turns."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Series:
    """Values by the step at which they were written down; K is their number.

    Parameters
    ----------
    step
        Growing, ``(K,)``.
    value
        ``(K,)``; not finite where the training diverged.
    """

    step: Array
    value: Array

    def __len__(self) -> int:
        return len(self.step)

    @property
    def finite(self) -> Series:
        """The part of it whose values are finite numbers."""
        known = np.isfinite(self.value)
        return series(step=self.step[known], value=self.value[known])


def series(*, step: object = (), value: object = ()) -> Series:
    """Make a series of arrays that cannot be written to."""
    arrays = [np.array(part, dtype=np.float64) for part in (step, value)]
    for array in arrays:
        array.setflags(write=False)
    return Series(step=arrays[0], value=arrays[1])


@dataclass(frozen=True, kw_only=True, eq=False)
class Log:
    """What one training wrote down.

    Parameters
    ----------
    path
        The file or folder, as it was given.
    unit
        What is counted across.
    train_loss, valid_loss, lr
        By step; empty where the file has none.
    best_step
        The step of the checkpoint that the file calls the best, or None.
    columns
        The names of the numbers in the file, as far as they fit into a message.
    notes
        What of the file is not as one would think, a sentence each.
    """

    path: str
    unit: Unit
    train_loss: Series
    valid_loss: Series
    lr: Series
    best_step: float | None
    columns: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def best(self) -> float | None:
        """The step of the best checkpoint: the file's own, else of the lowest validation loss, or None."""
        return self.lowest if self.best_step is None else self.best_step

    @property
    def lowest(self) -> float | None:
        """The step of the lowest validation loss, or None."""
        valid = self.valid_loss.finite
        return float(valid.step[np.argmin(valid.value)]) if len(valid) else None

    @property
    def contents(self) -> str:
        """What there is in it, for a message: ``train loss (500 values), learning rate (500 values)``."""
        named = {"train loss": self.train_loss, "validation loss": self.valid_loss, "learning rate": self.lr}
        counts = {
            name: f"{len(one):,} value{'s' * (len(one) != 1)}" for name, one in named.items() if len(one)
        }
        return ", ".join(f"{name} ({count})" for name, count in counts.items())

    def table(self, *fields: str) -> Table:
        """The rows of some series, by what is counted across; NaN where one of them has no value."""
        found: dict[str, Series] = {field: getattr(self, field) for field in fields}
        step = np.unique(np.concatenate([one.step for one in found.values()]))
        columns: dict[str, Array] = {self.unit: step}
        for field, one in found.items():
            columns[field] = np.full(len(step), np.nan)
            columns[field][np.searchsorted(step, one.step)] = one.value
        return Table(columns)

    def fingerprint(self) -> str:
        """SHA-256 of the numbers: the same for files that differ in what is not read alone."""
        digest = hashlib.sha256(f"{self.unit} {self.best_step}".encode())
        for one in (self.train_loss, self.valid_loss, self.lr):
            digest.update(len(one).to_bytes(8, "little"))
            digest.update(one.step.astype("<f8").tobytes() + one.value.astype("<f8").tobytes())
        return digest.hexdigest()


def thinned(x: npt.ArrayLike, y: npt.ArrayLike, count: int) -> tuple[Array, Array]:
    """Keep at most so many points of a series: the first, the last, and of each group the lowest and highest.

    The groups are equally many neighbours each, so that nothing is averaged and no spike is lost. A group in
    which no height is finite keeps its first point: a line drawn through the points breaks there.

    Parameters
    ----------
    x, y
        The points, ``(n,)`` each.
    count
        The most that are kept; 4 or more.

    Returns
    -------
    tuple
        x and y of the points kept, in their order; those given where they are few enough.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.zeros(1000)
    >>> y[[357, 358]] = 9.0, -9.0
    >>> kept, heights = thinned(np.arange(1000), y, 8)
    >>> kept.tolist(), heights.max().item(), heights.min().item()
    ([0.0, 1.0, 357.0, 358.0, 666.0, 999.0], 9.0, -9.0)

    References
    ----------
    Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation" (2014),
    doi:10.14778/2732951.2732953: minimum and maximum of a group are what a drawn line needs of it.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if len(x) <= count:
        return x, y
    known = np.isfinite(y)
    lows, highs = np.where(known, y, np.inf), np.where(known, y, -np.inf)
    count, inner = (count - 2) // 2, np.arange(1, len(x) - 1)
    kept = {0, len(x) - 1}
    for group in np.split(inner, np.arange(1, count) * len(inner) // count):
        kept |= {group[np.argmin(lows[group])], group[np.argmax(highs[group])]}
    places = np.array(sorted(kept))
    return x[places], y[places]


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


def spike(losses: Series) -> tuple[float, float] | None:
    """Step and height of the highest value that is far above those beside it; None where none is."""
    step, value = losses.finite.step, losses.finite.value
    if len(value) < BESIDE:
        return None
    usual = median_filter(value, BESIDE, mode="nearest")
    over = value - usual
    over[over <= np.abs(usual) + ABOVE * noise(value)] = 0.0
    k = int(np.argmax(over))
    return (float(step[k]), float(value[k])) if over[k] > 0 else None


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
