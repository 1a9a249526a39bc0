"""Schedules: the learning rate as a pure function of the step. One factory and one row each in `SCHEDULES`.

A schedule takes a step t, an int or an int array, and gives the rate, or rates of the same shape. At
fractions of a step it is what its formula says, so that it can be drawn as a curve. It is made for a number
of steps T: the steps taken are 0 to T - 1, and at t = T the schedule has come to its end, as in optax
(``optax.schedules``). Where ``torch.optim.lr_scheduler`` does otherwise, the factory's docstring says so. In
the formulas, ``eta`` is the highest rate, ``eta_0`` the first, ``eta_T`` the last, ``w`` the number of
warm-up steps and ``d`` the number of steps between two drops. A setting that is not finite or out of its
range is refused with a ValueError.

Examples
--------
>>> for kind in SCHEDULES.values():
...     print(f"{kind.name:14}", *kind.make(0.3, 10)(np.arange(0, 11, 2)).round(3))
constant       0.3 0.3 0.3 0.3 0.3 0.3
linear         0.3 0.24 0.18 0.12 0.06 0.0
cosine         0.3 0.271 0.196 0.104 0.029 0.0
warmup-cosine  0.0 0.291 0.225 0.124 0.035 0.0
step           0.3 0.3 0.03 0.03 0.003 0.003
exponential    0.3 0.119 0.048 0.019 0.008 0.003
one-cycle      0.012 0.228 0.285 0.183 0.056 0.0
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from lranim.core.checks import below_one, finite, whole
from lranim.core.types import ROUNDING, Array, Schedule


@dataclass(frozen=True, kw_only=True)
class ScheduleKind:
    """A kind of schedule, as a lesson picks it by name.

    Parameters
    ----------
    name
        Its key in ``SCHEDULES``, as typed on the command line.
    summary
        One plain line for ``--help`` and the docs.
    formula
        The rate at step t in Typst math, without the left-hand side, as `make` has it without options.
    make
        ``(lr, steps, **options)`` to a schedule; the options have defaults that suit a lesson.
    """

    name: str
    summary: str
    formula: str
    make: Callable[..., Schedule]


def constant(lr: float, steps: int = 1) -> Schedule:
    """Keep one rate from the first step to the last, however many there are: ``eta_t = eta``; 0 or more.

    Examples
    --------
    >>> schedule = constant(0.3)
    >>> schedule(0), schedule(np.arange(3))
    (0.3, array([0.3, 0.3, 0.3]))

    References
    ----------
    Nesterov, *Introductory Lectures on Convex Optimization* (2004), section 1.2.3: "constant step".
    """
    return partial(_at, _constant, (_rate(lr),))


def linear(lr: float, steps: int, *, low: float = 0.0) -> Schedule:
    """Fall along a straight line, and stay: ``eta_t = eta_T + (eta - eta_T) (1 - t / T)``.

    Parameters
    ----------
    lr
        First rate eta; 0 or more.
    steps
        Steps T until the last rate is reached.
    low
        Last rate eta_T; from 0 to `lr`.

    Examples
    --------
    >>> linear(0.4, 4)(np.arange(6))
    array([0.4, 0.3, 0.2, 0.1, 0. , 0. ])

    References
    ----------
    Defazio et al. (2023), arXiv:2310.07831.
    """
    return partial(_at, _fall, (_line, _rate(lr), _rate(low, "last rate", lr), whole("steps", steps)))


def cosine(lr: float, steps: int, *, low: float = 0.0) -> Schedule:
    """Fall along half a cosine wave, and stay: ``eta_t = eta_T + 1/2 (eta - eta_T) (1 + cos(pi t / T))``.

    After its last step it stays at the last rate, as in optax. ``torch.optim.lr_scheduler.CosineAnnealingLR``
    follows the wave on and rises again: there the rate is back at eta after 2 T steps.

    Parameters are those of `linear`.

    Examples
    --------
    >>> cosine(0.4, 4)(np.arange(6)).round(3)
    array([0.4  , 0.341, 0.2  , 0.059, 0.   , 0.   ])

    References
    ----------
    Loshchilov and Hutter, "SGDR" (2017), arXiv:1608.03983, equation 5, without restarts.
    """
    return partial(_at, _fall, (_wave, _rate(lr), _rate(low, "last rate", lr), whole("steps", steps)))


def warmup_cosine(
    lr: float, steps: int, *, warmup: float = 0.1, first: float = 0.0, low: float = 0.0
) -> Schedule:
    """Rise along a straight line, then fall along half a cosine wave, and stay.

    ``eta_t = eta_0 + (eta - eta_0) t / w`` for t < w, then
    ``eta_t = eta_T + 1/2 (eta - eta_T) (1 + cos(pi (t - w) / (T - w)))``

    Unlike optax's, torch's warm-up (``LinearLR``) cannot start at a rate of 0.

    Parameters
    ----------
    lr
        Highest rate eta, reached at step w; 0 or more.
    steps
        Steps T until the last rate is reached, warm-up and all.
    warmup
        Share of the steps in which the rate rises, from 0 to below 1; w is that many, rounded down.
    first, low
        First rate eta_0 and last rate eta_T; from 0 to `lr`.

    Examples
    --------
    >>> warmup_cosine(0.4, 6, warmup=1 / 3)(np.arange(8)).round(3)
    array([0.   , 0.2  , 0.4  , 0.341, 0.2  , 0.059, 0.   , 0.   ])

    References
    ----------
    Goyal et al. (2017), arXiv:1706.02677, section 2.2: warm-up; Loshchilov and Hutter (2017): cosine.
    """
    total = whole("steps", steps)
    top, ends = _rate(lr), (_rate(first, "first rate", lr), _rate(low, "last rate", lr))
    return partial(_at, _rise_and_fall, (_line, top, *ends, _rising(warmup, total), total))


def step(lr: float, steps: int, *, factor: float = 0.1, every: int | None = None) -> Schedule:
    """Drop by a factor every d steps: ``eta_t = eta factor^floor(t / d)``. It goes on dropping after T.

    Parameters
    ----------
    lr
        First rate eta; 0 or more.
    steps
        Steps T; only the default of `every` hangs on it.
    factor
        What a drop multiplies the rate by; above 0 and up to 1.
    every
        Steps d between drops; unless given, a third of `steps`, rounded up.

    Examples
    --------
    >>> step(0.4, 6)(np.arange(6)).round(4)
    array([0.4  , 0.4  , 0.04 , 0.04 , 0.004, 0.004])

    References
    ----------
    He et al. (2016), arXiv:1512.03385, section 3.4: a tenth at each drop.
    """
    total = whole("steps", steps)
    length = math.ceil(total / 3) if every is None else whole("every", every)
    if finite("factor", factor, above=True) > 1:
        raise ValueError(f"factor must be at most 1, got {factor!r}")
    return partial(_at, _step, (_rate(lr), factor, length))


def exponential(lr: float, steps: int, *, factor: float = 0.01) -> Schedule:
    """Change by the same share at each step: ``eta_t = eta factor^(t / T)``. It goes on so after T.

    It is ``torch.optim.lr_scheduler.ExponentialLR`` with ``gamma = factor^(1 / T)``.

    Parameters
    ----------
    lr
        First rate eta; 0 or more.
    steps
        Steps T in which the rate changes by the factor.
    factor
        Rate at T over the first; above 0. Above 1 the rate grows, as in a range test.

    Examples
    --------
    >>> exponential(0.4, 4, factor=1 / 16)(np.arange(6))
    array([0.4   , 0.2   , 0.1   , 0.05  , 0.025 , 0.0125])

    References
    ----------
    optax's ``exponential_decay``, whose parameters these are.
    """
    return partial(
        _at, _exponential, (_rate(lr), finite("factor", factor, above=True), whole("steps", steps))
    )


def one_cycle(
    lr: float, steps: int, *, warmup: float = 0.3, div_factor: float = 25, final_div_factor: float = 1e4
) -> Schedule:
    """Rise along half a cosine wave, then fall along another to almost nothing, and stay.

    ``eta_t = eta_0 + 1/2 (eta - eta_0) (1 - cos(pi t / w))`` for t < w, then
    ``eta_t = eta_T + 1/2 (eta - eta_T) (1 + cos(pi (t - w) / (T - w)))``

    The top is at w and the end at T, as in optax. ``torch.optim.lr_scheduler.OneCycleLR`` has them one step
    earlier, at ``share T - 1`` and at the last step, and refuses to go on.

    Parameters
    ----------
    lr, steps, warmup
        As in `warmup_cosine`.
    div_factor
        Highest rate over the first, ``eta / eta_0``; 1 or more.
    final_div_factor
        First rate over the last, ``eta_0 / eta_T``; 1 or more.

    Examples
    --------
    >>> one_cycle(0.5, 10)(np.arange(0, 12, 3)).round(3)
    array([0.02 , 0.5  , 0.306, 0.025])

    References
    ----------
    Smith and Topin, "Super-Convergence" (2018), arXiv:1708.07120; in this shape from fastai.
    """
    total = whole("steps", steps)
    first = _rate(lr) / finite("div_factor", div_factor, 1)
    last = first / finite("final_div_factor", final_div_factor, 1)
    return partial(_at, _rise_and_fall, (_wave, _rate(lr), first, last, _rising(warmup, total), total))


_ROWS = (
    ScheduleKind(
        name="constant",
        summary="the same rate from the first step to the last",
        formula="eta",
        make=constant,
    ),
    ScheduleKind(
        name="linear",
        summary="falls by the same amount at each step, down to 0",
        formula="eta (1 - t / T)",
        make=linear,
    ),
    ScheduleKind(
        name="cosine",
        summary="falls slowly, then fast, then slowly again, down to 0",
        formula="eta / 2 (1 + cos(pi t / T))",
        make=cosine,
    ),
    ScheduleKind(
        name="warmup-cosine",
        summary="rises from 0 in the first tenth of the steps, then falls along a cosine",
        formula="cases(eta t / w & quad t < w, eta / 2 (1 + cos(pi (t - w) / (T - w))) & quad t >= w)",
        make=warmup_cosine,
    ),
    ScheduleKind(
        name="step",
        summary="drops to a tenth after each third of the steps",
        formula=r"eta dot 0.1^floor(t \/ d)",
        make=step,
    ),
    ScheduleKind(
        name="exponential",
        summary="falls by the same share at each step, to a hundredth in all",
        formula=r"eta dot 0.01^(t \/ T)",
        make=exponential,
    ),
    ScheduleKind(
        name="one-cycle",
        summary="rises in the first three tenths of the steps, then falls to almost 0",
        formula="cases("
        "eta_0 + (eta - eta_0) / 2 (1 - cos(pi t / w)) & quad t < w, "
        "eta_T + (eta - eta_T) / 2 (1 + cos(pi (t - w) / (T - w))) & quad t >= w)",
        make=one_cycle,
    ),
)

SCHEDULES: dict[str, ScheduleKind] = {kind.name: kind for kind in _ROWS}
"""Every built-in schedule by name; what the command line offers."""


def _rate(lr: float, name: str = "learning rate", most: float = math.inf) -> float:
    if finite(name, lr) > most:
        raise ValueError(f"{name} must be at most the highest, {most!r}, got {lr!r}")
    return float(lr)


def _rising(share: float, steps: int) -> int:
    """Give the number of warm-up steps; 0.29 of 100 are 29, although floats say a little less."""
    return min(math.floor(below_one("warmup", share) * steps * (1 + ROUNDING)), steps - 1)


def _at(curve: Callable[..., Array], settings: tuple[Any, ...], t: Any) -> Any:
    """Give what a curve is at a step, as a float, or at an array of them, in its shape."""
    with np.errstate(over="ignore"):  # a rate that grows beyond the floats is for the descent to refuse
        # One step as an array of one: numpy's powers of a scalar may differ in the last bit.
        rates = curve(*settings, np.atleast_1d(np.asarray(t, dtype=np.float64)))
    return rates if np.ndim(t) else float(rates[0])


def _line(share: Array, begin: float, end: float) -> Array:
    """A line from `begin` at a share of 0 to `end` at 1, exact at both ends."""
    return begin * (1 - share) + end * share


def _wave(share: Array, begin: float, end: float) -> Array:
    """Half a cosine wave from `begin` at a share of 0 to `end` at 1, exact at both ends."""
    weight = (1 + np.cos(np.pi * share)) / 2
    return np.asarray(begin * weight + end * (1 - weight))


def _constant(lr: float, t: Array) -> Array:
    return np.full(t.shape, lr)


def _fall(shape: Callable[..., Array], lr: float, low: float, steps: int, t: Array) -> Array:
    return shape(np.minimum(t / steps, 1), lr, low)


def _rise_and_fall(
    shape: Callable[..., Array], lr: float, first: float, low: float, rising: int, steps: int, t: Array
) -> Array:
    up = shape(np.minimum(t / max(rising, 1), 1), first, lr)
    down = _wave(np.clip((t - rising) / (steps - rising), 0, 1), lr, low)
    return np.where(t < rising, up, down)


def _step(lr: float, factor: float, every: int, t: Array) -> Array:
    return np.asarray(lr * factor ** np.floor(t / every))


def _exponential(lr: float, factor: float, steps: int, t: Array) -> Array:
    return np.asarray(lr * factor ** (t / steps))
