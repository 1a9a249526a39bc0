"""A handout to print: a page a clip, with the frames of its story."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from lranim.export.colours import colours
from lranim.export.deck import Deck, Slide, Wishes, clock
from lranim.export.stills import on_each_core, opaque, storyboard
from lranim.export.template import line
from lranim.look.fonts import check_fonts, font_files
from lranim.look.text import Beat
from lranim.look.theme import DEFAULT_THEME, THEMES
from lranim.video.clip import Clip

WIDEST_PX = 900
"""Width of a picture: 130 dots an inch where it takes a whole line, 270 where it takes half of one."""

QUALITY = 88
"""Of the pictures, as JPEG: Typst takes those as they are, and would store a PNG several times as large."""

TEMPLATE = Path(__file__).parent / "templates" / "handout.typ"

LONG_AGO = 0
"""When every handout was made, in seconds since 1970: the same clips give the same bytes."""

REGIONS = {"zh": "cn"}
"""Where a language's signs are drawn as here."""

FONTS = THEMES[DEFAULT_THEME].fonts


def write(deck: Deck, path: Path, wishes: Wishes) -> list[str]:
    """Write a handout, as tagged PDF that conforms to PDF/UA-1.

    Parameters
    ----------
    deck
        Of which each clip becomes a page.
    path
        The file.
    wishes
        None of them means anything on paper.

    Returns
    -------
    list of str
        The signs that no font here has, if there are any.
    """
    title = line(deck.heading)
    ground = colours(deck).background
    with TemporaryDirectory(dir=path.parent, prefix=".handout-") as name:
        folder = Path(name)
        places = [
            (slide, index, f"{number}-{index}")
            for number, slide in enumerate(deck.slides)
            for index in range(len(slide.clips))
        ]
        sheets = on_each_core(lambda place: _sheet(*place, folder, ground), places)
        data = {"title": title, **_tongue(deck.lang), "fonts": FONTS, "sheets": sheets}
        text = json.dumps(data, ensure_ascii=False)
        (folder / "handout.json").write_text(text, encoding="utf-8")
        source = folder / TEMPLATE.name
        source.write_bytes(TEMPLATE.read_bytes())
        missing = check_fonts(FONTS, text).missing
        # A sign that no font has is an empty box, which PDF/UA forbids.
        standards: list[Any] = [] if missing else ["ua-1"]
        typst.compile(
            source,
            output=path,
            root=folder,
            format="pdf",
            font_paths=_fonts(),
            pdf_standards=standards,
            timestamp=LONG_AGO,
        )
    if missing:
        return [f"no installed font has {' '.join(missing)}: the handout has empty boxes there"]
    return []


@cache
def _fonts() -> typst.Fonts:
    folders = sorted({str(file.parent) for file in font_files(FONTS)})
    return typst.Fonts(include_system_fonts=True, font_paths=folders)


def _tongue(lang: str) -> dict[str, str | None]:
    return {"lang": lang, "region": REGIONS.get(lang)}


def _sheet(slide: Slide, index: int, stem: str, folder: Path, ground: str) -> dict[str, Any]:
    clip = slide.clips[index]
    turn = f" ({index + 1}/{len(slide.clips)})" if len(slide.clips) > 1 else ""
    beats = clip.beats or (Beat(t=0.0, text=""),)
    times = [clock(beat.t) for beat in beats]
    frames = []
    for number, picture in enumerate(storyboard(clip)):
        file = f"{stem}-{number}.jpg"
        height = round(WIDEST_PX * picture.height / picture.width)
        small = opaque(picture, ground)
        if small.width > WIDEST_PX:
            small = small.resize((WIDEST_PX, height))
        small.save(folder / file, quality=QUALITY, optimize=True)
        words = line(beats[number].text)
        frames.append({"file": file, "time": times[number], "text": words, "alt": words or _alt(clip)})
    return {
        "title": f"{line(slide.title)}{turn}",
        "alt": line(clip.alt),
        **_tongue(clip.lang),
        "frames": frames,
        "notes": [line(words) for words in slide.given],
    }


def _alt(clip: Clip) -> str:
    return line(clip.alt) or clip.name
