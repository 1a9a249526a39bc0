"""A deck for the browser, with reveal.js: a folder, or one file with all of it inside; no net is needed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from lranim.export.beside import not_as_asked
from lranim.export.colours import colours
from lranim.export.deck import Deck, Slide, Wishes
from lranim.export.places import FILES
from lranim.export.sidecar import Beat
from lranim.export.template import TEMPLATES, environment, words
from lranim.export.views import Page, View

SIZES = {"16:9": (1280, 720), "4:3": (960, 720)}
"""Width and height of a slide (CSS px) by its aspect."""

LONG = 70
"""Letters of a title from which on it is set smaller, so that the clip keeps its room."""

VENDORED = TEMPLATES.parent / "vendor" / "reveal"
STYLES = (VENDORED / "reset.css", VENDORED / "reveal.css", TEMPLATES / "reveal_deck.css")
SCRIPTS = (VENDORED / "reveal.js", VENDORED / "notes.js", TEMPLATES / "reveal_deck.js")
LICENSE = VENDORED / "LICENSE"


def write(deck: Deck, path: Path, wishes: Wishes) -> list[str]:
    """Write a deck for the browser.

    Parameters
    ----------
    deck
        Of which each slide becomes one; its title, if it has one, comes before them.
    path
        A folder that is there, or a file that ends in ``.html`` and has everything inside.
    wishes
        All but the template mean something here. Where clips are gone through in steps they do not loop:
        they wait at each beat.

    Returns
    -------
    list of str
        What is not as asked.

    Raises
    ------
    InputError
        A clip has nothing that moves.
    """
    single = path.suffix.lower() == ".html"
    page = Page(deck, None if single else path)
    views = page.views(wishes)
    slides = [_slide(slide, views, wishes) for slide in deck.slides]
    paint = colours(deck)
    width, height = SIZES[wishes.aspect]
    text = environment().get_template("reveal.html.j2")
    stream = text.stream(
        deck=deck,
        title=deck.title or deck.slides[0].title,
        slides=slides,
        words=words("reveal", deck.lang),
        theirs=words("reveal_js", deck.lang),
        wishes=wishes,
        steps=wishes.steps,
        width=width,
        height=height,
        colours=paint,
        scheme=paint.scheme,
        single=single,
        FILES=FILES,
        LONG=LONG,
        files=page.files,
        license=Markup(LICENSE.read_text(encoding="utf-8")),
        styles={style.name: _inside(style, "style") for style in STYLES},
        scripts={script.name: _inside(script, "script") for script in SCRIPTS},
    )
    target = path if single else path / "index.html"
    stream.dump(str(target), encoding="utf-8")
    if not single:
        _copy((*STYLES, *SCRIPTS, LICENSE), path / FILES / "assets")
    clips = {clip.sidecar: clip for one in deck.slides for clip in one.clips}
    lines = not_as_asked(list(clips.values()), wishes)
    if wishes.steps and not all(view.moves for view in views.values()):
        lines.append("a GIF cannot wait at a beat: --steps means nothing for it")
    return lines


def _inside(path: Path, tag: str) -> Markup:
    r"""The text of a style or script as it may stand inside its tag.

    What would end the tag or begin a comment is written with ``\x3c`` in a script, where it can only stand
    in strings, templates and regular expressions, which all read it as ``<``; no style has such a thing.
    """
    text = path.read_text(encoding="utf-8")
    if tag == "script":
        for sign in ("</script", "<script", "<!--"):
            text = text.replace(sign, f"\\x3c{sign[1:]}")
    return Markup(text)


def _copy(files: Sequence[Path], folder: Path) -> None:
    folder.mkdir()
    for file in files:
        name = "LICENSE-reveal.js" if file == LICENSE else file.name
        shutil.copyfile(file, folder / name)


def _slide(slide: Slide, views: Mapping[Path, View], wishes: Wishes) -> dict[str, Any]:
    here = [views[clip.sidecar] for clip in slide.clips]
    stages: tuple[Beat, ...] = ()
    if wishes.steps:
        stages = max((view.beats for view in here if view.moves), key=len, default=())
    return {
        "title": slide.title,
        "lang": slide.lang,
        "caption": slide.caption,
        "notes": slide.notes,
        "views": here,
        # Where a clip begins by itself, its first beat needs no click.
        "stages": [beat.text for beat in stages[1 if wishes.autoplay else 0 :]],
    }
