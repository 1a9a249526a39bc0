"""What a deck of text has beside it: its clips, their first frames, stills to print and captions."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from PIL import Image

from lranim.export.colours import colours
from lranim.export.deck import Deck, Slide, Wishes
from lranim.export.places import FILES, media_folder
from lranim.export.sidecar import VIDEOS, Shown
from lranim.export.stills import on_each_core, stills

KINDS = {".mp4": "video/mp4", ".webm": "video/webm", ".gif": "image/gif"}

NEVER = 1e9
"""A time after every clip's end (s)."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A clip in the folder beside a deck.

    Parameters
    ----------
    folder
        The folder as a page beside its parent calls it.
    moving, poster, still
        Names in it: what moves, its first frame, and its last one, which tells most on paper.
    is_video
        Whether what moves is a video, rather than a GIF.
    width, height
        Of what moves (px).
    alt, lang, caption
        What happens in it, the language, and its last stage.
    """

    folder: str
    moving: str
    poster: str
    still: str
    is_video: bool
    width: int
    height: int
    alt: str
    lang: str
    caption: str

    @property
    def kind(self) -> str:
        """The MIME type of what moves."""
        return KINDS[Path(self.moving).suffix]

    def url(self, name: str) -> str:
        """A file of the folder as a page beside it calls it."""
        return quote(f"{self.folder}/{name}")


def put_beside(deck: Deck, path: Path, wishes: Wishes) -> dict[Path, Beside]:
    """Fill the folder beside a deck's file.

    Parameters
    ----------
    deck
        Whose clips it gets.
    path
        The deck's file.
    wishes
        Whether videos or GIFs are wanted.

    Returns
    -------
    dict
        The clips by the path of their JSON.

    Raises
    ------
    InputError
        A clip has nothing that moves.
    """
    folder = media_folder(path) / FILES
    folder.mkdir(parents=True)
    ground = colours(deck).background
    names: set[str] = set()
    clips = {clip.sidecar: clip for slide in deck.slides for clip in slide.clips}
    stems = {place: free_name(clip.name, names) for place, clip in clips.items()}
    put = on_each_core(lambda place: _put(clips[place], folder, stems[place], wishes, ground), clips)
    return dict(zip(clips, put, strict=True))


def moving_of(clip: Shown, wishes: Wishes) -> tuple[Path, bool, int, int]:
    """The file of a clip that moves, whether it is a video, and its size (px)."""
    row = clip.need("gif", *VIDEOS) if wishes.media == "gif" else clip.need(*VIDEOS, "gif")
    return row.path, row.format != "gif", row.width, row.height


def ends_of(clip: Shown, background: str) -> tuple[Image.Image, Image.Image]:
    """The first and the last frame of a clip, which nobody sees through."""
    first, last = stills(clip.need(*VIDEOS, "gif").path, [0.0, NEVER])
    return opaque(first, background), opaque(last, background)


def opaque(picture: Image.Image, background: str) -> Image.Image:
    """A picture on a colour ``#RRGGBB``."""
    ground = Image.new("RGBA", picture.size, background)
    ground.alpha_composite(picture)
    return ground.convert("RGB")


def free_name(name: str, taken: set[str]) -> str:
    """A stem of letters, digits and plain signs that no other one has, and take it.

    Examples
    --------
    >>> taken = {"slope"}
    >>> free_name("Slope", taken), free_name("学习率 #1", taken)
    ('Slope-2', '学习率-1')
    """
    plain = re.sub(r"[^\w.=+-]+", "-", name).strip(".-") or "clip"
    stem, count = plain, 1
    while stem.casefold() in taken:
        count += 1
        stem = f"{plain}-{count}"
    taken.add(stem.casefold())
    return stem


def _put(clip: Shown, folder: Path, stem: str, wishes: Wishes, ground: str) -> Beside:
    source, is_video, width, height = moving_of(clip, wishes)
    moving = f"{stem}{source.suffix}"
    shutil.copyfile(source, folder / moving)
    poster, still = f"{stem}.first.jpg", f"{stem}.last.png"
    first, last = ends_of(clip, ground)
    first.save(folder / poster, quality=90, optimize=True)
    last.quantize(256, dither=Image.Dither.NONE).save(folder / still, optimize=True)
    for captions in clip.captions:
        shutil.copyfile(captions.path, folder / f"{stem}.{captions.lang}.{captions.format}")
    return Beside(
        folder=f"{folder.parent.name}/{folder.name}",
        moving=moving,
        poster=poster,
        still=still,
        is_video=is_video,
        width=width,
        height=height,
        alt=clip.alt,
        lang=clip.lang,
        caption=caption_of(clip),
    )


def caption_of(clip: Shown) -> str:
    """What a clip ends with, or else what happens in it."""
    return clip.beats[-1].text if clip.beats else clip.alt


def caption_below(slide: Slide, clip: Shown) -> str:
    """What stands below a clip that has others beside it: nothing where one line tells of all."""
    return "" if slide.caption or len(slide.clips) == 1 else caption_of(clip)


def not_as_asked(clips: Sequence[Shown], wishes: Wishes) -> list[str]:
    """What of the wishes about files cannot be had, line by line."""
    videos = sum(moving_of(clip, wishes)[1] for clip in clips)
    gifs = len(clips) - videos
    lines = []
    if wishes.media == "gif" and videos:
        lines.append(_instead(videos, "GIF", "video"))
    if wishes.media != "gif" and gifs:
        lines.append(_instead(gifs, "video", "GIF"))
    if gifs and not (wishes.loop and wishes.autoplay):
        lines.append("a GIF plays by itself, and as often as it was made to, whatever was asked")
    return lines


def _instead(count: int, wished: str, shown: str) -> str:
    if count == 1:
        return f"1 clip has no {wished}; its {shown} is shown"
    return f"{count} clips have no {wished}; their {shown}s are shown"
