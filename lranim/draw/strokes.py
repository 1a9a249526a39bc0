"""Lines and arrows of a scene's own in a 3-D picture: on the surface, on the contour plane or in space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cairo
import numpy as np

from lranim.core.types import Array
from lranim.draw import paint
from lranim.draw.paint import Colour, Ink
from lranim.draw.space import Box, HeightField
from lranim.draw.viewpoint import View


@dataclass(eq=False)
class Stroke:
    """A line or an arrow; `alpha` and `shown` may change with every frame.

    Parameters
    ----------
    points
        Data points ``(k, 2)``, which lie on the surface or on the plane, or world points ``(k, 3)``.
    colour
        Its colour.
    width
        In manim units.
    head
        Whether it is an arrow.
    dash
        Lengths of a line's dashes and gaps in turn, in manim units; none for a solid one.
    alpha
        Its opacity.
    shown
        The share of its length that is drawn, from its first point on.
    flat
        Whether data points lie on the plane.
    """

    points: Array
    colour: Colour
    width: float
    head: bool = False
    dash: Sequence[float] = ()
    alpha: float = 1.0
    shown: float = 1.0
    flat: bool = False

    def drawn(self) -> Array:
        """The points of the part that is shown."""
        if self.shown >= 1 or len(self.points) < 2:
            return self.points
        places = np.arange(len(self.points)) / (len(self.points) - 1)
        ends = np.append(places[places < self.shown], self.shown)
        return np.stack([np.interp(ends, places, column) for column in self.points.T], axis=-1)


def dropped(world: Array, box: Box, share: float) -> Array:
    """World points ``(..., 3)`` this share of their way down to the plane."""
    return world + share * (-box.gap - world[..., 2:]) * np.array([0.0, 0.0, 1.0])


def paint_strokes(
    ctx: cairo.Context,
    strokes: Sequence[Stroke],
    field: HeightField,
    view: View,
    rim: Colour,
    hidden: float,
    drop: float,
) -> None:
    """Paint strokes in their order over a surface; what it hides of those of data points is a ghost.

    Parameters
    ----------
    ctx
        The context.
    strokes
        What to paint; those with no opacity or no length are left out.
    field
        The surface.
    view
        Where it is seen from.
    rim
        The colour about each stroke that sets it off.
    hidden
        How much the surface hides: its opacity.
    drop
        How far what lies on the surface has come on its way down to the plane.
    """
    drawn = [stroke for stroke in strokes if stroke.alpha > 0 and stroke.shown > 0]
    worlds = [_place(stroke, field, drop) for stroke in drawn]
    # Asked for all at once, what hides them costs a quarter of the time.
    sight = field.visibility(np.concatenate(worlds), view) if hidden > 0 and drawn else np.ones(0)
    ends = np.cumsum([len(world) for world in worlds])
    for stroke, world, end in zip(drawn, worlds, ends, strict=True):
        seen = np.ones(len(world))
        if stroke.points.shape[1] == 2 and hidden > 0:
            seen = 1 - hidden * (1 - sight[end - len(world) : end])
        xy = view.project(world)[0]
        ink = Ink(stroke.colour, rim, stroke.alpha)
        if stroke.head:
            paint.arrow(ctx, xy, seen, stroke.width, ink)
        else:
            ctx.set_dash(list(stroke.dash))
            paint.line(ctx, xy, seen, stroke.width, ink)
            ctx.set_dash([])


def _place(stroke: Stroke, field: HeightField, drop: float) -> Array:
    """World points of the part of a stroke that is shown."""
    points = stroke.drawn()
    if points.shape[1] == 3:
        return points
    return dropped(field.lift(points), field.box, 1.0 if stroke.flat else drop)
