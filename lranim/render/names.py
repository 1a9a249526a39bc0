"""Names of clips, which are the stems of their files."""

from __future__ import annotations

import os
import unicodedata

from lranim.errors import InputError

MAX_NAME_BYTES = 200
"""File systems take 255 bytes; the rest is for extensions and for names of files in the making."""


def check_name(name: str, option: str = "--name") -> None:
    """Refuse a name that is not the stem of a file; `option` is what gives another one.

    Raises
    ------
    InputError
        It is empty, too long, or has a slash or a control character in it.
    """
    if "/" in name or os.sep in name:
        raise InputError(
            f"the name {name} has a slash in it; give the folder with -o and the name without it"
        )
    if name.strip(" .") == "":
        raise InputError(f"the name {name!r} is empty; give it a letter or a digit")
    if any(unicodedata.category(char) == "Cc" for char in name):
        raise InputError(f"the name {name!r} has a control character in it; leave it out")
    if len(os.fsencode(name)) > MAX_NAME_BYTES:
        raise InputError(
            f"the name {name[:40]}… is longer than {MAX_NAME_BYTES} bytes; give a shorter one ({option})"
        )
