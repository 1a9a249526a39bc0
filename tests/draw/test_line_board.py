from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from lranim.core.least_squares import line_cost, line_samples, slope_cost
from lranim.draw.line_board import LineBoard
from lranim.draw.line_fit import scale_of

DATA = line_samples(1, 12, 1.5, 1.0)
ONE, TWO = slope_cost(DATA), line_cost(DATA)


@pytest.fixture
def board_of(staged: Callable[..., Any]) -> Callable[..., Any]:
    """Make a board in a scene of its own."""

    @contextmanager
    def make(title: str = "slope.title", **how: Any) -> Iterator[LineBoard]:
        with staged("surface", **how) as scene:
            scene.setup()
            scene.title(title, lr=0.1)
            yield LineBoard(scene, DATA, ONE, TWO, scale=scale_of(ONE, TWO), label="y", flag="lowest")

    return make


def test_the_line_turns_as_the_point_traces_the_curve(board_of: Callable[..., Any]) -> None:
    """Line, squares, numbers and point tell of one slope; the curve is drawn when it is to be traced."""
    with board_of() as board:
        (low, high), ((best,),) = ONE.domain[0], ONE.minima
        assert board.fit.squares.alpha == 0
        board.show_squares(0.5)
        assert (board.fit.squares.alpha, board.curve.dots[1].alpha) == (1, 1)
        board.turn(low, high, 1.0, trace=True)
        whole = len(board.curve.curve.line.points)
        assert board.curve.curve.tip == pytest.approx(board.curve.chart.at(high, ONE.value(np.array([high]))))
        board.turn(high, best, 1.0)
        assert len(board.curve.curve.line.points) == whole
        least = ONE.value(np.array([best]))
        assert board.curve.dots[1].points[0] == pytest.approx(board.curve.chart.at(best, least))
        ends = board.fit.line.x
        assert board.fit.line.points == pytest.approx(board.fit.chart.at(ends, best * ends))
        assert board.curve.target.alpha == 0
        board.mark_lowest(0.2)
        assert (board.curve.target.alpha, board.curve.flag.alpha) == (1, 1)


def test_the_surface_takes_the_curves_place(board_of: Callable[..., Any]) -> None:
    """From then on line and point have two parameters, and the picture turns on, and stops softly."""
    with board_of() as board:
        start, far = np.array([1.6, 0.0]), board.poor[0]
        board.open_space(start, 0.5)
        assert not any(part in board.scene.mobjects for part in board.curve.parts)
        space = board.space.space
        azimuths = [space.view.azimuth]
        for end, stop in ((start, False), (far, False), (far, True)):
            board.go(start, end, 1.0, stop=stop)
            azimuths.append(space.view.azimuth)
            assert space.point_at(0.0) == pytest.approx(end)
            ends = board.fit.line.x
            assert board.fit.line.points == pytest.approx(board.fit.chart.at(ends, end[0] * ends + end[1]))
        turned = np.diff(azimuths)
        assert turned == pytest.approx(turned[0] * np.array([1.0, 1.0, 0.5]))


def test_poor_lines_lie_in_the_domain_and_fit_badly(board_of: Callable[..., Any]) -> None:
    """Each costs many times what the best one does."""
    low, high = np.array(TWO.domain).T
    with board_of() as board:
        for place in board.poor:
            assert ((place > low) & (place < high)).all()
            assert TWO.value(place) > 10 * TWO.value(np.array(TWO.minima[0]))


@pytest.mark.parametrize(
    ("size", "title", "beside"),
    [
        ((854, 480), "slope.title", True),
        ((640, 480), "slope.title", True),
        ((640, 480), "surface.title", False),
        ((480, 480), "slope.title", False),
        ((270, 480), "slope.title", False),
    ],
)
def test_the_formula_stands_beside_a_short_title(
    board_of: Callable[..., Any], size: tuple[int, int], title: str, beside: bool
) -> None:
    """On a wide frame, where there is room; else below it."""
    with board_of(title, size=size) as board:
        layout = board.scene.layout
        assert (board.room.top > layout.body.top) == beside
        assert board.room.right == pytest.approx(layout.body.right)
