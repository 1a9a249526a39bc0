"""Logs as JSON: one object a line, or a trainer's state with all of its history."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

import orjson

from lranim.errors import InputError
from lranim.files import lines_of
from lranim.logs.columns import AT_ONCE, Columns
from lranim.logs.names import meaning

MOST_BYTES = 1 << 29
"""A JSON document that is read as a whole may have so many bytes."""


def load(text: bytes) -> Any:
    """Read JSON as fast as can be; NaN and Infinity, which JSON has not and Python writes, are read too.

    Raises
    ------
    ValueError
        When it is no JSON.
    """
    try:
        return orjson.loads(text)
    except ValueError:
        try:
            return json.loads(text)
        except RecursionError:
            raise ValueError("too many brackets within brackets") from None


def read_lines(columns: Columns, file: BinaryIO) -> None:
    """Read a file with an object a line, such as ms-swift's ``logging.jsonl``.

    A last line that is cut, as while a training still runs, is left out with a note.

    Raises
    ------
    InputError
        Another line is no JSON object: the first such line. A line has a million characters.
    """
    cut, number = "", 0
    every = lines_of(columns.path, file)
    while lines := list(itertools.islice(every, AT_ONCE)):
        rows = None if cut else _rows(b"[" + b",".join(lines) + b"]", len(lines))
        if rows is not None:
            take(columns, rows)
            number += len(lines)
            continue
        for line in lines:
            number += 1
            if line.isspace():
                continue
            if cut:
                raise InputError(cut)
            rows = _rows(b"[" + line + b"]", 1)
            if rows is None:
                cut = f"{columns.path}, line {number} is no JSON object; take it out, or cut the file there"
            else:
                take(columns, rows)
    if cut:
        columns.notes.append(f"its last line, {number}, is cut and left out")


def _rows(text: bytes, count: int) -> list[dict[str, Any]] | None:
    """Read a list of so many objects; None where it is another."""
    try:
        rows = load(text)
    except ValueError:
        return None
    return rows if len(rows) == count and all(type(row) is dict for row in rows) else None


def take(columns: Columns, rows: Sequence[Any]) -> None:
    """Take up what a trainer wrote, a row a step; the means of all steps that end a training do not count."""
    steps = []
    for row in rows:
        if "best_model_checkpoint" in row or "log_history" in row:
            note_best(columns, row)
        elif "train_runtime" not in row:
            steps.append(row)
    columns.add(steps)


def note_best(columns: Columns, state: Mapping[str, Any]) -> None:
    """Note the step of the checkpoint that a trainer calls its best, which ends its name."""
    found = re.search(r"-(\d+)[/\\]?$", str(state.get("best_model_checkpoint") or ""))
    if found:
        columns.best_step = float(found[1])


def lists_in(state: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The lists of values by names that mean something, as Keras's ``History`` has them."""
    return {name: some for name, some in state.items() if isinstance(some, list) and meaning(name)}


def read_document(columns: Columns, file: BinaryIO, size: int) -> None:
    """Read a ``trainer_state.json`` of Hugging Face's Trainer, a list of such rows, or lists by their names.

    Raises
    ------
    InputError
        It is not complete, has no history, or is too large.
    """
    path = columns.path
    if size > MOST_BYTES:
        raise InputError(
            f"{path} has {size >> 20} MB; a JSON document may have {MOST_BYTES >> 20}; give JSON lines"
        )
    try:
        state = load(file.read())
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path}, line {error.lineno}: no complete JSON ({error.msg}); if it is being written, try again"
        ) from None
    except ValueError as error:
        raise InputError(f"{path} is no JSON: {error}") from None
    rows = state.get("log_history") if isinstance(state, dict) else state
    if isinstance(state, dict) and rows is None and (lists := lists_in(state)):
        rows = [dict(zip(lists, row, strict=True)) for row in itertools.zip_longest(*lists.values())]
    if not isinstance(rows, list):
        there = ", ".join(list(state)[:12]) if isinstance(state, dict) else type(state).__name__
        raise InputError(
            f"{path} has no log_history, as the state of a trainer has; it has {there or 'nothing'}"
        )
    take(columns, [row for row in rows if isinstance(row, dict)])
    if isinstance(state, dict):
        note_best(columns, state)
