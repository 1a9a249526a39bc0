"""Painting in cairo with as little Python a shape as can be: faces, lines, dots, arrows (no manim).

Colours are ``(r, g, b)`` in [0, 1], lengths are user units of the context. manim's pixel arrays hold RGBA
where cairo writes BGRA, so `source` swaps red and blue, as manim's own camera does.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import cairo
import numpy as np

from lranim.core.types import Array

Colour = tuple[float, float, float]

GHOST = 0.25
"""Opacity of what is hidden, of its opacity in sight."""


class Ink(NamedTuple):
    """What a mark is painted with: its colour, the colour of the rim that sets it off, its opacity."""

    colour: Colour
    rim: Colour
    alpha: float = 1.0


def rgb(code: str) -> Colour:
    """``#RRGGBB`` to a colour."""
    r, g, b = (int(code[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return r, g, b


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of `other` mixed into `one`."""
    r, g, b = ((1 - share) * p + share * q for p, q in zip(one, other, strict=True))
    return r, g, b


def ramp(stops: tuple[Colour, ...], at: Array) -> Array:
    """Colours ``(..., 3)`` at places in [0, 1] along evenly spaced stops."""
    places = np.linspace(0, 1, len(stops))
    return np.stack([np.interp(at, places, [stop[k] for stop in stops]) for k in range(3)], axis=-1)


def source(ctx: cairo.Context, colour: Colour, alpha: float = 1.0) -> None:
    """Paint with this colour from here on."""
    r, g, b = colour
    ctx.set_source_rgba(b, g, r, alpha)


def trace(ctx: cairo.Context, points: Array) -> None:
    """Add an open polyline ``(k, 2)`` to the path."""
    line_to = ctx.line_to
    ctx.new_sub_path()
    for x, y in points.tolist():
        line_to(x, y)


def faces(
    ctx: cairo.Context, xy: Array, colours: Array, flip: tuple[bool, bool], outline: Colour, width: float
) -> None:
    """Paint the faces of a height field, vertices ``(n + 1, m + 1, 2)`` on the screen, back to front.

    `flip` tells for each axis whether the viewer stands at its low end. Then, with the axes flipped so that
    both indices grow towards the viewer, painting by ascending i + j is exact for every azimuth: walk from
    a point of face (i, j) towards the viewer; over the ground of a regular grid neither index ever falls on
    that way, so whatever lies before the point belongs to the same face or to one with a larger i + j; and
    two faces with equal i + j never lie before one another. That last fact allows one outline a diagonal: a
    staircase along the far edges of its faces, over the faces behind it and under those before it.
    """
    turn = tuple(slice(None, None, -1 if back else 1) for back in flip)
    v, c = xy[turn], colours[turn]
    n, m = c.shape[:2]
    diagonal = np.add.outer(np.arange(n), np.arange(m)).ravel()
    order = np.argsort(diagonal, kind="stable")
    ends = np.searchsorted(diagonal[order], np.arange(1, n + m)).tolist()
    corners = np.concatenate([v[:-1, :-1], v[1:, :-1], v[1:, 1:], v[:-1, 1:]], axis=-1).reshape(-1, 8)
    everything = np.concatenate([corners, c[..., ::-1].reshape(-1, 3)], axis=-1)[order].tolist()
    stairs = np.concatenate([v[:-1, 1:], v[:-1, :-1], v[1:, :-1]], axis=-1).reshape(-1, 6)[order].tolist()
    move_to, line_to, fill, set_colour = ctx.move_to, ctx.line_to, ctx.fill, ctx.set_source_rgb
    ctx.set_line_width(width)
    ctx.set_line_join(cairo.LineJoin.BEVEL)
    start = 0
    for end in ends:
        # No antialiasing between faces: it would leave a seam of background along each edge, and costs twice.
        ctx.set_antialias(cairo.Antialias.NONE)
        for x1, y1, x2, y2, x3, y3, x4, y4, b, g, r in everything[start:end]:
            set_colour(b, g, r)
            move_to(x1, y1)
            line_to(x2, y2)
            line_to(x3, y3)
            line_to(x4, y4)
            fill()
        ctx.set_antialias(cairo.Antialias.FAST)
        source(ctx, outline)
        for x1, y1, x2, y2, x3, y3 in stairs[start:end]:
            line_to(x1, y1)
            line_to(x2, y2)
            line_to(x3, y3)
        ctx.stroke()
        start = end
    trace(ctx, np.concatenate([v[-1], v[-2::-1, -1]]))  # the near border, which nothing can hide
    ctx.stroke()
    ctx.set_antialias(cairo.Antialias.DEFAULT)


def line(ctx: cairo.Context, xy: Array, seen: Array, width: float, ink: Ink) -> None:
    """Paint a polyline ``(k, 2)``: a ghost all along, and over it what is in sight, by `seen` ``(k,)``."""
    if len(xy) < 2:
        return
    ctx.set_line_cap(cairo.LineCap.ROUND)
    ctx.set_line_join(cairo.LineJoin.ROUND)
    if seen.min() < 1:
        ctx.set_line_width(width * 0.8)
        source(ctx, ink.colour, GHOST * ink.alpha)
        trace(ctx, xy)
        ctx.stroke()
    # Runs of equal opacity are one stroke each: strokes that overlap would show at every vertex.
    shade = np.round(np.minimum(seen[1:], seen[:-1]) * 8).astype(int)
    cuts = [0, *(np.flatnonzero(np.diff(shade)) + 1).tolist(), len(shade)]
    runs = [(a, b, shade[a] / 8) for a, b in pairwise(cuts) if shade[a]]
    for colour, thick, strength in ((ink.rim, width * 1.9, 0.55), (ink.colour, width, 1.0)):
        ctx.set_line_width(thick)
        for a, b, share in runs:
            ctx.set_line_cap(cairo.LineCap.ROUND if share == 1 else cairo.LineCap.BUTT)
            source(ctx, colour, strength * share * ink.alpha)
            trace(ctx, xy[a : b + 1])
            ctx.stroke()


def dot(ctx: cairo.Context, xy: Array, seen: float, radius: float, ink: Ink) -> None:
    """Paint a dot with a thin rim; hidden, it is a ghost without a rim."""
    x, y = xy.tolist()
    if seen > 0:
        source(ctx, ink.rim, seen * ink.alpha)
        ctx.arc(x, y, radius * 1.28 + 0.01, 0, 2 * np.pi)
        ctx.fill()
    source(ctx, ink.colour, (GHOST + (1 - GHOST) * seen) * ink.alpha)
    ctx.arc(x, y, radius, 0, 2 * np.pi)
    ctx.fill()


def target(ctx: cairo.Context, xy: Array, seen: float, radius: float, ink: Ink) -> None:
    """Paint the mark of a minimum: a ring around a small dot."""
    x, y = xy.tolist()
    rim = 0.8 * seen, radius * 0.28
    body = GHOST + (1 - GHOST) * seen, 0.0
    for colour, (share, extra) in ((ink.rim, rim), (ink.colour, body)):
        source(ctx, colour, share * ink.alpha)
        ctx.set_line_width(radius * 0.34 + extra)
        ctx.arc(x, y, radius, 0, 2 * np.pi)
        ctx.stroke()
        ctx.arc(x, y, radius * 0.36 + extra / 2, 0, 2 * np.pi)
        ctx.fill()


def arrow(ctx: cairo.Context, xy: Array, seen: Array, width: float, ink: Ink) -> None:
    """Paint an arrow along a polyline ``(k, 2)``; short ones get a smaller head, and vanish in the end."""
    if len(xy) < 2:
        return
    along = np.append(0.0, np.cumsum(np.hypot(*np.diff(xy, axis=0).T)))
    head = min(4.2 * width, 0.6 * along[-1])
    if head < width / 4:
        return
    waist = along[-1] - head
    neck = np.array([np.interp(waist, along, xy[:, k]) for k in (0, 1)])
    kept = along < waist * 0.999
    shaft, shown = np.vstack([xy[kept], neck]), np.append(seen[kept], np.interp(waist, along, seen))
    line(ctx, shaft, shown, min(width, head / 2.5), ink)
    way = (xy[-1] - neck) / max(float(np.hypot(*(xy[-1] - neck))), 1e-9)
    side = np.array([-way[1], way[0]]) * head * 0.42
    back = neck - way * head * 0.08
    ctx.set_line_join(cairo.LineJoin.ROUND)
    ctx.set_line_width(width * 0.9)
    trace(ctx, np.array([xy[-1], back + side, back - side]))
    ctx.close_path()
    source(ctx, ink.rim, 0.55 * seen[-1] * ink.alpha)
    ctx.stroke_preserve()
    source(ctx, ink.colour, (GHOST + (1 - GHOST) * seen[-1]) * ink.alpha)
    ctx.fill()
