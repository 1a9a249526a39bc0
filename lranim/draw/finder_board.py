"""A learning-rate range test as it goes on, what it suggests, and trainings with that."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lranim.core.range_test import RangeTest
from lranim.core.types import Trajectory
from lranim.draw.axis import BEFORE, Axis
from lranim.draw.chart import Chart
from lranim.draw.fading import Fading
from lranim.draw.lesson_scene import LessonScene
from lranim.draw.stage import ease

ROOM = 1.5
"""Height of the axis of losses, in units of the untrained network's: what explodes leaves the chart."""

STYLES = (0, 1, 3)
"""Which of the theme's series the trainings are."""


class FinderBoard:
    """Puts the losses of a range test into a scene, and beside them its rates, later trainings.

    Parameters
    ----------
    scene
        The scene to draw in.
    test
        The range test.
    low, high, steps
        First rate, last rate and number of rates that it was to have.
    words
        Texts: ``rate``, ``loss``, ``step``.
    """

    def __init__(
        self, scene: LessonScene, test: RangeTest, low: float, high: float, steps: int, words: dict[str, str]
    ) -> None:
        self.scene, self.test, self.words = scene, test, words
        setter, sizes = scene.setter, scene.theme.sizes
        left, self.box = scene.layout.split(1.3, 1.0)
        rates = Axis(low * (low / high) ** BEFORE, high, words["rate"], log=True)
        self.losses = Axis(0.0, ROOM * float(test.smoothed[0]), words["loss"])
        self.chart = Chart(setter, left, rates, self.losses)
        self.raw = self.chart.dots(test.lr, test.loss, "muted", 0.7, opacity=0.6)
        self.curve = self.chart.curve(test.lr, test.smoothed, "cost", width=sizes.curve)
        self.growth = self._beside(Axis(-BEFORE * steps, steps - 1, words["step"]), rates)
        t = np.arange(len(test.lr))
        self.grown = self.growth.curve(t, test.lr, "rate", width=sizes.curve)
        self.show(0.0)
        scene.add(self.chart.still, self.chart.moving, self.growth.still, self.growth.moving)

    def _beside(self, x: Axis, y: Axis, names: Sequence[str] = ()) -> Chart:
        """Make the other chart; where it stands beside the test's, its zero is level with that one's."""
        chart = Chart(self.scene.setter, self.box, x, y, names=names)
        lift = self.chart.plot.bottom - chart.plot.bottom
        if self.scene.layout.stacked or lift <= 0:
            return chart
        return Chart(self.scene.setter, self.box.inset(0.0, lift, 0.0, 0.0), x, y, names=names)

    def show(self, step: float) -> None:
        """Draw the test at the moment at which so many steps are done."""
        self.raw.show(step)
        self.curve.show(step)
        self.grown.show(step)

    def go_on(self, start: int, end: int, seconds: float) -> None:
        """Play the test from one step to another: equally fast at all, so that the rate grows evenly."""
        moving = self.raw.parts, self.curve.parts, self.grown.parts
        self.scene.move(seconds, lambda share: self.show(start + (end - start) * share), *moving)

    def region(self, low: float, high: float, name: str, role: str) -> None:
        """Tint the rates between two, and name them."""
        band = self.chart.band(low, high, role, name).set_alpha(0.0)
        self.scene.move(self.scene.theme.waits.caption, lambda u: band.set_alpha(ease(u)), band.parts)

    def suggest(self, step: int, text: str, role: str) -> None:
        """Mark the rate of a step."""
        lr, loss = self.test.lr[step], self.test.smoothed[step]
        marker = self.chart.marker(lr, text, role).set_alpha(0.0)
        dot = self.chart.dots([lr], [loss], role, self.scene.theme.sizes.dot).set_alpha(0.0)

        def appear(share: float) -> None:
            marker.set_alpha(ease(share))
            dot.set_alpha(ease(share))

        self.scene.move(2 * self.scene.theme.waits.caption, appear, marker.parts, dot.parts)

    def try_out(self, runs: Sequence[Trajectory], names: Sequence[str], seconds: float) -> None:
        """Put trainings in the place of the rates, and play them in step with each other."""
        scene, steps = self.scene, max(run.steps for run in runs)
        old = self.growth.still, self.growth.moving
        fading = Fading(*old)
        scene.move(scene.theme.waits.caption, lambda u: fading.set_alpha(1.0 - ease(u)), *old)
        scene.remove(*old)
        chart = self._beside(Axis(-BEFORE * steps, steps, self.words["step"]), self.losses, names)
        curves = [
            chart.curve(np.arange(run.steps + 1), run.cost, scene.theme.series[k], name).show(0.0)
            for run, name, k in zip(runs, names, STYLES, strict=True)
        ]
        new = chart.still, chart.moving
        rising = Fading(*new)
        scene.add(*new)
        scene.move(scene.theme.waits.caption, lambda u: rising.set_alpha(ease(u)), *new)
        scene.move(seconds, lambda u: [curve.show(steps * u) for curve in curves], chart.moving)
