"""Schedules: the learning rate as a pure function of the step. One factory and one row each.

A schedule takes a step t, an int or an int array, and gives the rate, or rates of the same shape. At
fractions of a step it is what its formula says, so that it can be drawn as a curve. It is made for a number
of steps T: the steps taken are 0 to T - 1, and at t = T the schedule has come to its end, as in optax
(``optax.schedules``). Where ``torch.optim.lr_scheduler`` does otherwise, the factory's docstring says so. In
the formulas, ``eta`` is the highest rate, ``eta_0`` the first, ``eta_T`` the last, ``w`` the number of
warm-up steps and ``d`` the number of steps between two drops.

Examples
--------
>>> import numpy as np
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

from collections.abc import Callable
from dataclasses import dataclass

from lranim.core.decays import constant, cosine, exponential, linear, step
from lranim.core.types import Schedule
from lranim.core.warmups import one_cycle, warmup_cosine

__all__ = [
    "SCHEDULES",
    "ScheduleKind",
    "constant",
    "cosine",
    "exponential",
    "linear",
    "one_cycle",
    "step",
    "warmup_cosine",
]


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


def _constant(lr: float, _steps: int) -> Schedule:
    return constant(lr)


_ROWS = (
    ScheduleKind(
        name="constant",
        summary="the same rate from the first step to the last",
        formula="eta",
        make=_constant,
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
