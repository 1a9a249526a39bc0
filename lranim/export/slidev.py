"""Markdown for Slidev: ``slidev deck.md`` shows it, ``slidev build deck.md`` makes a page of it."""

from __future__ import annotations

from pathlib import Path

from lranim.errors import InputError
from lranim.export.colours import colours
from lranim.export.deck import Deck, Wishes
from lranim.export.places import FILES, media_folder
from lranim.export.template import environment
from lranim.export.text_deck import write_text

WIDTHS = {"16:9": 980, "4:3": 740}
"""Width of a slide by its aspect (px), so that its height is 551 or 555."""

TALLEST_PX = 400
"""Height of a clip on such a slide."""

ADDON = {
    "package.json": '{ "name": "slidev-addon-clips", "private": true }\n',
    "vite.config.mjs": (
        "// Of Slidev 52 itself one style comes out so that Vite 8 cannot shrink it: it stays as it is.\n"
        "export default { build: { cssMinify: false } };\n"
    ),
}
"""What makes a folder an add-on of Slidev, by file."""


def write(deck: Deck, path: Path, wishes: Wishes) -> list[str]:
    """Write a deck for Slidev, which copies the clips that it names; see `lranim.export.formats.Write`.

    The aspect, what moves, looping and autoplay are as wished; the folder beside the file is an add-on with
    the deck's style.

    Raises
    ------
    InputError
        Vite, which builds for Slidev, finds no files in a folder of such a name.
    """
    strange = sorted(set(path.stem) & set("#?%'"))
    if strange:
        raise InputError(f"Slidev finds no files whose path has {strange[0]}; name another file with -o")
    paint = colours(deck)
    folder = media_folder(path)
    more = {"width": WIDTHS[wishes.aspect], "scheme": paint.scheme, "folder": f"{folder.name}/{FILES}"}
    lines = write_text("slidev.md.j2", deck, path, wishes, **more)
    # The folder is an add-on of the deck: Slidev takes its style and its settings for building.
    style = environment().get_template("slidev.css.j2").render(colours=paint, tallest=TALLEST_PX)
    for name, text in {"style.css": style, **ADDON}.items():
        (folder / FILES / name).write_text(text, encoding="utf-8", newline="\n")
    return lines
