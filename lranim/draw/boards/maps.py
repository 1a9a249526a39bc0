"""Maps: a cost of two variables with paths over it, and the plane of learning rate and beta."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from manim import VGroup

from lranim.core.theory import MomentumRegime, momentum_borders, momentum_radius, momentum_regime
from lranim.core.types import Array, Cost, Trajectory
from lranim.draw.chart.chart import Axis, Chart, tick_drop
from lranim.draw.chart.curves import Curve, Dots
from lranim.draw.layout import Box
from lranim.draw.lettering import HaloText, Parts, Typesetter, colour
from lranim.draw.scene import ease
from lranim.draw.shapes import NOTHING, Shape, arrow, dashes, discs, holds, polyline, rectangles, ring_and_dot
from lranim.draw.surface.paint import mix, rgb
from lranim.draw.surface.space import below, sampled
from lranim.look.text import short
from lranim.look.theme import LineStyle, Theme

Span = tuple[float, float]

SAMPLES = 161
"""How many values of each variable the contour lines are made from: a narrow valley needs many."""

LEVELS, LOWEST, HIGHEST = 11, 0.002, 0.97
"""Number of contour lines; from this share of all heights to that one (as quantiles) they are drawn."""

SHADE, LINE = 0.2, 0.6
"""Opacity of each level's ground over the one below, and of its line."""

BORDER = 0.12
"""About the paths, of the longer side of what they fill."""

BEADS = 45
"""So many steps have a mark each; of more, every second, third … has one."""

CORNER, NUMBER, CLEAR = 1.8, 3.4, 4.6
"""The side of a right angle's mark, how far above its point a step's number stands, how far from others."""

LONGEST = 17.0
"""A velocity's arrow is no longer than this, in units."""


def window(runs: Sequence[Trajectory], aspect: float) -> tuple[Span, Span]:
    """What is shown of a domain: what the paths fill, to one scale for both variables as far as that goes."""
    low, high = np.array(runs[0].cost_function.domain).T
    points = np.concatenate([*(run.x for run in runs), *(run.target[None] for run in runs)])
    points = points[np.all((points >= low) & (points <= high), axis=1)]
    first, last = points.min(axis=0), points.max(axis=0)
    border = max(BORDER * float((last - first).max()), 0.02 * float((high - low).max()))
    first, last = np.maximum(first - border, low), np.minimum(last + border, high)
    width = max(last[0] - first[0], (last[1] - first[1]) * aspect)
    size = np.minimum([width, width / aspect], high - low)
    start = np.clip((first + last - size) / 2, low, high - size)
    (a, b), (c, d) = start.tolist(), (start + size).tolist()
    return (a, c), (b, d)


def levels_of(values: Array) -> Array:
    """Costs of contour lines, by equal factors above the lowest: the floor of a steep valley has lines, too.

    Examples
    --------
    >>> levels_of(np.linspace(0, 1000, 1001))[[0, 5, 10]].round(1).tolist()
    [2.0, 44.0, 970.0]
    """
    known = values[np.isfinite(values)]
    bottom = float(known.min())
    low, high = np.quantile(known - bottom, (LOWEST, HIGHEST))
    if not high > 0:
        return np.zeros(0)
    return bottom + np.geomspace(max(float(low), 1e-4 * float(high)), float(high), LEVELS)


class ContourMap(Chart):
    """A map of a cost with paths on it: all of the runs are shown as far as the domain goes."""

    def __init__(
        self, setter: Typesetter, box: Box, runs: Sequence[Trajectory], *, plain: bool = False
    ) -> None:
        """Without names and numbers at its edges, and to one scale, where it is `plain`, as in a panel."""
        cost, unit = runs[0].cost_function, setter.unit
        axes = [
            Axis(*ends, "" if plain else name, ticks=() if plain else None)
            for name, ends in zip(cost.variables, cost.domain, strict=True)
        ]
        whole = Chart(setter, box, *axes).plot
        x, y = (
            replace(axis, low=low, high=high)
            for axis, (low, high) in zip(axes, window(runs, whole.width / whole.height), strict=True)
        )
        across, up = (x.low, x.high), (y.low, y.high)
        if plain:
            size, room = np.array([x.high - x.low, y.high - y.low]), whole.corners[1] - whole.corners[0]
            spare = room - size * min(room / size)
            box = box.inset(0.0, float(spare[1]) / 2, float(spare[0]), float(spare[1]) / 2)
        super().__init__(setter, box, x, y, grid=False, ground="panel" if plain else "background")
        shown = [m for m in cost.minima if across[0] <= m[0] <= across[1] and up[0] <= m[1] <= up[1]]
        places = self.at(*np.reshape(shown, (-1, 2)).T)
        mark = ring_and_dot(setter.theme, places, 1.7 * unit, 0.5 * unit)
        # The ground of each level, and all lines.
        theme, (low, high) = setter.theme, self.plot.corners
        a, b, values = sampled(cost, (across, up), SAMPLES)
        levels = [
            np.concatenate([NOTHING, *(polyline(self.at(*o.T)) for o in below(values, a, b, level))])
            for level in levels_of(values)[::-1]
        ]
        curves = [rectangles(low[None], high[None]), *levels]
        grounds = [Shape(fill=theme.grid, opacity=SHADE).draw(one) for one in curves]
        lines = Shape(stroke=theme.muted, width=theme.sizes.grid, opacity=LINE)
        lines.draw(np.concatenate([NOTHING, *levels]))
        self.still = VGroup(*grounds, lines, self.still, *mark)

    def path(self, run: Trajectory, style: LineStyle) -> Curve:
        """Add the path of a run, with the style's mark at its points."""
        every = max(1, -(-run.steps // BEADS))
        width = self.setter.theme.sizes.trail
        # Dashes would take the place of what the path does: its mark and colour tell it apart.
        return Curve(self, run.x[:, 0], run.x[:, 1], style, dash=(), width=width, every=every)


class StepMap(ContourMap):
    """One run seen from above, each step with its number, and the right angle at which one of them leaves.

    It stands in a panel, in the place of its `CostChart`.
    """

    least = 6.0

    def __init__(self, setter: Typesetter, box: Box, run: Trajectory, arrival: int | None) -> None:
        room = 0.8 * tick_drop(setter)
        super().__init__(setter, box.inset(0.0, -room, 0.0, 0.0), [run], plain=True)
        theme, unit, places = setter.theme, setter.unit, self.at(*run.x.T)
        self.angle = Shape(stroke=theme.text, width=theme.sizes.trail)
        # The longest step that begins well inside the map; the first one where none does.
        inside = holds(self.plot.inset(*[NUMBER * unit] * 4), places[:-1])
        lengths = np.hypot(*np.diff(places, axis=0).T)
        self.turn = int(np.argmax(np.where(inside, lengths, -1.0))) if inside.any() else 0
        here, way = places[self.turn], places[self.turn + 1] - places[self.turn]
        if np.hypot(*way) > CORNER * unit:
            way *= CORNER * unit / np.hypot(*way)
            side = np.array([-way[1], way[0]]) * (-1.0 if way[0] > 0 else 1.0)  # below: numbers stand above
            self.angle.draw(polyline(here + np.stack([way, way + side, side])))
        self.over.add(self.angle)
        a, b = run.x.T
        self.around = [
            Curve(self, line[:, 0], line[:, 1], "text", width=theme.sizes.grid, head=False)
            for line in contour(run.cost_function, run.x[self.turn])
        ]
        self.line = Curve(self, a, b, "point", width=theme.sizes.trail)
        self.points = Dots(self, a, b, "point", 0.75)
        self.numbers = []
        free = np.full((1, 2), np.inf)
        for k, at in enumerate(places):
            # Off the path, on the side that it turns away from, where no other number is.
            spot = at + np.array([0.0, NUMBER * unit])
            if holds(self.plot, spot[None])[0] and np.abs(free - spot).max(axis=1).min() > CLEAR * unit:
                free = np.append(free, spot[None], axis=0)
                text = HaloText(setter.text(str(k), theme.sizes.tick, "point", bold=True), self.ground)
                self.numbers.append((k, text.centred(spot[0] - text.advance / 2, spot[1])))
        self.words.add(*(text for _, text in self.numbers))

    def show(self, done: int) -> None:
        """Draw the first `done` steps."""
        self.line.draw_to(done)
        self.points.draw_to(done)
        for part in (self.angle, *self.around):
            part.set_alpha(float(done > self.turn))
        for k, text in self.numbers:
            text.set_alpha(float(k <= done))


def contour(cost: Cost, point: Array) -> list[Array]:
    """The contour line through a point, ``(k, 2)`` each of its parts in the domain."""
    a, b, values = sampled(cost, cost.domain, SAMPLES)
    low, high = np.array(cost.domain).T
    lines: list[Array] = []
    for outline in below(values, a, b, float(cost.value(point))):
        # Outlines follow the frame where the region ends there: that is no contour line.
        inside = np.all((outline > low) & (outline < high), axis=-1)
        cuts = np.flatnonzero(np.diff(inside)) + 1
        turned = np.roll(outline[:-1], -cuts[0], axis=0) if len(cuts) else outline
        free = np.all((turned > low) & (turned < high), axis=-1)
        edges = [0, *(np.flatnonzero(np.diff(free)) + 1).tolist(), len(turned)]
        lines += [turned[i:j] for i, j in pairwise(edges) if free[i] and j - i > 1]
    return lines


class VelocityArrow(Parts):
    """An arrow that says where a point would roll to by itself."""

    def __init__(self, chart: Chart, style: LineStyle) -> None:
        theme, self.chart = chart.setter.theme, chart
        rim = Shape(fill=theme.background, stroke=theme.background, width=3.0)
        super().__init__(rim, Shape(fill=str(getattr(theme, style.role))))
        chart.words.add(*self)

    def put(self, point: Array, way: Array) -> None:
        """Draw it at a point, as long as a way ``(2,)`` in data units, or less where that is long."""
        plot, unit = self.chart.plot, self.chart.setter.unit
        start, end = self.chart.at(*np.stack([point, point + way]).T)
        length, curves = float(np.hypot(*(end - start))), NOTHING
        if holds(plot, start) and 0.05 * unit < length < np.inf:
            end = start + (end - start) * min(1.0, LONGEST * unit / length)
            curves = arrow(start, np.clip(end, *plot.corners), 0.8 * unit, 2.8 * unit)
        for shape in self.submobjects:
            shape.draw(curves)


REGIONS = {"settles": "gradient", "jumps": "cost", "crawls": "rate", "diverges": "minimum"}
"""What happens in each region, and its colour."""

RING = 2.6
"""Radius of the ring about the best pair, in units."""

TINT = 0.24
"""How much of its colour a region has."""

ROOM = 1.3
"""The plane reaches to so many times the highest critical rate, or the rate that is drawn in it."""

BEYOND = 0.04, 0.1
"""Its axes begin before 0, by these shares."""

FINE, COARSE = 181, 45
"""How many values of each the crawling region is cut from, and places for names are looked for among."""


def tinted(theme: Theme, region: str) -> str:
    """A region's colour, faint over the background, ``#RRGGBB``."""
    parts = mix(rgb(theme.background), rgb(colour(theme, REGIONS[region])), TINT)
    return "#" + "".join(f"{round(255 * part):02X}" for part in parts)


class StabilityPlane(Chart):
    """Learning rate across, beta up: where momentum settles, jumps, crawls and diverges, on these curvatures.

    Pairs of both ``(k, 2)`` are marked in it in their styles; `measure` and `praise`, which marks the best
    pair with a ring, change `moving`. A run crawls above the `slowest` spectral radius.
    """

    def __init__(
        self,
        setter: Typesetter,
        box: Box,
        curvatures: Array,
        pairs: Array,
        styles: Sequence[LineStyle],
        best: tuple[float, float],
        slowest: float,
        names: Mapping[str, str],
    ) -> None:
        theme, self.curvatures, self.slowest = setter.theme, curvatures, slowest
        self.steepest = float(np.max(curvatures))
        self.high = ROOM * max(float(momentum_borders(1.0, self.steepest).diverges), float(pairs[:, 0].max()))
        ticks = tuple((value, f"{value:g}") for value in (0.0, 0.5, 1.0))
        # A little beyond, so that marks on the borders keep off the numbers of the axes.
        x, y = Axis(-BEYOND[0] * self.high, self.high, "η"), Axis(-BEYOND[1], 1.0, "β", ticks=ticks)
        super().__init__(setter, box, x, y, grid=False)
        regions = [Shape(fill=tinted(theme, name)).draw(curves) for name, curves in self._regions().items()]
        border = Shape(stroke=theme.minimum, width=theme.sizes.curve).draw(polyline(self._border("diverges")))
        dots = [
            Dots(self, [lr], [beta], style, theme.sizes.dot)
            for (lr, beta), style in zip(pairs.tolist(), styles, strict=True)
        ]
        place = self.at([best[0]], [best[1]])
        marked = np.concatenate([place, *(dot.places for dot in dots)])
        self.criticals = [
            CriticalRate(self, lr, beta, marked) for lr, beta in np.unique(pairs, axis=0).tolist()
        ]
        self.ring = Shape(stroke=theme.text, width=theme.sizes.tangent)
        self.ring.draw(discs(place, RING * setter.unit)).set_alpha(0.0)
        taken = np.concatenate([marked, *(one.covers for one in self.criticals)])
        self.still = VGroup(*regions, border, self.still, *self._name_regions(names, taken))
        self.moving.add(*self.criticals, self.ring)

    def _border(self, name: str) -> Array:
        """A border of the steepest curvature in the frame, from beta = 0 to 1, ``(k, 2)``."""
        beta = np.linspace(0.0, 1.0, 61)
        return self.at(getattr(momentum_borders(beta, self.steepest), name), beta)

    def _regions(self) -> dict[str, Array]:
        """Curves of each region, each to be drawn over the ones before."""
        left, right = (self.at(rate, [1.0, 0.0]) for rate in (0.0, self.high))
        critical, jumps = self._border("diverges"), self._border("jumps")
        lr, beta = np.linspace(0.0, self.high, FINE), np.linspace(0.0, 1.0, FINE)
        radius = momentum_radius(lr[:, None], beta, self.curvatures)
        slow = [polyline(self.at(*o.T)) for o in below(self.slowest - radius, lr, beta, 0.0)]
        return {
            "settles": polyline(np.concatenate([critical, left]), closed=True),
            "jumps": polyline(np.concatenate([critical, jumps[::-1]]), closed=True),
            "crawls": np.concatenate([NOTHING, *slow]),
            "diverges": polyline(np.concatenate([critical, right]), closed=True),
        }

    def regions_at(self, lr: Array, beta: Array) -> Array:
        """The region of each pair, ``(k,)`` all."""
        radius = momentum_radius(lr, beta, self.curvatures)
        regimes = momentum_regime(lr, beta, self.curvatures)
        cases = [regimes >= MomentumRegime.BOUNCES, radius > self.slowest, regimes == MomentumRegime.JUMPS]
        return np.select(cases, ["diverges", "crawls", "jumps"], "settles")

    def _name_regions(self, names: Mapping[str, str], taken: Array) -> list[HaloText]:
        """The name of each region that has room for it, as far from its borders as can be."""
        setter, size, plot, made = self.setter, self.setter.theme.sizes.label, self.plot, []
        share = (np.arange(COARSE) + 0.5) / COARSE
        lr, beta = (grid.ravel() for grid in np.meshgrid(share * self.high, share, indexing="ij"))
        regions, places = self.regions_at(lr, beta), self.at(lr, beta)
        rims = np.array([self.at(0.0, 0.0), [plot.right, plot.top]])
        for name, words in names.items():
            inside = regions == name
            text = setter.text(words, size, bold=True)
            half = np.array([text.advance / 2 + setter.unit, 0.6 * text.em + 1.6 * setter.unit])
            if not inside.any():
                continue
            spots, others = places[inside], np.concatenate([places[~inside], taken])
            room = np.abs((spots[:, None] - rims) / half).min(axis=(1, 2))
            gaps = np.abs((spots[:, None] - others) / half).max(axis=2)
            room = np.minimum(room, gaps.min(axis=1, initial=np.inf))
            best = int(np.argmax(room))
            if room[best] >= 1.0:
                x, y = spots[best].tolist()
                made.append(HaloText(text, tinted(setter.theme, name)).centred(x - text.advance / 2, y))
        return made

    def measure(self, share: float) -> None:
        """Draw this share of the ways to the critical rates."""
        for one in self.criticals:
            one.put(share)

    def praise(self, share: float) -> None:
        """Let the ring about the best pair come to view."""
        self.ring.set_alpha(ease(share))


class CriticalRate(VGroup):
    """A dashed way from a pair to where momentum begins to diverge, and the rate there; `put` draws it."""

    def __init__(self, plane: StabilityPlane, lr: float, beta: float, marked: Array) -> None:
        theme, setter = plane.setter.theme, plane.setter
        limit = float(momentum_borders(beta, plane.steepest).diverges)
        self.ends, self.dash = plane.at([lr, limit], beta), 0.9 * setter.unit
        self.way = Shape(stroke=theme.text, width=theme.sizes.trail)
        number = setter.text(short(limit, 3), theme.sizes.label, bold=True)
        self.number = HaloText(number, tinted(theme, "diverges"))
        (top, bottom) = plane.at(0.0, [1.0, 0.0])[:, 1].tolist()
        middle = min(max(float(self.ends[1, 1]), bottom + 0.6 * number.em), top - 0.8 * number.em)
        # Right of the border, which leans over it, and of marks in its way.
        share = min((middle + 0.5 * number.em - bottom) / (top - bottom), 1.0)
        x = float(plane.at(momentum_borders(share, plane.steepest).diverges, share)[0])
        reach = RING * setter.unit
        for place, level in marked[np.argsort(marked[:, 0])].tolist():
            wide = x + number.advance + 2 * setter.unit
            if abs(middle - level) < 0.6 * number.em + reach and x - reach < place < wide + reach:
                x = place + reach
        self.number.centred(x + 1.4 * setter.unit, middle)
        ends = np.linspace(self.ends[0], self.ends[1], 9)
        self.covers = np.concatenate([ends, [[x, middle], [x + number.advance, middle]]])
        """Places that a name keeps off."""
        super().__init__(self.way, self.number)
        self.put(0.0)

    def put(self, share: float) -> None:
        """Draw this share of the way, and in the end the rate."""
        start, end = self.ends
        self.way.draw(dashes(start, start + (end - start) * ease(share), self.dash) if share > 0 else NOTHING)
        self.number.set_alpha(ease(2 * share - 1))
