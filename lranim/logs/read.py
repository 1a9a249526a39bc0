"""Training logs of several kinds, told apart by what is in them, and read row by row."""

from __future__ import annotations

import csv
import functools
import io
import itertools
import json
import os
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import IO, Any

import orjson

from lranim.errors import InputError
from lranim.files import check_file, lines_of
from lranim.logs.columns import Columns, log_of, meaning
from lranim.logs.log import Log

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


def read_log(path: Path | str) -> Log:
    r"""Read the log of a training: losses and learning rates by step, whatever wrote them down.

    The kind of file is told by its content: the state of Hugging Face's Trainer, JSON with an object a line
    (such as ms-swift's), the lists of Keras's ``History`` as JSON, a table of commas, semicolons or tabs,
    and TensorBoard's event files. Of a folder it is the event files in it, else the file that a trainer
    leaves there. A file is read line by line, and one that has not changed is read once. What the columns
    may be called is `lranim.logs.columns.NAMES`.

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
