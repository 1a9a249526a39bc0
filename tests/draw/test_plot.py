from __future__ import annotations

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.types import Array
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.plot import CurvePlot, View, view_of
from lranim.look.fonts import check_fonts
from lranim.look.theme import THEMES

DARK = THEMES["dark"]
BOX = Box(-6.0, -2.0, 2.0, 3.0)
CURVES = [name for name, cost in COSTS.items() if cost.dim == 1]


@pytest.fixture(scope="module")
def setter() -> Typesetter:
    """Makes the lettering."""
    return Typesetter(DARK, check_fonts(DARK.fonts, "").used, 0.08)


def whole(name: str) -> View:
    """The view of a cost's domain."""
    return view_of(COSTS[name], *COSTS[name].domain[0])


@pytest.mark.parametrize("name", CURVES)
def test_a_view_holds_the_curve(name: str) -> None:
    """All of the curve over the domain, and 0 on the cost axis."""
    view = whole(name)
    values = COSTS[name].value(np.linspace(view.left, view.right, 1001)[:, None])
    assert view.low <= min(0, values.min() + 0.01)
    assert values.max() < view.high < 1.3 * values.max() + 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (View(-7, 13, 0, 113), View(-17, 23, 0, 450)),
        (View(-7, 13, 0, 113), View(-7, 13, 0, 113)),
        (View(-4, 5, -3, 10), View(-40, 43, -5, 1e6)),
        (View(-40, 43, -5, 1e6), View(-4, 5, -3, 10)),
    ],
)
def test_a_view_changes_steadily_from_one_end_to_the_other(one: View, other: View) -> None:
    """Exactly the one at 0 and the other at 1, and each edge moves one way only."""

    def edges(view: View) -> Array:
        return np.array([view.left, view.right, view.low, view.high])

    assert edges(one.towards(other, 0.0)) == pytest.approx(edges(one), rel=1e-12, abs=1e-9)
    assert edges(one.towards(other, 1.0)) == pytest.approx(edges(other), rel=1e-12, abs=1e-9)
    path = np.array([edges(one.towards(other, share)) for share in np.linspace(0, 1, 41)])
    moved = np.diff(path, axis=0) * np.sign(edges(other) - edges(one))
    assert (moved >= -1e-9).all()
    widths = path[:, 1] - path[:, 0]
    assert np.allclose(widths[1:] / widths[:-1], widths[1] / widths[0])


def test_the_plane_fills_the_box(setter: Typesetter) -> None:
    """Corners go to corners, and a point of the curve to its cost's height."""
    plot = CurvePlot(setter, COSTS["bowl"], BOX, View(-7, 13, 0, 120))
    assert plot.to_screen([-7, 13], [0, 120]).tolist() == [[-6, -2], [2, 3]]
    assert plot.on_curve(3.0) == pytest.approx([-2, -2 + 5 / 120])
    assert plot.on_curve(np.array([3.0, 13.0])).shape == (2, 2)


@pytest.mark.parametrize("name", CURVES)
def test_what_is_drawn_is_the_cost(setter: Typesetter, name: str) -> None:
    """The blue curve goes through the cost at every knot, the red rings are its minima, in any view."""
    cost = COSTS[name]
    low, high = cost.domain[0]
    plot = CurvePlot(setter, cost, BOX, whole(name))
    for view in (whole(name), view_of(cost, 2 * low, 2 * high)):
        plot.look_at(view)
        knots = plot.curve.points.reshape(-1, 4, 3)[:, 0, :2]
        x = view.left + (knots[:, 0] - BOX.left) / BOX.width * (view.right - view.left)
        assert np.allclose(plot.on_curve(x), knots)
        assert plot.curve.points[:, 0].min() == pytest.approx(BOX.left)
        rings = plot.target.points.reshape(-1, 16, 3).mean(axis=1)[:, :2]
        assert np.allclose(rings, plot.on_curve(np.array(cost.minima)[:, 0]))
        assert len(plot.labels.points)


def test_a_minimum_out_of_view_is_not_drawn(setter: Typesetter) -> None:
    """Nothing red is left at the edge."""
    plot = CurvePlot(setter, COSTS["bowl"], BOX, View(5, 13, 0, 120), bare=True)
    assert not any(len(shape.points) for shape in (plot.target, plot.bull, plot.drop))
    assert len(plot.ground.points)


def test_numbers_of_a_magnified_view_stay_in_its_frame(setter: Typesetter) -> None:
    """One whose middle is near the edge is left out, and the others are there."""
    for right in np.linspace(13.0, 16.0, 13):
        plot = CurvePlot(setter, COSTS["bowl"], BOX, view_of(COSTS["bowl"], -7.0, float(right)), bare=True)
        x = plot.labels.points[:, 0]
        frame = plot.ground.points[:, 0]
        assert frame.min() < x.min() < x.max() < frame.max()
        assert len(plot.labels.shown) >= 3


def test_no_line_of_the_grid_runs_through_the_name_of_the_axis(setter: Typesetter) -> None:
    """At the height of J(a) a line begins where that ends, the others at the axis."""
    view = View(-7.0, 13.0, 0.0, 30.5)
    plot = CurvePlot(setter, COSTS["gentle-bowl"], BOX, view)
    begin = plot.grid.points.reshape(-1, 4, 3)[:, 0, :2]
    highest = begin[np.argmax(begin[:, 1])]
    assert highest[0] == pytest.approx(plot.title_end)
    assert np.allclose(begin[begin[:, 1] < highest[1], 0], BOX.left)
