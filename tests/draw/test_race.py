from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lranim.draw.race import Race
from lranim.draw.stage import AIM


@pytest.fixture
def race(tell: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Race]:
    """The race of the scene that compares rates, as it is at the end."""
    made: list[Race] = []
    begin = Race.__init__

    def watched(self: Race, *args: Any, **how: Any) -> None:
        begin(self, *args, **how)
        made.append(self)

    monkeypatch.setattr(Race, "__init__", watched)

    def run(**options: Any) -> Race:
        tell("learning-rate-compare", **options)
        return made[-1]

    return run


def test_boards_and_curves_are_in_step(race: Callable[..., Race]) -> None:
    """At rest each board is at its run's point, and each curve has come to its cost."""
    made = race(lr=(0.1, 0.3, 0.9))
    for k in (1, 2, 7, 29):
        made.show(float(k))
        for board, curve in zip(made.boards, made.curves, strict=True):
            dot = board.stage.dot.points[:, :2].mean(axis=0)
            assert np.allclose(dot, board.plot.on_curve(board.run.x[k, 0]), atol=1e-3)
            assert np.allclose(curve.tip, made.chart.at(k, board.run.cost[k]))


def test_curves_wait_while_arrows_grow(race: Callable[..., Race]) -> None:
    """A cost is drawn when the point moves, and nothing of a curve or its name is seen before the first."""
    made = race(lr=(0.1, 0.3))
    for progress in (0.0, AIM / 2, AIM):
        made.show(progress)
        assert [curve.alpha for curve in made.curves] == [0.0, 0.0]
    made.show(1.0)
    tips = [curve.tip for curve in made.curves]
    made.show(1.0 + AIM)
    assert np.allclose([curve.tip for curve in made.curves], tips)
    assert [curve.alpha for curve in made.curves] == [1.0, 1.0]


def test_a_run_that_explodes_does_not_flatten_the_others(race: Callable[..., Race]) -> None:
    """The axis ends a little above the start's cost; the curve that goes higher is cut off there."""
    made = race(lr=(0.1, 1.2, 50.0))
    assert made.chart.axes.y.high < 1.5 * 101
    for curve in made.curves[1:]:
        assert curve.tip is not None
        assert curve.tip[1] == pytest.approx(
            made.chart.plot.top, abs=0.1
        )  # it may end in a gap of its dashes
    calm = race(lr=(0.1, 0.9))
    assert calm.chart.axes.y.high < 1.1 * 101


@pytest.mark.parametrize("size", [(426, 240), (320, 240), (240, 240), (240, 426)])
@pytest.mark.parametrize("lr", [(0.1, 0.9), (0.1, 0.5, 0.9), (0.1, 0.5, 0.9, 1.05)])
def test_boards_are_equal_and_apart_from_the_chart(
    race: Callable[..., Race], size: tuple[int, int], lr: tuple[float, ...]
) -> None:
    """In a frame of any shape all boards are of one size, and none reaches into the chart's box."""
    made = race(lr=lr, size=size)
    boxes = [board.box for board in made.boards]
    assert len({(round(box.width, 6), round(box.height, 6)) for box in boxes}) == 1
    chart = made.chart.box
    assert all(box.bottom > chart.top or box.right < chart.left for box in boxes if box is not chart)
