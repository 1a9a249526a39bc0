"""The panel beside the picture: step number, rule, the rule with its numbers, cost so far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import VGroup, VMobject

from lranim.core.types import Trajectory
from lranim.draw.cost_chart import CostChart
from lranim.draw.layout import TAIL, Box
from lranim.draw.lettering import Typesetter
from lranim.draw.paragraph import Paragraph
from lranim.draw.shapes import Shape, rounded_box
from lranim.draw.terms import Line, least_width, term_lines

ARRIVALS = {"not_yet": "muted", "within": "minimum", "not_in": "minimum", "never": "minimum"}
"""What the panel may say of arriving, and in which colour."""

WIDE = 2.4
"""A panel so many times as wide as high has the cost beside the rule, a narrower one below it."""

BESIDE = (0.52, 0.66)
"""The rule's least and greatest share of a wide panel: as much as its numbers need."""

LOW, LOWEST = 28.0, 5.0
"""In a room lower than this, in units, the chart has its title beside it; a chart so low is left out."""


class Panel:
    """The panel: `show` draws it for any progress.

    It is in two groups: `still`, and over it `moving`, which changes with every step. Of the still ones some
    change at one moment of the run; `changing` says which in a stretch of it.

    Parameters
    ----------
    setter
        Makes the lettering.
    box
        Its ground.
    run
        The trajectory whose numbers it shows.
    rule
        The rule as a formula.
    lines
        The rule with its real numbers.
    words
        Texts: ``step`` with ``{count}`` in the step number's place, ``of``, ``cost``, ``not_yet``,
        ``within``, ``not_in``, ``never``.
    """

    def __init__(
        self,
        setter: Typesetter,
        box: Box,
        run: Trajectory,
        *,
        rule: str,
        lines: Sequence[Line],
        words: dict[str, str],
    ) -> None:
        self.run = run
        self.setter, self.unit, self.sizes = setter, setter.unit, setter.theme.sizes
        unit = self.unit
        room = box.inset(*[2.6 * unit] * 4)
        ground = rounded_box(box.left, box.bottom, box.right, box.top, 1.6 * unit)
        beside = room.width > WIDE * room.height
        left = right = room
        if beside:
            gap = 5 * unit
            need = 1.001 * least_width(setter, lines) / (room.width - gap)
            share = min(max(need, BESIDE[0]), BESIDE[1])
            left, right = room.columns(share, 1 - share, gap=gap)
        still, foot = self._tell_rule(left, rule, lines, words)
        self.arrival = run.first_within() if run.cost_function.minima else None
        self.ending = "not_yet"
        title = self._tell_cost(right if beside else room.inset(0, 0, 0, room.top - foot + 3 * unit), words)
        self.still = VGroup(Shape(fill=setter.theme.panel).draw(ground), *still)
        self.moving = VGroup(self.count, *(line.slots for line in self.lines))
        if self.chart is not None:
            self.still.add(title, self.chart.still)
            self.moving.add(self.chart.moving)
        self.still.add(*(line.texts for line in self.lines), *self.verdicts.values())
        self.show(0.0)

    def _tell_rule(
        self, room: Box, rule: str, lines: Sequence[Line], words: dict[str, str]
    ) -> tuple[list[VMobject], float]:
        """The step number, the rule, the rule with its numbers: what stays of it, and its last baseline."""
        setter, unit, sizes = self.setter, self.unit, self.sizes
        y = room.top - 5.8 * unit  # Chinese is 0.88 em high, capitals are 0.73
        before, _, after = words["step"].partition("{count}")
        word = setter.text(before, sizes.step, bold=True).at(room.left, y)
        self.count = setter.number(
            sizes.step, "text", digits=0, bold=True, align="left", fences=("", after)
        ).at(room.left + word.advance, y)
        widest = self.count.advance(10.0 ** len(str(self.run.steps)) - 1)
        end = room.left + word.advance + widest + 1.6 * unit
        tail = setter.fit(words["of"], sizes.label, room.right - end, "muted").at(end, y)
        y -= 8.4 * unit
        formula = setter.formula(rule, sizes.rule)
        if formula.advance > room.width:
            formula = setter.formula(rule, sizes.rule * room.width / formula.advance)
        formula.at(room.left, y)
        self.lines = term_lines(setter, lines, sizes.numbers, room.width)
        for line in self.lines:
            y -= 6.8 * unit
            line.at(room.left, y)
        return [word, tail, formula], y

    def _tell_cost(self, room: Box, words: dict[str, str]) -> Paragraph:
        """The cost so far as a chart, its title above or beside it, and at the foot whether it arrived."""
        setter, unit, label = self.setter, self.unit, self.sizes.label

        def told(least: float) -> dict[str, Paragraph]:
            return {
                name: setter.fit(words[name], label, room.width, role, lines=3, least=least)
                for name, role in ARRIVALS.items()
            }

        self.verdicts = told(0.0)
        if any(verdict.drop for verdict in self.verdicts.values()):
            # Where one of them has to be broken the others need not be small.
            self.verdicts = told(label)
        foot = room.bottom + 1.2 * unit + max(verdict.drop for verdict in self.verdicts.values())
        for verdict in self.verdicts.values():
            verdict.at(room.left, foot)
        box = room.inset(
            0, foot - room.bottom + setter.cap(label) + 0.35 * setter.em(label) + CostChart.drop(setter), 0, 0
        )
        head, top = room, room.top - 4.4 * unit
        if aside := room.height < LOW * unit:
            head, box = box.columns(1, 1.4, gap=3 * unit)
        title = setter.fit(words["cost"], label, head.width, "muted", lines=2).at(room.left, top)
        # Between the tails of the title and the highest number.
        below = 5.2 * unit + title.drop + TAIL * title.em + setter.cap(self.sizes.tick) / 2
        box = box.inset(0, 0, 0, 1.3 * unit if aside else below)
        self.chart: CostChart | None = None
        if box.height > LOWEST * unit:
            self.chart = CostChart(setter, box, self.run, self.arrival)
        return title

    def changing(self, start: float, end: float) -> list[VMobject]:
        """What changes while progress goes from `start` to `end`, for a motion to name."""
        found: list[VMobject] = [self.moving]
        if start <= 0:
            found += [line.texts for line in self.lines]
        if start >= self.run.steps or (self.arrival is not None and start < self.arrival <= end):
            found += self.verdicts.values()
        return found

    def show(self, progress: float) -> Panel:
        """Draw the panel at the moment at which so many steps are done."""
        done = min(int(progress), self.run.steps)
        current = min(int(np.ceil(progress - 1e-9)), self.run.steps)
        self.count.put(current)
        for line in self.lines:
            line.put(current - 1 if current else None)
        if self.chart is not None:
            self.chart.show(done)
        arrived = self.arrival is not None and done >= self.arrival
        state = "within" if arrived else self.ending
        for name, verdict in self.verdicts.items():
            verdict.set_alpha(1.0 if name == state else 0.0)
        return self

    def end(self, ending: str) -> Panel:
        """Say that a run which did not arrive never will (``never``), or not so soon (``not_in``)."""
        self.ending = ending
        return self.show(float(self.run.steps))
