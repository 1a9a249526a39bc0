"""A descent on a surface, complete: turning picture at the left, panel at the right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import VGroup

from lranim.core.types import Array, Cost, Trajectory
from lranim.draw.board import panel_of
from lranim.draw.layers import SpaceStyle, clearest
from lranim.draw.lesson_scene import LessonScene
from lranim.draw.lettering import Lettering
from lranim.draw.mesh import Space
from lranim.draw.panel import Line
from lranim.draw.shapes import Shape, arrow, discs
from lranim.draw.space import Box, linear, log_rise
from lranim.draw.stage import AIM, ease
from lranim.look.text import short

ELEVATION = np.radians(36.0)
TURN = np.radians(1.8)
"""How fast the picture turns, in radians a second: slow enough to read, fast enough to show depth."""

STEEP = 6.0
"""A cost whose highest wall is so many times its median is drawn with squeezed heights."""


def box_of(cost: Cost) -> Box:
    """The world box of a cost: heights in proportion, or squeezed where the walls would flatten the rest."""
    sides = [np.linspace(low, high, 41) for low, high in cost.domain]
    grid = np.stack(np.meshgrid(*sides, indexing="ij"), axis=-1)
    above = cost.value(grid) - float(cost.value(np.array(cost.minima[0])))
    median = float(np.median(above))
    rise = log_rise(0.6 * median) if float(above.max()) > STEEP * median else linear
    return Box.around(cost, height=0.72, gap=0.62, rise=rise)


class SpaceBoard:
    """Puts surface, labels and panel of one run into a scene and plays its steps as the picture turns.

    Parameters
    ----------
    scene
        The scene to draw in.
    run
        A trajectory in two variables.
    rule
        The rule as a formula, for the panel.
    lines
        The rule with its real numbers.
    seconds
        About how long the clip is, for choosing a turn that keeps the path in sight.
    """

    def __init__(
        self, scene: LessonScene, run: Trajectory, *, rule: str, lines: Sequence[Line], seconds: float
    ) -> None:
        self.scene, self.run = scene, run
        cost, unit, ground = run.cost_function, scene.layout.unit, scene.layout.picture
        box = box_of(cost)
        # Room for the labels of the axes at the left and below, and for the key.
        area = ground.inset(5.4 * unit, 8.8 * unit, unit, -2.5 * unit)
        view = box.view(np.radians(-60.0), ELEVATION, area.width, area.height, tuple(area.centre))
        self.space = Space(cost, view, SpaceStyle.of(scene.theme), box=box, path=run.x)
        # Turns about a diagonal of the floor: seen along an axis, a valley looks flat.
        diagonals = [np.radians(45.0 + 90.0 * k) - TURN * seconds / 2 for k in (3, 0, 2, 1)]
        start = clearest(self.space.field, run.x, view, TURN * seconds, diagonals)
        self.view = view.turned(start - view.azimuth)
        self.space.view = self.view
        self.space.arrow_alpha = 0.0
        self.clock = 0.0
        self.panel = panel_of(scene, run, rule=rule, lines=lines, target=scene.say("surface.target"))
        self._label_axes()
        scene.add(self._key(), self.panel.still, self.space, self.labels, self.panel.moving)
        self.show(0.0)

    def _label_axes(self) -> None:
        setter, sizes = self.scene.setter, self.scene.theme.sizes
        cost, box = self.run.cost_function, self.space.box
        self.labels = VGroup()
        self.edges: list[tuple[Lettering, int, float, float]] = []
        marks: list[list[float]] = []
        for axis, (low, high) in enumerate(cost.domain):
            values = [float(v) for v in np.linspace(low, high, 5) if abs(v) < abs(high) or v == 0]
            marks.append(values)
            self.edges += [(setter.text(short(v), sizes.tick, "muted"), axis, v, 0.16) for v in values]
            name = setter.text(cost.variables[axis], sizes.label, bold=True)
            self.edges.append((name, axis, high - (high - low) * 0.02, 0.2))
        heights = [value for value in box.ticks(2) if value > box.cost[0]]
        self.space.ticks = (marks[0], marks[1], heights)
        self.edges += [(setter.text(short(v), sizes.tick, "muted"), 2, v, 0.12) for v in heights]
        self.edges.append((setter.text("J", sizes.label, bold=True), 2, box.cost[1], 0.05))
        self.labels.add(*(line for line, *_ in self.edges))

    def _key(self) -> VGroup:
        """What the red ring and the green arrow are, in a row below the picture."""
        scene, theme = self.scene, self.scene.theme
        setter, unit, size = scene.setter, scene.layout.unit, theme.sizes.label
        x, y = scene.layout.picture.left, scene.layout.picture.bottom + 1.2 * unit
        ring = Shape(stroke=theme.minimum, width=theme.sizes.tangent)
        bull = Shape(fill=theme.minimum)
        centre = np.array([[x + 1.6 * unit, y + 1.5 * unit]])
        ring.draw(discs(centre, 1.5 * unit))
        bull.draw(discs(centre, 0.55 * unit))
        target = ", ".join(short(float(v), 3) for v in self.run.target)
        count = len(self.run.cost_function.minima)
        words = scene.say("surface.minima" if count > 1 else "surface.minimum", target=target, count=count)
        name = setter.text(words, size, "minimum", bold=True)
        name.at(x + 4.4 * unit, y)
        x += name.advance + 10 * unit
        shaft = Shape(fill=theme.gradient)
        shaft.draw(
            arrow(np.array([x, y + 1.5 * unit]), np.array([x + 6 * unit, y + 1.5 * unit]), unit, 2.6 * unit)
        )
        way = setter.text(scene.say("surface.gradient"), size, "gradient", bold=True).at(x + 7.4 * unit, y)
        return VGroup(ring, bull, name, shaft, way)

    def show(self, progress: float) -> None:
        """Draw picture and panel at the moment at which so many steps are done."""
        self.progress = progress
        k = min(int(progress), self.run.steps)
        share = progress - k
        gone = ease((share - AIM) / (1 - AIM))
        self.space.progress = min(k + gone, float(self.run.steps))
        self.panel.show(progress)
        unit = self.scene.layout.unit
        for line, axis, value, pad in self.edges:
            if axis == 2:
                place, alpha = self.space.cost_anchor(value, pad)
                line.at(place[0], place[1] + (1.2 if value == self.space.box.cost[1] else -1.2) * unit, 1.0)
            else:
                place, alpha = self.space.edge_anchor(axis, value, pad)
                line.at(place[0], place[1] - 1.2 * unit, 0.5)
            line.set_alpha(alpha)

    def turn(self, seconds: float) -> None:
        """Turn the picture on by the time that has passed."""
        self.space.view = self.view.turned(TURN * (self.clock + seconds))

    def aim(self, point: Array, grad: Array, opacity: float) -> None:
        """Show the negative gradient at a point: its direction, as long as the step or a little longer."""
        domain = np.array(self.run.cost_function.domain)
        least = 0.16 * float((domain[:, 1] - domain[:, 0]).max())
        length = float(np.hypot(*grad))
        if length < 1e-9:
            self.space.arrow = None
            return
        self.space.arrow = (point, -grad / length * least)
        self.space.arrow_alpha = opacity

    def part(self, start: float, end: float, seconds: float) -> None:
        """Play from one progress to another, the picture turning."""

        def draw(share: float) -> None:
            progress = start + (end - start) * share
            self.turn(seconds * share)
            k = min(int(progress), self.run.steps)
            within = progress - k
            grown, gone = ease(within / AIM), ease((within - AIM) / (1 - AIM))
            self.aim(self.run.x[k], self.run.grad[k], grown * (1 - gone) if k < self.run.steps else 0.0)
            self.show(progress)

        self.scene.move(seconds, draw, self.space, self.labels, *self.panel.changing(start, end))
        self.clock += seconds

    def rest(self, seconds: float) -> None:
        """Let time pass, the picture turning."""
        self.part(self.progress, self.progress, seconds)

    def stop(self, seconds: float) -> None:
        """Let the turn run out, so that the last frame can hold without a jolt."""

        def draw(share: float) -> None:
            self.turn(seconds * (share - share * share / 2))
            self.show(self.progress)

        steps = float(self.run.steps)
        self.scene.move(seconds, draw, self.space, self.labels, *self.panel.changing(steps, steps))
        self.clock += seconds / 2
