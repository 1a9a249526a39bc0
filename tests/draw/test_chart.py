"""Charts: nothing leaves them, texts keep apart, curves go through their points, whatever the data."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from manim import VMobject, tempconfig

from lranim.core.types import Array
from lranim.draw.camera import LessonCamera
from lranim.draw.chart.chart import FAR, Axis, Chart, stacked
from lranim.draw.chart.curves import Band, Curve, Dots, Marker, Pieces, apart
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.shapes import Shape, holds, inside
from lranim.look.fonts import check_fonts
from lranim.look.theme import THEMES

BOX = Box(-6, -3, 6, 3)
BOXES = {
    "whole": Box(-7, -4, 7, 4),
    "wide": Box(-7, -1, 7, 1),
    "tall": Box(-1.6, -4, 1.6, 4),
    "small": Box(0, 0, 3, 2.2),
    "low": Box(0, 0, 4, 1.6),
    "tiny": Box(0, 0, 2.6, 2),
}
RANGES: list[tuple[float, float, bool]] = [
    (0, 1, False),
    (0, 29, False),
    (-7, 13, False),
    (0, 1000, False),
    (0, 1e12, False),
    (-1e6, 1e6, False),
    (1e-9, 2e-9, False),
    (99999, 100001, False),
    (1e9, 1e9 + 1, False),
    (-5e-5, 0, False),
    (1e-5, 1, True),
    (1e-8, 10, True),
    (0.3, 0.5, True),
    (0.05, 2, True),
    (1e-300, 1e300, True),
]
WORDS: list[tuple[str, str, tuple[str, ...]]] = [
    ("step", "cost", ()),
    ("学习率", "代价", ("余弦衰减",)),
    ("learning rate", "cost above the minimum", ("η = 0.1",)),
]
NEAR = 0.01


@pytest.fixture
def chart(setter: Typesetter) -> Chart:
    """From 0 to 10 across, from 0 to 100 up."""
    return Chart(setter, BOX, Axis(0, 10, "step"), Axis(0, 100, "loss"))


def ends(shape: Shape) -> Array:
    """First and last point of each straight curve of a shape, ``(k, 2, 2)``."""
    return shape.points.reshape(-1, 4, 3)[:, [0, 3], :2]


def shared(one: Box, two: Box) -> float:
    """How far two boxes reach into one another, less than 0 where they are apart."""
    across = min(one.right, two.right) - max(one.left, two.left)
    return float(min(across, min(one.top, two.top) - max(one.bottom, two.bottom)))


@pytest.mark.parametrize("name", BOXES)
@pytest.mark.parametrize(("across", "up", "names"), WORDS)
def test_texts_keep_apart_and_inside(
    setter: Typesetter,
    ink: Callable[[VMobject], Box],
    name: str,
    across: str,
    up: str,
    names: tuple[str, ...],
) -> None:
    """For many ranges: both axes have ticks, no two texts overlap, and none leaves the box."""
    box = BOXES[name]
    for k, (low, high, log) in enumerate(RANGES):
        other, top, steep = RANGES[(k + 5) % len(RANGES)]
        made = Chart(setter, box, Axis(low, high, across, log), Axis(other, top, up, steep), names=names)
        assert made.column_marks
        assert made.row_marks
        texts = [ink(text) for text in made.texts]
        assert all(shared(one, two) < NEAR for one, two in combinations(texts, 2))
        for text in texts:
            assert box.left - NEAR < text.left < text.right < box.right + NEAR
            assert box.bottom - NEAR < text.bottom < text.top < box.top + NEAR


@pytest.mark.parametrize("least", [0.0, 5.3, 6.5])
def test_the_lowest_number_keeps_off_an_exponent_below(setter: Typesetter, ink: Any, least: float) -> None:
    """Also where letters must be large for their frame: 0 at the side and a power of ten under the corner."""
    large = Typesetter(setter.theme, setter.font, setter.unit, least)
    texts = Chart(large, Box(-2, -3, 2, 3), Axis(1e-4, 10, "rate", log=True), Axis(0, 1, "loss")).texts
    [zero], [power] = ([text for text in texts if text.words == words] for words in ("0", "10⁻⁴"))
    assert ink(zero).bottom > ink(power).top


def test_ticks_and_grid_stand_at_their_values(setter: Typesetter, ink: Callable[[VMobject], Box]) -> None:
    """Those across under them, those up beside them, with a line of the grid."""
    made = Chart(setter, BOXES["whole"], Axis(0, 10, "x"), Axis(1e-3, 10, "y", log=True))
    [*texts, _, _] = made.texts
    assert [text.words for text in texts] == [*"02468", "10", "10⁻³", "10⁻²", "10⁻¹", "1", "10"]
    for k, text in enumerate(texts[:6]):
        assert text.x + text.advance / 2 == pytest.approx(made.at(2 * k, 1)[0])
    for k, text in enumerate(texts[7:]):
        assert ink(text).right < made.plot.left
        assert text.y == pytest.approx(made.at(0, 10.0 ** (k - 2))[1] - 0.36 * text.em)
    lines = ends(made.grid)
    assert lines[:, 0] == pytest.approx(made.at(0, [1e-3, 1e-2, 1e-1, 1, 10]))
    assert lines[:, 1, 0] == pytest.approx(np.full(5, made.plot.right))
    assert not len(Chart(setter, BOX, Axis(0, 1), Axis(0, 2), grid=False).grid.points)


def test_room_in_a_chart(setter: Typesetter) -> None:
    """A name across goes where it costs less, names of curves get theirs, and a box too small is refused."""
    up, long = Axis(0, 1), Axis(0, 30, "learning rate")
    assert not Chart(setter, BOXES["whole"], Axis(0, 29, "step"), up).below
    assert not Chart(setter, BOXES["wide"], Axis(0, 30, "step"), up).below
    assert Chart(setter, BOXES["tall"], long, up).below
    bare, named = (Chart(setter, BOX, Axis(0, 1), up, names=names) for names in ((), ("a", "validation")))
    widest = setter.width("validation", bold=True) * setter.em(setter.theme.sizes.label)
    assert widest < bare.plot.right - named.plot.right < widest + 4 * setter.unit
    with pytest.raises(ValueError, match=r"no room for a chart in 1\.00 by 0\.50"):
        Chart(setter, Box(0, 0, 1, 0.5), Axis(0, 1, "x"), Axis(0, 1, "y"))


def test_charts_above_one_another_have_their_sides_in_common(setter: Typesetter) -> None:
    """Whatever the lengths of their numbers."""
    boxes = Box(-4, -3, 4, 3).rows(1, 1)
    across, ups = Axis(0, 60, ticks=()), (Axis(0, 5), Axis(0, 100000))
    one, two = stacked(setter, boxes, [(across, up) for up in ups], ["name"])
    assert (one.plot.left, one.plot.right) == pytest.approx((two.plot.left, two.plot.right))
    assert one.plot.left > Chart(setter, boxes[0], across, ups[0]).plot.left


def test_data_to_frame(setter: Typesetter) -> None:
    """Corners go to corners, any shapes that go together go, and the far out stays finite."""
    made = Chart(setter, BOX, Axis(-1, 1), Axis(0.01, 100, log=True))
    plot = made.plot
    assert made.at([-1, 1, 0], [0.01, 100, 1]) == pytest.approx(
        np.array([[plot.left, plot.bottom], [plot.right, plot.top], plot.centre])
    )
    assert made.at(np.zeros((4, 1)), np.ones(3)).shape == (4, 3, 2)
    assert (made.at(0, 0)[1], made.at(1e300, 1)[0]) == (-FAR, FAR)
    assert np.isnan(made.at([0, 0, 0, np.nan, np.inf], [np.nan, np.inf, -1, 1, 1])).all()


def test_nothing_is_drawn_outside_of_the_plot_area(setter: Typesetter) -> None:
    """Curves end at its edges, whatever their values; dots outside are left out."""
    made = Chart(setter, BOX, Axis(0, 10), Axis(1e-3, 10, log=True), names=["name"])
    x, edge = np.linspace(-3, 13, 65), made.plot.inset(*[-1e-5] * 4)
    with np.errstate(over="ignore"):
        wild = [np.exp(x**3), np.sin(3 * x), 1e300 * x, np.full(65, np.inf), 10.0 ** (-x)]
    for y in wild:
        for style in setter.theme.series:
            curve = Curve(made, x, y, style, "name", every=2)
            for progress in np.linspace(0, 64, 33):
                assert holds(edge, curve.draw_to(progress).line.points[:, :2]).all()
        assert holds(edge, Dots(made, x, y, "point").places).all()


@pytest.mark.parametrize("progress", [0.0, 0.4, 3.0, 6.75, 10.0, 99.0, -1.0])
def test_a_curve_grows_evenly_between_its_points(chart: Chart, progress: float) -> None:
    """Its end and the mark there lie on the straight line between two points, its beginning is unchanged."""
    x = np.arange(11)
    curve, whole = Curve(chart, x, x**2, "cost"), chart.at(x, x**2)
    assert ends(curve.line) == pytest.approx(np.stack([whole[:-1], whole[1:]], axis=1))
    curve.draw_to(progress)
    t = min(max(progress, 0.0), 10.0)
    here, lines = chart.at(t, np.interp(t, x, x**2)), ends(curve.line)
    assert curve.head.points.reshape(-1, 4, 3)[:, 0, :2].mean(axis=0) == pytest.approx(here)
    assert curve.tip == pytest.approx(here)
    assert lines[:, 0] == pytest.approx(whole[: int(np.ceil(t))])
    if t:
        assert lines[-1, 1] == pytest.approx(here)


def test_what_is_out_of_sight_has_no_head(chart: Chart) -> None:
    """The line ends at the edge or at a gap, and so does what is tied to it; seen again, the head is back."""
    curve = Curve(chart, [0, 2, 4, 6, 8], [50, 150, 50, np.nan, 20], "cost", "name").draw_to(1.0)
    assert curve.label is not None
    assert not len(curve.head.points)
    assert curve.tip == pytest.approx(chart.at(1, 100), abs=1e-5)
    assert len(curve.draw_to(2.0).head.points)
    assert curve.tip == pytest.approx(chart.at(4, 50))
    assert not len(curve.draw_to(3.0).head.points)
    assert curve.tip == pytest.approx(chart.at(4, 50))
    assert curve.label.text.submobjects[0].opacity == 1
    curve.values(np.full(5, np.nan))
    assert curve.tip is None
    assert curve.label.text.submobjects[0].opacity == 0


def test_a_curve_changes_as_a_whole(chart: Chart) -> None:
    """New heights, drawn as far as before; it fades each part by its own opacity."""
    x = np.arange(11)
    curve = Curve(chart, x, x, "cost", opacity=0.5).draw_to(4.5).values(3 * x)
    assert curve.tip == pytest.approx(chart.at(4.5, 13.5))
    assert len(ends(curve.line)) == 5
    curve.set_alpha(0.5)
    assert (curve.line.opacity, curve.head.opacity) == (0.25, 0.5)


def test_marks_come_with_their_points(chart: Chart) -> None:
    """One at every third point that is inside, once the line is there; each series has its own."""
    for style in chart.setter.theme.series:
        y = [0, 0, 0, 500, 0, 0, 50, 0, 0, 90]
        curve = Curve(chart, np.arange(10), y, style, dash=(), every=3).draw_to(0.0)
        one = len(curve.marks.points)
        assert one == len(curve.head.points) > 0
        for progress, count in ((2.9, 1), (3, 1), (6, 2), (8.99, 2), (9, 3)):
            assert len(curve.draw_to(progress).marks.points) == one * count


def test_dots_inside_are_shown_in_their_order(chart: Chart) -> None:
    """Those outside or not finite are left out, and counted all the same."""
    dots = Dots(chart, [0, 5, 20, 5, 10], [0, 50, 50, np.nan, 100], "point", 1.0)
    assert dots.places == pytest.approx(chart.at([0, 5, 10], [0, 50, 100]))
    assert (dots.points[:, 0].max() - chart.plot.right) / chart.setter.unit == pytest.approx(1.0)
    for progress, count in ((-1, 0), (0, 1), (1, 2), (3.9, 2), (4, 3), (50, 3)):
        assert len(dots.draw_to(progress).points) == 16 * count
    assert len(dots.put([1, 2], [1, 2]).points) == 32
    assert not len(dots.put([], []).points)


def test_bands_and_their_names(setter: Typesetter) -> None:
    """As high as the plot, no further than the axis goes; a name stands over its middle, where it fits."""
    readable = Typesetter(setter.theme, setter.font, setter.unit, 3.0)
    chart = Chart(readable, BOX, Axis(0, 10, "step"), Axis(0, 100, "loss of a training"))
    plot, [tint, name] = chart.plot, Band(chart, 4, 40, "rate", "falls")
    assert ends(tint).min(axis=(0, 1)) == pytest.approx([float(chart.across(4)), plot.bottom])
    assert ends(tint).max(axis=(0, 1)) == pytest.approx([plot.right, plot.top])
    assert name.words == "falls"
    assert name.y > plot.top
    assert name.x + name.advance / 2 == pytest.approx(float(chart.across(7)))
    for x0, x1, words in ((6, 6.1, "too large"), (-5, 0.2, "small"), (2, 8, "")):
        assert len(Band(chart, x0, x1, "rate", words)) == 1


PIECES = Box(0.0, 0.0, 4.0, 2.0)


@pytest.mark.parametrize(
    ("points", "progress", "expected"),
    [
        ([(0, 0), (1, 4), (2, 0)], 2.0, [[(0, 0), (0.5, 2)], [(1.5, 2), (2, 0)]]),
        ([(0, 0), (1, 4), (2, 0)], 1.75, [[(0, 0), (0.5, 2)], [(1.5, 2), (1.75, 1)]]),
        ([(0, 0), (1, 4), (2, 0)], 0.25, [[(0, 0), (0.25, 1)]]),
        ([(0, 1), (1, 1), (2, np.nan), (3, 1), (4, 1)], 4.0, [[(0, 1), (1, 1)], [(3, 1), (4, 1)]]),
        ([(1, 1)], 0.0, []),
    ],
)
def test_a_line_is_cut_where_it_is_not_seen(
    points: list[Any], progress: float, expected: list[list[tuple[float, float]]]
) -> None:
    """It leaves through the top and enters again; what is not finite breaks it."""
    drawn = Pieces.of(np.array(points, dtype=float), PIECES).drawn(progress)
    assert drawn[:, [0, 3]] == pytest.approx(np.array(expected, dtype=float).reshape(-1, 2, 2), abs=1e-5)


@pytest.mark.parametrize("dash", [(), (0.3, 0.2), (0.05, 0.15), (0.2, 0.1, 0.05, 0.1)])
def test_less_progress_is_a_beginning_of_more(dash: tuple[float, ...]) -> None:
    """At any progress the line drawn is that of the whole up to there, dashes included: nothing crawls."""
    t = np.linspace(0, 1, 41)
    pieces = Pieces.of(np.stack([4 * t, 1 + 1.6 * np.sin(7 * t)], axis=1), PIECES, dash)
    whole, length = pieces.drawn(40.0), 0.0
    for progress in np.linspace(0, 40, 173):
        drawn = pieces.drawn(progress)
        k = len(drawn)
        assert np.array_equal(drawn[: k - 1], whole[: max(k - 1, 0)])
        if k:
            way, along = drawn[-1, 3] - drawn[-1, 0], whole[k - 1, 3] - whole[k - 1, 0]
            assert way[0] * along[1] == pytest.approx(way[1] * along[0], abs=1e-12)
            assert drawn[-1, 3, 0] <= 4 * progress / 40 + 1e-9
        now = float(np.hypot(*(drawn[:, 3] - drawn[:, 0]).T).sum())
        assert now >= length - 1e-12
        length = now
    assert holds(PIECES.inset(*[-1e-6] * 4), whole).all()
    if dash:
        pieces = Pieces.of(np.array([[0.0, 1.0], [3.0, 1.0]]), PIECES, dash)
        lengths = np.diff(pieces.drawn(1.0)[:-1, [0, 3], 0])[:, 0]
        assert lengths == pytest.approx(np.resize(dash[::2], len(lengths)))


@pytest.mark.parametrize(
    ("middles", "high", "expected"),
    [
        ([], 9.0, []),
        ([3.0], 9.0, [3.0]),
        ([5.0, 0.0], 9.0, [5.0, 0.0]),
        ([2.0, 2.0], 9.0, [1.5, 2.5]),
        ([4.0, 4.2, 9.0], 9.0, [3.6, 4.6, 9.0]),
        ([1.0, 1.0, 1.0, 2.2], 9.0, [0.0, 1.0, 2.0, 3.0]),
        ([-5.0, 50.0], 9.0, [0.0, 9.0]),
        ([8.9, 8.8, 8.95], 9.0, [8.0, 7.0, 9.0]),
        ([1.0] * 5, 2.0, [0, 0.5, 1, 1.5, 2]),
    ],
)
def test_places_by_hand(middles: list[float], high: float, expected: list[float]) -> None:
    """As near as can be at a distance of 1 from 0 up, in their order; too many stand closer."""
    assert apart(middles, 1.0, 0.0, high).tolist() == pytest.approx(expected)


def test_places_are_the_nearest_possible() -> None:
    """No small change that keeps the distances brings them nearer, whatever the middles."""
    rng = np.random.default_rng(2)
    for _ in range(200):
        middles = rng.uniform(-1, 10, rng.integers(1, 6))
        places = apart(middles, 1.0, 0.0, 9.0)
        loss = np.sum((places - middles) ** 2)
        for move in rng.normal(0, 0.05, (30, len(middles))):
            tried = np.sort(places + move)[np.argsort(np.argsort(middles, kind="stable"))]
            if np.diff(np.sort(tried)).min(initial=9) >= 1 and tried.min() >= 0 and tried.max() <= 9:
                assert np.sum((tried - middles) ** 2) >= loss - 1e-9


@pytest.mark.parametrize("reserved", [True, False])
def test_names_keep_apart_and_inside_at_any_progress(setter: Typesetter, reserved: bool) -> None:
    """With room reserved for them or not; two of the curves are the same, and one leaves at the top."""
    rates, steps = (0.01, 0.3, 0.99, 1.05), np.arange(30)
    names = [f"η = {rate}" for rate in rates]
    chart = Chart(setter, BOX, Axis(0, 29, "step"), Axis(0, 150, "cost"), names=names if reserved else [])
    styled = zip(rates, names, setter.theme.series, strict=True)
    curves = [
        Curve(chart, steps, 1 + 100 * (1 - 2 * rate) ** (2 * steps), style, name)
        for rate, name, style in styled
    ]
    for progress in np.linspace(0, 29, 59):
        for curve in curves:
            curve.draw_to(progress)
        boxes = [curve.label.box for curve in curves if curve.label]
        assert len(boxes) == 4
        for one, two in combinations(boxes, 2):
            across = min(one.right, two.right) - max(one.left, two.left)
            # Tails and rims may touch, letters may not.
            assert across < 1e-9 or abs(one.bottom - two.bottom) > 1.1 * (one.height / 1.14)
        for box in boxes:
            assert BOX.left <= box.left < box.right <= BOX.right + 0.09
            assert chart.plot.bottom - 1e-9 <= box.bottom < box.top <= BOX.top


def test_a_name_stands_beside_its_end_or_is_tied_to_it(setter: Typesetter) -> None:
    """At the height of its head; one that gives way has a line to it, and a curve not seen takes no room."""
    chart = Chart(setter, BOX, Axis(0, 10), Axis(0, 10), names=["one", "two"])
    one, two = (
        Curve(chart, [0, 10], [5, 5], role, name) for role, name in (("cost", "one"), ("rate", "two"))
    )
    for curve in (one, two):
        assert curve.tip is not None
        assert curve.label is not None
        start, end = curve.leader.points[[0, 3], :2]
        assert start[1] == pytest.approx(curve.tip[1])
        assert end[1] == pytest.approx(curve.label.y + 0.36 * curve.label.em)
        assert curve.tip[0] < start[0] < end[0] < curve.label.x
    two.set_alpha(0.0)
    one.draw_to(0.5)
    assert not len(one.leader.points)
    assert one.label is not None
    assert one.tip is not None
    assert one.label.x > one.tip[0]
    assert one.label.y + 0.36 * one.label.em == pytest.approx(one.tip[1])


@pytest.mark.parametrize("x", [0, 0.1, 3, 5, 9.5, 10])
def test_a_marker_stands_beside_its_line_at_the_top(chart: Chart, x: float) -> None:
    """Left or right of it, in the box; the line goes from the bottom to the top of the plot area."""
    marker, plot = Marker(chart, x, "valley 0.05", "gradient"), chart.plot
    box, place = marker.text.box, float(chart.across(x))
    assert box.left >= place or box.right <= place
    assert min(abs(box.left - place), abs(box.right - place)) < chart.setter.unit
    assert plot.left <= box.left < box.right <= BOX.right
    assert box.top == pytest.approx(plot.top)
    line = marker.line.points
    assert line[:, 0] == pytest.approx(place)
    assert (line[:, 1].min(), line[:, 1].max()) == pytest.approx((plot.bottom, plot.top))


@pytest.mark.parametrize("box", [BOX, Box(0, 0, 4, 2.5), Box(-1.5, -3, 1.5, 3), Box(-2, -3, 2, 3)])
@pytest.mark.parametrize(
    "places", [(5, 5.1, 5.2), (0, 0.1, 9.9), (10, 9.9, 9.8), (1, 4, 7), (5, 5, 5), (4.6, 5)]
)
def test_markers_keep_apart_and_inside(setter: Typesetter, box: Box, places: tuple[float, ...]) -> None:
    """However close their lines are, also on small charts; and no line crosses a text."""
    chart = Chart(setter, box, Axis(0, 10, "step"), Axis(0, 10, "loss"))
    plot, words = chart.plot, ("steepest 0.012", "valley 0.05", "min/10")
    markers = [Marker(chart, x, text, "rate") for x, text in zip(places, words, strict=False)]
    assert all(shared(one.text.box, two.text.box) < 1e-6 for one, two in combinations(markers, 2))
    for marker in markers:
        text = marker.text.box
        assert plot.left - 1e-9 <= text.left < text.right <= box.right + 1e-9
        assert plot.bottom - 0.05 <= text.bottom < text.top <= plot.top + 1e-9
        for line in markers:
            if text.left < line.place < text.right:
                up = ends(line.line)[..., 1]
                assert ((up.max(axis=1) <= text.bottom + 1e-9) | (up.min(axis=1) >= text.top - 1e-9)).all()


def test_markers_keep_off_curves_dots_and_names(setter: Typesetter) -> None:
    """At the top there is a curve, below it dots, and at the right a name."""
    chart = Chart(setter, BOX, Axis(0, 10), Axis(0, 10), names=["name"])
    curve = Curve(chart, [0, 10], [9.7, 9.7], "cost", "name")
    Dots(chart, np.linspace(0, 10, 40), np.full(40, 8.0), "point")
    box = Marker(chart, 6, "best: epoch 88", "gradient").text.box
    for drawn in chart.drawn:
        enter, leave = inside(*drawn.segments, box)
        assert not (enter < leave).any()
    assert curve.label is not None
    assert shared(box, curve.label.box) < 1e-6


@pytest.mark.parametrize("x", [0, 0.3, 4, 5.1, 9.9, 10])
def test_a_text_below_takes_the_place_of_ticks(setter: Typesetter, x: float) -> None:
    """It stands under its line, or as near as the name of the axis allows, and what is in its way goes."""
    chart = Chart(setter, BOX, Axis(0, 10, "step"), Axis(0, 10, "loss"))
    first = Marker(chart, x, "38", "minimum", below=True)
    assert first.text.x + first.text.advance / 2 == pytest.approx(first.place, abs=1.2)
    assert first.line.points[:, 1].max() == pytest.approx(chart.plot.top)
    second = Marker(chart, min(x + 0.1, 10), "39", "minimum", below=True)
    texts = [text for text in (*chart.texts, first.text, second.text) if abs(text.y - chart.baseline) < 1e-6]
    row = sorted((text.x, text.x + text.advance) for text in texts)
    assert len(row) >= 6
    assert all(start - end > 1.7 * chart.setter.unit for (_, end), (start, _) in pairwise(row))
    assert BOX.left <= row[0][0] < row[-1][1] <= BOX.right + 1e-9


def full(setter: Typesetter) -> Chart:
    """A chart with one of everything."""
    epochs, series = np.arange(101), setter.theme.series
    train, valid = np.exp(-epochs / 20), np.exp(-epochs / 18) + 0.1 + 0.002 * epochs
    x, y, names = Axis(0, 100, "epoch"), Axis(0, 1.2, "loss"), ["train", "validation"]
    chart = Chart(setter, Box(-6.8, -3.7, 6.8, 3.7), x, y, names=names)
    Band(chart, 36, 100, "minimum")
    Marker(chart, 36, "best: epoch 36", "gradient")
    Curve(chart, epochs, train, series[0], "train").draw_to(80)
    Curve(chart, epochs, valid, series[1], "validation").draw_to(80)
    Dots(chart, epochs[::7], valid[::7], "point", 0.6, opacity=0.5)
    return chart


def test_everything_has_its_place_in_the_stack(setter: Typesetter) -> None:
    """Whatever is drawn first: bands, grid, lines of markers, curves and dots, names and words."""
    chart = full(setter)
    order = [*chart.still.get_family(), *chart.moving.get_family()]
    [marker], [_, curve, dots] = chart.markers, chart.drawn
    layers = [chart.bands[0], chart.grid, marker.line, curve.line, dots, curve.label.rim]
    places = [order.index(layer) for layer in layers]
    assert places == sorted(places)
    assert order.index(marker.text.text) > order.index(dots)
    parts = {id(part) for one in (*chart.drawn, marker) for part in one.get_family() if len(part.points)}
    assert parts <= {id(part) for part in order}


@pytest.mark.parametrize("name", THEMES)
def test_a_picture(name: str) -> None:
    """In each theme: curves in their colours where they should be, the band a tint, the border empty."""
    theme, size = THEMES[name], (480, 270)
    chart = full(Typesetter(theme, check_fonts(theme.fonts, "").used, 0.08))
    frame = {"frame_height": 8.0, "frame_width": 8 * 16 / 9}
    with tempconfig({"pixel_width": size[0], "pixel_height": size[1], **frame}):
        camera: Any = LessonCamera(background_color=theme.background)
        camera.capture_mobjects([chart.still, chart.moving])
    pixels = np.array(camera.pixel_array[..., :3], dtype=int)

    def off(code: str) -> Array:
        return np.abs(pixels - [int(code[k : k + 2], 16) for k in (1, 3, 5)]).max(axis=-1)

    def spot(point: Array) -> tuple[int, int]:
        column, row = np.round(np.array(size) / 2 + point * [size[1] / 8, -size[1] / 8]).astype(int)
        return row, column

    for curve, code in zip(chart.drawn[:2], (theme.cost, theme.rate), strict=True):
        for k in (5, 20, 45, 70):
            row, column = spot(curve.places[k])
            assert off(code)[row - 3 : row + 4, column - 6 : column + 7].min() <= 12
    ground = off(theme.background)
    assert max(ground[[0, -1]].max(), ground[:, [0, -1]].max()) <= 12
    assert 10 < ground[spot(chart.at(90, 1.1))] < 90
