from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from manim import VGroup

from lranim.core.costs import COSTS
from lranim.draw.fading import Fading, swap
from lranim.draw.layers import SpaceStyle
from lranim.draw.mesh import Space
from lranim.draw.shapes import Shape, discs
from lranim.draw.viewpoint import View
from lranim.look.theme import THEMES


def shape(opacity: float = 1.0) -> Shape:
    """A disc."""
    return Shape(fill="#FFFFFF", opacity=opacity).draw(discs([[0.0, 0.0]], 1.0))


def test_parts_fade_from_what_they_were() -> None:
    """Deep in groups, faint ones and pictures too; what was not seen is not seen at any moment."""
    faint, half, gone = shape(0.4), shape().set_alpha(0.5), shape().set_alpha(0.0)
    space = Space(COSTS["bowl-2d"], View(0.5, 0.6), SpaceStyle.of(THEMES["dark"]), faces=4)
    fading = Fading(VGroup(faint, VGroup(half)), gone, space.set_opacity(0.8))
    for opacity in (0.5, 0.0, 1.0):
        fading.set_alpha(opacity)
        assert (faint.opacity, half.opacity, gone.opacity) == (0.4 * opacity, 0.5 * opacity, 0.0)
        assert space.opacity == pytest.approx(0.8 * opacity)


def test_one_gives_way_to_the_other(staged: Callable[..., Any]) -> None:
    """Never both at once, the old one gone in the end and the new one as it was made."""
    old, new, bystander = shape(), shape(0.6), shape()
    seen: list[tuple[float, float]] = []
    with staged("slope") as scene:
        scene.setup()
        scene.add(old, bystander)
        move = scene.move

        def watched(seconds: float, draw: Callable[[float], object], *moving: Any) -> None:
            def look(share: float) -> None:
                draw(share)
                seen.append((old.opacity, new.opacity))

            move(seconds, look, *moving)
            for k in range(11):
                look(k / 10)

        scene.move = watched
        swap(scene, [old], [new], 1.0)
        assert old not in scene.mobjects
        assert new in scene.mobjects
    assert all(min(pair) == 0 for pair in seen)
    assert seen[-1] == (0.0, 0.6)
    assert bystander.opacity == 1.0
