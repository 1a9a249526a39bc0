"""A learning-rate range test as it goes on, what it suggests, and trainings with that."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lranim.core.range_test import RangeTest
from lranim.core.types import Array, Trajectory
from lranim.draw.axis import BEFORE, Axis
from lranim.draw.chart import Chart
from lranim.draw.fading import Fading
from lranim.draw.lesson_scene import LessonScene
from lranim.draw.stage import ease

ROOM = 1.5
"""Height of the axis of losses, in units of the untrained network's: what explodes leaves the chart."""

SECONDS = (2.2, 1.8, 1.0)
"""How long one watches small rates, those that learn, and those that are too large."""

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
    low, high
        First and last rate that it was to have.
    steps
        The step of each rate that it was to have, ``(K,)`` or more of them than it got to.
    words
        Texts: ``rate``, ``loss``, ``step``.
    """

    def __init__(
        self,
        scene: LessonScene,
        test: RangeTest,
        low: float,
        high: float,
        steps: Array,
        words: dict[str, str],
    ) -> None:
        self.scene, self.test, self.words = scene, test, words
        setter, sizes = scene.setter, scene.theme.sizes
        left, self.box = scene.layout.split(1.3, 1.0)
        rates = Axis(low * (low / high) ** BEFORE, high, words["rate"], log=True)
        self.losses = Axis(0.0, ROOM * float(test.smoothed[0]), words["loss"])
        self.chart = Chart(setter, left, rates, self.losses)
        self.raw = self.chart.dots(test.lr, test.loss, "muted", 0.7, opacity=0.6)
        self.curve = self.chart.curve(test.lr, test.smoothed, "cost", width=sizes.curve)
        first, last = steps[[0, -1]].tolist()
        across = Axis(first - BEFORE * (last - first), last, words["step"])
        self.growth = self._beside(across, rates)
        self.grown = self.growth.curve(steps[: len(test.lr)], test.lr, "rate", width=sizes.curve)
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

    def tell(self, told: dict[str, object]) -> None:
        """Play the test as its parts are told, and mark what it suggests."""
        scene, test = self.scene, self.test
        low, high, end = self.chart.axes.x.low, self.chart.axes.x.high, len(test.lr) - 1
        first, lowest = test.fall or (end, end)
        start, turn = test.lr[[first, lowest]].tolist()
        small = "small" if test.fall else "hasty" if test.exploded else "nothing"
        scene.beat(f"lr-finder.{small}", **told)
        self.go_on(0, first, SECONDS[0])
        self.region(low, start, scene.say("lr-finder.region_small"), "rate")
        if test.fall:
            scene.beat("lr-finder.falls")
            self.go_on(first, lowest, SECONDS[1])
            self.region(start, turn, scene.say("lr-finder.region_falls"), "gradient")
            scene.beat("lr-finder.large" if test.exploded else "lr-finder.open", **told)
            self.go_on(lowest, end, SECONDS[2])
        if test.exploded:
            self.region(turn, high, scene.say("lr-finder.region_large"), "minimum")

        scene.beat("lr-finder.pick" if test.fall else "lr-finder.pick_none")
        room = "short" if scene.layout.chip_below else "long"
        self.suggest(test.steepest, scene.say(f"lr-finder.steepest_{room}", **told), "gradient")
        self.suggest(test.valley, scene.say(f"lr-finder.valley_{room}", **told), "point")
        scene.hold(scene.theme.waits.read)

    def end(self, told: dict[str, object]) -> None:
        """End the story of a test alone, with the rate that it found."""
        kind = "log" if self.test.fall else "log_none"
        self.scene.beat(f"lr-finder.end_{kind}", **told)
        self.scene.alt = self.scene.say(f"lr-finder.alt_{kind}", **told)
        self.scene.hold(self.scene.theme.waits.end)

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
