"""The axes for the losses and rates of a training of any length and size, and its curves, led by the step."""

from __future__ import annotations

import numpy as np

from lranim.draw.axis import BEFORE, Axis
from lranim.draw.chart import Chart
from lranim.draw.curves import Curve
from lranim.draw.ticks import ticks
from lranim.logs import Series, thinned
from lranim.logs.state import GROUPS, level
from lranim.look.theme import LineStyle

DRAWN = 900
"""So many points of a series are drawn at most: more than there are pixels for in a small frame."""

WIDE = 20.0
"""Losses whose level changes by more than this factor have a log axis."""

ROOM = 0.5
"""So far above the highest level spikes are shown, as a share of the levels' range."""

HALF, FLAT = 0.5, 0.2
"""An axis begins at 0 where the losses come down to half of its top, or fall by less than a fifth."""

EXPLODED = 100.0
"""What is more than this many times the first loss leaves the chart."""

LONG = 1e4
"""From so many steps on, commas stand between their thousands."""

FAINT = 0.45
"""Opacity of the losses as they are, behind their level."""


def step_axis(label: str, *drawn: Series) -> Axis:
    """The axis of what is counted, from 0 where that is near."""
    steps = np.concatenate([one.step for one in drawn])
    low, high = float(steps.min()), float(steps.max())
    if 0 < low <= 0.1 * high:
        low = 0.0
    if low == high:
        low, high = low - 1.0, high + 1.0
    low -= BEFORE * (high - low)
    # As they are told in words, too; so long ones are few.
    places = ticks(low, high, 4).tolist() if high >= LONG else []
    return Axis(low, high, label, ticks=tuple((place, f"{place:,.0f}") for place in places) or None)


def loss_axis(label: str, *losses: Series) -> Axis:
    """The axis of losses: by their level, with room for spikes; a log one for falls by orders of magnitude.

    Examples
    --------
    >>> from lranim.logs.log import series
    >>> axis = loss_axis("loss", series(step=[1, 2, 3], value=[9.0, 0.09, 0.001]))
    >>> axis.log, axis.low < 0.001, axis.high > 9.0
    (True, True, True)
    """
    levels = np.concatenate([level(one)[1] for one in losses])
    highest = max(float(one.finite.value.max()) for one in losses)
    first = max(abs(float(one.finite.value[0])) for one in losses)
    levels = levels[levels <= max(EXPLODED * first, float(levels.min()))]
    low, high = float(levels.min()), float(levels.max())
    if low > 0 and high / low > WIDE:
        return Axis(low / 1.5, min(max(highest, high), 3 * high) * 1.2, label, log=True)
    if low == high:
        return Axis.around([low], label=label)
    top = min(max(highest, high), high + ROOM * (high - low))
    # On an axis of its own range alone, the noise of a loss that stays where it is would look like much.
    zero = low >= 0 and (low < HALF * top or high - low < FLAT * high)
    return Axis.around([0.0 if zero else low, top], label=label, zero=zero, room=0.05)


class RunCurve:
    """A series in a chart, drawn up to any step: where it is noisy, its level over its faint values.

    Parameters
    ----------
    chart
        Where it is drawn.
    drawn
        The series, two finite values at least.
    style
        Its colour.
    name
        What stands at its end.
    smooth
        Whether its level is drawn, if it has so many values that it has one.
    """

    def __init__(
        self, chart: Chart, drawn: Series, style: LineStyle | str, name: str = "", *, smooth: bool = True
    ) -> None:
        width = chart.setter.theme.sizes.curve
        points = thinned(drawn.step, drawn.value, DRAWN)
        self.curves: list[Curve] = []
        if smooth and len(drawn.finite) >= 2 * GROUPS:
            raw = chart.curve(*points, style, dash=(), opacity=FAINT, head=False)
            self.curves = [raw, chart.curve(*level(drawn), style, name, dash=(), width=width)]
        else:
            few = len(points[0]) <= GROUPS
            self.curves = [chart.curve(*points, style, name, dash=(), width=width, every=int(few))]

    def show(self, step: float) -> None:
        """Draw it up to a step; before its first, nothing of it is there."""
        for curve in self.curves:
            begun = step >= curve.x[0]
            if begun != (curve.alpha > 0):
                curve.set_alpha(float(begun))
            curve.show(float(np.interp(step, curve.x, np.arange(len(curve.x)))))
