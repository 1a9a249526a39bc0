"""Parts of a picture that fade together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from manim import Mobject

from lranim.draw.lesson_scene import LessonScene
from lranim.draw.mesh import Painted
from lranim.draw.shapes import Shape
from lranim.draw.stage import ease


class Fading:
    """All that is seen of some mobjects when this is made: `set_alpha` fades each part from what it was.

    Parameters
    ----------
    mobjects
        Shapes, what is made of them, and mobjects that paint themselves.

    Examples
    --------
    >>> faint, gone = Shape(fill="#FFFFFF", opacity=0.5), Shape(fill="#FFFFFF").set_alpha(0.0)
    >>> _ = Fading(faint, gone).set_alpha(0.5)
    >>> faint.opacity, gone.opacity
    (0.25, 0.0)
    """

    def __init__(self, *mobjects: Mobject) -> None:
        self.mobjects = mobjects
        family = [part for mobject in mobjects for part in mobject.get_family()]
        self.shapes = [
            (part, part.opacity / part.rest_opacity)
            for part in family
            if isinstance(part, Shape) and part.opacity > 0
        ]
        self.painted = [(part, part.opacity) for part in family if isinstance(part, Painted)]

    def set_alpha(self, opacity: float) -> Self:
        """Set the opacity of the whole."""
        for shape, share in self.shapes:
            shape.set_alpha(opacity * share)
        for painted, share in self.painted:
            painted.set_opacity(opacity * share)
        return self


def swap(scene: LessonScene, old: Sequence[Mobject], new: Sequence[Mobject], seconds: float) -> None:
    """Fade mobjects out of a scene, and others into their place."""
    leaving, coming = Fading(*old), Fading(*new).set_alpha(0.0)
    scene.add(*new)

    def draw(share: float) -> None:
        leaving.set_alpha(1 - ease(2 * share))
        coming.set_alpha(ease(2 * share - 1))

    scene.move(seconds, draw, *old, *new)
    scene.remove(*old)
