"""Several runs on one map, in step with each other: paths, costs, who is who, and how each ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lranim.core.results import axis_rates
from lranim.core.types import Array, Trajectory
from lranim.draw.axis import BEFORE, Axis
from lranim.draw.chart import Chart
from lranim.draw.entrants import Entrant, entrant_of
from lranim.draw.layout import Box
from lranim.draw.lesson_scene import LessonScene
from lranim.draw.stage import ease
from lranim.draw.standings import Standings
from lranim.draw.terrain import Terrain, Velocity

WIDE, MOST = 1.05, 0.46
"""Beside the charts, the map is so many times as wide as high, and takes at most this share of the width."""

NAMES, FEET = 1.25, 15.0
"""A chart needs so much for each name of a curve, in em, and for its axes, in units."""

BEYOND = 1.3
"""Where a run goes up, costs are shown up to so many times that of the start."""

FACTOR, DECADES = 30.0, 12
"""Costs whose ends are so many times apart have a log axis, which is at most so many powers of ten long."""

FULL = 0.98
"""The longest of the bars that rates are drawn as: this quantile of all, since single ones stick out."""

AHEAD = 2.0
"""A velocity's arrow is so many steps long."""


class Contest:
    """Puts a map, a chart of costs and a row for each run into a scene, and plays their steps.

    Parameters
    ----------
    scene
        The scene to draw in.
    runs
        Trajectories in two variables of one cost.
    steps
        How many steps each was to have.
    arrows
        Whether velocities have arrows.
    meters
        Whether each row also shows what its rule remembers.
    grow
        Of each run, whether theory says that it diverges; without, its steps tell.

    Attributes
    ----------
    entrants, names
        The runs with their words, and their names in the colours of their paths, for captions.
    """

    def __init__(
        self,
        scene: LessonScene,
        runs: Sequence[Trajectory],
        steps: int,
        *,
        arrows: bool = False,
        meters: bool = False,
        grow: Sequence[bool | None] = (),
    ) -> None:
        self.scene = scene
        setter = scene.setter
        self.styles = scene.theme.series[: len(runs)]
        self.entrants: list[Entrant] = [
            entrant_of(scene, run, steps, style.role, known)
            for run, style, known in zip(runs, self.styles, grow or [None] * len(runs), strict=True)
        ]
        self.runs = [one.run for one in self.entrants]
        self.steps = max(run.steps for run in self.runs)
        self.names = [
            f"<{style.role}>{one.name}</{style.role}>"
            for style, one in zip(self.styles, self.entrants, strict=True)
        ]
        ground, self.room, rows = self._rooms(len(runs))
        self.terrain = Terrain(setter, ground, self.runs)
        self.paths = [self.terrain.path(run, s) for run, s in zip(self.runs, self.styles, strict=True)]
        self.arrows: list[tuple[Trajectory, Velocity]] = [
            (run, self.terrain.velocity(style))
            for run, style in zip(self.runs, self.styles, strict=True)
            if arrows and has_velocity(run)
        ]
        self.chart = self._costs([one.short for one in self.entrants])
        self.standings = Standings(
            setter,
            rows,
            [one.heads[-1:] if meters else one.heads for one in self.entrants],
            self.styles,
            [one.words for one in self.entrants],
            [one.role for one in self.entrants],
        )
        if meters:
            self._meters()
        scene.add(*scene.formula(runs[0].cost_function))
        scene.add(self.terrain.still, self.chart.still, self.standings.still)
        scene.add(self.terrain.moving, self.chart.moving, self.standings.moving, self.standings.chips)
        self.show(0.0)

    def _rooms(self, count: int) -> tuple[Box, Box, Box]:
        """Boxes of the map, of the chart and of the rows."""
        layout, setter = self.scene.layout, self.scene.setter
        body, gap = layout.body, layout.gap
        need = Standings.height(setter, count)
        if not layout.stacked:
            wide = min(WIDE * body.height, MOST * body.width)
            left, right = body.columns(wide, body.width - wide - gap, gap=1.6 * gap)
            return left, right.inset(0, need + gap, 0, 0), right.inset(0, 0, 0, right.height - need)
        rest, rows = body.inset(0, need + gap, 0, 0), body.inset(0, 0, 0, body.height - need)
        if layout.chip_below:
            # High enough for the names of all curves over one another.
            em = setter.em(self.scene.theme.sizes.label)
            low = max(0.4 * rest.height, NAMES * count * em + FEET * layout.unit)
            above, middle = rest.rows(rest.height - low - gap, low, gap=gap)
            return above, middle, rows
        left, right = rest.columns(1.0, 1.0, gap=1.6 * gap)
        return left, right, rows

    def _costs(self, names: Sequence[str]) -> Chart:
        """The chart of costs, complete."""
        start = float(self.runs[0].cost[0])
        seen = np.concatenate([run.cost for run in self.runs])
        a, b = self.runs[0].cost_function.variables
        low = float(seen.min())
        log = low >= 0 and start > FACTOR * low
        floor = max(low, start * 10.0**-DECADES) if log else low
        top = max(start, min(float(seen.max()), start + (BEYOND - 1) * abs(start)))
        heights = np.clip(seen, floor, top)
        chart = Chart(
            self.scene.setter,
            self.room,
            Axis(-BEFORE * self.steps, self.steps, self.scene.say("contest.step")),
            Axis.around(heights, label=f"J({a}, {b})", log=log, zero=not log and low >= 0),
            names=names,
        )
        self.curves = [
            chart.curve(np.arange(run.steps + 1), np.maximum(run.cost, floor), style, name)
            for run, style, name in zip(self.runs, self.styles, names, strict=True)
        ]
        return chart

    def _meters(self) -> None:
        """Put the state of each run into its row."""
        rates = [axis_rates(run) for run in self.runs]
        known = [rate for rate in rates if rate is not None and len(rate)]
        scale = max(float(np.quantile(rate, FULL)) for rate in known) if known else None
        for k, (run, rate, style) in enumerate(zip(self.runs, rates, self.styles, strict=True)):
            a, b = run.cost_function.variables
            if rate is not None and len(rate):
                self.standings.meter(k, (a, b), np.concatenate([rate[:1], rate]), style.role, scale)
            elif has_velocity(run):
                names = self.scene.say("contest.velocity", name=a), b
                velocity = run.states.velocity[: run.steps + 1]
                self.standings.meter(k, names, velocity, style.role, None)
            else:
                # A rule of a plugin may remember what is not drawn: that is not said to be nothing.
                keys = ("contest.none", "contest.rate") if run.states is None else ("contest.rate",)
                self.standings.note(k, *(self.scene.say(key, lr=float(run.lr[0])) for key in keys))

    def show(self, progress: float, *, detailed: bool = False) -> None:
        """Draw the moment at which so many steps are done; `detailed`, each step starts and ends at rest."""
        done = int(progress)
        gone = done + ease(progress - done) if detailed else progress
        for path, curve in zip(self.paths, self.curves, strict=True):
            path.show(gone)
            # All begin in one place, where their names would only be in each other's way.
            curve.show(gone).set_alpha(ease(2 * gone))
        for run, arrow in self.arrows:
            arrow.put(between(run.x, gone), -AHEAD * float(run.lr[0]) * between(run.states.velocity, gone))
        self.standings.show(done)

    @property
    def best(self) -> int:
        """Which run arrives first, or else ends nearest to a minimum."""
        there = [one.arrival for one in self.entrants if one.arrival is not None]
        if there:
            return [one.arrival for one in self.entrants].index(min(there))
        return int(np.argmin([round(float(run.errors[-1]), 6) for run in self.runs]))

    @property
    def shows(self) -> str:
        """What of the rules' states can be seen: ``velocity``, ``rates``, ``both``, or nothing."""
        rolls = any(has_velocity(run) for run in self.runs)
        adapts = any(run.rule.rates is not None for run in self.runs)
        return "both" if rolls and adapts else "velocity" if rolls else "rates" if adapts else ""

    @property
    def moving(self) -> list[Any]:
        """What `show` changes."""
        return [self.terrain.moving, self.chart.moving, self.standings.moving]

    def walk(self, start: float, end: float, seconds: float) -> None:
        """Play the steps from point `start` to point `end` in so many seconds each."""
        end = min(end, self.steps)
        if start >= end:
            return
        detailed = seconds >= self.scene.theme.waits.quick

        def draw(share: float) -> None:
            self.show(start + (end - start) * share, detailed=detailed)

        self.scene.move(seconds * (end - start), draw, *self.moving)

    def finish(self) -> None:
        """Let the verdicts come to view."""
        moving = self.standings.moving, self.standings.chips
        self.scene.move(2 * self.scene.theme.waits.caption, self.standings.finish, *moving)


def has_velocity(run: Trajectory) -> bool:
    """Whether a run's rule keeps a velocity."""
    return hasattr(run.states, "velocity")


def between(rows: Array, progress: float) -> Array:
    """A row of an array, or a place between two, ``(n,)``; the last one is that of all later moments.

    Examples
    --------
    >>> between(np.array([[0.0], [2.0]]), 0.25), between(np.array([[0.0], [2.0]]), 7.0)
    (array([0.5]), array([2.]))
    """
    k = min(int(progress), len(rows) - 1)
    after = rows[min(k + 1, len(rows) - 1)]
    return np.asarray(rows[k] + (after - rows[k]) * (progress - k if k < len(rows) - 1 else 0.0))
