"""A PowerPoint package on the disk: the same deck gives the same bytes, and videos are not held in memory."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.packuri import PackURI
from pptx.opc.serialized import PackageWriter, _PhysPkgWriter
from pptx.oxml.ns import qn
from pptx.presentation import Presentation
from pptx.shapes.base import BaseShape
from pptx.slide import Slide as Page
from pptx.slide import SlideLayout
from pptx.util import Emu, Inches

from lranim.errors import InputError
from lranim.export.colours import colours
from lranim.export.deck import Deck, Slide, Wishes
from lranim.export.pptx_base import FOOTERS, TITLES, Base, own_base, placeholders, school_base
from lranim.export.pptx_layout import LANGUAGES, Box, clean, fitting, free, say, side_by_side
from lranim.export.pptx_media import Media, Movie, timing
from lranim.video.clip import Artifact, Clip

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


GAP = Inches(0.15)
MARGIN = 0.03
"""Of a slide's width, at its sides."""
CAPTION_HEIGHT = Inches(0.55)
CAPTION_PT = 20
LEAST_ROOM = 0.15
"""Of a slide, for clips: a template that leaves less has no place for them."""
BACKDROP = 0.4
"""A picture of a template that takes this share of the slide is behind the clips, not in their way."""
EMU_PER_PT = 12_700


def write(deck: Deck, path: Path, wishes: Wishes) -> list[str]:
    """Write a deck as .pptx.

    Raises
    ------
    InputError
        The template cannot be used, or a clip lacks what is to be shown.
    """
    if wishes.template is None:
        base = own_base(colours(deck), wishes.aspect)
    else:
        base = school_base(wishes.template)
    chosen = [[_file(clip, wishes) for clip in slide.clips] for slide in deck.slides]
    room = _room(base, wishes)
    videos = {
        row.sha256: clip
        for slide, rows in zip(deck.slides, chosen, strict=True)
        for clip, row in zip(slide.clips, rows, strict=True)
        if row.format != "gif"
    }
    media = Media(base.presentation.part.package, videos)
    if deck.title.strip():
        _titled(base.presentation, base.title, deck.title, deck.lang)
    for slide, rows in zip(deck.slides, chosen, strict=True):
        page = _titled(base.presentation, base.slide, slide.title, slide.lang)
        _fill(page, slide, rows, room, media, wishes)
    describe(
        base.presentation,
        clean(deck.title) or clean(deck.slides[0].title),
        LANGUAGES.get(deck.lang, deck.lang),
    )
    save(base.presentation, path, media.files)
    return list(_unlike(base.presentation, chosen, wishes))


def _file(clip: Clip, wishes: Wishes) -> Artifact:
    """What is shown of a clip; a video in another format than was asked for, rather than none."""
    return clip.need("gif") if wishes.media == "gif" else clip.need("mp4", "webm")


def _unlike(
    presentation: Presentation, chosen: Sequence[Sequence[Artifact]], wishes: Wishes
) -> Iterable[str]:
    """What is not as asked."""
    notes = presentation.notes_master
    width, height = _size(presentation)
    wanted = [int(side) for side in wishes.aspect.split(":")]
    if abs(width / height - wanted[0] / wanted[1]) > 0.01:
        size = " × ".join(f"{side / Inches(1):.4g}" for side in (width, height))
        yield f"slides are {size} in, as in the template {wishes.template}, and not {wishes.aspect}"
    if PP_PLACEHOLDER.BODY not in {place.placeholder_format.type for place in placeholders(notes)}:
        yield f"slides have no notes: the master of notes of the template {wishes.template} has no text"
    if wishes.media == "gif" and not (wishes.loop and wishes.autoplay):
        yield "a GIF begins by itself, and loops as it was rendered; take --media mp4 to choose"
    webm = {row.path.name for rows in chosen for row in rows if row.format == "webm"}
    if webm:
        yield (
            f"{', '.join(sorted(webm))}: PowerPoint may not play WebM; "
            "render with --format mp4, or take --media gif"
        )


def _size(presentation: Presentation) -> tuple[int, int]:
    size = presentation.element.find(qn("p:sldSz"))
    return int(size.get("cx")), int(size.get("cy"))


def _titled(presentation: Presentation, layout: SlideLayout, title: str, lang: str) -> Page:
    """Add a page with its title alone; a long one gets smaller, so that it stays within its box."""
    page: Page = presentation.slides.add_slide(layout)
    for place in list(page.placeholders):
        if place.placeholder_format.type not in TITLES:
            place._element.getparent().remove(place._element)
    shape: Any = page.shapes.title  # there is one: the layout has been chosen for it
    words = clean(title)
    box = _box(shape)
    largest = _title_pt(layout)
    size = None
    if box is not None:
        width, height = (box.width - Inches(0.25)) / EMU_PER_PT, (box.height - Inches(0.1)) / EMU_PER_PT
        fits = fitting(words, width, height, largest)
        size = fits if fits < largest else None
    say(shape.text_frame, [words], lang, size)
    return page


def _title_pt(layout: SlideLayout) -> float:
    """The size of titles on a layout (pt): its own, or else its master's."""
    pages = [layout.element, layout.slide_master.element]
    found = [
        place.get("sz")
        for page in pages
        for shape in page.iter(qn("p:sp"))
        if (kind := shape.find(f".//{qn('p:ph')}")) is not None and kind.get("type") in ("title", "ctrTitle")
        for place in shape.iterfind(f".//{qn('a:lstStyle')}/{qn('a:lvl1pPr')}/{qn('a:defRPr')}[@sz]")
    ]
    style = f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}/{qn('a:defRPr')}[@sz]"
    found += [place.get("sz") for place in pages[1].iterfind(style)]
    return int(found[0]) / 100 if found else 44.0


def _box(shape: BaseShape) -> Box | None:
    """Where a shape is, perhaps after its layout or master; none if nothing says it."""
    sides: list[int | None] = [shape.left, shape.top, shape.width, shape.height]
    known = [side for side in sides if side is not None]
    if len(known) < 4:
        return None
    left, top, width, height = known
    return Box(left=left, top=top, right=left + width, bottom=top + height)


def _room(base: Base, wishes: Wishes) -> Box:
    """What the layout leaves free for clips, away from its title, footers and pictures."""
    width, height = _size(base.presentation)
    margin = round(width * MARGIN)
    whole = Box(left=margin, top=margin, right=width - margin, bottom=height - margin // 2)
    layout = base.slide
    title = [place for place in placeholders(layout) if place.placeholder_format.type in TITLES]
    footers = [place for place in placeholders(layout) if place.placeholder_format.type in FOOTERS]
    fixed = [
        shape for page in (layout, layout.slide_master) for shape in page.shapes if not shape.is_placeholder
    ]
    ways = [box for shape in fixed if (box := _box(shape)) is not None]
    taken = [box for shape in (*title, *footers) if (box := _box(shape)) is not None]
    taken += [box for box in ways if box.area < BACKDROP * width * height]
    room = free(whole, [box.grown(GAP / 2) for box in taken])
    if room.area < LEAST_ROOM * width * height:
        raise InputError(
            f"the layout {layout.name} of the template {wishes.template} leaves no room for clips; "
            "make its title and pictures smaller"
        )
    return room


def _fill(
    page: Page, slide: Slide, rows: Sequence[Artifact], room: Box, media: Media, wishes: Wishes
) -> None:
    """Put on a page its clips, the caption below them, and the notes."""
    caption = clean(slide.caption)
    bottom = room.bottom - (CAPTION_HEIGHT if caption else 0)
    place = Box(left=room.left, top=room.top, right=room.right, bottom=bottom)
    boxes = side_by_side(place, [row.width / row.height for row in rows], GAP)
    shapes = [
        media.put(page, clip, row, box) for clip, row, box in zip(slide.clips, rows, boxes, strict=True)
    ]
    if caption:
        top = min(bottom, max(box.bottom for box in boxes) + GAP)
        below = Box(left=room.left, top=top, right=room.right, bottom=top + CAPTION_HEIGHT)
        _say_below(page, caption, slide.lang, below)
    movies = [
        Movie(shape=shape, seconds=row.duration_s)
        for shape, row in zip(shapes, rows, strict=True)
        if row.format != "gif"
    ]
    if movies:
        nodes = timing(movies, autoplay=wishes.autoplay, loop=wishes.loop)
        page.element.insert_element_before(nodes, "p:extLst")
    if slide.notes:
        frame = page.notes_slide.notes_text_frame
        if frame is not None:
            say(frame, slide.notes, slide.lang)


def _say_below(page: Page, caption: str, lang: str, box: Box) -> None:
    left, top, width, height = (Emu(round(side)) for side in (box.left, box.top, box.width, box.height))
    shape = page.shapes.add_textbox(left, top, width, height)
    shape.name = "Caption"
    frame = shape.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    inner = (width - 2 * frame.margin_left) / EMU_PER_PT, (height - 2 * frame.margin_top) / EMU_PER_PT
    say(frame, [caption], lang, fitting(caption, *inner, CAPTION_PT))
    frame.paragraphs[0].alignment = PP_ALIGN.CENTER
