"""Logs as tables: a line of names, and below it a row of cells a step."""

from __future__ import annotations

import csv
import itertools
from array import array
from collections.abc import Sequence
from typing import TextIO

from lranim.errors import InputError
from lranim.files import lines_of
from lranim.logs.columns import AT_ONCE, Column, Columns, parsed
from lranim.logs.names import meaning

ASIDE = ("#", "sep=")
"""Rows that begin so are neither names nor numbers."""


def read_table(columns: Columns, file: TextIO) -> None:
    """Read a CSV file, its columns parted by whichever of commas, semicolons and tabs parts its names.

    Where commas do not part columns, they may be those of decimals. Empty rows, rows that begin with ``#``, a
    first one such as ``sep=;``, as spreadsheets write it, and names that come again do not count. A last row
    that is cut, as while a training still runs, is left out with a note.

    Raises
    ------
    InputError
        No names stand above the numbers, or a row that is not the last cannot be read: the first such row.
        A line has a million characters.
    """
    lines = lines_of(columns.path, file)
    head = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    file.seek(0)
    table = Table(columns, file, max(",;\t", key=head.count))
    try:
        while rows := list(itertools.islice(table.reader, AT_ONCE)):
            table.take(rows)
    except csv.Error as error:
        raise InputError(f"{columns.path}, line {table.reader.line_num}: {error}") from error
    if table.cut:
        columns.notes.append(f"its last line, {table.line}, is cut and left out")


class Table:
    """The rows of a table as they come.

    Parameters
    ----------
    columns
        Where its numbers go.
    file
        Where its rows come from.
    delimiter
        What stands between its cells.
    """

    def __init__(self, columns: Columns, file: TextIO, delimiter: str) -> None:
        self.columns, self.reader = columns, csv.reader(lines_of(columns.path, file), delimiter=delimiter)
        self.comma = delimiter != ","
        self.names: list[str] = []
        self.taken: list[tuple[int, Column]] = []
        self.line, self.cut = 0, ""

    def take(self, rows: Sequence[list[str]]) -> None:
        """Take up the next rows: all at once where they are plain numbers and empty cells."""
        if self.names and not self.cut and self._take_plain(rows):
            self.line += len(rows)
            return
        for cells in rows:
            self.line += 1
            if not any(cell.strip() for cell in cells) or cells[0].startswith(ASIDE) or cells == self.names:
                continue
            if not self.names:
                self.names, self.taken = cells, _columns(self.columns, cells)
            elif self.cut:
                raise InputError(self.cut)
            elif complaint := self._take_row(cells):
                self.cut = f"{self.columns.path}, line {self.line}: {complaint}"

    def _take_plain(self, rows: Sequence[list[str]]) -> bool:
        """Take up rows of plain numbers and empty cells; False, and nothing is taken, if there are others."""
        if {len(cells) for cells in rows} != {len(self.names)} or not self.taken:
            return False
        try:
            found = [(column, _numbers([cells[place] for cells in rows])) for place, column in self.taken]
        except ValueError:
            return False
        for column, numbers in found:
            self.columns.extend(column, numbers)
        self.columns.count_rows(len(rows))
        return True

    def _take_row(self, cells: list[str]) -> str:
        """Take up a row of any kind, or say what is wrong with it."""
        while len(cells) > len(self.names) and not cells[-1].strip():
            cells.pop()
        if len(cells) != len(self.names):
            count = f"{len(cells)} cell{'s' * (len(cells) != 1)}"
            names = f"{len(self.names)} name{'s' * (len(self.names) != 1)}"
            return f"{count} below {names}; give each row a cell a column"
        row: dict[str, float] = {}
        for name, cell in zip(self.names, cells, strict=True):
            if meaning(name):
                try:
                    number = parsed(cell, comma=self.comma)
                except ValueError:
                    shown = cell if len(cell) <= 40 else f"{cell[:39]}…"
                    return f"{shown!r} in column {name.strip()} is no number"
                if number is not None:
                    row[name.strip()] = number
        self.columns.add([row])
        return ""


def _numbers(cells: Sequence[str]) -> Sequence[float | None]:
    try:
        return array("d", map(float, cells))
    except ValueError:  # an empty one, or one to be read more slowly
        return [float(cell) if cell else None for cell in cells]


def _columns(columns: Columns, names: Sequence[str]) -> list[tuple[int, Column]]:
    """Where the columns that are read stand in a row."""
    if all(_is_number(name) for name in names):
        raise InputError(
            f"{columns.path} has no line of names above its numbers; write one, such as step,loss"
        )
    met = [columns.of(name.strip()) for name in names]
    return [(place, column) for place, column in enumerate(met) if column is not None]


def _is_number(text: str) -> bool:
    try:
        parsed(text)
    except ValueError:
        return False
    return True
