from __future__ import annotations

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Trajectory
from lranim.draw.following import FARTHEST, ZOOM, as_far_as_shown, views_of


def run(name: str = "bowl", lr: float = 0.9, start: float | None = None, steps: int = 29) -> Trajectory:
    """Gradient descent on a curve."""
    cost = COSTS[name]
    return descend(cost, gradient_descent(), constant(lr), cost.start if start is None else (start,), steps)


@pytest.mark.parametrize("lr", [1.05, 3.0, 100.0])
@pytest.mark.parametrize("steps", [1, 2, 200])
def test_a_run_is_shown_as_far_as_a_view_follows(lr: float, steps: int) -> None:
    """All but the last point lie within reach, at least one step is shown, and all arrays are cut alike."""
    whole = run(lr=lr, steps=steps)
    shown = as_far_as_shown(whole)
    reach = np.abs(shown.x[:, 0] - 3) / 10
    assert 1 <= shown.steps <= whole.steps
    assert (reach[:-1] <= FARTHEST).all()
    assert shown.steps == whole.steps or reach[-1] > FARTHEST
    assert len(shown.x) == len(shown.cost) == len(shown.grad) == shown.steps + 1
    assert len(shown.lr) == len(shown.step) == shown.steps
    assert np.array_equal(shown.x, whole.x[: shown.steps + 1])
    assert shown.status is whole.status


def test_runs_that_stay_are_shown_whole() -> None:
    """The same object, in one variable and in two; and in two, a nearer limit can be asked for."""
    for trajectory in (run(), run(lr=1.0)):
        assert as_far_as_shown(trajectory) is trajectory
    cost = COSTS["bowl-2d"]
    away = descend(cost, gradient_descent(), constant(3.0), (4.0, 1.0), 20)
    assert as_far_as_shown(away, 10.0).steps < as_far_as_shown(away).steps < away.steps
    assert np.abs(as_far_as_shown(away, 10.0).x[:-1]).max() <= 40


@pytest.mark.parametrize(("name", "lr"), [("bowl", 0.3), ("bowl", 1.05), ("bowl", 3.0), ("two-minima", 3.0)])
def test_a_view_for_each_point(name: str, lr: float) -> None:
    """It has the point in it, never gets narrower, and is a power of the zoom as wide as the first."""
    shown = as_far_as_shown(run(name, lr))
    views = views_of(shown)
    assert len(views) == shown.steps + 1
    widths = np.array([view.right - view.left for view in views])
    assert all(view.left < x < view.right for view, x in zip(views, shown.x[:, 0], strict=True))
    assert (np.diff(widths) >= 0).all()
    powers = np.log(widths / widths[0]) / np.log(ZOOM)
    assert np.allclose(powers, np.round(powers))
    assert len(set(map(id, views))) == len(set(widths.round(6)))
