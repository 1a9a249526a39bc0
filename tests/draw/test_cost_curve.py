"""The curve of a cost: true to its function in every view, cut at poles, its minima named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from manim import VMobject

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.story import as_far_as_shown, breaks_off
from lranim.core.types import Array, Cost
from lranim.draw.chart.cost_curve import (
    ZOOM,
    CurvePlot,
    NamedCurvePlot,
    View,
    views_of,
    visible,
)
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.function import cost_of

BOX = Box(-6.0, -2.0, 2.0, 3.0)
CURVES = [name for name, cost in COSTS.items() if cost.dim == 1]


def view(cost: Cost, reach: float = 1.0) -> View:
    """A view that is so many times as wide as a cost's domain."""
    low, high = cost.domain[0]
    middle, half = (low + high) / 2, 1.04 * (high - low) / 2
    return View.of(cost, middle - half * reach, middle + half * reach)


def edges(view: View) -> Array:
    """Its four edges."""
    return np.array([view.left, view.right, view.low, view.high])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (View(-7, 13, 0, 113), View(-17, 23, 0, 450)),
        (View(-7, 13, 0, 113), View(-7, 13, 0, 113)),
        (View(-40, 43, -5, 1e6), View(-4, 5, -3, 10)),
    ],
)
def test_a_view_changes_steadily_from_one_end_to_the_other(one: View, other: View) -> None:
    """Exactly the one at 0 and the other at 1, and each edge moves one way only."""
    assert edges(one.towards(other, 0.0)) == pytest.approx(edges(one), rel=1e-12, abs=1e-9)
    assert edges(one.towards(other, 1.0)) == pytest.approx(edges(other), rel=1e-12, abs=1e-9)
    path = np.array([edges(one.towards(other, share)) for share in np.linspace(0, 1, 41)])
    assert (np.diff(path, axis=0) * np.sign(edges(other) - edges(one)) >= -1e-9).all()
    widths = path[:, 1] - path[:, 0]
    assert np.allclose(widths[1:] / widths[:-1], widths[1] / widths[0])


@pytest.mark.parametrize(("lr", "shown"), [(0.9, 30), (1.05, 30), (3.0, 3), (100.0, 1)])
def test_views_follow_a_run_as_far_as_it_is_shown(lr: float, shown: int) -> None:
    """Each point lies in its view, which only grows, by equal factors; a run that is too far ends there."""
    run = descend(COSTS["bowl"], gradient_descent(), constant(lr), (13.0,), 30)
    cut = as_far_as_shown(run)
    assert cut.steps == shown
    assert breaks_off(cut, 30) is False
    views = views_of(cut)
    for view, x in zip(views, cut.x[:-1, 0] if shown < 30 else cut.x[:, 0], strict=False):
        assert view.left <= x <= view.right
    widths = np.array([view.right - view.left for view in views])
    steps = np.log(widths / widths[0]) / np.log(ZOOM)
    assert np.allclose(steps, np.round(steps))


def test_a_run_that_breaks_off_ends_in_the_picture() -> None:
    """Where the next step would lead to where no cost is."""
    run = descend(cost_of("log(x)**2"), gradient_descent(), constant(6.0), (0.5,), 20)
    assert run.steps < 20
    assert breaks_off(as_far_as_shown(run), 20)


@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("reach", [1.0, 2.0])
def test_what_is_drawn_is_the_cost(setter: Typesetter, name: str, reach: float) -> None:
    """The curve goes through the cost at every knot, the rings are about its minima, in any view."""
    cost = COSTS[name]
    shown = view(cost, reach)
    plot = CurvePlot(setter, cost, BOX, view(cost)).look_at(shown)
    x, box = np.linspace(shown.left, shown.right, 65), plot.plot
    assert plot.at([shown.left, shown.right], [shown.low, shown.high]) == pytest.approx(box.corners)
    knots = plot.curve.points.reshape(-1, 4, 3)[:, 0, :2]
    assert np.allclose(knots[:, 0], plot.at(x[:-1], shown.low)[:, 0])
    assert np.allclose(knots, plot.on_curve(x[:-1]))
    rings = plot.ring.points.reshape(-1, 16, 3).mean(axis=1)[:, :2]
    assert np.allclose(rings, plot.on_curve(np.array(cost.minima)[:, 0]))
    values = cost.value(np.linspace(shown.left, shown.right, 1001)[:, None])
    assert shown.low <= min(0, values.min() + 0.01)
    assert values.max() < shown.high < 1.3 * values.max() + 1


def curve(setter: Typesetter, function: str, shown: View) -> Array:
    """The pieces that are drawn of a function ``(k, 4, 2)``, in data units."""
    plot = CurvePlot(setter, cost_of(function), BOX, shown, bare=True)
    scale = (plot.plot.corners[1] - plot.plot.corners[0]) / (np.ptp(edges(shown).reshape(2, 2), axis=1))
    return np.asarray((visible(plot.outline) - plot.plot.corners[0]) / scale + edges(shown)[[0, 2]])


@pytest.mark.parametrize("function", ["tan(x)", "-tan(x)", "1/(x - 1.5708)"])
def test_no_line_crosses_a_pole(setter: Typesetter, function: str) -> None:
    """A curve is cut where it comes back from the other side, and drawn on both sides of that."""
    pieces = curve(setter, function, View(-1.4, 4.5, -50.0, 50.0))
    assert not ((pieces[:, 0, 0] < np.pi / 2) & (pieces[:, 3, 0] > np.pi / 2)).any()
    assert np.abs(pieces[:, 3, 1] - pieces[:, 0, 1]).max() < 51
    assert pieces[:, 0, 0].min() < 1
    assert pieces[:, 3, 0].max() > 4


@pytest.mark.parametrize("function", ["tan(x)", "-1/(x - 1.5708)"])
def test_a_curve_does_not_turn_beside_a_pole(setter: Typesetter, function: str) -> None:
    """However coarsely it is drawn there, a curve that rises is drawn rising."""
    pieces = curve(setter, function, View(-1.53, 1.65, -200.0, 100.0))
    assert (np.diff(pieces[..., 1], axis=1) >= -1e-9).all()


@pytest.mark.parametrize("function", ["abs(x)*25", "20*sin(9*x)", "tanh(40*x)*30", "40*abs(sin(3*x))"])
def test_other_curves_are_whole(setter: Typesetter, function: str) -> None:
    """Kinks, waves and steep walls are no poles."""
    assert len(curve(setter, function, View(-2.0, 2.0, -60.0, 60.0))) == 256


def test_a_magnified_view(setter: Typesetter, ink: Callable[[VMobject], Box]) -> None:
    """A minimum out of it is not drawn, and its numbers stay in its frame."""
    bowl = COSTS["bowl"]
    plot = CurvePlot(setter, bowl, BOX, View(5, 13, 0, 120), bare=True)
    assert not any(len(shape.points) for shape in (plot.ring, plot.bull, plot.drop))
    for right in np.linspace(13.0, 16.0, 13):
        plot = CurvePlot(setter, bowl, BOX, View.of(bowl, -7.0, float(right)), bare=True)
        frame, numbers = ink(plot.ground), ink(plot.labels)
        assert frame.left < numbers.left < numbers.right < frame.right
        assert len(plot.labels.shown) >= 3


@pytest.fixture
def scene(staged: Callable[..., Any]) -> Any:
    """A scene that is set up and empty."""
    with staged("slope") as made:
        made.setup()
        yield made


@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("reach", [1.0, 40.0])
def test_all_of_it_is_on_its_ground(
    scene: Any, ink: Callable[[VMobject], Box], name: str, reach: float
) -> None:
    """Numbers, names and curve, in the first view and in the widest; how much wider that is is said."""
    cost, ground = COSTS[name], Box(-6.0, -3.0, 6.0, 2.0)
    made = NamedCurvePlot(scene, cost, ground, [view(cost), view(cost, reach)])
    for shown in (1.0, reach):
        made.look_at(view(cost, shown))
        filled = ink(made)
        assert ground.left - 0.02 <= filled.left < filled.right <= ground.right + 0.02
        assert ground.bottom <= filled.bottom < filled.top <= ground.top + 0.1
        said = [words for words, _ in made.note.shown]
        assert said == ([f"view {shown:g} times wider"] if shown > 1 else [])


def test_minima_are_named_apart(scene: Any) -> None:
    """The lowest one boldly, another one beside it, and only the lowest where they come too near."""
    cost = COSTS["two-minima"]
    for right, others in ((6.0, ["local minimum at a = 3"]), (2.0, [])):
        made = NamedCurvePlot(scene, cost, Box(-right, -3.0, right, 2.0), [view(cost)])
        assert [words for words, _ in made.lowest.shown] == ["minimum at a = −2"]
        assert [words for words, _ in made.locals.shown] == others
