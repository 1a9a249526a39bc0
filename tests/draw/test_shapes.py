from __future__ import annotations

import numpy as np
import pytest

from lranim.core.types import Array
from lranim.draw.shapes import (
    MARKERS,
    NOTHING,
    Shape,
    arrow,
    dashed,
    dashes,
    discs,
    hermite,
    hops,
    marks,
    polyline,
    rectangles,
    ring,
    rounded_box,
    segments,
)


def on(curves: Array, count: int = 21) -> Array:
    """Points on the curves themselves, not their handles, ``(k * count, 2)``."""
    t = np.linspace(0, 1, count)[None, :, None]
    a, b, c, d = (curves[:, i, None, :] for i in range(4))
    return ((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d).reshape(-1, 2)


def test_a_shape_draws_moves_and_fades() -> None:
    """New curves replace the old ones, opacity is a share of that at rest, all of it plain VMobject data."""
    shape = Shape(fill="#FFD23F", opacity=0.6)
    assert not len(shape.points)
    shape.draw(ring(1.0)).place(9.0, 9.0).place(2.0, -1.0)
    assert shape.points.shape == (16, 3)
    assert np.allclose(shape.points.mean(axis=0), [2, -1, 0])
    shape.set_alpha(0.5)
    assert shape.get_fill_opacity() == pytest.approx(0.3)
    assert shape.get_stroke_opacity() == 0
    line = Shape(stroke="#FFD23F", width=3.0).draw(ring(1.0), 0.25)
    assert (line.get_stroke_opacity(), line.get_fill_opacity(), line.get_stroke_width()) == (0.25, 0, 3)
    assert not len(line.draw(NOTHING).points)


def test_circles_are_round() -> None:
    """To 0.03 % of the radius, each about its own centre."""
    radii = np.hypot(*on(ring(2.0)).T)
    assert np.abs(radii / 2 - 1).max() < 3e-4
    two = discs(np.array([[0.0, 0.0], [5.0, 1.0]]), 0.5)
    assert two.shape == (8, 4, 2)
    assert np.allclose(two[4:].mean(axis=(0, 1)), [5, 1])
    assert discs(np.zeros((0, 2)), 1.0).shape == (0, 4, 2)


def test_lines() -> None:
    """Straight, through the points given; closed, back to the first; segments apart from one another."""
    corners = np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 1.0]])
    assert np.allclose(polyline(corners)[:, 0], corners[:-1])
    assert np.allclose(polyline(corners)[:, 3], corners[1:])
    assert np.allclose(polyline(corners, closed=True)[-1, 3], corners[0])
    apart = segments(corners[:2], corners[:2] + np.array([0, 2]))
    assert np.allclose(apart[:, 3] - apart[:, 0], [0, 2])
    assert np.allclose(apart[:, 1:3, 0], apart[:, :1, 0])


@pytest.mark.parametrize("length", [0.3, 1.0, 50.0])
def test_dashes_begin_and_end_with_a_dash(length: float) -> None:
    """Whatever their length, both ends of the line are drawn, and half of it is gaps."""
    start, end = np.array([1.0, 1.0]), np.array([1.0, 8.0])
    drawn = dashes(start, end, length)
    assert np.allclose(drawn[0, 0], start)
    assert np.allclose(drawn[-1, 3], end)
    sizes = np.hypot(*(drawn[:, 3] - drawn[:, 0]).T)
    assert np.allclose(sizes, sizes[0])
    assert sizes[0] == pytest.approx(length, rel=0.4) or len(drawn) == 1


def test_hermite_is_exact_for_a_cubic() -> None:
    """Points between the knots lie on the curve too."""
    x = np.linspace(-2, 3, 4)
    drawn = on(hermite(x, x**3 - x, 3 * x**2 - 1))
    assert np.allclose(drawn[:, 1], drawn[:, 0] ** 3 - drawn[:, 0])


def test_an_arrow_points_to_its_end() -> None:
    """The tip is its end, it is symmetrical, and a short one is as a whole smaller."""
    start, end = np.array([1.0, 1.0]), np.array([5.0, 4.0])
    points = arrow(start, end, 0.2, 0.6).reshape(-1, 2)
    along = (end - start) / 5
    reach = (points - start) @ along
    assert reach.max() == pytest.approx(5)
    assert reach.min() == pytest.approx(0)
    aside = (points - start) @ [-along[1], along[0]]
    assert aside.max() == pytest.approx(-aside.min())
    short = arrow(np.zeros(2), np.array([0.1, 0.0]), 0.2, 0.6).reshape(-1, 2)
    assert np.ptp(short[:, 0]) == pytest.approx(0.1)
    assert np.ptp(short[:, 1]) < 0.1
    assert not len(arrow(start, start, 0.2, 0.6))


def test_a_rounded_box_is_closed_and_fills_its_bounds() -> None:
    """The corners are round, also when the radius is larger than the box."""
    for radius in (0.3, 9.0):
        drawn = on(rounded_box(-1.0, 0.0, 3.0, 2.0, radius))
        assert np.allclose(drawn.min(axis=0), [-1, 0])
        assert np.allclose(drawn.max(axis=0), [3, 2])
        assert np.allclose(drawn[20::21][:-1], drawn[21::21])  # each piece begins where the last one ended
        assert np.allclose(drawn[0], drawn[-1])
        assert np.hypot(*(drawn - [3, 2]).T).min() > 0.1


def test_hops_hang_from_edge_to_edge() -> None:
    """One arc a step, exactly as wide as it, hanging by the height."""
    arcs = hops([13.0, 11.5, 10.0], 1.0, 0.4)
    assert np.allclose(arcs[:, 0], [[13, 1], [11.5, 1]])
    assert np.allclose(arcs[:, 3], [[11.5, 1], [10, 1]])
    assert on(arcs)[:, 1].min() == pytest.approx(0.6)


def covered(curves: Array) -> Array:
    """Length of each straight piece."""
    return np.hypot(*(curves[:, 3] - curves[:, 0]).T)


@pytest.mark.parametrize(
    ("pattern", "dashes_of"),
    [
        ((2.0, 1.0), [(0, 2), (3, 5), (6, 7)]),
        ((10.0, 1.0), [(0, 7)]),
        ((2.0, 1.0, 0.5, 1.0), [(0, 2), (3, 3.5), (4.5, 6.5)]),
        ((), [(0, 7)]),
    ],
)
def test_a_line_in_dashes(pattern: tuple[float, ...], dashes_of: list[tuple[float, float]]) -> None:
    """The pattern runs on round corners: the pieces lie on the line, and add up to the dashes on it."""
    corners = np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 4.0]])
    curves = dashed(corners, pattern)
    assert covered(curves).sum() == pytest.approx(sum(end - start for start, end in dashes_of))
    for start, end in curves[:, [0, 3]]:
        assert start[1] == end[1] == 0 or start[0] == end[0] == 3.0
        begin, stop = (float(np.abs(p).sum()) for p in (start, end))
        assert any(low - 1e-9 <= begin < stop <= high + 1e-9 for low, high in dashes_of)


def test_dashes_stay_in_place_while_the_line_grows() -> None:
    """What is drawn of a shorter line is the beginning of what is drawn of a longer one."""
    long = dashed(np.array([[0.0, 0.0], [9.0, 0.0]]), (1.0, 0.7))
    for end in (0.3, 1.0, 1.5, 4.4, 8.9):
        part = dashed(np.array([[0.0, 0.0], [end, 0.0]]), (1.0, 0.7))
        assert np.allclose(part[:-1], long[: len(part) - 1])
        assert part[-1, 3, 0] <= end
    assert covered(dashed(np.zeros((2, 2)), (1.0, 0.7))).sum() == 0


@pytest.mark.parametrize("name", list(MARKERS))
def test_marks_are_as_large_as_a_disc(name: str) -> None:
    """Each is closed, about its centre, and has the disc's area, so that none says more than another."""
    curves = marks(name, np.array([[2.0, -1.0], [5.0, 0.0]]), 0.5)
    one = curves[: len(curves) // 2]
    assert np.allclose(one[:, 3], np.roll(one[:, 0], -1, axis=0))
    outline = on(one)
    assert outline.mean(axis=0) == pytest.approx([2.0, -1.0], abs=1e-2)
    (x, y), (u, v) = outline.T, np.roll(outline, -1, axis=0).T
    assert abs((x * v - u * y).sum()) / 2 == pytest.approx(np.pi * 0.25, rel=2e-3)
    assert np.allclose(curves[len(one) :], one + np.array([3.0, 1.0]))


def test_rectangles_are_closed_outlines_through_their_corners() -> None:
    """One after another, whichever opposite corners are given; none give none."""
    curves = rectangles(np.array([[0.0, 0.0], [6.0, 7.0]]), np.array([[1.0, 2.0], [5.0, 5.0]]))
    first, second = curves.reshape(2, 4, 4, 2)
    assert first[:, 0].tolist() == [[0, 0], [1, 0], [1, 2], [0, 2]]
    assert np.array_equal(first[:, 3], np.roll(first[:, 0], -1, axis=0))
    assert {tuple(corner) for corner in second[:, 0].tolist()} == {(6, 7), (5, 7), (5, 5), (6, 5)}
    assert rectangles(np.zeros((0, 2)), np.zeros((0, 2))).shape == (0, 4, 2)
