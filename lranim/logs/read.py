"""Training logs of several kinds, told apart by what is in them."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import BinaryIO

from lranim.errors import InputError
from lranim.files import check_file
from lranim.logs.assemble import assemble
from lranim.logs.columns import Columns
from lranim.logs.events import event_files, is_event_file, read_events
from lranim.logs.log import Log
from lranim.logs.objects import lists_in, load, read_document, read_lines
from lranim.logs.table import read_table

REMEDY = (
    "give a trainer_state.json, a CSV file, a logging.jsonl, or an event file of TensorBoard or its folder"
)
HEAD = 1 << 16
"""So many bytes of a file show of what kind it is."""

PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
"""How files begin that gzip, zip, bzip2, xz and Zstandard have compressed."""

WIDE = (b"\xff\xfe", b"\xfe\xff")
"""How text in UTF-16 begins, as spreadsheets and PowerShell write it."""


def read_log(path: Path | str) -> Log:
    r"""Read the log of a training: losses and learning rates by step, whatever wrote them down.

    The kind of file is told by its content: the state of Hugging Face's Trainer, JSON with an object a line
    (such as ms-swift's), the lists of Keras's ``History`` as JSON, a table of commas, semicolons or tabs,
    and TensorBoard's event files. Of a folder it is the event files in it, else the file that a trainer
    leaves there. A file is read line by line, and one that has not changed is read once. What the columns
    may be called is `lranim.logs.names.NAMES`.

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
    file = Path(given)
    try:
        found = _in_folder(file) if os.path.isdir(given) else [("", file)]
    except OSError as error:
        raise InputError(f"{given} cannot be read: {error}") from error
    states = [check_file(one, REMEDY) for _, one in found]
    return _read(given, tuple(found), tuple((state.st_mtime_ns, state.st_size) for state in states))


@functools.lru_cache(maxsize=4)
def _read(given: str, files: tuple[tuple[str, Path], ...], changed: tuple[tuple[int, int], ...]) -> Log:
    """Read files as they were last changed, when they had this size in bytes."""
    columns = Columns(given)
    try:
        with open(files[0][1], "rb") as file:
            head = file.read(HEAD)
            kind = _kind(head)
            if kind == "printed":
                raise InputError(f"{given} has lines as Python prints them, which are no JSON; {REMEDY}")
            file.seek(0)
            if kind == "JSON lines":
                _skip_mark(file)
                read_lines(columns, file)
            elif kind == "trainer state":
                _skip_mark(file)
                read_document(columns, file, changed[0][1])
        if kind == "TensorBoard":
            read_events(columns, list(files))
        elif kind == "CSV":
            if head.startswith(PACKED):
                raise InputError(f"{given} is compressed; unpack it, and give the file that comes out")
            wide = head.startswith(WIDE)
            with open(files[0][1], encoding="utf-16" if wide else "utf-8-sig", newline="") as text:
                read_table(columns, text)
    except OSError as error:
        raise InputError(f"{given} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{given} is not UTF-8 text (byte {error.start}); save it as UTF-8, or {REMEDY}"
        ) from error
    return assemble(columns, kind)


def _in_folder(folder: Path) -> list[tuple[str, Path]]:
    """The event files in a folder, else what Hugging Face's Trainer or ms-swift leave there."""
    try:
        return event_files(folder)
    except InputError:
        states = folder.glob("checkpoint-*/trainer_state.json")
        # The last checkpoint's state has the history of all of them; a longer number is a higher one.
        last = sorted(states, key=lambda path: (len(path.parent.name), path.parent.name))[-1:]
        for path in (folder / "trainer_state.json", folder / "logging.jsonl", *last):
            if path.is_file():
                return [("", path)]
        raise


def _kind(head: bytes) -> str:
    """Of what kind a file is that begins so."""
    if is_event_file(head):
        return "TensorBoard"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] not in (b"{", b"["):
        return "CSV"
    line, more, _ = text.partition(b"\n")
    if line.strip() in (b"{", b"["):
        return "trainer state"
    if text.startswith(b"{'"):
        return "printed"
    try:
        row = load(line)
    except ValueError:
        # The first of many lines can be broken too: another that is an object by itself tells.
        rest = text.split(b"\n")[1:-1]
        return "JSON lines" if any(_is_row(one) for one in rest[:20]) else "trainer state"
    alone = not more.strip() and isinstance(row, dict)
    whole = isinstance(row, list) or (alone and ("log_history" in row or lists_in(row)))
    return "trainer state" if whole else "JSON lines"


def _is_row(line: bytes) -> bool:
    try:
        return line[:1] == b"{" and isinstance(load(line), dict)
    except ValueError:
        return False


def _skip_mark(file: BinaryIO) -> None:
    """Skip the mark with which some programs begin UTF-8."""
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)
