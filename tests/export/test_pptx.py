"""Decks for PowerPoint: what is in the file, as PowerPoint reads it, and what others make of it."""

from __future__ import annotations

import io
import posixpath
import re
import shutil
import subprocess
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pptx
import pypdf
import pytest
from PIL import Image
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.util import Inches

from lranim.errors import InputError
from lranim.export.deck import Deck, Part, Slide, Wishes, deck_of
from lranim.export.pptx import write
from lranim.export.stills import first_frame
from lranim.look.theme import THEMES
from lranim.video.clip import Clip

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
P14 = "{http://schemas.microsoft.com/office/powerpoint/2010/main}"

ORDER = {
    f"{P}presentation": "sldMasterIdLst notesMasterIdLst handoutMasterIdLst sldIdLst sldSz notesSz "
    "embeddedFontLst custShowLst defaultTextStyle extLst",
    f"{P}sld": "cSld clrMapOvr transition timing extLst",
    f"{P}pic": "nvPicPr blipFill spPr style extLst",
    f"{P}nvPicPr": "cNvPr cNvPicPr nvPr",
    f"{P}nvPr": "ph videoFile extLst",
    f"{P}seq": "cTn prevCondLst nextCondLst",
    f"{P}cTn": "stCondLst endCondLst endSync iterate childTnLst subTnLst",
    f"{P}cMediaNode": "cTn tgtEl",
    f"{P}cBhvr": "cTn tgtEl attrNameLst",
    f"{A}rPr": "ln solidFill effectLst highlight latin ea cs sym hlinkClick",
}
"""The order of elements in ECMA-376's schemas (pml.xsd, dml-main.xsd), as far as decks have them."""


class Package:
    """A .pptx as its parts."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as file:
            self.infos = file.infolist()
            assert len(self.infos) == len(set(file.namelist()))
            self.parts = {info.filename: file.read(info) for info in self.infos}

    def xml(self, name: str) -> ElementTree.Element:
        """A part, parsed."""
        return ElementTree.fromstring(self.parts[name])

    def named(self, pattern: str) -> list[str]:
        """Parts by name, in the order of their numbers."""
        found = [name for name in self.parts if re.fullmatch(pattern, name)]
        return sorted(found, key=lambda name: (len(name), name))

    @property
    def slides(self) -> list[str]:
        """The names of the slides."""
        return self.named(r"ppt/slides/slide\d+\.xml")

    def targets(self, name: str) -> dict[str, tuple[str, str]]:
        """The relationships of a part: what kind, and to which part, by their ids."""
        folder, file = posixpath.split(name)
        rels = f"{folder}/_rels/{file}.rels".lstrip("/")
        if rels not in self.parts:
            return {}
        return {
            row.get("Id", ""): (
                row.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, row.get("Target", ""))).lstrip("/"),
            )
            for row in self.xml(rels)
        }


@pytest.fixture(scope="module")
def make(clips: tuple[Clip, ...], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write a deck of the test clips, or of slides that are given."""

    def made(deck: Deck, wishes: Wishes | None = None) -> Path:
        path = tmp_path_factory.mktemp("my 学习率's decks") / "deck.pptx"
        assert write(deck, path, wishes or Wishes()) == []
        assert list(path.parent.iterdir()) == [path]
        return path

    return made


AWKWARD = "</script><b>&amp; 学习率 🙂 $x_1$ 100% #1 \\end{document} `code` {{ x }} \x0b\x1b\ud83d ]]> \"'"


@pytest.fixture(scope="module")
def full(clips: tuple[Clip, ...]) -> Deck:
    """Two clips on a slide, then the second one again, then one in Chinese with awkward words."""
    oscillation, slope, zh, _ = clips
    parts = [
        Part(clip=oscillation, title="Beside each other", group="both", notes="Wait for the last step."),
        Part(clip=slope, group="both"),
        Part(clip=slope, title="The slope is the step", notes="One line.\nAnother line."),
        Part(clip=replace(zh, alt=AWKWARD), title=AWKWARD, notes=AWKWARD),
    ]
    return deck_of(parts, "Steps & slopes", {})


@pytest.fixture(scope="module")
def written(make: Callable[..., Path], full: Deck) -> Path:
    """That deck."""
    return make(full)


@pytest.fixture(scope="module")
def package(written: Path) -> Package:
    """Its parts."""
    return Package(written)


def check(package: Package) -> None:
    """What holds for each deck: nothing refers to what is not there, and nothing is left over."""
    reached, waiting = set(), [""]
    while waiting:
        for kind, target in package.targets(waiting.pop()).values():
            assert kind not in ("printerSettings", "thumbnail", "extended-properties")
            assert target in package.parts, target
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    rest = set(package.parts) - reached - {"[Content_Types].xml"}
    assert all(name.endswith(".rels") for name in rest), rest
    types = package.xml("[Content_Types].xml")
    known = {row.get("PartName", "").lstrip("/") for row in types} | {row.get("Extension") for row in types}
    assert all(name in known or name.rpartition(".")[2] in known for name in reached)
    for name in package.parts:
        if name.endswith(".xml"):
            check_part(package, name)


def check_part(package: Package, name: str) -> None:
    """Its elements stand in order, its ids are its own, and its relationships are all used and there."""
    root = package.xml(name)
    for element in root.iter():
        if element.tag in ORDER:
            names = [child.tag.rpartition("}")[2] for child in element]
            order = [word for word in ORDER[element.tag].split() if word in names]
            assert list(dict.fromkeys(names)) == order, (name, element.tag)
    for tag in ("cNvPr", "cTn"):
        ids = [element.get("id") for element in root.iter(f"{P}{tag}")]
        assert len(ids) == len(set(ids)), (name, tag)
    used = {value for element in root.iter() for key, value in element.attrib.items() if key.startswith(R)}
    assert used - {""} <= set(package.targets(name)), name


def test_a_package_that_is_whole(package: Package) -> None:
    """The slides are those of the deck; the presentation lists its masters, its slides and a size."""
    check(package)
    assert len(package.slides) == 4
    root = package.xml("ppt/presentation.xml")
    size = root.find(f"{P}sldSz")
    assert size is not None
    assert size.attrib == {"cx": "12192000", "cy": "6858000"}
    listed = root.findall(f"{P}notesMasterIdLst/{P}notesMasterId")
    targets = package.targets("ppt/presentation.xml")
    assert [targets[row.get(f"{R}id", "")][0] for row in listed] == ["notesMaster"]
    assert all(info.date_time == (1980, 1, 1, 0, 0, 0) for info in package.infos)


def test_each_video_is_there_once_with_its_first_frame(package: Package, clips: tuple[Clip, ...]) -> None:
    """Though one is on two slides; its bytes are those of the clip."""
    videos = package.named(r"ppt/media/.*\.mp4")
    rows = [clip.need("mp4") for clip in clips[:3]]
    assert [package.parts[name] for name in videos] == [row.path.read_bytes() for row in rows]
    assert b'Extension="mp4" ContentType="video/mp4"' in package.parts["[Content_Types].xml"]
    posters = package.named(r"ppt/media/.*\.png")
    for name, clip in zip(posters, clips[:3], strict=True):
        poster = Image.open(io.BytesIO(package.parts[name]))
        assert np.array_equal(np.asarray(poster), np.asarray(first_frame(clip).convert("RGB")))


def test_a_movie_as_powerpoint_has_it(package: Package, clips: tuple[Clip, ...]) -> None:
    """Its video by two relationships to one part, its poster, a name, words for who cannot see it."""
    name = package.slides[1]
    pictures = list(package.xml(name).iter(f"{P}pic"))
    assert len(pictures) == 2
    targets = package.targets(name)
    for picture, clip in zip(pictures, clips, strict=False):
        about, video = picture.find(f".//{P}cNvPr"), picture.find(f".//{A}videoFile")
        media, blip = picture.find(f".//{P14}media"), picture.find(f".//{A}blip")
        assert about is not None
        assert video is not None
        assert media is not None
        assert blip is not None
        assert (about.get("name"), about.get("descr")) == (clip.name, clip.alt)
        assert about[0].attrib == {f"{R}id": "", "action": "ppaction://media"}
        linked, embedded = targets[video.get(f"{R}link", "")], targets[media.get(f"{R}embed", "")]
        assert (linked[0], embedded[0], linked[1]) == ("video", "media", embedded[1])
        assert package.parts[linked[1]] == clip.need("mp4").path.read_bytes()
        assert targets[blip.get(f"{R}embed", "")][0] == "image"


def nodes(path: Path, slide: int) -> tuple[ElementTree.Element, list[str]]:
    """The time nodes of a slide, and the ids of its movies."""
    package = Package(path)
    root = package.xml(package.slides[slide])
    timing = root.find(f"{P}timing")
    assert timing is not None
    ids = [row.get("id", "") for row in root.findall(f".//{P}pic/{P}nvPicPr/{P}cNvPr")]
    assert {row.get("spid") for row in timing.iter(f"{P}spTgt")} == set(ids)
    return timing, ids


@pytest.mark.parametrize(("autoplay", "loop"), [(True, True), (False, False)])
def test_when_videos_play(make: Callable[..., Path], full: Deck, autoplay: bool, loop: bool) -> None:
    """All of a slide begin together, by themselves or on the next click; a click on one pauses it."""
    timing, ids = nodes(make(full, Wishes(autoplay=autoplay, loop=loop)), 1)
    assert [row.get("id") for row in timing.iter(f"{P}cTn")][:2] == ["1", "2"]
    main, *clicked = timing.iter(f"{P}seq")
    calls = list(main.iter(f"{P}cmd"))
    assert [row.get("cmd") for row in calls] == ["playFrom(0.0)"] * 2
    assert [row.get("spid") for call in calls for row in call.iter(f"{P}spTgt")] == ids
    effects = [row.get("nodeType") for row in main.iter(f"{P}cTn") if row.get("presetClass")]
    assert effects == ["afterEffect" if autoplay else "clickEffect", "withEffect"]
    begins = [row for row in main.iter(f"{P}cond") if row.get("evt") == "onBegin"]
    assert [row[0].get("val") for row in begins] == (["2"] if autoplay else [])
    repeats = [row[0].get("repeatCount") for row in timing.iter(f"{P}cMediaNode")]
    assert repeats == ["indefinite" if loop else None] * 2
    assert [row.get("cmd") for seq in clicked for row in seq.iter(f"{P}cmd")] == ["togglePause"] * 2
    lasts = [round(clip.need("mp4").duration_s * 1000) for clip in full.slides[0].clips]
    assert [int(row[0].get("dur", "")) for row in main.iter(f"{P}cBhvr")] == lasts


def test_what_python_pptx_reads(written: Path, full: Deck) -> None:
    """Titles, captions, notes and their languages; the title comes first in the order of reading."""
    deck = pptx.Presentation(str(written))
    assert deck.slides[0].shapes.title.text_frame.text == "Steps & slopes"
    for page, slide in zip(list(deck.slides)[1:], full.slides, strict=True):
        assert page.shapes[0].is_placeholder
        last = page.shapes[-1]
        assert (last.name == "Caption") == bool(slide.caption)
        assert len(page.shapes) == 1 + len(slide.clips) + bool(slide.caption)
        notes = page.notes_slide.notes_text_frame.text.splitlines()
        assert len(notes) == len(slide.notes)
        tags = {run.get("lang") for run in page.element.iter(f"{A}rPr")}
        tags |= {run.get("lang") for run in page.notes_slide.element.iter(f"{A}rPr") if run.get("lang")}
        assert tags == {"zh-CN" if slide.lang == "zh" else "en-US"}
    page = deck.slides[3]
    assert page.shapes.title.text_frame.text == " ".join(re.sub(r"[\x0b\x1b\ud83d]", " ", AWKWARD).split())
    about = deck.core_properties
    assert (about.title, about.language, about.author) == ("Steps & slopes", "en-US", "")
    assert (about.last_modified_by, about.comments, about.created) == ("lranim slides", "", None)


def test_the_same_deck_gives_the_same_bytes(
    make: Callable[..., Path], full: Deck, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in 1970, which no ZIP file can tell, and on another system, which they would."""
    monkeypatch.setattr(time, "time", lambda: 1e6)
    assert make(full).read_bytes() == written.read_bytes()
    with zipfile.ZipFile(written) as package:
        assert {member.create_system for member in package.infolist()} == {0}


def test_a_gif_is_a_picture(make: Callable[..., Path], full: Deck, clips: tuple[Clip, ...]) -> None:
    """Its bytes are unchanged, so that it moves; there is nothing to start."""
    package = Package(make(full, Wishes(media="gif")))
    check(package)
    gifs = [package.parts[name] for name in package.named(r"ppt/media/.*\.gif")]
    assert gifs == [clip.need("gif").path.read_bytes() for clip in clips[:3]]
    root = package.xml(package.slides[2])
    assert root.find(f"{P}timing") is None
    assert [row.get("descr") for row in root.findall(f".//{P}pic/{P}nvPicPr/{P}cNvPr")] == [clips[1].alt]
    assert not package.named(r"ppt/media/.*\.(mp4|png)")


def test_what_is_not_as_asked_is_said(full: Deck, clips: tuple[Clip, ...], tmp_path: Path) -> None:
    """A GIF cannot be told when to play; a WebM is better than nothing; a still is no clip."""
    lines = write(full, tmp_path / "a.pptx", Wishes(media="gif", loop=False))
    assert lines == ["a GIF begins by itself, and loops as it was rendered; take --media mp4 to choose"]
    row = clips[0].need("mp4")
    webm = replace(clips[0], artifacts=(replace(row, format="webm"),))
    deck = Deck(title="", slides=(Slide(title="x", clips=(webm,), caption="", notes=()),))
    (line,) = write(deck, tmp_path / "b.pptx", Wishes())
    assert "PowerPoint may not play WebM; render with --format mp4" in line
    png = replace(clips[0], artifacts=(clips[0].need("png"),))
    deck = replace(deck, slides=(replace(deck.slides[0], clips=(png,)),))
    with pytest.raises(InputError, match="has no mp4 or webm, only png; render it again with --format mp4"):
        write(deck, tmp_path / "c.pptx", Wishes())
    assert not (tmp_path / "c.pptx").exists()


LONG = "A title that somebody wrote without thinking of the back row, which wants to read it as well " * 3


@pytest.mark.parametrize("aspect", ["16:9", "4:3"])
def test_nothing_overlaps(make: Callable[..., Path], clips: tuple[Clip, ...], aspect: str) -> None:
    """Nor leaves the slide, with one clip to four; they keep their shape, and are as large as each other."""
    parts = [
        Part(clip=clips[index % 2], group=str(count), title=LONG if count % 2 else "Short")
        for count in (1, 2, 3, 4)
        for index in range(count)
    ]
    deck = pptx.Presentation(str(make(deck_of(parts, LONG, {}), Wishes(aspect=aspect))))
    width, height = deck.slide_width, deck.slide_height
    assert (width, height) == ((Inches(40 / 3) if aspect == "16:9" else Inches(10)), Inches(7.5))
    for count, page in enumerate(deck.slides):
        boxes = [(s.left, s.top, s.left + s.width, s.top + s.height) for s in page.shapes]
        for index, one in enumerate(boxes):
            assert 0 <= one[0] < one[2] <= width
            assert 0 <= one[1] < one[3] <= height
            for other in boxes[:index]:
                assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        sizes = [(s.width, s.height) for s in page.shapes if not s.has_text_frame]
        assert len(sizes) == count
        assert len(set(sizes)) == min(count, 1)
        for wide, high in sizes:
            assert wide / high == pytest.approx(240 / 136, rel=1e-3)
            assert count * wide * high > 0.28 * width * height


@pytest.mark.parametrize("theme", THEMES)
def test_the_colours_of_the_clips(make: Callable[..., Path], full: Deck, theme: str) -> None:
    """The master has the theme's background and text, and slides do not paint over it."""
    first = replace(full.slides[0].clips[0], theme=theme)
    deck = replace(full, slides=(replace(full.slides[0], clips=(first,)),))
    package = Package(make(deck))
    colours = {
        row.tag.rpartition("}")[2]: row[0].get("val") for row in package.xml("ppt/theme/theme1.xml")[0][0]
    }
    mapped = package.xml("ppt/slideMasters/slideMaster1.xml").find(f"{P}clrMap")
    assert mapped is not None
    found = [f"#{colours[mapped.get(name, '')]}" for name in ("bg1", "tx1", "bg2", "tx2")]
    own = THEMES[theme]
    assert found == [own.background, own.text, own.panel, own.muted]
    assert all(package.xml(name).find(f".//{P}bg") is None for name in package.slides)


@pytest.fixture
def school(tmp_path: Path) -> Any:
    """A template of a school: 4:3, slides with pictures, a section, a logo, a button on a layout."""
    deck = pptx.Presentation()
    for index in (0, 1, 6):
        page = deck.slides.add_slide(deck.slide_layouts[index])
        page.notes_slide.notes_text_frame.text = "old"
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    page.shapes.add_picture(picture, 0, 0)
    layout = deck.slide_layouts[5]
    layout.part.relate_to(page.part, RT.SLIDE)
    layout.name = "Nur Titel"
    deck.core_properties.author = "The secretary"
    sections = (
        '<p:extLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main">'
        '<p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"><x/></p:ext></p:extLst>'
    )
    deck.element.append(pptx.oxml.parse_xml(sections))
    relations = deck.part.package._rels
    name = next(name for name, row in relations.items() if row.reltype == RT.CORE_PROPERTIES)
    about = relations.pop(name).target_part
    # As LibreOffice has it.
    relations.get_or_add(RT.CORE_PROPERTIES.replace("package/2006", "officedocument/2006"), about)
    return deck


def saved(deck: Any, path: Path) -> Path:
    """The template in a file; one that ends in .potx says that it is one."""
    kind = "template" if path.suffix == ".potx" else "presentation"
    office = "application/vnd.openxmlformats-officedocument"
    deck.part._content_type = f"{office}.presentationml.{kind}.main+xml"
    deck.save(str(path))
    return path


@pytest.mark.parametrize("suffix", [".pptx", ".potx"])
def test_a_template(school: Any, full: Deck, tmp_path: Path, suffix: str) -> None:
    """Its masters, layouts, size and colours stay; its slides go, with all that belongs to them."""
    template = saved(school, tmp_path / f"our school's{suffix}")
    old = Package(template)
    lines = write(full, tmp_path / "deck.pptx", Wishes(template=template))
    assert lines == [f"slides are 10 × 7.5 in, as in the template {template}, and not 16:9"]
    package = Package(tmp_path / "deck.pptx")
    check(package)
    assert b"presentation.main+xml" in package.parts["[Content_Types].xml"]
    assert b"template.main+xml" not in package.parts["[Content_Types].xml"]
    for pattern in (r"ppt/theme/theme1\.xml", r"ppt/slideMasters/[^/]*\.xml", r"ppt/slideLayouts/[^/]*\.xml"):
        for name in old.named(pattern):
            assert package.parts[name] == old.parts[name], name
    assert len(package.slides) == 4
    assert not package.named(r"ppt/media/image.*")
    assert b"521415D9" not in package.parts["ppt/presentation.xml"]
    deck = pptx.Presentation(str(tmp_path / "deck.pptx"))
    assert [page.slide_layout.name for page in deck.slides] == ["Title Slide", *["Nur Titel"] * 3]
    assert [len(page.placeholders) for page in deck.slides] == [1] * 4
    assert (deck.slide_width, deck.core_properties.author) == (Inches(10), "")
    assert package.parts["_rels/.rels"].count(b"/core-properties") == 1
    assert all(page.notes_slide.notes_text_frame.text != "old" for page in list(deck.slides)[1:])


def test_clips_keep_away_from_a_logo_and_from_footers(school: Any, full: Deck, tmp_path: Path) -> None:
    """Of the master as of the layout; a picture behind everything is no hindrance."""
    logo = pptx.Presentation().slides.add_slide(school.slide_layouts[6]).shapes.add_textbox
    for left, top, width, height in ((0, 0, 10, 7.5), (8.5, 1.5, 1.5, 1)):
        shape = logo(Inches(left), Inches(top), Inches(width), Inches(height))
        school.slide_master.element.cSld.spTree.append(shape._element)
    template = saved(school, tmp_path / "school.pptx")
    write(full, tmp_path / "deck.pptx", Wishes(template=template, aspect="4:3"))
    for page in list(pptx.Presentation(str(tmp_path / "deck.pptx")).slides)[1:]:
        for shape in list(page.shapes)[1:]:
            assert shape.left + shape.width <= Inches(8.5) or shape.top >= Inches(2.5)
            assert shape.top + shape.height <= Inches(6.96)  # where the footers begin


def test_a_template_whose_notes_have_no_text(school: Any, full: Deck, tmp_path: Path) -> None:
    """It is said that there are none."""
    for place in list(school.notes_master.placeholders):
        place._element.getparent().remove(place._element)
    template = saved(school, tmp_path / "x.pptx")
    (line,) = write(full, tmp_path / "deck.pptx", Wishes(template=template, aspect="4:3"))
    assert line == f"slides have no notes: the master of notes of the template {template} has no text"
    check(Package(tmp_path / "deck.pptx"))


def without_titles(deck: Any) -> None:
    """Take the titles out of each layout."""
    for layout in deck.slide_layouts:
        for place in list(layout.placeholders):
            if place.placeholder_format.idx == 0:
                place._element.getparent().remove(place._element)


def test_a_layout_with_a_title_will_do(school: Any, full: Deck, tmp_path: Path) -> None:
    """If none is for a title only, another one's empty boxes are left out."""
    layouts = school.slide_layouts
    for layout in list(layouts):
        if layout.name == "Nur Titel":
            layouts.remove(layout)
    write(full, tmp_path / "deck.pptx", Wishes(template=saved(school, tmp_path / "x.pptx"), aspect="4:3"))
    deck = pptx.Presentation(str(tmp_path / "deck.pptx"))
    assert [place.placeholder_format.idx for page in deck.slides for place in page.placeholders] == [0] * 4


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: there is no such file; give a .pptx or .potx"),
        (b"no zip", "is no presentation, or a damaged one; give a .pptx or .potx"),
        (b"PK\x03\x04", "is no presentation, or a damaged one"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "has a password or is an old .ppt; save it as"),
        ("empty", "is no presentation, or a damaged one"),
        ("broken", "is no presentation, or a damaged one"),
        ("word", "is no presentation; give a .pptx or .potx"),
        ("bare", r"has no layout with a title \(11 layouts\); add a layout Title Only to it"),
        ("crowded", "leaves no room for clips; make its title and pictures smaller"),
    ],
)
def test_a_template_that_cannot_be_used(
    school: Any, full: Deck, tmp_path: Path, content: bytes | str | None, words: str
) -> None:
    """One line that says why, and nothing is written."""
    template = tmp_path / "a school.pptx"
    if isinstance(content, bytes):
        template.write_bytes(content)
    elif content == "empty":
        zipfile.ZipFile(template, "w").close()
    elif content is not None:
        {"bare": without_titles, "crowded": crowd}.get(content, lambda deck: None)(school)
        saved(school, template)
        edits = {
            "broken": ("ppt/presentation.xml", b"</p:presentation>", b""),
            "word": (
                "[Content_Types].xml",
                b"presentationml.presentation.main",
                b"wordprocessingml.document.main",
            ),
        }
        if content in edits:
            edit(template, *edits[content])
    with pytest.raises(InputError, match=words):
        write(full, tmp_path / "deck.pptx", Wishes(template=template))
    assert not (tmp_path / "deck.pptx").exists()


def crowd(deck: Any) -> None:
    """Make the title take nearly all."""
    for place in deck.slide_layouts[5].placeholders:
        if place.placeholder_format.idx == 0:
            place.left, place.top, place.width, place.height = 0, 0, Inches(10), Inches(7)


def edit(path: Path, name: str, old: bytes, new: bytes) -> None:
    """Replace bytes in a member of a ZIP file."""
    with zipfile.ZipFile(path) as file:
        members = {member: file.read(member) for member in file.namelist()}
    assert old in members[name]
    members[name] = members[name].replace(old, new)
    with zipfile.ZipFile(path, "w") as file:
        for member, content in members.items():
            file.writestr(member, content)


@pytest.fixture(scope="module")
def pages(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The deck as LibreOffice prints it."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("needs LibreOffice")
    folder = tmp_path_factory.mktemp("printed")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(written)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    yield folder / "deck.pdf"
    shutil.rmtree(folder / "profile")


def test_what_libreoffice_makes_of_it(pages: Path, full: Deck) -> None:
    """A page a slide, with its title, its caption and a poster for each clip."""
    printed = pypdf.PdfReader(pages).pages
    assert len(printed) == 1 + len(full.slides)
    for page, slide in zip(list(printed)[1:], full.slides, strict=True):
        text = "".join(page.extract_text().split())
        assert "".join(slide.title.split())[:10] in text
        assert "".join(slide.caption.split())[:20] in text
        # Pages share their pictures' list: on this one it has those of its own at least.
        sizes = [picture.image.size for picture in page.images if picture.image is not None]
        assert sizes.count((240, 136)) >= len(slide.clips)


def padded(clips: tuple[Clip, ...], folder: Path, count: int, size: int) -> Deck:
    """A deck of so many slides, with three videos of a size; what follows the last box is no frame."""
    row = clips[0].need("mp4")
    large = folder / "large.mp4"
    large.write_bytes(row.path.read_bytes() + bytes(size))
    rows = [replace(row, path=large, sha256=f"{index % 3}") for index in range(count)]
    parts = [Part(clip=replace(clips[0], artifacts=(row,)), title="A slide") for row in rows]
    return deck_of(parts, "Many", {})


def test_a_hundred_slides(clips: tuple[Clip, ...], tmp_path: Path) -> None:
    """In less than ten seconds of this process."""
    start = time.process_time()
    write(padded(clips, tmp_path, 100, 0), tmp_path / "deck.pptx", Wishes())
    assert time.process_time() - start < 10
    assert len(Package(tmp_path / "deck.pptx").slides) == 101


def test_videos_are_not_held_in_memory(clips: tuple[Clip, ...], tmp_path: Path) -> None:
    """Three of 30 MB are in the file, once each."""
    deck = padded(clips, tmp_path, 6, 30_000_000)
    tracemalloc.start()
    write(deck, tmp_path / "deck.pptx", Wishes())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000
    assert 90_000_000 < (tmp_path / "deck.pptx").stat().st_size < 95_000_000
