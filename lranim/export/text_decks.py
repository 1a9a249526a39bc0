"""Decks that are text: Markdown for Marp, Slidev and Quarto, LaTeX for beamer; clips lie beside them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PIL import Image

from lranim.errors import InputError
from lranim.export.colours import colours
from lranim.export.deck import LANG_TAGS, Deck, Wishes, caption_below, free_name, not_as_asked
from lranim.export.places import FILES, media_folder
from lranim.export.stills import ends_of, on_each_core
from lranim.export.template import TEX_SIGNS, environment
from lranim.video.clip import Clip

QUARTO_WIDTHS = {"16:9": 1280, "4:3": 960}
"""Width of a slide of 720 px by its aspect."""

SLIDEV_WIDTHS = {"16:9": 980, "4:3": 740}
"""Width of a slide by its aspect (px), so that its height is 551 or 555."""

TALLEST_PX = {"marp": 500, "quarto": 520, "slidev": 400}
"""Height of a clip on a slide, which is 720 px high but for Slidev."""

SLIDEV_ADDON = {
    "package.json": '{ "name": "slidev-addon-clips", "private": true }\n',
    "vite.config.mjs": (
        "// Of Slidev 52 itself one style comes out so that Vite 8 cannot shrink it: it stays as it is.\n"
        "export default { build: { cssMinify: false } };\n"
    ),
}
"""What makes a folder an add-on of Slidev, by file."""

BEAMER_COLUMNS = {1: ("1", "0.74"), 2: ("0.48", "0.6"), 3: ("0.32", "0.5"), 4: ("0.48", "0.31")}
"""Width of a clip as a share of the line, and its height as one of the page, by the number of clips."""


def marp(deck: Deck, path: Path, wishes: Wishes) -> list[str]:
    """Write a deck for Marp: ``marp deck.md`` makes HTML, PDF or PowerPoint of it."""
    return _write("marp.md.j2", deck, path, wishes, tallest=TALLEST_PX["marp"])


def quarto(deck: Deck, path: Path, wishes: Wishes) -> list[str]:
    """Write a deck for Quarto: ``quarto render deck.qmd`` makes one for the browser of it."""
    width = QUARTO_WIDTHS[wishes.aspect]
    return _write("quarto.qmd.j2", deck, path, wishes, tallest=TALLEST_PX["quarto"], width=width)


def slidev(deck: Deck, path: Path, wishes: Wishes) -> list[str]:
    """Write a deck for Slidev: ``slidev deck.md`` shows it, ``slidev build deck.md`` makes a page of it.

    The folder beside the file is an add-on with the deck's style.
    """
    folder = _folder_for("Slidev", path, path.stem, "#?%'")  # its Vite finds no others
    paint = colours(deck)
    more = {"width": SLIDEV_WIDTHS[wishes.aspect], "scheme": paint.scheme, "folder": f"{folder.name}/{FILES}"}
    lines = _write("slidev.md.j2", deck, path, wishes, **more)
    style = environment().get_template("slidev.css.j2").render(colours=paint, tallest=TALLEST_PX["slidev"])
    for name, text in {"style.css": style, **SLIDEV_ADDON}.items():
        (folder / FILES / name).write_text(text, encoding="utf-8", newline="\n")
    return lines


def beamer(deck: Deck, path: Path, wishes: Wishes) -> list[str]:
    """Write a deck for beamer: ``xelatex deck.tex`` makes a PDF whose stills print and open their clips.

    Whether a clip loops or begins by itself is up to the player that a click opens.
    """
    folder = _folder_for("LaTeX", path, media_folder(path).name, '\\{}"%#~')
    chinese = any(slide.lang == "zh" for slide in deck.slides)
    return _write(
        "beamer.tex.j2",
        deck,
        path,
        wishes,
        columns=BEAMER_COLUMNS,
        folder=f"{folder.name}/{FILES}",
        chinese=chinese,
    )


def _folder_for(program: str, path: Path, name: str, strange: str) -> Path:
    """The folder beside a deck, unless the program finds no files in one of such a name."""
    if found := sorted(set(name) & set(strange)):
        raise InputError(f"{program} finds no files whose path has {found[0]}; name another file with -o")
    return media_folder(path)


def _write(template: str, deck: Deck, path: Path, wishes: Wishes, **more: Any) -> list[str]:
    """Write a deck's text, and the folder of its clips; what is not as asked."""
    files = _put_beside(deck, path, wishes)
    slides = [
        {
            "title": slide.title,
            "lang": LANG_TAGS.get(slide.lang, slide.lang),
            "caption": slide.caption,
            "notes": slide.notes,
            "clips": [
                {"files": files[clip.sidecar], "below": caption_below(slide, clip)} for clip in slide.clips
            ],
        }
        for slide in deck.slides
    ]
    made = environment(html=False, **TEX_SIGNS) if path.suffix == ".tex" else environment()
    text = made.get_template(template).render(
        deck=deck,
        title=deck.heading,
        lang=LANG_TAGS.get(deck.lang, deck.lang),
        colours=colours(deck),
        wishes=wishes,
        slides=slides,
        **more,
    )
    path.write_text(text, encoding="utf-8", newline="\n")
    return not_as_asked(deck, wishes)


def _put_beside(deck: Deck, path: Path, wishes: Wishes) -> dict[Path, dict[str, Any]]:
    """Fill the folder beside a deck's file; its clips, as templates take them, by the path of their JSON.

    Raises
    ------
    InputError
        A clip has nothing that moves.
    """
    folder = media_folder(path) / FILES
    folder.mkdir(parents=True)
    ground = colours(deck).background
    names: set[str] = set()
    stems = {clip.sidecar: free_name(clip.name, names) for clip in deck.clips}
    put = on_each_core(lambda clip: _put(clip, folder, stems[clip.sidecar], wishes, ground), deck.clips)
    return dict(zip(stems, put, strict=True))


def _put(clip: Clip, folder: Path, stem: str, wishes: Wishes, ground: str) -> dict[str, Any]:
    """Put a clip there: what moves, its first frame, its last one, which tells most on paper; captions."""
    row = wishes.moving(clip)
    moving, poster, still = f"{stem}{row.path.suffix}", f"{stem}.first.jpg", f"{stem}.last.png"
    shutil.copyfile(row.path, folder / moving)
    first, last = ends_of(clip, ground)
    first.save(folder / poster, quality=90, optimize=True)
    last.quantize(256, dither=Image.Dither.NONE).save(folder / still, optimize=True)
    for captions in clip.captions:
        shutil.copyfile(captions.path, folder / f"{stem}.{captions.lang}.{captions.format}")
    place = f"{folder.parent.name}/{folder.name}"
    return {
        "folder": place,
        "moving": moving,
        "still": still,
        "urls": {
            kind: quote(f"{place}/{name}")
            for kind, name in (("moving", moving), ("poster", poster), ("still", still))
        },
        "is_video": row.is_video,
        "kind": row.kind,
        "width": row.width,
        "height": row.height,
        "alt": clip.alt,
        "lang": clip.lang,
    }
