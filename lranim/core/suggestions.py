"""What a range test suggests: smoothed losses, where they fall steepest, and half way down their valley."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lranim.core.checks import finite
from lranim.core.types import Array


def smooth(losses: npt.ArrayLike, smoothing: float) -> Array:
    """Average each loss with those before it, which count less and less, and correct for the start.

    ``a_t = beta a_(t-1) + (1 - beta) l_t`` from ``a_(-1) = 0``; the result is ``a_t / (1 - beta^(t+1))``

    Parameters
    ----------
    losses
        l, ``(K,)``.
    smoothing
        beta, from 0, which changes nothing, to below 1.

    Raises
    ------
    ValueError
        When `smoothing` is out of its range.

    Examples
    --------
    >>> smooth([1, 1, 4], 0.5)
    array([1.        , 1.        , 2.71428571])

    References
    ----------
    Kingma and Ba, "Adam" (2015), arXiv:1412.6980, section 3: the correction.
    """
    if finite("smoothing", smoothing) >= 1:
        raise ValueError(f"smoothing must be below 1, got {smoothing!r}")
    average, averages = 0.0, []
    for loss in np.asarray(losses, dtype=np.float64).tolist():
        average = smoothing * average + (1 - smoothing) * loss
        averages.append(average)
    return np.asarray(averages / (1 - smoothing ** np.arange(1.0, len(averages) + 1)))


def steepest(lr: npt.ArrayLike, losses: npt.ArrayLike) -> int:
    """Find the step from which the loss falls fastest on a logarithmic axis of rates.

    ``argmin_t (l_(t+1) - l_t) / (ln eta_(t+1) - ln eta_t)``

    Parameters
    ----------
    lr, losses
        Growing rates and smoothed losses, ``(K,)`` each, two at least.

    Examples
    --------
    >>> steepest([0.01, 0.1, 1, 10], [9, 8, 3, 5])
    1

    References
    ----------
    fastai's ``steep``. Smith (2017) reads a range off the same fall: from where it begins to where it ends.
    """
    return int(np.argmin(np.diff(losses) / np.diff(np.log(lr))))


def valley(losses: npt.ArrayLike) -> int:
    """Find the step about half way down the longest valley.

    The valley ends at E, where the longest series of ever lower losses, others left out, first has its full
    length of L; it is taken to begin L steps before. The suggestion is a third of L and half a third after
    that, each rounded down: ``E - L + floor(L / 3) + floor(L / 6)``, or 0 if that is below 0.

    Parameters
    ----------
    losses
        Smoothed losses, ``(K,)``, one at least.

    Examples
    --------
    >>> valley([5, 6, 5, 4, 3, 2, 1, 8])
    3

    References
    ----------
    fastai's ``valley`` in ``fastai/callback/schedule.py``, whose documentation puts it at two thirds.
    """
    values = np.asarray(losses, dtype=np.float64)
    length = np.ones(len(values), dtype=int)
    for i in range(1, len(values)):
        length[i] += np.max(length[:i], where=values[:i] > values[i], initial=0)
    longest = int(length.max())
    if longest == 1:
        return 0
    return max(int(np.argmax(length)) - longest + longest // 3 + longest // 6, 0)
