from __future__ import annotations

import copy
from pathlib import Path

import cairo
import numpy as np
import pytest
from manim import Camera, Dot, FadeIn, ImageMobject, Mobject, Scene, Square, VGroup, tempconfig
from manim import UpdateFromAlphaFunc as Change

from lranim.core.costs import COSTS
from lranim.draw.camera import LessonCamera
from lranim.draw.layers import SpaceStyle
from lranim.draw.mesh import Painted, Space
from lranim.draw.shapes import Shape, ring
from lranim.draw.viewpoint import View
from lranim.look.theme import THEMES

SMALL = {"pixel_width": 160, "pixel_height": 90, "background_color": "#101418"}


class Slab(Painted):
    """A green rectangle around the middle that leaves the context in disorder."""

    def generate_points(self) -> None:
        """Give the corners."""
        self.points = np.array([[-2.0, -1.0, 0.0], [2.0, 1.0, 0.0]])

    def paint_opaque(self, ctx: cairo.Context) -> None:
        """Paint it."""
        ctx.set_source_rgba(0, 1, 0, 1)
        ctx.rectangle(-2, -1, 4, 2)
        ctx.fill()
        ctx.set_dash([0.1])
        ctx.set_operator(cairo.Operator.CLEAR)
        ctx.move_to(-7, -4)
        ctx.line_to(7, 4)


def shot(*mobjects: Mobject, camera: Camera | None = None) -> np.ndarray:
    """What the camera sees."""
    camera = camera or LessonCamera()
    camera.reset()
    camera.capture_mobjects(mobjects)
    return camera.pixel_array.astype(int)


def square(colour: str, width: float) -> Square:
    """A filled square."""
    return Square(width, fill_color=colour, fill_opacity=1, stroke_width=0)


def test_stacking_order() -> None:
    """What is added later lies on top, whatever its kind, and z_index goes before that."""
    with tempconfig(SMALL):
        below, slab, above = square("#FF0000", 3), Slab(), square("#0000FF", 1)
        image = shot(below, slab, above)
        assert image[45, 80].tolist() == [0, 0, 255, 255]
        assert image[45, 60].tolist() == [0, 255, 0, 255]
        assert image[31, 80].tolist() == [255, 0, 0, 255]
        assert shot(above, below, slab)[45, 80].tolist() == [0, 255, 0, 255]
        assert shot(above.set_z_index(2), below, slab)[45, 80].tolist() == [0, 0, 255, 255]
        assert shot(VGroup(below), slab.set_z_index(-1))[45, 80].tolist() == [255, 0, 0, 255]


def test_painting_leaves_no_trace_in_the_context() -> None:
    """Dashes, operators and paths left behind by one mobject do not reach the next."""
    with tempconfig(SMALL):
        image = shot(Slab(), square("#0000FF", 1))
        assert image[45, 80].tolist() == [0, 0, 255, 255]
        assert image[5, 5].tolist() == [16, 20, 24, 255]


def test_same_pixels_as_manim_without_painted_mobjects() -> None:
    """For ordinary mobjects the picture is that of manim's own camera, byte by byte."""
    with tempconfig(SMALL):
        image = ImageMobject(np.full((4, 4, 3), 99, dtype=np.uint8)).shift([-3, 0, 0])
        mobjects = [square("#FF0000", 3), Dot([1, 1, 0]), image, Mobject()]
        assert np.array_equal(shot(*mobjects), shot(*mobjects, camera=Camera()))


def test_transparent_background() -> None:
    """On no background, alpha is 0 outside, 255 on the surface, and in between where it fades."""
    with tempconfig({**SMALL, "background_opacity": 0.0}):
        space = Space(COSTS["bowl-2d"], View(0.6, 0.7, 1.8), SpaceStyle.of(THEMES["dark"]))
        alpha = shot(space)[..., 3]
        assert alpha[2, 2] == 0
        assert alpha[45, 80] == 255
        assert shot(space.set_opacity(0.5))[45, 80, 3] == pytest.approx(128, abs=2)


def test_colours_are_not_swapped() -> None:
    """The point is yellow in the pixel array, not blue."""
    with tempconfig(SMALL):
        view = View(0.6, 0.7, 2.0)
        space = Space(COSTS["bowl-2d"], view, SpaceStyle.of(THEMES["dark"]), path=np.array([[1.0, -1.0]]))
        x, y, _ = space.anchor(np.array([1.0, -1.0]))
        image = shot(space)
        pixel = image[round(45 - y * 90 / 8), round(80 + x * 160 / (8 * 16 / 9))]
        assert pixel[:3] == pytest.approx([0xFF, 0xD2, 0x3F], abs=25)


def test_kinds_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each class is resolved once; what is no mobject is refused by name."""
    with tempconfig(SMALL):
        camera = LessonCamera()
        assert camera.type_or_raise(Slab()) is Painted
        assert camera.type_or_raise(Dot()) is camera.type_or_raise(Square())
        monkeypatch.setattr(LessonCamera, "display_funcs", {})
        assert camera.type_or_raise(Dot()) is camera.type_or_raise(Square())  # the table is not asked again
        with pytest.raises(TypeError, match="str is not a mobject"):
            camera.type_or_raise("x")


def test_a_copy_draws_with_its_own_methods() -> None:
    """A copied camera does not draw through the camera it was copied from."""
    with tempconfig(SMALL):
        camera = LessonCamera()
        twin = copy.deepcopy(camera)
        assert twin.display_funcs[Painted].__self__ is twin


class Turn(Scene):
    """A surface that fades in, then turns while a step runs."""

    def construct(self) -> None:
        """Play both."""
        style = SpaceStyle.of(THEMES["dark"])
        view = View(0.6, 0.7, 1.8)
        space = Space(COSTS["bowl-2d"], view, style, path=np.array([[3.0, 3.0], [1.0, -1.0]]), faces=8)

        def change(space: Space, alpha: float) -> None:
            space.view = view.turned(alpha)
            space.progress = alpha

        self.play(FadeIn(space), run_time=0.2)
        self.play(Change(space, change), run_time=0.2)
        assert (space.view.azimuth, space.progress, space.opacity) == (1.6, 1.0, 1.0)


@pytest.mark.parametrize("caching", [True, False])
def test_an_ordinary_scene(tmp_path: Path, caching: bool) -> None:
    """A stock scene with this camera renders a film, with and without manim's cache of hashed scenes."""
    settings = {**SMALL, "frame_rate": 10, "media_dir": str(tmp_path), "disable_caching": not caching}
    with tempconfig({**settings, "verbosity": "ERROR", "progress_bar": "none"}):
        scene = Turn(camera_class=LessonCamera)
        scene.render()
        assert isinstance(scene.camera, LessonCamera)
    assert [path.stat().st_size > 500 for path in tmp_path.rglob("Turn.mp4")] == [True]


def test_a_shape_looks_the_same_wherever_it_has_been() -> None:
    """Drawn first elsewhere or only now: a part of a clip may be drawn on its own."""
    with tempconfig(SMALL):
        camera = LessonCamera()
        moved, fresh = (Shape(fill="#FFFFFF").draw(ring(0.7)) for _ in range(2))
        for x in (-3.123, 0.456, 2.789):
            shot(moved.place(x, x / 3), camera=camera)
        assert np.array_equal(
            shot(moved.place(1.2345, 0.321), camera=camera), shot(fresh.place(1.2345, 0.321), camera=camera)
        )


class Cross(Painted):
    """Two thick lines with a corner, drawn with the caps and joins that are set."""

    def generate_points(self) -> None:
        """Give the corners."""
        self.points = np.array([[-2.0, -1.0, 0.0], [2.0, 1.0, 0.0]])

    def paint_opaque(self, ctx: cairo.Context) -> None:
        """Paint it."""
        ctx.set_source_rgba(0, 1, 0, 1)
        ctx.set_line_width(0.8)
        ctx.move_to(-2, -1)
        ctx.line_to(0, 1)
        ctx.line_to(2, -1)
        ctx.stroke()


def test_what_was_drawn_before_does_not_show_in_a_painted_mobject() -> None:
    """Caps and joins are not left over from a shape: frames take turns on several contexts."""
    with tempconfig(SMALL):
        camera = LessonCamera()
        before = shot(Cross(), camera=camera)
        shot(Shape(stroke="#0000FF", width=4).draw(ring(1.0)), camera=camera)
        assert np.array_equal(shot(Cross(), camera=camera), before)
