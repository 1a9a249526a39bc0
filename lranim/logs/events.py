"""TensorBoard's event files, read with TensorBoard's own library (the extra ``lranim[tensorboard]``)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from lranim.errors import InputError
from lranim.logs.columns import AT_ONCE, Columns

SIDES = {
    "train": "train",
    "training": "train",
    "val": "valid",
    "valid": "valid",
    "validation": "valid",
    "eval": "valid",
    "dev": "valid",
    "test": "valid",
}
"""How the names of folders end that hold two sides of one training, as Keras and PyTorch write them."""


def is_event_file(head: bytes) -> bool:
    """Whether a file that begins so is an event file: its first record says which version it has."""
    return b"brain.Event:" in head[:64]


def event_files(folder: Path) -> list[tuple[str, Path]]:
    """Find the event files of one training in a folder: side, if it has such folders, and file, oldest first.

    Raises
    ------
    InputError
        There is none, or there are several trainings.
    """
    own = _in(folder)
    below = sorted(path for path in folder.iterdir() if path.is_dir() and _in(path))
    sides = [(side, path) for path in below if (side := SIDES.get(path.name.lower().rpartition("_")[2]))]
    if own or sides:
        return [("", path) for path in own] + [(side, file) for side, path in sides for file in _in(path)]
    if len(below) == 1:
        return [("", path) for path in _in(below[0])]
    if below:
        names = ", ".join(path.name for path in below[:8]) + ", …" * (len(below) > 8)
        raise InputError(
            f"{folder} has the event files of {len(below)} trainings; give one of its folders: {names}"
        )
    raise InputError(
        f"{folder} has no event files of TensorBoard in it (events.out.tfevents.…); give a log file"
    )


def _in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.tfevents.*") if path.is_file())


def read_events(columns: Columns, files: list[tuple[str, Path]]) -> None:
    """Read the scalars of event files; a last record that is cut ends its file.

    Raises
    ------
    InputError
        The library is missing, or a record cannot be read.
    """
    for side, path in files:
        scalars = _scalars(columns.path, path)
        while some := list(itertools.islice(scalars, AT_ONCE)):
            columns.add([{"step": step, _named(side, tag): value} for step, tag, value in some])


def _named(side: str, tag: str) -> str:
    """The name of a tag in a folder of one side of a training."""
    return f"{side}/{tag}" if side and not tag.lower().startswith(side) else tag


def _scalars(shown: str, path: Path) -> Iterator[tuple[int, str, float]]:
    try:
        # By name, as none of them has annotations.
        loader = import_module("tensorboard.backend.event_processing.event_file_loader")
        event_pb2 = import_module("tensorboard.compat.proto.event_pb2")
        make_ndarray = import_module("tensorboard.util.tensor_util").make_ndarray
        message = import_module("google.protobuf.message")
    except ImportError:
        raise InputError(
            f"{shown} is an event file of TensorBoard; to read it, install: pip install 'lranim[tensorboard]'"
        ) from None

    try:
        for record in loader.RawEventFileLoader(str(path)).Load():
            event = event_pb2.Event.FromString(record)
            for value in event.summary.value:
                number: Any = value.simple_value
                if value.WhichOneof("value") == "tensor":
                    array = make_ndarray(value.tensor)
                    if array.size != 1 or array.dtype.kind not in "fiu":
                        continue
                    number = array.item()
                elif value.WhichOneof("value") != "simple_value":
                    continue
                yield event.step, value.tag, float(number)
    except (message.DecodeError, OSError, ValueError, TypeError) as error:
        raise InputError(f"{shown}: {path.name} cannot be read: {error}") from error
