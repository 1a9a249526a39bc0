"""What a run came to, or several: where and when it arrived, how it ended, and tables of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lranim.core.types import NEAR, ROUNDING, Array, Status, Trajectory


@dataclass(frozen=True, kw_only=True, eq=False)
class Runs:
    """Descents that are compared, told apart by one setting.

    Parameters
    ----------
    key
        The setting's name, such as ``schedule``.
    runs
        The descents by the setting's value, one at least, in the order in which they are shown.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> from lranim.core.descend import descend
    >>> from lranim.core.rules import gradient_descent
    >>> from lranim.core.schedules import constant
    >>> runs = {lr: descend(COSTS["bowl"], gradient_descent(), constant(lr), (13,), 9) for lr in (0.1, 0.3)}
    >>> [run.first_within(0.1) for run in Runs(key="lr", runs=runs).runs.values()]
    [None, 6]
    """

    key: str
    runs: Mapping[str | float, Trajectory]

    def __post_init__(self) -> None:
        """Check that there is a run."""
        if not self.runs:
            raise ValueError(f"no run for any {self.key}")


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length, such as the losses of a training by epoch.

    Parameters
    ----------
    columns
        By name, ``(n,)`` each.

    Raises
    ------
    ValueError
        When there is no column, or columns differ in shape.

    Examples
    --------
    >>> Table({"epoch": np.arange(3), "train": np.array([4.0, 2.0, 1.0])}).rows()
    [(0, 4.0), (1, 2.0), (2, 1.0)]
    """

    columns: Mapping[str, npt.NDArray[Any]]

    def __post_init__(self) -> None:
        """Check the columns' shapes."""
        shapes = {name: column.shape for name, column in self.columns.items()}
        if len(set(shapes.values())) != 1 or any(len(shape) != 1 for shape in shapes.values()):
            raise ValueError(f"columns of a table must have one length, got {shapes}")

    def rows(self) -> list[tuple[float, ...]]:
        """Its rows, as plain numbers; whole ones stay whole."""
        return list(zip(*(column.tolist() for column in self.columns.values()), strict=True))


Numbers = Trajectory | Runs | Table
"""What a scene's function ``numbers`` gives."""


def arrival(run: Trajectory) -> int | None:
    """Give the step from which a run stays within 0.1 of its minimum; None if it does not, or knows none."""
    if not run.cost_function.minima:
        return None
    away = np.flatnonzero(run.errors > NEAR * (1 + ROUNDING))
    if not len(away):
        return 0
    return None if away[-1] == run.steps else int(away[-1]) + 1


def axis_rates(run: Trajectory) -> Array | None:
    """Give each axis's own rate at each step, ``(T, n)``; None where the rule has one rate for all axes."""
    if run.rule.rates is None:
        return None
    after = [type(run.states)(*fields) for fields in zip(*run.states, strict=True)][1:]
    each = [
        run.rule.rates(state, lr, t) for t, (state, lr) in enumerate(zip(after, run.lr.tolist(), strict=True))
    ]
    return np.array(each, dtype=np.float64).reshape(run.step.shape)


def best_of(run: Trajectory) -> float:
    """Where the lowest known minimum of a run's curve is; the run's last point where none is known."""
    minima = run.cost_function.minima
    return minima[0][0] if minima else float(run.x[-1, 0])


def falls(run: Trajectory) -> bool:
    """Whether a run diverges though its cost never rose: it falls for ever, or comes where no cost is."""
    return run.status is Status.DIVERGED and bool(run.cost[-1] <= run.cost.min())
