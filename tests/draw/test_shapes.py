"""Curves of simple forms, and where lines lie in a box."""

from __future__ import annotations

import numpy as np
import pytest

from lranim.core.types import Array
from lranim.draw.layout import Box
from lranim.draw.shapes import (
    MARKERS,
    NOTHING,
    Shape,
    arrow,
    dashed,
    dashes,
    holds,
    inside,
    marks,
    ring,
)

BOX = Box(0.0, 0.0, 4.0, 2.0)
NAN = np.nan


def on(curves: Array, count: int = 21) -> Array:
    """Points on the curves themselves, not their handles, ``(k * count, 2)``."""
    t = np.linspace(0, 1, count)[None, :, None]
    a, b, c, d = (curves[:, i, None, :] for i in range(4))
    return ((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d).reshape(-1, 2)


def lengths(curves: Array) -> Array:
    """Length of each straight piece."""
    return np.hypot(*(curves[:, 3] - curves[:, 0]).T)


def test_a_shape_draws_moves_and_fades() -> None:
    """New curves replace the old ones, opacity is a share of that at rest, all of it plain VMobject data."""
    shape = Shape(fill="#FFD23F", opacity=0.6)
    shape.draw(ring(1.0)).place(9.0, 9.0).place(2.0, -1.0)
    assert np.allclose(shape.points.mean(axis=0), [2, -1, 0])
    shape.set_alpha(0.5)
    assert shape.get_fill_opacity() == pytest.approx(0.3)
    assert shape.get_stroke_opacity() == 0
    line = Shape(stroke="#FFD23F", width=3.0).draw(ring(1.0)).set_alpha(0.25)
    assert (line.get_stroke_opacity(), line.get_fill_opacity(), line.get_stroke_width()) == (0.25, 0, 3)
    assert not len(line.draw(NOTHING).points)


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


@pytest.mark.parametrize("length", [0.3, 1.0, 50.0])
def test_dashes_begin_and_end_with_a_dash(length: float) -> None:
    """Whatever their length, both ends of the line are drawn, and half of it is gaps."""
    start, end = np.array([1.0, 1.0]), np.array([1.0, 8.0])
    drawn = dashes(start, end, length)
    assert np.allclose(drawn[0, 0], start)
    assert np.allclose(drawn[-1, 3], end)
    assert np.allclose(lengths(drawn), lengths(drawn)[0])
    assert lengths(drawn)[0] == pytest.approx(length, rel=0.4) or len(drawn) == 1


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
    curves = dashed(np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 4.0]]), pattern)
    assert lengths(curves).sum() == pytest.approx(sum(end - start for start, end in dashes_of))
    for start, end in curves[:, [0, 3]]:
        assert start[1] == end[1] == 0 or start[0] == end[0] == 3.0
        begin, stop = (float(np.abs(p).sum()) for p in (start, end))
        assert any(low - 1e-9 <= begin < stop <= high + 1e-9 for low, high in dashes_of)


def test_an_arrow_points_to_its_end() -> None:
    """The tip is its end, it is symmetrical, and a short one is as a whole smaller."""
    start, end = np.array([1.0, 1.0]), np.array([5.0, 4.0])
    points, along = arrow(start, end, 0.2, 0.6).reshape(-1, 2) - start, (end - start) / 5
    assert (np.min(points @ along), np.max(points @ along)) == pytest.approx((0, 5))
    aside = points @ [-along[1], along[0]]
    assert aside.max() == pytest.approx(-aside.min())
    short = arrow(np.zeros(2), np.array([0.1, 0.0]), 0.2, 0.6).reshape(-1, 2)
    assert np.ptp(short[:, 0]) == pytest.approx(0.1)
    assert np.ptp(short[:, 1]) < 0.1
    assert not len(arrow(start, start, 0.2, 0.6))


def test_inside_agrees_with_many_points_of_the_line() -> None:
    """For lines from anywhere to anywhere: exactly the points between entering and leaving are in the box."""
    points = np.array([[0, 0], [4, 2], [2, 1], [4.001, 1], [1, -0.001], [NAN, 1], [1, np.inf]])
    assert holds(BOX, points).tolist() == [True, True, True, False, False, False, False]
    rng = np.random.default_rng(4)
    starts, stops = rng.uniform(-3, 7, (2, 300, 2))
    enter, leave = inside(starts, stops, BOX)
    shares = np.linspace(0, 1, 301)
    held = holds(BOX, starts[:, None] + (stops - starts)[:, None] * shares[:, None])
    between = (shares > enter[:, None] + 1e-4) & (shares < leave[:, None] - 1e-4)
    beyond = (shares < enter[:, None] - 1e-4) | (shares > leave[:, None] + 1e-4)
    assert held[between].all()
    assert not held[beyond].any()
    assert between.any()
