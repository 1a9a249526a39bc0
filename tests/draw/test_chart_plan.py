from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from manim import VMobject

from lranim.draw.axes import Axes
from lranim.draw.axis import Axis
from lranim.draw.chart_plan import plan
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter

BOXES = {
    "whole": Box(-7, -4, 7, 4),
    "wide": Box(-7, -1, 7, 1),
    "tall": Box(-1.6, -4, 1.6, 4),
    "small": Box(0, 0, 3, 2.2),
    "low": Box(0, 0, 4, 1.6),
    "tiny": Box(0, 0, 2.6, 2),
}
ENDS = [
    (0, 1),
    (0, 29),
    (-7, 13),
    (0, 1000),
    (0, 1e12),
    (-1e6, 1e6),
    (1e-9, 2e-9),
    (99999, 100001),
    (1e9, 1e9 + 1),
    (-5e-5, 0),
]
RANGES = [(low, high, False) for low, high in ENDS]
RANGES += [(1e-5, 1, True), (1e-8, 10, True), (0.3, 0.5, True), (0.05, 2, True), (1e-300, 1e300, True)]
WORDS = [
    ("step", "cost", ()),
    ("学习率", "代价", ("余弦衰减",)),
    ("learning rate", "cost above the minimum", ("η = 0.1",)),
]
NEAR = 0.01


@pytest.mark.parametrize("name", BOXES)
@pytest.mark.parametrize(("across", "up", "names"), WORDS)
def test_texts_keep_apart_and_inside(
    setter: Typesetter,
    ink: Callable[[VMobject], Box],
    name: str,
    across: str,
    up: str,
    names: tuple[str, ...],
) -> None:
    """For many ranges: both axes have ticks, no two texts overlap, and none leaves the box."""
    box = BOXES[name]
    for k, (low, high, log) in enumerate(RANGES):
        other, top, steep = RANGES[(k + 5) % len(RANGES)]
        axes = Axes(setter, box, Axis(low, high, across, log), Axis(other, top, up, steep), names=names)
        assert axes.columns
        assert axes.rows
        texts = [ink(text) for text in axes.texts]
        for one, two in combinations(texts, 2):
            shared = min(one.right, two.right) - max(one.left, two.left)
            assert shared < NEAR or min(one.top, two.top) - max(one.bottom, two.bottom) < NEAR
        for text in texts:
            assert box.left - NEAR < text.left
            assert text.right < box.right + NEAR
            assert box.bottom - NEAR < text.bottom
            assert text.top < box.top + NEAR


def test_ticks_stand_at_their_values(setter: Typesetter, ink: Callable[[VMobject], Box]) -> None:
    """Those across under them, those up beside them."""
    axes = Axes(setter, BOXES["whole"], Axis(0, 10, "x"), Axis(1e-3, 10, "y", log=True))
    assert [text.words for text in axes.columns] == ["0", "2", "4", "6", "8", "10"]
    assert [text.words for text in axes.rows] == ["10⁻³", "10⁻²", "10⁻¹", "1", "10"]
    for k, text in enumerate(axes.columns):
        assert text.x + text.advance / 2 == pytest.approx(axes.at(2 * k, 1)[0])
    for k, text in enumerate(axes.rows[1:]):
        assert ink(text).right < axes.plot.left
        assert text.y == pytest.approx(axes.at(0, 10.0 ** (k - 2))[1] - 0.36 * text.em)


def test_the_name_across_goes_where_it_costs_less(setter: Typesetter) -> None:
    """Beside the ticks where the last one leaves room or the box is wide, below them where it is narrow."""
    x = Axis(0, 29, "step")
    assert not plan(setter, BOXES["whole"], x, Axis(0, 1)).below
    assert not plan(setter, BOXES["wide"], Axis(0, 30, "step"), Axis(0, 1)).below
    assert plan(setter, BOXES["tall"], Axis(0, 30, "learning rate"), Axis(0, 1)).below


def test_names_of_curves_get_their_room(setter: Typesetter) -> None:
    """The plot area ends further left, by the widest of them."""
    bare, named = (
        plan(setter, BOXES["whole"], Axis(0, 1), Axis(0, 1), names) for names in ((), ("a", "validation"))
    )
    widest = setter.width("validation", bold=True) * setter.em(setter.theme.sizes.label)
    assert widest < bare.plot.right - named.plot.right < widest + 4 * setter.unit


def test_a_box_too_small_is_refused(setter: Typesetter) -> None:
    """Texts alone would fill it."""
    with pytest.raises(ValueError, match=r"no room for a chart in 1\.00 by 0\.50"):
        plan(setter, Box(0, 0, 1, 0.5), Axis(0, 1, "x"), Axis(0, 1, "y"))


def test_charts_above_one_another_have_their_sides_in_common(setter: Typesetter) -> None:
    """The room asked for is given, more is taken where the texts need it, and no less without."""
    box, across = Box(-4, -2, 4, 2), Axis(0, 60, ticks=())
    thin, wide = Axis(0, 5), Axis(0, 100000)
    plots = [plan(setter, box, across, axis).plot for axis in (thin, wide)]
    assert plots[0].left < plots[1].left
    sides = max(plot.left for plot in plots) - box.left, 1.5
    both = [plan(setter, box, across, axis, sides=sides).plot for axis in (thin, wide)]
    assert both[0].left == pytest.approx(both[1].left)
    assert both[0].right == pytest.approx(box.right - 1.5)
    assert plan(setter, box, across, wide, sides=(0.1, 0.0)).plot.left == pytest.approx(plots[1].left)
