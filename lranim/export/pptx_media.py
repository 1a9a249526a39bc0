"""Clips in a PowerPoint package: each file once, as a video with a poster or as a picture."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.oxml.xmlchemy import BaseOxmlElement
from pptx.package import Package
from pptx.slide import Slide

from lranim.export.pptx_room import Box
from lranim.export.pptx_words import clean
from lranim.export.sidecar import Artifact, Shown
from lranim.export.stills import first_frame, on_each_core

KINDS = {"mp4": "video/mp4", "webm": "video/webm", "gif": "image/gif"}

P14 = "http://schemas.microsoft.com/office/powerpoint/2010/main"

VIDEO = f"""
    <a:videoFile r:link=""/>
    <p:extLst><p:ext uri="{{DAA4B4D4-6D71-4841-9C94-3DE7FCFB9230}}">
    <p14:media xmlns:p14="{P14}" r:embed=""/></p:ext></p:extLst>"""


class Media:
    """The files of a package's clips; what they hold is read when the package is saved.

    Parameters
    ----------
    package
        Of the deck.
    videos
        The clips that are shown as a video, by its hash.
    """

    def __init__(self, package: Package, videos: Mapping[str, Shown]) -> None:
        self.package = package
        self._posters = dict(zip(videos, on_each_core(_poster, videos.values()), strict=True))
        self.files: dict[str, Path] = {}
        """Where the content of a member of the package lies, for those that are still empty."""
        self._parts: dict[str, Part] = {}
        self._taken = {str(part.partname) for part in package.iter_parts()}

    def put(self, slide: Slide, clip: Shown, row: Artifact, box: Box) -> int:
        """Put a clip on a slide, and say the id of its shape.

        Parameters
        ----------
        slide
            The slide.
        clip, row
            The clip, and the file of it that is shown.
        box
            Where (EMU).
        """
        part, media = slide.part, self._file(row)
        shape = max(map(int, slide.shapes.element.xpath("//p:cNvPr/@id"))) + 1
        moves = row.format != "gif"
        picture = _picture(shape, clip, box, moves=moves)
        blip = picture.find(f".//{qn('a:blip')}")
        if moves:
            blip.set(qn("r:embed"), part.relate_to(self._poster(row), RT.IMAGE))
            picture.find(f".//{qn('a:videoFile')}").set(qn("r:link"), part.relate_to(media, RT.VIDEO))
            picture.find(f".//{{{P14}}}media").set(qn("r:embed"), part.relate_to(media, RT.MEDIA))
        else:
            blip.set(qn("r:embed"), part.relate_to(media, RT.IMAGE))
        slide.shapes.element.insert_element_before(picture, "p:extLst")
        return shape

    def _file(self, row: Artifact) -> Part:
        if row.sha256 not in self._parts:
            made = self._part(row.format, KINDS[row.format], b"")
            self.files[made.partname.membername] = row.path
            self._parts[row.sha256] = made
        return self._parts[row.sha256]

    def _poster(self, row: Artifact) -> Part:
        key = f"poster of {row.sha256}"
        if key not in self._parts:
            self._parts[key] = self._part("png", "image/png", self._posters[row.sha256])
        return self._parts[key]

    def _part(self, suffix: str, kind: str, content: bytes) -> Part:
        number = len(self._parts) + 1
        while (name := f"/ppt/media/clip{number}.{suffix}") in self._taken:
            number += 1
        self._taken.add(name)
        return Part(PackURI(name), kind, self.package, content)


def _poster(clip: Shown) -> bytes:
    """The first frame as PNG: the very picture with which the video begins."""
    file = io.BytesIO()
    first_frame(clip).convert("RGB").save(file, "PNG", compress_level=1)
    return file.getvalue()


def _picture(shape: int, clip: Shown, box: Box, *, moves: bool) -> BaseOxmlElement:
    """A ``p:pic`` whose relationships are to be filled in; one that moves plays when it is clicked."""
    left, top, width, height = (round(value) for value in (box.left, box.top, box.width, box.height))
    click = '<a:hlinkClick r:id="" action="ppaction://media"/>' if moves else ""
    picture: BaseOxmlElement = parse_xml(
        f"""<p:pic {nsdecls("a", "p", "r")}>
        <p:nvPicPr>
          <p:cNvPr id="{shape}" name="">{click}</p:cNvPr>
          <p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr>
          <p:nvPr>{VIDEO if moves else ""}</p:nvPr>
        </p:nvPicPr>
        <p:blipFill><a:blip r:embed=""/><a:stretch><a:fillRect/></a:stretch></p:blipFill>
        <p:spPr>
          <a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>
          <a:prstGeom prst="rect"><a:avLst/></a:prstGeom>
        </p:spPr>
        </p:pic>"""
    )
    about = picture.find(f".//{qn('p:cNvPr')}")
    about.set("name", clean(clip.name))
    about.set("descr", clean(clip.alt))
    return picture
