from __future__ import annotations

import numpy as np
import pytest

from lranim.core.types import Array
from lranim.draw.clip import holds, inside, pieces_of
from lranim.draw.layout import Box

BOX = Box(0.0, 0.0, 4.0, 2.0)
NAN = np.nan


def ends(curves: Array) -> list[list[list[float]]]:
    """First and last points of straight curves."""
    return np.round(curves[:, [0, 3]], 5).tolist()


def test_points_on_the_edge_are_inside() -> None:
    """And those that are not finite are not."""
    points = np.array([[0, 0], [4, 2], [2, 1], [4.001, 1], [1, -0.001], [NAN, 1], [1, np.inf]])
    assert holds(BOX, points).tolist() == [True, True, True, False, False, False, False]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((1, 1), (3, 1), (0, 1)),
        ((-4, 1), (8, 1), (1 / 3, 2 / 3)),
        ((1, -2), (1, 6), (0.25, 0.5)),
        ((-1, -1), (3, 3), (0.25, 0.75)),
        ((-1, 1), (1, 3.1), (1, 0)),
        ((-3, 5), (9, 5), (1, 0)),
        ((0, 0), (4, 0), (0, 1)),
        ((1, 1), (NAN, 1), (1, 0)),
        ((1, 1), (1, 1e6), (0, 1e-6)),
    ],
)
def test_where_a_line_is_inside(
    start: tuple[float, float], end: tuple[float, float], expected: tuple[float, float]
) -> None:
    """Shares of its length, by hand; a line that misses leaves before it enters."""
    enter, leave = inside(np.array([start], dtype=float), np.array([end], dtype=float), BOX)
    assert (enter[0], leave[0]) == pytest.approx(expected, abs=2e-6)


def test_inside_agrees_with_many_points_of_the_line() -> None:
    """For lines from anywhere to anywhere: exactly the points between entering and leaving are in the box."""
    rng = np.random.default_rng(4)
    starts, stops = rng.uniform(-3, 7, (2, 300, 2))
    enter, leave = inside(starts, stops, BOX)
    shares = np.linspace(0, 1, 301)
    points = starts[:, None] + (stops - starts)[:, None] * shares[:, None]
    between = (shares > enter[:, None] + 1e-4) & (shares < leave[:, None] - 1e-4)
    beyond = (shares < enter[:, None] - 1e-4) | (shares > leave[:, None] + 1e-4)
    held = holds(BOX, points)
    assert held[between].all()
    assert not held[beyond].any()
    assert between.any()


def test_a_line_is_cut_at_the_edge_and_comes_back() -> None:
    """It leaves through the top, and enters again where it crosses it."""
    pieces = pieces_of(np.array([[0.0, 0.0], [1.0, 4.0], [2.0, 0.0]]), BOX)
    assert ends(pieces.drawn(2.0)) == [[[0, 0], [0.5, 2]], [[1.5, 2], [2, 0]]]
    assert ends(pieces.drawn(1.0)) == [[[0, 0], [0.5, 2]]]
    assert ends(pieces.drawn(0.25)) == [[[0, 0], [0.25, 1]]]
    assert ends(pieces.drawn(1.75)) == [[[0, 0], [0.5, 2]], [[1.5, 2], [1.75, 1]]]


def test_what_is_not_finite_breaks_the_line() -> None:
    """Both lines to it are missing, the rest is there."""
    points = np.array([[0, 1], [1, 1], [2, NAN], [3, 1], [4, 1]])
    assert ends(pieces_of(points, BOX).drawn(4.0)) == [[[0, 1], [1, 1]], [[3, 1], [4, 1]]]
    assert not len(pieces_of(np.full((3, 2), NAN), BOX).drawn(2.0))
    assert not len(pieces_of(np.array([[1.0, 1.0]]), BOX).drawn(0.0))


@pytest.mark.parametrize("dash", [(), (0.3, 0.2), (0.05, 0.15), (0.2, 0.1, 0.05, 0.1)])
def test_less_progress_is_a_beginning_of_more(dash: tuple[float, ...]) -> None:
    """At any progress the line drawn is that of the whole up to there, dashes included: nothing crawls."""
    t = np.linspace(0, 1, 41)
    pieces = pieces_of(np.stack([4 * t, 1 + 1.6 * np.sin(7 * t)], axis=1), BOX, dash)
    whole = pieces.drawn(40.0)
    length = 0.0
    for progress in np.linspace(0, 40, 173):
        drawn = pieces.drawn(progress)
        k = len(drawn)
        assert np.array_equal(drawn[: k - 1], whole[: max(k - 1, 0)])
        if k:
            way, along = drawn[-1, 3] - drawn[-1, 0], whole[k - 1, 3] - whole[k - 1, 0]
            assert way[0] * along[1] == pytest.approx(way[1] * along[0], abs=1e-12)
            assert np.hypot(*way) <= np.hypot(*along) + 1e-12
            assert drawn[-1, 3, 0] <= 4 * progress / 40 + 1e-9
        now = float(np.hypot(*(drawn[:, 3] - drawn[:, 0]).T).sum())
        assert now >= length - 1e-12
        length = now
    assert holds(BOX.inset(-1e-6, -1e-6, -1e-6, -1e-6), whole).all()


def test_dashes_have_their_lengths() -> None:
    """Along a line with corners, from its first point on."""
    points = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 2.0], [4.0, 2.0]])
    drawn = pieces_of(points, BOX, (0.75, 0.5)).drawn(3.0)
    assert (
        ends(drawn)
        == [
            [[0, 1], [0.75, 1]],
            [[1, 1.25], [1, 2]],
            [[1.5, 2], [2.25, 2]],
            [[2.75, 2], [3.5, 2]],
            [[4, 2], [4, 2]],
        ][:4]
    )
