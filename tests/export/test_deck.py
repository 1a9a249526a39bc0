"""Which clips stand on which slide, with which words."""

from __future__ import annotations

from lranim.export.deck import Part, deck_of, free_name
from lranim.video.clip import Clip


def test_one_language_after_the_other(clips: tuple[Clip, ...]) -> None:
    """Each in the order of its clips; groups are within a language."""
    oscillation, slope, zh_oscillation, zh_slope = clips
    parts = [Part(clip=clip, group="both") for clip in (slope, zh_slope, oscillation, zh_oscillation)]
    deck = deck_of(parts, "", {})
    assert [slide.clips for slide in deck.slides] == [(slope, oscillation), (zh_slope, zh_oscillation)]
    assert [slide.lang for slide in deck.slides] == ["en", "zh"]
    assert (deck.lang, deck.theme) == ("en", "light")


def test_words_that_a_lesson_gives_win(clips: tuple[Clip, ...]) -> None:
    """Without a title there is the scene's summary; the notes tell the story with its times."""
    clip = clips[1]
    named, plain = deck_of(
        [Part(clip=clip, title="Mine", notes="Say this.\n\nThen that."), Part(clip=clip)],
        "Deck",
        {"en slope": "The slope as the step"},
    ).slides
    assert (named.title, plain.title) == ("Mine", "The slope as the step")
    assert named.notes[:3] == ("Say this.", "Then that.", f"0:00  {clip.beats[0].text}")
    assert len(named.notes) == 2 + len(clip.beats)
    assert named.caption == clip.beats[-1].text


def test_clips_beside_each_other_tell_their_own_stories(clips: tuple[Clip, ...]) -> None:
    """One caption cannot be that of both; the notes name each clip."""
    (slide,) = deck_of([Part(clip=clip, group="g") for clip in clips[:2]], "", {}).slides
    assert slide.caption == ""
    assert [line for line in slide.notes if line.endswith(":")] == [f"{clip.name}:" for clip in clips[:2]]
    assert slide.title == "oscillation"


def test_names_that_differ_in_capitals_alone() -> None:
    """They are one name for some systems."""
    taken: set[str] = set()
    assert [free_name(name, taken) for name in ("Slope", "slope", "SLOPE")] == ["Slope", "slope-2", "SLOPE-3"]
