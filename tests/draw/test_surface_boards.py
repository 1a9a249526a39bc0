"""Boards with a surface: directions from a point with their key, and a line whose cost is shown beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from manim import VMobject

from lranim.core.costs import COSTS, directional
from lranim.core.least_squares import Samples, line_cost, line_samples, samples, slope_cost
from lranim.core.results import Table
from lranim.core.types import Array
from lranim.draw.boards.line_fit import CostFormula, FitChart, LineFitBoard, NumberFormat
from lranim.draw.boards.surface import BEYOND, REACH, DirectionsBoard
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.surface.paint import rgb
from lranim.draw.surface.surface import ABOVE, ELEVATION, TURN, Stroke

POINTS = [
    ("oval", (-2.0, 0.5)),
    ("ravine", (-3.5, 2.0)),
    ("himmelblau", (-0.5, -1.5)),
    ("bowl-2d", (3.6, 3.6)),
]
SHAPES = [(854, 480), (640, 480), (480, 480), (270, 480)]
WORDS = ("longer: J falls faster", "slope along a", "slope along b", "gradient", "steepest way down")
DATA = line_samples(1, 12, 1.5, 1.0)
ONE, TWO = slope_cost(DATA), line_cost(DATA)
ROOM = Box(-3.0, -3.0, 4.0, 3.0)


@pytest.fixture
def directions_of(staged: Callable[..., Any]) -> Callable[..., Any]:
    """Directions from a point of a surface, 24 of them, in a scene of their own."""

    @contextmanager
    def make(name: str = "oval", point: Any = (-2.0, 0.5), **how: Any) -> Iterator[DirectionsBoard]:
        cost, place = COSTS[name], np.array(point)
        angles = np.arctan2(*-cost.grad(place)[::-1]) + 2 * np.pi * np.arange(24) / 24
        ring = Table({"angle": angles, "slope": directional(cost, place, angles)})
        with staged("surface", **how) as scene:
            scene.setup()
            board = DirectionsBoard(scene, cost, place, ring, WORDS, 6.0)
            scene.add(*board.parts)
            yield board

    return make


def way(stroke: Stroke) -> Array:
    """From its first point to its last."""
    return np.asarray(stroke.points[-1] - stroke.points[0])


def unit(vector: Array) -> Array:
    """Its direction."""
    return np.asarray(vector / np.hypot(*vector))


@pytest.mark.parametrize(("name", "point"), POINTS)
def test_the_gradient_its_parts_and_its_opposite(
    directions_of: Callable[..., Any], name: str, point: tuple[float, float]
) -> None:
    """Arrows from the point, along the gradient and against it; the parts along the axes add up to it."""
    cost, place = COSTS[name], np.array(point)
    span, (low, high) = float(np.diff(cost.domain).max()), np.array(cost.domain).T
    with directions_of(name, point) as board:
        made = board.directions
    for stroke, sign in ((made.uphill, 1), (made.downhill, -1)):
        assert stroke.points[0] == pytest.approx(place)
        assert unit(way(stroke)) == pytest.approx(sign * unit(cost.grad(place)))
        assert np.hypot(*way(stroke)) <= REACH * span + 1e-9
        assert np.maximum(low - stroke.points, stroke.points - high).max() <= BEYOND * span + 1e-9
    one, two = made.parts
    assert way(one) + way(two) == pytest.approx(way(made.uphill))
    assert (way(one)[1], way(two)[0]) == (0.0, 0.0)
    assert two.points[0] == pytest.approx(one.points[-1])
    assert made.downhill.colour == rgb(board.scene.theme.gradient) != made.uphill.colour
    assert all(stroke.shown == 0 for stroke in board.surface.strokes)


@pytest.mark.parametrize(("name", "point"), POINTS[:3])
def test_spokes_tell_how_fast_it_falls(
    directions_of: Callable[..., Any], name: str, point: tuple[float, float]
) -> None:
    """By their length: the steepest way down is the longest, straight up the shortest, level between."""
    with directions_of(name, point) as board:
        made = board.directions
    down = -unit(COSTS[name].grad(np.array(point)))
    whole = [spoke for spoke in made.ring if len(spoke.points) == 7]
    assert len(whole) >= 12
    falls = np.array([unit(way(spoke)) @ down for spoke in whole])
    lengths = np.array([np.hypot(*way(spoke)) for spoke in whole])
    assert np.all(np.diff(lengths[np.argsort(falls)]) > -1e-9)
    assert np.polyfit(falls, lengths, 1)[1] == pytest.approx(0.4 * made.reach)
    for spoke in whole:  # they point away from the point, and leave it free
        inner = spoke.points[0] - point
        assert np.hypot(*inner) == pytest.approx(0.3 * made.reach)
        assert unit(inner) == pytest.approx(unit(way(spoke)))
    assert unit(way(made.ring[0])) == pytest.approx(down)
    assert made.ring[0].colour == pytest.approx(rgb(board.scene.theme.gradient))


@pytest.mark.parametrize(("name", "point"), POINTS)
def test_slices_and_their_slopes(
    directions_of: Callable[..., Any], name: str, point: tuple[float, float]
) -> None:
    """Along the axes through the point; each tangent touches the drawn surface there, with its slope."""
    cost, place = COSTS[name], np.array(point)
    with directions_of(name, point) as board:
        made, box = board.directions, board.surface.box
    for axis, (cut, tangent) in enumerate(zip(made.slices, made.tangents, strict=True)):
        assert np.ptp(cut.points[:, 1 - axis]) == 0
        assert (cut.points[:, axis].min(), cut.points[:, axis].max()) == cost.domain[axis]
        assert bool(cut.dash) == (axis == 1)
        assert tangent.points[1] == pytest.approx(box.world(place, cost.value(place)), abs=1e-6)
        rise = way(tangent)
        assert rise[1 - axis] == pytest.approx(0.0)
        step = np.eye(2)[axis] * 1e-5
        low, high = box.z(np.array([cost.value(place - step), cost.value(place + step)]))
        assert rise[2] / rise[axis] == pytest.approx((high - low) / (2e-5 * box.unit[axis]), rel=1e-3)


@pytest.mark.parametrize(("name", "point"), POINTS)
def test_the_way_down_leaves_the_contour_line_at_a_right_angle(
    directions_of: Callable[..., Any], name: str, point: tuple[float, float]
) -> None:
    """The line has one cost, runs by the point square to the arrow, and nowhere along the frame."""
    cost, place = COSTS[name], np.array(point)
    with directions_of(name, point) as board:
        made = board.directions
    line = np.concatenate([stroke.points for stroke in made.level])
    grid = np.stack(np.meshgrid(*(np.linspace(*d, 9) for d in cost.domain)), axis=-1)
    assert np.abs(cost.value(line) - cost.value(place)).max() < 0.01 * np.ptp(cost.value(grid))
    low, high = np.array(cost.domain).T
    assert ((line > low) & (line < high)).all()
    piece = min(made.level, key=lambda stroke: np.hypot(*(stroke.points - place).T).min()).points
    away = np.hypot(*(piece - place).T)
    assert away.min() < 0.02 * float(np.diff(cost.domain).max())
    k = int(np.argmin(away))
    along = piece[min(k + 1, len(piece) - 1)] - piece[max(k - 1, 0)]
    assert abs(unit(along) @ unit(way(made.downhill))) < 0.15
    first, corner, last = made.corner.points - place
    assert first @ last == pytest.approx(0.0, abs=1e-9)
    assert first + last == pytest.approx(corner)


def test_the_picture_turns_until_it_lands(directions_of: Callable[..., Any]) -> None:
    """At its pace, whatever happens meanwhile; seen from above it stands still."""
    with directions_of() as board:
        start = board.surface.view.azimuth
        changes: list[float] = []
        board.play(2.0, changes.append, row=0)
        assert changes[-1] == 1.0
        assert board.surface.view.azimuth - start == pytest.approx(2 * TURN)
        assert board.surface.view.elevation == ELEVATION
        assert [row.words[0].opacity for row in board.rows] == [1, 0, 0, 0, 0]
        board.land(1.5)
        view = board.surface.view
        assert view.elevation == pytest.approx(ABOVE)
        assert (np.sin(view.azimuth), np.cos(view.azimuth)) == pytest.approx((-1.0, 0.0), abs=0.01)
        assert abs(view.azimuth - start) < np.pi
        assert (board.surface.surface_alpha, board.surface.drop) == (0.0, 1.0)
        board.play(3.0)
        assert board.surface.view == view


@pytest.mark.parametrize("size", SHAPES, ids=str)
def test_nothing_gets_in_the_way_as_it_lands(
    directions_of: Callable[..., Any], size: tuple[int, int]
) -> None:
    """The surface is gone before it comes up to the title; labels swing by neither caption nor panel."""
    with directions_of(size=size) as board:
        scene, layout, surface = board.scene, board.scene.layout, board.surface
        move = scene.move

        def watched(seconds: float, draw: Callable[[float], object], *moving: Any) -> None:
            for share in np.linspace(0, 1, 41):
                draw(share)
                if surface.surface_alpha > 0.15:
                    assert surface.view.project(surface.field.vertices)[..., 1].max() < layout.title.centre[1]
                for line in board.picture.labels:
                    beside = line.x + line.advance < layout.panel.left
                    assert beside or line.y > layout.panel.top, line.words
                    assert line.y > layout.body.bottom, line.words
            move(seconds, draw, *moving)

        scene.move = watched
        board.land(1.5)


@pytest.mark.parametrize("size", SHAPES, ids=str)
@pytest.mark.parametrize("point", [(-2.0, 0.5), (-2.0123, 0.5123)])
def test_the_key_has_the_numbers_of_the_picture(
    directions_of: Callable[..., Any],
    ink: Callable[[VMobject], Box],
    size: tuple[int, int],
    point: tuple[float, float],
) -> None:
    """Both slopes, the gradient and its opposite, below one another in the panel, each with its mark."""
    with directions_of(point=point, size=size) as board:
        panel = board.scene.layout.panel
        assert [row.words.words for row in board.rows] == list(WORDS)
        if point == (-2.0, 0.5):
            assert [row.formula.words if row.formula else "" for row in board.rows] == [
                "",
                r"partial J \/ partial a = −1.5",
                r"partial J \/ partial b = 3",
                "nabla J = (−1.5, 3)",
                "-nabla J = (1.5, −3)",
            ]
        boxes = [ink(row) for row in board.rows]
        for box in boxes:
            assert panel.left < box.left < box.right < panel.right
            assert panel.bottom < box.bottom < box.top < panel.top
        assert all(upper.bottom > lower.top for upper, lower in pairwise(boxes))
        assert all(row.words.em >= board.scene.setter.em(0.0) for row in board.rows)


def test_line_and_squares_are_those_of_the_parameters(setter: Typesetter) -> None:
    """The line goes through its points, and each square is as wide as its residual is high."""
    fit = FitChart(setter, ROOM, DATA, "y")
    fit.put(0.5, 1.0)
    assert fit.line.places == pytest.approx(fit.at(fit.ends, 0.5 * fit.ends + 1))
    corners = fit.squares[0].points[:, :2].reshape(12, 16, 2)
    wide, high = np.ptp(corners, axis=1).T
    missed = np.abs(np.diff(fit.at(0, [DATA.y, 0.5 * DATA.x + 1])[..., 1], axis=0)[0])
    assert high == pytest.approx(missed)
    whole = (corners[:, :, 0] > fit.plot.left).all(axis=1)  # the others end at the frame
    assert whole.sum() >= 10
    assert wide[whole] == pytest.approx(high[whole])


@pytest.mark.parametrize("room", [Box(-3.0, -3.0, 3.0, 3.0), Box(-6.0, -1.6, 6.0, 1.6)], ids=["tall", "wide"])
@pytest.mark.parametrize("factor", [1.0, 1e-4, 1e5])
def test_formula_and_numbers_leave_the_rest(
    setter: Typesetter, ink: Callable[[VMobject], Box], room: Box, factor: float
) -> None:
    """All that is written lies in the room and outside of what is left of it, and has room for any number."""
    cost = line_cost(samples(DATA.x, factor * DATA.y))
    formula = CostFormula(setter, room, cost, NumberFormat.of_costs(cost))
    ends = np.array(cost.domain).T
    for a, b in (ends[0], ends[1], ends.mean(axis=0), ends[0] * 0.7654321):
        formula.put([a, b, float(cost.value(np.array([a, b])))])
        written = [ink(part) for group in (formula.still, formula.moving) for part in group]
        for box in written:
            assert room.left - 0.01 <= box.left < box.right <= room.right + 1e-9
            assert room.bottom <= box.bottom < box.top <= room.top + 0.01
            assert box.right < formula.rest.left or box.bottom > formula.rest.top
    assert formula.rest.width * formula.rest.height > 0.4 * room.width * room.height
    with pytest.raises(ValueError, match=r"shorter|longer"):
        formula.put([1.0, 2.0])


@pytest.mark.parametrize(
    ("span", "least", "digits", "value", "written"),
    [
        (3.8, None, 2, 1.6666, "1.67"),
        (3.8, None, 2, 2.0, "2"),
        (3.8, None, 2, -0.001, "0"),
        (500.0, None, 0, 51.49, "51"),
        (6.1, 0.063, 3, 0.0634, "0.063"),
        (266.0, 0.0039, 4, 0.00391, "0.0039"),
        (266.0, 1e-30, 0, 1e-30, "0"),
        (266.0, 1e-6, 5, 1e-6, "0"),
        (99_999.0, None, 0, 99_998.6, "99999"),
        (1e-4, None, None, -1.38e-6, "−1.38×10⁻⁶"),
        (2e9, None, None, 3.313e9, "3.31×10⁹"),
        (2e9, None, None, 0.0, "0"),
    ],
)
def test_how_numbers_of_a_range_are_written(
    span: float, least: float | None, digits: int | None, value: float, written: str
) -> None:
    """Digits enough for the range and for what is least in it, powers of ten for the rest."""
    made = NumberFormat.of(span, least)
    assert (made.digits, made.written(value)) == (digits, written)


@pytest.fixture
def line_of(staged: Callable[..., Any]) -> Callable[..., Any]:
    """Make a board of a line in a scene of its own."""

    @contextmanager
    def make(title: str = "slope.title", data: Samples = DATA, **how: Any) -> Iterator[LineFitBoard]:
        with staged("surface", **how) as scene:
            scene.setup()
            scene.title(title, lr=0.1)
            one, two = slope_cost(data), line_cost(data)
            yield LineFitBoard(scene, data, one, two, label="y", lowest="lowest")

    return make


def written(board: LineFitBoard) -> list[str | None]:
    """The numbers beside the formula."""
    return [slot.shown for row in board.formula.rows for slot, _ in row.terms]


def test_the_line_turns_as_the_point_traces_the_curve(line_of: Callable[..., Any]) -> None:
    """Line, squares, numbers and point tell of one slope; the curve is drawn when it is to be traced."""
    with line_of() as board:
        (low, high), ((best,),) = ONE.domain[0], ONE.minima
        assert board.fit.squares[0].opacity == 0
        board.show_squares(0.5)
        assert (board.fit.squares[0].opacity > 0, board.point[1].opacity) == (True, 1)
        board.turn(low, high, 1.0, trace=True)
        whole = len(board.curve.line.points)
        assert board.curve.tip == pytest.approx(board.chart.at(high, ONE.value(np.array([high]))))
        board.turn(high, best, 1.0)
        assert len(board.curve.line.points) == whole
        least = np.square(DATA.y - best * DATA.x).mean()
        assert written(board) == [f"{best:.2f}", f"{least:.3f}"]
        assert board.point[1].places[0] == pytest.approx(board.chart.at(best, least))
        assert board.fit.line.places == pytest.approx(board.fit.at(board.fit.ends, best * board.fit.ends))
        assert board.lowest.place == pytest.approx(board.chart.at(best, 0)[0])
        assert best == pytest.approx(float(DATA.x @ DATA.y / (DATA.x @ DATA.x)))
        assert [part.opacity for part in board.target] == [0, 0]
        board.mark_lowest(0.2)
        assert [part.opacity for part in board.target] == [1, 1]


def test_the_surface_takes_the_curves_place(line_of: Callable[..., Any]) -> None:
    """From then on line and point have two parameters, and the picture turns on, and stops softly."""
    with line_of() as board:
        start, far = np.array([1.6, 0.0]), board.poor[0]
        old = list(board.parts)
        board.open_surface(start, 0.5)
        assert not any(part in board.scene.mobjects for part in old)
        surface = board.picture.surface
        [origin] = surface.strokes
        assert (origin.points[:, 1] == 0).all()  # the lines through the origin
        assert origin.points[[0, -1], 0].tolist() == list(TWO.domain[0])
        assert surface.style.target > surface.style.dot  # the ring is seen around the point
        azimuths = [surface.view.azimuth]
        for end, stop in ((start, False), (far, False), (far, True)):
            board.go(start, end, 1.0, stop=stop)
            azimuths.append(surface.view.azimuth)
            a, b = end.tolist()
            value = np.square(DATA.y - a * DATA.x - b).mean()
            assert written(board) == [f"{v:.{k}f}".replace("-", "−") for v, k in ((a, 2), (b, 2), (value, 3))]
            assert surface.trail.until(0.0)[0][-1] == pytest.approx(end)
            assert board.fit.line.places == pytest.approx(
                board.fit.at(board.fit.ends, a * board.fit.ends + b)
            )
        turned = np.diff(azimuths)
        assert turned == pytest.approx(turned[0] * np.array([1.0, 1.0, 0.5]))


@pytest.mark.parametrize("factor", [1e-5, 3e2, 1e9])
def test_the_costs_left_of_the_surface_have_room(line_of: Callable[..., Any], factor: float) -> None:
    """However many digits they take, they do not run into the samples, whichever way it is turned."""
    with line_of(data=samples(DATA.x, factor * DATA.y)) as board:
        board.open_surface(board.poor[0], 0.2)
        for seconds in (0.0, 6.0, 12.0):
            board.picture.turn(seconds)
            assert min(line.x for line in board.picture.labels) > board.fit.box.right
