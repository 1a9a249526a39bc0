"""What a deck starts from: a master of lranim's own, in the colours of its clips."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.opc.constants import CONTENT_TYPE as CT
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.oxml import serialize_part_xml
from pptx.opc.package import XmlPart
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.oxml.xmlchemy import BaseOxmlElement, OxmlElement
from pptx.package import Package
from pptx.parts.presentation import PresentationPart
from pptx.presentation import Presentation
from pptx.slide import NotesMaster, SlideLayout, SlideMaster
from pptx.util import Emu, Inches, Pt

from lranim.errors import InputError
from lranim.export.colours import Colours

SIZES = {"16:9": (12_192_000, 6_858_000), "4:3": (9_144_000, 6_858_000)}
"""Width and height of a slide by its aspect (EMU), as PowerPoint has them."""

EAST_ASIAN = "Microsoft YaHei"
"""Comes with Office for Windows and for macOS; elsewhere the system's own stands in for it."""

TITLE_PT = 32
DECK_TITLE_PT = 48

DROPPED = (RT.PRINTER_SETTINGS, RT.THUMBNAIL, RT.EXTENDED_PROPERTIES)
"""What tells of another deck: how it was printed, a picture of it, the number of its words."""


@dataclass(frozen=True, kw_only=True)
class Base:
    """A presentation without slides, and the layouts for a slide and for the title."""

    presentation: Presentation
    slide: SlideLayout
    title: SlideLayout


def own_base(colours: Colours, aspect: str) -> Base:
    """Make a presentation in a deck's colours, 16:9 or 4:3 (`aspect`)."""
    presentation = pptx.Presentation()
    width, height = SIZES[aspect]
    size = presentation.element.find(qn("p:sldSz"))
    share = width / int(size.get("cx"))
    size.set("cx", str(width))
    size.set("cy", str(height))
    if aspect != "4:3":
        del size.attrib["type"]  # it says screen4x3, whatever the size
    master = presentation.slide_masters[0]
    for page in (master, *master.slide_layouts):
        _widen(page.element, share)
    _arrange(master, width, height)
    _paint(master, colours)
    names = {layout.name: layout for layout in master.slide_layouts}
    large = f'<a:lvl1pPr {nsdecls("a")}><a:defRPr sz="{Pt(DECK_TITLE_PT).centipoints}"/></a:lvl1pPr>'
    next(names["Title Slide"].element.iter(qn("a:lstStyle"))).insert(0, parse_xml(large))
    tidy(presentation)
    return Base(presentation=presentation, slide=names["Title Only"], title=names["Title Slide"])


def tidy(presentation: Presentation) -> None:
    """Leave out what tells of another deck, and put in the master of notes that Keynote asks for."""
    for owner in (presentation.part, presentation.part.package):
        for name, relation in list(owner._rels.items()):
            if relation.reltype in DROPPED:
                owner._rels.pop(name)
    root = presentation.element
    if root.find(qn("p:notesMasterIdLst")) is None:
        name = presentation.part.relate_to(presentation.part.notes_master_part, RT.NOTES_MASTER)
        listed = OxmlElement("p:notesMasterIdLst")
        entry = OxmlElement("p:notesMasterId")
        entry.set(qn("r:id"), name)
        listed.append(entry)
        root.find(qn("p:sldMasterIdLst")).addnext(listed)


def placeholders(page: SlideMaster | SlideLayout | NotesMaster) -> list[Any]:
    """The placeholders of a master or of a layout."""
    return list(iter(page.placeholders))


def _widen(page: BaseOxmlElement, share: float) -> None:
    for tag, name in (("a:off", "x"), ("a:ext", "cx")):
        for place in page.iter(qn(tag)):
            if place.get(name) is not None:  # an a:ext may be an extension, too
                place.set(name, str(round(int(place.get(name)) * share)))


def _arrange(master: SlideMaster, width: int, height: int) -> None:
    """A title at the top, the footers in a thin line at the bottom: all between is for clips."""
    margin = Inches(0.4)
    for place in placeholders(master):
        if place.placeholder_format.type == PP_PLACEHOLDER.TITLE:
            place.left, place.top = margin, Inches(0.2)
            place.width, place.height = Emu(width - 2 * margin), Inches(0.95)
        elif place.placeholder_format.type != PP_PLACEHOLDER.BODY:
            place.top, place.height = Emu(height - Inches(0.35)), Inches(0.3)
    style = master.element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}/{qn('a:defRPr')}")
    style.set("sz", str(Pt(TITLE_PT).centipoints))


def _paint(master: SlideMaster, colours: Colours) -> None:
    """Set the theme's colours, so that slides that are added later have them as well."""
    dark = colours.scheme == "dark"
    grounds, words = (colours.background, colours.panel), (colours.text, colours.muted)
    found = dict(zip(("dk1", "dk2"), grounds if dark else words, strict=True))
    found |= zip(("lt1", "lt2"), words if dark else grounds, strict=True)
    found |= dict.fromkeys(("accent1", "hlink", "folHlink"), colours.accent)
    part = master.part.part_related_by(RT.THEME)
    theme = parse_xml(part.blob)
    scheme = theme.find(f".//{qn('a:clrScheme')}")
    scheme.set("name", "lranim")
    for name, code in found.items():
        place = scheme.find(qn(f"a:{name}"))
        for old in list(place):
            place.remove(old)
        colour = OxmlElement("a:srgbClr")
        colour.set("val", code.removeprefix("#"))
        place.append(colour)
    for font in theme.iter(qn("a:ea")):
        if font.getparent().tag in (qn("a:majorFont"), qn("a:minorFont")):
            font.set("typeface", EAST_ASIAN)
    theme.set("name", "lranim")
    part.blob = serialize_part_xml(theme)
    if dark:
        mapped = master.element.find(qn("p:clrMap"))
        for name, source in (("bg1", "dk1"), ("tx1", "lt1"), ("bg2", "dk2"), ("tx2", "lt2")):
            mapped.set(name, source)


TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE)
FOOTERS = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How old Office files begin, and new ones with a password."""

MACROS = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"

SECTIONS = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
"""The extension that lists slides by section."""


def school_base(path: Path) -> Base:
    """Open a template, .pptx or .potx, and take its slides out.

    Raises
    ------
    InputError
        It cannot be read, or no layout of it has a title.
    """
    presentation = _open(path)
    _drop_slides(presentation)
    tidy(presentation)
    layouts = [layout for master in presentation.slide_masters for layout in master.slide_layouts]
    titled = [layout for layout in layouts if _has_title(layout)]
    if not titled:
        raise InputError(
            f"the template {path} has no layout with a title ({len(layouts)} layouts); "
            "add a layout Title Only to it, or leave --template out"
        )
    return Base(
        presentation=presentation,
        slide=min(titled, key=_unfit_for_clips),
        title=min(titled, key=_unfit_for_a_title),
    )


def _open(path: Path) -> Presentation:
    try:
        with path.open("rb") as file:
            if file.read(len(OLE)) == OLE:
                raise InputError(
                    f"the template {path} has a password or is an old .ppt; save it as .pptx without one"
                )
            file.seek(0)
            part = Package.open(file).main_document_part
            if not isinstance(part, PresentationPart):
                raise InputError(f"the template {path} is no presentation; give a .pptx or .potx")
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise InputError(f"the template {path} cannot be read: {reason}; give a .pptx or .potx") from error
    except (zipfile.BadZipFile, KeyError, ValueError, PythonPptxError, SyntaxError) as error:
        raise InputError(
            f"the template {path} is no presentation, or a damaged one; give a .pptx or .potx"
        ) from error
    part._content_type = CT.PML_PRESENTATION_MAIN  # a .potx is called a template, a .pptm has macros
    for name, relation in list(part._rels.items()):
        if relation.reltype == MACROS:
            part._rels.pop(name)
    presentation: Presentation = part.presentation
    return presentation


def _drop_slides(presentation: Presentation) -> None:
    """Take the slides out, and whatever refers to one of them, so that none is left in the file."""
    root = presentation.element
    for place in (
        *root.findall(qn("p:custShowLst")),
        *root.findall(f"{qn('p:extLst')}/{qn('p:ext')}[@uri='{SECTIONS}']"),
        *root.findall(f"{qn('p:sldIdLst')}/{qn('p:sldId')}"),
    ):
        place.getparent().remove(place)
    for master in presentation.slide_masters:
        for page in (master, *master.slide_layouts):
            _unlink(page.part, page.element)
    _unlink(presentation.part, root)
    _show_all(presentation)


def _unlink(part: XmlPart, root: BaseOxmlElement) -> None:
    for name, relation in list(part._rels.items()):
        if not relation.is_external and relation.reltype == RT.SLIDE:
            for place in root.xpath(f"//*[@*='{name}']"):
                if place.get(qn("r:id")) == name:  # the jump to a slide of a button on a layout
                    place.getparent().remove(place)
            part._rels.pop(name)


def _show_all(presentation: Presentation) -> None:
    """Forget which slides are to be shown: a range or a custom show of those that are gone."""
    for relation in presentation.part._rels.values():
        if relation.reltype == RT.PRES_PROPS:
            part = relation.target_part
            root = parse_xml(part.blob)
            for tag in ("p:sldRg", "p:custShow"):
                for place in list(root.iter(qn(tag))):
                    place.getparent().remove(place)
            part.blob = serialize_part_xml(root)


def _has_title(layout: SlideLayout) -> bool:
    return any(place.placeholder_format.type in TITLES for place in placeholders(layout))


def _unfit_for_clips(layout: SlideLayout) -> tuple[bool, bool, bool, int]:
    """The least is the best: Title Only by its type or name, else few things that are in the way."""
    kind = layout.element.get("type", "")
    others = [
        place for place in placeholders(layout) if place.placeholder_format.type not in (*TITLES, *FOOTERS)
    ]
    return (
        kind != "titleOnly",
        layout.name.strip().lower() != "title only",
        kind in ("title", "secHead"),
        len(others),
    )


def _unfit_for_a_title(layout: SlideLayout) -> tuple[bool, bool, tuple[bool, bool, bool, int]]:
    """The least is the best: Title Slide by its type or name, else the layout for clips."""
    return (
        layout.element.get("type", "") != "title",
        layout.name.strip().lower() != "title slide",
        _unfit_for_clips(layout),
    )
