from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from lranim.draw.axis import Axis
from lranim.draw.chart import Chart
from lranim.draw.clip import inside
from lranim.draw.flags import Marker
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter

BOX = Box(-6, -3, 6, 3)


def chart_of(setter: Typesetter, box: Box = BOX) -> Chart:
    """From 0 to 10 across and up."""
    return Chart(setter, box, Axis(0, 10, "step"), Axis(0, 10, "loss"))


def overlap(one: Box, two: Box) -> bool:
    """Whether two boxes share more than an edge."""
    across = min(one.right, two.right) - max(one.left, two.left)
    return bool(min(across, min(one.top, two.top) - max(one.bottom, two.bottom)) > 1e-6)


@pytest.mark.parametrize("x", [0, 0.1, 3, 5, 9.5, 10])
def test_a_flag_stands_beside_its_line_at_the_top(setter: Typesetter, x: float) -> None:
    """Left or right of it, in the box; the line goes from the bottom to the top of the plot area."""
    chart = chart_of(setter)
    marker = chart.marker(x, "valley 0.05", "gradient")
    box, place = marker.tag.box, chart.at(x, 0)[0]
    assert box.left >= place or box.right <= place
    assert min(abs(box.left - place), abs(box.right - place)) < chart.setter.unit
    assert chart.plot.left <= box.left < box.right <= BOX.right
    assert box.top == pytest.approx(chart.plot.top)
    assert marker.line.points[:, 0] == pytest.approx(place)
    assert marker.line.points[:, 1].min() == pytest.approx(chart.plot.bottom)
    assert marker.line.points[:, 1].max() == pytest.approx(chart.plot.top)


@pytest.mark.parametrize("box", [BOX, Box(0, 0, 4, 2.5), Box(-1.5, -3, 1.5, 3)])
@pytest.mark.parametrize("places", [(5, 5.1, 5.2), (0, 0.1, 9.9), (10, 9.9, 9.8), (1, 4, 7), (5, 5, 5)])
def test_flags_keep_apart_and_inside(
    setter: Typesetter, box: Box, places: tuple[float, float, float]
) -> None:
    """However close their lines are, also on small charts."""
    chart = chart_of(setter, box)
    words = ("steepest 0.012", "valley 0.05", "min/10")
    markers = [chart.marker(x, text, "rate") for x, text in zip(places, words, strict=True)]
    for one, two in combinations(markers, 2):
        assert not overlap(one.tag.box, two.tag.box)
    for marker in markers:
        assert chart.plot.left - 1e-9 <= marker.tag.box.left < marker.tag.box.right <= box.right + 1e-9
        assert chart.plot.bottom - 0.05 <= marker.tag.box.bottom < marker.tag.box.top <= chart.plot.top + 1e-9


def test_flags_keep_off_curves_dots_and_names(setter: Typesetter) -> None:
    """At the top there is a curve, below it dots, and at the right a name."""
    chart = Chart(setter, BOX, Axis(0, 10), Axis(0, 10), names=["name"])
    chart.curve([0, 10], [9.7, 9.7], "cost", "name")
    chart.dots(np.linspace(0, 10, 40), np.full(40, 8.0), "point")
    box = chart.marker(6, "best: epoch 88", "gradient").tag.box
    for drawn in (*chart.curves, *chart.scatters):
        enter, leave = inside(*drawn.segments, box)
        assert not (enter < leave).any()
    assert chart.curves[0].label is not None
    assert not overlap(box, chart.curves[0].label.box)


def test_a_flag_wider_than_both_sides_lies_across_its_line(setter: Typesetter) -> None:
    """The line makes way for it."""
    chart = chart_of(setter, Box(0, 0, 3.2, 4))
    marker = chart.marker(5, "a text as wide as that", "gradient")
    box = marker.tag.box
    assert box.left < marker.place < box.right
    assert chart.plot.left <= box.left + 1e-9
    assert box.right <= 3.2 + 1e-9
    assert not (
        (marker.line.points[:, 1] > box.bottom + 1e-9) & (marker.line.points[:, 1] < box.top - 1e-9)
    ).any()


def below(chart: Chart) -> list[tuple[float, float]]:
    """Where texts in the row of the ticks begin and end."""
    texts = [*chart.axes.columns, *chart.axes.names, *(marker.tag for marker in chart.markers)]
    row = [(text.x, text.x + text.advance) for text in texts if abs(text.y - chart.axes.baseline) < 1e-6]
    return sorted(row)


@pytest.mark.parametrize("x", [0, 0.3, 4, 5.1, 9.9, 10])
def test_a_text_below_takes_the_place_of_ticks(setter: Typesetter, x: float) -> None:
    """It stands under its line, or as near as the name of the axis allows, and what is in its way goes."""
    chart = chart_of(setter)
    first = chart.marker(x, "38", "minimum", below=True)
    assert first.tag.x + first.tag.advance / 2 == pytest.approx(first.place, abs=1.2)
    assert first.line.points[:, 1].max() == pytest.approx(chart.plot.top)
    chart.marker(min(x + 0.1, 10), "39", "minimum", below=True)
    row = below(chart)
    assert len(row) >= 6
    for (_, end), (start, _) in pairwise(row):
        assert start - end > 1.7 * chart.setter.unit
    assert BOX.left <= row[0][0]
    assert row[-1][1] <= BOX.right + 1e-9


def test_markers_fade(setter: Typesetter) -> None:
    """Line and flag."""
    marker: Marker = chart_of(setter).marker(5, "a", "rate").set_alpha(0.25)
    assert {shape.opacity for shape in marker.parts.get_family() if len(shape.points)} == {0.25}


def test_lines_stop_at_texts(setter: Typesetter) -> None:
    """Neither its own text nor that of another marker, whichever came first, is crossed by a line."""
    chart = chart_of(setter, Box(-2, -3, 2, 3))
    markers = [chart.marker(x, text, "rate") for x, text in ((5, "steepest 0.012 by Smith"), (4.6, "valley"))]
    crossed = 0
    for line in markers:
        ends = line.line.points[:, 1].reshape(-1, 4)[:, [0, 3]]
        assert ends.min() == pytest.approx(chart.plot.bottom)
        for text in markers:
            box = text.tag.box
            if box.left < line.place < box.right:
                crossed += 1
                assert ((ends.max(axis=1) <= box.bottom + 1e-9) | (ends.min(axis=1) >= box.top - 1e-9)).all()
    assert crossed
