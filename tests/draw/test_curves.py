from __future__ import annotations

import numpy as np
import pytest

from lranim.core.types import Array
from lranim.draw.axis import Axis
from lranim.draw.chart import Chart
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.shapes import MARKERS, Shape

BOX = Box(-3, -2, 3, 2)
CORNERS = {name: len(curves) for name, curves in MARKERS.items()}


@pytest.fixture
def chart(setter: Typesetter) -> Chart:
    """From 0 to 10 across, from 0 to 100 up."""
    return Chart(setter, BOX, Axis(0, 10), Axis(0, 100))


def ends(shape: Shape) -> Array:
    """First and last point of each straight curve of a shape, ``(k, 2, 2)``."""
    return shape.points.reshape(-1, 4, 3)[:, [0, 3], :2]


def middle(shape: Shape) -> Array:
    """The middle of a mark."""
    return shape.points.reshape(-1, 4, 3)[:, 0, :2].mean(axis=0)


def test_a_curve_goes_through_its_points(chart: Chart) -> None:
    """At first all of it is there, without a head."""
    x = np.arange(11)
    curve = chart.curve(x, x**2, "cost")
    points = chart.at(x, x**2)
    assert ends(curve.line) == pytest.approx(np.stack([points[:-1], points[1:]], axis=1))
    assert not len(curve.head.points)


@pytest.mark.parametrize("progress", [0.0, 0.4, 3.0, 6.75, 10.0, 99.0, -1.0])
def test_a_curve_grows_evenly_between_its_points(chart: Chart, progress: float) -> None:
    """Its end and the mark there lie on the straight line between two points, its beginning is unchanged."""
    x = np.arange(11)
    curve = chart.curve(x, x**2, "cost").show(progress)
    t = min(max(progress, 0.0), 10.0)
    here = chart.at(t, np.interp(t, x, x**2))
    assert middle(curve.head) == pytest.approx(here)
    assert curve.tip == pytest.approx(here)
    lines = ends(curve.line)
    assert len(lines) == int(np.ceil(t))
    if t:
        assert lines[-1, 1] == pytest.approx(here)
        whole = chart.at(x, x**2)
        assert lines[:, 0] == pytest.approx(whole[: len(lines)])


def test_a_head_outside_is_not_shown(chart: Chart) -> None:
    """The line ends at the edge, and so does what is tied to it; inside again, the head is back."""
    curve = chart.curve([0, 2, 4], [50, 150, 50], "cost").show(1.0)
    assert not len(curve.head.points)
    assert curve.tip == pytest.approx(chart.at(1, 100), abs=1e-5)
    assert ends(curve.line)[:, :, 1].max() <= chart.plot.top + 1e-5
    curve.show(2.0)
    assert curve.tip == pytest.approx(chart.at(4, 50))
    assert len(curve.head.points)


def test_a_gap_is_a_gap(chart: Chart) -> None:
    """While the point is not finite there is no head, and what is tied to it waits at the last one."""
    curve = chart.curve(np.arange(5), [10, 20, np.nan, 40, 50], "cost", "name").show(2.0)
    assert not len(curve.head.points)
    assert curve.tip == pytest.approx(chart.at(1, 20))
    assert len(ends(curve.show(4.0).line)) == 2
    assert curve.label is not None
    assert curve.label.text.submobjects[0].opacity == 1
    curve.values(np.full(5, np.nan))
    assert curve.tip is None
    assert curve.label.text.submobjects[0].opacity == 0


def test_a_curve_changes_as_a_whole(chart: Chart) -> None:
    """New heights, drawn as far as before."""
    x = np.arange(11)
    curve = chart.curve(x, x, "cost").values(2 * x)
    assert ends(curve.line)[-1, 1] == pytest.approx(chart.at(10, 20))
    curve.show(4.5).values(3 * x)
    assert middle(curve.head) == pytest.approx(chart.at(4.5, 13.5))
    assert len(ends(curve.line)) == 5


@pytest.mark.parametrize("marker", MARKERS)
def test_marks_come_with_their_points(chart: Chart, marker: str) -> None:
    """One at every third point that is inside, once the line is there; the head has the same form."""
    curve = chart.curve(np.arange(10), [0, 0, 0, 500, 0, 0, 50, 0, 0, 90], "cost", marker=marker, every=3)
    for progress, count in ((0, 1), (2.9, 1), (3, 1), (6, 2), (8.99, 2), (9, 3)):
        curve.show(progress)
        assert len(curve.marks.points) == 4 * CORNERS[marker] * count
    assert len(curve.head.points) == 4 * CORNERS[marker]


def test_styles(chart: Chart) -> None:
    """A role, or a line of the theme's series with its dashes; what is said beside it goes before."""
    theme, unit = chart.setter.theme, chart.setter.unit
    plain, styled = chart.curve([0, 10], [50, 50], "rate"), chart.curve([0, 10], [50, 50], theme.series[1])
    assert len(ends(plain.line)) == 1
    assert str(plain.line.get_stroke_color()) == theme.rate
    first = ends(styled.line)[0, :, 0]
    assert first[1] - first[0] == pytest.approx(theme.series[1].dash[0] * unit)
    own = chart.curve([0, 10], [50, 50], theme.series[1], dash=(), marker="disc", width=7.0, opacity=0.4)
    assert len(ends(own.line)) == 1
    assert (own.style.marker, own.line.stroke_width, own.line.opacity) == ("disc", 7.0, 0.4)
    bald = chart.curve([0, 10], [50, 50], "rate", head=False).show(0.5)
    assert not len(bald.head.points)


def test_curves_fade(chart: Chart) -> None:
    """All of it, each part by its own opacity."""
    curve = chart.curve([0, 10], [50, 50], "cost", "name", opacity=0.5).show(1.0).set_alpha(0.5)
    assert (curve.line.opacity, curve.head.opacity) == (0.25, 0.5)
    assert curve.label is not None
    assert curve.label.rim.opacity == 0.5


def test_dots_inside_are_shown_in_their_order(chart: Chart) -> None:
    """Those outside or not finite are left out, and counted all the same."""
    dots = chart.dots([0, 5, 20, 5, 10], [0, 50, 50, np.nan, 100], "point", 1.0)
    assert dots.points == pytest.approx(chart.at([0, 5, 10], [0, 50, 100]))
    radius = (dots.shape.points[:, 0].max() - chart.plot.right) / chart.setter.unit
    assert radius == pytest.approx(1.0)
    for progress, count in ((-1, 0), (0, 1), (1, 2), (3.9, 2), (4, 3), (50, 3)):
        assert len(dots.show(progress).shape.points) == 16 * count
    assert len(dots.put([1, 2], [1, 2]).shape.points) == 32
    assert not len(dots.put([], []).shape.points)


def test_squares_are_square_and_inside(chart: Chart) -> None:
    """As wide as the residual is high in the frame: left of points above the model, right of those below."""
    squares = chart.squares([5, 5, 0], [60, 40, 50], [50, 50, 20], "minimum")
    left, right, cut = ends(squares.rim).reshape(3, 8, 2)
    side = chart.plot.height / 10
    x, y = chart.at(5, 50)
    assert [*left.min(axis=0), *left.max(axis=0)] == pytest.approx([x - side, y, x, y + side])
    assert [*right.min(axis=0), *right.max(axis=0)] == pytest.approx([x, y - side, x + side, y])
    assert cut[:, 0].min() == pytest.approx(chart.plot.left)
    squares.values([60, 40, np.inf])
    assert np.ptp(ends(squares.rim).reshape(2, 8, 2), axis=1) == pytest.approx(0.0)


def test_a_band_is_as_high_as_the_plot(chart: Chart) -> None:
    """From value to value, no further than the axis goes, and it can be laid anew."""
    plot, band = chart.plot, chart.band(2, 40, "rate")
    assert [*ends(band.shape).min(axis=(0, 1)), *ends(band.shape).max(axis=(0, 1))] == pytest.approx(
        [chart.at(2, 0)[0], plot.bottom, plot.right, plot.top]
    )
    band.between(3, 4)
    assert ends(band.shape)[:, :, 0].max() == pytest.approx(chart.at(4, 0)[0])


def test_the_name_of_a_band_stands_above_it(setter: Typesetter) -> None:
    """In the row of the name of the axis up, over the middle of the band, and fading with it."""
    chart = Chart(setter, Box(-6, -3, 6, 3), Axis(0, 10, "step"), Axis(0, 100, "loss"))
    band = chart.band(4, 8, "rate", "falls")
    assert band.label is not None
    assert band.label.words == "falls"
    assert band.label.y > chart.plot.top
    assert band.label.x + band.label.advance / 2 == pytest.approx(chart.at(6, 0)[0])
    assert {band.shape, band.label} == set(band.parts)
    band.set_alpha(0.0)
    assert all(part.opacity == 0 for part in band.label)


def test_a_name_without_room_is_left_out(setter: Typesetter) -> None:
    """One wider than its band, and one where the name of the axis stands."""
    readable = Typesetter(setter.theme, setter.font, setter.unit, 3.0)
    chart = Chart(readable, Box(-6, -3, 6, 3), Axis(0, 10, "step"), Axis(0, 100, "loss of a training"))
    assert chart.band(6, 6.1, "rate", "too large").label is None
    assert chart.band(-5, 0.2, "rate", "small").label is None
    assert chart.band(2, 8, "rate").label is None
