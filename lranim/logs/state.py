"""What a training came to, named from its log."""

from __future__ import annotations

import enum
import math

import numpy as np

from lranim.core.types import Array
from lranim.logs.log import Log, Series

GROUPS = 50
"""Into so many groups a noisy series is cut, whose medians are its level."""

START = 5
"""The median of so many first losses is where a training began, or of as many as the first group has."""

FLAT = 0.05
"""A train loss that came down by less than this share of its start did not learn."""

LOST = 0.5
"""One that gave back more than this share of what it came down, or rose by its start, diverged."""

RISE = 0.05
"""A validation loss this share above its lowest has risen, if that is more than its noise makes, too."""

FEW = 10
"""Of fewer values than that, none is taken for noise."""

STILL = 0.02
"""A loss that falls by more than this share from the last tenth but one to the last is still falling."""

SURE = 3.5
"""So many times the noise of a value, by the root of their number, is more than chance makes of medians."""

HIGH = 0.1
"""A train loss that came down by less than this share of its start is still high."""


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
    known = train.finite.value
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
    judged = valid.finite
    if len(judged):
        at, held = level(judged)
        best = int(np.argmin(held))
        risen = float(held[-1] - held[best])
        enough = max(RISE * abs(float(held[best])), SURE * noise(judged.value))
        if risen > enough and end < float(np.interp(at[best], step, loss)):
            return RunState.OVERFITTING
    if still_falling(train) and (not len(judged) or still_falling(judged)):
        return RunState.UNDERFITTING
    return RunState.UNDERFITTING if fall <= HIGH * size else RunState.GOOD


def level(losses: Series) -> tuple[Array, Array]:
    """Where a noisy series lies as it goes on: at its start, and then the median of each group of values.

    A series of few values has each of them for itself.

    Returns
    -------
    tuple
        Steps and losses, ``(n,)`` each, n at most `GROUPS` + 1; of the finite values alone.

    Examples
    --------
    >>> from lranim.logs.log import series
    >>> level(series(step=[1, 2, 3], value=[4.0, 2.0, 1.0]))[1]
    array([4., 2., 1.])
    """
    known = losses.finite
    step, value = known.step, known.value
    if len(value) < 2 * GROUPS:
        return step, _calmer(value)
    groups = np.array_split(np.arange(len(value)), GROUPS)
    # Of no more values than the first group has, or the level would begin below itself.
    first = float(np.median(value[: min(START, len(groups[0]))]))
    steps = [float(step[0]), *(float(step[group].mean()) for group in groups[:-1]), float(step[-1])]
    return np.array(steps), np.array([first, *(float(np.median(value[group])) for group in groups)])


def _calmer(value: Array) -> Array:
    """Values without single spikes: of each and its neighbours the middle one, but at the ends."""
    if len(value) < 2 * START:
        return value
    threes = np.stack([value[:-2], value[1:-1], value[2:]])
    return np.concatenate([value[:1], np.median(threes, axis=0), value[-1:]])


def still_falling(losses: Series) -> bool:
    """Whether a loss fell by more than `STILL`, and more than by chance, from one tenth of it to the last.

    The medians of two tenths of m values differ by less than ``3.5 sigma / sqrt(m)`` in 95 of 100 series that
    do not fall.
    """
    value = losses.finite.value
    m = max(len(value) // 10, 1)
    if len(value) < 2 * m:
        return False
    before, last = float(np.median(value[-2 * m : -m])), float(np.median(value[-m:]))
    return before - last > max(STILL * abs(before), SURE * noise(value) / math.sqrt(m))


def noise(value: Array) -> float:
    """The standard deviation of what is added to a smooth curve, 0 for a few values: from second differences.

    ``sigma = median |l_(t-1) - 2 l_t + l_(t+1)| / (0.6745 sqrt(6))``

    Examples
    --------
    >>> import numpy as np
    >>> t = np.arange(4000.0)
    >>> round(noise(np.exp(-t / 500) + 0.1 * np.random.default_rng(1).standard_normal(4000)), 2)
    0.1

    References
    ----------
    Gasser, Sroka and Jennen-Steinmetz, "Residual variance and residual pattern in nonlinear regression"
    (1986), doi:10.1093/biomet/73.3.625: the idea; with the median in place of the mean, for spikes.
    """
    if len(value) < FEW:
        return 0.0
    return float(np.median(np.abs(np.diff(value, 2)))) / (0.6745 * 6**0.5)
