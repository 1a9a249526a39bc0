"""A deck as data: slides, each with one clip or with several beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lranim.catalogue.registry import name_of
from lranim.export.sidecar import Shown

MOST_ON_A_SLIDE = 4
"""Clips beside each other that can still be followed."""


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
    clips: tuple[Shown, ...]
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


@dataclass(frozen=True, kw_only=True)
class Part:
    """A clip with the words that a lesson gives it; empty ones are taken from the clip."""

    clip: Shown
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
    ends = dict.fromkeys(clip.beats[-1].text if clip.beats else clip.alt for clip in clips)
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
