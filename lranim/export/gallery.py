"""A page of everything that was rendered into a folder, with the commands and the code to embed it."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import av
from markupsafe import Markup, escape

from lranim.catalogue import registry
from lranim.errors import InputError
from lranim.export.commands import command_of, own_options
from lranim.export.stills import first_frame
from lranim.export.template import (
    data_url,
    environment,
    language_of_most,
    line,
    markdown,
    page_style,
    source,
    words,
)
from lranim.look.text import find
from lranim.look.themes import themes
from lranim.options.fields import value_text
from lranim.version import __version__
from lranim.video.clip import VIDEOS, Clip, NotAClip, read_clip
from lranim.video.job import FORMATS

THUMBNAIL = 640
"""Width (px) of the picture of a clip that has no poster; it stands in the page itself."""

FACETS = ("scene", "lang", "theme")
"""What clips can be filtered by."""


def snippets(clip: Clip, url: Callable[[Path], str]) -> Iterator[tuple[str, str]]:
    """Each kind of code that embeds a clip, with its text, as far as the clip has files for it.

    Parameters
    ----------
    clip
        The clip.
    url
        How the page that it is embedded in calls a file of it: percent-encoded.
    """
    video, gif, png = (clip.get(*formats) for formats in (VIDEOS, ("gif",), ("png",)))
    alt = line(clip.alt)
    if video:
        poster = f' poster="{url(png.path)}"' if png else ""
        tracks = "".join(
            f'<track kind="captions" src="{url(row.path)}" srclang="{escape(row.lang)}">'
            for row in clip.captions
            if row.format == "vtt"
        )
        yield (
            "HTML video",
            f'<video src="{url(video.path)}"{poster} width="{video.width}" height="{video.height}" '
            f'controls muted loop playsinline preload="none" aria-label="{escape(alt)}">{tracks}</video>',
        )
    if picture := gif or png:
        yield "Markdown", f"![{markdown(alt)}]({url(picture.path)})"
    if gif:
        yield (
            "HTML GIF",
            f'<img src="{url(gif.path)}" width="{gif.width}" height="{gif.height}" '
            f'alt="{escape(alt)}" loading="lazy">',
        )


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is in a folder: its clips, by their paths, and a line for each that cannot be shown."""

    clips: tuple[Clip, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Page:
    """HTML that has its style and script inside, and a line for each clip that is not in it."""

    text: str
    left_out: tuple[str, ...]


def find_clips(folder: Path) -> Found:
    """Find the clips of a folder and of the folders in it; hidden ones are left alone.

    Raises
    ------
    InputError
        There is no such folder.
    """
    if not folder.is_dir():
        reason = "it is a file" if folder.exists() else "it is not there"
        raise InputError(
            f"the folder {folder} cannot be shown: {reason}; lranim render -o {folder} makes clips"
        )
    clips, left_out = [], []
    for path in sorted(_sidecars(folder)):
        try:
            clips.append(read_clip(path))
        except NotAClip as error:
            # With a clip's files beside it, it was the JSON of that clip; all others are of no interest.
            if any(path.with_suffix(f".{form}").exists() for form in FORMATS):
                left_out.append(str(error))
        except InputError as error:
            left_out.append(str(error))
    return Found(clips=tuple(clips), left_out=tuple(left_out))


def _sidecars(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if name.endswith(".json") and not name.startswith("."):
                yield Path(place, name)


def page(found: Found, folder: Path, target: Path, title: str) -> Page:
    """Make a page of clips, which it has beside it.

    Parameters
    ----------
    found
        The clips of `find_clips`; one without a poster that cannot be decoded is left out.
    folder
        The folder that they were found in.
    target
        Where the page will be: its links are relative to that.
    title
        Of the page; if empty, what such clips are called in the language of most of them.

    Raises
    ------
    InputError
        There is no clip to show.
    """
    # A link to a folder is followed before "..": the path from one real folder to the other is the right one.
    start = os.path.relpath(folder.resolve(), target.parent.resolve())
    cards, left_out = [], list(found.left_out)
    for clip in found.clips:
        try:
            cards.append(_card(clip, folder, start))
        except InputError as error:
            left_out.append(str(error))
    if not cards:
        why = f": {left_out[0]}" if left_out else f"; lranim render -o {folder} makes some"
        raise InputError(f"the folder {folder} has no clips that can be shown{why}")
    counts = {
        facet: sorted(Counter(getattr(card["clip"], facet) for card in cards).items()) for facet in FACETS
    }
    lang = language_of_most(card["clip"].lang for card in cards)
    own = words("gallery", lang)
    template = environment().get_template("gallery.html.j2")
    text = template.render(
        title=title or own["title"],
        lang=lang,
        words=own,
        cards=cards,
        counts=counts,
        generator=f"lranim gallery {__version__}",
        style=page_style(source("gallery.css")),
        script=Markup(source("gallery.js")),
    )
    # A file's name need not be text: what is not is shown as "?", while its URL has it byte by byte.
    return Page(text=text.encode("utf-8", "replace").decode("utf-8"), left_out=tuple(left_out))


def _card(clip: Clip, folder: Path, start: str) -> dict[str, Any]:
    """A clip as the page shows it; URLs are relative to the page."""

    def url(path: Path) -> str:
        whole = os.path.normpath(os.path.join(start, path.relative_to(folder)))
        return quote(os.fsencode(whole), safe="/=,")

    video, gif, png = (clip.get(*formats) for formats in (VIDEOS, ("gif",), ("png",)))
    shape = video or gif or png
    path = clip.sidecar.relative_to(folder).with_suffix("")
    return {
        "clip": clip,
        "title": _title(clip),
        "path": path.as_posix(),  # no other clip has the same
        "place": "" if path.parent == Path() else path.parent.as_posix(),
        "poster": url(png.path) if png else _thumbnail(clip),
        "width": shape.width if shape else 16,
        "height": shape.height if shape else 9,
        "seconds": _seconds(clip.moving.duration_s) if clip.moving else "",
        "background": themes()[clip.theme].background if clip.theme in themes() else "",
        "video": url(video.path) if video else "",
        "gif": url(gif.path) if gif else "",
        "options": {name: value_text(value) for name, value in own_options(clip).items()},
        "files": [
            *(
                {
                    "label": row.format.upper(),
                    "url": url(row.path),
                    "size": f"{row.width}×{row.height}",
                    "seconds": _seconds(row.duration_s),
                    "weight": weight(row.bytes),
                }
                for row in clip.artifacts
            ),
            *({"label": f"{row.format.upper()} ({row.lang})", "url": url(row.path)} for row in clip.captions),
        ],
        "command": command_of(clip),
        "snippets": dict(snippets(clip, url)),
    }


def _title(clip: Clip) -> str:
    known = registry.scenes()
    summary = known[clip.scene].summary if clip.scene in known else registry.name_of(clip.scene)
    return find(clip.lang, f"help.scene.{clip.scene}.summary", summary).rstrip(".。")


def _thumbnail(clip: Clip) -> str:
    """The first frame, for a clip without a poster."""
    if clip.moving is None:
        return ""
    try:
        picture = first_frame(clip)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise InputError(
            f"{clip.moving.path} cannot be decoded: {error}; render the clip again with --force"
        ) from error
    picture.thumbnail((THUMBNAIL, THUMBNAIL))
    buffer = io.BytesIO()
    picture.save(buffer, "webp", quality=80)
    return data_url(buffer.getvalue(), "image/webp")


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds else ""


def weight(size: int) -> str:
    """Write a file's size (bytes) in MB, or in kB when that would be nothing.

    Examples
    --------
    >>> weight(333175), weight(12_345_678), weight(999)
    ('0.33 MB', '12.3 MB', '1 kB')
    """
    if size < 10_000:
        return f"{max(round(size / 1e3), 1)} kB"
    return f"{size / 1e6:.2f} MB" if size < 9_995_000 else f"{size / 1e6:.1f} MB"
