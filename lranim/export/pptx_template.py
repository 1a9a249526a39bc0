"""A school's own template: its masters, layouts, size, fonts and colours, without its slides."""

from __future__ import annotations

import zipfile
from pathlib import Path

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.opc.constants import CONTENT_TYPE as CT
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.oxml import serialize_part_xml
from pptx.opc.package import XmlPart
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import BaseOxmlElement
from pptx.package import Package
from pptx.parts.presentation import PresentationPart
from pptx.presentation import Presentation
from pptx.slide import SlideLayout

from lranim.errors import InputError
from lranim.export.pptx_base import Base, placeholders, tidy

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
