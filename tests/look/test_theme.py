from __future__ import annotations

import pickle
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from lranim.draw.shapes import MARKERS
from lranim.errors import InputError
from lranim.look.theme import READABLE, ROLES, THEMES, Theme, contrast, luminance, weak_text
from lranim.look.themes import theme_of

MARKS = ("point", "minimum", "gradient", "rate", "cost")

# Severity 1.0 for linear RGB; Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation
# of Color Vision Deficiency", IEEE TVCG 15(6), 2009, doi:10.1109/TVCG.2009.113.
EYES = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def seen(code: str, eye: str) -> np.ndarray:
    """What an eye sees of a colour, as CIE 1976 L*a*b* under D65."""
    levels = np.array([int(code[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(EYES[eye] @ linear, 0, 1) / (0.95047, 1.0, 1.08883)
    x, y, z = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one: str, other: str, eye: str) -> float:
    """Distance of two colours to an eye, CIE 1976: 2.3 is just noticeable."""
    return float(np.linalg.norm(seen(one, eye) - seen(other, eye)))


@pytest.mark.parametrize(("name", "role"), list(product(THEMES, ROLES)))
def test_text_of_every_role_can_be_read(name: str, role: str) -> None:
    """On the background and on the panel, WCAG's 4.5 for text of normal size."""
    theme = THEMES[name]
    for ground in (theme.background, theme.panel):
        assert contrast(getattr(theme, ROLES[role]), ground) >= READABLE
    assert weak_text(theme) == []


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_plain_text_has_more_contrast_than_that(theme: Theme) -> None:
    """WCAG's 7 for text that everybody should read."""
    assert contrast(theme.text, theme.background) >= 7
    assert contrast(theme.text, theme.panel) >= 7


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_marks_stand_out_from_one_another(theme: Theme) -> None:
    """The point shows on the ground, and no two roles of the picture have nearly the same colour."""
    assert contrast(theme.point, theme.background) > 2
    for one, other in combinations(MARKS, 2):
        assert apart(getattr(theme, one), getattr(theme, other), "normal") > 20


@pytest.mark.parametrize(("eye", "pair"), list(product(EYES, combinations(MARKS, 2))), ids=str)
def test_contrast_is_safe_for_every_eye(eye: str, pair: tuple[str, str]) -> None:
    """Its colours are far from one another to all four kinds of eyes: seven times just noticeable."""
    theme = THEMES["contrast"]
    one, other = (getattr(theme, role) for role in pair)
    assert apart(one, other, eye) >= 16


@pytest.mark.parametrize("role", MARKS)
def test_marks_of_contrast_show_on_every_ground(role: str) -> None:
    """Not only as text: lines and dots have 4.5 as well, where WCAG asks for 3."""
    theme = THEMES["contrast"]
    assert contrast(getattr(theme, role), theme.background) >= READABLE


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_lines_of_a_chart_differ_without_colour(theme: Theme) -> None:
    """Each has dashes and a mark that no other has, and the colour of a role."""
    assert len({style.dash for style in theme.series}) == len(theme.series) >= 4
    assert len({style.marker for style in theme.series}) == len(theme.series)
    assert len({getattr(theme, style.role) for style in theme.series}) == len(theme.series)
    for style in theme.series:
        assert style.marker in MARKERS
        assert len(style.dash) % 2 == 0
        assert all(length > 0 for length in style.dash)


def test_no_size_is_below_what_can_be_read() -> None:
    """Capitals, 0.73 em high, have 2.2 % of the frame's height or more."""
    for theme in THEMES.values():
        for name in ("title", "chip", "step", "rule", "numbers", "caption", "label", "tick"):
            assert 0.73 * getattr(theme.sizes, name) >= 2.2


def test_theme_of_a_name() -> None:
    """The built-in ones; another name is a mistake that says what there is."""
    for name, theme in THEMES.items():
        assert theme_of(name) is theme
    with pytest.raises(
        InputError, match=r"^there is no theme ligth; did you mean light\? \(one of your own "
    ):
        theme_of("ligth")
    with pytest.raises(InputError, match="there are: dark, light, contrast"):
        theme_of("")


def test_a_theme_travels_to_other_processes() -> None:
    """As a value that is the same there, and whose text, which the key of a clip is made of, is too."""
    for theme in THEMES.values():
        copy = pickle.loads(pickle.dumps(theme))
        assert (copy, hash(copy), repr(copy)) == (theme, hash(theme), repr(theme))


def test_contrast_of_black_on_white() -> None:
    """The measure itself: 21 for black on white, 4.54 for the grey that WCAG gives as just enough."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#808080", "#808080") == 1
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)
    assert contrast("#777777", "#FFFFFF") < 4.5


def test_luminance_of_the_primaries() -> None:
    """The eye's weights add up to white."""
    assert [luminance(code) for code in ("#FF0000", "#00FF00", "#0000FF")] == [0.2126, 0.7152, 0.0722]
    assert luminance("#000000") == 0


def test_weak_text_names_key_colour_ground_and_ratio() -> None:
    """On the ground that is worse, never rounded up to what is asked for."""
    light = THEMES["light"]
    assert weak_text(replace(light, muted="#777777", panel="#FFFFFF")) == [
        "muted #777777 on the background #FFFFFF has 4.47:1"
    ]
    assert weak_text(replace(light, panel="#808080"))[0] == "text #1B1F24 on the panel #808080 has 4.19:1"
    assert weak_text(replace(light, grid="#FFFFFF")) == []
