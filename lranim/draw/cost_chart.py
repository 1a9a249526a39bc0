"""Cost against step number, for the panel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lranim.core.types import Trajectory
from lranim.draw.axis import Axis
from lranim.draw.chart import Chart
from lranim.draw.chart_plan import drop, foot, half
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.look.text import short


class CostChart:
    """Cost against step number, one point a step, with the step of arrival marked.

    Parameters
    ----------
    setter
        Makes the lettering.
    box
        Its axes' height and all of its width: numbers hang below, `drop` says how far.
    run
        The trajectory.
    arrival
        The step to mark, or None.
    """

    def __init__(self, setter: Typesetter, box: Box, run: Trajectory, arrival: int | None) -> None:
        self.run, self.box, self.arrival = run, box, arrival
        y = Axis.around(run.cost, zero=True, room=0.0)
        ends = tuple((value, short(value, 3)) for value in (y.low, y.high))
        # Exponents are higher than digits.
        above = half(setter) - 0.1 * setter.em(setter.theme.sizes.tick) * ("×" in ends[1][1])
        self.chart = Chart(
            setter,
            box.inset(0.0, -foot(setter), 0.0, -above),
            Axis(0.0, max(run.steps, 1), ticks=((run.steps, str(run.steps)),)),
            replace(y, ticks=ends),
            grid=False,
            ground="panel",
        )
        t = np.arange(run.steps + 1)
        self.curve = self.chart.curve(t, run.cost, "cost", width=setter.theme.sizes.trail, head=False)
        self.each = run.steps <= 60
        """Whether there is room for a dot a step."""
        self.dots = self.chart.dots(t, run.cost, "point", 0.75 if self.each else 0.9)
        self.mark = None
        if arrival is not None:
            self.mark = self.chart.marker(arrival, str(arrival), "minimum", below=True)
        self.still, self.moving = self.chart.still, self.chart.moving

    @staticmethod
    def drop(setter: Typesetter) -> float:
        """How far below its axis the baseline of the numbers lies, in manim units."""
        return drop(setter)

    def show(self, done: int) -> CostChart:
        """Draw the first `done` steps."""
        self.curve.show(done)
        if self.each:
            self.dots.show(done)
        else:
            self.dots.put([done], self.run.cost[[done]])
        if self.mark is not None and self.arrival is not None:
            self.mark.set_alpha(1.0 if done >= self.arrival else 0.0)
        return self
