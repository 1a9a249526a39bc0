"""Clips as a page in the browser shows them: their files, posters and captions, beside it or inside it."""

from __future__ import annotations

import base64
import io
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from lranim.export.beside import KINDS, free_name
from lranim.export.deck import Deck, Wishes
from lranim.export.places import FILES
from lranim.export.sidecar import VIDEOS, Beat, Captions, Shown
from lranim.export.stills import first_frame

LANGUAGES = {"en": "English", "zh": "中文"}
"""What a language is called in a menu of captions; others go by their code."""

SAME_TIME = 0.1
"""How far apart two languages' beats may be, for the captions of one to fit the other's clip (s)."""


@dataclass(frozen=True, kw_only=True)
class File:
    """A file of the page: where it lies, and how the page calls it (already quoted for a URL)."""

    path: Path
    name: str
    kind: str

    def base64(self) -> str:
        """What it holds, in letters that may stand in any page."""
        return base64.b64encode(self.path.read_bytes()).decode("ascii")


@dataclass(frozen=True, kw_only=True)
class Track:
    """A clip's captions in one language."""

    lang: str
    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class View:
    """A clip as the page shows it."""

    file: str
    moves: bool
    """Whether it is a video, rather than a GIF."""
    poster: str
    width: int
    height: int
    seconds: float
    alt: str
    lang: str
    beats: tuple[Beat, ...]
    times: str
    """When the beats begin (s)."""
    tracks: tuple[Track, ...]


class Page:
    """The files of a page: put beside it as they come, or kept until they are written into it."""

    def __init__(self, deck: Deck, folder: Path | None) -> None:
        self._folder = folder / FILES / "media" if folder is not None else None
        self._clips = {clip.sidecar: clip for slide in deck.slides for clip in slide.clips}
        self._names: set[str] = set()
        self.files: list[File] = []
        if self._folder is not None:
            self._folder.mkdir(parents=True)

    def views(self, wishes: Wishes) -> dict[Path, View]:
        """Each clip of the deck, by its JSON."""
        return {place: self._view(clip, wishes) for place, clip in self._clips.items()}

    def _view(self, clip: Shown, wishes: Wishes) -> View:
        row = clip.need("gif", *VIDEOS) if wishes.media == "gif" else clip.need(*VIDEOS, "gif")
        stem = free_name(clip.name, self._names)
        kind = KINDS[row.path.suffix]
        return View(
            file=self._add(row.path, f"{stem}{row.path.suffix}", kind),
            moves=row.format != "gif",
            poster=self._poster(clip, stem),
            width=row.width,
            height=row.height,
            seconds=round(row.duration_s, 3),
            alt=clip.alt,
            lang=clip.lang,
            beats=clip.beats,
            times=" ".join(f"{beat.t:g}" for beat in clip.beats),
            tracks=tuple(self._track(captions, stem) for captions in self._captions(clip)),
        )

    def _add(self, path: Path, name: str, kind: str) -> str:
        """Take a file in; how the page calls it."""
        if self._folder is None:
            self.files.append(File(path=path, name=f"media/{quote(name)}", kind=kind))
            return self.files[-1].name
        shutil.copyfile(path, self._folder / name)
        return f"{FILES}/media/{quote(name)}"

    def _poster(self, clip: Shown, stem: str) -> str:
        """The first frame, as JPEG, or as PNG where one sees through it."""
        picture = first_frame(clip)
        clear = min(picture.getchannel("A").tobytes()) < 255
        form, suffix = ("png", "png") if clear else ("jpeg", "jpg")
        buffer = io.BytesIO()
        (picture if clear else picture.convert("RGB")).save(buffer, form, quality=90, optimize=True)
        if self._folder is None:
            return _data(buffer.getvalue(), f"image/{form}")
        name = f"{stem}.{suffix}"
        (self._folder / name).write_bytes(buffer.getvalue())
        return f"{FILES}/media/{quote(name)}"

    def _captions(self, clip: Shown) -> list[Captions]:
        """Its captions, then those of the same clip in other languages if they fit it."""
        same = [
            other
            for other in self._clips.values()
            if (other.scene, other.params) == (clip.scene, clip.params) and _same_times(other, clip)
        ]
        found: dict[str, Captions] = {}
        for one in (clip, *same):
            for captions in one.captions:
                if captions.format == "vtt":
                    found.setdefault(captions.lang, captions)
        return list(found.values())

    def _track(self, captions: Captions, stem: str) -> Track:
        # Browsers read no captions from file://, where each file counts as another site: the page has them.
        # They are beside the clip as well, for other players.
        data = captions.path.read_bytes()
        if self._folder is not None:
            (self._folder / f"{stem}.{captions.lang}.vtt").write_bytes(data)
        lang = captions.lang
        return Track(lang=lang, label=LANGUAGES.get(lang, lang), url=_data(data, "text/vtt"))


def _data(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _same_times(one: Shown, other: Shown) -> bool:
    return len(one.beats) == len(other.beats) and all(
        abs(a.t - b.t) <= SAME_TIME for a, b in zip(one.beats, other.beats, strict=True)
    )
