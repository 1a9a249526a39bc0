"""The captions of a clip, as SubRip and WebVTT files beside it, for players, screen readers and translators.

SubRip is written by the library srt, which manim brings along. What is needed of WebVTT is a first line and
two escapes; the packages for it are parsers of styles, regions and settings, and do not escape.
"""

from __future__ import annotations

import html
import itertools
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import srt

from lranim.look.text import Beat, columns, wrap
from lranim.video.job import Job

WIDTH = 42
"""Letters a line, a Chinese one counting as two: what players show and an eye takes in at once."""

GAP_S = 0.08
"""Pause between two captions (s), so that the eye notices the change."""


@dataclass(frozen=True, kw_only=True)
class Cue:
    """One caption: from when to when (s) it stands, and its lines."""

    start: float
    end: float
    lines: tuple[str, ...]


def cues(beats: Iterable[Beat], duration: float) -> list[Cue]:
    """Make a caption a beat: it stands until the next one, less a pause, and the last one to the end.

    Parameters
    ----------
    beats
        The stages of the story, in order. One without words, or with no time of its own, gets no caption.
    duration
        Length of the clip (s).

    Examples
    --------
    >>> for cue in cues([Beat(t=0.0, text="Here."), Beat(t=2.0, text="There.")], 5.0):
    ...     print(cue.start, cue.end, *cue.lines)
    0.0 1.92 Here.
    2.0 5.0 There.
    """
    beats = list(beats)
    made = []
    for beat, after in itertools.zip_longest(beats, beats[1:]):
        end = duration if after is None else after.t - min(GAP_S, (after.t - beat.t) / 2)
        start, end = round(beat.t, 3), round(min(end, duration), 3)
        words = " ".join(beat.text.split("\n")).strip()
        if words and start < end:
            made.append(Cue(start=start, end=end, lines=lines_of(words)))
    return made


def lines_of(words: str) -> tuple[str, ...]:
    """Break a caption into as few lines as fit `WIDTH`, as even as can be.

    Examples
    --------
    >>> lines_of("Every step is 1.5 long.")
    ('Every step is 1.5 long.',)
    >>> lines_of("The slope only says which way. Every step is 1.5 long.")
    ('The slope only says which way.', 'Every step is 1.5 long.')
    """
    lines = [words]
    for count in itertools.count(1):
        before, lines = lines, wrap(words, count, WIDTH, columns)
        if len(lines) < count:  # what is left cannot be broken
            return tuple(before)
        if max(columns(line) for line in lines) <= WIDTH:
            break
    return tuple(lines)


def subrip(cues: Sequence[Cue]) -> str:
    """Write captions as SubRip.

    Examples
    --------
    >>> print(subrip([Cue(start=0.0, end=1.5, lines=("Every step", "is 1.5 long."))]), end="")
    1
    00:00:00,000 --> 00:00:01,500
    Every step
    is 1.5 long.
    <BLANKLINE>

    References
    ----------
    The format of the program SubRip, as https://wiki.videolan.org/SubRip/ describes it.
    """
    rows = (
        srt.Subtitle(None, timedelta(seconds=cue.start), timedelta(seconds=cue.end), "\n".join(cue.lines))
        for cue in cues
    )
    return str(srt.compose(rows))


def webvtt(cues: Sequence[Cue]) -> str:
    """Write captions as WebVTT.

    Examples
    --------
    >>> print(webvtt([Cue(start=0.0, end=1.5, lines=("a < b",))]), end="")
    WEBVTT
    <BLANKLINE>
    00:00:00.000 --> 00:00:01.500
    a &lt; b

    References
    ----------
    W3C, WebVTT: The Web Video Text Tracks Format, https://www.w3.org/TR/webvtt1/.
    """
    blocks = ["WEBVTT\n"]
    for cue in cues:
        times = " --> ".join(_clock(seconds) for seconds in (cue.start, cue.end))
        words = html.escape("\n".join(cue.lines), quote=False)  # "-->" in a text is escaped by it too
        blocks.append(f"{times}\n{words}\n")
    return "\n".join(blocks)


def _clock(seconds: float) -> str:
    return srt.timedelta_to_srt_timestamp(timedelta(seconds=seconds)).replace(",", ".")


CAPTIONS: dict[str, Callable[[Sequence[Cue]], str]] = {"srt": subrip, "vtt": webvtt}
"""One row a format: key, and file suffix, to writer."""


def caption_names(job: Job) -> dict[str, str]:
    """Name the caption files of a job, by format; a job without video and GIF has none.

    The name ends in the language, by which players find it; one that says the language already is not made
    to say it twice.
    """
    if not set(job.formats) - {"png"}:
        return {}
    spoken = job.lang in job.name.split(".")[1:]
    stem = job.name if spoken else f"{job.name}.{job.lang}"
    return {form: f"{stem}.{form}" for form in CAPTIONS}


def files_of(job: Job) -> list[Path]:
    """Every file that a job publishes, in this order: clip, captions, and the sidecar that lists them."""
    clip = [f"{job.name}.{form}" for form in job.formats]
    return [job.out_dir / name for name in (*clip, *caption_names(job).values(), f"{job.name}.json")]


def clash(
    jobs: Iterable[Job], paths: Callable[[Job], Iterable[Path]] = files_of
) -> tuple[int, int, Path] | None:
    """Find two jobs that would write one file: their indices, and the file; None if there are none.

    Names that differ in capitals or in how accents are composed are one name to some file systems.
    """
    writers: dict[str, int] = {}
    for index, job in enumerate(jobs):
        for path in paths(job):
            before = writers.setdefault(unicodedata.normalize("NFC", str(path).casefold()), index)
            if before != index:
                return before, index, path
    return None
