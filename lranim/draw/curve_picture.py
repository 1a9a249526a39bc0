"""A cost curve with all its lettering in a box: numbers at the axes, the minima named below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from manim import VGroup

from lranim.core.costs import as_low
from lranim.core.types import Cost
from lranim.draw.layout import Box
from lranim.draw.lettering import Labels, Typesetter
from lranim.draw.plot import CurvePlot, View, label_gap
from lranim.draw.ticks import ticks
from lranim.look.text import short


class CurvePicture(VGroup):
    """A `CurvePlot`, the names of its minima, and how much wider than at first its view is.

    Parameters
    ----------
    setter
        Makes the lettering.
    say
        One text in the scene's language.
    cost
        A cost of one variable.
    ground
        All of it is placed inside.
    views
        The views to come: the first one is shown, the last one has the widest numbers.
    drop
        How far below the axis the tick labels begin, in units.
    """

    def __init__(
        self,
        setter: Typesetter,
        say: Callable[..., str],
        cost: Cost,
        ground: Box,
        views: Sequence[View],
        *,
        drop: float = 3.4,
    ) -> None:
        unit, sizes = setter.unit, setter.theme.sizes
        self.setter, self.say, self.cost, self.first = setter, say, cost, views[0]
        # Below the plot are a row of numbers and one of names.
        below = (drop + 3.9) * unit + setter.cap(sizes.tick) + setter.cap(sizes.label)
        self.box = ground.inset(self._axis_room(views[-1]), below, unit, 0.0)
        self.plot = CurvePlot(setter, cost, self.box, self.first, drop=drop)
        self.names = Labels(setter, "minimum", sizes.label, bold=True)
        self.locals = Labels(setter, "minimum", sizes.label)
        self.note = Labels(setter, "muted", sizes.label)
        super().__init__(self.plot, self.names, self.locals, self.note)
        self._name()

    def look_at(self, view: View) -> CurvePicture:
        """Draw everything anew for a view."""
        self.plot.look_at(view)
        self._name()
        return self

    def _axis_room(self, view: View) -> float:
        """Room at the left for the cost axis's labels."""
        setter, size = self.setter, self.setter.theme.sizes.tick
        labels = [short(float(value)) for value in ticks(view.low, view.high, 4)]
        widest = max(setter.text(label, size).advance for label in labels)
        return widest + label_gap(setter) + 0.4 * setter.unit

    def _name(self) -> None:
        """Name the minima below the axis, and say how much wider than at first the view is."""
        unit, box, view, name = self.setter.unit, self.box, self.plot.view, self.cost.variables[0]
        cap = self.setter.cap(self.setter.theme.sizes.label)
        rows: list[tuple[str, float, float, float]] = []
        ends: list[tuple[float, float]] = []
        for rank, (value,) in enumerate(self.cost.minima):
            low = as_low(self.cost, (value,))
            words = self.say("plot.minimum" if low else "plot.local", name=name, value=value)
            room = (self.locals if rank else self.names).advance(words) / 2
            x = float(self.plot.to_screen(value, view.low)[0])
            x = min(max(x, box.left + room), box.right - room)
            # In a wide view minima lie side by side, their names do not: the first, lowest one is named.
            if any(x - room < right + unit and left < x + room + unit for left, right in ends):
                continue
            ends.append((x - room, x + room))
            rows.append((words, x, self.plot.foot - 2.46 * unit - cap, 0.5))
        self.names.write(*rows[:1])
        self.locals.write(*rows[1:])
        wider = (view.right - view.left) / (self.first.right - self.first.left)
        if wider > 1.01:
            self._say_wider(round(wider, 1), box.top - 0.83 * cap)
        else:
            self.note.write()

    def _say_wider(self, times: float, y: float) -> None:
        """Say it at the top right: in short, or in place of the formula, where there is no room for both."""
        plot, right = self.plot, self.box.right - self.setter.unit
        for key in ("wider", "wider_short"):
            words = self.say(f"plot.{key}", times=times)
            fits = right - self.note.advance(words) > plot.title_end + self.setter.unit
            if fits:
                break
        if plot.formula is not None:
            plot.formula.set_alpha(1.0 if fits else 0.0)
        self.note.write((words, right, y, 1.0))
