"""Which way is down: the slope's sign on a curve, the opposite of the gradient on a surface."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from lranim.core.costs import COSTS, directional
from lranim.core.descend import descend
from lranim.core.results import Table
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Array, Cost
from lranim.draw.boards.descent import SlopesBoard
from lranim.draw.boards.surface import DirectionsBoard, fading, growing
from lranim.draw.scene import LessonScene
from lranim.look.text import number, short
from lranim.params import SurfaceCost, SurfaceObjective, check_start

CURVE = COSTS["bowl"]
SIDES = -2.0, 9.0
"""Points of the curve left and right of its minimum."""

SPOKES = 24
"""Directions of the ring."""

EDGE = 0.05
"""The share of a range at each end that is too near the edge to look around."""

FLAT = 0.01
"""A gradient shorter than this is written as 0."""

DIM = 0.3
"""Opacity of what is not spoken of."""


class Params(SurfaceObjective):
    """Options of the scene."""

    cost: SurfaceCost | None = Field("oval", description="cost function of the surface")
    point: tuple[float, float] | None = Field(
        None,
        description="where to look from, off the edges of the cost's domain (unless given, its own start)",
    )

    @model_validator(mode="after")
    def _on_a_slope(self) -> Self:
        cost = self.objective
        if self.point is not None:
            check_start(replace(cost, domain=inner(cost)), self.point, "--point")
        if np.hypot(*cost.grad(self.place)) < FLAT:
            given = ",".join(f"{x:g}" for x in self.place)
            raise ValueError(
                f"--point is {given}, where {self.called} is all but flat; give a point on a slope"
            )
        return self

    @property
    def place(self) -> Array:
        """The point."""
        cost = self.objective
        return np.clip(self.point or cost.start, *np.transpose(inner(cost)))


def inner(cost: Cost) -> tuple[tuple[float, float], ...]:
    """The domain without its edges."""
    return tuple((low + (high - low) * EDGE, high - (high - low) * EDGE) for low, high in cost.domain)


def numbers(params: Params) -> Table:
    """The ring: directions by their angle, rad, the steepest way down first, and the slope along each."""
    cost = params.objective
    a, b = -cost.grad(params.place)
    angles = np.arctan2(b, a) + 2 * np.pi * np.arange(SPOKES) / SPOKES
    slopes = directional(cost, params.place, angles)
    return Table({"angle": angles, "a": np.cos(angles), "b": np.sin(angles), "slope": slopes})


class Direction(LessonScene):
    """Two points of a curve, then all directions from a point of a surface."""

    params_type = Params
    turning_camera = True
    has_verdict = False

    def construct(self) -> None:
        """Tell the story."""
        waits, cost, place = self.theme.waits, self.params.objective, self.params.place
        runs = [descend(CURVE, gradient_descent(), constant(0.3), (x,), 1) for x in SIDES]
        grad = cost.grad(place)
        slopes = {
            side: number(float(run.grad[0, 0]), 0, sign=True)
            for side, run in zip(("left", "right"), runs, strict=True)
        }
        facts: dict[str, object] = dict(slopes)
        facts |= {"cost": self.params.called, "point": pair(place), "grad": pair(grad), "down": pair(-grad)}
        facts |= dict(zip("ab", cost.variables, strict=True))
        self.title("direction.title")
        self.beat("direction.start", **facts)
        curve = SlopesBoard(self, runs, [self.say("direction.tag", slope=slope) for slope in slopes.values()])
        self.hold(waits.read)
        for index, side in enumerate(slopes):
            self.beat(f"direction.{side}", **facts)
            curve.tell(index)
            self.hold(waits.read)

        self.beat("direction.ring", **facts)
        words = [self.say(f"direction.row_{row}", **facts) for row in ("ring", "a", "b", "up", "down")]
        turning = 2 * (waits.explain + waits.read)
        board = DirectionsBoard(self, cost, place, numbers(self.params), words, turning)
        self.swap(curve.parts, [*board.parts, *self.formula(cost)], waits.explain / 2)
        ways = board.directions
        board.play(waits.explain, growing(ways.ring), row=0)
        board.play(waits.read)

        self.beat("direction.slices", **facts)
        cuts = list(zip(ways.slices, ways.tangents, strict=True))
        board.play(waits.explain / 2, growing(cuts[0]), fading(ways.ring, 1.0, DIM), row=1)
        board.play(waits.explain / 2, growing(cuts[1]), row=2)
        board.play(waits.read)

        self.beat("direction.gradient", **facts)
        cut = [*ways.slices, *ways.tangents]
        board.land(waits.explain, fading(cut, 1.0, 0.0))
        board.play(waits.explain / 2, growing(ways.parts))
        board.play(waits.explain / 2, growing([ways.uphill]), row=3)
        board.play(waits.read)

        self.beat("direction.end", **facts)
        board.play(waits.explain / 2, growing([ways.downhill]), fading(ways.ring, DIM, 1.0), row=4)
        board.play(waits.explain / 2, growing([*ways.level, ways.corner]), fading(ways.parts, 1.0, DIM))
        self.alt = self.say("direction.alt", **facts)
        self.hold(waits.end)


def pair(point: Array) -> str:
    """A point or a vector as it is written in a sentence."""
    return ", ".join(short(round(float(value), 2)) for value in point)
