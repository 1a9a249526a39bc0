"""Code that embeds a clip in a page: HTML and Markdown, with the clip's alt text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from markupsafe import escape

from lranim.export.escape import line, markdown
from lranim.export.sidecar import VIDEOS, Shown


def snippets(clip: Shown, url: Callable[[Path], str]) -> Iterator[tuple[str, str]]:
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
