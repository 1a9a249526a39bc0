"""A deck for the browser, with reveal.js: a folder, or one file with all of it inside; no net is needed."""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from lranim.export.colours import colours
from lranim.export.deck import Deck, Slide, Wishes, free_name, not_as_asked
from lranim.export.places import FILES
from lranim.export.stills import first_frame
from lranim.export.template import TEMPLATES, base64_of, data_url, environment, words
from lranim.video.clip import CaptionFile, Clip

SIZES = {"16:9": (1280, 720), "4:3": (960, 720)}
"""Width and height of a slide (CSS px) by its aspect."""

LONG = 70
"""Letters of a title from which on it is set smaller, so that the clip keeps its room."""

LANGUAGES = {"en": "English", "zh": "中文"}
"""What a language is called in a menu of captions; others go by their code."""

SAME_TIME = 0.1
"""How far apart two languages' beats may be, for the captions of one to fit the other's clip (s)."""

VENDORED = TEMPLATES.parent / "vendor" / "reveal"
STYLES = (VENDORED / "reset.css", VENDORED / "reveal.css", TEMPLATES / "reveal_deck.css")
SCRIPTS = (VENDORED / "reveal.js", VENDORED / "notes.js", TEMPLATES / "reveal_deck.js")
LICENSE = VENDORED / "LICENSE"

View = dict[str, Any]
"""A clip as the page shows it."""


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
    media = None if single else path / FILES / "media"
    if media:
        media.mkdir(parents=True)
    names: set[str] = set()
    views = {
        clip.sidecar: _view(clip, deck, wishes, free_name(clip.name, names), media) for clip in deck.clips
    }
    paint = colours(deck)
    width, height = SIZES[wishes.aspect]
    stream = (
        environment()
        .get_template("reveal.html.j2")
        .stream(
            deck=deck,
            title=deck.heading,
            slides=[_slide(slide, views, wishes) for slide in deck.slides],
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
            inside=views.values(),
            base64_of=lambda file: base64_of(file.read_bytes()),
            license=Markup(LICENSE.read_text(encoding="utf-8")),
            styles={style.name: Markup(style.read_text(encoding="utf-8")) for style in STYLES},
            scripts={script.name: _script(script) for script in SCRIPTS},
        )
    )
    stream.dump(str(path if single else path / "index.html"), encoding="utf-8")
    if media:
        assets = media.with_name("assets")
        assets.mkdir()
        for file in (*STYLES, *SCRIPTS):
            shutil.copyfile(file, assets / file.name)
        shutil.copyfile(LICENSE, assets / "LICENSE-reveal.js")
    lines = not_as_asked(deck, wishes)
    if wishes.steps and not all(view["moves"] for view in views.values()):
        lines.append("a GIF cannot wait at a beat: --steps means nothing for it")
    return lines


def _script(path: Path) -> Markup:
    r"""The text of a script as it may stand inside its tag.

    What would end the tag or begin a comment is written with ``\x3c``: it can only stand in strings,
    templates and regular expressions, which all read it as ``<``.
    """
    text = path.read_text(encoding="utf-8")
    for sign in ("</script", "<script", "<!--"):
        text = text.replace(sign, f"\\x3c{sign[1:]}")
    return Markup(text)


def _slide(slide: Slide, views: Mapping[Path, View], wishes: Wishes) -> dict[str, Any]:
    here = [views[clip.sidecar] for clip in slide.clips]
    stages = max((view["beats"] for view in here if view["moves"]), key=len, default=())
    return {
        "title": slide.title,
        "lang": slide.lang,
        "caption": slide.caption,
        "notes": slide.notes,
        "views": here,
        # Where a clip begins by itself, its first beat needs no click.
        "stages": [beat.text for beat in stages[1 if wishes.autoplay else 0 :]] if wishes.steps else [],
    }


def _view(clip: Clip, deck: Deck, wishes: Wishes, stem: str, media: Path | None) -> View:
    """A clip, with its files put into a folder or else to be written into the page."""
    row = wishes.moving(clip)
    name = f"{stem}{row.path.suffix}"
    if media:
        shutil.copyfile(row.path, media / name)
    return {
        "path": row.path,
        "file": f"{FILES}/media/{quote(name)}" if media else f"media/{quote(name)}",
        "kind": row.kind,
        "moves": row.is_video,
        "poster": _poster(clip, stem, media),
        "width": row.width,
        "height": row.height,
        "seconds": round(row.duration_s, 3),
        "alt": clip.alt,
        "lang": clip.lang,
        "beats": clip.beats,
        "times": " ".join(f"{beat.t:g}" for beat in clip.beats),
        "tracks": [_track(captions, stem, media) for captions in _captions(clip, deck)],
    }


def _poster(clip: Clip, stem: str, media: Path | None) -> str:
    """The first frame, as JPEG, or as PNG where one sees through it."""
    picture = first_frame(clip)
    clear = min(picture.getchannel("A").tobytes()) < 255
    form, suffix = ("png", "png") if clear else ("jpeg", "jpg")
    buffer = io.BytesIO()
    (picture if clear else picture.convert("RGB")).save(buffer, form, quality=90, optimize=True)
    if media is None:
        return data_url(buffer.getvalue(), f"image/{form}")
    (media / f"{stem}.{suffix}").write_bytes(buffer.getvalue())
    return f"{FILES}/media/{quote(f'{stem}.{suffix}')}"


def _captions(clip: Clip, deck: Deck) -> list[CaptionFile]:
    """Its captions, then those of the same clip in other languages if they fit it."""
    same = [
        other
        for other in deck.clips
        if (other.scene, other.params) == (clip.scene, clip.params) and _same_times(other, clip)
    ]
    found: dict[str, CaptionFile] = {}
    for captions in (row for one in (clip, *same) for row in one.captions if row.format == "vtt"):
        found.setdefault(captions.lang, captions)
    return list(found.values())


def _same_times(one: Clip, other: Clip) -> bool:
    return len(one.beats) == len(other.beats) and all(
        abs(a.t - b.t) <= SAME_TIME for a, b in zip(one.beats, other.beats, strict=True)
    )


def _track(captions: CaptionFile, stem: str, media: Path | None) -> dict[str, str]:
    # Browsers read no captions from file://, where each file counts as another site: the page has them.
    # They are beside the clip as well, for other players.
    if media:
        shutil.copyfile(captions.path, media / f"{stem}.{captions.lang}.vtt")
    label = LANGUAGES.get(captions.lang, captions.lang)
    return {"lang": captions.lang, "label": label, "url": data_url(captions.path.read_bytes(), "text/vtt")}
