"""A descent on a surface, complete: turning picture at the left, panel at the right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import VGroup

from lranim.core.types import Array, Trajectory
from lranim.draw.board import panel_of
from lranim.draw.layers import clearest
from lranim.draw.layout import LEADING
from lranim.draw.layout import Box as LayoutBox
from lranim.draw.lesson_scene import LessonScene
from lranim.draw.paragraph import Paragraph
from lranim.draw.plot import formula_of
from lranim.draw.shapes import Shape, arrow, discs
from lranim.draw.space_picture import TURN, SpacePicture, left_of
from lranim.draw.stage import AIM, ease
from lranim.draw.terms import Line
from lranim.look.text import short

LOW = 1.9
"""A picture so many times as wide as high has its key at the left, not below."""


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
        key = self._key(ground)
        # Room for labels of the axes at the left and below, and for the key: in a low picture at the left.
        aside = ground.width > LOW * ground.height
        left, low = left_of(scene.setter, cost, unit), key.height + 5.8 * unit
        if aside:
            left, low = key.width + 6 * unit, 4.4 * unit
        # Beside a title in one line there is room above, too, unless a formula is there.
        formula = formula_of(scene.setter, cost, ground.width - 2 * unit)
        above = 0.0 if scene.layout.stacked else -2.5 * unit
        if formula is not None:
            # Fractions are higher than a line, above and below.
            formula.at(ground.left, ground.top)
            formula.at(ground.left, 2 * ground.top - float(formula.get_top()[1]) - 0.2 * formula.em)
            scene.add(formula)
            above = ground.top - float(formula.get_bottom()[1]) + 0.3 * formula.em
        area = ground.inset(left, low, unit, above)
        self.picture = SpacePicture(scene.setter, cost, area, path=run.x)
        self.space, self.labels = self.picture.space, self.picture.labels
        view = self.space.view
        # Turns about a diagonal of the floor: seen along an axis, a valley looks flat.
        diagonals = [np.radians(45.0 + 90.0 * k) - TURN * seconds / 2 for k in (3, 0, 2, 1)]
        start = clearest(self.space.field, run.x, view, TURN * seconds, diagonals)
        self.view = view.turned(start - view.azimuth)
        self.clock = 0.0
        self.turn(0.0)
        self.space.arrow_alpha = 0.0
        self.panel = panel_of(scene, run, rule=rule, lines=lines, target=scene.say("surface.target"))
        scene.add(key, self.panel.still, self.space, self.labels, self.panel.moving)
        self.show(0.0)

    def _key(self, ground: LayoutBox) -> VGroup:
        """What the red ring and the green arrow are, in a row at the foot of the picture, or in two."""
        scene, theme = self.scene, self.scene.theme
        setter, unit, size = scene.setter, scene.layout.unit, theme.sizes.label
        target = ", ".join(short(float(v), 3) for v in self.run.target)
        count = len(self.run.cost_function.minima)
        words = scene.say("surface.minima" if count > 1 else "surface.minimum", target=target, count=count)
        room = ground.width - 7.4 * unit
        name = setter.fit(words, size, room, "minimum", bold=True)
        way = setter.fit(scene.say("surface.gradient"), size, room, "gradient", bold=True)
        if not count:
            return self._arrow(way.at(ground.left + 7.4 * unit, ground.bottom + 1.2 * unit))
        x, y = ground.left, ground.bottom + 1.2 * unit
        beside = name.advance + way.advance + 17.4 * unit < ground.width < LOW * ground.height
        up, along = (0.0, name.advance + 10 * unit) if beside else (setter.em(size) * LEADING, 0.0)
        centre = np.array([[x + (1.6 if beside else 3.0) * unit, y + up + 1.5 * unit]])
        ring = Shape(stroke=theme.minimum, width=theme.sizes.tangent).draw(discs(centre, 1.5 * unit))
        bull = Shape(fill=theme.minimum).draw(discs(centre, 0.55 * unit))
        indent = 4.4 * unit if beside else 7.4 * unit
        name.at(x + indent, y + up)
        return VGroup(ring, bull, name, self._arrow(way.at(x + along + 7.4 * unit, y)))

    def _arrow(self, words: Paragraph) -> VGroup:
        """Words with the arrow before them that they name."""
        unit = self.scene.layout.unit
        start = np.array([words.x - 7.4 * unit, words.y + 1.5 * unit])
        shaft = Shape(fill=self.scene.theme.gradient)
        return VGroup(shaft.draw(arrow(start, start + np.array([6 * unit, 0]), unit, 2.6 * unit)), words)

    def show(self, progress: float) -> None:
        """Draw picture and panel at the moment at which so many steps are done."""
        self.progress = progress
        k = min(int(progress), self.run.steps)
        share = progress - k
        gone = ease((share - AIM) / (1 - AIM))
        self.space.progress = min(k + gone, float(self.run.steps))
        self.panel.show(progress)

    def turn(self, seconds: float) -> None:
        """Turn the picture on by the time that has passed."""
        self.picture.look(self.view.turned(TURN * (self.clock + seconds)))

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
