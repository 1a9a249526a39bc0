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


PIECES = Box(0.0, 0.0, 4.0, 2.0)


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

    for curve, code in zip(chart.drawn[:2], (theme.first, theme.second), strict=True):
        for k in (5, 20, 45, 70):
            row, column = spot(curve.places[k])
            assert off(code)[row - 3 : row + 4, column - 6 : column + 7].min() <= 12
    ground = off(theme.background)
    assert max(ground[[0, -1]].max(), ground[:, [0, -1]].max()) <= 12
    assert 10 < ground[spot(chart.at(90, 1.1))] < 90
