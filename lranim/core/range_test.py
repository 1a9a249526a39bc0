"""The learning-rate range test: one short training whose rate grows until it explodes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lranim.core.checks import finite, whole
from lranim.core.descend import descend
from lranim.core.network import Task
from lranim.core.rules import gradient_descent
from lranim.core.schedules import exponential
from lranim.core.suggestions import smooth, steepest, valley
from lranim.core.types import Array

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
        fifth of the plateau is none.

        Examples
        --------
        >>> from lranim.core.network import network_task
        >>> test = range_test(network_task())
        >>> test.lr[list(test.fall)].round(2)
        array([0.1 , 0.98])

        References
        ----------
        Smith (2017), section 3.3, reads such bounds off the test by eye; the shares are chosen here.
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

        Examples
        --------
        >>> from lranim.core.network import network_task
        >>> [round(range_test(network_task(), smoothing=beta).found, 2) for beta in (0, 0.9)]
        [0.17, 0.19]
        """
        first, last = self.fall or (0, len(self.lr))
        return float(self.lr[self.steepest if first <= self.steepest <= last else self.valley])


def range_test(
    task: Task,
    *,
    low: float = 1e-4,
    high: float = 10.0,
    steps: int = 100,
    smoothing: float = 0.9,
    limit: float = 4.0,
) -> RangeTest:
    """Train while the rate grows, note the loss of each mini-batch, and stop when it explodes.

    ``eta_t = low (high / low)^(t / (steps - 1))``

    Both suggestions come from the smoothed losses, without the first tenth of the steps and the last five:
    there the smoothing has not begun to work, or the loss explodes already.

    Parameters
    ----------
    task
        What is trained.
    low, high
        First and last rate, ``0 < low < high``.
    steps
        Number of rates; 20 or more.
    smoothing
        As in `smooth`.
    limit
        The test stops after the step whose smoothed loss is more than this many times the lowest so far;
        above 1.

    Raises
    ------
    ValueError
        When an argument is out of its range, or the loss explodes at once.

    Examples
    --------
    >>> from lranim.core.network import network_task
    >>> test = range_test(network_task())
    >>> test.exploded, test.lr[[test.valley, test.steepest, -1]].round(2)
    (True, array([0.11, 0.19, 1.56]))

    References
    ----------
    Smith, "Cyclical Learning Rates for Training Neural Networks" (2017), arXiv:1506.01186, section 3.3: the
    test; fastai's ``lr_find``: rates that grow by a factor, smoothing, when to stop, what has no say.
    """
    finite("low", low, above=True)
    finite("high", high, low, above=True)
    finite("limit", limit, 1, above=True)
    steps = whole("steps", steps, 20)
    rates = exponential(low, steps - 1, factor=high / low)
    run = descend(task.cost, gradient_descent(), rates, task.start, steps, gradient=task.gradient)
    with np.errstate(over="ignore", invalid="ignore"):
        losses = np.array([task.batch_loss(x, t) for t, x in enumerate(run.x[:steps])])
    return judged(np.asarray(rates(np.arange(steps))), losses, smoothing=smoothing, limit=limit)


def judged(
    lr: npt.ArrayLike, losses: npt.ArrayLike, *, smoothing: float = 0.9, limit: float = 4.0
) -> RangeTest:
    """Read off a range test what it says, wherever it was made: where it stops, and both suggestions.

    Parameters
    ----------
    lr
        Growing rates, ``(K,)``, 20 at least.
    losses
        Error at each of them, before its step, ``(K,)``; above 0 where it is finite.
    smoothing, limit
        As for `range_test`.

    Raises
    ------
    ValueError
        When the loss explodes at once.

    Examples
    --------
    >>> lr = np.geomspace(1e-6, 1, 100)
    >>> test = judged(lr, 1 / (1 + lr / 1e-3) + (lr / 0.1) ** 2)
    >>> test.exploded, test.found
    (True, 0.0...)
    """
    lr, losses = np.array(lr, dtype=np.float64), np.array(losses, dtype=np.float64)
    steps = len(lr)
    losses = losses[: int(np.argmin(np.append(np.isfinite(losses), False)))]
    with np.errstate(over="ignore", invalid="ignore"):
        smoothed = smooth(losses, smoothing)
        beyond = smoothed > limit * np.minimum.accumulate(smoothed)
    count = int(np.argmax(beyond)) + 1 if beyond.any() else len(losses)
    first, last = steps // _HEAD, count - _TAIL
    if last - first < 2:
        raise ValueError(f"the loss explodes at once, at a rate of {lr[0]:g}: start the range test lower")
    told = lr[first:last], smoothed[first:last]
    arrays = {"lr": lr[:count].copy(), "loss": losses[:count].copy(), "smoothed": smoothed[:count].copy()}
    for array in arrays.values():
        array.setflags(write=False)
    return RangeTest(
        **arrays,
        exploded=count < steps or bool(beyond.any()),
        steepest=first + steepest(*told),
        valley=first + valley(told[1]),
    )
