"""The stages of a scene's story, as data: captions, notes and storyboards come from this one list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Beat:
    """One stage of the story: when it begins (s) and what it says."""

    t: float
    text: str
