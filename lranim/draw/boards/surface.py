"""Boards with a surface that turns: a descent on it, or the directions from a point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from manim import Mobject, VGroup

from lranim.core.costs import is_own
from lranim.core.results import Table
from lranim.core.story import as_far_as_shown
from lranim.core.types import Array, Cost, Trajectory
from lranim.draw.boards.maps import StepMap, contour
from lranim.draw.boards.story import Plays, Story
from lranim.draw.chart.descent import AIM
from lranim.draw.equation import Line
from lranim.draw.layout import CAP, LEADING, TAIL, Box
from lranim.draw.lettering import Paragraph, Parts, Typesetter
from lranim.draw.panel import Panel
from lranim.draw.scene import LessonScene, ease
from lranim.draw.shapes import Shape, arrow, dashed, ring_and_dot, rounded_box, segments
from lranim.draw.surface.paint import Colour, mix, rgb
from lranim.draw.surface.surface import Stroke, Surface, SurfacePicture, left_of
from lranim.look.text import short

EDGE = 10.0
"""The picture ends at the domain: what comes long after would only be numbers too long for the panel."""

REACH = 0.26
"""Length of the longest spoke, and at most of the gradient's arrow, as a share of the longer range."""

BEYOND = 0.04
"""How far out of the domain that arrow may point, as a share of the longer range."""

MARK, HIGH, APART = 7.0, 4.6, 2.0
"""Width and height of the marks at the left of the key, and the gaps beside them, in units."""

NEAR, FAR = 0.9, 6.0
"""The least and the largest gap between two rows of the key, in units."""

LOW = 1.9
"""A picture so many times as wide as high has its key at the left, not below."""


class SurfaceBoard(Story):
    """Puts surface, labels and panel of one run into a scene and plays its steps as the picture turns.

    `seconds` is about how long the clip is, for choosing a turn that keeps the path in sight.
    """

    def __init__(
        self,
        scene: LessonScene,
        run: Trajectory,
        asked: int,
        *,
        rule: str,
        lines: Sequence[Line],
        seconds: float,
        **settings: object,
    ) -> None:
        super().__init__(scene, as_far_as_shown(run, EDGE), asked, settings, EDGE)
        run = self.run
        cost, unit, ground = run.cost_function, scene.layout.unit, scene.layout.picture
        key = self._key(ground)
        # Room for labels of the axes at the left and below, and for the key: in a low picture at the left.
        left, low = left_of(scene.setter, cost), key.height + 5.8 * unit
        if ground.width > LOW * ground.height:
            left, low = key.width + 6 * unit, 4.4 * unit
        # Beside a title in one line there is room above, too, unless a formula is there.
        formula = scene.setter.cost_formula(cost, ground.width - 2 * unit) if is_own(cost) else None
        above = 0.0 if scene.layout.stacked else -2.5 * unit
        if formula is not None:
            # Fractions are higher than a line, above and below.
            formula.at(ground.left, ground.top)
            formula.at(ground.left, 2 * ground.top - float(formula.get_top()[1]) - 0.2 * formula.em)
            scene.add(formula)
            above = ground.top - float(formula.get_bottom()[1]) + 0.3 * formula.em
        self.picture = SurfacePicture(scene.setter, cost, ground.inset(left, low, unit, above), path=run.x)
        self.picture.begin(run.x, seconds)
        self.panel = Panel(scene, run, rule=rule, lines=lines, chart=StepMap, above="surface.map")
        scene.add(key, self.panel.still, self.picture.surface, self.picture.labels, self.panel.moving)
        self.show(0.0)

    def _key(self, ground: Box) -> VGroup:
        """What the red ring and the green arrow are, in a row at the foot of the picture, or in two."""
        scene, theme, setter = self.scene, self.scene.theme, self.scene.setter
        unit, size, count = setter.unit, theme.sizes.label, len(self.run.cost_function.minima)
        target = ", ".join(short(float(v), 3) for v in self.run.target)
        words = scene.say("surface.minima" if count > 1 else "surface.minimum", target=target, count=count)
        room = ground.width - 7.4 * unit
        name = setter.fit(words, size, room, "minimum", bold=True)
        way = setter.fit(scene.say("surface.gradient"), size, room, "gradient", bold=True)
        x, y = ground.left, ground.bottom + 1.2 * unit
        if not count:
            return self._arrow(way.at(x + 7.4 * unit, y))
        beside = name.advance + way.advance + 17.4 * unit < ground.width < LOW * ground.height
        up, along = (0.0, name.advance + 10 * unit) if beside else (setter.em(size) * LEADING, 0.0)
        centre = np.array([[x + (1.6 if beside else 3.0) * unit, y + up + 1.5 * unit]])
        name.at(x + (4.4 if beside else 7.4) * unit, y + up)
        mark = ring_and_dot(theme, centre, 1.5 * unit, 0.55 * unit)
        return VGroup(*mark, name, self._arrow(way.at(x + along + 7.4 * unit, y)))

    def _arrow(self, words: Paragraph) -> VGroup:
        """Words with the arrow before them that they name."""
        unit = self.scene.layout.unit
        start = np.array([words.x - 7.4 * unit, words.y + 1.5 * unit])
        shaft = Shape(fill=self.scene.theme.gradient)
        return VGroup(shaft.draw(arrow(start, start + np.array([6 * unit, 0]), unit, 2.6 * unit)), words)

    def show(self, progress: float) -> None:
        """Draw surface and panel at the moment at which so many steps are done."""
        self.progress, surface = progress, self.picture.surface
        k = min(int(progress), self.run.steps)
        aim, gone = ease((progress - k) / AIM), ease((progress - k - AIM) / (1 - AIM))
        surface.progress = min(k + gone, float(self.run.steps))
        self.panel.show(progress)
        # The negative gradient's direction: as long as a step can be seen.
        domain, length = np.array(self.run.cost_function.domain), float(np.hypot(*self.run.grad[k]))
        surface.arrow = None
        if length >= 1e-9 and k < self.run.steps:
            least = 0.16 * float((domain[:, 1] - domain[:, 0]).max())
            surface.arrow = self.run.x[k], -self.run.grad[k] / length * least
            surface.arrow_alpha = aim * (1 - gone)

    def walk(self, start: float, end: float, seconds: float) -> Plays:
        """Play from one progress to another, the picture turning."""
        return [partial(self._play, start, end, seconds)] if start < end else []

    def rest(self, seconds: float, *, stop: bool = False) -> Plays:
        """Let time pass, the picture turning; with `stop` the turn runs out, to hold without a jolt."""
        return [lambda: self._play(self.progress, self.progress, seconds, stop=stop)]

    def _play(self, start: float, end: float, seconds: float, *, stop: bool = False) -> None:
        def draw(share: float) -> None:
            self.show(start + (end - start) * share)

        self.picture.play(self.scene, seconds, draw, *self.panel.changing(start, end), stop=stop)

    def close(self) -> None:
        """Say in the panel whether the run arrived."""
        self.panel.end()


class Directions:
    """Strokes about a point of a surface that explain which way is down, none of them shown at first.

    On the surface there are the `ring`, the `slices` along the axes and their `tangents`; on its plane the
    gradient, `uphill`, its `parts` along the axes, its opposite, `downhill`, the contour line, `level`, and
    the mark of the right angle between these two, `corner`. The cost is not flat at the point.
    """

    def __init__(self, surface: Surface, cost: Cost, point: Array, ring: Table, setter: Typesetter) -> None:
        self.box, self.cost, self.point, self.unit = surface.box, cost, point, setter.unit
        theme, unit = setter.theme, setter.unit
        self.text, self.green, self.muted = rgb(theme.text), rgb(theme.gradient), rgb(theme.muted)
        grad = cost.grad(point)
        steepest = float(np.hypot(*grad))
        self.reach = REACH * float(np.diff(cost.domain).max())
        up, down = self._within(grad / steepest), self._within(-grad / steepest)
        falls = zip(ring.columns["angle"], -ring.columns["slope"] / steepest, strict=True)
        self.ring = [self._spoke(angle, fall) for angle, fall in falls]
        self.slices = [self._slice(0), self._slice(1)]
        self.tangents = [self._tangent(0), self._tangent(1)]
        self.level = self._contour()
        # The two slopes as arrows along the axes, the second from the tip of the first.
        along = up * np.array([1.0, 0.0])
        self.parts = [self._arrow(point, along, 0.55), self._arrow(point + along, up - along, 0.55)]
        self.uphill = self._arrow(point, up, 0.8)
        self.downhill = self._arrow(point, down, 0.8, self.green)
        # The mark of a right angle between the way down and the contour line.
        here, side = down * 0.28, np.array([-down[1], down[0]]) * 0.28
        self.corner = Stroke(point + np.stack([here, here + side, side]), self.text, 0.35 * unit)
        flat = [*self.level, self.corner, *self.parts, self.uphill, self.downhill]
        for stroke in flat:
            stroke.flat = True
        surface.strokes += [*self.slices, *self.tangents, *self.ring, *flat]
        for stroke in surface.strokes:
            stroke.shown = 0.0

    def _within(self, way: Array) -> Array:
        """Lengthen a direction to an arrow that hardly leaves the domain."""
        edges = np.array(self.cost.domain).T + np.array([[-BEYOND], [BEYOND]]) * self.reach / REACH
        room = np.where(way > 0, edges[1], edges[0]) - self.point
        steps = np.divide(room, way, out=np.full(2, np.inf), where=np.abs(way) > 1e-9)
        return way * min(self.reach, float(steps.min()))

    def _spoke(self, angle: float, fall: float) -> Stroke:
        """A line in one direction, the longer and the greener the faster the cost falls along it."""
        way = np.array([np.cos(angle), np.sin(angle)]) * self.reach
        ends = 0.3 + np.linspace(0.0, 0.1 + 0.3 * (fall + 1), 7)
        colour = mix(self.muted, self.green, max(fall, 0.0) ** 0.7)
        return self._line(self.point + ends[:, None] * way, colour, 0.45 + 0.35 * max(fall, 0.0))

    def _line(self, points: Array, colour: Colour, width: float) -> Stroke:
        return Stroke(points[self.box.contains(points)], colour, width * self.unit)

    def _arrow(self, start: Array, way: Array, width: float, colour: Colour | None = None) -> Stroke:
        points = start + np.linspace(0, 1, 24)[:, None] * way
        return Stroke(points, colour or self.text, width * self.unit, head=True)

    def _slice(self, axis: int) -> Stroke:
        """The surface over a line along one of the axes: solid along the first, dashed along the second."""
        points = np.tile(self.point, (97, 1))
        points[:, axis] = np.linspace(*self.cost.domain[axis], 97)
        stroke = self._line(points, self.text, 0.45)
        stroke.dash = (1.4 * self.unit, 1.2 * self.unit) if axis else ()
        return stroke

    def _tangent(self, axis: int) -> Stroke:
        """The straight line that has the slope of a slice at the point, in space."""
        way = np.zeros(2)
        way[axis] = 1e-4 * self.reach
        ends = np.stack([self.point - way, self.point + way])
        low, high = self.box.world(ends, self.cost.value(ends))
        along = (high - low) / np.hypot(*(high - low)[[axis, 2]]) * self.reach * self.box.unit[axis]
        middle = (low + high) / 2
        return Stroke(middle + np.linspace(-1, 1, 3)[:, None] * along, self.text, 0.9 * self.unit)

    def _contour(self) -> list[Stroke]:
        """The contour line through the point."""
        return [Stroke(line, self.text, 0.5 * self.unit) for line in contour(self.cost, self.point)]


Change = Callable[[float], object]
"""What a motion changes: it is called with the share of time."""


def changing(name: str, strokes: Sequence[Stroke], start: float = 0.0, end: float = 1.0) -> Change:
    """Let what has this name change in strokes: their ``alpha``, or how much of them is ``shown``."""

    def draw(share: float) -> None:
        for stroke in strokes:
            setattr(stroke, name, start + (end - start) * ease(share))

    return draw


growing, fading = partial(changing, "shown"), partial(changing, "alpha")


Mark = Callable[[Box, float], list[Shape]]
"""Draws what a row of the key stands for into a box, in a unit."""


class KeyRow(Parts):
    """A mark, and right of it a formula with words beside it, or below it in too narrow a `room`."""

    def __init__(
        self, setter: Typesetter, mark: Mark, words: str, role: str, formula: str, share: float, room: float
    ) -> None:
        sizes, unit = setter.theme.sizes, setter.unit
        self.unit, self.mark = unit, mark
        self.words = setter.text(words, sizes.label * share, role)
        self.formula = setter.formula(formula, sizes.rule * share) if formula else None
        self.high = self.inked = tall = CAP * self.words.em
        self.advance, self.beside = (MARK + APART) * unit + self.words.advance, True
        if self.formula is not None:
            low, self.high = self.formula.reach
            wide = self.advance + APART * unit + self.formula.advance
            self.beside = wide <= room
            self.inked = self.high - min(low, -TAIL * self.formula.em)
            if self.beside:
                self.advance = wide
            else:
                self.advance += max(self.formula.advance - self.words.advance, 0.0)
                self.inked += unit + tall
        self.reach = max(self.inked, HIGH * unit)
        super().__init__()

    def below(self, left: float, top: float) -> KeyRow:
        """Put it below this height."""
        middle, half = top - self.reach / 2, HIGH / 2 * self.unit
        x, y = left + (MARK + APART) * self.unit, middle + self.inked / 2 - self.high
        self.add(*self.mark(Box(left, middle - half, left + MARK * self.unit, middle + half), self.unit))
        self.add(self.words)
        if self.formula is not None:
            self.add(self.formula.at(x, y))
            x += (self.formula.advance + APART * self.unit) * self.beside
            y = y if self.beside else middle - self.inked / 2
        self.words.at(x, y)
        return self


class DirectionsBoard:
    """A surface that turns for `seconds`, with directions from a point of it, and the key of what they are.

    The `words` are what the key says of the ring, of both slices, of the gradient and of the way down.
    """

    def __init__(
        self, scene: LessonScene, cost: Cost, point: Array, ring: Table, words: Sequence[str], seconds: float
    ) -> None:
        self.scene = scene
        setter, theme, layout, unit = scene.setter, scene.theme, scene.layout, scene.layout.unit
        above = 0.0 if layout.stacked else -2.5 * unit
        area = layout.picture.inset(left_of(setter, cost), 4.6 * unit, 4.4 * unit, above)
        self.picture = SurfacePicture(setter, cost, area, path=point[None])
        self.surface = self.picture.surface
        self.directions = Directions(self.surface, cost, point, ring, setter)
        self.picture.begin(np.concatenate([spoke.points for spoke in self.directions.ring]), seconds)
        grad = cost.grad(point)
        (slope_a, slope_b), (a, b) = (short(value, 3) for value in grad), cost.variables
        down = ", ".join(short(-value, 3) for value in grad)
        rows = (
            (partial(_spokes, theme.muted, theme.gradient), "text", ""),
            (partial(_line, theme.text, ()), "muted", f"partial J \\/ partial {a} = {slope_a}"),
            (partial(_line, theme.text, (1.4, 1.2)), "muted", f"partial J \\/ partial {b} = {slope_b}"),
            (partial(_arrow, theme.text), "muted", f"nabla J = ({slope_a}, {slope_b})"),
            (partial(_arrow, theme.gradient), "gradient", f"<gradient>-nabla J = ({down})</gradient>"),
        )
        room = layout.panel.inset(*[2.6 * unit] * 4)
        # All in the largest size for which there is room; not one of them is seen at first.
        for share in np.linspace(1.0, 0.6, 9).tolist():
            self.rows = [
                KeyRow(setter, mark, one, role, formula, share, room.width)
                for one, (mark, role, formula) in zip(words, rows, strict=True)
            ]
            spare = room.height - sum(row.reach for row in self.rows)
            gap = min(spare / (len(rows) - 1), FAR * unit)
            if gap >= NEAR * unit and all(row.advance <= room.width for row in self.rows):
                break
        top = room.top
        for row in self.rows:
            row.below(room.left, top).set_alpha(0.0)
            top -= row.reach + gap
        ground = Shape(fill=theme.panel).draw(rounded_box(layout.panel, 1.6 * unit))
        self.parts: tuple[Mobject, ...] = (VGroup(ground, *self.rows), self.surface, self.picture.labels)

    def play(self, seconds: float, *changes: Change, row: int | None = None) -> None:
        """Let changes happen as the picture turns, and a row of the key appear."""
        appearing = [self.rows[row]] if row is not None else []

        def draw(share: float) -> None:
            for change in changes:
                change(share)
            for one in appearing:
                one.set_alpha(ease(2 * share - 1))

        self.picture.play(self.scene, seconds, draw, *appearing)

    def land(self, seconds: float, *changes: Change) -> None:
        """Look down on the contour plane, to which all sinks that lies on the surface."""
        start, self.picture.still = self.surface.view, True
        end = self.picture.map_view(self.scene.layout.picture)
        turn = (end.azimuth - start.azimuth + np.pi) % (2 * np.pi) - np.pi
        end = replace(end, azimuth=start.azimuth + turn)

        def draw(share: float) -> None:
            # The surface would grow into the title: it is gone before the view has come far. And the plane
            # would swing its labels into the caption: it grows last.
            gone = ease((share - 0.2) / 0.8)
            self.surface.surface_alpha = 1 - ease(2.2 * share)
            self.surface.drop = gone
            scale = start.towards(end, gone**3).scale
            self.picture.look(replace(start.towards(end, gone), scale=scale))

        self.play(seconds, draw, *changes)


def _arrow(colour: str, room: Box, unit: float) -> list[Shape]:
    """An arrow to the right."""
    middle, half = room.centre, np.array([min(room.width / 2, 3.6 * unit), 0.0])
    return [Shape(fill=colour).draw(arrow(middle - half, middle + half, unit, 3.0 * unit))]


def _line(colour: str, dash: Sequence[float], room: Box, unit: float) -> list[Shape]:
    """A line across."""
    middle, half = room.centre, np.array([room.width / 2, 0.0])
    ends = np.stack([middle - half, middle + half])
    return [Shape(stroke=colour, width=45 * unit).draw(dashed(ends, [length * unit for length in dash]))]


def _spokes(slow: str, fast: str, room: Box, unit: float) -> list[Shape]:
    """Lines longer and longer, the long ones in the colour of what falls fast."""
    shapes = []
    for k, (share, colour) in enumerate(((0.25, slow), (0.45, slow), (0.7, fast), (1.0, fast))):
        x = room.left + (0.14 + 0.24 * k) * room.width
        line = segments(np.array([[x, room.bottom]]), np.array([[x, room.bottom + share * room.height]]))
        shapes.append(Shape(stroke=colour, width=60 * unit).draw(line))
    return shapes
