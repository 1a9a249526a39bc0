from __future__ import annotations

import numpy as np
import pytest
from manim import ManimColor, Mobject, Surface, ThreeDCamera, tempconfig

from bench.quality import ssim
from lranim.core.costs import COSTS
from lranim.core.types import Cost
from lranim.draw.camera import LessonCamera
from lranim.draw.layers import LIGHT, SpaceStyle
from lranim.draw.mesh import Space
from lranim.draw.viewpoint import View
from lranim.look.theme import THEMES

FAR = 1e6
"""A viewer so far away that manim's perspective is the parallel projection that lessons use."""


def shot(camera: object, mobject: Mobject) -> np.ndarray:
    """The picture of one mobject, RGB."""
    camera.reset()  # type: ignore[attr-defined]
    camera.capture_mobjects([mobject])  # type: ignore[attr-defined]
    return np.array(camera.pixel_array)[..., :3]  # type: ignore[attr-defined]


def stock_surface(cost: Cost, space: Space, view: View, style: SpaceStyle) -> Surface:
    """The `Surface` of stock manim, of the same cost, its faces lit by the formula of the lesson's."""
    box = space.box

    def place(a: float, b: float) -> np.ndarray:
        point = np.array([a, b])
        return np.array([*box.ground(point), box.z(float(cost.value(point)))])

    counts = tuple(side - 1 for side in space.surface.field.z.shape)
    (a, b) = box.domain
    surface = Surface(place, u_range=a, v_range=b, resolution=counts, checkerboard_colors=False)
    surface.set_stroke(ManimColor.from_rgb(style.outline), width=style.outline_width * 100)
    light = LIGHT @ view.axes / np.linalg.norm(LIGHT)
    for face in surface:
        corners = face.get_start_anchors()
        normal = np.cross(corners[2] - corners[0], corners[3] - corners[1])
        normal *= np.sign(normal[2]) / np.linalg.norm(normal)
        lit = normal @ light * (-0.6 if normal @ view.axes[2] < 0 else 1.0)
        share = style.ambient + (1 - style.ambient) * np.clip(lit, 0, 1)
        height = np.mean(corners[:, 2]) / box.height
        low, middle, high = (np.array(colour) for colour in style.surface)
        base = (
            low + (middle - low) * 2 * height if height < 0.5 else middle + (high - middle) * (2 * height - 1)
        )
        face.set_fill(ManimColor.from_rgb(share * base + (1 - share) * np.array(style.shade)), opacity=1)
    return surface


@pytest.mark.thorough_after(3)
@pytest.mark.parametrize("azimuth", [-0.6, 0.9, 2.4])
@pytest.mark.parametrize(("name", "alike"), [("bowl-2d", 0.99), ("ravine", 0.98), ("himmelblau", 0.98)])
def test_the_surface_is_the_one_that_stock_manim_draws(name: str, alike: float, azimuth: float) -> None:
    """Our one pass over arrays and manim's mobject a face give the same picture, but for half a line's width.

    manim outlines each face, and the face before it covers half of that line; ours are drawn once. On the
    steep sides of the other costs, where faces are narrow, that is a larger part of the picture.
    """
    style = SpaceStyle.of(THEMES["dark"])
    view = View(azimuth=azimuth, elevation=0.66, scale=2.6)
    size = {"pixel_width": 1920, "pixel_height": 1080, "background_color": THEMES["dark"].background}
    with tempconfig(size):
        space = Space(COSTS[name], view, style, faces=16)
        space.plane_alpha = space.axes_alpha = space.path_alpha = space.point_alpha = 0.0
        space.minima_alpha = space.arrow_alpha = 0.0
        ours = shot(LessonCamera(), space)
        camera = ThreeDCamera(
            phi=np.pi / 2 - view.elevation, theta=azimuth, focal_distance=FAR, zoom=view.scale
        )
        camera.should_apply_shading = False
        theirs = shot(camera, stock_surface(COSTS[name], space, view, style))
    assert (ours != ours[0, 0]).any(axis=-1).mean() > 0.1
    assert ssim(ours, theirs) >= alike
