"""The panel beside the picture: step number, rule, the rule with its numbers, cost so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from manim import VGroup, VMobject

from lranim.core.types import Array, Trajectory
from lranim.draw.layout import Box
from lranim.draw.lettering import Lettering, Number, Typesetter
from lranim.draw.shapes import NOTHING, Shape, dashes, discs, polyline, rounded_box
from lranim.look.text import short


@dataclass(frozen=True)
class Term:
    """One changing number of the rule's line: its values `(T,)`, colour role, and how it is written.

    It has two digits after the point, or fewer where it gets large; `fences` go close round its digits.
    """

    values: Array
    role: str
    digits: int | None = None
    sign: bool = False
    bold: bool = False
    fences: str = ""

    @property
    def decimals(self) -> int:
        """Digits after the point."""
        if self.digits is not None:
            return self.digits
        largest = float(np.abs(self.values).max(initial=0.0))
        return 2 if largest < 100 else 1 if largest < 1000 else 0


ARRIVALS = {"not_yet": "muted", "within": "minimum", "not_in": "minimum", "never": "minimum"}
"""What the panel may say of arriving, and in which colour."""

Line = Sequence[str | Term]
"""Fixed text and changing numbers, in the order they are read; tags colour the text."""


class TermLine:
    """A line of fixed texts and numbers in slots wide enough for all their values."""

    def __init__(self, setter: Typesetter, line: Line, size: float) -> None:
        self.texts = VGroup()
        self.slots = VGroup()
        self.parts: list[tuple[Lettering | Number, float]] = []
        self.terms: list[tuple[Number, Array]] = []
        pen = 0.0
        for part in line:
            if isinstance(part, str):
                text = setter.text(part, size)
                self.parts.append((text, pen))
                pen += text.advance
                self.texts.add(text)
            else:
                slot = setter.number(
                    size, part.role, digits=part.decimals, sign=part.sign, bold=part.bold, fences=part.fences
                )
                pen += max(slot.advance(float(value)) for value in part.values)
                self.parts.append((slot, pen))
                self.terms.append((slot, part.values))
                self.slots.add(slot)
        self.advance = pen

    def at(self, x: float, y: float) -> TermLine:
        """Place the line's pen position and baseline."""
        for part, pen in self.parts:
            part.at(x + pen, y)
        return self

    def put(self, index: int | None) -> TermLine:
        """Show the numbers of one step, or leave the whole line blank."""
        for text in self.texts:
            text.set_alpha(0.0 if index is None else 1.0)
        for slot, values in self.terms:
            slot.put(None if index is None else float(values[index]))
        return self


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
        Texts: ``step``, ``of``, ``cost``, ``not_yet``, ``within``, ``not_in``, ``never``.
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
        theme, unit, sizes = setter.theme, setter.unit, setter.theme.sizes
        self.room = box.inset(2.6 * unit, 2.6 * unit, 2.6 * unit, 2.6 * unit)
        left = self.room.left
        ground = Shape(fill=theme.panel).draw(
            rounded_box(box.left, box.bottom, box.right, box.top, 1.6 * unit)
        )

        y = self.room.top - 5.2 * unit
        word = setter.text(words["step"] + " ", sizes.step, bold=True).at(left, y)
        self.count = setter.number(sizes.step, "text", digits=0, bold=True, align="left")
        widest = self.count.advance(10.0 ** len(str(run.steps)) - 1)
        self.count.at(left + word.advance, y)
        of = setter.text(words["of"], sizes.label, "muted").at(left + word.advance + widest + 1.6 * unit, y)
        y -= 8.8 * unit
        formula = setter.formula(rule, sizes.rule)
        if formula.advance > self.room.width:
            formula = setter.formula(rule, sizes.rule * self.room.width / formula.advance)
        formula.at(left, y)
        # All lines in one size, that of the longest one.
        widest = max(TermLine(setter, line, sizes.numbers).advance for line in lines)
        size = sizes.numbers * min(1.0, self.room.width / widest)
        self.lines: list[TermLine] = []
        for line in lines:
            y -= 6.8 * unit
            self.lines.append(TermLine(setter, line, size).at(left, y))
        y -= 7.4 * unit
        title = setter.text(words["cost"], sizes.label, "muted").at(left, y)

        foot = self.room.bottom + 1.2 * unit
        self.verdicts = {
            name: setter.fit(words[name], sizes.label, self.room.width, role).at(left, foot)
            for name, role in ARRIVALS.items()
        }
        self.arrival = run.first_within()
        self.ending = "not_yet"
        self.chart = CostChart(
            setter, Box(left, foot + 8.4 * unit, self.room.right, y - 3.2 * unit), run, self.arrival
        )
        texts = [line.texts for line in self.lines]
        self.still = VGroup(
            ground, word, of, formula, title, self.chart.still, *texts, *self.verdicts.values()
        )
        self.moving = VGroup(self.count, *(line.slots for line in self.lines), self.chart.moving)
        self.show(0.0)

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


class CostChart:
    """Cost against step number, one point a step, with the step of arrival marked."""

    def __init__(self, setter: Typesetter, box: Box, run: Trajectory, arrival: int | None) -> None:
        theme, unit, sizes = setter.theme, setter.unit, setter.theme.sizes
        self.unit, self.box, self.arrival = unit, box, arrival
        top, bottom = float(run.cost.max()), min(0.0, float(run.cost.min()))
        high = setter.text(short(top, 3), sizes.tick, "muted")
        low = setter.text(short(bottom, 3), sizes.tick, "muted")
        last = setter.text(str(run.steps), sizes.tick, "muted")
        margin = max(high.advance, low.advance) + 1.2 * unit
        plot = box.inset(margin, 0, 1.5 * unit, 0)
        high.at(plot.left - 0.9 * unit, plot.top - 1.6 * unit, 1.0)
        low.at(plot.left - 0.9 * unit, plot.bottom, 1.0)
        last.at(plot.right, plot.bottom - 4.2 * unit, 0.5)
        corner = np.array([[plot.left, plot.top], [plot.left, plot.bottom], [plot.right, plot.bottom]])
        axes = Shape(stroke=theme.muted, width=sizes.axis).draw(polyline(corner))
        t = np.arange(run.steps + 1)
        x = plot.left + t / max(run.steps, 1) * plot.width
        y = plot.bottom + (run.cost - bottom) / max(top - bottom, 1e-300) * plot.height
        self.places = np.stack([x, y], axis=1)
        self.line = Shape(stroke=theme.cost, width=sizes.trail)
        self.dots = Shape(fill=theme.point)
        self.mark = Shape(stroke=theme.minimum, width=sizes.axis)
        self.flag: list[Lettering] = []
        self.still = VGroup(axes, high, low, last)
        if arrival is not None:
            at = self.places[arrival]
            self.mark.draw(dashes(np.array([at[0], plot.bottom]), np.array([at[0], plot.top]), 0.8 * unit))
            flag = setter.text(str(arrival), sizes.tick, "minimum", bold=True)
            self.flag.append(flag.at(at[0], plot.bottom - 4.2 * unit, 0.5))
            # Two numbers do not fit there side by side: the arrival tells more than the end of the axis.
            if plot.right - at[0] < 5 * unit:
                self.still.remove(last)
        self.dot = 0.75 * unit if run.steps <= 60 else 0.0
        self.moving = VGroup(self.line, self.mark, *self.flag, self.dots)

    def show(self, done: int) -> CostChart:
        """Draw the first `done` steps."""
        points = self.places[: done + 1]
        self.line.draw(polyline(points) if done else NOTHING)
        shown = points if self.dot else points[-1:]
        self.dots.draw(discs(shown, self.dot or 0.9 * self.unit))
        arrived = self.arrival is not None and done >= self.arrival
        self.mark.set_alpha(1.0 if arrived else 0.0)
        for line in self.flag:
            line.set_alpha(1.0 if arrived else 0.0)
        return self
