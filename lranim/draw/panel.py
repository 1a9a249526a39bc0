"""The panel beside the picture: step number, rule, the rule with its numbers, cost so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Self

import numpy as np
from manim import VGroup, VMobject

from lranim.core.results import arrival
from lranim.core.theory import Verdict, verdict
from lranim.core.types import NEAR, Trajectory
from lranim.draw.boards.maps import StepMap
from lranim.draw.chart.chart import Axis, Chart, tick_drop, tick_foot, tick_half
from lranim.draw.chart.curves import Curve, Dots, Marker
from lranim.draw.equation import Line, equation, least_width
from lranim.draw.layout import TAIL, Box
from lranim.draw.lettering import Counter, Paragraph, Typesetter
from lranim.draw.scene import LessonScene
from lranim.draw.shapes import Shape, rounded_box
from lranim.look.text import short

ARRIVALS = {"not_yet": "muted", "within": "minimum", "not_in": "minimum", "never": "minimum"}
"""What the panel may say of arriving, and in which colour."""

WIDE = 2.4
"""A panel so many times as wide as high has the cost beside the rule, a narrower one below it."""

BESIDE = (0.52, 0.66)
"""The rule's least and greatest share of a wide panel: as much as its numbers need."""

LOW = 28.0
"""In a room lower than this, in units, the chart has its title beside it."""

MANY = 60
"""A run of more steps has no dot for each."""


class CostChart(Chart):
    """Cost against step number, one point a step, with the step of arrival marked.

    Numbers hang below its box, by `tick_drop`, and reach a little over it.
    """

    least = 5.0
    """In less height, in units, it says nothing."""

    def __init__(self, setter: Typesetter, box: Box, run: Trajectory, arrival: int | None) -> None:
        self.run, self.arrival = run, np.inf if arrival is None else arrival
        y = Axis.around(run.cost, zero=True, room=0.0)
        ends = tuple((value, short(value, 3)) for value in (y.low, y.high))
        # Exponents are higher than digits.
        above = tick_half(setter) - 0.1 * setter.em(setter.theme.sizes.tick) * ("×" in ends[1][1])
        x = Axis(0.0, max(run.steps, 1), ticks=((run.steps, str(run.steps)),))
        box = box.inset(0.0, -tick_foot(setter), 0.0, -above)
        super().__init__(setter, box, x, replace(y, ticks=ends), grid=False, ground="panel")
        t = np.arange(run.steps + 1)
        self.line = Curve(self, t, run.cost, "cost", width=setter.theme.sizes.trail, head=False)
        self.points = Dots(self, t, run.cost, "point", 0.75 if run.steps <= MANY else 0.9)
        self.mark = (
            Marker(self, arrival, str(arrival), "minimum", below=True) if arrival is not None else None
        )

    def show(self, done: int) -> None:
        """Draw the first `done` steps."""
        self.line.draw_to(done)
        if self.run.steps <= MANY:
            self.points.draw_to(done)
        else:
            self.points.put([done], self.run.cost[[done]])
        if self.mark is not None:
            self.mark.set_alpha(float(done >= self.arrival))


class Panel:
    """The panel: `show` draws it for any progress.

    It is in two groups: `still`, and over it `moving`, which changes with every step. Of the still ones some
    change at one moment of the run; `changing` says which in a stretch of it.
    """

    def __init__(
        self,
        scene: LessonScene,
        run: Trajectory,
        *,
        rule: str,
        lines: Sequence[Line],
        chart: type[CostChart | StepMap] = CostChart,
        above: str = "panel.cost",
    ) -> None:
        self.run, self.setter, self.ending = run, scene.setter, "not_yet"
        self.arrival = arrival(run)
        facts: dict[str, object] = {"steps": run.steps, "within": NEAR}
        facts |= {"arrival": arrival(run) or 0, "count": "{count}"}
        words = {name: scene.say(f"panel.{name}", **facts) for name in ("step", "of", *ARRIVALS)}
        words["above"] = scene.say(above)
        if not run.cost_function.minima:
            words |= dict.fromkeys(ARRIVALS, scene.say("panel.no_minimum"))
        setter, box, unit = scene.setter, scene.layout.panel, scene.setter.unit
        left = right = room = box.inset(*[2.6 * unit] * 4)
        beside = room.width > WIDE * room.height
        if beside:
            gap = 5 * unit
            need = 1.001 * least_width(setter, lines) / (room.width - gap)
            share = min(max(need, BESIDE[0]), BESIDE[1])
            left, right = room.columns(share, 1 - share, gap=gap)
        ground = Shape(fill=setter.theme.panel).draw(rounded_box(box, 1.6 * unit))
        still, foot = self._tell_rule(left, rule, lines, words)
        self.moving = VGroup(self.count, *(line.slots for line in self.lines))
        if not beside:
            right = room.inset(0, 0, 0, room.top - foot + 3 * unit)
        self.still = VGroup(ground, *still, *self._tell_run(right, words, chart))
        self.still.add(*(line.texts for line in self.lines), *self.verdicts.values())
        self.show(0.0)

    def _tell_rule(
        self, room: Box, rule: str, lines: Sequence[Line], words: dict[str, str]
    ) -> tuple[list[VMobject], float]:
        """The step number, the rule, the rule with its numbers: what stays of it, and its last baseline."""
        setter, unit, sizes = self.setter, self.setter.unit, self.setter.theme.sizes
        y = room.top - 5.8 * unit  # Chinese is 0.88 em high, capitals are 0.73
        self.count = Counter(setter, words["step"], sizes.step, "text", self.run.steps).at(room.left, y)
        end = room.left + self.count.advance + 1.6 * unit
        tail = setter.fit(words["of"], sizes.label, room.right - end, "muted").at(end, y)
        y -= 8.4 * unit
        formula = setter.formula(rule, sizes.rule, room=room.width).at(room.left, y)
        self.lines = equation(setter, lines, sizes.numbers, room.width)
        for line in self.lines:
            y -= 6.8 * unit
            line.at(room.left, y)
        return [tail, formula], y

    def _tell_run(self, room: Box, words: dict[str, str], chart: type[CostChart | StepMap]) -> list[VMobject]:
        """The run so far as a chart, its title above or beside it, and at the foot whether it arrived."""
        setter, unit, sizes = self.setter, self.setter.unit, self.setter.theme.sizes

        def verdicts(least: float) -> dict[str, Paragraph]:
            return {
                name: setter.fit(words[name], sizes.label, room.width, role, lines=3, least=least)
                for name, role in ARRIVALS.items()
            }

        self.verdicts = verdicts(0.0)
        if any(one.drop for one in self.verdicts.values()):
            # Where one of them has to be broken the others need not be small.
            self.verdicts = verdicts(sizes.label)
        foot = room.bottom + 1.2 * unit + max(one.drop for one in self.verdicts.values())
        for paragraph in self.verdicts.values():
            paragraph.at(room.left, foot)
        high = setter.cap(sizes.label) + 0.35 * setter.em(sizes.label) + tick_drop(setter)
        box = room.inset(0, foot - room.bottom + high, 0, 0)
        head, top = room, room.top - 4.4 * unit
        if aside := room.height < LOW * unit:
            head, box = box.columns(1, 1.4, gap=3 * unit)
        title = setter.fit(words["above"], sizes.label, head.width, "muted", lines=2).at(room.left, top)
        # Between the tails of the title and the highest number.
        below = 5.2 * unit + title.drop + TAIL * title.em + setter.cap(sizes.tick) / 2
        box = box.inset(0, 0, 0, 1.3 * unit if aside else below)
        self.chart: CostChart | StepMap | None = None
        if box.height <= chart.least * unit:
            return []
        self.chart = chart(setter, box, self.run, self.arrival)
        self.moving.add(self.chart.moving)
        return [title, self.chart.still]

    def changing(self, start: float, end: float) -> list[VMobject]:
        """What changes while progress goes from `start` to `end`, for a motion to name."""
        found: list[VMobject] = [self.moving]
        if start <= 0:
            found += [line.texts for line in self.lines]
        if start >= self.run.steps or (self.arrival is not None and start < self.arrival <= end):
            found += self.verdicts.values()
        return found

    def show(self, progress: float) -> Self:
        """Draw the panel at the moment at which so many steps are done."""
        done = min(int(progress), self.run.steps)
        current = min(int(np.ceil(progress - 1e-9)), self.run.steps)
        self.count.number.put(current)
        for line in self.lines:
            line.put(current - 1 if current else None)
        if self.chart is not None:
            self.chart.show(done)
        arrived = self.arrival is not None and done >= self.arrival
        state = "within" if arrived else self.ending
        for name, words in self.verdicts.items():
            words.set_alpha(1.0 if name == state else 0.0)
        return self

    def end(self) -> Self:
        """Say that a run which did not arrive never will, or not so soon."""
        never = verdict(self.run) in (Verdict.BOUNCES, Verdict.DIVERGES)
        self.ending = "never" if never else "not_in"
        return self.show(float(self.run.steps))
