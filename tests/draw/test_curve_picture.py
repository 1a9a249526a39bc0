from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from manim import VMobject

from lranim.core.costs import COSTS
from lranim.draw.curve_picture import CurvePicture
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.plot import View, view_of
from lranim.look.text import say

GROUND = Box(-6.0, -3.0, 6.0, 2.0)
CURVES = [name for name, cost in COSTS.items() if cost.dim == 1]


def view(name: str, reach: float) -> View:
    """A view that is so many times as wide as a cost's domain."""
    low, high = COSTS[name].domain[0]
    middle, half = (low + high) / 2, 1.04 * (high - low) / 2
    return view_of(COSTS[name], middle - half * reach, middle + half * reach)


def picture(setter: Typesetter, name: str, *reaches: float, ground: Box = GROUND) -> CurvePicture:
    """A picture of a cost that will be shown in these views."""
    views = [view(name, reach) for reach in reaches]
    return CurvePicture(setter, partial(say, "en"), COSTS[name], ground, views)


@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("reach", [1.0, 40.0])
def test_all_of_it_is_on_its_ground(
    setter: Typesetter, ink: Callable[[VMobject], Box], name: str, reach: float
) -> None:
    """Numbers, names and curve, in the first view and in the widest."""
    made = picture(setter, name, 1.0, reach)
    for shown in (1.0, reach):
        filled = ink(made.look_at(view(name, shown)))
        assert GROUND.left - 0.02 <= filled.left
        assert filled.right <= GROUND.right + 0.02
        assert GROUND.bottom <= filled.bottom
        assert filled.top <= GROUND.top + 0.1


def test_minima_are_named_apart(setter: Typesetter) -> None:
    """The lowest one boldly, another one beside it, and only the lowest where they come too near."""
    wide = picture(setter, "two-minima", 1.0)
    assert [words for words, _ in wide.names.shown] == ["minimum at a = −2"]
    assert [words for words, _ in wide.locals.shown] == ["local minimum at a = 3"]
    assert wide.note.shown == ()
    narrow = picture(setter, "two-minima", 1.0, ground=Box(-2.0, -3.0, 2.0, 2.0))
    assert [words for words, _ in narrow.names.shown] == ["minimum at a = −2"]
    assert narrow.locals.shown == ()


def test_a_wider_view_says_so(setter: Typesetter) -> None:
    """How many times as wide as at first."""
    made = picture(setter, "bowl", 1.0, 4.0)
    made.look_at(view("bowl", 4.0))
    assert [words for words, _ in made.note.shown] == ["view 4 times wider"]
