"""Training logs of several kinds, told apart by what is in them, and read row by row into columns."""

from __future__ import annotations

import csv
import functools
import io
import itertools
import json
import math
import os
import re
from array import array
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import orjson

from lranim.core.types import Array
from lranim.errors import InputError
from lranim.files import check_file, lines_of
from lranim.logs.log import Log, Unit, series

REMEDY = "give a trainer_state.json, a CSV file, JSON lines, or event files of TensorBoard in their folder"

HEAD = 1 << 16
"""So many bytes of a file show of what kind it is."""

MOST_BYTES = 1 << 29
"""A JSON document, which must be held in memory, is not larger."""

PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
"""How files begin that gzip, zip, bzip2, xz and Zstandard have compressed."""

WIDE = (b"\xff\xfe", b"\xfe\xff")
"""How text in UTF-16 begins, as spreadsheets and PowerShell write it."""

SIDES = dict.fromkeys(("train", "training"), "train") | dict.fromkeys(
    ("val", "valid", "validation", "eval", "dev", "test"), "valid"
)
"""How the names of folders end that hold two sides of one training, as Keras and PyTorch write them."""

SUMMARY = frozenset({"train_runtime", "best_model_checkpoint", "log_history"})
"""Objects with one of these tell of a whole training: its means, or the checkpoint that was best."""

Row = Iterable[tuple[str, Any]]
"""Names and values."""

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


def read_log(path: Path | str) -> Log:
    r"""Read the log of a training: losses and learning rates by step, whatever wrote them down.

    The kind of file is told by its content: the state of Hugging Face's Trainer, JSON with an object a line
    (such as ms-swift's), the lists of Keras's ``History`` as JSON, a table of commas, semicolons or tabs,
    and TensorBoard's event files. Of a folder it is the event files in it, else the file that a trainer
    leaves there. A file is read line by line, and one that has not changed is read once. What the columns
    may be called is `lranim.logs.read.NAMES`.

    Parameters
    ----------
    path
        The file or folder.

    Raises
    ------
    InputError
        There is no such file, or it is none of these, or it is broken: one line that says where.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "run.csv")
    ...     _ = path.write_text("Epoch,Train Loss,Val Loss\n1,2.5,2.6\n2,1.5,1.9\n3,1.0,2.0\n")
    ...     log = read_log(path)
    >>> log.unit, log.train_loss.value, log.best
    ('epoch', array([2.5, 1.5, 1. ]), 2.0)
    """
    given = str(path)
    try:
        files = _files(given)
        states = [check_file(file, REMEDY) for _, file in files]
        changed = tuple((state.st_mtime_ns, state.st_size) for state in states)
        return _read(given, files, changed)
    except UnicodeDecodeError as error:
        fault = f"is not UTF-8 text (byte {error.start}); save it as UTF-8, or {REMEDY}"
    except OSError as error:
        fault = f"cannot be read: {error.strerror}"
    raise InputError(f"{given} {fault}")


def _files(given: str) -> tuple[tuple[str, Path], ...]:
    """The file; of a folder the event files of a training, oldest first, with their sides, or a trainer's."""
    path = Path(given)
    if not os.path.isdir(given):
        return (("", path),)
    events = sorted(
        file for name in ("*", "*/*") for file in path.glob(f"{name}.tfevents.*") if file.is_file()
    )
    ends = {file.parent: file.parent.relative_to(path).name.lower().rpartition("_")[2] for file in events}
    taken = [file for file in events if file.parent == path or ends[file.parent] in SIDES]
    if taken or len(ends) == 1:
        return tuple((SIDES.get(ends[file.parent], ""), file) for file in taken or events)
    # The last checkpoint's state has the history of all of them; a longer number is a higher one.
    states = path.glob("checkpoint-*/trainer_state.json")
    last = sorted(states, key=lambda file: (len(file.parent.name), file.parent.name))[-1:]
    for file in (path / "trainer_state.json", path / "logging.jsonl", *last):
        if file.is_file():
            return (("", file),)
    if not events:
        raise InputError(f"{given} has no event files of TensorBoard in it (*.tfevents.*); give a log file")
    names = ", ".join(place.name for place in list(ends)[:8]) + ", …" * (len(ends) > 8)
    raise InputError(f"{given} has event files of {len(ends)} trainings; give one of its folders: {names}")


@functools.lru_cache(maxsize=4)
def _read(given: str, files: tuple[tuple[str, Path], ...], changed: tuple[tuple[int, int], ...]) -> Log:
    """Read files as they were last changed, when they had this size in bytes."""
    columns = Columns(given)
    with open(files[0][1], "rb") as file, io.TextIOWrapper(file, "utf-8-sig", newline="") as text:
        head = file.read(HEAD)
        file.seek(0)
        start = head.removeprefix(b"\xef\xbb\xbf").strip()
        line, more, _ = start.partition(b"\n")
        if b"brain.Event:" in head[:64]:  # the first record says which version it has
            rows = _events(columns, files)
        elif head.startswith(PACKED):
            raise InputError(f"{given} is compressed; unpack it, and give the file that comes out")
        elif start.startswith(b"{'"):
            raise InputError(f"{given} has lines as Python prints them, which are no JSON; {REMEDY}")
        elif not start.startswith((b"{", b"[")):
            text.reconfigure(encoding="utf-16" if head.startswith(WIDE) else None)
            rows = _table(columns, text)
        elif more and start.startswith(b"{") and not line.rstrip().endswith((b"{", b"[", b",")):
            rows = _objects(columns, file)
        else:
            rows = _document(columns, file)
        for number, row in rows:
            try:
                if isinstance(row, str):
                    raise ValueError(row)
                columns.add(row)
            except ValueError as error:
                if next(rows, None):
                    raise InputError(f"{given}, line {number}: {error}") from None
                # As while a training still runs.
                columns.notes.append(f"its last line, {number}, is cut and left out")
    return log_of(columns)


def _table(columns: Columns, file: IO[str]) -> Iterator[tuple[int, Row | str]]:
    """The rows of a CSV file, parted by whichever of commas, semicolons and tabs parts its names."""
    path = columns.path
    first = next((line for line in lines_of(path, file) if line.strip() and not line.startswith("#")), "")
    file.seek(0)
    columns.delimiter = max(",;\t", key=first.count)
    reader = csv.reader(lines_of(path, file), delimiter=columns.delimiter)
    # Spreadsheets may write a first row such as ``sep=;``.
    rows = (row for row in reader if "".join(row).strip() and not row[0].startswith(("#", "sep=")))
    try:
        header = next(rows, [""])
        if re.fullmatch(r"[-+.,%/\deE\s]+", "".join(header)):
            raise InputError(f"{path} has no line of names above its numbers; write one, such as step,loss")
        names = [name.strip() for name in header]
        for cells in rows:
            while len(cells) > len(names) and not cells[-1].strip():
                cells.pop()
            if len(cells) != len(names):
                yield reader.line_num, f"cells: {len(cells)}, names: {len(names)}; make them as many"
            elif cells != header:
                yield reader.line_num, zip(names, cells, strict=True)
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: {error}") from error


def _objects(columns: Columns, file: IO[bytes]) -> Iterator[tuple[int, Row | str]]:
    """The rows of a file with an object a line, such as ms-swift's ``logging.jsonl``."""
    for number, line in enumerate(lines_of(columns.path, file), 1):
        if not line.isspace():
            try:
                row = _load(line)
            except (ValueError, RecursionError):
                row = None
            yield number, _row(columns, row)


def _document(columns: Columns, file: IO[bytes]) -> Iterator[tuple[int, Row | str]]:
    """The rows of a trainer's state, a list of rows, or lists by their names, as of Keras's ``History``."""
    path, size = columns.path, os.fstat(file.fileno()).st_size
    if size > MOST_BYTES:
        raise InputError(f"{path} has {size >> 20} MB, too many for a JSON document; give JSON lines")
    try:
        rows = _load(file.read())
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is no complete JSON ({error}); if it is being written, try again") from None
    if isinstance(rows, dict) and isinstance(history := rows.get("log_history"), list):
        rows = [*history, rows]
    elif isinstance(rows, dict):
        lists = {name: some for name, some in rows.items() if isinstance(some, list) and meaning(name)}
        steps = itertools.zip_longest(*lists.values())
        rows = [dict(zip(lists, step, strict=True)) for step in steps] or [rows]
    yield from ((0, _row(columns, row)) for row in rows if isinstance(row, dict))


def _row(columns: Columns, row: Any) -> Row | str:
    """What a trainer wrote at a step; of what sums a training up its best checkpoint alone is noted."""
    if not isinstance(row, dict):
        return "it is no JSON object; take it out, or cut the file there"
    if SUMMARY.isdisjoint(row):
        return row.items()
    # The step ends the checkpoint's name.
    if found := re.search(r"-(\d+)[/\\]?$", str(row.get("best_model_checkpoint"))):
        columns.best_step = float(found[1])
    return ()


def _load(text: bytes) -> Any:
    """Read JSON as fast as can be; NaN and Infinity, which JSON has not and Python writes, are read too."""
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)


def _events(columns: Columns, files: tuple[tuple[str, Path], ...]) -> Iterator[tuple[int, Row | str]]:
    """The scalars of event files, by TensorBoard's own library; a last record that is cut ends a file."""
    columns.scattered = True
    try:
        # By name, as none of them has annotations.
        load = import_module("tensorboard.backend.event_processing.event_file_loader").LegacyEventFileLoader
        make_ndarray = import_module("tensorboard.util.tensor_util").make_ndarray
        broken = import_module("google.protobuf.message").DecodeError
    except ImportError:
        install = "to read it, install: pip install 'lranim[tensorboard]'"
        raise InputError(f"{columns.path} is an event file of TensorBoard; {install}") from None
    for side, path in files:
        try:
            for event in load(str(path)).Load():
                for value in event.summary.value:
                    tag, kind, number = value.tag, value.WhichOneof("value"), value.simple_value
                    if kind == "tensor" and (tensor := make_ndarray(value.tensor)).size == 1:
                        number = tensor.item()
                    elif kind != "simple_value":
                        continue
                    name = f"{side}/{tag}" if side and not tag.lower().startswith(side) else tag
                    yield 0, (("step", event.step), (name, number))
        except (broken, OSError, ValueError, TypeError) as error:
            raise InputError(f"{columns.path}: {path.name} cannot be read: {error}") from error


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
    names = tuple(name.encode("utf-8", "backslashreplace").decode() for name in [*columns][:SHOWN_NAMES])
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
