"""A run with its schedule: the learning rate above, the point below, both against the step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from manim import VGroup

from lranim.core.noise import jitter, late_points
from lranim.core.types import Array, Schedule, Trajectory
from lranim.draw.axis import BEFORE, Axis
from lranim.draw.chart import Chart
from lranim.draw.chart_plan import plan
from lranim.draw.chip import Chip, alike
from lranim.draw.layout import CAP, TAIL, Box, Layout
from lranim.draw.lettering import Typesetter, colour
from lranim.draw.paragraph import Paragraph
from lranim.draw.shapes import Shape, dashes, rectangles
from lranim.draw.stage import ease
from lranim.look.text import short

BEADS = 80
"""Runs of more steps than that have no mark at each."""

FINE = 8
"""The curve of a rate is drawn through so many places a step, so that a drop is upright."""

BORDER = 0.8
"""The frame about the last points leaves room for their marks, in units."""

LOW = 36.0
"""A lane lower than this, in units, has no names of its upright axes."""

PAD, WIDEST = 1.6, 54.0
"""About an ending within its frame, and the frame's width where there is room, in units."""

SHARES = (1.0, 2.2)
"""Heights, or where they stand side by side widths, of a lane's two charts."""


class Lane:
    """One run: its name, the learning rate, the point, and at last how far off its last points are.

    The charts stand above one another with one axis across, or side by side. `lanes` makes several that can
    be compared.

    Parameters
    ----------
    setter
        Makes the lettering.
    box
        All of it is placed inside.
    run
        A trajectory in one variable.
    rates
        Learning rates at places evenly spread over its steps, ``(k,)``.
    title
        What stands above the charts.
    ending
        What stands below them in the end.
    role
        The ending's colour.
    axes
        The step across, the rate up, and the point up.
    step
        The name of the axis across.
    rows
        Heights of the rooms for title and ending, in manim units.
    beside
        Whether the charts stand side by side, and the ending beside the title.

    Attributes
    ----------
    still, moving, end
        Axes and title; what `rate` and `show` change; what `finish` changes.
    """

    def __init__(
        self,
        setter: Typesetter,
        box: Box,
        run: Trajectory,
        rates: Array,
        title: Paragraph,
        ending: Paragraph,
        role: str,
        *,
        axes: tuple[Axis, Axis, Axis],
        step: str,
        rows: tuple[float, float],
        beside: bool,
    ) -> None:
        theme, unit = setter.theme, setter.unit
        self.setter, self.run = setter, run
        across, height, place = axes
        room, frame = _rooms(setter, box, ending, rows, beside=beside)
        title.at(box.left, box.top - CAP * title.em - 0.8 * unit * beside)
        if beside:
            above, below = room.columns(*SHARES, gap=2.4 * unit)
            sides, top = (0.0, 0.0), across
        else:
            above, below = room.rows(*SHARES, gap=1.6 * unit)
            top = Axis(across.low, across.high, ticks=())
            plots = [plan(setter, above, top, height).plot, plan(setter, below, across, place).plot]
            sides = max(p.left for p in plots) - room.left, room.right - min(p.right for p in plots)
        self.rates = Chart(setter, above, top, height, sides=sides)
        self.points = Chart(setter, below, across, place, sides=sides)
        self.now = self.rates.dots([0.0], rates[:1], "rate", 1.3)
        self.target = Shape(stroke=theme.minimum, width=theme.sizes.axis)
        ends = self.points.at([across.low, across.high], run.target[0])
        self.target.draw(dashes(ends[0], ends[1], 0.8 * unit))
        places, self.heights = np.linspace(0.0, run.steps, len(rates)), rates
        self.rate_curve = self.rates.curve(places, rates, "rate", width=theme.sizes.curve, head=False)
        beads = 1 if run.steps <= BEADS else 0
        self.curve = self.points.curve(
            np.arange(run.steps + 1), run.x[:, 0], "point", width=theme.sizes.trail, every=beads
        )
        off, late = jitter(run), run.steps + 1 - late_points(run)
        reach = np.clip(run.target[0] + np.array([-off, off]), place.low, place.high)
        corners = self.points.at([late, run.steps], reach)
        spread = rectangles(corners[:1] - BORDER * unit, corners[1:] + BORDER * unit)
        self.spread = Shape(stroke=colour(theme, role), width=theme.sizes.tangent).draw(spread)
        self.chip = Chip(setter, frame, ending, role)
        self.still = VGroup(title, self.rates.still, self.points.still, self._name(step), self.target)
        self.moving = VGroup(self.rates.moving, self.points.moving)
        self.end = VGroup(self.spread, self.chip)
        self.rate(0.0).show(0.0).finish(0.0)

    def _name(self, words: str) -> Paragraph:
        """The name of the axis across, between the ticks at its ends."""
        plot, size = self.points.plot, self.setter.theme.sizes.label
        name = self.setter.fit(words, size, plot.width / 2, "muted")
        return name.at(float(plot.centre[0]), self.points.axes.baseline, 0.5)

    def rate(self, share: float) -> Lane:
        """Draw this share of the rate's curve."""
        self.rate_curve.show(share * (len(self.rate_curve.x) - 1))
        return self

    def show(self, progress: float) -> Lane:
        """Draw the run up to the moment at which so many steps are done."""
        self.curve.show(progress)
        self.now.put([progress], [np.interp(progress, self.rate_curve.x, self.heights)])
        return self

    def finish(self, share: float) -> Lane:
        """Let how far off it is at the end, and its ending, come to view."""
        self.spread.set_alpha(ease(share))
        self.chip.set_alpha(ease(share))
        return self


def _rooms(
    setter: Typesetter, box: Box, ending: Paragraph, rows: tuple[float, float], *, beside: bool
) -> tuple[Box, Box]:
    """The rooms of a lane's charts and of its ending."""
    unit, (head, chip) = setter.unit, rows
    wide = ending.advance + 2 * PAD * unit
    if beside:
        frame = box.inset(box.width - wide, box.height - chip, 0, 0)
        return box.inset(0, 0, 0, max(head, chip) + 0.6 * unit), frame
    side = max(box.width - max(wide, WIDEST * unit), 0.0) / 2
    return box.inset(0, chip + 1.2 * unit, 0, head + 1.2 * unit), box.inset(side, 0, side, box.height - chip)


def lanes(
    setter: Typesetter,
    layout: Layout,
    runs: Sequence[Trajectory],
    schedules: Sequence[Schedule],
    *,
    titles: Sequence[str],
    endings: Sequence[str],
    roles: Sequence[str],
    step: str,
    rate: str,
) -> list[Lane]:
    """Make lanes for runs of the same number of steps, with common axes, beside or in a tall frame below.

    Parameters
    ----------
    setter
        Makes the lettering.
    layout
        Of the frame, whose body they fill.
    runs, schedules, titles, endings, roles
        One each for every lane; titles and endings are the words.
    step, rate
        The names of the axes.
    """
    count, unit, sizes = len(runs), setter.unit, setter.theme.sizes
    # In a tall frame several are too low for charts above one another.
    beside = layout.chip_below and count > 1
    boxes = (layout.body.rows if beside else layout.body.columns)(*[1.0] * count, gap=3.2 * unit)
    places = np.linspace(0.0, runs[0].steps, FINE * runs[0].steps + 1)
    rates = [schedule(places) for schedule in schedules]
    width = boxes[0].width
    feet = alike(
        setter, endings, sizes.label, width * (0.5 if beside else 1.0) - 2 * PAD * unit, roles, lines=2
    )
    room = width - beside * (max(foot.advance for foot in feet) + (2 * PAD + 2) * unit)
    heads = alike(setter, titles, sizes.chip, room, ["text"] * count, lines=2)
    rows = (
        max((CAP + TAIL) * head.em + head.drop for head in heads),
        max((CAP + 2 * TAIL) * foot.em + foot.drop for foot in feet) + PAD * unit,
    )
    labels = (rate, runs[0].cost_function.variables[0]) if boxes[0].height > LOW * unit else ("", "")
    axes = _axes(runs, rates, labels)
    return [
        Lane(setter, *row, axes=axes, step=step, rows=rows, beside=beside)
        for row in zip(boxes, runs, rates, heads, feet, roles, strict=True)
    ]


def _axes(
    runs: Sequence[Trajectory], rates: Sequence[Array], labels: tuple[str, str]
) -> tuple[Axis, Axis, Axis]:
    """Common axes: the step, the rate, and the point with its start and the minimum marked."""
    run = runs[0]
    rate = Axis.around(*rates, label=labels[0], zero=True)
    place = Axis.around(*(run.x for run in runs), run.target, label=labels[1])
    top = max(float(row.max()) for row in rates)
    named = sorted({float(run.x[0, 0]), float(run.target[0])})
    return (
        Axis(-BEFORE * run.steps, run.steps, ticks=((0.0, "0"), (run.steps, str(run.steps)))),
        replace(rate, ticks=((0.0, "0"), (top, short(top)))),
        replace(place, ticks=tuple((value, short(value)) for value in named)),
    )
