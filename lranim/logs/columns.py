"""The columns of a log: which name means what, and the series that their numbers make."""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array
from lranim.errors import InputError
from lranim.logs.log import Log, Unit, series

NAMES = {
    "step": "global_step_max_steps global_step step steps iteration iterations iter",
    "epoch": "epoch epochs current_epoch",
    "train_loss": "loss train_loss training_loss loss_train loss_training train_loss_step train_loss_epoch "
    "train_epoch_loss epoch_loss batch_loss lm_loss",
    "valid_loss": "eval_loss val_loss valid_loss validation_loss loss_eval loss_val loss_valid "
    "loss_validation val_loss_epoch valid_epoch_loss dev_loss loss_dev test_loss loss_test",
    "lr": "learning_rate lr train_learning_rate train_lr epoch_learning_rate train_epoch_learning_rate "
    "epoch_lr train_epoch_lr",
}
"""By meaning, the names that have it, in the order in which one is taken before another.

Names are compared in lower case, with underscores for what stands between words: ``Train/Loss`` is
``train_loss``. What stands before `` - `` names a run, as in a table from Weights & Biases. ``lr-Adam`` and
the like are learning rates, too.
"""

RANKS = {name: (field, rank) for field, names in NAMES.items() for rank, name in enumerate(names.split())}
DRAWN = ("train_loss", "valid_loss", "lr")
EMPTY = frozenset({"", "-", "--", "none", "null", "na", "n/a"})
MOST_ROWS, MOST_NAMES, SHOWN_NAMES = 20_000_000, 2400, 24

BEYOND = 1e100
"""A value beyond that counts as infinite, and one below its inverse as 0: pictures need sums of squares."""

Values = tuple[npt.NDArray[np.intp], Array]
"""The rows that have a number, and the numbers, ``(K,)`` each."""


def meaning(name: str) -> tuple[str, int] | None:
    """What a column means, and how early it is taken; None if nothing that is read.

    >>> meaning("Training Loss"), meaning("sunny-sun-1 - eval/loss"), meaning("accuracy")
    (('train_loss', 2), ('valid_loss', 0), None)
    """
    plain = re.sub(r"[^a-z0-9]+", "_", name.rpartition(" - ")[2].lower()).strip("_")
    if plain.startswith("lr_") and not plain.endswith(("_min", "_max", "_momentum")):
        return "lr", len(RANKS)
    return RANKS.get(plain)


def number(value: Any, comma: bool = False) -> float | None:
    """A value as a number, its decimals after a comma if so said; None for an empty cell.

    >>> [number(value) for value in (3, "2e-5", "10/500", "5%", "NaN", "n/a")], number("0,25", True)
    ([3.0, 2e-05, 10.0, 0.05, nan, None], 0.25)
    """
    try:
        return float(value)
    except OverflowError:  # a whole number beyond all floats
        return math.inf
    except ValueError:
        text = value.strip().lower()
    if text in EMPTY:
        return None
    text = text.replace(",", ".") if comma else text
    return float(text[:-1]) / 100 if text.endswith("%") else float(text.partition("/")[0])


class Column:
    """The numbers of one name, and their rows: 12 bytes each, whatever else the file has."""

    def __init__(self, field: str, rank: int) -> None:
        self.field, self.rank = field, rank
        self.rows, self.values = array("I"), array("d")


class Columns(dict[str, Column | None]):
    """The columns of a file by name, as its rows come; None for a name that is not read."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.count = path, 0
        self.delimiter = ""
        """What parts the cells, if it is a table; where it is no comma, one may stand before decimals."""
        self.scattered = False
        """Whether each row has one column alone, as in event files."""
        self.best_step: float | None = None
        self.notes: list[str] = []

    def __missing__(self, name: str) -> Column | None:
        """The column of a new name; a file that has others in each row does not fill the memory."""
        if len(self) == MOST_NAMES:
            return None
        means = meaning(name)
        return self.setdefault(name, means and Column(*means))

    def add(self, row: Iterable[tuple[str, Any]]) -> None:
        """Take up a row; a ValueError says which cell of a table is no number, and the row does not count."""
        comma = self.delimiter not in ("", ",")
        for name, value in row:
            column = self[name]
            if column is not None and value != "":
                try:
                    known = number(value, comma)
                except (TypeError, ValueError):
                    if self.delimiter:
                        shown = value if len(value) <= 40 else f"{value[:39]}…"
                        raise ValueError(f"{shown!r} in column {name} is no number") from None
                    continue
                if known is not None:
                    column.rows.append(self.count)
                    column.values.append(known)
        self.count += 1
        if self.count > MOST_ROWS:
            raise InputError(f"{self.path} has more than {MOST_ROWS:,} rows; give a part of them")

    def chosen(self, field: str) -> Values:
        """The values to take for a meaning: of the columns that have some, the first of its names."""
        there = [one for one in self.values() if one and one.field == field and one.rows]
        column = min(there, key=lambda one: one.rank, default=Column(field, 0))
        rows, values = np.array(column.rows, dtype=np.intp), np.array(column.values)
        values[np.abs(values) > BEYOND] *= np.inf
        values[np.abs(values) < 1 / BEYOND] = 0
        # A loss that is no number tells something; a step that is none does not.
        known = (rows < self.count) & (np.isfinite(values) | (field in DRAWN))
        return rows[known], values[known]


def log_of(columns: Columns) -> Log:
    """Make a log of what a file had.

    Raises
    ------
    InputError
        It has neither losses nor learning rates; the message names what it has.
    """
    every = np.arange(columns.count)
    found: dict[str, Values] = {field: columns.chosen(field) for field in NAMES}
    found["row"] = every, every.astype(np.float64) + 1
    # JSON may have half a character in a name, which nothing can print.
    names = tuple(name.encode("utf-8", "backslashreplace").decode() for name in islice(columns, SHOWN_NAMES))
    notes = columns.notes
    if not columns:
        cut = "".join(f"; {note}" for note in notes)
        raise InputError(f"{columns.path} has no rows yet{cut}; a log has losses, such as step,loss,val_loss")
    if not any(len(found[field][0]) for field in DRAWN):
        has = ", ".join([*(name[:40] for name in names), *["…"][: len(columns) - len(names)]])
        remedy = "name a column loss, val_loss or lr"
        if columns.delimiter and len(columns) == 1:
            remedy = "part its columns by commas, semicolons or tabs"
        raise InputError(f"{columns.path} has no loss or rate that lranim knows; it has {has}; {remedy}")
    unit: Unit = "step" if len(found["step"][0]) else "epoch" if len(found["epoch"][0]) else "row"
    if columns.scattered:
        across, holds = _filled(found[unit], every), every >= 0
    else:
        across = _across(found, unit, every, notes)
        holds = across <= _lowest_after(across)
    made = {}
    for field in DRAWN:
        rows, values = _without_gaps(*found[field]) if columns.delimiter else found[field]
        rows, values = rows[holds[rows]], values[holds[rows]]
        last = across[rows] < _lowest_after(across[rows])  # of the values of a step
        made[field] = series(step=across[rows][last], value=values[last])
    best, train = columns.best_step, made["train_loss"].step
    if unit != "step" or not len(train) or (best or 0) > train[-1]:
        best = None
    return Log(path=columns.path, unit=unit, best_step=best, columns=names, notes=tuple(notes), **made)


def _across(found: dict[str, Values], unit: Unit, every: npt.NDArray[np.intp], notes: list[str]) -> Array:
    """What is counted, in each row; where rows go backwards, all that is `found` is turned round."""
    turns = np.diff(found[unit][1])
    if (turns < 0).any() and not (turns > 0).any():
        notes.append("its rows go backwards; they are read from the last to the first")
        for field, (rows, values) in found.items():
            found[field] = len(every) - 1 - rows[::-1], values[::-1]
    across = _filled(found[unit], every)
    falls = np.flatnonzero(np.diff(across) < 0) + 1
    if len(falls) and unit == "step" and len(found["epoch"][0]):
        epoch = _filled(found["epoch"], every)
        if (epoch[falls] > epoch[falls - 1]).all():
            notes.append("its steps begin anew with each epoch; they are counted on")
            jumps = np.zeros(len(every))
            # An epoch whose steps begin at 0 goes on one after the last.
            jumps[falls] = across[falls - 1] + (across[falls] <= 0)
            return across + np.cumsum(jumps)
    if len(falls):
        times = f"{len(falls):,} time{'s' * (len(falls) != 1)}"
        first = f"first from {across[falls[0] - 1]:g} to {across[falls[0]]:g}"
        notes.append(f"its {unit}s go back {times}, {first}, as if resumed; the later rows count")
    return across


def _filled(known: Values, every: npt.NDArray[np.intp]) -> Array:
    """A value a row: rows that have none, as those of a validation, have that of the row before."""
    rows, values = known
    return np.asarray(values[np.maximum(np.searchsorted(rows, every, side="right") - 1, 0)])


def _lowest_after(values: Array) -> Array:
    """The lowest of all that come after each value."""
    return np.asarray(np.minimum.accumulate(np.append(values, np.inf)[:0:-1])[::-1])


def _without_gaps(rows: npt.NDArray[np.intp], values: Array) -> Values:
    """Leave out the NaN of a column in which they stand for empty cells, as some programs write them.

    They do where they fill at least half of the column and come and go, at least twice. Those at the end are
    no longer than the longest before: else the training diverged there.
    """
    gap = np.isnan(values)
    starts, ends = np.flatnonzero(np.diff(gap, prepend=False, append=False)).reshape(-1, 2).T
    inner = ends < len(values)
    if 2 * gap.sum() < len(values) or inner.sum() < 2:
        return rows, values
    if not inner[-1] and ends[-1] - starts[-1] > (ends - starts)[inner].max():
        gap[starts[-1] :] = False
    return rows[~gap], values[~gap]
