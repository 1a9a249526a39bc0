from __future__ import annotations

from dataclasses import replace

import cairo
import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.types import Array
from lranim.draw.space import Box, HeightField
from lranim.draw.strokes import Stroke, dropped, paint_strokes
from lranim.draw.viewpoint import View

WIDTH, HEIGHT = 320, 180  # px, for a frame 16 x 9 manim units
BOX = Box.around(COSTS["bowl-2d"])
FIELD = HeightField.sample(COSTS["bowl-2d"].value, BOX)
VIEW = View(azimuth=-1.0, elevation=0.6, scale=2.4)
RED = (1.0, 0.0, 0.0)
NEAR, FAR = np.array([[1.6, -1.9], [2.3, -1.6]]), np.array([[-2.0, 1.0], [-1.0, 2.0]])
"""Lines behind the bowl's near wall, which hides them from low down, and on its far wall."""


def painted(*strokes: Stroke, view: View = VIEW, hidden: float = 1.0, drop: float = 0.0) -> Array:
    """How red each pixel is, ``(height, width)``."""
    pixels = np.zeros((HEIGHT, WIDTH, 4), dtype=np.uint8)
    surface = cairo.ImageSurface.create_for_data(pixels.data, cairo.FORMAT_ARGB32, WIDTH, HEIGHT)
    ctx = cairo.Context(surface)
    ctx.set_matrix(cairo.Matrix(WIDTH / 16, 0, 0, -HEIGHT / 9, WIDTH / 2, HEIGHT / 2))
    paint_strokes(ctx, strokes, FIELD, view, (0.0, 0.0, 0.0), hidden, drop)
    assert ctx.get_dash_count() == 0
    return pixels[..., 0].astype(int)  # the camera's pixels are RGBA, and cairo is told so


def line(ends: Array, **how: object) -> Stroke:
    """A line in 30 pieces."""
    return Stroke(ends[0] + np.linspace(0, 1, 31)[:, None] * (ends[1] - ends[0]), RED, 0.08, **how)


def middle(image: Array) -> Array:
    """Where the ink's middle lies on the screen, manim units."""
    rows, columns = np.nonzero(image > 100)
    return np.array([columns.mean() * 16 / WIDTH - 8, 4.5 - rows.mean() * 9 / HEIGHT])


def test_the_part_that_is_shown() -> None:
    """Growing keeps the first point, and ends between two points where it must."""
    stroke = Stroke(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 2.0]]), RED, 0.1)
    assert stroke.drawn().tolist() == [[0, 0], [1, 0], [1, 2]]
    stroke.shown = 0.75
    assert stroke.drawn().tolist() == [[0, 0], [1, 0], [1, 1]]
    stroke.shown = 0.25
    assert stroke.drawn().tolist() == [[0, 0], [0.5, 0]]
    for count in (0, 1):
        assert len(Stroke(np.zeros((count, 2)), RED, 0.1, shown=0.5).drawn()) == count


def test_data_points_lie_on_the_surface() -> None:
    """A line is where the surface's points are on the screen; what has no opacity or length is left out."""
    image = painted(line(FAR))
    wanted = VIEW.project(FIELD.lift(line(FAR).points))[0].mean(axis=0)
    assert middle(image) == pytest.approx(wanted, abs=0.1)
    for gone in (line(FAR, alpha=0.0), line(FAR, shown=0.0), Stroke(np.zeros((0, 2)), RED, 0.1)):
        assert painted(gone).max() == 0
        assert np.array_equal(painted(gone, line(FAR)), image)
    assert painted().max() == 0


def test_the_surface_hides_by_its_opacity() -> None:
    """Behind it a line is a ghost, a half of it is seen through half a surface, all of it through none."""
    low = replace(VIEW, elevation=0.2)
    strengths = [painted(line(NEAR), view=low, hidden=hidden).max() for hidden in (1.0, 0.5, 0.0)]
    assert strengths[0] < 90 < strengths[1] < 200 < strengths[2]


def test_flat_strokes_lie_on_the_plane() -> None:
    """At any moment; the others come down to it with the drop."""
    wanted = VIEW.project(BOX.plane(line(FAR).points))[0].mean(axis=0)
    flat = painted(line(FAR, flat=True), hidden=0.0)
    assert middle(flat) == pytest.approx(wanted, abs=0.1)
    assert np.array_equal(painted(line(FAR, flat=True), hidden=0.0, drop=0.4), flat)
    assert np.array_equal(painted(line(FAR), hidden=0.0, drop=1.0), flat)
    half = middle(painted(line(FAR), hidden=0.0, drop=0.5))
    assert half == pytest.approx((wanted + middle(painted(line(FAR), hidden=0.0))) / 2, abs=0.1)


def test_world_points_stay_where_they_are() -> None:
    """They are over the surface, and neither hidden nor dropped."""
    inside = Stroke(np.array([[-0.2, 0.0, -0.5], [0.2, 0.0, -0.5]]), RED, 0.08)
    image = painted(inside)
    assert image.max() > 240
    assert np.array_equal(painted(inside, drop=1.0, hidden=0.3), image)
    assert middle(image) == pytest.approx(VIEW.project(np.array([0.0, 0.0, -0.5]))[0], abs=0.1)


def test_dashes_and_heads() -> None:
    """Dashes leave gaps; an arrow is wider than a line, at its end."""
    whole = np.count_nonzero(painted(line(FAR)) > 100)
    assert 0.3 * whole < np.count_nonzero(painted(line(FAR, dash=(0.2, 0.2))) > 100) < 0.8 * whole
    arrow = painted(line(FAR, head=True))
    assert np.count_nonzero(arrow > 100) > 1.2 * whole
    tip = VIEW.project(FIELD.lift(FAR[1:]))[0][0]
    there = middle(np.where(painted(line(FAR)) > 100, 0, arrow))
    assert np.hypot(*(there - tip)) < 0.4


def test_dropped_by_hand() -> None:
    """Only heights change, in proportion."""
    world = np.array([[0.1, 0.2, 0.6], [0.3, -0.4, 0.0]])
    low = -BOX.gap
    assert dropped(world, BOX, 0.0).tolist() == world.tolist()
    assert dropped(world, BOX, 1.0) == pytest.approx(np.array([[0.1, 0.2, low], [0.3, -0.4, low]]))
    assert dropped(world, BOX, 0.5)[:, 2] == pytest.approx((world[:, 2] + low) / 2)
