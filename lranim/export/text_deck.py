"""What decks that are text have in common: their files, and slides as their templates take them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lranim.export.beside import Beside, caption_below, not_as_asked, put_beside
from lranim.export.colours import colours
from lranim.export.deck import Deck, Slide, Wishes
from lranim.export.template import TEX_SIGNS, environment

LANG_TAGS = {"zh": "zh-CN"}
"""Languages as pages name them, where that is not what the clips name them."""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A clip on its slide: its files, and what stands below it."""

    files: Beside
    below: str


def write_text(template: str, deck: Deck, path: Path, wishes: Wishes, **more: Any) -> list[str]:
    """Write a deck that is one file of text, and the folder of its clips beside it.

    Parameters
    ----------
    template
        The name of the template.
    deck, path, wishes
        As each format takes them.
    more
        What the template uses besides.

    Returns
    -------
    list of str
        What is not as asked.
    """
    files = put_beside(deck, path, wishes)
    values = {
        "deck": deck,
        "title": deck.title or deck.slides[0].title,
        "lang": LANG_TAGS.get(deck.lang, deck.lang),
        "colours": colours(deck),
        "wishes": wishes,
        "slides": [_slide(slide, files) for slide in deck.slides],
        **more,
    }
    made = environment(html=False, **TEX_SIGNS) if path.suffix == ".tex" else environment()
    text = made.get_template(template).render(values)
    path.write_text(text, encoding="utf-8", newline="\n")
    clips = {clip.sidecar: clip for slide in deck.slides for clip in slide.clips}
    return not_as_asked(list(clips.values()), wishes)


def _slide(slide: Slide, files: Mapping[Path, Beside]) -> dict[str, Any]:
    return {
        "title": slide.title,
        "lang": LANG_TAGS.get(slide.lang, slide.lang),
        "caption": slide.caption,
        "notes": slide.notes,
        "clips": [
            Placed(files=files[clip.sidecar], below=caption_below(slide, clip)) for clip in slide.clips
        ],
    }
