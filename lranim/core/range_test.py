"""The learning-rate range test: one short training whose rate grows until it explodes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lranim.core.descend import descend
from lranim.core.network import Task
from lranim.core.rules import gradient_descent
from lranim.core.schedules import exponential
from lranim.core.types import Array

LIMIT = 4.0
"""A test stops after the step whose smoothed loss is more than this many times the lowest so far."""

_HEAD, _TAIL = 10, 5  # a tenth of the steps at the start, and the last five, have no say, as in fastai
_PLATEAU, _BEGUN, _SHALLOW = 0.9, 0.1, 0.2  # shares of losses, of the fall, of the plateau: RangeTest.fall


@dataclass(frozen=True, kw_only=True, eq=False)
class RangeTest:
    """What a range test saw. K is the number of steps until it stopped.

    Parameters
    ----------
    lr
        Learning rate of each step, ``(K,)``, growing by the same factor at each.
    loss
        Error on the mini-batch of each step, before it, ``(K,)``.
    smoothed
        The same, smoothed, ``(K,)``.
    exploded
        Whether it stopped because the loss exploded, and not at the highest rate.
    steepest, valley
        Which step each suggestion is: ``lr[valley]`` is the rate.
    """

    lr: Array
    loss: Array
    smoothed: Array
    exploded: bool
    steepest: int
    valley: int

    @property
    def fall(self) -> tuple[int, int] | None:
        """Between which two steps the smoothed loss falls: the rates that learn; None where it does not.

        It ends at the lowest. It begins after the last loss that lies by less than a tenth of the fall below
        the plateau, which is what nine in ten of the losses up to the lowest are below; a fall by less than a
        fifth of the plateau is none. Smith (2017), section 3.3, reads such bounds off the test by eye.
        """
        last = int(np.argmin(self.smoothed))
        before = self.smoothed[: last + 1]
        plateau = np.quantile(before, _PLATEAU)
        depth = plateau - before[-1]
        if depth < _SHALLOW * plateau:
            return None
        return int(np.flatnonzero(before > plateau - _BEGUN * depth)[-1]), last

    @property
    def found(self) -> float:
        """The rate to train with: that of the steepest fall, or the valley's where the steepest is but noise.

        It is noise when it lies outside of the `fall`: with too little smoothing, or too many steps for it.
        """
        first, last = self.fall or (0, len(self.lr))
        return float(self.lr[self.steepest if first <= self.steepest <= last else self.valley])


def range_test(
    task: Task, *, low: float = 1e-4, high: float = 10.0, steps: int = 100, smoothing: float = 0.9
) -> RangeTest:
    """Train while the rate grows, note the loss of each mini-batch, and stop when it explodes.

    ``eta_t = low (high / low)^(t / (steps - 1))``

    Smith, "Cyclical Learning Rates for Training Neural Networks" (2017), arXiv:1506.01186, section 3.3: the
    test; fastai's ``lr_find``: rates that grow by a factor, smoothing, when to stop, what has no say.
    """
    rates = exponential(low, steps - 1, factor=high / low)
    run = descend(task.cost, gradient_descent(), rates, task.start, steps, gradient=task.gradient)
    with np.errstate(over="ignore", invalid="ignore"):
        losses = np.array([task.batch_loss(x, t) for t, x in enumerate(run.x[:steps])])
    return judged(rates(np.arange(steps)), losses, smoothing=smoothing)


def judged(lr: npt.ArrayLike, losses: npt.ArrayLike, *, smoothing: float = 0.9) -> RangeTest:
    """Read off a range test what it says, wherever it was made: where it stops, and both suggestions.

    They come from the smoothed losses, without the first tenth of the steps and the last five: there the
    smoothing has not begun to work, or the loss explodes already. There are 20 growing rates or more, and
    the losses before the step at each of them, above 0 where they are finite.
    """
    lr, losses = np.array(lr, dtype=np.float64), np.array(losses, dtype=np.float64)
    steps = len(lr)
    losses = losses[: int(np.argmin(np.append(np.isfinite(losses), False)))]
    with np.errstate(over="ignore", invalid="ignore"):
        smoothed = smooth(losses, smoothing)
        beyond = smoothed > LIMIT * np.minimum.accumulate(smoothed)
    count = int(np.argmax(beyond)) + 1 if beyond.any() else len(losses)
    first, last = steps // _HEAD, count - _TAIL
    if last - first < 2:
        raise ValueError(f"the loss explodes at once, at a rate of {lr[0]:g}: start the range test lower")
    arrays = {"lr": lr[:count].copy(), "loss": losses[:count].copy(), "smoothed": smoothed[:count].copy()}
    for array in arrays.values():
        array.setflags(write=False)
    return RangeTest(
        **arrays,
        exploded=count < steps or bool(beyond.any()),
        steepest=first + steepest(lr[first:last], smoothed[first:last]),
        valley=first + valley(smoothed[first:last]),
    )


def smooth(losses: npt.ArrayLike, smoothing: float) -> Array:
    """Average each loss with those before it, which count less and less, and correct for the start.

    ``a_t = beta a_(t-1) + (1 - beta) l_t`` from ``a_(-1) = 0``; the result is ``a_t / (1 - beta^(t+1))``.
    With a smoothing beta of 0 nothing changes; it is below 1.
    """
    average, averages = 0.0, []
    for loss in np.asarray(losses, dtype=np.float64).tolist():
        average = smoothing * average + (1 - smoothing) * loss
        averages.append(average)
    return np.asarray(averages / (1 - smoothing ** np.arange(1.0, len(averages) + 1)))


def steepest(lr: npt.ArrayLike, losses: npt.ArrayLike) -> int:
    """Find the step from which the loss falls fastest on a logarithmic axis, as fastai's ``steep``."""
    return int(np.argmin(np.diff(losses) / np.diff(np.log(lr))))


def valley(losses: npt.ArrayLike) -> int:
    """Find the step about half way down the longest valley, as fastai's ``valley``.

    The valley ends at E, where the longest series of ever lower losses, others left out, first has its full
    length of L; it is taken to begin L steps before. The suggestion is a third of L and half a third after
    that, each rounded down: ``E - L + floor(L / 3) + floor(L / 6)``, or 0 if that is below 0.
    """
    values = np.asarray(losses, dtype=np.float64)
    length = np.ones(len(values), dtype=int)
    for i in range(1, len(values)):
        length[i] += np.max(length[:i], where=values[:i] > values[i], initial=0)
    longest = int(length.max())
    if longest == 1:
        return 0
    return max(int(np.argmax(length)) - longest + longest // 3 + longest // 6, 0)
