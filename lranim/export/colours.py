"""The colours of a deck: those of its clips, so that a clip has no visible edge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from lranim.export.deck import Deck
from lranim.export.stills import first_frame
from lranim.look.theme import READABLE, THEMES, contrast, luminance
from lranim.look.themes import themes
from lranim.video.clip import Clip

PANEL = 0.05
"""How far a panel is from the background, as a share of the way to the text."""
MUTED = 0.7
"""The same for text of less weight, if that can still be read on the panel."""


@dataclass(frozen=True, kw_only=True)
class Colours:
    """What a deck is painted with, each as ``#RRGGBB``; all but the grounds can be read on both grounds."""

    background: str
    text: str
    muted: str
    panel: str
    accent: str

    @property
    def scheme(self) -> str:
        """``dark`` where the letters are lighter than their ground, or else ``light``."""
        return "dark" if luminance(self.background) < luminance(self.text) else "light"


def colours(deck: Deck) -> Colours:
    """Find the colours of a deck: of its theme by name, or else after the corner of its first clip."""
    theme = themes().get(deck.theme)
    if theme is not None:
        return Colours(
            background=theme.background,
            text=theme.text,
            muted=theme.muted,
            panel=theme.panel,
            accent=theme.cost,
        )
    return _after(_ground(deck.slides[0].clips[0]))


def _after(background: str) -> Colours:
    """Colours that go with a background.

    Examples
    --------
    >>> _after("#202830")
    Colours(...)
    """
    text = max(("#000000", "#FFFFFF"), key=lambda code: contrast(code, background))
    panel = _between(background, text, PANEL)
    muted = _between(background, text, MUTED)
    grounds = (background, panel)
    accents = [theme.cost for theme in THEMES.values()]
    accent = max(accents, key=lambda code: min(contrast(code, ground) for ground in grounds))

    def readable(code: str) -> str:
        return code if min(contrast(code, ground) for ground in grounds) >= READABLE else text

    return Colours(
        background=background, text=text, muted=readable(muted), panel=panel, accent=readable(accent)
    )


def _between(one: str, other: str, share: float) -> str:
    pairs = ((int(one[k : k + 2], 16), int(other[k : k + 2], 16)) for k in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _ground(clip: Clip) -> str:
    """The colour of a clip's corner; if one sees through it, black or white, as its letters ask for."""
    poster = clip.get("png")  # exact, while a video has lost a little
    if poster is None:
        picture = first_frame(clip)
    else:
        with Image.open(poster.path) as file:
            picture = file.convert("RGBA")
    corner = picture.crop((0, 0, 1, 1)).tobytes()
    if corner[3] == 255:
        return "#" + corner[:3].hex().upper()
    letters = Image.new("RGBA", picture.size, "#808080")
    letters.alpha_composite(picture)
    grey = np.asarray(letters.convert("L"))
    return "#000000" if int(grey.max()) - 128 > 128 - int(grey.min()) else "#FFFFFF"
