"""A magnified view of the neighbourhood of a minimum, with the same run in it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import VMobject

from lranim.core.types import Trajectory
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.plot import CurvePlot, view_of
from lranim.draw.shapes import Shape, rounded_box, segments
from lranim.draw.stage import Stage, ease
from lranim.draw.tag import WIDE_RIM, Tag
from lranim.look.text import short


class Lens:
    """A window on a part of a plot, tied to that part by two rays.

    Parameters
    ----------
    setter
        Makes the lettering.
    plot
        The plot that is magnified.
    run
        The trajectory in it.
    window
        Where the magnified axes' corner points lie.
    reach
        How far on each side of the run's target it shows, in units of the variable.
    tag
        What to write at the arrow of the step from point k.
    """

    def __init__(
        self,
        setter: Typesetter,
        plot: CurvePlot,
        run: Trajectory,
        window: Box,
        reach: float,
        tag: Callable[[int], str] | None = None,
    ) -> None:
        theme, unit = setter.theme, setter.unit
        self.setter, self.run = setter, run
        self.middle = float(run.target[0])
        view = view_of(run.cost_function, self.middle - reach, self.middle + reach)
        self.plot = CurvePlot(
            setter, run.cost_function, window, view, bare=True, drop=1.35 * theme.sizes.dot + 0.7
        )
        self.stage = Stage(setter, self.plot, run, tag=tag)
        low, high = plot.to_screen(np.array([view.left, view.right]), np.array([view.low, view.high]))
        top = max(high[1], low[1] + 3 * unit)
        self.frame = Shape(stroke=theme.muted, width=theme.sizes.axis)
        self.frame.draw(rounded_box(low[0], low[1], high[0], top, 0.8 * unit))
        foot, side = self.plot.foot - 2.4 * unit, 1.5 * unit
        self.rays = Shape(stroke=theme.muted, width=theme.sizes.axis, opacity=0.6)
        self.rays.draw(
            segments(
                np.array([[low[0], top], [high[0], top]]),
                np.array([[window.left - side, foot], [window.right + side, foot]]),
            )
        )
        self.parts: list[VMobject] = [self.frame, self.rays, self.plot, self.stage]

    def open(self, share: float) -> None:
        """Fade in: this share of the way."""
        plot = self.plot
        for shape in (plot.ground, plot.axes, plot.labels, plot.curve, plot.target, plot.bull):
            shape.set_alpha(ease(share))
        self.frame.set_alpha(ease(share))
        self.rays.set_alpha(ease(share))
        self.stage.set_alpha(ease(share))

    def gap(self) -> tuple[Shape, Tag]:
        """A bar from the minimum to the nearest point of the run, and its length in words."""
        setter, theme, unit, plot = self.setter, self.setter.theme, self.setter.unit, self.plot
        nearest = float(self.run.x[int(np.argmin(self.run.errors)), 0])
        level = plot.on_curve(self.middle)[1] + 5.5 * unit
        ends = np.stack([[plot.to_screen(x, 0.0)[0], level] for x in (nearest, self.middle)])
        tick = np.array([0.0, 1.2 * unit])
        bar = Shape(stroke=theme.minimum, width=theme.sizes.tangent)
        bar.draw(np.concatenate([segments(ends[:1], ends[1:]), segments(ends - tick, ends + tick)]))
        words = setter.text(short(float(self.run.errors.min())), theme.sizes.label, "minimum", bold=True)
        # On a steep curve the points are near it.
        return bar, Tag(words, theme.panel, WIDE_RIM).at(float(ends[:, 0].mean()), level + 2.2 * unit, 0.5)
