from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from manim import Group, tempconfig

from lranim.draw.axis import Axis
from lranim.draw.camera import LessonCamera
from lranim.draw.chart import Chart
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.shapes import Shape
from lranim.look.fonts import check_fonts
from lranim.look.theme import THEMES, Theme

BOX = Box(-6.8, -3.7, 6.8, 3.7)
SIZE = (480, 270)


def full(setter: Typesetter) -> Chart:
    """A chart with one of everything."""
    epochs = np.arange(101)
    train, valid = np.exp(-epochs / 20), np.exp(-epochs / 18) + 0.1 + 0.002 * epochs
    series = setter.theme.series
    chart = Chart(setter, BOX, Axis(0, 100, "epoch"), Axis(0, 1.2, "loss"), names=["train", "validation"])
    chart.band(36, 100, "minimum")
    chart.marker(36, "best: epoch 36", "gradient")
    chart.curve(epochs, train, series[0], "train").show(80)
    chart.curve(epochs, valid, series[1], "validation").show(80)
    chart.dots(epochs[::7], valid[::7], "point", 0.6, opacity=0.5)
    chart.squares([60, 70], [0.8, 0.9], [0.5, 0.5], "rate")
    return chart


def test_names_and_flags_lie_over_curves_and_those_over_the_grid(setter: Typesetter) -> None:
    """Whatever is drawn first: bands, axes, squares and lines of markers, curves and dots, words."""
    chart = full(setter)
    order = [*chart.still.get_family(), *chart.moving.get_family()]
    marker, curve, dots = chart.markers[0], chart.curves[1], chart.scatters[0]
    assert curve.label is not None
    layers = [chart.bands[0], chart.axes.grid, marker.line, curve.line, dots.shape, curve.label.rim]
    places = [order.index(layer) for layer in layers]
    assert places == sorted(places)
    assert order.index(marker.tag.text) > order.index(dots.shape)


def test_everything_can_be_named_in_a_motion(setter: Typesetter) -> None:
    """The parts of each thing are in one of the two groups, so a scene that has them has all."""
    chart = full(setter)
    inside = {id(part) for group in (chart.still, chart.moving) for part in group.get_family()}
    for drawn in (*chart.curves, *chart.scatters, *chart.markers):
        parts = [part for part in drawn.parts.get_family() if isinstance(part, Shape)]
        assert parts
        assert {id(part) for part in parts} <= inside


def test_nothing_is_drawn_outside_of_the_plot_area(setter: Typesetter) -> None:
    """Curves end at its edges, whatever their values; dots outside are left out."""
    chart = Chart(setter, BOX, Axis(0, 10), Axis(1e-3, 10, log=True), names=["name"])
    x, plot = np.linspace(-3, 13, 65), chart.plot
    with np.errstate(over="ignore"):
        wild = [np.exp(x**3), np.sin(3 * x), 1e300 * x, np.full(65, np.inf), 10.0 ** (-x)]
    for y in wild:
        for style in setter.theme.series:
            curve = chart.curve(x, y, style, "name", every=2)
            for progress in np.linspace(0, 64, 33):
                points = curve.show(progress).line.points
                if len(points):
                    assert plot.left - 1e-5 <= points[:, 0].min() <= points[:, 0].max() <= plot.right + 1e-5
                    assert plot.bottom - 1e-5 <= points[:, 1].min() <= points[:, 1].max() <= plot.top + 1e-5
        for centre in chart.dots(x, y, "point").points:
            assert plot.left - 1e-5 <= centre[0] <= plot.right + 1e-5
            assert plot.bottom - 1e-5 <= centre[1] <= plot.top + 1e-5


def test_growing_is_cheap(setter: Typesetter) -> None:
    """A thousand points are laid out once: growing slices them, and never maps or clips again."""
    chart = Chart(setter, BOX, Axis(0, 1000), Axis(-1, 1))
    x = np.arange(1000)
    curve = chart.curve(x, np.sin(x / 30), setter.theme.series[1])
    calls: list[object] = []
    chart.axes.at = lambda *args: calls.append(args)  # type: ignore[method-assign,assignment,return-value]
    pieces, points = curve.pieces, curve.points
    for progress in (0.0, 10.5, 999.0):
        curve.show(progress)
    assert not calls
    assert curve.pieces is pieces
    assert curve.points is points


@pytest.fixture
def camera() -> Iterator[Any]:
    """Take pictures: the pixels ``(270, 480, 3)`` of some mobjects on a theme's ground."""

    def take(theme: Theme, *groups: Group) -> npt.NDArray[np.uint8]:
        with tempconfig(
            {"pixel_width": SIZE[0], "pixel_height": SIZE[1], "frame_height": 8.0, "frame_width": 8 * 16 / 9}
        ):
            found: Any = LessonCamera(background_color=theme.background)
            found.capture_mobjects(list(groups))
            return np.array(found.pixel_array[..., :3])

    return take


def near(pixels: npt.NDArray[np.uint8], code: str) -> npt.NDArray[np.bool_]:
    """Which pixels have about this colour."""
    colour = np.array([int(code[k : k + 2], 16) for k in (1, 3, 5)])
    return np.asarray((np.abs(pixels.astype(int) - colour) <= 12).all(axis=-1))


@pytest.mark.parametrize("name", THEMES)
def test_a_picture(name: str, camera: Any) -> None:
    """In each theme: curves in their colours where they should be, the band a tint, the border empty."""
    theme = THEMES[name]
    setter = Typesetter(theme, check_fonts(theme.fonts, "").used, 0.08)
    chart = full(setter)
    pixels = camera(theme, chart.still, chart.moving)
    scale = SIZE[1] / 8
    for curve, code in zip(chart.curves, (theme.cost, theme.rate), strict=True):
        for k in (5, 20, 45, 70):
            column, row = np.round(np.array(SIZE) / 2 + curve.points[k] * [scale, -scale]).astype(int)
            spot = near(pixels[row - 3 : row + 4, column - 6 : column + 7], code)
            assert spot.any()
    ground = near(pixels, theme.background)
    assert ground[0].all()
    assert ground[-1].all()
    assert ground[:, 0].all()
    assert ground[:, -1].all()
    column, row = np.round(np.array(SIZE) / 2 + chart.at(90, 1.1) * [scale, -scale]).astype(int)
    tint = pixels[row, column].astype(int)
    paper = np.array([int(theme.background[k : k + 2], 16) for k in (1, 3, 5)])
    assert 10 < np.abs(tint - paper).max() < 90
