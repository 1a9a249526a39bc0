"""A cost of two variables in space, with a descent on it and labelled axes, which turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import cairo
import numpy as np
from manim import Mobject, VGroup

from lranim.core.types import Array, Cost
from lranim.draw.camera import Painted, sheet
from lranim.draw.chart.chart import ticks
from lranim.draw.layout import Box
from lranim.draw.lettering import Lettering, Typesetter
from lranim.draw.scene import LessonScene
from lranim.draw.shapes import along
from lranim.draw.surface import paint
from lranim.draw.surface.paint import Colour, Ink, mix, rgb
from lranim.draw.surface.space import HeightField, Viewpoint, WorldBox, below, sampled
from lranim.look.text import short
from lranim.look.theme import Theme

LIGHT = np.array([-0.55, 0.6, 0.58])
"""Where the light comes from, in screen right, screen up, towards the viewer: it stays with the viewer."""

LEVELS = 9
"""Number of contour lines."""


class SurfaceStyle:
    """Colours and sizes (manim units) of a surface, from a theme and the unit of its sizes (manim units).

    The surface has the blue of the cost curve, high ground lighter; the contour plane is a weak echo of it.
    """

    def __init__(self, theme: Theme, unit: float = 0.08) -> None:
        ground, blue, white = rgb(theme.background), rgb(theme.cost), (1.0, 1.0, 1.0)
        text, dark = rgb(theme.text), sum(ground) < 1.5
        self.surface: tuple[Colour, ...]
        if theme.wire:
            self.surface = mix(blue, ground, 0.82), mix(blue, ground, 0.66), mix(blue, ground, 0.5)
            self.outline = mix(blue, ground, 0.45)
        elif dark:
            self.surface = mix(blue, ground, 0.66), mix(blue, ground, 0.3), mix(blue, white, 0.25)
            self.outline = mix(self.surface[0], ground, 0.45)
        else:
            self.surface = mix(blue, white, 0.38), mix(blue, white, 0.64), mix(blue, white, 0.86)
            self.outline = blue
        self.background = ground
        self.shade = mix(ground, blue, 0.1) if dark else mix(blue, text, 0.35)
        self.plane = mix(ground, blue, 0.24), mix(ground, blue, 0.06)
        self.contour = mix(ground, blue, 0.62 if dark else 0.55)
        self.frame = rgb(theme.muted)
        self.point = rgb(theme.point) if dark else mix(rgb(theme.point), rgb(theme.point_text), 0.35)
        self.minimum, self.arrow = rgb(theme.minimum), rgb(theme.gradient)
        self.ambient = 0.45 if dark else 0.55
        self.path_width, self.arrow_width = theme.sizes.trail / 60, theme.sizes.arrow * unit * 0.116
        self.dot = self.target = theme.sizes.dot * unit * 0.75
        self.outline_width, self.contour_width = unit * 0.1125, unit * 0.2


class Trail:
    """Points ``(T + 1, 2)`` of a descent, sampled densely enough that lines between them follow the surface.

    A step that leaves the box ends at its border, and nothing comes after it.
    """

    def __init__(self, path: Array, box: WorldBox) -> None:
        path = np.array(path, dtype=float).reshape(-1, 2)
        outside = ~box.contains(path)
        if outside.any():
            k = int(np.argmax(outside))
            path = path[: k + (k > 0)]
            if k:
                low, high = np.array(box.domain).T
                here = path[k - 1]
                way = np.nan_to_num(np.clip(path[k] - here, -1e100, 1e100))  # a run that explodes
                room = np.where(way > 0, high, low) - here
                share = np.divide(room, way, out=np.ones(2), where=way != 0).min()
                path[k] = np.clip(here + share * way, low, high)
        self.path = path
        self.end = float(max(len(path) - 1, 0))
        """How far it can be followed, in steps."""
        length = np.hypot(*(np.diff(path, axis=0) * box.unit).T)
        counts = np.ceil(length / 0.03).astype(int) + 1  # two a face of 1/16
        self.steps = np.concatenate([*(k + np.arange(n) / n for k, n in enumerate(counts)), [self.end]])

    def until(self, progress: float) -> tuple[Array, Array]:
        """The line ``(k, 2)`` up to there, and the points left behind on the way ``(j, 2)``."""
        if not len(self.path):
            return np.empty((0, 2)), np.empty((0, 2))
        now = min(max(progress, 0.0), self.end)
        line = along(self.path, np.append(self.steps[self.steps < now], now))
        return line, self.path[: int(np.ceil(now))]


@dataclass(eq=False)
class Stroke:
    """A line, or an arrow with a `head`, of a scene's own, as wide as that in manim units, dashes too.

    Its points are those of the data ``(k, 2)``, on the surface, or on the plane if it is `flat`, or of the
    world ``(k, 3)``. Its opacity and the share of its length that is `shown` may change with every frame.
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


class Surface(Painted):
    """A cost J(a, b) over its domain, so many faces along the longer side, and a descent on it.

    All that moves is a plain attribute, read when the next frame is painted: `view`, `progress` (steps
    drawn, with fractions), `arrow` (a point and a step in data units, or None) and its `arrow_alpha`,
    `ticks`, `strokes` (lines and arrows of a scene's own), `surface_alpha`, the faces' opacity, and `drop`,
    how far all that lies on the surface has come down to the plane, from 0 to 1.
    """

    def __init__(
        self, cost: Cost, view: Viewpoint, style: SurfaceStyle, box: WorldBox, faces: int = 32
    ) -> None:
        self._view, self.box, self.style = view, box, style
        super().__init__()
        self.field = HeightField(cost.value, box, faces)
        z, v = self.field.z, self.field.vertices
        middle = (z[:-1, :-1] + z[1:, :-1] + z[1:, 1:] + z[:-1, 1:]) / 4
        self.colours = paint.ramp(style.surface, middle / box.height)
        normals = np.cross(v[1:, 1:] - v[:-1, :-1], v[:-1, 1:] - v[1:, :-1])
        self.normals = normals / np.linalg.norm(normals, axis=-1, keepdims=True)
        a, b, values = sampled(cost, box.domain, 81)
        # From the highest level down, each region painted over the one that holds it.
        levels = box.levels(LEVELS)[::-1]
        self.regions = [[box.plane(o) for o in below(values, a, b, level)] for level in levels]
        (a0, a1), (b0, b1) = box.domain
        self.corners = box.plane(np.array([(a0, b0), (a1, b0), (a1, b1), (a0, b1), (a0, b0)]))
        self.set_path(np.empty((0, 2)))
        minima = np.reshape(cost.minima, (-1, 2))
        self.minima = minima[box.contains(minima)]
        self.ticks: tuple[Sequence[float], Sequence[float], Sequence[float]] = ((), (), ())
        self.progress = self.drop = 0.0
        self.arrow: tuple[Array, Array] | None = None
        self.strokes: list[Stroke] = []
        self.surface_alpha = self.arrow_alpha = 1.0

    @property
    def view(self) -> Viewpoint:
        """Where it is seen from; set it to turn, zoom or move the whole."""
        return self._view

    @view.setter
    def view(self, view: Viewpoint) -> None:
        self._view = view
        self.generate_points()

    def generate_points(self) -> Self:
        """Set `points` to the corners of the box and of the plane on the screen: manim's layout asks them."""
        sides = np.array([(sa, sb) for sa in (-1, 1) for sb in (-1, 1)]) * self.box.half
        corners = [(*side, z) for side in sides for z in (-self.box.gap, self.box.height)]
        self.points = np.pad(self.view.project(np.array(corners)), ((0, 0), (0, 1)))
        return self

    def set_path(self, x: Array) -> Self:
        """Take the points of a descent ``(T + 1, 2)``, data units, followed as far as the domain goes."""
        self.trail = Trail(x, self.box)
        return self

    def edge_anchor(self, axis: int, value: float, pad: float) -> tuple[Array, float]:
        """Where to put the label of `value` of variable 0 or 1, ``(2,)``, and its opacity.

        The axis is the near edge of the plane. As the view turns, another edge becomes the near one: labels
        fade out before that and in after, unless all has dropped to the plane, which is then a map that does
        not turn. `pad` is the distance from the edge, world units.
        """
        other = 1 - axis
        facing = float(self.view.axes[2, other]) / float(np.cos(self.view.elevation) + 1e-12)
        at = np.full(3, -self.box.gap)
        at[axis] = (value - np.mean(self.box.domain[axis])) * self.box.unit[axis]
        at[other] = np.copysign(self.box.half[other] + pad, facing)
        return self.view.project(at), max(float(np.clip((abs(facing) - 0.06) / 0.12, 0, 1)), self.drop)

    def cost_anchor(self, cost: float, pad: float) -> tuple[Array, float]:
        """Where to put the label of a cost, left of the upright axis, ``(2,)``, and its opacity.

        The axis goes with the surface. It stands at the corner that is the leftmost one on the screen: as the
        view turns that becomes another one, and the axis fades out before that and in after.
        """
        right = self.view.axes[0, :2]
        corner = -np.copysign(self.box.half, right)
        seen = float(np.clip((np.abs(right).min() - 0.06) / 0.12, 0, 1))
        place = self.view.project(np.append(corner, self.box.z(cost)))
        return place - [pad * self.view.scale, 0], seen * self.surface_alpha

    def lifted(self, points: Array, drop: float) -> Array:
        """World points ``(..., 3)`` of data points on the surface, this share of their way to the plane."""
        world = self.field.lift(points)
        return world + drop * (-self.box.gap - world[..., 2:]) * np.array([0.0, 0.0, 1.0])

    def paint_opaque(self, ctx: cairo.Context) -> None:
        """Paint plane, shadow, surface, and over them what lies on the surface, ghosted where hidden."""
        line, passed = self.trail.until(self.progress)
        self._paint_plane(ctx)
        self._paint_axes(ctx)
        self._paint_shadow(ctx, line, passed)
        sheet(ctx, self.surface_alpha, self._paint_faces)
        self._paint_overlay(ctx, line, passed)

    def _paint_plane(self, ctx: cairo.Context) -> None:
        """Paint bands, contour lines and frame of the contour plane."""
        style = self.style
        ctx.set_line_join(cairo.LineJoin.ROUND)
        ctx.set_fill_rule(cairo.FillRule.EVEN_ODD)
        ctx.set_line_width(style.contour_width)
        frame = self.view.project(self.corners)
        paint.trace(ctx, frame)
        paint.source(ctx, style.plane[1])
        ctx.fill()
        # The contour line covers the jagged edge of its region: half the time of antialiasing both.
        for k, outlines in enumerate(self.regions):
            for outline in outlines:
                paint.trace(ctx, self.view.project(outline))
                ctx.close_path()
            paint.source(ctx, mix(style.plane[1], style.plane[0], (k + 1) / len(self.regions)))
            ctx.set_antialias(cairo.Antialias.NONE)
            ctx.fill_preserve()
            ctx.set_antialias(cairo.Antialias.FAST)
            paint.source(ctx, style.contour)
            ctx.stroke()
        ctx.set_antialias(cairo.Antialias.DEFAULT)
        ctx.set_fill_rule(cairo.FillRule.WINDING)
        ctx.set_line_width(0.02)
        paint.source(ctx, style.frame)
        paint.trace(ctx, frame)
        ctx.close_path()
        ctx.stroke()

    def _paint_faces(self, ctx: cairo.Context) -> None:
        """Paint all faces, back to front; light and order come with the view."""
        axes, style = self.view.axes, self.style
        light = LIGHT @ axes / np.linalg.norm(LIGHT)
        # Seen from its underside, a face shows the other side of its normal, and lies in its own shade.
        lit = self.normals @ light * np.where(self.normals @ axes[2] < 0, -0.6, 1.0)
        share = style.ambient + (1 - style.ambient) * np.clip(lit, 0, 1)[..., None]
        # Shade is a deep blue, not black: multiplied, pale blue would turn into grey.
        colours = share * self.colours + (1 - share) * style.shade
        flip = bool(axes[2, 0] < 0), bool(axes[2, 1] < 0)
        xy = self.view.project(self.field.vertices)
        paint.faces(ctx, xy, colours, flip, style.outline, style.outline_width)

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
            ctx.move_to(*here)
            ctx.line_to(*there)
            ctx.stroke()

    def _paint_shadow(self, ctx: cairo.Context, line: Array, passed: Array) -> None:
        """On the plane: the minima, the path, and a plumb line down from the current point."""
        style, rim = self.style, self.style.plane[1]
        for place in self.view.project(self.box.plane(self.minima)):
            paint.target(ctx, place, 1.0, style.target * 0.6, Ink(style.frame, rim, 1 - self.drop))
        if not len(line):
            return
        ink, xy = Ink(style.point, rim, 0.85), self.view.project(self.box.plane(line))
        paint.line(ctx, xy, np.ones(len(xy)), style.path_width * 0.6, ink)
        for place in self.view.project(self.box.plane(passed)):
            paint.dot(ctx, place, 1.0, style.dot * 0.28, ink)
        ctx.set_line_width(0.022)
        ctx.set_dash([0.07, 0.06])
        paint.source(ctx, style.point, 0.7)
        paint.trace(ctx, np.array([xy[-1], self.view.project(self.lifted(line[-1], self.drop))]))
        ctx.stroke()
        ctx.set_dash([])
        paint.dot(ctx, xy[-1], 1.0, style.dot * 0.6, Ink(style.point, rim))

    def _paint_overlay(self, ctx: cairo.Context, line: Array, passed: Array) -> None:
        """On the surface: minima, path, points passed, arrow, current point."""
        style, rim = self.style, self.style.background
        for place, seen in zip(*self._on_surface(self.minima), strict=True):
            paint.target(ctx, place, seen, style.target, Ink(style.minimum, rim))
        self._paint_strokes(ctx)
        ink = Ink(style.point, rim)
        if len(line):
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
            paint.dot(ctx, xy[-1], shown[-1], style.dot, ink)

    def _paint_strokes(self, ctx: cairo.Context) -> None:
        """Paint strokes in their order; what the surface hides of those of data points is a ghost."""
        drawn = [stroke for stroke in self.strokes if stroke.alpha > 0 and stroke.shown > 0]
        worlds = [
            points if points.shape[1] == 3 else self.lifted(points, 1.0 if stroke.flat else self.drop)
            for stroke, points in ((stroke, stroke.drawn()) for stroke in drawn)
        ]
        hidden = self.surface_alpha
        # Asked for all at once, what hides them costs a quarter of the time.
        asked = hidden > 0 and bool(drawn)
        sight = self.field.visibility(np.concatenate(worlds), self.view) if asked else np.ones(0)
        ends = np.cumsum([len(world) for world in worlds])
        for stroke, world, end in zip(drawn, worlds, ends, strict=True):
            seen = np.ones(len(world))
            if stroke.points.shape[1] == 2 and hidden > 0:
                seen = 1 - hidden * (1 - sight[end - len(world) : end])
            xy, ink = self.view.project(world), Ink(stroke.colour, self.style.background, stroke.alpha)
            if stroke.head:
                paint.arrow(ctx, xy, seen, stroke.width, ink)
            else:
                ctx.set_dash(list(stroke.dash))
                paint.line(ctx, xy, seen, stroke.width, ink)
                ctx.set_dash([])

    def _on_surface(self, points: Array) -> tuple[Array, Array]:
        """Screen places ``(k, 2)`` on the surface and how far each is in sight ``(k,)``."""
        world = self.lifted(points, self.drop)
        seen = self.field.visibility(world, self.view)
        return self.view.project(world), 1 - self.surface_alpha * (1 - seen)


AZIMUTH, ELEVATION = np.radians(-52.0), np.radians(36.0)
NO_PATH = np.empty((0, 2))
TURN = np.radians(1.8)
"""How fast a picture turns, in radians a second: slow enough to read, fast enough to show depth."""

NORTH, ABOVE = np.radians(-89.8), np.radians(89.0)
"""Where a map is seen from: the first variable to the right, the second up, and no edge in doubt."""

EDGE = 0.11
"""The least share of a range at each end that has no tick: there are the corners, and the axis's name."""


def left_of(setter: Typesetter, cost: Cost) -> float:
    """Room for the numbers of the vertical axis, at the left of a picture's area."""
    em = setter.em(setter.theme.sizes.tick)
    widest = max((setter.width(short(v)) * em for v in WorldBox.of(cost).ticks()), default=0.0)
    return max(5.4 * setter.unit, widest + 0.4 * em)


class SurfacePicture:
    """A cost of two variables in space, and the labels of its axes, which follow as it turns.

    Surface and plane fill an area at most, however they are turned; labels reach out of it. If `stretched`,
    both variables fill the ground, whatever their units.
    """

    def __init__(
        self, setter: Typesetter, cost: Cost, area: Box, *, path: Array = NO_PATH, stretched: bool = False
    ) -> None:
        self.setter, self.clock, self.still = setter, 0.0, False
        box = WorldBox.of(cost, stretched=stretched)
        # As large as can be while it fits at every azimuth.
        across = 2 * float(np.hypot(*box.half))
        tall = across * np.sin(ELEVATION) + (box.height + box.gap) * np.cos(ELEVATION)
        scale, (x, y) = float(min(area.width / across, area.height / tall)), area.centre.tolist()
        self.view = Viewpoint(AZIMUTH, ELEVATION, scale, (x, y), (0.0, 0.0, (box.height - box.gap) / 2))
        """The view at the beginning of its turn."""
        self.surface = Surface(cost, self.view, SurfaceStyle(setter.theme, setter.unit), box)
        self.surface.set_path(path)
        self.edges: list[tuple[Lettering, int, float, float]] = []
        """The labels: axis, value, and how far off the axis."""
        self._label_axes(cost)
        self.labels = VGroup(*(line for line, *_ in self.edges))
        self.look(self.view)

    def _label_axes(self, cost: Cost) -> None:
        setter, sizes, box, scale = self.setter, self.setter.theme.sizes, self.surface.box, self.view.scale
        em = setter.em(sizes.tick)
        # Further off where the labels are large beside the picture.
        off = max(1.0, 6.3 * em / scale)
        marks: list[list[float]] = []
        for axis, (low, high) in enumerate(cost.domain):
            # How long the axis is on the screen when it is seen at an angle, in em.
            long = 1.4 * box.half[axis] * scale / em
            near, far = EDGE * (high - low), max(EDGE, 1.2 / long) * (high - low)
            places = ticks(low, high, int(np.clip(long / 1.5, 2, 5)))
            marks.append([v for v in places.tolist() if low + near <= v <= high - far])
            for value in marks[-1]:
                line = setter.text(short(value), sizes.tick, "muted")
                wide = max(0.0, line.advance - 0.6 * line.em) / scale
                self.edges.append((line, axis, value, 0.16 * off + 0.36 * wide))
            name = setter.text(cost.variables[axis], sizes.label, bold=True)
            self.edges.append((name, axis, high - (high - low) * 0.02, 0.2 * off))
        heights: list[float] = []
        apart = em / (scale * np.cos(ELEVATION))
        for value in reversed(box.ticks()):
            # Below the axis's name, and off one another.
            gaps = [(box.height - box.z(value)) / 0.3, *(box.z(high) - box.z(value) for high in heights)]
            if value > box.cost[0] and min(gaps) > apart:
                heights.append(value)
        self.surface.ticks = (marks[0], marks[1], heights)
        self.edges += [(setter.text(short(v), sizes.tick, "muted"), 2, v, 0.12 * off) for v in heights]
        self.edges.append((setter.text("J", sizes.label, bold=True), 2, box.cost[1], 0.05 * off))

    def begin(self, points: Array, seconds: float) -> None:
        """Begin a turn of so long where points ``(k, 2)`` stay in sight, about a diagonal of the floor.

        Seen along an axis, a valley looks flat.
        """
        field = self.surface.field
        world = field.lift(points[field.box.contains(points)])
        ways = np.linspace(0.0, TURN * seconds, 5)
        azimuths = [np.radians(45.0 + 90.0 * k) - TURN * seconds / 2 for k in (3, 0, 2, 1)]
        views = [self.view.turned(azimuth - self.view.azimuth) for azimuth in azimuths]
        seen = [np.mean([field.visibility(world, view.turned(way)).mean() for way in ways]) for view in views]
        self.view = views[int(np.argmax(np.round(seen, 2)))]
        self.turn(0.0)

    def turn(self, seconds: float) -> None:
        """Look at it as it is after so many seconds of turning."""
        self.look(self.view.turned(TURN * seconds))

    def play(
        self,
        scene: LessonScene,
        seconds: float,
        draw: Callable[[float], object],
        *moving: Mobject,
        stop: bool = False,
    ) -> None:
        """Play a motion as it turns; with `stop` the turn runs out: the last frame holds without a jolt."""

        def turned(share: float) -> None:
            draw(share)
            if not self.still:
                self.turn(self.clock + seconds * (share - share * share / 2 if stop else share))

        scene.move(seconds, turned, self.surface, self.labels, *moving)
        self.clock += seconds / (2 if stop else 1)

    def map_view(self, area: Box) -> Viewpoint:
        """The view straight down on the contour plane in which its labels lie in `area`, too."""
        box, em = self.surface.box, self.setter.em(self.setter.theme.sizes.label)
        below, aside = (max(pad for _, of, _, pad in self.edges if of == axis) for axis in (0, 1))
        (a, b), room = box.half, np.array([area.width, area.height]) - em
        scale = float(np.min(room / (2 * a + aside, 2 * b + below)))
        x, y = area.centre + np.array([-aside, below]) * scale / 2 + np.array([-em, em]) / 4
        return Viewpoint(NORTH, ABOVE, scale, (float(x), float(y)), (0.0, 0.0, -box.gap))

    def look(self, view: Viewpoint) -> None:
        """Look at it from elsewhere."""
        self.surface.view = view
        half = 0.32 * self.setter.em(self.setter.theme.sizes.tick)
        for line, axis, value, pad in self.edges:
            if axis == 2:
                (x, y), alpha = self.surface.cost_anchor(value, pad)
                line.at(x, y + (half if value == self.surface.box.cost[1] else -half), 1.0)
            else:
                (x, y), alpha = self.surface.edge_anchor(axis, value, pad)
                line.at(x, y - half, 0.5)
            line.set_alpha(alpha)
