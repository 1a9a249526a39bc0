"""Several runs on one map, in step with each other: paths, costs, who is who, and how each ends."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from manim import VGroup, VMobject

from lranim.core.results import arrival, axis_rates
from lranim.core.rules import RULES
from lranim.core.story import as_far_as_shown, breaks_off
from lranim.core.types import Array, Status, Trajectory
from lranim.draw.boards.compare import BEYOND
from lranim.draw.boards.maps import ContourMap, VelocityArrow
from lranim.draw.chart.chart import Axis
from lranim.draw.chart.curves import CostCurves
from lranim.draw.layout import CAP, TAIL, Box
from lranim.draw.lettering import FramedText, Number, Paragraph, Typesetter
from lranim.draw.scene import LessonScene, ease
from lranim.draw.shapes import Shape, along, marks, rectangles
from lranim.look.text import number, short
from lranim.look.theme import LineStyle

WIDE, MOST = 1.05, 0.46
"""Beside the charts, the map is so many times as wide as high, and takes at most this share of the width."""

NAMES, FEET = 1.25, 15.0
"""A chart needs so much for each name of a curve, in em, and for its axes, in units."""

FACTOR, DECADES = 30.0, 12
"""Costs whose ends are so many times apart have a log axis, which is at most so many powers of ten long."""

FULL = 0.98
"""The longest of the bars that rates are drawn as: this quantile of all, since single ones stick out."""

AHEAD = 2.0
"""A velocity's arrow is so many steps long."""

PAD, MARK, GAP = 1.4, 4.4, 2.4
"""About an ending within its frame, the room of the mark before a name, and that after it, in units."""

LINE, LARGE = 7.4, 0.9
"""Height of a row in units; a head that must shrink to less than this share gives way to a shorter one."""

SHORTEST = 5.0
"""Where a bar would have less room than this, in units, it takes that of its number, too."""

ROLES = {"arrived": "gradient", "away": "rate", "open": "rate"}
"""The colour of each ending but the bad ones, which are red."""


def ending(run: Trajectory, steps: int, grows: bool | None = None) -> str:
    """How a run of so many steps ends: ``arrived``, ``away``, ``open``, ``diverged`` or ``leaves``.

    Whether it diverges is judged from its steps, unless theory says whether it `grows` for ever: a heavy ball
    may go far before it comes back, and few steps do not tell.
    """
    if grows is None:
        if breaks_off(run, steps):
            return "leaves"
        grows = run.status is Status.DIVERGED or as_far_as_shown(run).steps < steps
    if grows:
        return "diverged"
    if not run.cost_function.minima:
        return "open"
    return "away" if arrival(run) is None else "arrived"


class RunEntry:
    """One of several runs that are compared on a map: what it is called, and how it ends.

    It is `coloured` as its path for captions, `short` at the end of its cost curve; its `heads` are name and
    learning rate, the same shorter, and the short name alone.
    """

    def __init__(
        self, scene: LessonScene, run: Trajectory, steps: int, style: LineStyle, grows: bool | None
    ) -> None:
        own, key = run.rule.name in RULES, run.rule.name.replace("-", "_")
        self.run, self.style, role = as_far_as_shown(run), style, style.role
        self.kind = ending(run, steps, grows)
        self.name = scene.say(f"contest.name_{key}") if own else run.rule.name
        self.short = scene.say(f"contest.short_{key}") if own else self.name
        self.coloured, small = f"<{role}>{self.name}</{role}>", f"<{role}>{self.short}</{role}>"
        rate = f"  <muted>η = {short(float(run.lr[0]))}</muted>"
        self.heads = (self.coloured + rate, small + rate, small)
        self.arrival = arrival(run) if self.kind == "arrived" else None
        facts = {"arrival": self.arrival or 0, "away": number(run.errors[-1])}
        cost = short(float(run.cost[-1]), 3)
        self.words = scene.say(f"contest.verdict_{self.kind}", cost=cost, **facts)


class Meter(VGroup):
    """Two numbers of a line, rows of `values`, each after its name; and after a bar, with what fills one."""

    def __init__(
        self, setter: Typesetter, box: Box, names: Sequence[str], values: Array, role: str, full: float | None
    ) -> None:
        size, unit = setter.theme.sizes.tick, setter.unit
        self.values, self.full, self.thick = values, full, setter.cap(size)
        self.bars = Shape(fill=str(getattr(setter.theme, role)), opacity=0.75)
        base = float(box.centre[1]) - self.thick / 2
        parts = box.columns(1.0, 1.0, gap=GAP * unit)
        words = [
            setter.text(name, size, "muted").at(part.left, base)
            for name, part in zip(names, parts, strict=True)
        ]
        places = [word.x + word.advance + unit for word in words]
        room = min(part.right - place for part, place in zip(parts, places, strict=True))
        for digits in (2, 1, 0) if full is None else (None,):
            numbers = [Number(setter, size, "text", digits=digits, align="left") for _ in names]
            self.length = room - max(numbers[0].advance(float(value)) for value in np.ravel(values)) - unit
            if self.length >= 0:
                break
        if full is not None and self.length < SHORTEST * unit:
            numbers, self.length = [], room
        pens = [place + (self.length + unit) * (full is not None) for place in places]
        self.numbers = [slot.at(pen, base) for slot, pen in zip(numbers, pens, strict=False)]
        self.starts = np.array([[place, base] for place in places])
        super().__init__(*words, self.bars, *self.numbers)

    def put(self, k: int) -> None:
        """Show the values of a row."""
        row = self.values[min(k, len(self.values) - 1)]
        for slot, value in zip(self.numbers, row.tolist(), strict=False):
            slot.put(value)
        if self.full is not None:
            long = self.length * np.clip(row / self.full, 0.0, 1.0)
            across = np.stack([long, np.full(len(long), self.thick)], axis=1)
            self.bars.draw(rectangles(self.starts, self.starts + across))


class RunRows:
    """A row for each run: its mark, its name, and in the end how it ends, in the place of what moves.

    If they are `brief`, short names alone stand before the endings, so that there is room between.
    """

    def __init__(self, setter: Typesetter, box: Box, entries: Sequence[RunEntry], *, brief: bool) -> None:
        unit, size = setter.unit, setter.theme.sizes.label
        roles = [ROLES.get(one.kind, "minimum") for one in entries]
        self.still, self.moving, self.chips = VGroup(), VGroup(), VGroup()
        feet = setter.alike([one.words for one in entries], size, box.width / 2 - 2 * PAD * unit, roles)
        wide = max(foot.advance for foot in feet) + 2 * PAD * unit
        heads = [one.heads[-1:] if brief else one.heads for one in entries]
        names = _fitting(setter, heads, box.width - wide - (MARK + GAP) * unit)
        head = max(name.advance for name in names) + (MARK + GAP) * unit
        pitch = min(box.height / len(heads), 1.15 * self.height(setter, 1))
        lines = [box.inset(0, box.height - (k + 1) * pitch, 0, k * pitch) for k in range(len(heads))]
        self.rooms = [line.inset(head, 0, 0, 0) for line in lines]
        for line, name, foot, one, role in zip(lines, names, feet, entries, roles, strict=True):
            middle = float(line.centre[1])
            mark = Shape(fill=str(getattr(setter.theme, one.style.role)))
            mark.draw(marks(one.style.marker, np.array([[line.left + 1.6 * unit, middle]]), 1.25 * unit))
            self.still.add(mark, name.at(line.left + MARK * unit, middle - CAP * name.em / 2))
            frame = line.inset(line.width - wide, 0.5 * unit, 0, 0.5 * unit)
            self.chips.add(FramedText(setter, frame, foot, role))

    @staticmethod
    def height(setter: Typesetter, count: int) -> float:
        """How much room so many rows need, in manim units."""
        words = (CAP + 3.4 * TAIL) * setter.em(setter.theme.sizes.label)
        return count * max(LINE * setter.unit, words + 1.8 * setter.unit)


def _fitting(setter: Typesetter, heads: Sequence[Sequence[str]], room: float) -> list[Paragraph]:
    """The longest heads that need not shrink much, all in one size."""
    size = setter.theme.sizes.label
    for choice in zip(*heads, strict=True):
        made = setter.alike(choice, size, room, ["text"] * len(choice))
        if made[0].em >= LARGE * setter.em(size) and max(one.advance for one in made) <= room * (1 + 1e-9):
            break
    return made


class OptimizersBoard:
    """Puts a map, a chart of costs and a row for each run into a scene, and plays their steps.

    Velocities may have `arrows`, and rows `meters` of what the rules remember. Theory may say of each run
    whether it will `grow` for ever; without, its steps tell.
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
        self.scene, self.styles = scene, scene.theme.series[: len(runs)]
        styled = zip(runs, self.styles, grow or [None] * len(runs), strict=True)
        self.entries = [RunEntry(scene, run, steps, style, known) for run, style, known in styled]
        self.runs = [one.run for one in self.entries]
        self.steps = max(run.steps for run in self.runs)
        ground, self.room, rows = self._rooms(len(runs))
        self.map = ContourMap(scene.setter, ground, self.runs)
        self.paths = [self.map.path(one.run, one.style) for one in self.entries]
        rolling = [one for one in self.entries if arrows and has_velocity(one.run)]
        self.arrows = [(one.run, VelocityArrow(self.map, one.style)) for one in rolling]
        self.chart = self._costs()
        self.rows = RunRows(scene.setter, rows, self.entries, brief=meters)
        if meters:
            self._meters()
        self.moving: list[VMobject] = [self.map.moving, self.chart.moving, self.rows.moving]
        scene.add(*scene.formula(runs[0].cost_function))
        scene.add(self.map.still, self.chart.still, self.rows.still, *self.moving)
        self.show(0.0)

    def _rooms(self, count: int) -> tuple[Box, ...]:
        """Boxes of the map, of the chart and of the rows."""
        layout, setter = self.scene.layout, self.scene.setter
        body, gap = layout.body, layout.gap
        need = RunRows.height(setter, count)
        if not layout.stacked:
            wide = min(WIDE * body.height, MOST * body.width)
            left, right = body.columns(wide, body.width - wide - gap, gap=1.6 * gap)
            return left, right.inset(0, need + gap, 0, 0), right.inset(0, 0, 0, right.height - need)
        rest, rows = body.inset(0, need + gap, 0, 0), body.inset(0, 0, 0, body.height - need)
        if not layout.chip_below:
            return *rest.columns(1.0, 1.0, gap=1.6 * gap), rows
        # High enough for the names of all curves over one another.
        low = max(0.4 * rest.height, NAMES * count * setter.em(setter.theme.sizes.label) + FEET * layout.unit)
        return *rest.rows(rest.height - low - gap, low, gap=gap), rows

    def _costs(self) -> CostCurves:
        """The chart of costs, complete."""
        start = float(self.runs[0].cost[0])
        seen = np.concatenate([run.cost for run in self.runs])
        a, b = self.runs[0].cost_function.variables
        low = float(seen.min())
        log = low >= 0 and start > FACTOR * low
        floor = max(low, start * 10.0**-DECADES) if log else low
        top = max(start, min(float(seen.max()), start + (BEYOND - 1) * abs(start)))
        heights, zero = np.clip(seen, floor, top), not log and low >= 0
        y = Axis.around(heights, label=f"J({a}, {b})", log=log, zero=zero)
        lines = [(one.run.cost, one.style, one.short) for one in self.entries]
        return CostCurves(self.scene.setter, self.room, lines, self.scene.say("contest.step"), y)

    def _meters(self) -> None:
        """Put the state of each run into its row, where its ending comes in its place."""
        say, setter, a, b = self.scene.say, self.scene.setter, *self.runs[0].cost_function.variables
        size, rates = setter.theme.sizes.tick, [axis_rates(run) for run in self.runs]
        known = [rate for rate in rates if rate is not None and len(rate)]
        scale = max(float(np.quantile(rate, FULL)) for rate in known) if known else None
        for run, rate, style, room in zip(self.runs, rates, self.styles, self.rows.rooms, strict=True):
            if rate is not None and len(rate):
                rows = np.concatenate([rate[:1], rate])
                self.rows.moving.add(Meter(setter, room, (a, b), rows, style.role, scale))
            elif has_velocity(run):
                names, rows = (say("contest.velocity", name=a), b), run.states.velocity[: run.steps + 1]
                self.rows.moving.add(Meter(setter, room, names, rows, style.role, None))
            else:
                # A rule of a plugin may remember what is not drawn: that is not said to be nothing.
                keys = ("contest.none", "contest.rate") if run.states is None else ("contest.rate",)
                notes = [say(key, lr=float(run.lr[0])) for key in keys]
                fitting = (words for words in notes if setter.width(words) * setter.em(size) <= room.width)
                line = setter.fit(next(fitting, notes[-1]), size, room.width, "muted")
                self.rows.moving.add(line.at(room.left, float(room.centre[1]) - CAP * line.em / 2))

    def show(self, progress: float, *, detailed: bool = False) -> None:
        """Draw the moment at which so many steps are done; `detailed`, each step starts and ends at rest."""
        done = int(progress)
        gone = done + ease(progress - done) if detailed else progress
        self.chart.show(gone)
        for path in self.paths:
            path.draw_to(gone)
        for run, arrow in self.arrows:
            point, velocity = (along(rows, np.asarray(gone)) for rows in (run.x, run.states.velocity))
            arrow.put(point, -AHEAD * float(run.lr[0]) * velocity)
        for meter in self.rows.moving:
            if isinstance(meter, Meter):
                meter.put(done)

    @property
    def best(self) -> int:
        """Which run arrives first, or else ends nearest to a minimum."""
        arrivals = [one.arrival for one in self.entries]
        there = [step for step in arrivals if step is not None]
        if there:
            return arrivals.index(min(there))
        return int(np.argmin([round(float(run.errors[-1]), 6) for run in self.runs]))

    @property
    def shows(self) -> str:
        """What of the rules' states can be seen: ``velocity``, ``rates``, ``both``, or nothing."""
        rolls = any(has_velocity(run) for run in self.runs)
        adapts = any(run.rule.rates is not None for run in self.runs)
        return "both" if rolls and adapts else "velocity" if rolls else "rates" if adapts else ""

    def walk(self, start: float, end: float, seconds: float) -> None:
        """Play the steps from point `start` to point `end` in so many seconds each."""
        show = partial(self.show, detailed=seconds >= self.scene.theme.waits.quick)
        end = min(end, self.steps)
        self.scene.advance(show, start, end, seconds * (end - start), *self.moving)

    def finish(self) -> None:
        """Let the verdicts come to view, in the place of the meters."""
        self.scene.swap(list(self.rows.moving), [self.rows.chips], 2 * self.scene.theme.waits.caption)


def has_velocity(run: Trajectory) -> bool:
    """Whether a run's rule keeps a velocity."""
    return hasattr(run.states, "velocity")
