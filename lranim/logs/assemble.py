"""From the columns of a file to a log: what is counted across, and which rows still hold."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array
from lranim.errors import InputError
from lranim.logs.columns import Column, Columns
from lranim.logs.log import Log, Series, Unit, series

Rows = npt.NDArray[np.intp]
FIELDS = ("train_loss", "valid_loss", "lr", "epoch")


def assemble(columns: Columns, kind: str) -> Log:
    """Make a log of what a file had.

    Raises
    ------
    InputError
        It has neither losses nor learning rates; the message names what it has.
    """
    if not any(columns.chosen(field).rows for field in ("train_loss", "valid_loss", "lr")):
        raise InputError(_nothing(columns, kind))
    unit, across, holds = _across(columns, columns.chosen("epoch"), mixed=kind == "TensorBoard")
    made = {
        field: _series(*columns.chosen(field).arrays(), across, holds, gaps=kind == "CSV")
        for field in FIELDS
        if not (field == "epoch" and unit == "epoch")
    }
    best, train = columns.best_step, made["train_loss"]
    if best is not None and (unit != "step" or not len(train) or not best <= train.step[-1]):
        best = None
    return Log(
        path=columns.path,
        kind=kind,
        unit=unit,
        best_step=best,
        # JSON may have half a character in a name, which nothing can print.
        columns=tuple(name.encode("utf-8", "backslashreplace").decode() for name in columns.names),
        notes=tuple(columns.notes),
        **{"epoch": series(), **made},
    )


def _nothing(columns: Columns, kind: str) -> str:
    if not columns.count:
        cut = "".join(f"; {note}" for note in columns.notes)
        return f"{columns.path} has no rows yet{cut}; a log has losses by step, such as step,loss,val_loss"
    names = ", ".join(name[:40] for name in columns.names) + ", …" * (len(columns.known) > len(columns.names))
    remedy = "name a column loss, val_loss or lr"
    if kind == "CSV" and len(columns.names) == 1:
        remedy = "part its columns by commas, semicolons or tabs"
    has = f"it has {names or 'no names'}; {remedy}"
    return f"{columns.path} has no losses and no learning rate that lranim knows; {has}"


def _across(columns: Columns, epochs: Column, *, mixed: bool) -> tuple[Unit, Array, npt.NDArray[np.bool_]]:
    """What is counted, its value in each row, and which rows still hold; where tags are `mixed`, all do."""
    steps = columns.chosen("step")
    count = columns.count
    if not steps.rows and not epochs.rows:
        return "row", np.arange(1.0, count + 1), np.ones(count, dtype=bool)
    unit: Unit = "step" if steps.rows else "epoch"
    across = _filled(*(steps if steps.rows else epochs).arrays(), count)
    if mixed:
        return unit, across, np.ones(count, dtype=bool)
    falls = np.flatnonzero(np.diff(across) < 0) + 1
    if len(falls) and not (np.diff(across) > 0).any():
        across = across[::-1].copy()  # the newest row comes first: only the order of rows is another
        columns.notes.append("its rows go backwards; they are read from the last to the first")
        for name, column in columns.known.items():
            if column is not None:
                columns.known[name] = _reversed(column, count)
        return _across(columns, columns.chosen("epoch"), mixed=mixed)
    if len(falls) and steps.rows and epochs.rows:
        epoch = _filled(*epochs.arrays(), count)
        if (epoch[falls] > epoch[falls - 1]).all():
            columns.notes.append("its steps begin anew with each epoch; they are counted on")
            across = across + np.cumsum(_jumps(across, falls))
            falls = falls[:0]
    if len(falls):
        columns.notes.append(
            f"its {unit}s go back {len(falls):,} time{'s' * (len(falls) != 1)}, first from "
            f"{across[falls[0] - 1]:g} to {across[falls[0]]:g}, as if resumed; the later rows count"
        )
    return unit, across, across <= np.minimum.accumulate(across[::-1])[::-1]


def _filled(rows: Rows, values: Array, count: int) -> Array:
    """A value a row: rows that have none, as those of a validation, have that of the row before."""
    known = np.isfinite(values)
    rows, values = rows[known], values[known]
    if not len(rows):
        return np.arange(1.0, count + 1)
    place = np.zeros(count, dtype=np.intp)
    place[rows] = np.arange(len(rows))
    return np.asarray(values[np.maximum.accumulate(place)])


def _jumps(across: Array, falls: Rows) -> Array:
    """What each row adds to the count so far where steps begin anew."""
    jumps = np.zeros(len(across))
    # An epoch whose steps begin at 0 goes on one after the last.
    jumps[falls] = across[falls - 1] + (across[falls] <= 0)
    return jumps


def _reversed(column: Column, count: int) -> Column:
    rows, values = column.arrays()
    turned = Column()
    turned.rows.extend((count - 1 - rows[::-1]).tolist())
    turned.values.extend(values[::-1].tolist())
    return turned


def _series(rows: Rows, values: Array, across: Array, holds: npt.NDArray[np.bool_], *, gaps: bool) -> Series:
    """The values that still hold, the last one for each step."""
    if gaps:
        rows, values = _without_gaps(rows, values)
    kept = holds[rows]
    step, values = across[rows[kept]], values[kept]
    if len(step):
        after = np.append(np.minimum.accumulate(step[::-1])[::-1][1:], np.inf)
        step, values = step[step < after], values[step < after]
    return series(step=step, value=values)


def _without_gaps(rows: Rows, values: Array) -> tuple[Rows, Array]:
    """Leave out the NaN of a column in which they stand for empty cells, as some programs write them.

    They do where they fill at least half of the column and come and go, at least twice. Those at the end are
    no longer than the longest before: else the training diverged there.
    """
    unknown = np.isnan(values)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], unknown.astype(np.int8), [0]))))
    starts, ends = edges[::2], edges[1::2]
    inner = ends < len(values)
    if 2 * unknown.sum() < len(values) or inner.sum() < 2:
        return rows, values
    longest = int((ends - starts)[inner].max())
    kept = ~unknown
    if not inner[-1] and ends[-1] - starts[-1] > longest:
        kept[starts[-1] :] = True
    return rows[kept], values[kept]
