"""Names of clips, which are the stems of their files."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import PurePath

from lranim.errors import InputError

MAX_NAME_BYTES = 200
"""File systems take 255 bytes; the rest is for extensions and for names of files in the making."""

LOGS = ("trainer_state", "logging")
"""Names that the Trainer of Hugging Face and ms-swift give to every log."""

LONGEST_FORMULA = 40
"""A formula is written in so many characters of a name at most."""


def formula_stem(text: str) -> str:
    """Write a formula as a part of a file's name: its letters, digits and ``+-.``, and a hash of the whole.

    Other signs would have to be quoted in shells, web pages and LaTeX. The hash tells formulas apart that
    are alike without them, and those that are too long to be written out.

    Examples
    --------
    >>> formula_stem("x**4 - 3*x**2 + x")
    'x4-3x2+x_803adb'
    """
    signs = re.sub(r"[^a-z0-9+.-]", "", text.lower().replace("/", "over"))
    return f"{signs[:LONGEST_FORMULA]}_{hashlib.sha256(text.encode()).hexdigest()[:6]}"


def log_stem(path: str) -> str:
    """Write a log's path as a part of a file's name: its stem, after its folder where trainers give it.

    Each training of theirs has a log of that name, and the clip of one must not replace that of another.

    Examples
    --------
    >>> log_stem("logs/run.csv"), log_stem("out/bert/trainer_state.json")
    ('run', 'bert-trainer_state')
    >>> log_stem("out/bert/checkpoint-500/trainer_state.json")
    'bert-checkpoint-500-trainer_state'
    """
    stem = PurePath(path).stem
    if stem not in LOGS:
        return stem
    folders = PurePath(os.path.abspath(path)).parts[1:-1]  # the same from wherever it is named
    count = 2 if folders and folders[-1].startswith("checkpoint-") else 1
    return "-".join([*folders[-count:], stem])


def check_name(name: str, option: str = "--name", folder: str = "-o") -> None:
    """Refuse a name that is not the stem of a file; `option` gives another one, and `folder` its folder.

    Raises
    ------
    InputError
        It is empty, too long, or has a slash or a control character in it.
    """
    if "/" in name or os.sep in name:
        raise InputError(
            f"the name {name} has a slash in it; give the folder with {folder} and the name without it"
        )
    if name.strip(" .") == "":
        raise InputError(f"the name {name!r} is empty; give it a letter or a digit")
    if any(unicodedata.category(char) == "Cc" for char in name):
        raise InputError(f"the name {name!r} has a control character in it; leave it out")
    if len(os.fsencode(name)) > MAX_NAME_BYTES:
        raise InputError(
            f"the name {name[:40]}… is longer than {MAX_NAME_BYTES} bytes; give a shorter one ({option})"
        )
