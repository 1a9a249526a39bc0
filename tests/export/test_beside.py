"""What lies beside a deck of text."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import numpy as np
from PIL import Image

from lranim.export.deck import Deck, Wishes, free_name
from lranim.export.stills import NEVER, stills
from lranim.export.text_decks import put_beside


def test_the_poster_is_the_first_frame_and_the_still_the_last(deck: Deck, tmp_path: Path) -> None:
    """The one as the video begins, the other as it ends; their addresses can be read by a browser."""
    put = put_beside(deck, tmp_path / "100% my deck.md", Wishes())
    assert len(put) == 3
    clips = {clip.sidecar: clip for slide in deck.slides for clip in slide.clips}
    for place, beside in put.items():
        ends = stills(clips[place].need("mp4").path, [0.0, NEVER])
        for name, end, other in ((beside.poster, *ends), (beside.still, *ends[::-1])):
            assert " " not in beside.url(name)
            with Image.open(tmp_path / unquote(beside.url(name))) as picture:
                there = np.asarray(picture.convert("RGB"), dtype=float)
            far, near = (np.abs(there - np.asarray(one.convert("RGB"))).mean() for one in (other, end))
            assert near < far / 2


def test_names_that_differ_in_capitals_alone() -> None:
    """They are one name for some systems."""
    taken: set[str] = set()
    assert [free_name(name, taken) for name in ("Slope", "slope", "SLOPE")] == ["Slope", "slope-2", "SLOPE-3"]
