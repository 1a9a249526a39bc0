"""A line through samples and its cost, complete: it turns, then moves, as its cost is told beside it."""

from __future__ import annotations

import numpy as np

from lranim.core.least_squares import Samples
from lranim.core.types import Array, Cost
from lranim.draw.curves import Drawn
from lranim.draw.fading import swap
from lranim.draw.ledger import Scale
from lranim.draw.lesson_scene import LessonScene
from lranim.draw.line_fit import CostCurve, CostSpace, FitChart
from lranim.draw.stage import ease


class LineBoard:
    """Puts samples, a line and its cost into a scene, and moves the line.

    Parameters
    ----------
    scene
        The scene to draw in, after its title.
    data
        The samples that are drawn.
    one, two
        The costs of a line through the origin and of any line.
    scale
        How costs are written.
    label
        The name of the samples' axis up.
    flag
        What marks the lowest point of the cost curve.
    """

    def __init__(
        self, scene: LessonScene, data: Samples, one: Cost, two: Cost, *, scale: Scale, label: str, flag: str
    ) -> None:
        self.scene, self.two, self.scale = scene, two, scale
        layout = scene.layout
        left, right = layout.split(1.0, 1.3 if layout.stacked else 1.0)
        if not layout.stacked and scene.title_end < left.right:
            right = right.inset(0.0, 0.0, 0.0, left.top - layout.title.top)  # beside the title
        self.room = right
        self.fit = FitChart(scene.setter, left, data, label)
        self.curve = CostCurve(scene.setter, right, one, scale, flag)
        self.space: CostSpace | None = None
        self.clock = 0.0
        low = one.domain[0][0]
        self.fit.put(low)
        self.curve.put(low)
        self.fit.squares.set_alpha(0.0)
        scene.add(*self.fit.parts, *self.curve.parts)

    def show_squares(self, seconds: float) -> None:
        """Fade in the squares, and the point whose height is their mean."""
        self._appear(seconds, self.fit.squares, *self.curve.dots)

    def mark_lowest(self, seconds: float) -> None:
        """Fade in the marks of the cost curve's lowest point."""
        self._appear(seconds, self.curve.target, self.curve.flag)

    def _appear(self, seconds: float, *drawn: Drawn) -> None:
        parts = [one.parts for one in drawn]
        self.scene.move(seconds, lambda u: [one.set_alpha(ease(u)) for one in drawn], *parts)

    def turn(self, start: float, end: float, seconds: float, *, trace: bool = False) -> None:
        """Turn the line from one slope to another, and with `trace` draw the cost curve on the way."""

        def draw(share: float) -> None:
            a = start + (end - start) * ease(share)
            self.fit.put(a)
            self.curve.put(a)
            if trace:
                self.curve.trace(a)

        self.scene.move(seconds, draw, *self.fit.moving, *self.curve.moving)

    def open_space(self, place: Array, seconds: float) -> None:
        """Put the surface in the place of the curve, the point at this slope and intercept ``(2,)``."""
        self.space = CostSpace(self.scene.setter, self.room, self.two, self.scale)
        self.space.put(*place.tolist())
        swap(self.scene, self.curve.parts, self.space.parts, seconds)

    def go(self, start: Array, end: Array, seconds: float, *, stop: bool = False) -> None:
        """Move the line, and the point on the surface, as that turns; with `stop` the turn runs out."""
        space = self.space
        assert space is not None

        def draw(share: float) -> None:
            a, b = (start + (end - start) * ease(share)).tolist()
            self.fit.put(a, b)
            space.put(a, b)
            space.turn(self.clock + seconds * (share - share * share / 2 if stop else share))

        self.scene.move(seconds, draw, *self.fit.moving, *space.moving)
        self.clock += seconds / (2 if stop else 1)

    @property
    def poor(self) -> list[Array]:
        """Two lines that fit badly, each in its own way: slope and intercept ``(2,)``."""
        low, high = np.array(self.two.domain).T
        middle, half = (low + high) / 2, (high - low) / 2
        return [middle + half * np.array(way) for way in ((0.7, 0.55), (-0.7, 0.35))]
