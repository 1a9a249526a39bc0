"""A descent on a curve, complete: picture at the left, panel at the right, walked step by step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from manim import VMobject

from lranim.core.results import arrival
from lranim.core.story import as_far_as_shown, step_kind
from lranim.core.types import Trajectory
from lranim.draw.boards.story import Plays, Story
from lranim.draw.chart.cost_curve import CurvePlot, NamedCurvePlot, View, views_of
from lranim.draw.chart.descent import AIM, Descent
from lranim.draw.equation import Line
from lranim.draw.layout import Box
from lranim.draw.lettering import WIDE_HALO, HaloText
from lranim.draw.panel import Panel
from lranim.draw.scene import LessonScene, ease
from lranim.draw.shapes import Shape, rounded_box, segments
from lranim.look.text import number, short

SHOWN, WIDEST = 1.3, 0.4
"""A magnified view reaches so many times as far as asked, if it is no wider than this share of the whole."""


class DescentBoard(Story):
    """Puts curve, descent and panel of one run into a scene and plays its steps.

    Parameters
    ----------
    scene
        The scene to draw in.
    run
        A trajectory in one variable. A run that leaves the domain is followed by wider and wider views, and
        shown as far as these allow.
    asked
        The number of steps that were asked for.
    rule
        The rule as a formula, for the panel.
    lines
        The rule with its real numbers.
    settings
        What texts may name beside `words_of` the run.
    ruler
        Whether to mark the length of each step below the axis.
    tags
        What to write at the arrow of each step; by default its length and sign.
    """

    def __init__(
        self,
        scene: LessonScene,
        run: Trajectory,
        asked: int,
        *,
        rule: str,
        lines: Sequence[Line],
        ruler: bool = False,
        tags: Sequence[str] = (),
        **settings: object,
    ) -> None:
        super().__init__(scene, as_far_as_shown(run), asked, settings)
        run, self.views, self.done = self.run, views_of(self.run), 0.0
        # Numbers keep off the arcs of the ruler, and off the dot where it comes down to the axis.
        drop = 4.2 if ruler else 3.4
        ground, cost = scene.layout.picture, run.cost_function
        self.plot = NamedCurvePlot(scene, cost, ground, self.views, drop=drop)
        tags = tags or [number(float(step), sign=True) for step in run.step[:, 0]]
        self.descents = [Descent(self.plot, run, ruler=ruler, tags=tags)]
        target = short(float(run.target[0]))
        self.panel = Panel(scene, run, rule=rule, lines=lines, target=target)
        scene.add(self.plot, self.panel.still, self.panel.moving, *self.descents)

    def _changing(self, start: float, end: float) -> list[VMobject]:
        """What changes while progress goes from `start` to `end`."""
        return [*self.panel.changing(start, end), *self.descents]

    @property
    def crossing(self) -> int:
        """The point from which a step first lands on the other side of the minimum; the last one if none."""
        side = np.sign(self.run.x[:, 0] - self.run.target[0])
        turned = np.flatnonzero(side[:-1] * side[1:] < 0)
        return int(turned[0]) if len(turned) and self.run.cost_function.minima else self.run.steps

    def show(self, progress: float) -> None:
        """Draw picture and panel at the moment at which so many steps are done."""
        self.done = progress
        self.panel.show(progress)
        for descent in self.descents:
            descent.put(progress)

    def story(self, start: int, paces: Sequence[float]) -> None:
        """Tell the steps from a point to the end: the first two at one pace, the others at another.

        What is said of a stretch holds of each of its steps.
        """
        said, middle = None, min(start + 2, self.run.steps)
        for first, last, seconds in ((start, middle, paces[0]), (middle, self.run.steps, paces[1])):
            kind = self.doing(first, last)
            if kind == said:
                for play in self.walk(first, last, seconds):
                    play()
            else:
                self.stage(f"walk{kind}", self.walk(first, last, seconds))
            said = kind

    def doing(self, first: int, last: int) -> str:
        """What all steps of a stretch do, by `step_kind`, as the end of a key; "" where they differ."""
        if first and (before := step_kind(self.run, first - 1)) in ("escapes", "lands"):
            return f".{before}"
        there = arrival(self.run)
        kinds = {step_kind(self.run, k) for k in range(first, last) if there is None or k < there}
        return f".{kinds.pop()}" if len(kinds) == 1 and kinds != {""} else ""

    def walk(self, start: int, end: int, seconds: float) -> Plays:
        """Play the steps from point `start` to point `end`, each this long."""
        return [partial(self._walk, start, end, seconds)] if start < min(end, self.run.steps) else []

    def _walk(self, start: int, end: int, seconds: float) -> None:
        for descent in self.descents:
            descent.detailed = seconds > self.scene.theme.waits.quick
        k, end = start, min(end, self.run.steps)
        while k < end:
            if self.views[k + 1] is not self.views[k]:
                self._part(k, 0.0, 1.0, seconds)
                k += 1
                continue
            last = k + 1
            while last < end and self.views[last + 1] is self.views[k] and self._seen(last) == self._seen(k):
                last += 1
            # Steps too short to see are counted quickly, so that nobody waits for nothing.
            pace = seconds if self._seen(k) else seconds * 0.3
            self.scene.advance(self.show, k, last, pace * (last - k), *self._changing(k, last))
            k = last

    def _seen(self, k: int) -> bool:
        """Whether the step from point `k` can be seen in its view."""
        view = self.views[k]
        return bool(abs(self.run.step[k, 0]) > 0.004 * (view.right - view.left))

    def _part(self, k: int, start: float, end: float, seconds: float) -> None:
        """Play a part of the step from point `k`: up to `AIM` its arrow grows, then the point moves."""
        before, after = self.views[k], self.views[k + 1]
        changing = self._changing(k + start, k + end)
        if after is before:
            self.scene.advance(self.show, k + start, k + end, seconds, *changing)
            return

        def zoom(progress: float) -> None:
            self.plot.look_at(before.towards(after, ease(progress / AIM)))
            self.show(k + progress)

        # A step that leaves the view is told more slowly, as two things change at once.
        self.scene.advance(zoom, start, end, seconds * 2, self.plot, *changing)

    def explain(self, k: int) -> Plays:
        """Play the step from point `k` slowly, with a rest between its arrow and its move."""
        return [partial(self._explain, k)] if k < self.run.steps else []

    def _explain(self, k: int) -> None:
        waits = self.scene.theme.waits
        self._part(k, 0.0, AIM, waits.explain / 2)
        self.scene.picture()
        self.scene.hold(waits.read)
        self._part(k, AIM, 1.0, waits.explain / 2)

    def close(self) -> None:
        """Say in the panel whether the run arrived."""
        changing = self.panel.changing(self.run.steps, self.run.steps)
        self.scene.move(self.scene.theme.waits.caption, lambda share: self.panel.end(), *changing)

    def magnify(self, reach: float) -> Plays:
        """Open a magnified view of the neighbourhood of the minimum, in the empty part of the picture."""
        view, over = self.views[self.crossing], self.crossing < self.run.steps
        small = 2 * SHOWN * reach < WIDEST * (view.right - view.left)
        return [partial(self._magnify, reach)] if over and small else []

    def _magnify(self, reach: float) -> None:
        box, unit, plain = self.plot.plot, self.scene.setter.unit, self.descents[0]
        left = box.left + 0.27 * box.width
        top = box.top - 0.06 * box.height
        if self.plot.title_end > left - 2.5 * unit:
            # Below the formula that is there, with its frame.
            top = min(box.top - 0.13 * box.height, self.plot.title_foot - 2.2 * unit)
        window = Box(left, box.bottom + 0.42 * box.height, box.right - 0.27 * box.width, top)
        middle = float(self.run.target[0])
        view = View.of(self.run.cost_function, middle - SHOWN * reach, middle + SHOWN * reach)
        self.magnified = CurvePlot(self.scene.setter, self.run.cost_function, window, view, bare=True)
        # There the words have room; beside the small arrow they would stand among the lines.
        tags, plain.tags = plain.tags, ()
        self.descents.append(Descent(self.magnified, self.run, tags=tags))
        self.show(self.done)
        self.scene.reveal(*self._rays(view), self.magnified, self.descents[1])

    def _rays(self, view: View) -> list[Shape]:
        """The frame about the part that is magnified, and two rays that tie the window to it."""
        theme, unit, window = self.scene.theme, self.scene.setter.unit, self.magnified.plot
        low, high = self.plot.at([view.left, view.right], [view.low, view.high])
        top = max(high[1], low[1] + 3 * unit)
        frame = Shape(stroke=theme.muted, width=theme.sizes.axis)
        frame.draw(rounded_box(Box(low[0], low[1], high[0], top), 0.8 * unit))
        foot, side = self.magnified.foot - 2.4 * unit, 1.5 * unit
        ends = np.array([[window.left - side, foot], [window.right + side, foot]])
        rays = Shape(stroke=theme.muted, width=theme.sizes.axis, opacity=0.6)
        return [frame, rays.draw(segments(np.array([[low[0], top], [high[0], top]]), ends))]

    def measure(self) -> Plays:
        """Mark in the magnified view, if there is one, how near the run came to the minimum."""
        return [self._measure] if len(self.descents) > 1 else []

    def _measure(self) -> None:
        setter, plot, theme = self.scene.setter, self.magnified, self.scene.theme
        unit = setter.unit
        nearest = self.run.x[int(np.argmin(self.run.errors)), 0], self.run.target[0]
        level = plot.on_curve(nearest[1])[1] + 5.5 * unit
        ends = np.stack([plot.across(nearest), np.full(2, level)], axis=1)
        tick = np.array([0.0, 1.2 * unit])
        bar = Shape(stroke=theme.minimum, width=theme.sizes.tangent)
        bar.draw(np.concatenate([segments(ends[:1], ends[1:]), segments(ends - tick, ends + tick)]))
        gap = setter.text(short(float(self.run.errors.min())), theme.sizes.label, "minimum", bold=True)
        # On a steep curve the points are near it.
        words = HaloText(gap, theme.panel, WIDE_HALO)
        self.scene.reveal(bar, words.at(float(ends[:, 0].mean()), level + 2.2 * unit, 0.5))
