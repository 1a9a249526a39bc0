"""The camera: manim's own pixels, and mobjects that paint themselves in their place in the stack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cairo
import numpy as np
import pytest
from manim import Camera, Dot, ImageMobject, Mobject, Square, VGroup, tempconfig

from lranim.core.costs import COSTS
from lranim.core.types import Array
from lranim.draw.camera import LessonCamera, Painted
from lranim.draw.shapes import Shape, ring
from lranim.draw.surface.space import Viewpoint, WorldBox
from lranim.draw.surface.surface import Surface, SurfaceStyle
from lranim.look.theme import THEMES

SMALL = {"pixel_width": 160, "pixel_height": 90, "background_color": "#101418"}
RED, GREEN, BLUE, GROUND = [255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [16, 20, 24, 255]


@pytest.fixture(autouse=True)
def small() -> Iterator[None]:
    """Small frames."""
    with tempconfig(SMALL):
        yield


class Slab(Painted):
    """A green rectangle around the middle, and a corner, that leaves the context in disorder."""

    def generate_points(self) -> None:
        """Give the corners."""
        self.points = np.array([[-2.0, -1.0, 0.0], [2.0, 1.0, 0.0]])

    def paint_opaque(self, ctx: cairo.Context) -> None:
        """Paint it."""
        ctx.set_source_rgba(0, 1, 0, 1)
        ctx.rectangle(-2, -1, 4, 2)
        ctx.fill()
        ctx.set_line_width(0.8)
        for x, y in ((-4, -3), (-3, 3), (-2, -3)):
            ctx.line_to(x, y)
        ctx.stroke()
        ctx.set_dash([0.1])
        ctx.set_operator(cairo.Operator.CLEAR)
        ctx.move_to(-7, -4)
        ctx.line_to(7, 4)


def shot(*mobjects: Mobject, camera: Camera | None = None) -> Array:
    """What the camera sees."""
    camera = camera or LessonCamera()
    camera.reset()
    camera.capture_mobjects(mobjects)
    return camera.pixel_array.astype(int)


def square(colour: str, width: float) -> Square:
    """A filled square."""
    return Square(width, fill_color=colour, fill_opacity=1, stroke_width=0)


def bowl(**how: Any) -> Surface:
    """The bowl as a surface."""
    cost = COSTS["bowl-2d"]
    return Surface(cost, Viewpoint(0.6, 0.7, 1.8), SurfaceStyle(THEMES["dark"]), WorldBox.of(cost), **how)


def test_stacking_order() -> None:
    """What is added later lies on top, whatever its kind, and z_index goes before that."""
    below, slab, above = square("#FF0000", 3), Slab(), square("#0000FF", 1)
    image = shot(below, slab, above)
    assert [image[place].tolist() for place in ((45, 80), (45, 60), (31, 80))] == [BLUE, GREEN, RED]
    assert shot(above, below, slab)[45, 80].tolist() == GREEN
    assert shot(above.set_z_index(2), below, slab)[45, 80].tolist() == BLUE
    assert shot(VGroup(below), slab.set_z_index(-1))[45, 80].tolist() == RED


def test_painting_leaves_no_trace() -> None:
    """Dashes, operators, paths, caps and joins left behind do not reach what is drawn next."""
    image = shot(Slab(), square("#0000FF", 1))
    assert (image[45, 80].tolist(), image[5, 5].tolist()) == (BLUE, GROUND)
    camera = LessonCamera()
    before = shot(Slab(), camera=camera)
    shot(Shape(stroke="#0000FF", width=4).draw(ring(1.0)), camera=camera)
    assert np.array_equal(shot(Slab(), camera=camera), before)


def test_same_pixels_as_manim_without_painted_mobjects() -> None:
    """For ordinary mobjects the picture is that of manim's own camera, byte by byte."""
    image = ImageMobject(np.full((4, 4, 3), 99, dtype=np.uint8)).shift([-3, 0, 0])
    mobjects = [square("#FF0000", 3), Dot([1, 1, 0]), image, Mobject()]
    assert np.array_equal(shot(*mobjects), shot(*mobjects, camera=Camera()))


def test_a_shape_looks_the_same_wherever_it_has_been() -> None:
    """Drawn first elsewhere or only now: a part of a clip may be drawn on its own."""
    camera = LessonCamera()
    moved, fresh = (Shape(fill="#FFFFFF").draw(ring(0.7)) for _ in range(2))
    for x in (-3.123, 0.456, 2.789):
        shot(moved.place(x, x / 3), camera=camera)
    there, here = (shot(one.place(1.2345, 0.321), camera=camera) for one in (moved, fresh))
    assert np.array_equal(there, here)


def test_transparent_background() -> None:
    """On no background, alpha is 0 outside, 255 on the surface, and in between where it fades."""
    with tempconfig({"background_opacity": 0.0}):
        surface = bowl()
        alpha = shot(surface)[..., 3]
        assert (alpha[2, 2], alpha[45, 80]) == (0, 255)
        assert shot(surface.set_alpha(0.5))[45, 80, 3] == pytest.approx(128, abs=2)
