"""A PowerPoint package on the disk: the same deck gives the same bytes, and videos are not held in memory."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from pptx.presentation import Presentation

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first date that a ZIP file can have."""

PACKED = (".mp4", ".webm", ".gif", ".png", ".jpg", ".jpeg")
"""What gets no smaller in a ZIP file."""

CORE = "/metadata/core-properties"
"""How the relationship to title and author ends; LibreOffice begins it in its own way."""


def describe(presentation: Presentation, title: str, lang: str) -> None:
    """Say of a presentation its title and its language, and nothing of who made what it started from."""
    package = presentation.part.package
    for name, relation in list(package._rels.items()):
        if relation.reltype.endswith(CORE):
            package._rels.pop(name)
    about = presentation.core_properties  # new ones, as there are none now
    for place in list(about._element):
        about._element.remove(place)
    about.title = title[:255]
    about.language = lang


def save(presentation: Presentation, path: Path, files: Mapping[str, Path]) -> None:
    """Write a presentation to `path`; members named in `files` take their content from there."""
    draft = path.with_name(f"{path.name}.draft")
    presentation.save(str(draft))
    with zipfile.ZipFile(draft) as old, zipfile.ZipFile(path, "w") as new:
        for member in old.infolist():
            info = zipfile.ZipInfo(member.filename, LONG_AGO)
            info.create_system = 0  # the same on every system
            packed = Path(member.filename).suffix.lower() in PACKED
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            source = files.get(member.filename)
            info.file_size = member.file_size if source is None else source.stat().st_size
            with (
                old.open(member) if source is None else source.open("rb") as inside,
                new.open(info, "w") as outside,
            ):
                shutil.copyfileobj(inside, outside, 1 << 20)
    draft.unlink()
