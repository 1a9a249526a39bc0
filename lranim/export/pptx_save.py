"""A PowerPoint package on the disk: the same deck gives the same bytes, and videos are not held in memory."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from pptx.opc.packuri import PackURI
from pptx.opc.serialized import PackageWriter, _PhysPkgWriter
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
    about.last_modified_by = "lranim slides"  # until another program saves it


def save(presentation: Presentation, path: Path, files: Mapping[str, Path]) -> None:
    """Write a presentation to `path`; members named in `files` take their content from there."""
    package = presentation.part.package
    writer = PackageWriter(str(path), package._rels, tuple(package.iter_parts()))
    with zipfile.ZipFile(path, "w") as new:
        members = _Members(new, files)
        writer._write_content_types_stream(members)
        writer._write_pkg_rels(members)
        writer._write_parts(members)


class _Members(_PhysPkgWriter):
    """Takes the members of a package; python-pptx itself gives each the time of now, which may not fit."""

    def __init__(self, package: zipfile.ZipFile, files: Mapping[str, Path]) -> None:
        self._package, self._files = package, files

    def write(self, pack_uri: PackURI, blob: bytes) -> None:
        """Write a member."""
        info = zipfile.ZipInfo(pack_uri.membername, LONG_AGO)
        info.create_system = 0  # the same on every system
        # Who wrote a deck is read from its properties as they are: see `lranim.video.places`.
        as_is = pack_uri.startswith("/docProps/") or Path(pack_uri).suffix.lower() in PACKED
        info.compress_type = zipfile.ZIP_STORED if as_is else zipfile.ZIP_DEFLATED
        source = self._files.get(pack_uri.membername)
        info.file_size = len(blob) if source is None else source.stat().st_size
        with (
            io.BytesIO(blob) if source is None else source.open("rb") as inside,
            self._package.open(info, "w") as outside,
        ):
            shutil.copyfileobj(inside, outside, 1 << 20)
