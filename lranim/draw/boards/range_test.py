"""A learning-rate range test as it goes on, what it suggests, and trainings with that."""

from __future__ import annotations

from collections.abc import Sequence

from lranim.core.range_test import RangeTest
from lranim.core.types import Array, Trajectory
from lranim.draw.boards.compare import CostCurves
from lranim.draw.chart.axis import BEFORE, Axis
from lranim.draw.chart.chart import Chart
from lranim.draw.chart.curves import Band, Curve, Dots
from lranim.draw.chart.markers import Marker
from lranim.draw.layout import Box
from lranim.draw.scene import LessonScene

ROOM = 1.5
"""Height of the axis of losses, in units of the untrained network's: what explodes leaves the chart."""

SECONDS = (2.2, 1.8, 1.0)
"""How long one watches small rates, those that learn, and those that are too large."""

STYLES = (0, 1, 3)
"""Which of the theme's series the trainings are."""


class RangeTestBoard:
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
    """

    def __init__(self, scene: LessonScene, test: RangeTest, low: float, high: float, steps: Array) -> None:
        self.scene, self.test = scene, test
        setter, width = scene.setter, scene.theme.sizes.curve
        left, self.room = scene.layout.split(1.3, 1.0)
        rates = Axis(low * (low / high) ** BEFORE, high, scene.say("lr-finder.rate"), log=True)
        self.losses = Axis(0.0, ROOM * float(test.smoothed[0]), scene.say("lr-finder.loss"))
        self.chart = Chart(setter, left, rates, self.losses)
        self.raw = Dots(self.chart, test.lr, test.loss, "muted", 0.7, opacity=0.6)
        self.curve = Curve(self.chart, test.lr, test.smoothed, "cost", width=width)
        first, last = steps[[0, -1]].tolist()
        across = Axis(first - BEFORE * (last - first), last, scene.say("lr-finder.step"))
        self.growth = Chart(setter, self._level(Chart(setter, self.room, across, rates)), across, rates)
        self.grown = Curve(self.growth, steps[: len(test.lr)], test.lr, "rate", width=width)
        self.show(0.0)
        scene.add(self.chart.still, self.chart.moving, self.growth.still, self.growth.moving)

    def _level(self, chart: Chart) -> Box:
        """The room of the other chart: where that stands beside the test's, both have their feet level."""
        lift = self.chart.plot.bottom - chart.plot.bottom
        return self.room.inset(0.0, 0.0 if self.scene.layout.stacked else max(lift, 0.0), 0.0, 0.0)

    def show(self, step: float) -> None:
        """Draw the test at the moment at which so many steps are done."""
        for drawn in (self.raw, self.curve, self.grown):
            drawn.draw_to(step)

    def _region(self, low: float, high: float, name: str, role: str) -> None:
        """Tint the rates between two, and name them."""
        self.scene.reveal(*Band(self.chart, low, high, role, self.scene.say(f"lr-finder.region_{name}")))

    def _suggest(self, step: int, text: str, role: str) -> None:
        """Mark the rate of a step."""
        lr, loss = self.test.lr[step], self.test.smoothed[step]
        marker = Marker(self.chart, lr, text, role)
        dot = Dots(self.chart, [lr], [loss], role, self.scene.theme.sizes.dot)
        self.scene.reveal(*marker, dot, seconds=2 * self.scene.theme.waits.caption)

    def tell(self, facts: dict[str, object]) -> None:
        """Play the test as its parts are told, and mark what it suggests."""
        scene, test = self.scene, self.test
        low, high, end = self.chart.x.low, self.chart.x.high, len(test.lr) - 1
        first, lowest = test.fall or (end, end)
        start, turn = test.lr[[first, lowest]].tolist()

        def go_on(start: int, end: int, seconds: float) -> None:
            # Equally fast at all steps, so that the rate grows evenly.
            moving = self.raw, self.curve, self.grown
            scene.move(seconds, lambda share: self.show(start + (end - start) * share), *moving)

        small = "small" if test.fall else "hasty" if test.exploded else "nothing"
        scene.beat(f"lr-finder.{small}", **facts)
        go_on(0, first, SECONDS[0])
        self._region(low, start, "small", "rate")
        if test.fall:
            scene.beat("lr-finder.falls")
            go_on(first, lowest, SECONDS[1])
            self._region(start, turn, "falls", "gradient")
            scene.beat("lr-finder.large" if test.exploded else "lr-finder.open", **facts)
            go_on(lowest, end, SECONDS[2])
        if test.exploded:
            self._region(turn, high, "large", "minimum")

        scene.beat("lr-finder.pick" if test.fall else "lr-finder.pick_none")
        room = "short" if scene.layout.chip_below else "long"
        self._suggest(test.steepest, scene.say(f"lr-finder.steepest_{room}", **facts), "gradient")
        self._suggest(test.valley, scene.say(f"lr-finder.valley_{room}", **facts), "point")
        scene.hold(scene.theme.waits.read)

    def end(self, facts: dict[str, object]) -> None:
        """End the story of a test alone, with the rate that it found."""
        kind = "log" if self.test.fall else "log_none"
        self.scene.beat(f"lr-finder.end_{kind}", **facts)
        self.scene.alt = self.scene.say(f"lr-finder.alt_{kind}", **facts)
        self.scene.hold(self.scene.theme.waits.end)

    def try_out(self, runs: Sequence[Trajectory], names: Sequence[str], seconds: float) -> None:
        """Put trainings in the place of the rates, and play them in step with each other."""
        scene, step = self.scene, self.scene.say("lr-finder.step")
        styles = [scene.theme.series[k] for k in STYLES]
        lines = list(zip([run.cost for run in runs], styles, names, strict=True))
        scene.swap((self.growth.still, self.growth.moving), ())

        def made(room: Box) -> CostCurves:
            return CostCurves(scene.setter, room, lines, step, self.losses)

        chart = made(self._level(made(self.room)))

        def show(progress: float) -> None:
            for curve in chart.runs:
                curve.draw_to(progress)

        show(0.0)
        scene.reveal(chart.still, chart.moving)
        scene.advance(show, 0.0, max(run.steps for run in runs), seconds, chart.moving)
