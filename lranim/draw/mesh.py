"""A cost of two variables as one mobject: surface, contour plane, path, shadow, dots and arrow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import cairo
import numpy as np
from manim.mobject.mobject import Mobject

from lranim.core.types import Array, Cost
from lranim.draw import paint
from lranim.draw.layers import Plane, SpaceStyle, Surface, Trail, upright
from lranim.draw.paint import Ink
from lranim.draw.space import Box, HeightField
from lranim.draw.strokes import Stroke, dropped, paint_strokes
from lranim.draw.viewpoint import View


class Painted(Mobject):
    """A mobject that paints itself in cairo, in manim units; `LessonCamera` shows it.

    Its `points` are the corners of what it covers: manim shows nothing without points, and layout asks them.
    """

    opacity: float = 1.0

    def paint(self, ctx: cairo.Context) -> None:
        """Paint at `opacity`, the whole as one sheet."""
        if self.opacity <= 0:
            return
        if self.opacity >= 1:
            self.paint_opaque(ctx)
            return
        ctx.push_group()
        self.paint_opaque(ctx)
        ctx.pop_group_to_source()
        ctx.paint_with_alpha(self.opacity)

    def paint_opaque(self, ctx: cairo.Context) -> None:
        """Paint, leaving `opacity` aside."""
        raise NotImplementedError

    def set_opacity(self, opacity: float) -> Self:
        """Set the opacity of the whole."""
        self.opacity = opacity
        return self

    def fade(self, darkness: float = 0.5, family: bool = True) -> Self:
        """Take `darkness` of the opacity away: what manim's FadeIn and FadeOut call."""
        return self.set_opacity(self.opacity * (1 - darkness))

    def interpolate_color(self, one: Any, other: Any, alpha: float) -> Self:
        """Set the opacity between that of two copies: what manim's animations call."""
        return self.set_opacity((1 - alpha) * one.opacity + alpha * other.opacity)


class Space(Painted):
    """A cost J(a, b) over its domain, and a descent on it, seen from `view`.

    All that moves is a plain attribute, read when the next frame is painted: `view`, `progress` (steps
    drawn, with fractions), `arrow` (a point and a step in data units, or None), `ticks`, `strokes` (lines
    and arrows of a scene's own), `drop` (how far all that lies on the surface has come down to the plane,
    from 0 to 1) and the opacities `surface_alpha`, `plane_alpha`, `path_alpha`, `point_alpha`,
    `minima_alpha`, `arrow_alpha`, `axes_alpha`.

    Parameters
    ----------
    cost
        A cost of two variables.
    view
        Where it is seen from, its scale and its place on the screen.
    style
        Colours and sizes.
    box
        The world box; by default the domain, heights in proportion to the cost.
    path
        Points of a descent ``(T + 1, 2)``, data units.
    faces
        Faces along the longer side.
    levels
        Number of contour lines.
    """

    def __init__(
        self,
        cost: Cost,
        view: View,
        style: SpaceStyle,
        *,
        box: Box | None = None,
        path: Array | None = None,
        faces: int = 32,
        levels: int = 9,
    ) -> None:
        self._view = view
        self.box = box or Box.around(cost)
        super().__init__()
        self.style = style
        self.field = HeightField.sample(cost.value, self.box, faces)
        self.surface = Surface(self.field, style)
        self.plane = Plane(cost, self.box, style, levels)
        self.set_path(np.empty((0, 2)) if path is None else path)
        minima = np.reshape(cost.minima, (-1, 2))
        self.minima = minima[self.box.contains(minima)]
        self.ticks: tuple[Sequence[float], Sequence[float], Sequence[float]] = ((), (), ())
        self.progress = 0.0
        self.arrow: tuple[Array, Array] | None = None
        self.strokes: list[Stroke] = []
        self.drop = 0.0
        self.surface_alpha = self.plane_alpha = self.axes_alpha = self.path_alpha = 1.0
        self.point_alpha = self.minima_alpha = self.arrow_alpha = 1.0

    @property
    def view(self) -> View:
        """Where it is seen from; set it to turn, zoom or move the whole."""
        return self._view

    @view.setter
    def view(self, view: View) -> None:
        self._view = view
        self.generate_points()

    def generate_points(self) -> Self:
        """Set `points` to the corners of the box and of the plane on the screen: manim's layout asks them."""
        sides = np.array([(sa, sb) for sa in (-1, 1) for sb in (-1, 1)]) * self.box.half
        corners = [(*side, z) for side in sides for z in (-self.box.gap, self.box.height)]
        self.points = np.pad(self.view.project(np.array(corners))[0], ((0, 0), (0, 1)))
        return self

    def set_path(self, x: Array) -> Self:
        """Take the points of a descent ``(T + 1, 2)``, data units, followed as far as the domain goes."""
        self.trail = Trail(x, self.box)
        return self

    def point_at(self, progress: float) -> Array:
        """Where the descent is after so many steps, data units ``(2,)``."""
        return self.trail.at(np.array([min(progress, self.trail.end)]))[0]

    def anchor(self, point: Array, *, plane: bool = False) -> Array:
        """Screen place ``(3,)`` of a data point ``(2,)`` on the surface, or of its shadow on the plane."""
        return self._screen(self.box.plane(point) if plane else self._lift(point))

    def edge_anchor(self, axis: int, value: float, pad: float = 0.14) -> tuple[Array, float]:
        """Where to put the label of `value` of variable 0 or 1, ``(3,)``, and its opacity.

        The axis is the near edge of the plane. As the view turns, another edge becomes the near one: labels
        fade out before that and in after, unless all has dropped to the plane, which is then a map that does
        not turn. `pad` is the distance from the edge, world units.
        """
        other = 1 - axis
        facing = float(self.view.axes[2, other]) / float(np.cos(self.view.elevation) + 1e-12)
        at = np.full(3, -self.box.gap)
        at[axis] = (value - np.mean(self.box.domain[axis])) * self.box.unit[axis]
        at[other] = np.copysign(self.box.half[other] + pad, facing)
        seen = max(float(np.clip((abs(facing) - 0.06) / 0.12, 0, 1)), self.drop)
        return self._screen(at), seen * self.axes_alpha

    def cost_anchor(self, cost: float, pad: float = 0.14) -> tuple[Array, float]:
        """Where to put the label of a cost, left of the upright axis, ``(3,)``, and its opacity.

        The axis goes with the surface.
        """
        corner, alpha = upright(self.view, self.box)
        place = self._screen(np.append(corner, self.box.z(cost)))
        return place - [pad * self.view.scale, 0, 0], alpha * self.axes_alpha * self.surface_alpha

    def _lift(self, points: Array) -> Array:
        """World points ``(..., 3)`` of data points that lie on the surface, or have dropped from it."""
        return dropped(self.field.lift(points), self.box, self.drop)

    def _screen(self, world: Array) -> Array:
        return np.append(self.view.project(world)[0], 0.0)

    def paint_opaque(self, ctx: cairo.Context) -> None:
        """Paint plane, shadow, surface, and over them what lies on the surface, ghosted where hidden."""
        line, passed = self.trail.until(self.progress)
        if self.plane_alpha > 0:
            self.plane.paint(ctx, self.view, self.plane_alpha)
        self._paint_axes(ctx)
        if self.plane_alpha > 0:
            self._paint_shadow(ctx, line, passed)
        if self.surface_alpha >= 1:
            self.surface.paint(ctx, self.view)
        elif self.surface_alpha > 0:
            ctx.push_group()
            self.surface.paint(ctx, self.view)
            ctx.pop_group_to_source()
            ctx.paint_with_alpha(self.surface_alpha)
        self._paint_overlay(ctx, line, passed)

    def _paint_axes(self, ctx: cairo.Context) -> None:
        """Ticks on the near edges of the plane, and the upright axis of the cost with its own."""
        pads = (0.0, 0.05)
        marks = [[self.edge_anchor(axis, v, p) for p in pads] for axis in (0, 1) for v in self.ticks[axis]]
        marks += [[self.cost_anchor(cost, p) for p in pads] for cost in self.ticks[2]]
        if self.ticks[2]:
            marks.append([self.cost_anchor(cost, 0.0) for cost in self.box.cost])
        ctx.set_line_width(0.02)
        for (here, alpha), (there, _) in marks:
            paint.source(ctx, self.style.frame, alpha)
            ctx.move_to(here[0], here[1])
            ctx.line_to(there[0], there[1])
            ctx.stroke()

    def _paint_shadow(self, ctx: cairo.Context, line: Array, passed: Array) -> None:
        """On the plane: the minima, the path, and a plumb line down from the current point."""
        style, rim, alpha = self.style, self.style.plane[1], self.plane_alpha
        for place in self._on_plane(self.minima):
            ink = Ink(style.minimum, rim, alpha * self.minima_alpha * (1 - self.drop))
            paint.target(ctx, place, 1.0, style.target * 0.6, ink)
        if not len(line):
            return
        ink = Ink(style.point, rim, 0.85 * alpha * self.path_alpha)
        xy = self._on_plane(line)
        paint.line(ctx, xy, np.ones(len(xy)), style.path_width * 0.6, ink)
        for place in self._on_plane(passed):
            paint.dot(ctx, place, 1.0, style.dot * 0.28, ink)
        ink = Ink(style.point, rim, alpha * self.point_alpha)
        ctx.set_line_width(0.022)
        ctx.set_dash([0.07, 0.06])
        paint.source(ctx, style.point, 0.7 * ink.alpha)
        paint.trace(ctx, np.array([xy[-1], self.anchor(line[-1])[:2]]))
        ctx.stroke()
        ctx.set_dash([])
        paint.dot(ctx, xy[-1], 1.0, style.dot * 0.6, ink)

    def _on_plane(self, points: Array) -> Array:
        return self.view.project(self.box.plane(points))[0]

    def _paint_overlay(self, ctx: cairo.Context, line: Array, passed: Array) -> None:
        """On the surface: minima, path, points passed, arrow, current point."""
        style, rim = self.style, self.style.background
        for place, seen in zip(*self._on_surface(self.minima), strict=True):
            paint.target(ctx, place, seen, style.target, Ink(style.minimum, rim, self.minima_alpha))
        paint_strokes(ctx, self.strokes, self.field, self.view, rim, self.surface_alpha, self.drop)
        if len(line):
            ink = Ink(style.point, rim, self.path_alpha)
            xy, shown = self._on_surface(line)
            paint.line(ctx, xy, shown, style.path_width, ink)
            for place, seen in zip(*self._on_surface(passed), strict=True):
                paint.dot(ctx, place, seen, style.dot * 0.45, ink)
        if self.arrow is not None:
            start, step = (np.asarray(v, dtype=float) for v in self.arrow)
            shaft = start + np.linspace(0, 1, 24)[:, None] * step
            way = self._on_surface(shaft[self.box.contains(shaft)])
            paint.arrow(ctx, *way, style.arrow_width, Ink(style.arrow, rim, self.arrow_alpha))
        if len(line):
            paint.dot(ctx, xy[-1], shown[-1], style.dot, Ink(style.point, rim, self.point_alpha))

    def _on_surface(self, points: Array) -> tuple[Array, Array]:
        """Screen places ``(k, 2)`` on the surface and how far each is in sight ``(k,)``."""
        world = self._lift(points)
        seen = self.field.visibility(world, self.view)
        return self.view.project(world)[0], 1 - self.surface_alpha * (1 - seen)
