"""The panel: the rule with its real numbers, the cost so far, and whether the run arrived."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from manim import VGroup, VMobject

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import fixed, gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Trajectory
from lranim.draw.equation import EquationLine, Term, equals, equation
from lranim.draw.layout import CAP, SMALLEST, Box
from lranim.draw.lettering import Lettering, Number, Typesetter
from lranim.draw.panel import CostChart, Panel
from lranim.look.text import MINUS, number

BOX = Box(2.5, -2.5, 6.5, -0.5)
X = np.array([13.0, -7.0])


def run(lr: float, steps: int = 29, start: float = 13.0) -> Trajectory:
    """A descent on the bowl."""
    return descend(COSTS["bowl"], gradient_descent(), constant(lr), (start,), steps)


@pytest.fixture
def panel_of(staged: Callable[..., Any]) -> Callable[..., Panel]:
    """Make a panel as the scene learning-rate has it, in a frame of some size."""

    def make(trajectory: Trajectory, size: tuple[int, int] = (854, 480), lang: str = "en") -> Panel:
        x, grad = trajectory.x[:, 0], trajectory.grad[:, 0]
        before, slope = Term(x[:-1], "point"), Term(grad[:-1], "gradient", factor=True)
        lines: Any = [
            (before, " − <rate>0.3</rate> × ", slope),
            equals(x[1:], before.printed - 0.3 * slope.printed),
        ]
        with staged("learning-rate", size=size, lang=lang) as scene:
            scene.setup()
            rule = "a <- a - <rate>eta</rate> dot J'(a)"
            return Panel(scene, trajectory, rule=rule, lines=lines)

    return make


def said(panel: Panel) -> list[str]:
    """Which of the sentences about arriving can be seen."""
    return [name for name, line in panel.verdicts.items() if line.lines[0].submobjects[0].opacity > 0]


@pytest.mark.parametrize("lr", [0.01, 0.3, 0.9, 1.0, 1.05])
def test_numbers_are_the_runs(panel_of: Callable[..., Panel], lr: float) -> None:
    """While step k is under way and after it: its number, point and gradient before it, point after it."""
    trajectory = run(lr)
    panel = panel_of(trajectory)
    slots = [slot for line in panel.lines for slot, _ in line.terms]
    columns = (trajectory.x[:-1, 0], trajectory.grad[:-1, 0], trajectory.x[1:, 0])
    for k in (1, 2, 17, 29):
        for progress in (k - 0.9, k - 0.01, float(k)):
            panel.show(progress)
            assert panel.count.number.shown == f"step {k}".removeprefix("step ")
            # A column that holds a number of 100 or more has one digit less.
            before, grad, after = (number(v[k - 1], 2 if np.abs(v).max() < 100 else 1) for v in columns)
            grad = f"({grad})" if grad.startswith(MINUS) else grad
            shown = [slot.shown for slot in slots]
            assert (shown[:2], shown[3]) == ([before, grad], after)
            printed = [float(words.strip("()").replace(MINUS, "-")) for words in (before, grad, after)]
            exact = abs(printed[0] - 0.3 * printed[1] - printed[2]) < 1e-9
            assert shown[2] == ("= " if exact else "≈ ")
    panel.show(0.0)
    assert panel.count.number.shown == "0"
    assert not any(slot.shown for slot in slots)


@pytest.mark.parametrize(
    ("trajectory", "arrival", "ending"),
    [
        (run(0.3), 6, "within"),
        (run(0.9), 21, "within"),
        (run(0.5), 1, "within"),
        (run(0.01), None, "not_in"),
        (run(1.0), None, "never"),
        (run(1.05), None, "never"),
        (descend(COSTS["bowl"], fixed(1.5), constant(1), (13.0,), 13), None, "never"),
    ],
)
def test_the_arrival_is_told_at_its_step(
    panel_of: Callable[..., Panel], trajectory: Trajectory, arrival: int | None, ending: str
) -> None:
    """Not before it; of a run that does not arrive it is said in the end whether it ever would."""
    panel, steps = panel_of(trajectory), trajectory.steps
    assert panel.chart is not None
    assert (panel.chart.mark is None) == (arrival is None)
    for k in range(steps + 1):
        panel.show(min(k + 0.5, steps))
        here = arrival is not None and k >= arrival
        assert said(panel) == ["within" if here else "not_yet"]
        if panel.chart.mark is not None and arrival is not None:
            assert panel.chart.mark.line.opacity == float(here)
            assert panel.chart.mark.place == pytest.approx(panel.chart.line.places[arrival, 0])
    assert said(panel.end()) == [ending]


@pytest.mark.parametrize(("lr", "steps"), [(0.3, 6), (0.3, 7), (0.5, 1), (0.01, 500), (1.05, 70)])
@pytest.mark.parametrize(
    "size", [(854, 480), (640, 480), (480, 480), (480, 600), (480, 854), (1440, 480)], ids=str
)
def test_texts_keep_apart_and_inside(
    panel_of: Callable[..., Panel],
    ink: Callable[[VMobject], Box],
    size: tuple[int, int],
    lr: float,
    steps: int,
) -> None:
    """At the end, when all is shown, no two texts overlap, none leaves the ground, none is too small."""
    for lang in ("en", "zh"):
        panel = panel_of(run(lr, steps), size, lang).end()
        ground = ink(panel.still[0])
        texts = [
            one
            for one in VGroup(panel.still, panel.moving).get_family()
            if isinstance(one, Lettering | Number)
        ]
        seen = [one for one in texts if any(len(m.points) and m.opacity > 0 for m in one.get_family())]
        boxes = [ink(one) for one in seen]
        assert len(boxes) >= 9
        for one, two in combinations(boxes, 2):
            across = min(one.right, two.right) - max(one.left, two.left)
            assert min(across, min(one.top, two.top) - max(one.bottom, two.bottom)) < 0.02
        for box in boxes:
            assert ground.left < box.left < box.right < ground.right + 0.01
            assert ground.bottom < box.bottom < box.top < ground.top
        frame = 8.0
        assert all(one.em * CAP >= SMALLEST / 100 * frame * (1 - 1e-9) for one in seen)


def test_a_cost_that_never_changes_is_a_line(setter: Typesetter) -> None:
    """From the minimum nothing moves, and the chart has a range all the same."""
    chart = CostChart(setter, BOX, run(0.3, 5, start=3.0), 0)
    chart.show(5)
    assert np.ptp(chart.line.line.points[:, 1]) == 0


def test_terms_have_room_for_all_their_values(setter: Typesetter, ink: Callable[[VMobject], Box]) -> None:
    """What follows a number stays in place: its slot is as wide as its widest value."""
    line = EquationLine(setter, (Term(np.array([13.0, -123.4, 5.0]), "point"), " end"), 5).at(1.0, 0.0)
    [slot], [words] = line.slots, line.texts
    place = ink(words)
    for k in range(3):
        line.put(k)
        assert ink(words) == place
        assert 1.0 - 0.01 < ink(slot).left < ink(slot).right < place.left
    assert slot.shown == "5.0"
    line.put(None)
    assert slot.shown == ""
    assert words.submobjects[0].opacity == 0


ONE: list[Any] = [(Term(X, "point"), " − ", Term(-X, "gradient", factor=True)), ("= ", Term(X, "point"))]
"""A rule in two lines that may go on in one."""

TWO: list[Any] = [(Term(X, "point"), " − ", Term(X, "gradient"), " ", "= ", Term(X, "point"))] * 2
"""Two rules, a line each, that may be broken."""


@pytest.mark.parametrize(
    ("lines", "share", "expected"),
    [
        (ONE, 9.0, ["13.00 − (−13.00) = 13.00"]),
        (ONE, 1.0, ["13.00 − (−13.00)", "= 13.00"]),
        (ONE, 0.7, ["13.00 − (−13.00)", "= 13.00"]),
        (TWO, 9.0, ["13.00 − 13.00 = 13.00"] * 2),
        (TWO, 0.7, ["13.00 − 13.00 = 13.00"] * 2),
        (TWO, 0.58, ["13.00 − 13.00 ", "= 13.00"] * 2),
    ],
)
def test_lines_suit_their_room(
    setter: Typesetter, lines: list[Any], share: float, expected: list[str]
) -> None:
    """In full size or one that fits; one goes on where there is room, is broken before it is too small."""
    readable = Typesetter(setter.theme, setter.font, setter.unit, 3.0)
    room = share * max(EquationLine(readable, line, 5).advance for line in lines)
    rows = equation(readable, lines, 5, room)
    written = []
    for row in rows:
        row.put(0)
        assert all(slot.em >= readable.em(3.0) for slot, _ in row.terms)
        written.append("".join(getattr(part, "words", None) or part.shown for part, _ in row.pens))
    assert written == expected
    assert max(row.advance for row in rows) <= room + 1e-9
