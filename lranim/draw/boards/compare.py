"""Runs on curves of their own, side by side and in step, and their costs over one another below them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Mobject, VGroup

from lranim.core.story import as_far_as_shown
from lranim.core.theory import verdict
from lranim.core.types import Array, Trajectory
from lranim.draw.chart.chart import Axis
from lranim.draw.chart.cost_curve import CurvePlot, View
from lranim.draw.chart.curves import CostCurves
from lranim.draw.chart.descent import AIM, Descent
from lranim.draw.layout import CAP, TAIL, Box, tall
from lranim.draw.lettering import FramedText, Number, Paragraph
from lranim.draw.scene import LessonScene, ease, role_of
from lranim.draw.shapes import NOTHING, Shape, arrow, holds, inside

FARTHEST = 1.25
"""A common view follows runs until they are so many half widths of the domain away from its middle."""

CHART, LOW_CHART = 0.75, 0.4
"""Height of the chart, where the plots' is 1, and where there are two rows of these."""

BEYOND = 1.3
"""Where a run goes up, costs are shown up to so many times that of the start."""


def common_view(runs: Sequence[Trajectory]) -> View:
    """A view in which several runs can be compared; what goes far leaves it."""
    ends = np.array([run.cost_function.domain[0] for run in runs])
    middle, half = float(ends.min() + ends.max()) / 2, float(ends.max() - ends.min()) / 2
    away = np.abs(np.concatenate([run.x[:, 0] for run in runs]) - middle) / half
    # A little beyond, so that a dot at its edge does not touch the frame.
    reach = 1.08 * half * float(away[away <= FARTHEST].max(initial=1.0))
    views = [View.of(run.cost_function, middle - reach, middle + reach, *runs) for run in runs]
    low, high = min(view.low for view in views), max(view.high for view in views)
    return View(middle - reach, middle + reach, low, high)


class SmallPlot:
    """A small plot with a run on its curve: `show` changes `moving`, and `chip`, its ending, is yet to come.

    A step that leaves the view ends in an arrow head at the plot's edge.
    """

    def __init__(
        self, board: SmallPlots, box: Box, run: Trajectory, title: Paragraph, ending: Paragraph
    ) -> None:
        setter, middle, (head, foot) = board.scene.setter, float(box.centre[0]), board.rows
        self.setter, self.box, self.run, unit = setter, box, as_far_as_shown(run), setter.unit
        room = box.inset(0, 0, 0, box.height - foot)
        self.chip = FramedText(setter, room, ending, role_of(verdict(run).value))
        foot += 1.6 * unit
        self.reading = self._reading(middle, box.bottom + foot) if board.reading else None
        if self.reading is not None:
            foot += CAP * self.reading.em + 2 * unit
        title.at(middle, box.top - CAP * title.em - 0.2 * unit, 0.5)
        # The plot's ground reaches beyond its axes, most of all below, where the ticks' texts hang.
        sizes = setter.theme.sizes
        below = (1.35 * sizes.dot + 0.7 + 2.4) * unit + setter.cap(sizes.tick)
        inner = box.inset(1.5 * unit, foot + below, 1.5 * unit, head + 1.5 * unit)
        self.plot = CurvePlot(setter, run.cost_function, inner, board.view, bare=True)
        self.descent = Descent(self.plot, self.run)
        self.leaving = Shape(fill=setter.theme.point)
        self.leaves, self.exit = self._exit()
        self.still = VGroup(self.plot, title)
        self.moving = VGroup(self.descent, self.leaving, *([] if self.reading is None else [self.reading]))

    def show(self, progress: float, *, detailed: bool = True) -> None:
        """Draw the moment at which so many steps are done; with `detailed`, a step has its tangent."""
        self.descent.detailed = detailed
        self.descent.put(progress)
        gone = progress > self.leaves and not len(self.descent.dot.points)
        self.leaving.draw(self.exit if gone else NOTHING)
        if self.reading is not None:
            self.reading.put(float(self.run.x[min(int(progress), self.run.steps), 0]))

    def _reading(self, middle: float, base: float) -> Number:
        """The variable's value, about this middle; its first digit keeps its place."""
        fences, size = (f"{self.run.cost_function.variables[0]} = ", ""), self.setter.theme.sizes.numbers

        def made(size: float) -> tuple[Number, float]:
            number = Number(self.setter, size, "point", bold=True, align="left", fences=fences)
            return number, max(number.advance(float(value)) for value in self.run.x[:, 0])

        number, widest = made(size * min(1.0, self.box.width / made(size)[1]))
        left = middle - number.advance(float(self.run.x[0, 0])) / 2
        return number.at(min(left, self.box.right - widest), base)

    def _exit(self) -> tuple[float, Array]:
        """The point from which a step first leaves the view, and the arrow head at the plot's edge."""
        points, plot, unit = self.plot.on_curve(self.run.x[:, 0]), self.plot.plot, self.setter.unit
        seen = holds(plot, points)
        out = np.flatnonzero(seen[:-1] & ~seen[1:])
        if not len(out):
            return np.inf, NOTHING
        start, way = points[out[0]], points[out[0] + 1] - points[out[0]]
        _, share = inside(start[None], (start + way)[None], plot)
        tip, back = start + way * share[0], way / np.hypot(*way) * 4 * unit
        return float(out[0]), arrow(tip - back, tip, 0.5 * unit, 2.6 * unit)


class SmallPlots:
    """Puts small plots into equal boxes of a scene, titles in one size, endings in one size and on one level.

    With `reading` the variable's value stands below each plot, as it changes.
    """

    def __init__(
        self,
        scene: LessonScene,
        boxes: Sequence[Box],
        runs: Sequence[Trajectory],
        titles: Sequence[str],
        endings: Sequence[str],
        *,
        reading: bool = False,
    ) -> None:
        self.scene, self.reading, self.view, setter = scene, reading, common_view(runs), scene.setter
        sizes, unit, room = setter.theme.sizes, setter.unit, min(box.width for box in boxes)
        self.steps = max(run.steps for run in runs)
        heads = setter.alike(titles, sizes.numbers, room, ["text"] * len(titles))
        roles = [role_of(verdict(run).value) for run in runs]
        feet = setter.alike(endings, sizes.label, room - 2.4 * unit, roles, lines=3)
        foot = max((tall(len(words.lines)) + TAIL) * words.em for words in feet) + 2 * unit
        self.rows = (CAP + 2 * TAIL) * heads[0].em, foot
        self.plots = [SmallPlot(self, *one) for one in zip(boxes, runs, heads, feet, strict=True)]
        for plot in self.plots:
            scene.add(plot.still, plot.moving)
        self.show(0.0)

    def show(self, progress: float, *only: SmallPlot, detailed: bool = True) -> None:
        """Draw the moment at which so many steps are done, in all plots or in some."""
        for plot in only or self.plots:
            plot.show(progress, detailed=detailed)

    def walk(self, start: float, end: float, seconds: float, *only: SmallPlot) -> None:
        """Play the steps from point `start` to point `end` in so many seconds each."""
        end, detailed = min(end, self.steps), seconds >= self.scene.theme.waits.step
        moving = [plot.moving for plot in only or self.plots]

        def show(progress: float) -> None:
            self.show(progress, *only, detailed=detailed)

        self.scene.advance(show, start, end, seconds * (end - start), *self.others, *moving)

    @property
    def others(self) -> list[Mobject]:
        """What else `show` changes."""
        return []

    def finish(self, *only: SmallPlot) -> None:
        """Let the endings come to view."""
        self.scene.reveal(*(plot.chip for plot in only or self.plots))


class CompareBoard(SmallPlots):
    """Puts small plots and a chart of runs of one cost into a scene and plays their steps, all at one pace.

    `names` are those in the colours of their curves, for captions.
    """

    def __init__(
        self, scene: LessonScene, runs: Sequence[Trajectory], names: Sequence[str], endings: Sequence[str]
    ) -> None:
        cost, styles = runs[0].cost_function, scene.theme.series[: len(runs)]
        self.names = [
            f"<{style.role}>{name}</{style.role}>" for style, name in zip(styles, names, strict=True)
        ]
        above, below = self._rooms(scene, len(runs))
        # What goes higher is for the plots to tell; the others would have no room.
        top = BEYOND * max(float(run.cost[0]) for run in runs)
        heights = [np.minimum(run.cost, top) for run in runs]
        y = Axis.around(*heights, label=f"J({cost.variables[0]})", zero=True)
        lines = list(zip([run.cost for run in runs], styles, names, strict=True))
        step = scene.say("learning-rate-compare.step")
        self.chart = CostCurves(scene.setter, below, lines, step, y)
        scene.add(self.chart.still, self.chart.moving)
        scene.add(*scene.formula(cost))
        super().__init__(scene, above, runs, [f"η = {name}" for name in self.names], endings)

    @staticmethod
    def _rooms(scene: LessonScene, count: int) -> tuple[list[Box], Box]:
        """Boxes of the plots, and of the chart."""
        layout = scene.layout
        if not layout.chip_below:
            above, below = layout.body.rows(1.0, CHART, gap=layout.gap)
            return above.columns(*[1.0] * count, gap=layout.gap), below
        if count == 3:
            # In a tall frame three plots leave the last of four places.
            *boxes, below = layout.body.grid(4, gap=layout.gap, aspect=0.8)
            return boxes, below
        above, below = layout.body.rows(1.0, CHART if count == 2 else LOW_CHART, gap=layout.gap)
        return above.grid(count, gap=layout.gap, aspect=0.8), below

    def show(self, progress: float, *only: SmallPlot, detailed: bool = True) -> None:
        """Draw the moment at which so many steps are done."""
        super().show(progress, *only, detailed=detailed)
        done = int(progress)
        self.chart.show(done + ease((progress - done - AIM) / (1 - AIM)))

    @property
    def others(self) -> list[Mobject]:
        """The chart's curves."""
        return [self.chart.moving]
