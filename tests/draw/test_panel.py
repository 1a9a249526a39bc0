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
from lranim.draw.layout import CAP, SMALLEST, Box, Layout
from lranim.draw.lettering import Lettering, Number, Typesetter
from lranim.draw.panel import ARRIVALS, Panel
from lranim.draw.terms import Term
from lranim.look.fonts import check_fonts
from lranim.look.text import number
from lranim.look.theme import THEMES

DARK = THEMES["dark"]
LAYOUT = Layout.of(8 * 16 / 9, 8)
WORDS = {"step": "step {count}", "of": "of n", "cost": "cost after each step"}
WORDS |= {name: name for name in ARRIVALS}


@pytest.fixture(scope="module")
def setter() -> Typesetter:
    """Makes the lettering."""
    return Typesetter(DARK, check_fonts(DARK.fonts, "").used, LAYOUT.unit)


def run(lr: float, steps: int = 29) -> Trajectory:
    """A descent on the bowl from 13."""
    return descend(COSTS["bowl"], gradient_descent(), constant(lr), (13.0,), steps)


def panel_of(
    setter: Typesetter, trajectory: Trajectory, box: Box = LAYOUT.panel, words: dict[str, str] = WORDS
) -> Panel:
    """The panel as the scene learning-rate has it."""
    x, grad = trajectory.x[:, 0], trajectory.grad[:, 0]
    lines: Any = [
        (Term(x[:-1], "point"), " − <rate>0.3</rate> × ", Term(grad[:-1], "gradient", fences="()")),
        ("= ", Term(x[1:], "point", bold=True)),
    ]
    rule = "a <- a - <rate>eta</rate> dot J'(a)"
    return Panel(setter, box, trajectory, rule=rule, lines=lines, words=words)


def said(panel: Panel) -> list[str]:
    """Which of the sentences about arriving can be seen."""
    return [name for name, line in panel.verdicts.items() if line.lines[0].submobjects[0].opacity > 0]


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
        assert (chart.mark is not None and chart.mark.line.opacity > 0) == here
    panel.end("never")
    assert said(panel) == ["within" if arrival is not None else "never"]


def texts(panel: Panel) -> list[tuple[Any, Any]]:
    """The lower left and upper right ends of each text that can be seen."""
    found = []
    for mobject in VGroup(panel.still, panel.moving).get_family():
        if isinstance(mobject, Lettering | Number):
            inked = [m.points for m in mobject.get_family() if len(m.points) and m.opacity > 0]
            if inked:
                points = np.concatenate(inked)[:, :2]
                found.append((points.min(axis=0), points.max(axis=0)))
    return found


@pytest.mark.parametrize(("lr", "steps"), [(0.3, 6), (0.3, 7), (0.3, 29), (0.5, 1), (0.01, 500), (1.05, 70)])
@pytest.mark.parametrize("shape", [16 / 9, 4 / 3, 1.0, 0.8, 9 / 16, 3.0])
@pytest.mark.parametrize("long", [False, True])
def test_texts_of_the_panel_keep_apart_and_inside(shape: float, lr: float, steps: int, long: bool) -> None:
    """At the end, when all is shown, no two texts overlap and none leaves the ground, nor gets too small."""
    layout = Layout.of(8 * shape, 8)
    setter = Typesetter(DARK, check_fonts(DARK.fonts, "").used, layout.unit, layout.least)
    trajectory = run(lr, steps)
    words = WORDS | dict.fromkeys(ARRIVALS, "within 0.1 of minimum: not in 500" if long else "never")
    panel = panel_of(setter, trajectory, layout.panel, words).end("not_in")
    boxes, box = texts(panel), layout.panel
    assert len(boxes) >= 10
    for (low, high), (low2, high2) in combinations(boxes, 2):
        assert np.any(np.minimum(high, high2) - np.maximum(low, low2) < 0.02)
    for low, high in boxes:
        assert box.left < low[0] < high[0] < box.right + 0.01
        assert box.bottom < low[1] < high[1] < box.top
    for mobject in VGroup(panel.still, panel.moving).get_family():
        if isinstance(mobject, Lettering | Number):
            assert mobject.em * CAP >= SMALLEST / 100 * layout.frame.height * (1 - 1e-9)


def test_a_low_wide_panel_has_the_cost_beside_the_rule(setter: Typesetter) -> None:
    """A tall one has it below, its title beside it if that room is low, and none if there is no room."""
    trajectory = run(0.3)
    places = []
    for box in (Box(0, 0, 4.4, 5.8), Box(0, 0, 4.4, 4.3), Box(0, 0, 10, 2.9)):
        panel = panel_of(setter, trajectory, box)
        chart, last = panel.chart.box, panel.lines[-1].slots[-1]
        places.append((chart.left > 1, chart.top > last.pen[1]))
    assert places == [(False, False), (True, False), (True, True)]
    assert panel_of(setter, trajectory, Box(0, 0, 4.4, 3.4)).end("never").chart is None
