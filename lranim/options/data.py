"""Data of one's own: samples, a CSV file of two columns, x and y; and the logs of trainings."""

from __future__ import annotations

import csv
import functools
import hashlib
import math
from array import array
from typing import ClassVar, Self, TextIO

import numpy as np
from pydantic import Field, model_validator

from lranim.core.least_squares import Samples, samples
from lranim.core.range_test import RangeTest, judged
from lranim.core.types import Array
from lranim.errors import InputError
from lranim.files import check_file, lines_of
from lranim.logs import Log, Series, read_log
from lranim.params import SceneParams

MOST_ROWS = 5_000_000
"""More rows than that are refused: a million take about two seconds to read."""

REMEDY = "give a CSV file of two columns of numbers, x and y"


def read_samples(path: str) -> Samples:
    r"""Read samples from a CSV file: two columns, x and y, with or without a line of names above them.

    Columns are parted by tabs or semicolons where the first line has some, else by commas. Blank lines and
    empty cells at a line's end do not count. A file that has not changed is read once.

    Parameters
    ----------
    path
        The file, in UTF-8.

    Raises
    ------
    InputError
        There is no such file, or something in it is no sample: the first such thing, with line and column.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "points.csv")
    ...     _ = path.write_text("hours,points\n1,2\n2,3.5\n")
    ...     read_samples(str(path)).y
    array([2. , 3.5])
    """
    status = check_file(path, REMEDY)
    return _read(path, status.st_mtime_ns, status.st_size)


def fingerprint(data: Samples) -> str:
    """SHA-256 of the numbers: the same for files that differ in names or blanks alone.

    Examples
    --------
    >>> fingerprint(samples([1, 2], [3, 4]))[:8], fingerprint(samples([1, 2], [3, 5]))[:8]
    ('6bab56d2', '1555df31')
    """
    digest = hashlib.sha256()
    for values in (data.x, data.y):
        digest.update(values.astype("<f8").tobytes())
    return digest.hexdigest()


@functools.lru_cache(maxsize=4)
def _read(path: str, changed: int, size: int) -> Samples:
    """Read the file as it was last `changed`, when it had this `size` in bytes."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            x, y = _columns(path, file)
        return samples(x, y)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text (byte {error.start}); {REMEDY}") from error
    except ValueError as error:
        raise InputError(f"{path}: {error}") from error


def _columns(path: str, file: TextIO) -> tuple[array[float], array[float]]:
    first = next((line for line in lines_of(path, file) if line.strip()), "")
    file.seek(0)
    # Where there are others, commas may be those of decimals: refused as numbers, not taken for columns.
    reader = csv.reader(lines_of(path, file), delimiter=next((sign for sign in "\t;" if sign in first), ","))
    x, y, headed = array("d"), array("d"), False
    try:
        for cells in reader:
            while cells and not cells[-1].strip():
                cells.pop()
            if not cells:
                continue
            numbers = [_number(cell) for cell in cells]
            if not x and not headed and all(map(math.isnan, numbers)):
                headed = True
                continue
            if len(cells) != 2 or not all(map(math.isfinite, numbers)):
                raise InputError(f"{path}, line {reader.line_num}{_complaint(cells, numbers)}; {REMEDY}")
            x.append(numbers[0])
            y.append(numbers[1])
            if len(x) > MOST_ROWS:
                raise InputError(f"{path} has more than {MOST_ROWS} rows; give a part of them")
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: {error}; {REMEDY}") from error
    if not x:
        raise InputError(f"{path} has no numbers in it; {REMEDY}")
    return x, y


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _complaint(cells: list[str], numbers: list[float]) -> str:
    """What is wrong with a line that is no sample."""
    if len(cells) != 2:
        return f" has {len(cells)} column{'s' * (len(cells) != 1)}"
    column = next(k for k, number in enumerate(numbers) if not math.isfinite(number))
    text = cells[column].strip()
    shown = repr(text if len(text) <= 40 else f"{text[:39]}…")
    return f", column {column + 1} ({'xy'[column]}): {shown} is not a finite number"


NAMES = {"train_loss": "train loss", "valid_loss": "validation loss", "lr": "learning rate"}
"""What a message calls the series of a log."""

FEWEST = 2
"""A series needs so many finite values to be drawn as a curve."""

RATES, SPAN, GROUPS = 20, 10.0, 400
"""A range test has so many rates, the last so many times the first, and is cut into so many groups."""


class LogParams(SceneParams):
    """What scenes share that can draw a training of one's own."""

    log: str | None = Field(
        None,
        min_length=1,
        description="log of a training of your own: trainer_state.json, CSV, JSON lines, TensorBoard",
        json_schema_extra={"format": "path"},
    )

    needs: ClassVar[tuple[str, ...]] = ()
    """The series of a log without which the scene has nothing to draw."""
    beside_log: ClassVar[frozenset[str]] = frozenset()
    """The options that make sense with a log."""

    @model_validator(mode="after")
    def _log_alone(self) -> Self:
        if self.log is None:
            return self
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if name not in {"log", *self.beside_log} and value != field.default:
                shown = ",".join(map(str, value)) if isinstance(value, tuple) else value
                raise ValueError(
                    f"--log is {self.log} and --{name} is {shown}; "
                    "a log has its own numbers: give one of them, not both"
                )
        check_has(self.recorded, self.needs)
        return self

    @property
    def recorded(self) -> Log:
        """The log; only where one was given."""
        return read_log(str(self.log))

    def notes(self) -> tuple[str, ...]:
        """What of the log is not as one would think."""
        return tuple(f"{self.log}: {note}" for note in self.recorded.notes) if self.log is not None else ()

    def content(self) -> str:
        """What is in the file."""
        return self.recorded.fingerprint() if self.log is not None else ""


def check_has(log: Log, needs: tuple[str, ...]) -> None:
    """Refuse a log that lacks a series.

    Raises
    ------
    ValueError
        With what it lacks, and what it has.
    """
    for need in needs:
        one: Series = getattr(log, need)
        if len(one.finite) < FEWEST:
            lacks = f"no {NAMES[need]}"
            if len(one):
                count = len(one.finite)
                lacks = f"{count} value{'s' * (count != 1)} of {NAMES[need]} to draw, and two are a curve"
            raise ValueError(
                f"--log is {log.path}, which has {lacks}; this scene draws its {NAMES[need]}; "
                f"it has {log.contents}, in columns {', '.join(log.columns)}"
            )


def recorded_test(log: Log, smoothing: float) -> RangeTest:
    """The range test that a log holds: the loss at each learning rate, as the rate grows.

    Losses and rates are matched by their steps. One of very many steps is cut into `GROUPS` of neighbours,
    each with the means of its losses and of the logarithms of its rates.

    Raises
    ------
    ValueError
        The rates do not grow, or too little, or are too few; or no loss is above 0.
    """
    step, lr, loss = matched(log)
    told = f"--log is {log.path}; in a range test the learning rate grows from step to step"
    if len(lr) < RATES:
        raise ValueError(f"{told}, {RATES} at least, and here {len(lr)} steps have both a rate and a loss")
    if (turn := np.flatnonzero(np.diff(lr) <= 0)).size:
        raise ValueError(
            f"{told}, and here it goes from {lr[turn[0]]:.4g} to {lr[turn[0] + 1]:.4g} "
            f"at {log.unit} {step[turn[0] + 1]:g}; the scene schedule draws such a log"
        )
    if lr[-1] < SPAN * lr[0]:
        raise ValueError(f"{told}, tenfold at least, and here from {lr[0]:.4g} to {lr[-1]:.4g}")
    lowest = float(loss[np.isfinite(loss)].min(initial=np.inf))
    if lowest <= 0:
        raise ValueError(
            f"--log is {log.path}; a range test needs losses above 0, and the lowest is {lowest:g}"
        )
    _, lr, loss = rates_of(log)
    try:
        return judged(lr, loss, smoothing=smoothing)
    except ValueError as error:
        raise ValueError(f"--log is {log.path}: {error}") from None


def matched(log: Log) -> tuple[Array, Array, Array]:
    """Steps at which a log has both a learning rate above 0 and a train loss, the rates, and the losses."""
    rates = log.lr.finite
    step, at, other = np.intersect1d(rates.step, log.train_loss.step, return_indices=True)
    lr, loss = rates.value[at], log.train_loss.value[other]
    return step[lr > 0], lr[lr > 0], loss[lr > 0]


def rates_of(log: Log) -> tuple[Array, Array, Array]:
    """Steps, rates and losses of a range test, of `GROUPS` groups where there are more steps."""
    step, lr, loss = matched(log)
    if len(lr) <= GROUPS:
        return step, lr, loss
    groups = np.array_split(np.arange(len(lr)), GROUPS)
    lr = np.exp([np.log(lr[group]).mean() for group in groups])
    return step[[group[-1] for group in groups]], lr, np.array([loss[group].mean() for group in groups])
