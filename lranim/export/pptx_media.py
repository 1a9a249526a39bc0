"""Clips in a PowerPoint package: each file once, as a video with a poster or as a picture."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.oxml.xmlchemy import BaseOxmlElement
from pptx.package import Package
from pptx.slide import Slide

from lranim.export.pptx_layout import Box, clean
from lranim.export.stills import first_frame, on_each_core
from lranim.video.clip import Artifact, Clip

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

    def __init__(self, package: Package, videos: Mapping[str, Clip]) -> None:
        self.package = package
        self._posters = dict(zip(videos, on_each_core(_poster, videos.values()), strict=True))
        self.files: dict[str, Path] = {}
        """Where the content of a member of the package lies, for those that are still empty."""
        self._parts: dict[str, Part] = {}
        self._taken = {str(part.partname) for part in package.iter_parts()}

    def put(self, slide: Slide, clip: Clip, row: Artifact, box: Box) -> int:
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


def _poster(clip: Clip) -> bytes:
    """The first frame as PNG: the very picture with which the video begins."""
    file = io.BytesIO()
    first_frame(clip).convert("RGB").save(file, "PNG", compress_level=1)
    return file.getvalue()


def _picture(shape: int, clip: Clip, box: Box, *, moves: bool) -> BaseOxmlElement:
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


NAMESPACE = "http://schemas.openxmlformats.org/presentationml/2006/main"

VOLUME = 80_000
"""PowerPoint's own, in thousandths of a percent."""


@dataclass(frozen=True, kw_only=True)
class Movie:
    """A video on a slide: the id of its shape, and how long it lasts (s)."""

    shape: int
    seconds: float


def timing(movies: Sequence[Movie], *, autoplay: bool, loop: bool) -> BaseOxmlElement:
    """Make a slide's ``p:timing``: all its videos begin together, and a click on one pauses it or goes on.

    Parameters
    ----------
    movies
        At least one.
    autoplay
        Whether they begin as the slide shows, rather than on the presenter's next click.
    loop
        Whether they begin again at their end.

    References
    ----------
    ECMA-376-1:2016, 19.5 (animation): the order of elements is that of its schema, ``pml.xsd``.
    """
    parts = [_main(movies, autoplay=autoplay)]
    parts += [_media(movie, loop=loop) for movie in movies]
    parts += [_on_click(movie) for movie in movies]
    inner = "".join(parts)
    root: BaseOxmlElement = parse_xml(
        f'<p:timing xmlns:p="{NAMESPACE}"><p:tnLst><p:par>'
        f'<p:cTn dur="indefinite" restart="never" nodeType="tmRoot">'
        f"<p:childTnLst>{inner}</p:childTnLst></p:cTn></p:par>"
        "</p:tnLst></p:timing>"
    )
    # In the order of the file, so that the main sequence is number 2, to which `_main` refers.
    for number, node in enumerate(root.iter(f"{{{NAMESPACE}}}cTn"), 1):
        node.set("id", str(number))
    return root


def _main(movies: Sequence[Movie], *, autoplay: bool) -> str:
    """What happens in turn as the presenter goes on: here one thing, all videos begin."""
    first = "afterEffect" if autoplay else "clickEffect"
    plays = "".join(
        _call(
            "playFrom(0.0)",
            movie,
            round(movie.seconds * 1000),
            f'presetID="1" presetClass="mediacall" presetSubtype="0" nodeType="{kind}"',
        )
        for movie, kind in zip(movies, [first, *["withEffect"] * (len(movies) - 1)], strict=True)
    )
    begins = '<p:cond evt="onBegin" delay="0"><p:tn val="2"/></p:cond>' if autoplay else ""
    turns = "".join(
        f'<p:{name}CondLst><p:cond evt="{event}" delay="0"><p:tgtEl><p:sldTgt/></p:tgtEl></p:cond>'
        f"</p:{name}CondLst>"
        for name, event in (("prev", "onPrev"), ("next", "onNext"))
    )
    return (
        '<p:seq concurrent="1" nextAc="seek"><p:cTn dur="indefinite" nodeType="mainSeq"><p:childTnLst>'
        f'<p:par><p:cTn fill="hold"><p:stCondLst><p:cond delay="indefinite"/>{begins}</p:stCondLst>'
        f"<p:childTnLst>{_at_once(plays)}</p:childTnLst></p:cTn></p:par>"
        f"</p:childTnLst></p:cTn>{turns}</p:seq>"
    )


def _media(movie: Movie, *, loop: bool) -> str:
    repeats = 'repeatCount="indefinite" ' if loop else ""
    return (
        f'<p:video><p:cMediaNode vol="{VOLUME}"><p:cTn {repeats}fill="hold" display="0">'
        '<p:stCondLst><p:cond delay="indefinite"/></p:stCondLst></p:cTn>'
        f"<p:tgtEl>{_shape(movie)}</p:tgtEl></p:cMediaNode></p:video>"
    )


def _on_click(movie: Movie) -> str:
    clicked = f'<p:cond evt="onClick" delay="0"><p:tgtEl>{_shape(movie)}</p:tgtEl></p:cond>'
    call = _call(
        "togglePause",
        movie,
        1,
        'presetID="2" presetClass="mediacall" presetSubtype="0" nodeType="clickEffect"',
    )
    return (
        '<p:seq concurrent="1" nextAc="seek">'
        '<p:cTn restart="whenNotActive" fill="hold" evtFilter="cancelBubble" nodeType="interactiveSeq">'
        f"<p:stCondLst>{clicked}</p:stCondLst>"
        '<p:endSync evt="end" delay="0"><p:rtn val="all"/></p:endSync>'
        f"<p:childTnLst>{_at_once(_at_once(call))}</p:childTnLst></p:cTn>"
        f"<p:nextCondLst>{clicked}</p:nextCondLst></p:seq>"
    )


def _at_once(inner: str) -> str:
    return (
        '<p:par><p:cTn fill="hold"><p:stCondLst><p:cond delay="0"/></p:stCondLst>'
        f"<p:childTnLst>{inner}</p:childTnLst></p:cTn></p:par>"
    )


def _call(command: str, movie: Movie, milliseconds: int, attributes: str) -> str:
    return (
        f'<p:par><p:cTn {attributes} fill="hold"><p:stCondLst><p:cond delay="0"/></p:stCondLst>'
        f'<p:childTnLst><p:cmd type="call" cmd="{command}"><p:cBhvr><p:cTn dur="{milliseconds}" fill="hold"/>'
        f"<p:tgtEl>{_shape(movie)}</p:tgtEl></p:cBhvr></p:cmd></p:childTnLst></p:cTn></p:par>"
    )


def _shape(movie: Movie) -> str:
    return f'<p:spTgt spid="{movie.shape}"/>'
