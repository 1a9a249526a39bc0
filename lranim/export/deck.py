"""A deck as data: slides, each with one clip or with several beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lranim.catalogue.registry import name_of
from lranim.video.clip import MOVING, VIDEOS, Artifact, Clip

MOST_ON_A_SLIDE = 4
"""Clips beside each other that can still be followed."""

LANG_TAGS = {"zh": "zh-CN"}
"""Languages as pages name them, where that is not what the clips name them."""


@dataclass(frozen=True, kw_only=True)
class Slide:
    """A slide.

    Parameters
    ----------
    title
        Its heading.
    clips
        What it shows: from one to four clips, from left to right.
    caption
        One line below them.
    notes
        What the speaker may say, line by line.
    given
        Those of the notes that a lesson gave; the others are the stages of the story.
    """

    title: str
    clips: tuple[Clip, ...]
    caption: str
    notes: tuple[str, ...]
    given: tuple[str, ...] = ()

    @property
    def lang(self) -> str:
        """The language of its words."""
        return self.clips[0].lang


@dataclass(frozen=True, kw_only=True)
class Deck:
    """A whole deck: its title (perhaps empty), and at least one slide."""

    title: str
    slides: tuple[Slide, ...]

    @property
    def heading(self) -> str:
        """Its title, or else its first slide's."""
        return self.title or self.slides[0].title

    @property
    def clips(self) -> list[Clip]:
        """Its clips, each once."""
        return list({clip.sidecar: clip for slide in self.slides for clip in slide.clips}.values())

    @property
    def lang(self) -> str:
        """The language of its first slide."""
        return self.slides[0].lang

    @property
    def theme(self) -> str:
        """The theme of its first clip: slides take its colours, so that clips have no visible edge."""
        return self.slides[0].clips[0].theme


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What was asked of an export; a format takes what means something there.

    Parameters
    ----------
    aspect
        ``16:9`` or ``4:3``.
    media
        What moves: ``mp4`` or ``gif``.
    loop, autoplay
        Whether a clip begins again at its end, and begins by itself.
    steps
        Whether a click plays to the next stage of the story and waits there.
    template
        A file of the school's own to start from.
    """

    aspect: str = "16:9"
    media: str = "mp4"
    loop: bool = True
    autoplay: bool = True
    steps: bool = False
    template: Path | None = None

    def moving(self, clip: Clip) -> Artifact:
        """What is shown of a clip: in another format than was asked for, rather than nothing.

        Raises
        ------
        InputError
            Nothing of it moves.
        """
        return clip.need("gif", *VIDEOS) if self.media == "gif" else clip.need(*MOVING)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A clip with the words that a lesson gives it; empty ones are taken from the clip."""

    clip: Clip
    title: str = ""
    notes: str = ""
    group: str = ""
    """Clips of one group and language stand on one slide."""


def deck_of(parts: Iterable[Part], title: str, summaries: dict[str, str]) -> Deck:
    """Make a deck: a language after the other, each in the order of the parts.

    Parameters
    ----------
    parts
        At least one clip.
    title
        The deck's.
    summaries
        What each scene shows, for slides without a title, by language and scene (``"en slope"``).
    """
    slides: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        own = f"\0{len(slides)}"  # no group has such a name
        slides.setdefault((part.clip.lang, part.group or own), []).append(part)
    langs = list(dict.fromkeys(lang for lang, _ in slides))
    ordered = sorted(slides, key=lambda key: langs.index(key[0]))
    return Deck(title=title, slides=tuple(_slide(slides[key], summaries) for key in ordered))


def _slide(parts: Sequence[Part], summaries: dict[str, str]) -> Slide:
    first = parts[0]
    clips = tuple(part.clip for part in parts)
    titles = [part.title for part in parts if part.title]
    usual = summaries.get(f"{first.clip.lang} {first.clip.scene}") or name_of(first.clip.scene)
    title = titles[0] if titles else usual
    ends = dict.fromkeys(map(caption_of, clips))
    notes = dict.fromkeys(part.notes for part in parts if part.notes)
    given = tuple(line for words in notes for line in words.splitlines() if line.strip())
    lines = list(given)
    for clip in clips:
        if len(clips) > 1:
            lines.append(f"{clip.name}:")
        lines += [f"{clock(beat.t)}  {beat.text}" for beat in clip.beats]
    caption = next(iter(ends)) if len(ends) == 1 else ""
    return Slide(title=title, clips=clips, caption=caption, notes=tuple(lines), given=given)


def clock(seconds: float) -> str:
    """A time of a clip as minutes and seconds.

    Examples
    --------
    >>> clock(71.2)
    '1:11'
    """
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def caption_of(clip: Clip) -> str:
    """What a clip ends with, or else what happens in it."""
    return clip.beats[-1].text if clip.beats else clip.alt


def caption_below(slide: Slide, clip: Clip) -> str:
    """What stands below a clip that has others beside it: nothing where one line tells of all."""
    return "" if slide.caption or len(slide.clips) == 1 else caption_of(clip)


def not_as_asked(deck: Deck, wishes: Wishes) -> list[str]:
    """What of the wishes about files cannot be had, line by line."""
    shown = [wishes.moving(clip).is_video for clip in deck.clips]
    gifs = shown.count(False)
    wished, other, count = ("GIF", "video", sum(shown)) if wishes.media == "gif" else ("video", "GIF", gifs)
    lines = []
    if count == 1:
        lines.append(f"1 clip has no {wished}; its {other} is shown")
    elif count:
        lines.append(f"{count} clips have no {wished}; their {other}s are shown")
    if gifs and not (wishes.loop and wishes.autoplay):
        lines.append("a GIF plays by itself, and as often as it was made to, whatever was asked")
    return lines


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
