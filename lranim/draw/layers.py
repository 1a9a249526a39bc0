"""The layers of a 3-D picture, from back to front: contour plane, surface, and what lies on it (no manim)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import cairo
import numpy as np

from lranim.core.types import Array, Cost
from lranim.draw import paint
from lranim.draw.contours import below
from lranim.draw.paint import Colour, mix, rgb
from lranim.draw.space import Box, HeightField
from lranim.draw.viewpoint import View
from lranim.look.theme import Theme

LIGHT = np.array([-0.55, 0.6, 0.58])
"""Where the light comes from, in screen right, screen up, towards the viewer: it stays with the viewer."""


@dataclass(frozen=True, kw_only=True)
class SpaceStyle:
    """Colours and sizes (manim units) of a 3-D picture; `of` takes them from a theme."""

    background: Colour
    surface: tuple[Colour, ...]
    shade: Colour
    outline: Colour
    plane: tuple[Colour, Colour]
    contour: Colour
    frame: Colour
    point: Colour
    minimum: Colour
    arrow: Colour
    ambient: float
    path_width: float
    arrow_width: float
    dot: float
    target: float
    outline_width: float
    contour_width: float

    @classmethod
    def of(cls, theme: Theme, unit: float = 0.08) -> Self:
        """Surface in the blue of the cost curve, high ground lighter; the contour plane a weak echo of it.

        `unit` is what the theme's sizes are given in, in manim units.
        """
        ground, blue, white = rgb(theme.background), rgb(theme.cost), (1.0, 1.0, 1.0)
        text, dark = rgb(theme.text), sum(ground) < 1.5
        if theme.wire:
            surface = mix(blue, ground, 0.82), mix(blue, ground, 0.66), mix(blue, ground, 0.5)
            outline = mix(blue, ground, 0.45)
        elif dark:
            surface = mix(blue, ground, 0.66), mix(blue, ground, 0.3), mix(blue, white, 0.25)
            outline = mix(surface[0], ground, 0.45)
        else:
            surface = mix(blue, white, 0.38), mix(blue, white, 0.64), mix(blue, white, 0.86)
            outline = blue
        return cls(
            background=ground,
            surface=surface,
            shade=mix(ground, blue, 0.1) if dark else mix(blue, text, 0.35),
            outline=outline,
            plane=(mix(ground, blue, 0.24), mix(ground, blue, 0.06)),
            contour=mix(ground, blue, 0.62 if dark else 0.55),
            frame=rgb(theme.muted),
            point=rgb(theme.point) if dark else mix(rgb(theme.point), rgb(theme.point_text), 0.35),
            minimum=rgb(theme.minimum),
            arrow=rgb(theme.gradient),
            ambient=0.45 if dark else 0.55,
            path_width=theme.sizes.trail / 60,
            arrow_width=theme.sizes.arrow * unit * 0.116,
            dot=theme.sizes.dot * unit * 0.75,
            target=theme.sizes.dot * unit * 0.75,
            outline_width=unit * 0.1125,
            contour_width=unit * 0.2,
        )


class Trail:
    """A descent's points, sampled densely enough that lines between them follow the surface.

    Parameters
    ----------
    path
        Points ``(T + 1, 2)``, data units; may be empty. A step that leaves the box ends at its border, and
        nothing comes after it.
    box
        The world box.
    """

    def __init__(self, path: Array, box: Box) -> None:
        path = np.array(path, dtype=float).reshape(-1, 2)
        outside = ~box.contains(path)
        self.leaves = bool(outside.any())
        if self.leaves:
            k = int(np.argmax(outside))
            path = path[: k + 1]
            if k:
                path[k] = _border(path[k - 1], path[k], box)
            else:
                path = path[:0]
        self.path = path
        self.end = float(max(len(path) - 1, 0))
        """How far it can be followed, in steps."""
        length = np.hypot(*(np.diff(path, axis=0) * box.unit).T)
        counts = np.ceil(length / 0.03).astype(int) + 1  # two a face of 1/16
        self.steps = np.concatenate([*(k + np.arange(n) / n for k, n in enumerate(counts)), [self.end]])

    def at(self, steps: Array) -> Array:
        """Data points ``(k, 2)`` after so many steps each, fractions on the way between two points."""
        places = np.arange(len(self.path))
        return np.stack([np.interp(steps, places, self.path[:, k]) for k in (0, 1)], axis=-1)

    def until(self, progress: float) -> tuple[Array, Array]:
        """The line ``(k, 2)`` up to there, and the points left behind on the way ``(j, 2)``."""
        if not len(self.path):
            return np.empty((0, 2)), np.empty((0, 2))
        now = min(max(progress, 0.0), self.end)
        return self.at(np.append(self.steps[self.steps < now], now)), self.path[: int(np.ceil(now))]


def _border(inside: Array, outside: Array, box: Box) -> Array:
    """Where the straight way from one data point to another, however far, leaves the domain."""
    way = np.clip(np.nan_to_num(outside - inside, posinf=1e100, neginf=-1e100), -1e100, 1e100)
    low, high = np.array(box.domain).T
    room = np.divide(np.where(way > 0, high, low) - inside, way, out=np.full(2, np.inf), where=way != 0)
    share = min(float(room.min()), 1.0)
    return np.asarray(np.clip(inside + share * way, low, high))


class Surface:
    """The shaded faces of a height field: colours and normals once, light and order with each view."""

    def __init__(self, field: HeightField, style: SpaceStyle) -> None:
        self.field, self.style = field, style
        z, v = field.z, field.vertices
        middle = (z[:-1, :-1] + z[1:, :-1] + z[1:, 1:] + z[:-1, 1:]) / 4
        self.colours = paint.ramp(style.surface, middle / field.box.height)
        normals = np.cross(v[1:, 1:] - v[:-1, :-1], v[:-1, 1:] - v[1:, :-1])
        self.normals = normals / np.linalg.norm(normals, axis=-1, keepdims=True)

    def paint(self, ctx: cairo.Context, view: View) -> None:
        """Paint all faces, back to front."""
        axes = view.axes
        light = LIGHT @ axes / np.linalg.norm(LIGHT)
        # Seen from its underside, a face shows the other side of its normal, and lies in its own shade.
        lit = self.normals @ light * np.where(self.normals @ axes[2] < 0, -0.6, 1.0)
        share = self.style.ambient + (1 - self.style.ambient) * np.clip(lit, 0, 1)[..., None]
        # Shade is a deep blue, not black: multiplied, pale blue would turn into grey.
        colours = share * self.colours + (1 - share) * self.style.shade
        flip = bool(axes[2, 0] < 0), bool(axes[2, 1] < 0)
        xy, _ = view.project(self.field.vertices)
        paint.faces(ctx, xy, colours, flip, self.style.outline, self.style.outline_width)


class Plane:
    """The contour plane below the box, with its frame and the axis for the cost."""

    def __init__(self, cost: Cost, box: Box, style: SpaceStyle, levels: int) -> None:
        self.box, self.style = box, style
        self.levels = box.levels(levels)
        a, b = (np.linspace(*d, 81) for d in box.domain)
        values = cost.value(np.stack(np.meshgrid(a, b, indexing="ij"), axis=-1))
        values = np.where(np.isnan(values), np.inf, values)
        # From the highest level down, each region painted over the one that holds it.
        self.regions = [[box.plane(o) for o in below(values, a, b, level)] for level in self.levels[::-1]]
        (a0, a1), (b0, b1) = box.domain
        self.corners = box.plane(np.array([(a0, b0), (a1, b0), (a1, b1), (a0, b1), (a0, b0)]))

    def paint(self, ctx: cairo.Context, view: View, alpha: float) -> None:
        """Paint bands, contour lines and frame."""
        style = self.style
        ctx.set_line_join(cairo.LineJoin.ROUND)
        ctx.set_fill_rule(cairo.FillRule.EVEN_ODD)
        ctx.set_line_width(style.contour_width)
        frame = view.project(self.corners)[0]
        paint.trace(ctx, frame)
        paint.source(ctx, style.plane[1], alpha)
        ctx.fill()
        # The contour line covers the jagged edge of its region: half the time of antialiasing both.
        for k, outlines in enumerate(self.regions):
            for outline in outlines:
                paint.trace(ctx, view.project(outline)[0])
                ctx.close_path()
            paint.source(ctx, mix(style.plane[1], style.plane[0], (k + 1) / len(self.regions)), alpha)
            ctx.set_antialias(cairo.Antialias.NONE)
            ctx.fill_preserve()
            ctx.set_antialias(cairo.Antialias.FAST)
            paint.source(ctx, style.contour, alpha)
            ctx.stroke()
        ctx.set_antialias(cairo.Antialias.DEFAULT)
        ctx.set_fill_rule(cairo.FillRule.WINDING)
        ctx.set_line_width(0.02)
        paint.source(ctx, style.frame, alpha)
        paint.trace(ctx, frame)
        ctx.close_path()
        ctx.stroke()


def upright(view: View, box: Box) -> tuple[Array, float]:
    """Ground point ``(2,)`` of the leftmost corner on the screen, where the cost axis is, and its opacity.

    As the view turns, another corner becomes the leftmost one: the axis fades out before that and in after.
    """
    right = view.axes[0, :2]
    return -np.copysign(box.half, right), float(np.clip((np.abs(right).min() - 0.06) / 0.12, 0, 1))


def clearest(field: HeightField, points: Array, view: View, turn: float, azimuths: Sequence[float]) -> float:
    """Of these azimuths, the one from which points ``(k, 2)`` stay in sight in a turn by `turn` rad.

    Of azimuths that do equally well, the first one is taken.
    """
    world = field.lift(points[field.box.contains(points)])
    ways = np.linspace(0.0, turn, 5)
    seen = [
        np.mean([field.visibility(world, view.turned(azimuth - view.azimuth + way)).mean() for way in ways])
        for azimuth in azimuths
    ]
    return float(azimuths[int(np.argmax(np.round(seen, 2)))])
