"""A training log, whatever file it was read from: series of losses and rates over the steps."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import numpy as np

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
        """The part of it whose values are finite numbers.

        Examples
        --------
        >>> series(step=[1, 2, 3], value=[4.0, float("nan"), 2.0]).finite.step
        array([1., 3.])
        """
        known = np.isfinite(self.value)
        return self if known.all() else series(step=self.step[known], value=self.value[known])


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
    kind
        What sort of a log it is: ``trainer state``, ``CSV``, ``JSON lines`` or ``TensorBoard``.
    unit
        What is counted across.
    train_loss, valid_loss, lr, epoch
        By step; empty where the file has none.
    best_step
        The step of the checkpoint that the file calls the best, or None.
    columns
        The names of the numbers in the file, as far as they fit into a message.
    notes
        What of the file is not as one would think, a sentence each.
    """

    path: str
    kind: str
    unit: Unit
    train_loss: Series
    valid_loss: Series
    lr: Series
    epoch: Series
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
        there = [
            f"{name} ({len(one):,} value{'s' * (len(one) != 1)})" for name, one in named.items() if len(one)
        ]
        return ", ".join(there)

    def table(self, *fields: str) -> Table:
        r"""The rows of some series, by what is counted across; NaN where one of them has no value.

        Examples
        --------
        >>> from pathlib import Path
        >>> import tempfile
        >>> from lranim.logs import read_log
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "run.csv")
        ...     _ = path.write_text("step,loss,val_loss\n1,2.5,\n2,1.5,1.9\n")
        ...     read_log(path).table("train_loss", "valid_loss").rows()
        [(1.0, 2.5, nan), (2.0, 1.5, 1.9)]
        """
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
