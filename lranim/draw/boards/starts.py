"""Several runs on one curve, in step with one another: points, starts and the number of steps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Self

import numpy as np
from manim import VMobject

from lranim.core.story import as_far_as_shown
from lranim.core.types import Array, Trajectory
from lranim.draw.chart.cost_curve import NamedCurvePlot, View, visible
from lranim.draw.chart.descent import Descent
from lranim.draw.layout import CAP, Box
from lranim.draw.lettering import Labels
from lranim.draw.scene import Fading, LessonScene, ease
from lranim.look.text import short

GLIDE = 14.0
"""Half the length of the tangents, in units."""

SEEN, QUICK = 0.004, 0.3
"""A step shorter than this share of the view's width is played in this share of the time."""

LONGEST, REST = 4.2, 2.0
"""All the steps of a row that can be seen take no longer than this, and the others, in seconds."""

BORDER = 0.06
"""A view of several runs goes beyond their starts and minima by this share of its width."""

PLACES = sorted(product((3.2, 4.5, 6.0, 8.5, 11.0, 14.0), (1.4, 5.0, 9.0)), key=sum)
"""How far above a start and aside of it its text is tried, in units, the nearest place first."""


class StartsBoard:
    """Puts a curve and runs on it into a scene and plays their steps.

    Parameters
    ----------
    scene
        The scene to draw in; `appear` puts all of it there.
    runs
        Trajectories in one variable, on one cost; a step that leaves the picture is cut at its edge.
    """

    def __init__(self, scene: LessonScene, runs: Sequence[Trajectory]) -> None:
        self.scene, self.setter, cost = scene, scene.setter, runs[0].cost_function
        sizes = scene.theme.sizes
        # The whole domain of one run, and of several as much as holds their starts and the minima.
        places = [run.x[0, 0] for run in runs] + [minimum[0] for minimum in cost.minima]
        left, right = cost.domain[0] if len(runs) == 1 else (min(places), max(places))
        border = (right - left) * (0.02 if len(runs) == 1 else BORDER)
        view = View.of(cost, float(left - border), float(right + border))
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
        seen = np.array([self._seen(int(stop)) for stop in stops[:-1]])
        paces = np.where(seen, min(pace, LONGEST / max(seen.sum(), 1)), 0.0)
        paces += np.where(seen, 0.0, min(QUICK * pace, REST / max((~seen).sum(), 1)))
        times = np.append(0.0, np.cumsum(np.diff(stops) * paces))
        seconds = float(times[-1])
        self.scene.move(
            seconds, lambda share: self.show(float(np.interp(share * seconds, times, stops))), *self.moving
        )

    def _seen(self, k: int) -> bool:
        """Whether any step from a point k can be seen."""
        width = self.plot.view.right - self.plot.view.left
        steps = [descent.run.step[k : k + 1, 0] for descent in self.descents]
        return bool((np.abs(np.concatenate(steps)) > SEEN * width).any())

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
        things = np.concatenate([visible(plot.outline)[:, 0], *map(_along, lines)])
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
                if inside and _is_free(spot.inset(-unit, -unit, -unit, -unit), things, taken):
                    taken.append(spot)
                    rows.append((words, spot.left, spot.bottom, 0.0))
                    break
        self.starts.write(*rows)


def _is_free(box: Box, things: Array, taken: Sequence[Box]) -> bool:
    """Whether neither a point nor another text is in a box."""
    x, y = things.T
    touched = (x > box.left) & (x < box.right) & (y > box.bottom) & (y < box.top)
    return not touched.any() and not any(
        box.left < one.right and one.left < box.right and box.bottom < one.top and one.bottom < box.top
        for one in taken
    )


def _along(points: Array) -> Array:
    """Places along the lines from point to point, ``(k, 2)``."""
    share = np.linspace(0.0, 1.0, 40)[:, None, None]
    return np.concatenate([points, (points[:-1] + np.diff(points, axis=0) * share).reshape(-1, 2)])
