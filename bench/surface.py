"""Part b: a cost surface with the camera turning, lranim's mesh against stock `Surface` and `ThreeDAxes`.

Both pictures show the bowl with 32 × 32 outlined faces in the same colours, shaded, with axes and ticks;
lranim's also has the contour plane.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from manim import DEGREES, ManimColor, Surface, ThreeDAxes, ThreeDCamera, tempconfig
from PIL import Image

from bench.plan import Plan
from bench.repeats import interleaved, median, ratio
from bench.table import number, table, times
from lranim.core.costs import COSTS
from lranim.draw.camera import LessonCamera
from lranim.draw.surface.space import Viewpoint, WorldBox
from lranim.draw.surface.surface import Surface as LessonSurface
from lranim.draw.surface.surface import SurfaceStyle
from lranim.look.theme import THEMES

TITLE = "b. Drawing in space: 32 × 32 faces at 1080p, the camera turning, no encoding"
NEEDS = ()
FACES = 32
TURN = 0.5 * DEGREES
ELEVATION = 38 * DEGREES
FRAMES = {"lranim": 20, "manim": 1}
"""Frames drawn a repeat."""

Frame = Callable[[int], np.ndarray]


def ours() -> Frame:
    """Return a function that draws frame `k` the way lranim does."""
    camera = LessonCamera()
    cost, style = COSTS["bowl-2d"], SurfaceStyle(THEMES["dark"])
    view = Viewpoint(azimuth=-0.6, elevation=ELEVATION, scale=2.4)
    surface = LessonSurface(cost, view, style, WorldBox.of(cost), faces=FACES)
    surface.ticks = ((-4, -2, 0, 2, 4), (-4, -2, 0, 2, 4), (0, 10, 20, 30, 40))

    def frame(k: int) -> np.ndarray:
        surface.view = view.turned(k * TURN)
        camera.reset()
        camera.capture_mobjects([surface])
        return camera.pixel_array

    return frame


def stock() -> Frame:
    """Return a function that draws frame `k` with manim's `Surface`, `ThreeDAxes` and `ThreeDCamera`."""
    cost = COSTS["bowl-2d"]
    camera = ThreeDCamera(phi=90 * DEGREES - ELEVATION, theta=-0.6)
    (a0, a1), (b0, b1) = cost.domain
    top = float(cost.value(np.array([a0, b1])))
    axes = ThreeDAxes((a0, a1, 2), (b0, b1, 2), (0, top, 10), x_length=4.8, y_length=4.8, z_length=2.2)
    surface = Surface(
        lambda a, b: axes.c2p(a, b, float(cost.value(np.array([a, b])))),
        u_range=cost.domain[0],
        v_range=cost.domain[1],
        resolution=FACES,
        checkerboard_colors=[ManimColor(THEMES["dark"].cost)],
        stroke_color=THEMES["dark"].grid,
        stroke_width=1,
    )

    def frame(k: int) -> np.ndarray:
        camera.set_theta(-0.6 + k * TURN)
        camera.reset()
        camera.capture_mobjects([axes, surface])
        return camera.pixel_array

    return frame


class Stopwatch:
    """Draws some more frames at each call, and returns the seconds that one of them took."""

    def __init__(self, frame: Frame, count: int, picture: Path) -> None:
        self.frame, self.count, self.next = frame, count, 1
        # frame 0 warms up what is made once; it is kept to be looked at
        Image.fromarray(frame(0)).convert("RGB").save(picture)

    def __call__(self) -> float:
        """Draw."""
        began = time.perf_counter()
        for k in range(self.next, self.next + self.count):
            self.frame(k)
        self.next += self.count
        return (time.perf_counter() - began) / self.count


def run(plan: Plan) -> str:
    """Draw both in turn, and return the table."""
    place = plan.place("surface")
    size = {"pixel_width": 1920, "pixel_height": 1080, "background_color": THEMES["dark"].background}
    with tempconfig(size):
        runs = {
            name: Stopwatch(make(), FRAMES[name], place / f"{name}.png")
            for name, make in (("lranim", ours), ("manim", stock))
        }
        seconds = interleaved(runs, 2 if plan.quick else 7)
    rows = [[n, number(median(s) * 1e3), number(1 / median(s))] for n, s in seconds.items()]
    over = ratio(seconds["lranim"], seconds["manim"])
    rows.append(["**ratio**", times(over), times(1 / over)])
    return table(("tool", "ms/frame", "frames/s"), rows, texts=1)
