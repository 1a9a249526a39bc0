"""Small plots beside one another, in step: each has a title above it and a verdict below it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import VGroup

from lranim.core.theory import verdict
from lranim.core.types import Array, Trajectory
from lranim.draw import clip
from lranim.draw.chip import Chip, alike
from lranim.draw.following import as_far_as_shown
from lranim.draw.layout import CAP, TAIL, Box, tall
from lranim.draw.lesson_scene import VERDICT_ROLES
from lranim.draw.lettering import Number, Typesetter
from lranim.draw.paragraph import Paragraph
from lranim.draw.plot import CurvePlot, View, view_of
from lranim.draw.shapes import NOTHING, Shape, arrow
from lranim.draw.stage import Stage, ease

FARTHEST = 1.25
"""A common view follows runs until they are so many half widths of the domain away from its middle."""


def common_view(runs: Sequence[Trajectory], farthest: float = FARTHEST) -> View:
    """A view in which several runs can be compared; what goes farther than that leaves it."""
    ends = np.array([run.cost_function.domain[0] for run in runs])
    middle, half = float(ends.min() + ends.max()) / 2, float(ends.max() - ends.min()) / 2
    away = np.abs(np.concatenate([run.x[:, 0] for run in runs]) - middle) / half
    # A little beyond, so that a dot at its edge does not touch the frame.
    reach = 1.08 * half * float(away[away <= farthest].max(initial=1.0))
    views = [view_of(run.cost_function, middle - reach, middle + reach) for run in runs]
    low, high = min(view.low for view in views), max(view.high for view in views)
    return View(middle - reach, middle + reach, low, high)


class SmallBoard:
    """A small plot with a run on its curve: `show` draws any moment of it, `verdict` says how it ends.

    A step that leaves the view ends in an arrow head at the plot's edge. `small_boards` makes several with
    their parts on one level.

    Parameters
    ----------
    setter
        Makes the lettering.
    box
        All of it is placed inside.
    run
        A trajectory in one variable.
    title
        What stands above the plot.
    ending
        What stands below it in the end, in a frame of the verdict's colour.
    view
        What is shown of the plane.
    head, foot
        Heights of the rooms for title and ending, in manim units.
    reading
        Whether the variable's value stands below the plot, as it changes.

    Attributes
    ----------
    still, moving, chip
        Plot and title; what `show` changes; what `verdict` changes. A scene adds all three, in this order.
    """

    def __init__(
        self,
        setter: Typesetter,
        box: Box,
        run: Trajectory,
        title: Paragraph,
        ending: Paragraph,
        view: View,
        *,
        head: float,
        foot: float,
        reading: bool = False,
    ) -> None:
        theme, unit = setter.theme, setter.unit
        self.setter, self.box, self.run = setter, box, as_far_as_shown(run)
        middle = float(box.centre[0])
        room = box.inset(0, 0, 0, box.height - foot)
        self.chip = Chip(setter, room, ending, VERDICT_ROLES[verdict(run)])
        foot += 1.6 * unit
        self.reading = self._reading(middle, box.bottom + foot) if reading else None
        if self.reading is not None:
            foot += CAP * self.reading.em + 2 * unit
        title.at(middle, box.top - CAP * title.em - 0.2 * unit, 0.5)
        # The plot's ground reaches beyond its axes, most of all below, where the ticks' texts hang; a dot at
        # the axis does not reach them.
        drop = 1.35 * theme.sizes.dot + 0.7
        below = (drop + 2.4) * unit + setter.cap(theme.sizes.tick)
        inner = box.inset(1.5 * unit, foot + below, 1.5 * unit, head + 1.5 * unit)
        self.plot = CurvePlot(setter, run.cost_function, inner, view, bare=True, drop=drop)
        self.stage = Stage(setter, self.plot, self.run)
        self.leaving = Shape(fill=theme.point)
        self.leaves, self.exit = self._exit()
        self.still = VGroup(self.plot, title)
        self.moving = VGroup(self.stage, self.leaving, *([] if self.reading is None else [self.reading]))
        self.show(0.0).verdict(0.0)

    def show(self, progress: float, *, detailed: bool = True) -> SmallBoard:
        """Draw the moment at which so many steps are done; with `detailed`, a step has its tangent."""
        self.stage.detailed = detailed
        self.stage.put(progress)
        gone = progress > self.leaves and not len(self.stage.dot.points)
        self.leaving.draw(self.exit if gone else NOTHING)
        if self.reading is not None:
            self.reading.put(float(self.run.x[min(int(progress), self.run.steps), 0]))
        return self

    def verdict(self, alpha: float) -> SmallBoard:
        """Set the opacity of the verdict."""
        self.chip.set_alpha(ease(alpha))
        return self

    def _reading(self, middle: float, base: float) -> Number:
        """The variable's value, about this middle; its first digit keeps its place."""
        fences, size = (f"{self.run.cost_function.variables[0]} = ", ""), self.setter.theme.sizes.numbers

        def made(size: float) -> Number:
            return self.setter.number(size, "point", bold=True, align="left", fences=fences)

        def widest(number: Number) -> float:
            return max(number.advance(float(value)) for value in self.run.x[:, 0])

        number = made(size * min(1.0, self.box.width / widest(made(size))))
        left = middle - number.advance(float(self.run.x[0, 0])) / 2
        return number.at(min(left, self.box.right - widest(number)), base)

    def _exit(self) -> tuple[float, Array]:
        """The point from which a step first leaves the view, and the arrow head at the plot's edge."""
        points = self.plot.on_curve(self.run.x[:, 0])
        inside = clip.holds(self.plot.box, points)
        out = np.flatnonzero(inside[:-1] & ~inside[1:])
        if not len(out):
            return np.inf, NOTHING
        start, way = points[out[0]], points[out[0] + 1] - points[out[0]]
        _, share = clip.inside(start[None], (start + way)[None], self.plot.box)
        tip, unit = start + way * share[0], self.setter.unit
        back = way / np.hypot(*way) * 4 * unit
        return float(out[0]), arrow(tip - back, tip, 0.5 * unit, 2.6 * unit)


def small_boards(
    setter: Typesetter,
    boxes: Sequence[Box],
    runs: Sequence[Trajectory],
    titles: Sequence[str],
    endings: Sequence[str],
    view: View | None = None,
    *,
    reading: bool = False,
) -> list[SmallBoard]:
    """Make small boards in equal boxes: titles in one size, verdicts in one size and on one level.

    Parameters
    ----------
    setter
        Makes the lettering.
    boxes, runs, titles, endings
        One each for every board; titles and endings are the words.
    view
        What is shown of the plane, `common_view` when not given.
    reading
        Whether the variable's value stands below each plot, as it changes.

    Examples
    --------
    In a scene:

    .. code-block:: python

        boxes = self.layout.body.grid(len(runs), gap=self.layout.gap, aspect=0.55)
        endings = [self.say(f"verdict.{key_of(verdict(run))}") for run in runs]
        boards = small_boards(self.setter, boxes, runs, titles, endings)
        for board in boards:
            self.add(board.still, board.moving, board.chip)
        moving = [board.moving for board in boards]
        self.move(9.0, lambda share: [board.show(9 * share) for board in boards], *moving)
        chips = [board.chip for board in boards]
        self.move(0.4, lambda share: [board.verdict(share) for board in boards], *chips)
    """
    sizes, unit = setter.theme.sizes, setter.unit
    room = min(box.width for box in boxes)
    heads = alike(setter, titles, sizes.numbers, room, ["text"] * len(titles))
    roles = [VERDICT_ROLES[verdict(run)] for run in runs]
    feet = alike(setter, endings, sizes.label, room - 2.4 * unit, roles, lines=3)
    head = (CAP + 2 * TAIL) * heads[0].em
    foot = max((tall(len(words.lines)) + TAIL) * words.em for words in feet) + 2 * unit
    view = view or common_view(runs)
    return [
        SmallBoard(setter, *row, view, head=head, foot=foot, reading=reading)
        for row in zip(boxes, runs, heads, feet, strict=True)
    ]
