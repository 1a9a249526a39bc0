"""Ways down, complete: points of a curve, or the directions from a point of a surface with their key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from manim import Mobject

from lranim.core.results import Table
from lranim.core.types import Array, Cost, Trajectory
from lranim.draw.compass import Compass
from lranim.draw.key_panel import KeyPanel, KeyRow
from lranim.draw.layers import clearest
from lranim.draw.layout import Box
from lranim.draw.lesson_scene import LessonScene
from lranim.draw.plot import CurvePlot, view_of
from lranim.draw.shapes import Shape, arrow, dashed, segments
from lranim.draw.space_picture import TURN, SpacePicture, left_of
from lranim.draw.stage import AIM, Stage, ease
from lranim.draw.strokes import Stroke
from lranim.look.text import short


class CurveWays:
    """Points of a curve, each with the tangent and the way that its slope tells.

    Parameters
    ----------
    scene
        The scene to draw in.
    runs
        A step from each point, on one cost of one variable.
    tags
        What stands at each step.
    """

    def __init__(self, scene: LessonScene, runs: Sequence[Trajectory], tags: Sequence[str]) -> None:
        self.scene = scene
        setter, unit, cost = scene.setter, scene.layout.unit, runs[0].cost_function
        box = scene.layout.body.inset(8.4 * unit, 8.0 * unit, unit, 0.0)
        plot = CurvePlot(setter, cost, box, view_of(cost, *cost.domain[0]))
        self.stages = [
            Stage(setter, plot, run, tag=partial(_always, tag)) for run, tag in zip(runs, tags, strict=True)
        ]
        self.parts: tuple[Mobject, ...] = (plot, *self.stages)
        scene.add(*self.parts)

    def tell(self, index: int) -> None:
        """Show the slope at one of the points, and where it says to go."""
        stage = self.stages[index]
        self.scene.move(self.scene.theme.waits.explain / 2, lambda u: stage.put(AIM * u), stage)


def _always(tag: str, step: int) -> str:
    return tag


Change = Callable[[float], object]
"""What a motion changes: it is called with the share of time."""


def growing(strokes: Sequence[Stroke]) -> Change:
    """Draw strokes from their first points on."""

    def draw(share: float) -> None:
        for stroke in strokes:
            stroke.shown = ease(share)

    return draw


def fading(strokes: Sequence[Stroke], start: float, end: float) -> Change:
    """Let strokes change their opacity."""

    def draw(share: float) -> None:
        for stroke in strokes:
            stroke.alpha = start + (end - start) * ease(share)

    return draw


class SurfaceWays:
    """A surface that turns, with a compass at a point of it, and the key of what the compass shows.

    Parameters
    ----------
    scene
        The scene to draw in.
    cost
        A cost of two variables.
    point
        Where the compass stands, ``(2,)``.
    ring
        Its directions: columns ``angle`` and ``slope``.
    words
        What the panel says of the ring, of both slices, of the gradient and of the way down.
    seconds
        About how long it turns.
    """

    def __init__(
        self, scene: LessonScene, cost: Cost, point: Array, ring: Table, words: Sequence[str], seconds: float
    ) -> None:
        self.scene = scene
        setter, theme, layout, unit = scene.setter, scene.theme, scene.layout, scene.layout.unit
        above = 0.0 if layout.stacked else -2.5 * unit
        area = layout.picture.inset(left_of(setter, cost, unit), 4.6 * unit, 4.4 * unit, above)
        self.picture = SpacePicture(setter, cost, area, path=point[None])
        self.space = self.picture.space
        self.compass = Compass(self.space, cost, point, ring, theme, unit)
        around = np.concatenate([spoke.points for spoke in self.compass.ring])
        azimuths = [np.radians(45.0 + 90.0 * k) - TURN * seconds / 2 for k in (3, 0, 2, 1)]
        start = clearest(self.space.field, around, self.space.view, TURN * seconds, azimuths)
        self.view = self.space.view.turned(start - self.space.view.azimuth)
        self.picture.look(self.view)
        self.clock, self.landed = 0.0, False
        grad = cost.grad(point)
        a, b = cost.variables
        formulas = (
            "",
            f"partial J \\/ partial {a} = {short(grad[0], 3)}",
            f"partial J \\/ partial {b} = {short(grad[1], 3)}",
            f"nabla J = ({short(grad[0], 3)}, {short(grad[1], 3)})",
            f"<gradient>-nabla J = ({short(-grad[0], 3)}, {short(-grad[1], 3)})</gradient>",
        )
        marks = (
            partial(_spokes, theme.muted, theme.gradient),
            partial(_line, theme.text, ()),
            partial(_line, theme.text, (1.4, 1.2)),
            partial(_way, theme.text, 1.0),
            partial(_way, theme.gradient, 1.0),
        )
        roles = ("text", "muted", "muted", "muted", "gradient")
        rows = [KeyRow(*row) for row in zip(marks, words, roles, formulas, strict=True)]
        self.panel = KeyPanel(setter, layout.panel, rows)
        self.parts: tuple[Mobject, ...] = (self.panel.still, self.space, self.picture.labels)

    def play(self, seconds: float, *changes: Change, row: int | None = None) -> None:
        """Let changes happen as the picture turns, and a row of the key appear."""
        told = [self.panel.rows[row]] if row is not None else []

        def draw(share: float) -> None:
            for change in changes:
                change(share)
            for one in told:
                one.set_alpha(ease(2 * share - 1))
            if not self.landed:
                self.picture.look(self.view.turned(TURN * (self.clock + seconds * share)))

        self.scene.move(seconds, draw, self.space, self.picture.labels, *told)
        self.clock += seconds

    def land(self, seconds: float, *changes: Change) -> None:
        """Look down on the contour plane, to which all sinks that lies on the surface."""
        start, self.landed = self.space.view, True
        end = self.picture.map_view(self.scene.layout.picture)
        turn = (end.azimuth - start.azimuth + np.pi) % (2 * np.pi) - np.pi
        end = replace(end, azimuth=start.azimuth + turn)

        def draw(share: float) -> None:
            # The surface would grow into the title: it is gone before the view has come far. And the plane
            # would swing its labels into the caption: it grows last.
            gone = ease((share - 0.2) / 0.8)
            self.space.surface_alpha = 1 - ease(2.2 * share)
            self.space.drop = gone
            scale = start.towards(end, gone**3).scale
            self.picture.look(replace(start.towards(end, gone), scale=scale))

        self.play(seconds, draw, *changes)


def _way(colour: str, sign: float, room: Box, unit: float) -> list[Shape]:
    """An arrow to the right, or to the left."""
    middle, half = room.centre, np.array([sign * min(room.width / 2, 3.6 * unit), 0.0])
    return [Shape(fill=colour).draw(arrow(middle - half, middle + half, unit, 3.0 * unit))]


def _line(colour: str, dash: Sequence[float], room: Box, unit: float) -> list[Shape]:
    """A line across."""
    middle, half = room.centre, np.array([room.width / 2, 0.0])
    ends = np.stack([middle - half, middle + half])
    return [Shape(stroke=colour, width=45 * unit).draw(dashed(ends, [length * unit for length in dash]))]


def _spokes(slow: str, fast: str, room: Box, unit: float) -> list[Shape]:
    """Lines longer and longer, the long ones in the colour of what falls fast."""
    shapes = []
    for k, (share, colour) in enumerate(((0.25, slow), (0.45, slow), (0.7, fast), (1.0, fast))):
        x = room.left + (0.14 + 0.24 * k) * room.width
        line = segments(np.array([[x, room.bottom]]), np.array([[x, room.bottom + share * room.height]]))
        shapes.append(Shape(stroke=colour, width=60 * unit).draw(line))
    return shapes
