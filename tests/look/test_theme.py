from __future__ import annotations

import dataclasses
import re
from itertools import product

import pytest

from lranim.draw.lettering import ROLES, colour
from lranim.look.theme import DEFAULT_THEME, THEMES, Sizes, Theme


def luminance(code: str) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = [int(code[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.1."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white() -> None:
    """The measure itself: 21 for black on white, 4.54 for the grey that WCAG gives as just enough."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("name", "role"), list(product(THEMES, ROLES)))
def test_text_of_every_role_can_be_read(name: str, role: str) -> None:
    """On the background and on the panel, WCAG's 4.5 for text of normal size."""
    theme = THEMES[name]
    for ground in (theme.background, theme.panel):
        assert contrast(colour(theme, role), ground) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_marks_stand_out_from_one_another(theme: Theme) -> None:
    """The point shows on the ground, and no two roles of the picture have nearly the same colour."""
    assert contrast(theme.point, theme.background) > 2
    marks = [theme.point, theme.minimum, theme.gradient, theme.rate, theme.cost]
    channels = [[int(code[k : k + 2], 16) for k in (1, 3, 5)] for code in marks]
    for k, one in enumerate(channels):
        for other in channels[:k]:
            assert sum(abs(p - q) for p, q in zip(one, other, strict=True)) > 50


def test_themes_are_named_and_complete() -> None:
    """Keys are names, colours are ``#RRGGBB``, and the default is one of them."""
    assert DEFAULT_THEME in THEMES
    for name, theme in THEMES.items():
        assert theme.name == name
        colours = [v for v in dataclasses.asdict(theme).values() if isinstance(v, str) and v != name]
        assert len(colours) == 11
        assert all(re.fullmatch(r"#[0-9A-F]{6}", code) for code in colours)


def test_no_size_is_below_what_can_be_read() -> None:
    """Capitals, 0.73 em high, have 2.2 % of the frame's height or more."""
    sizes = Sizes()
    for name in ("title", "chip", "step", "rule", "numbers", "caption", "label", "tick"):
        assert 0.73 * getattr(sizes, name) >= 2.2
