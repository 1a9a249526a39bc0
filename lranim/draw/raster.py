"""Text straight into an image, with the same outlines that scenes use."""

from __future__ import annotations

import cairo
import numpy as np
from PIL import Image

from lranim.draw.outlines import text_outlines
from lranim.look.fonts import font_of
from lranim.look.theme import Theme


def write_line(page: Image.Image, words: str, theme: Theme, x: int, y: int, em: int, room: int) -> None:
    """Write one line in the theme's font and text colour.

    Parameters
    ----------
    page
        The image, RGB; it is changed.
    words
        The line.
    theme
        Whose font and colour to use.
    x, y
        Left end of the baseline in px.
    em
        Size of the em in px; less if the line would be wider than `room`.
    room
        Widest the line may be, in px.
    """
    laid = text_outlines(words, font_of(theme.fonts))
    scale = min(float(em), room / max(laid.width, 1e-9))
    width, height = room, em * 2
    surface = cairo.ImageSurface(cairo.FORMAT_A8, width, height)
    ctx = cairo.Context(surface)
    for ink in laid.inks:
        at = None
        for p0, p1, p2, p3 in ink.curves * np.array([scale, -scale]) + np.array([0.0, em * 1.4]):
            if at is None or np.abs(at - p0).max() > 1e-6:
                ctx.move_to(*p0)
            ctx.curve_to(*p1, *p2, *p3)
            at = p3
    ctx.fill()
    rows = np.frombuffer(surface.get_data(), np.uint8).reshape(height, surface.get_stride())[:, :width]
    page.paste(theme.text, (x, round(y - em * 1.4)), Image.fromarray(rows.copy()))
