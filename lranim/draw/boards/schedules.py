"""Runs with their schedules, each in two charts: the learning rate above, the point below, by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from manim import VGroup

from lranim.core.noise import jitter, late_points
from lranim.core.types import Array, Schedule, Trajectory
from lranim.draw.chart.chart import BEFORE, Axis, Chart, stacked
from lranim.draw.chart.curves import Curve, Dots
from lranim.draw.layout import CAP, TAIL, Box
from lranim.draw.lettering import FramedText, Paragraph, colour
from lranim.draw.scene import LessonScene
from lranim.draw.shapes import Shape, dashes, rectangles
from lranim.look.text import short

BEADS = 80
"""Runs of more steps than that have no mark at each."""

FINE = 8
"""The curve of a rate is drawn through so many places a step, so that a drop is upright."""

BORDER = 0.8
"""The frame about the last points leaves room for their marks, in units."""

LOW = 36.0
"""In boxes lower than this, in units, charts have no names of its upright axes."""

PAD, WIDEST = 1.6, 54.0
"""About an ending within its frame, and the frame's width where there is room, in units."""

SHARES = (1.0, 2.2)
"""Heights, or where they stand side by side widths, of a run's two charts."""


class RunCharts:
    """One run: its name, the learning rate, the point, and at last how far off its last points are.

    The charts stand above one another with one axis across, or side by side. Axes and title are `still`,
    `rate` and `show` change `moving`, and `end` is what comes to view in the end.
    """

    def __init__(
        self,
        board: SchedulesBoard,
        box: Box,
        run: Trajectory,
        rates: Array,
        title: Paragraph,
        ending: Paragraph,
        role: str,
    ) -> None:
        setter, (across, height, place), (head, foot) = board.setter, board.axes, board.rows
        theme, unit, sizes, beside = setter.theme, setter.unit, setter.theme.sizes, board.beside
        wide = ending.advance + 2 * PAD * unit
        title.at(box.left, box.top - CAP * title.em - 0.8 * unit * beside)
        if beside:
            frame = box.inset(box.width - wide, box.height - foot, 0, 0)
            room = box.inset(0, 0, 0, max(head, foot) + 0.6 * unit)
            above, below = room.columns(*SHARES, gap=2.4 * unit)
            self.rates = Chart(setter, above, across, height)
            self.points = Chart(setter, below, across, place)
        else:
            side = max(box.width - max(wide, WIDEST * unit), 0.0) / 2
            frame = box.inset(side, 0, side, box.height - foot)
            room = box.inset(0, foot + 1.2 * unit, 0, head + 1.2 * unit)
            pairs = (Axis(across.low, across.high, ticks=()), height), (across, place)
            self.rates, self.points = stacked(setter, room.rows(*SHARES, gap=1.6 * unit), pairs)
        self.now = Dots(self.rates, [0.0], rates[:1], "rate", 1.3)
        target = Shape(stroke=theme.minimum, width=sizes.axis)
        start, end = self.points.at([across.low, across.high], run.target[0])
        target.draw(dashes(start, end, 0.8 * unit))
        self.places, self.heights = np.linspace(0.0, run.steps, len(rates)), rates
        self.rate_curve = Curve(self.rates, self.places, rates, "rate", width=sizes.curve, head=False)
        beads, steps = int(run.steps <= BEADS), np.arange(run.steps + 1)
        self.curve = Curve(self.points, steps, run.x[:, 0], "point", width=sizes.trail, every=beads)
        off, late = jitter(run), run.steps + 1 - late_points(run)
        reach = np.clip(run.target[0] + np.array([-off, off]), place.low, place.high)
        low, high = self.points.at([late, run.steps], reach) + np.array([[-BORDER], [BORDER]]) * unit
        spread = Shape(stroke=colour(theme, role), width=sizes.tangent)
        spread.draw(rectangles(low[None], high[None]))
        # The name of the axis across stands between the ticks at its ends.
        name = setter.fit(board.scene.say("schedule.step"), sizes.label, self.points.plot.width / 2, "muted")
        name.at(float(self.points.plot.centre[0]), self.points.baseline, 0.5)
        self.still = VGroup(title, self.rates.still, self.points.still, name, target)
        self.moving = VGroup(self.rates.moving, self.points.moving)
        self.end = spread, FramedText(setter, frame, ending, role)
        self.rate(0.0)
        self.show(0.0)

    def rate(self, share: float) -> None:
        """Draw this share of the rate's curve."""
        self.rate_curve.draw_to(share * (len(self.places) - 1))

    def show(self, progress: float) -> None:
        """Draw the run up to the moment at which so many steps are done."""
        self.curve.draw_to(progress)
        self.now.put([progress], [np.interp(progress, self.places, self.heights)])


class SchedulesBoard:
    """Puts charts of runs of the same number of steps, with common axes, into a scene and plays their steps.

    Each has a schedule, a title, and in the end its ending in the colour of a role.
    """

    def __init__(
        self,
        scene: LessonScene,
        runs: Sequence[Trajectory],
        schedules: Sequence[Schedule],
        titles: Sequence[str],
        endings: Sequence[str],
        roles: Sequence[str],
    ) -> None:
        self.scene, self.setter, layout, run = scene, scene.setter, scene.layout, runs[0]
        rate = scene.say("schedule.rate_short" if layout.chip_below else "schedule.rate")
        setter, count, unit, sizes = scene.setter, len(runs), scene.setter.unit, scene.theme.sizes
        # In a tall frame several are too low for charts above one another.
        self.beside = beside = layout.chip_below and count > 1
        boxes = (layout.body.rows if beside else layout.body.columns)(*[1.0] * count, gap=3.2 * unit)
        places = np.linspace(0.0, run.steps, FINE * run.steps + 1)
        rates = [schedule(places) for schedule in schedules]
        width = boxes[0].width
        room = width * (0.5 if beside else 1.0) - 2 * PAD * unit
        feet = setter.alike(endings, sizes.label, room, roles, lines=2)
        room = width - beside * (max(foot.advance for foot in feet) + (2 * PAD + 2) * unit)
        heads = setter.alike(titles, sizes.chip, room, ["text"] * count, lines=2)
        self.rows = (
            max((CAP + TAIL) * head.em + head.drop for head in heads),
            max((CAP + 2 * TAIL) * foot.em + foot.drop for foot in feet) + PAD * unit,
        )
        labels = (rate, run.cost_function.variables[0]) if boxes[0].height > LOW * unit else ("", "")
        top, named = float(np.max(rates)), sorted({float(run.x[0, 0]), float(run.target[0])})
        up = Axis.around(*rates, label=labels[0], zero=True)
        place = Axis.around(*(run.x for run in runs), run.target, label=labels[1])
        self.axes = (
            Axis(-BEFORE * run.steps, run.steps, ticks=((0.0, "0"), (run.steps, str(run.steps)))),
            replace(up, ticks=((0.0, "0"), (top, short(top)))),
            replace(place, ticks=tuple((value, short(value)) for value in named)),
        )
        self.charts = [
            RunCharts(self, *one) for one in zip(boxes, runs, rates, heads, feet, roles, strict=True)
        ]
        self.moving = [one.moving for one in self.charts]
        scene.add(*(one.still for one in self.charts), *self.moving)

    def draw_rates(self, seconds: float) -> None:
        """Let the curves of the rates grow."""

        def draw(share: float) -> None:
            for one in self.charts:
                one.rate(share)

        self.scene.move(seconds, draw, *self.moving)

    def show(self, progress: float) -> None:
        """Draw the moment at which so many steps are done."""
        for one in self.charts:
            one.show(progress)

    def walk(self, start: float, end: float, seconds: float) -> None:
        """Play the steps from point `start` to point `end` in so many seconds each."""
        self.scene.advance(self.show, start, end, seconds * (end - start), *self.moving)

    def finish(self, seconds: float) -> None:
        """Let how far off each is at the end, and its ending, come to view."""
        self.scene.reveal(*(part for one in self.charts for part in one.end), seconds=seconds)
