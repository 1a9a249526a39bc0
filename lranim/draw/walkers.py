"""Several runs on one curve, in step with one another: points, starts and the number of steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import VMobject

from lranim.core.types import Array, Trajectory
from lranim.draw.clearing import clearing
from lranim.draw.curve_picture import CurvePicture
from lranim.draw.fading import Fading
from lranim.draw.following import as_far_as_shown
from lranim.draw.layout import CAP, Box
from lranim.draw.lesson_scene import LessonScene
from lranim.draw.lettering import Labels
from lranim.draw.outline import visible
from lranim.draw.plot import View, view_of
from lranim.draw.stage import Stage, ease
from lranim.look.text import short

GLIDE = 14.0
"""Half the length of the tangents, in units."""

SEEN, QUICK = 0.004, 0.3
"""A step shorter than this share of the view's width is played in this share of the time."""

LONGEST, REST = 4.2, 2.0
"""All the steps of a row that can be seen take no longer than this, and the others, in seconds."""

BORDER = 0.06
"""A view of several runs goes beyond their starts and minima by this share of its width."""


class Walkers:
    """Puts a curve and runs on it into a scene and plays their steps.

    Parameters
    ----------
    scene
        The scene to draw in.
    box
        All of it is placed inside.
    runs
        Trajectories in one variable, on one cost; a step that leaves the picture is cut at its edge.
    """

    def __init__(self, scene: LessonScene, box: Box, runs: Sequence[Trajectory]) -> None:
        setter, sizes = scene.setter, scene.theme.sizes
        self.scene = scene
        self.picture = CurvePicture(setter, scene.say, runs[0].cost_function, box, [_view(runs)])
        self.stages = [Stage(setter, self.picture.plot, as_far_as_shown(run), glide=GLIDE) for run in runs]
        self.steps = max(run.steps for run in runs)
        self.starts = Labels(setter, "point", sizes.label, bold=True)
        self.count = Labels(setter, "text", sizes.numbers, bold=True)
        self.starts.write(*self._starts())
        self.moving: list[VMobject] = [*self.stages, self.starts, self.count]
        self.show(0.0)

    def appear(self) -> Walkers:
        """Put it into the scene."""
        self.scene.add(self.picture, *self.moving)
        return self

    def show(self, progress: float) -> Walkers:
        """Draw the moment at which so many steps are done."""
        for stage in self.stages:
            stage.put(progress)
        words = self._words(min(int(progress + 1e-9), self.steps))
        em = self.scene.setter.em(self.count.size)
        self.count.write((words, self.middle, self.picture.box.top - CAP * em, 0.5))
        return self

    @property
    def middle(self) -> float:
        """Where the number of steps stands: at the middle of the top, and not on the formula at its left."""
        box, unit = self.picture.box, self.scene.setter.unit
        half = self.count.advance(self._words(self.steps)) / 2
        free = self.picture.plot.title_end + 2 * unit + half
        return min(max(float(box.centre[0]), free), box.right - half)

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
        self.scene.move(
            float(times[-1]),
            lambda share: self.show(float(np.interp(share * times[-1], times, stops))),
            *self.moving,
        )

    def _seen(self, k: int) -> bool:
        """Whether any step from a point k can be seen."""
        width = self.picture.plot.view.right - self.picture.plot.view.left
        steps = [stage.run.step[k : k + 1, 0] for stage in self.stages]
        return bool((np.abs(np.concatenate(steps)) > SEEN * width).any())

    def give_way(self, other: Walkers, seconds: float) -> None:
        """Let the curve become another one, with runs at their starts."""
        mine, theirs = self.picture.plot, other.picture.plot
        before, after = mine.outline, theirs.outline
        for plot in (mine, theirs):
            plot.curve.set_alpha(0.0)
        out, come = (Fading(walkers.picture, *walkers.moving) for walkers in (self, other))
        theirs.curve.set_alpha(1.0)
        other.appear()

        def draw(share: float) -> None:
            out.set_alpha(1.0 - ease(2 * share))
            come.set_alpha(ease(2 * share - 1))
            theirs.curve.draw(visible(before + (after - before) * ease(share)))

        self.scene.move(seconds, draw, self.picture, *self.moving, other.picture, *other.moving)
        self.scene.remove(self.picture, *self.moving)

    def _starts(self) -> list[tuple[str, float, float, float]]:
        """The starts' values above them, downhill if there is room, and none where it is in the way."""
        setter, plot, box = self.scene.setter, self.picture.plot, self.picture.box
        unit, height = setter.unit, setter.cap(self.starts.size)
        points = [plot.on_curve(stage.x) for stage in self.stages]
        # What they must not touch: the curve, the runs' trails, their tangents where the picture rests, the
        # name of the cost axis, the steps' number.
        lines = list(points)
        for stage in self.stages:
            stops = {0, 1, 3, stage.run.steps}
            lines += [stage.tangent_at(float(stage.x[k]), GLIDE) for k in stops if k <= stage.run.steps]
        things = [visible(plot.outline)[:, 0], *map(_along, lines)]
        half = self.count.advance(self._words(self.steps)) / 2 + unit
        middle, below = self.middle, box.top - setter.cap(self.count.size) - unit
        taken = [
            Box(box.left, box.top - 4 * unit, plot.title_end, box.top),
            Box(middle - half, below, middle + half, box.top),
        ]
        rows = []
        for stage, places in zip(self.stages, points, strict=True):
            value, down = float(stage.x[0]), bool(stage.run.grad[0, 0] < 0)
            words = f"{stage.run.cost_function.variables[0]} = {short(value)}"
            width = self.starts.advance(words)
            where = clearing(
                places[0],
                width,
                height,
                unit,
                room=box,
                things=np.concatenate(things),
                taken=taken,
                right=down,
            )
            if where is not None:
                taken.append(where)
                rows.append((words, where.left, where.bottom, 0.0))
        return rows

    def _words(self, count: int) -> str:
        return self.scene.say("panel.step", count=count)


def _along(points: Array) -> Array:
    """Places along the lines from point to point, ``(k, 2)``."""
    share = np.linspace(0.0, 1.0, 40)[:, None, None]
    return np.concatenate([points, (points[:-1] + np.diff(points, axis=0) * share).reshape(-1, 2)])


def _view(runs: Sequence[Trajectory]) -> View:
    """The whole domain of one run, and of several as much as holds their starts and the minima."""
    cost = runs[0].cost_function
    places = [run.x[0, 0] for run in runs] + [minimum[0] for minimum in cost.minima]
    left, right = cost.domain[0] if len(runs) == 1 else (min(places), max(places))
    border = (right - left) * (0.02 if len(runs) == 1 else BORDER)
    return view_of(cost, float(left - border), float(right + border))
