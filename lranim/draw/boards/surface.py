"""A descent on a surface, complete: turning picture at the left, panel at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from manim import VGroup

from lranim.core.story import as_far_as_shown
from lranim.core.types import Trajectory
from lranim.draw.boards.story import Plays, Story
from lranim.draw.chart.descent import AIM
from lranim.draw.equation import Line
from lranim.draw.layout import LEADING, Box
from lranim.draw.lettering import Paragraph
from lranim.draw.panel import Panel
from lranim.draw.scene import LessonScene, ease
from lranim.draw.shapes import Shape, arrow, ring_and_dot
from lranim.draw.surface.picture import SurfacePicture, left_of
from lranim.look.text import short

EDGE = 10.0
"""The picture ends at the domain: what comes long after would only be numbers too long for the panel."""

LOW = 1.9
"""A picture so many times as wide as high has its key at the left, not below."""


class SurfaceBoard(Story):
    """Puts surface, labels and panel of one run into a scene and plays its steps as the picture turns.

    Parameters
    ----------
    scene
        The scene to draw in.
    run
        A trajectory in two variables.
    asked
        The number of steps that were asked for.
    rule
        The rule as a formula, for the panel.
    lines
        The rule with its real numbers.
    seconds
        About how long the clip is, for choosing a turn that keeps the path in sight.
    settings
        What texts may name beside `words_of` the run.
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
        run, self.clock = self.run, 0.0
        cost, unit, ground = run.cost_function, scene.layout.unit, scene.layout.picture
        key = self._key(ground)
        # Room for labels of the axes at the left and below, and for the key: in a low picture at the left.
        left, low = left_of(scene.setter, cost), key.height + 5.8 * unit
        if ground.width > LOW * ground.height:
            left, low = key.width + 6 * unit, 4.4 * unit
        # Beside a title in one line there is room above, too, unless a formula is there.
        formula = scene.setter.cost_formula(cost, ground.width - 2 * unit)
        above = 0.0 if scene.layout.stacked else -2.5 * unit
        if formula is not None:
            # Fractions are higher than a line, above and below.
            formula.at(ground.left, ground.top)
            formula.at(ground.left, 2 * ground.top - float(formula.get_top()[1]) - 0.2 * formula.em)
            scene.add(formula)
            above = ground.top - float(formula.get_bottom()[1]) + 0.3 * formula.em
        self.picture = SurfacePicture(scene.setter, cost, ground.inset(left, low, unit, above), path=run.x)
        self.picture.begin(run.x, seconds)
        self.panel = Panel(scene, run, rule=rule, lines=lines, target=scene.say("surface.target"))
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
        return [partial(self._turn, seconds, lambda share: share, start, end)] if start < end else []

    def rest(self, seconds: float) -> Plays:
        """Let time pass, the picture turning."""
        return [lambda: self._turn(seconds, lambda share: share, self.progress, self.progress)]

    def stop(self, seconds: float) -> Plays:
        """Let the turn run out, so that the last frame can hold without a jolt."""

        def slower(share: float) -> float:
            return share - share * share / 2

        return [lambda: self._turn(seconds, slower, self.progress, self.progress)]

    def close(self) -> None:
        """Say in the panel whether the run arrived."""
        self.panel.end()

    def _turn(self, seconds: float, pace: Callable[[float], float], start: float, end: float) -> None:
        def draw(share: float) -> None:
            self.picture.turn(self.clock + seconds * pace(share))
            self.show(start + (end - start) * share)

        changing = self.panel.changing(start, end)
        self.scene.move(seconds, draw, self.picture.surface, self.picture.labels, *changing)
        self.clock += seconds * pace(1.0)
