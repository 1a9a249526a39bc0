"""The camera: manim's own, and mobjects that paint themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Self

import cairo
import numpy as np
from manim.camera.camera import Camera
from manim.mobject.mobject import Mobject
from manim.mobject.types.image_mobject import AbstractImageMobject
from manim.mobject.types.point_cloud_mobject import PMobject
from manim.mobject.types.vectorized_mobject import VMobject

from lranim.draw.shapes import Shape

FINER = 16
"""How much closer the path of a shape that moves is kept than cairo's 1/256 px: it is rounded once more."""


def sheet(ctx: cairo.Context, opacity: float, paint: Callable[[cairo.Context], object]) -> None:
    """Paint something at this opacity, the whole as one sheet."""
    if opacity >= 1:
        paint(ctx)
    elif opacity > 0:
        ctx.push_group()
        paint(ctx)
        ctx.pop_group_to_source()
        ctx.paint_with_alpha(opacity)


class Painted(Mobject):
    """A mobject that paints itself in cairo, in manim units; `LessonCamera` shows it.

    Its `points` are the corners of what it covers: manim shows nothing without points, and layout asks them.
    """

    opacity = rest_opacity = 1.0

    def paint(self, ctx: cairo.Context) -> None:
        """Paint at `opacity`."""
        sheet(ctx, self.opacity, self.paint_opaque)

    def paint_opaque(self, ctx: cairo.Context) -> None:
        """Paint, leaving `opacity` aside."""
        raise NotImplementedError

    def set_alpha(self, opacity: float) -> Self:
        """Set the opacity of the whole."""
        self.opacity = opacity
        return self


class LessonCamera(Camera):
    """manim's 2-D camera that also shows `Painted` mobjects, each at its place in the stacking order.

    manim hands mobjects over in display order, cut into runs of one kind; all runs are drawn on one pixel
    array through one cairo context, so what comes later lies on top, whatever its kind.
    """

    _kinds: ClassVar[dict[type[Mobject], type[Mobject]]] = {}

    @property
    def display_funcs(self) -> dict[type[Mobject], Any]:  # type: ignore[override]  # set nowhere, only read
        """How each kind of mobject is drawn; a property, so that a copied camera uses its own methods."""
        return {
            Painted: self.display_painted,
            Shape: self.display_shapes,
            VMobject: self.display_multiple_vectorized_mobjects,
            PMobject: self.display_multiple_point_cloud_mobjects,
            AbstractImageMobject: self.display_multiple_image_mobjects,
            Mobject: lambda batch, pixel_array: None,
        }

    def init_background(self) -> None:
        """Multiply the background by its opacity, as cairo's pixels are.

        manim does not, and so the colour of a see-through background shines through every soft edge.
        """
        super().init_background()
        pixels: Any = self.background
        if self.background_image is None and self.background_opacity < 1:
            pixels[..., :3] = np.rint(pixels[..., :3] * self.background_opacity)

    def type_or_raise(self, mobject: Mobject) -> type[Any]:
        """Return the kind under which `mobject` is drawn, looked up once a class.

        manim imports and builds the whole table anew for every mobject of every frame.
        """
        cls = type(mobject)
        kind = self._kinds.get(cls)
        if kind is None:
            kind = next((k for k in self.display_funcs if issubclass(cls, k)), None)
            if kind is None:
                raise TypeError(f"cannot draw {mobject!r}: {cls.__name__} is not a mobject")
            self._kinds[cls] = kind
        return kind

    def display_shapes(self, batch: list[Shape], pixel_array: Any) -> None:
        """Draw shapes, those that have not changed from the path that was kept.

        The same picture as manim's own drawing of a VMobject, without its work in Python for each curve.
        """
        ctx = self.get_cairo_context(pixel_array)
        for shape in batch:
            if shape.opacity <= 0 or not len(shape.points):
                continue
            self._lay_path(ctx, shape)
            if shape.filled:
                red, green, blue, alpha = shape.fill_rgbas[0]
                ctx.set_source_rgba(blue, green, red, alpha)  # cairo's bytes are in the other order
                ctx.fill_preserve()
            if shape.stroked:
                self.apply_stroke(ctx, shape)
            ctx.new_path()

    def _lay_path(self, ctx: cairo.Context, shape: Shape) -> None:
        if shape.offset.any():
            matrix = ctx.get_matrix()
            if shape.fine_path is None:
                shape.fine_path = self._fine_path(ctx, shape)
            ctx.new_path()
            ctx.translate(*shape.offset)
            ctx.append_path(shape.fine_path)
            ctx.set_matrix(matrix)
        elif shape.path is None:
            self.set_cairo_context_path(ctx, shape)
            shape.path = ctx.copy_path()
        else:
            ctx.new_path()
            ctx.append_path(shape.path)

    def _fine_path(self, ctx: cairo.Context, shape: Shape) -> cairo.Path:
        """Lay the path of a shape that was moved as it was before, closer than cairo's parts of a pixel."""
        placed, shape.points = shape.points, shape.curves
        matrix = ctx.get_matrix()
        ctx.scale(FINER, FINER)
        self.set_cairo_context_path(ctx, shape)
        path = ctx.copy_path()
        ctx.set_matrix(matrix)
        shape.points = placed
        return path

    def display_painted(self, batch: list[Painted], pixel_array: Any) -> None:
        """Let each mobject of the batch paint itself."""
        ctx = self.get_cairo_context(pixel_array)
        for mobject in batch:
            ctx.save()
            ctx.new_path()
            # Not what the last shape on this context happened to leave: frames take turns on several.
            ctx.set_line_cap(cairo.LineCap.ROUND)
            ctx.set_line_join(cairo.LineJoin.ROUND)
            mobject.paint(ctx)
            ctx.new_path()  # the path is not part of what restore() brings back
            ctx.restore()
