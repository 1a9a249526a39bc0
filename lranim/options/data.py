"""Samples of one's own: a CSV file of two columns, x and y, checked line by line."""

from __future__ import annotations

import csv
import functools
import hashlib
import math
from array import array
from typing import TextIO

from lranim.core.least_squares import Samples, samples
from lranim.errors import InputError
from lranim.files import check_file, lines_of

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
