"""A clip on one page: a picture a beat, its time and its caption below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from lranim.draw.beats import Beat
from lranim.draw.raster import write_line
from lranim.look.theme import Theme

if TYPE_CHECKING:
    from lranim.render.renderer import Frame

GAP = 0.03
"""Space between pictures, as a share of their width."""


@dataclass(frozen=True)
class Still:
    """The picture that stands for a beat."""

    frame: Frame
    beat: Beat


def sheet(stills: list[Still], theme: Theme) -> Image.Image:
    """Lay the pictures out in rows of up to four, with as few gaps as can be."""
    columns = min((n for n in range(1, 5) if n * n >= len(stills) or n == 4), key=lambda n: -len(stills) % n)
    height, width = stills[0].frame.shape[:2]
    gap, foot = round(width * GAP), round(height * 0.1)
    rows = -(-len(stills) // columns)
    size = (columns * (width + gap) + gap, rows * (height + foot + gap) + gap)
    page = Image.new("RGB", size, theme.grid)
    for index, still in enumerate(stills):
        x = gap + index % columns * (width + gap)
        y = gap + index // columns * (height + foot + gap)
        picture = Image.fromarray(still.frame).convert("RGBA")
        page.paste(Image.new("RGB", (width, height), theme.background), (x, y))
        page.paste(picture, (x, y), picture)
        words = f"{still.beat.t:.1f} s   {still.beat.text}"
        write_line(page, words, theme, x, y + height + round(foot * 0.68), round(foot * 0.5), width)
    return page
