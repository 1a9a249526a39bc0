"""What a scene's numbers are where one trajectory does not hold them: several runs, or a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from lranim.core.types import Trajectory


@dataclass(frozen=True, kw_only=True, eq=False)
class Runs:
    """Descents that are compared, told apart by one setting.

    Parameters
    ----------
    key
        The setting's name, such as ``schedule``.
    runs
        The descents by the setting's value, in the order in which they are shown.

    Raises
    ------
    ValueError
        When there is no run.

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
    >>> import numpy as np
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
