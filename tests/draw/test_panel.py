from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from manim import VGroup

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Trajectory
from lranim.draw.layout import Layout
from lranim.draw.lettering import Typesetter
from lranim.draw.panel import ARRIVALS, Panel, Term, TermLine
from lranim.look.fonts import check_fonts
from lranim.look.text import number
from lranim.look.theme import THEMES

DARK = THEMES["dark"]
LAYOUT = Layout.of(8 * 16 / 9, 8)
WORDS = {"step": "step", "of": "of n", "cost": "cost after each step", **{name: name for name in ARRIVALS}}


@pytest.fixture(scope="module")
def setter() -> Typesetter:
    """Makes the lettering."""
    return Typesetter(DARK, check_fonts(DARK.fonts, "").used, LAYOUT.unit)


def run(lr: float, steps: int = 29) -> Trajectory:
    """A descent on the bowl from 13."""
    return descend(COSTS["bowl"], gradient_descent(), constant(lr), (13.0,), steps)


def panel_of(setter: Typesetter, trajectory: Trajectory) -> Panel:
    """The panel as the scene learning-rate has it."""
    x, grad = trajectory.x[:, 0], trajectory.grad[:, 0]
    lines: Any = [
        (Term(x[:-1], "point"), " − <rate>0.3</rate> × ", Term(grad[:-1], "gradient", fences="()")),
        ("= ", Term(x[1:], "point", bold=True)),
    ]
    return Panel(
        setter, LAYOUT.panel, trajectory, rule="a <- a - <rate>eta</rate> dot J'(a)", lines=lines, words=WORDS
    )


def said(panel: Panel) -> list[str]:
    """Which of the sentences about arriving can be seen."""
    return [name for name, line in panel.verdicts.items() if line.submobjects[0].opacity > 0]


@pytest.mark.parametrize("lr", [0.01, 0.3, 0.9, 1.0, 1.05])
def test_numbers_are_the_runs(setter: Typesetter, lr: float) -> None:
    """While step k is under way and after it: its number, point and gradient before it, point after it."""
    trajectory = run(lr)
    panel = panel_of(setter, trajectory)
    first, second = ([slot for slot, _ in line.terms] for line in panel.lines)
    largest = [np.abs(v).max() for v in (trajectory.x[:-1], trajectory.grad[:-1], trajectory.x[1:])]

    def written(value: float, column: int) -> str:
        # A column that holds a number of 100 or more has one digit less.
        return number(value, 2 if largest[column] < 100 else 1)

    for k in (1, 2, 17, 29):
        for progress in (k - 0.9, k - 0.01, float(k)):
            panel.show(progress)
            assert panel.count.shown == str(k)
            shown = [slot.shown for slot in (*first, *second)]
            before, grad, after = trajectory.x[k - 1, 0], trajectory.grad[k - 1, 0], trajectory.x[k, 0]
            assert shown == [written(before, 0), f"({written(grad, 1)})", written(after, 2)]
    panel.show(0.0)
    assert panel.count.shown == "0"
    assert all(not slot.shown for slot in (*first, *second))


@pytest.mark.parametrize(("lr", "arrival"), [(0.3, 6), (0.9, 21), (0.5, 1), (0.01, None), (1.0, None)])
def test_arrival_is_flagged_at_its_step(setter: Typesetter, lr: float, arrival: int | None) -> None:
    """Not before it, from then on, and never where the run does not arrive."""
    trajectory = run(lr)
    assert trajectory.first_within() == arrival
    panel = panel_of(setter, trajectory)
    chart = panel.chart
    for k in range(30):
        panel.show(k + 0.5 if k < 29 else 29.0)
        here = arrival is not None and k >= arrival
        assert said(panel) == ["within" if here else "not_yet"]
        assert (chart.mark.opacity > 0) == here
    if arrival is not None:
        assert chart.mark.points[:, 0] == pytest.approx(chart.places[arrival, 0])
    panel.end("never")
    assert said(panel) == ["within" if arrival is not None else "never"]


def test_the_chart_shows_the_cost_of_every_step(setter: Typesetter) -> None:
    """Heights in proportion to the costs, steps evenly spaced, as many points as steps done."""
    trajectory = run(0.9)
    chart = panel_of(setter, trajectory).chart
    height = (chart.places[:, 1] - chart.places[-1, 1]) / np.ptp(chart.places[:, 1])
    cost = (trajectory.cost - trajectory.cost[-1]) / np.ptp(trajectory.cost)
    assert np.allclose(height, cost)
    assert np.allclose(np.diff(chart.places[:, 0]), np.diff(chart.places[:2, 0]))
    for k in (0, 1, 12, 29):
        chart.show(k)
        assert len(chart.dots.points) == 16 * (k + 1)
        assert len(chart.line.points) == 4 * k
    box = chart.box
    assert box.left < chart.places[:, 0].min() < chart.places[:, 0].max() < box.right
    assert box.bottom <= chart.places[:, 1].min() < chart.places[:, 1].max() <= box.top


@pytest.mark.parametrize(("lr", "steps"), [(0.3, 6), (0.3, 7), (0.3, 29), (0.5, 1), (0.01, 500), (1.05, 70)])
def test_texts_of_the_panel_keep_apart_and_inside(setter: Typesetter, lr: float, steps: int) -> None:
    """At the end, when all is shown, no two texts of the panel overlap and none leaves its ground."""
    trajectory = run(lr, steps)
    panel = panel_of(setter, trajectory).end("not_in")
    lines = [*panel.still[1:5], *panel.still[5][1:], *panel.chart.flag, panel.count]
    lines += [VGroup(line.texts, line.slots) for line in panel.lines] + [panel.verdicts[said(panel)[0]]]
    boxes = []
    for line in lines:
        points = np.concatenate([m.points for m in line.get_family() if len(m.points)])[:, :2]
        boxes.append((points.min(axis=0), points.max(axis=0)))
    assert len(boxes) >= 10
    for (low, high), (low2, high2) in combinations(boxes, 2):
        assert np.any(np.minimum(high, high2) - np.maximum(low, low2) < 0.02)
    for low, high in boxes:
        assert LAYOUT.panel.left < low[0] < high[0] < LAYOUT.panel.right + 0.01
        assert LAYOUT.panel.bottom < low[1] < high[1] < LAYOUT.panel.top


def test_terms_have_room_for_all_their_values(setter: Typesetter) -> None:
    """What follows a number stays in place: its slot is as wide as its widest value."""
    values = np.array([13.0, -123.4, 5.0])
    line = TermLine(setter, (Term(values, "point"), " end"), 5).at(1.0, 0.0)
    slot = line.terms[0][0]
    words = line.parts[1][0]
    place = words.submobjects[0].points.copy()
    edges = []
    for k in range(3):
        line.put(k)
        assert np.array_equal(words.submobjects[0].points, place)
        edges.append(slot.points[:, 0].min())
        assert slot.points[:, 0].max() < place[:, 0].min()
    assert min(edges) > 1.0 - 0.01
    assert slot.shown == "5.0"
    line.put(None)
    assert slot.shown == ""
    assert words.submobjects[0].opacity == 0


@pytest.mark.parametrize(
    ("values", "digits", "expected"),
    [([13.0, -99.9], None, 2), ([100.0], None, 1), ([1e3], None, 0), ([1e9], 2, 2), ([], None, 2)],
)
def test_digits_after_the_point(values: list[float], digits: int | None, expected: int) -> None:
    """Two, fewer where numbers get long, or what is asked for."""
    assert Term(np.array(values), "point", digits).decimals == expected
