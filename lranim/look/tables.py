"""TOML files of one's own: read as text, checked by a pydantic model, complained about in one plain line."""

from __future__ import annotations

import json
import re
import tomllib
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from lranim.errors import InputError, nearest
from lranim.files import check_file

MOST_BYTES, MOST_PARTS = 2_000_000, 100
"""The most bytes of a file, and parts of a key: on more, Python's parser is at work for long."""

_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DOT = r"[ \t]*+\.[ \t]*+"
_KEY = re.compile(rf"({_PART}(?:{_DOT}{_PART}){{{MOST_PARTS}}})|{_PART}(?:{_DOT}{_PART})*+", re.ASCII)
"""A key; its first group is there if it has too many parts."""


class Table(BaseModel):
    """A table of the file. A field's description is what a value must be, as the end of "it must be …"."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    def given(self) -> dict[str, Any]:
        """What the file says, without what it leaves out."""
        return self.model_dump(exclude_none=True)


def read_toml(path: str | Path, choice: str) -> str:
    """Read a TOML file; the text is known to be TOML.

    Parameters
    ----------
    path
        The file.
    choice
        What to do where there is none.

    Raises
    ------
    InputError
        It is not there, cannot be read, or is not TOML.
    """
    check_file(path, choice, MOST_BYTES)
    try:
        text = Path(path).read_text(encoding="utf-8-sig") + "\n"
        if any(key[1] for key in _KEY.finditer(text)):
            raise InputError(
                f"{path} has a key of more than {MOST_PARTS} parts with dots between; shorten it"
            )
        tomllib.loads(text)  # without a last line end it would call the last line "end of document"
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except RecursionError:
        raise InputError(f"{path} is not TOML: too many brackets within brackets") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path} is not TOML: {error}") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    return text


def complaint(error: Any, model: type[BaseModel]) -> str:
    """Put pydantic's complaint about a file into a plain line: the key, its value, what is allowed."""
    key = ".".join(part for part in error["loc"] if isinstance(part, str))
    if error["type"] == "extra_forbidden":
        return f"there is no key {key}; {_hint(key, model)}"
    known = dict(keys(model))
    while key not in known:  # pydantic adds the kind of a value that may be of several
        key = key.rpartition(".")[0]
    if error["type"] == "missing":
        return f"{key} is missing; it must be {known[key]}"
    return f"{key} is {shown(error['input'])}; it must be {known[key]}"


def shown(value: Any) -> str:
    """Write a value as it might stand in the file, cut short.

    Examples
    --------
    >>> shown([7e9, "a", True]), shown({"lr": 0.3})
    ('[7e+09, "a", true]', '{ lr = 0.3 }')
    """
    text = _written(value, 4)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _written(value: Any, deep: int) -> str:
    """Write a value as TOML, with so many levels of lists and tables in each other."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**60 else f"{value:#x}"  # Python writes no thousands of digits
    if isinstance(value, float):
        short = f"{value:g}"  # 7e+09 rather than 7000000000.0
        return short if "e" in short and float(short) == value else repr(value)
    if isinstance(value, list | tuple | dict) and not deep:
        return "…"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_written(one, deep - 1) for one in value)}]"
    if isinstance(value, dict):
        rows = [f"{key} = {_written(one, deep - 1)}" for key, one in value.items()]
        return f"{{ {', '.join(rows)} }}" if rows else "{}"
    return str(value)


def _hint(key: str, model: type[BaseModel]) -> str:
    """The key that may be meant: one of the same name in another table, or the nearest one."""
    table, _, last = key.rpartition(".")
    known = [name.rpartition(".") for name, _ in keys(model)]
    for parts in known:
        if parts[2] == last:
            return f"did you mean {''.join(parts)}?"
    return nearest(last, [name for of, _, name in known if of == table])


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every key of the file and what its value must be; keys of a list's tables are those of the list."""
    for field_name, field in model.model_fields.items():
        name = field.alias or field_name
        yield prefix + name, str(field.description)
        for part in (field.annotation, *typing.get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, Table):
                yield from keys(part, f"{prefix}{name}.")
