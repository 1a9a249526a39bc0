"""Scenes on a function of the user's own: with several minima, with none, with holes, with walls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lranim.draw.chart.cost_curve import CurvePlot, NamedCurvePlot
from lranim.draw.lettering import Lettering
from lranim.look.text import texts

QUARTIC = "x**4 - 3*x**2 + x"
WAVES = "x**2 + 3*sin(3*x)"

STORIES: list[tuple[str, dict[str, Any], str]] = [
    (
        "learning-rate",
        {"function": QUARTIC},
        "It settles in a local minimum; the lowest cost is at x = −1.301.",
    ),
    ("learning-rate", {"function": "(x-2)**2"}, "Within 0.1 of the minimum after"),
    ("learning-rate", {"function": "x**3 - 3*x"}, "Within 0.1 of the minimum after"),
    ("learning-rate", {"function": "x**3 - 3*x", "start": -1.2}, "Every jump is longer than the last"),
    ("learning-rate", {"function": "x**3", "start": 2.0, "lr": 0.01}, "and there is no minimum to stop at."),
    ("learning-rate", {"function": "tanh(x)"}, "and there is no minimum to stop at."),
    ("learning-rate", {"function": "log(x)**2", "start": 0.5, "lr": 6.0}, "leads to where there is no cost."),
    ("slope", {"function": "(x-2)**2/2"}, "One step of"),
    ("slope", {"function": "x**3 - 3*x", "start": 2.0}, ""),
    ("slope", {"function": "x**3", "start": 0.1, "steps": 3}, "After 3 steps x = "),
    ("slope", {"function": "sqrt(x)", "domain": (0.0, 4.0), "start": 2.0}, "to where there is no cost."),
    ("oscillation", {"function": QUARTIC}, "a fixed step cannot get closer."),
    ("oscillation", {"function": "x**3 - 3*x"}, "a fixed step cannot get closer."),
    ("oscillation", {"function": "x**3"}, "After 13 steps of 0.6 it is at x = −4.2."),
    ("oscillation", {"function": "log(x)**2", "start": 7.6, "step": 2.9}, "to where there is no cost."),
    ("surface", {"function": "a**2 - b**2", "steps": 5}, "and there is no minimum to stop at."),
    ("surface", {"function": "x**3 - 3*x + y**2", "start": (-1.5, 1.0), "lr": 0.1}, "it leaves the picture."),
    (
        "surface",
        {"function": "sqrt(x) + y**2", "domain": (0.1, 4.0, -2.0, 2.0), "start": (1.0, 1.0), "lr": 0.8},
        "there is no cost.",
    ),
    ("surface", {"function": "(x**2 + y - 11)**2 + (x + y**2 - 7)**2"}, "the start decides which minimum."),
]
"""Scene, options, and the end of what it says; together they have all texts for functions of one's own."""


def test_each_story_is_told_to_its_end(tell: Callable[..., Any], heard: set[str]) -> None:
    """Nothing drawn is infinite, the last words are true, and all texts for such functions come up."""
    for place, (scene, options, last) in enumerate(STORIES):
        told = tell(scene, theme=("dark", "light")[place % 2], **options)
        assert all(np.isfinite(part.points).all() for part in told.get_mobject_family_members()), options
        assert 20 < len(told.alt) <= 330
        assert told.time < 30
        assert last in told.beats[-1].text, options
    scenes = {scene for scene, _, _ in STORIES} | {"panel", "verdict"}
    kinds = ("_open", "_leaves", "start_local", "end_falls", ".open", ".falls", "no_minimum")
    made = {key for key in texts("en") if key.partition(".")[0] in scenes and key.endswith(kinds)}
    assert made - heard == set()


@pytest.mark.parametrize(
    ("scene", "function", "size"),
    [
        ("learning-rate", WAVES, (426, 240)),
        ("learning-rate", "log(x)**2", (240, 426)),
        ("slope", "exp(x) - 2*x", (426, 240)),
        ("learning-rate-compare", QUARTIC, (426, 240)),
        ("surface", "(a**2 + b - 11)**2 + (a + b**2 - 7)**2", (426, 240)),
    ],
)
def test_everything_can_be_read(
    faults: Callable[..., set[str]], scene: str, function: str, size: tuple[int, int]
) -> None:
    """Nothing overlaps or leaves the frame, wherever the picture comes to rest."""
    lang = "zh" if scene == "learning-rate" else "en"
    assert faults(scene, marks=False, size=size, lang=lang, function=function) == set()


@pytest.mark.thorough_after(6)
@pytest.mark.parametrize(
    ("scene", "function", "size"),
    [
        ("slope", QUARTIC, (480, 854)),
        ("surface", "1000*x**2 + 3000*y**2 + x*y", (480, 480)),
        ("oscillation", "x*sin(x)", (480, 854)),
        ("direction", "(x**2 + y - 11)**2 + (x + y**2 - 7)**2", (640, 480)),
        ("descent", "1000*x**2", (480, 854)),
        ("optimizers", "(x**2 + y - 11)**2 + (x + y**2 - 7)**2", (480, 854)),
        ("slope", QUARTIC, (854, 480)),
        ("slope", "1000*x**2", (640, 480)),
        ("slope", "x*sin(x)", (480, 480)),
        ("learning-rate", "1000*x**2", (480, 854)),
        ("oscillation", "x**12", (640, 480)),
        ("oscillation", "(x - 500)**2/1000", (480, 854)),
        ("oscillation", "0.001*x**2 + x/100", (480, 854)),
        ("surface", "exp(x**2/10) + exp(y**2/20)", (854, 480)),
        ("surface", "sin(x)*cos(y) + (x**2 + y**2)/20", (640, 480)),
    ],
)
def test_nothing_is_in_the_way_of_words(
    faults: Callable[..., set[str]], scene: str, function: str, size: tuple[int, int]
) -> None:
    """Steep and wavy functions have long numbers and wide views: no line or mark touches a text."""
    assert faults(scene, size=size, theme="light", lang="zh", function=function) == set()


def test_the_formula_gives_way_to_the_note_of_a_wider_view(tell: Callable[..., Any]) -> None:
    """Where both have room both are there; else the note is short, and stands alone if it must."""

    def shown(size: tuple[int, int]) -> tuple[str, bool]:
        told = tell("slope", function="1000*x**2", size=size)
        picture = next(m for m in told.get_mobject_family_members() if isinstance(m, NamedCurvePlot))
        assert picture.formula is not None
        return picture.note.shown[0][0], picture.formula.submobjects[0].opacity > 0

    assert shown((854, 480)) == ("view 2048 times wider", True)
    assert shown((640, 480)) == ("view × 2048", True)
    assert shown((480, 854)) == ("view × 2048", False)


def test_the_curve_carries_its_formula(tell: Callable[..., Any]) -> None:
    """A function of one's own has it at the cost axis, unless it is too long; other costs have none."""

    def plot(**options: Any) -> CurvePlot:
        return next(
            m for m in tell("slope", **options).get_mobject_family_members() if isinstance(m, CurvePlot)
        )

    short = plot(function=QUARTIC)
    assert isinstance(short.formula, Lettering)
    assert short.formula.words == "inline(J(x) = x^4 - 3 x^2 + x)"
    assert short.plot.left < short.formula.x < short.title_end < short.plot.right
    assert plot().formula is None
    long = "+".join(f"{n}*sin({n}*x)/{n + 1}" for n in range(1, 12)) + "+x**2"
    assert plot(function=long, start=1.0, steps=1).formula is None


def test_no_curve_is_drawn_where_there_is_none(tell: Callable[..., Any]) -> None:
    """Left of 0 a logarithm has no value, and its wall ends below the formula."""
    told = tell("learning-rate", function="log(x)**2")
    plot = next(m for m in told.get_mobject_family_members() if isinstance(m, CurvePlot))
    zero = float(plot.at(0.0, 0.0)[0])
    assert plot.curve.points[:, 0].min() > zero - 1e-6
    assert plot.curve.points[:, 1].max() < plot.plot.top


def test_minima_of_the_same_depth_are_none_of_them_local(tell: Callable[..., Any]) -> None:
    """The one on the right is as low as the one on the left, and is called so."""
    scene = tell("learning-rate", function="(x**2 - 4)**2 / 8", start=2.8, lr=0.1)
    assert "local" not in scene.alt + "".join(beat.text for beat in scene.beats)
