"""One run on a curve with its panel, walked step by step, or several runs in step with one another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby, product
from typing import Self

import numpy as np
from manim import Mobject, VMobject

from lranim.core.results import arrival
from lranim.core.story import as_far_as_shown, step_kinds
from lranim.core.types import Trajectory
from lranim.draw.boards.story import Plays, Story
from lranim.draw.chart.cost_curve import CurvePlot, NamedCurvePlot, View, views_of, visible
from lranim.draw.chart.descent import AIM, Descent
from lranim.draw.equation import Line
from lranim.draw.layout import CAP, Box
from lranim.draw.lettering import WIDE_HALO, HaloText, Labels
from lranim.draw.panel import Panel
from lranim.draw.scene import Fading, LessonScene, ease
from lranim.draw.shapes import Shape, along, holds, rounded_box, segments
from lranim.look.text import number, short

SHOWN, WIDEST = 1.3, 0.4
"""A magnified view reaches so many times as far as asked, if it is no wider than this share of the whole."""

SEEN, QUICK = 0.004, 0.3
"""A step shorter than this share of the view's width is played in this share of the time."""


def is_seen(run: Trajectory, k: int, view: View) -> bool:
    """Whether a run has a step from point `k` that can be seen in a view."""
    return bool((np.abs(run.step[k : k + 1, 0]) > SEEN * (view.right - view.left)).any())


class DescentBoard(Story):
    """Puts curve, descent and panel of one run into a scene and plays its steps.

    A run that leaves the domain is followed by wider and wider views, and shown as far as these allow.

    Parameters
    ----------
    scene
        The scene to draw in.
    run
        A trajectory in one variable.
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
        self.panel = Panel(scene, run, rule=rule, lines=lines)
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
        said, middle, kinds = None, min(start + 2, self.run.steps), step_kinds(self.run)
        for first, last, seconds in ((start, middle, paces[0]), (middle, self.run.steps, paces[1])):
            kind = self._doing(kinds, first, last)
            if kind == said:
                for play in self.walk(first, last, seconds):
                    play()
            else:
                self.stage(f"walk{kind}", self.walk(first, last, seconds))
            said = kind

    def _doing(self, kinds: list[str], first: int, last: int) -> str:
        """What all steps of a stretch do as the end of a key; "" where they differ."""
        if first and kinds[first - 1] in ("escapes", "lands"):
            return f".{kinds[first - 1]}"
        found = set(kinds[first : min(last, arrival(self.run) or last)])
        return f".{found.pop()}" if len(found) == 1 and found != {""} else ""

    def walk(self, start: int, end: int, seconds: float) -> Plays:
        """Play the steps from point `start` to point `end`, each this long."""
        return [partial(self._walk, start, end, seconds)] if start < min(end, self.run.steps) else []

    def _walk(self, start: int, end: int, seconds: float) -> None:
        for descent in self.descents:
            descent.detailed = seconds > self.scene.theme.waits.quick
        for (seen, zoom), steps in groupby(range(start, min(end, self.run.steps)), self._kind):
            first, *others = steps
            last = first + len(others) + 1
            if zoom:
                self._part(first, 0.0, 1.0, seconds)
                continue
            # Steps too short to see are counted quickly, so that nobody waits for nothing.
            pace = seconds if seen else seconds * QUICK
            self.scene.advance(self.show, first, last, pace * (last - first), *self._changing(first, last))

    def _kind(self, k: int) -> tuple[bool, int]:
        """Whether the step from point `k` can be seen, and its number if the view changes meanwhile."""
        before, after = self.views[k : k + 2]
        return is_seen(self.run, k, before), 0 if before is after else k + 1

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
        # The frame about the part that is magnified, and two rays that tie the window to it.
        theme, window = self.scene.theme, self.magnified.plot
        low, high = self.plot.at([view.left, view.right], [view.low, view.high])
        top = max(high[1], low[1] + 3 * unit)
        frame = Shape(stroke=theme.muted, width=theme.sizes.axis)
        frame.draw(rounded_box(Box(low[0], low[1], high[0], top), 0.8 * unit))
        foot, side = self.magnified.foot - 2.4 * unit, 1.5 * unit
        ends = np.array([[window.left - side, foot], [window.right + side, foot]])
        rays = Shape(stroke=theme.muted, width=theme.sizes.axis, opacity=0.6)
        rays.draw(segments(np.array([[low[0], top], [high[0], top]]), ends))
        self.scene.reveal(frame, rays, self.magnified, self.descents[1])

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


GLIDE = 14.0
"""Half the length of the tangents, in units."""

LONGEST, REST = 4.2, 2.0
"""All the steps of a row that can be seen take no longer than this, and the others, in seconds."""

BORDER = 0.06
"""A view of several runs goes beyond their starts and minima by this share of its width."""

PLACES = sorted(product((3.2, 4.5, 6.0, 8.5, 11.0, 14.0), (1.4, 5.0, 9.0)), key=sum)
"""How far above a start and aside of it its text is tried, in units, the nearest place first."""


class StartsBoard:
    """Puts a curve and runs on it into a scene, by `appear`, and plays their steps.

    A step that leaves the picture is cut at its edge.
    """

    def __init__(self, scene: LessonScene, runs: Sequence[Trajectory]) -> None:
        self.scene, self.setter, cost = scene, scene.setter, runs[0].cost_function
        sizes = scene.theme.sizes
        # The whole domain of one run, and of several as much as holds their starts and the minima.
        places = [run.x[0, 0] for run in runs] + [minimum[0] for minimum in cost.minima]
        left, right = cost.domain[0] if len(runs) == 1 else (min(places), max(places))
        border = (right - left) * (0.02 if len(runs) == 1 else BORDER)
        view = View.of(cost, float(left - border), float(right + border), *runs)
        self.plot = NamedCurvePlot(scene, cost, scene.layout.body, [view])
        self.descents = [Descent(self.plot, as_far_as_shown(run), glide=GLIDE) for run in runs]
        self.steps = max(run.steps for run in runs)
        self.starts = Labels(self.setter, "point", sizes.label, bold=True)
        self.count = Labels(self.setter, "text", sizes.numbers, bold=True)
        half = self.count.advance(self._words(self.steps)) / 2
        # At the middle of the top, and not on the formula at its left.
        free = self.plot.title_end + 2 * self.setter.unit + half
        box = self.plot.plot
        self.middle = min(max(float(box.centre[0]), free), box.right - half)
        top = box.top - self.setter.cap(self.count.size)
        self._write_starts(Box(self.middle - half, top, self.middle + half, box.top))
        self.moving: list[VMobject] = [*self.descents, self.starts, self.count]
        self.show(0.0)

    def _words(self, count: int) -> str:
        return self.scene.say("panel.step", count=count)

    def appear(self) -> Self:
        """Put it into the scene."""
        self.scene.add(self.plot, *self.moving)
        return self

    def show(self, progress: float) -> None:
        """Draw the moment at which so many steps are done."""
        for descent in self.descents:
            descent.put(progress)
        words = self._words(min(int(progress + 1e-9), self.steps))
        top = self.plot.plot.top - CAP * self.setter.em(self.count.size)
        self.count.write((words, self.middle, top, 0.5))

    def walk(self, start: float, end: float, pace: float) -> None:
        """Play steps, as many of them as there are, each this long; a long row of them is quicker."""
        end = min(end, float(self.steps))
        if end <= start:
            return
        stops = np.unique([start, *np.arange(np.ceil(start), end), end])
        runs, view = [descent.run for descent in self.descents], self.plot.view
        seen = np.array([any(is_seen(run, int(stop), view) for run in runs) for stop in stops[:-1]])
        paces = np.where(seen, min(pace, LONGEST / max(seen.sum(), 1)), 0.0)
        paces += np.where(seen, 0.0, min(QUICK * pace, REST / max((~seen).sum(), 1)))
        times = np.append(0.0, np.cumsum(np.diff(stops) * paces))
        seconds = float(times[-1])
        self.scene.move(
            seconds, lambda share: self.show(float(np.interp(share * seconds, times, stops))), *self.moving
        )

    def give_way(self, other: StartsBoard, seconds: float) -> None:
        """Let the curve become another one, with runs at their starts."""
        mine, theirs = self.plot, other.plot
        before, after = mine.outline, theirs.outline
        for plot in (mine, theirs):
            plot.curve.set_alpha(0.0)
        out, come = (Fading(board.plot, *board.moving) for board in (self, other))
        theirs.curve.set_alpha(1.0)
        other.appear()

        def draw(share: float) -> None:
            out.set_alpha(1.0 - ease(2 * share))
            come.set_alpha(ease(2 * share - 1))
            theirs.curve.draw(visible(before + (after - before) * ease(share)))

        self.scene.move(seconds, draw, mine, *self.moving, theirs, *other.moving)
        self.scene.remove(mine, *self.moving)

    def _write_starts(self, number: Box) -> None:
        """Write the starts' values above them, downhill if there is room; off the steps' `number`."""
        plot, box, unit = self.plot, self.plot.plot, self.setter.unit
        height = self.setter.cap(self.starts.size)
        points = [plot.on_curve(descent.x) for descent in self.descents]
        # What they must not touch: the curve, the runs' trails, their tangents where the picture rests, the
        # name of the cost axis, the steps' number.
        lines = list(points)
        for one in self.descents:
            stops = {0, 1, 3, one.run.steps}
            lines += [one.tangent_at(float(one.x[k]), GLIDE) for k in stops if k <= one.run.steps]
        fine = [along(line, np.linspace(0.0, len(line) - 1, 40 * (len(line) - 1) + 1)) for line in lines]
        things = np.concatenate([visible(plot.outline)[:, 0], *fine])
        name = Box(box.left, box.top - 4 * unit, plot.title_end, box.top)
        taken = [name, number.inset(-unit, -unit, -unit, 0)]
        rows = []
        for descent, places in zip(self.descents, points, strict=True):
            words = f"{plot.cost.variables[0]} = {short(float(descent.x[0]))}"
            (x, y), width = places[0].tolist(), self.starts.advance(words)
            sides = (1, -1) if descent.run.grad[0, 0] < 0 else (-1, 1)
            for (lift, aside), side in product(PLACES, sides):
                left = x + side * aside * unit - width * (side < 0)
                spot = Box(left, y + lift * unit, left + width, y + lift * unit + height)
                inside = box.left <= spot.left and spot.right <= box.right and spot.top <= box.top
                around = spot.inset(-unit, -unit, -unit, -unit)
                free = not holds(around, things).any() and not any(around.meets(one) for one in taken)
                if inside and free:
                    taken.append(spot)
                    rows.append((words, spot.left, spot.bottom, 0.0))
                    break
        self.starts.write(*rows)


class SlopesBoard:
    """Points of a curve, each with the tangent and the way that its slope tells: a step from each."""

    def __init__(self, scene: LessonScene, runs: Sequence[Trajectory], tags: Sequence[str]) -> None:
        self.scene = scene
        unit, cost = scene.layout.unit, runs[0].cost_function
        box = scene.layout.body.inset(8.4 * unit, 8.0 * unit, unit, 0.0)
        plot = CurvePlot(scene.setter, cost, box, View.of(cost, *cost.domain[0]))
        self.descents = [Descent(plot, run, tags=[tag]) for run, tag in zip(runs, tags, strict=True)]
        self.parts: tuple[Mobject, ...] = (plot, *self.descents)
        scene.add(*self.parts)

    def tell(self, index: int) -> None:
        """Show the slope at one of the points, and where it says to go."""
        descent = self.descents[index]
        self.scene.advance(descent.put, 0.0, AIM, self.scene.theme.waits.explain / 2, descent)
