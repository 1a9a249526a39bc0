"""A training log, whatever file it was read from: series of losses and rates over the steps."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from lranim.core.results import Table
from lranim.core.types import Array

Unit = Literal["step", "epoch", "row"]
"""What is counted across: steps, else epochs, else the rows of the file."""


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
