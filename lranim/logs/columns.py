"""Rows of a log as they come, kept as columns of numbers: 12 bytes a number, whatever the file's size."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from lranim.core.types import Array
from lranim.errors import InputError
from lranim.logs.names import meaning

MOST_ROWS = 20_000_000
"""More rows than that are refused."""

BEYOND = 1e100
"""A value beyond that counts as infinite, and one below its inverse as 0: pictures need sums of squares."""

AT_ONCE = 1000
"""So many rows are read before their numbers are kept: one by one would take longer."""

MANY = 24
"""So many names are kept for a message."""

NONE = frozenset({"", "-", "--", "none", "null", "na", "n/a"})
"""What stands in a cell that is empty."""


class Column:
    """The values of one name, and the rows that they stand in."""

    def __init__(self) -> None:
        self.rows, self.values = array("I"), array("d")

    def arrays(self) -> tuple[npt.NDArray[np.intp], Array]:
        """Rows and values, ``(K,)`` each."""
        values = np.array(self.values, dtype=np.float64)
        size = np.abs(values)
        values[size > BEYOND] *= np.inf
        values[size < 1 / BEYOND] = 0.0
        return np.array(self.rows, dtype=np.intp), values


class Columns:
    """The columns of a log that mean something, by their names.

    Parameters
    ----------
    path
        The file, for messages.
    """

    def __init__(self, path: str) -> None:
        self.path, self.count = path, 0
        self.names: dict[str, None] = {}
        self.known: dict[str, Column | None] = {}
        self.notes: list[str] = []
        self.best_step: float | None = None

    def of(self, name: str) -> Column | None:
        """The column of a name; None if what it means is not read."""
        if name not in self.known:
            if len(self.names) < MANY:
                self.names[name] = None
            elif len(self.known) > 100 * MANY:
                return None
            self.known[name] = Column() if meaning(name) else None
        return self.known[name]

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Take up rows, by their names; of what is no number, nothing is kept."""
        met: set[str] = set().union(*rows)
        if met - self.known.keys():
            for name in dict.fromkeys(name for row in rows for name in row):
                self.of(name)
        for name in met:
            column = self.of(name)
            if column is not None:
                self.extend(column, [row.get(name) for row in rows])
        self.count_rows(len(rows))

    def extend(self, column: Column, values: Sequence[Any]) -> None:
        """Append the values that the next rows have in a column, without counting the rows."""
        count = len(values)
        numbers = _plain(values)
        if numbers is not None:
            # Much faster than a list of as many numbers.
            column.rows.frombytes(np.arange(self.count, self.count + count, dtype=np.uintc).tobytes())
        else:
            found = [number_of(value) for value in values]
            places = [k for k, number in enumerate(found) if number is not None]
            numbers = array("d", [number for number in found if number is not None])
            column.rows.extend([self.count + k for k in places])
        column.values.extend(numbers)

    def count_rows(self, count: int) -> None:
        """Count rows that are taken up."""
        self.count += count
        if self.count > MOST_ROWS:
            raise InputError(f"{self.path} has more than {MOST_ROWS:,} rows; give a part of them")

    def chosen(self, field: str) -> Column:
        """The column to take for a meaning: of those with values, the first of its names."""
        found = [
            (means[0], place, column)
            for place, (name, column) in enumerate(self.known.items())
            if column is not None and column.rows and (means := meaning(name)) and means[1] == field
        ]
        return min(found)[2] if found else Column()


def _plain(values: Sequence[Any]) -> array[float] | None:
    """Values that are all numbers, or all text such as ``10/500``; None if others are among them."""
    try:
        return array("d", values)
    except (TypeError, OverflowError):  # text, or a whole number beyond all floats, among them
        pass
    try:
        return array("d", [float(value.partition("/")[0]) for value in values])
    except (AttributeError, ValueError):
        return None


def number_of(value: Any) -> float | None:
    """A value as a number, or None: ``"10/500"`` is 10, ``"5%"`` is 0.05.

    Examples
    --------
    >>> [number_of(value) for value in (3, "2e-5", "10/500", "5%", "NaN", None, True, "")]
    [3.0, 2e-05, 10.0, 0.05, nan, None, None, None]
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, float | int):
        try:
            return float(value)
        except OverflowError:
            return float("inf")
    if isinstance(value, str):
        try:
            return parsed(value)
        except ValueError:
            return None
    return None


def parsed(text: str, *, comma: bool = False) -> float | None:
    """Read a number that is written in one of the usual ways; None for an empty cell.

    Parameters
    ----------
    text
        What is written.
    comma
        Whether decimals may come after a comma.

    Raises
    ------
    ValueError
        When it is no number.

    Examples
    --------
    >>> parsed(" 12.5% "), parsed("n/a"), parsed("0,25", comma=True)
    (0.125, None, 0.25)
    """
    text = text.strip()
    if text.lower() in NONE:
        return None
    if comma:
        text = text.replace(",", ".")
    if text.endswith("%"):
        return float(text[:-1]) / 100
    return float(text.partition("/")[0])
