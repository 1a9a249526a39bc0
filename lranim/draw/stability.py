"""The plane of learning rate and beta: what each pair of them does to momentum on a quadratic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from manim import VGroup

from lranim.core.theory import MomentumRegime, momentum_borders, momentum_radius, momentum_regime
from lranim.core.types import Array
from lranim.draw.axis import Axis
from lranim.draw.chart import Chart
from lranim.draw.contours import below
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter, colour
from lranim.draw.paint import mix, rgb
from lranim.draw.shapes import NOTHING, Shape, dashes, discs, polyline
from lranim.draw.stage import ease
from lranim.draw.tag import Tag
from lranim.look.text import short
from lranim.look.theme import LineStyle, Theme

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


def tinted(theme: Theme, role: str, share: float) -> str:
    """So much of a role's colour over the background, ``#RRGGBB``.

    Examples
    --------
    >>> from lranim.look.theme import THEMES
    >>> tinted(THEMES["light"], "cost", 0.0), tinted(THEMES["light"], "cost", 1.0)
    ('#FFFFFF', '#1E6BE3')
    """
    parts = mix(rgb(theme.background), rgb(colour(theme, role)), share)
    return "#" + "".join(f"{round(255 * part):02X}" for part in parts)


class StabilityPlane:
    """Learning rate across, beta up: where momentum settles, jumps, crawls and diverges.

    Parameters
    ----------
    setter
        Makes the lettering.
    box
        All of it is placed inside.
    curvatures
        The Hessian's eigenvalues, all above 0.
    pairs
        Rates and betas that are marked in it, ``(k, 2)``.
    styles
        Their marks.
    best
        Another pair, which `praise` marks with a ring.
    slowest
        The spectral radius above which a run crawls.
    names
        What stands in the regions, by `REGIONS`.

    Attributes
    ----------
    still, moving
        The plane; what `measure` and `praise` change.
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
        theme = setter.theme
        self.setter, self.curvatures, self.slowest = setter, curvatures, slowest
        self.steepest = float(np.max(curvatures))
        high = ROOM * max(float(momentum_borders(1.0, self.steepest).diverges), float(pairs[:, 0].max()))
        ticks = tuple((value, f"{value:g}") for value in (0.0, 0.5, 1.0))
        # A little beyond, so that marks on the borders keep off the numbers of the axes.
        x, y = Axis(-BEYOND[0] * high, high, "η"), Axis(-BEYOND[1], 1.0, "β", ticks=ticks)
        self.chart = Chart(setter, box, x, y, grid=False)
        self.high = high
        shapes = [
            Shape(fill=tinted(theme, REGIONS[name], TINT)).draw(curves)
            for name, curves in self._regions().items()
        ]
        edge = self._border("diverges")
        line = Shape(stroke=theme.minimum, width=theme.sizes.curve).draw(polyline(edge))
        dots = [
            self.chart.dots([lr], [beta], style, theme.sizes.dot)
            for (lr, beta), style in zip(pairs.tolist(), styles, strict=True)
        ]
        place = self.chart.at([best[0]], [best[1]])
        marked = np.concatenate([place, *(dot.points for dot in dots)])
        self.criticals = [Critical(self, lr, beta, marked) for lr, beta in np.unique(pairs, axis=0).tolist()]
        self.ring = Shape(stroke=theme.text, width=theme.sizes.tangent)
        self.ring.draw(discs(place, RING * setter.unit)).set_alpha(0.0)
        taken = np.concatenate(
            [place, *(dot.points for dot in dots), *(one.covers for one in self.criticals)]
        )
        self.still = VGroup(*shapes, line, self.chart.still, *self._names(names, taken))
        self.moving = self.chart.moving
        self.moving.add(*(part for one in self.criticals for part in (one.way, one.tag)), self.ring)

    def _border(self, name: str) -> Array:
        """A border of the steepest curvature in the frame, from beta = 0 to 1, ``(k, 2)``."""
        beta = np.linspace(0.0, 1.0, 61)
        return self.chart.at(getattr(momentum_borders(beta, self.steepest), name), beta)

    def _regions(self) -> dict[str, Array]:
        """Curves of each region, each to be drawn over the ones before."""
        left, right = (self.chart.at(rate, [1.0, 0.0]) for rate in (0.0, self.high))
        critical, jumps = self._border("diverges"), self._border("jumps")
        lr, beta = np.linspace(0.0, self.high, FINE), np.linspace(0.0, 1.0, FINE)
        radius = momentum_radius(lr[:, None], beta, self.curvatures)
        slow = [polyline(self.chart.at(*o.T)) for o in below(self.slowest - radius, lr, beta, 0.0)]
        return {
            "settles": polyline(np.concatenate([critical, left]), closed=True),
            "jumps": polyline(np.concatenate([critical, jumps[::-1]]), closed=True),
            "crawls": np.concatenate([NOTHING, *slow]),
            "diverges": polyline(np.concatenate([critical, right]), closed=True),
        }

    def regions_at(self, lr: Array, beta: Array) -> list[str]:
        """The region of each pair, ``(k,)`` both."""
        radius = momentum_radius(lr, beta, self.curvatures)
        regimes = momentum_regime(lr, beta, self.curvatures)
        return [
            "diverges"
            if code >= MomentumRegime.BOUNCES
            else "crawls"
            if slow
            else "jumps"
            if code == MomentumRegime.JUMPS
            else "settles"
            for code, slow in zip(regimes.tolist(), (radius > self.slowest).tolist(), strict=True)
        ]

    def _names(self, names: Mapping[str, str], taken: Array) -> list[Tag]:
        """The name of each region that has room for it, as far from its borders as can be."""
        setter, size = self.setter, self.setter.theme.sizes.label
        share = (np.arange(COARSE) + 0.5) / COARSE
        lr, beta = (grid.ravel() for grid in np.meshgrid(share * self.high, share, indexing="ij"))
        regions, places = np.array(self.regions_at(lr, beta)), self.chart.at(lr, beta)
        plot, made = self.chart.plot, []
        for name, words in names.items():
            inside = regions == name
            text = setter.text(words, size, bold=True)
            half = np.array([text.advance / 2 + setter.unit, 0.6 * text.em + 1.6 * setter.unit])
            rims = np.array([self.chart.at(0.0, 0.0), [plot.right, plot.top]])
            if not inside.any():
                continue
            spots, others = places[inside], np.concatenate([places[~inside], taken])
            room = np.abs((spots[:, None] - rims) / half).min(axis=(1, 2))
            gaps = np.abs((spots[:, None] - others) / half).max(axis=2)
            room = np.minimum(room, gaps.min(axis=1, initial=np.inf))
            best = int(np.argmax(room))
            if room[best] >= 1.0:
                x, y = spots[best].tolist()
                tag = Tag(text, tinted(setter.theme, REGIONS[name], TINT))
                made.append(tag.centred(x - text.advance / 2, y))
        return made

    def measure(self, share: float) -> None:
        """Draw this share of the ways to the critical rates."""
        for one in self.criticals:
            one.show(share)

    def praise(self, share: float) -> None:
        """Let the ring about the best pair come to view."""
        self.ring.set_alpha(ease(share))


class Critical:
    """A dashed way from a pair to where momentum begins to diverge, and the rate there; `show` draws it."""

    def __init__(self, plane: StabilityPlane, lr: float, beta: float, marked: Array) -> None:
        theme, setter = plane.setter.theme, plane.setter
        limit = float(momentum_borders(beta, plane.steepest).diverges)
        self.ends, self.dash = plane.chart.at([lr, limit], beta), 0.9 * setter.unit
        self.way = Shape(stroke=theme.text, width=theme.sizes.trail)
        number = setter.text(short(limit, 3), theme.sizes.label, bold=True)
        self.tag = Tag(number, tinted(theme, REGIONS["diverges"], TINT))
        (top, bottom) = plane.chart.at(0.0, [1.0, 0.0])[:, 1].tolist()
        middle = min(max(float(self.ends[1, 1]), bottom + 0.6 * number.em), top - 0.8 * number.em)
        # Right of the border, which leans over it, and of marks in its way.
        share = min((middle + 0.5 * number.em - bottom) / (top - bottom), 1.0)
        x = float(plane.chart.at(momentum_borders(share, plane.steepest).diverges, share)[0])
        reach = RING * setter.unit
        for place, level in marked[np.argsort(marked[:, 0])].tolist():
            wide = x + self.tag.advance + 2 * setter.unit
            if abs(middle - level) < 0.6 * number.em + reach and x - reach < place < wide + reach:
                x = place + reach
        self.tag.centred(x + 1.4 * setter.unit, middle)
        ends = np.linspace(self.ends[0], self.ends[1], 9)
        self.covers = np.concatenate([ends, [[x, middle], [x + self.tag.advance, middle]]])
        """Places that a name keeps off."""
        self.show(0.0)

    def show(self, share: float) -> None:
        """Draw this share of the way, and in the end the rate."""
        start, end = self.ends
        self.way.draw(dashes(start, start + (end - start) * ease(share), self.dash) if share > 0 else NOTHING)
        self.tag.set_alpha(ease(2 * share - 1))
