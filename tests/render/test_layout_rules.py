"""Planted faults, each found, in pictures made of plain rectangles: 50 px a unit, texts of upright bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from lranim.draw.layout import Box
from lranim.judge.picture import Layer, Picture, TextBox, region_of
from lranim.judge.rules import Finding, judge
from lranim.look.theme import contrast

FRAME, AREA = Box(-8.0, -4.5, 8.0, 4.5), Box(-7.0, -3.0, 2.0, 3.0)
SIZE = (450, 800)
NIGHT, WHITE, GREY = "#101418", "#E8EAED", "#2A323B"


def rgb(code: str) -> tuple[int, int, int]:
    """Levels of ``#RRGGBB``."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def block(name: str, box: Box, code: str, alpha: int = 255, **about: Any) -> Layer:
    """A filled rectangle."""
    region = region_of(box, FRAME, SIZE)
    paint = np.zeros((region[0].stop - region[0].start, region[1].stop - region[1].start, 4), np.uint8)
    paint[...] = [*(round(level * alpha / 255) for level in rgb(code)), alpha]
    return Layer(name=name, box=box, region=region, paint=paint, **about)


def text(
    words: str, x: float, y: float, colour: str = WHITE, *, cap: float = 0.3, alpha: float = 1.0
) -> Layer:
    """A text whose letters are bars of 4 px with gaps of 8 px, its left bottom corner at a point."""
    box = Box(x, y, x + 0.24 * len(words), y + cap)
    about = TextBox(text=words, box=box, cap_height=cap, alpha=alpha)
    layer = block(f'"{words}"', box, colour, round(255 * alpha), text=about, colour=rgb(colour))
    layer.paint[:, np.arange(layer.paint.shape[1]) % 12 >= 4] = 0
    return layer


def found(*layers: Layer, background: str = NIGHT) -> list[Finding]:
    """What is wrong with a picture of these layers, the lowest first."""
    picture = Picture(layers=layers, size=SIZE, background=rgb(background), frame=FRAME, area=AREA)
    return list(judge(picture))


GRID = [block("grid", Box(-6, y, 2, y + 0.03), GREY) for y in (-2.0, -1.0, 0.0, 1.0)]
CURVE = block("curve", Box(-5.0, -1.5, 1.0, -1.4), "#5AA9FF")
PANEL = block("panel", Box(3.0, -3.0, 7.5, 3.0), "#171D24")
CLEAN = [
    *GRID,
    CURVE,
    text("a title", -7.0, 3.5),
    text("label", -4.0, -0.1),
    PANEL,
    text("in panel", 4.0, 1.0),
]


def test_a_clean_picture_has_nothing_wrong() -> None:
    """Texts on the background, on a panel and across a faint grid line, beside a curve."""
    assert found(*CLEAN) == []


PLANTED: dict[str, tuple[Sequence[Layer], str, str, str]] = {
    "text off the frame": ([text("far out", 7.5, 0.0)], "outside", '"far out"', ""),
    "text in the border": ([text("low", 0.0, -4.45)], "outside", '"low"', ""),
    "text quite outside": ([text("gone", 9.0, 0.0)], "outside", '"gone"', ""),
    "texts on one another": ([text("one", -1.0, 2.0), text("two", -0.9, 2.1)], "overlap", '"one"', '"two"'),
    "a line under a label": (
        [block("line", Box(-3.0, 0.5, 0.0, 0.56), "#FF5D5D"), text("crossed", -2.0, 0.4)],
        "overlap",
        '"crossed"',
        "line",
    ),
    "a line over a label": (
        [text("struck", -2.0, 0.4), block("line", Box(-3.0, 0.5, 0.0, 0.56), "#FF5D5D")],
        "overlap",
        '"struck"',
        "line",
    ),
    "a hiding panel": (
        [text("hidden", -2.0, 0.4), block("cover", Box(-2.3, 0.3, 0.0, 1.0), "#171D24")],
        "overlap",
        '"hidden"',
        "cover",
    ),
    "a line of the text's colour": (
        [block("line", Box(-3.0, 0.5, 0.0, 0.56), WHITE), text("crossed", -2.0, 0.4)],
        "overlap",
        '"crossed"',
        "line",
    ),
    "tiny text": ([text("tiny", -2.0, 2.0, cap=0.19)], "small", '"tiny"', ""),
    "grey on grey": ([text("grey", -2.0, 2.0, "#5A6068")], "contrast", '"grey"', ""),
    "weak on its own chip": (
        [block("chip", Box(-2.2, 1.8, -0.5, 2.6), "#5AA9FF"), text("chip", -2.0, 2.0)],
        "contrast",
        '"chip"',
        "",
    ),
    "a thing cut off": ([block("curve", Box(-4.0, 3.0, -3.9, 5.0), "#5AA9FF")], "cut off", "curve", ""),
}


@pytest.mark.parametrize("plant", PLANTED)
def test_each_planted_fault_is_found(plant: str) -> None:
    """One finding of the right kind that names the right things, and no other."""
    layers, kind, what, by = PLANTED[plant]
    (finding,) = found(*CLEAN, *layers)
    assert (finding.kind, finding.what, finding.by) == (kind, what, by)
    assert what in finding.message
    assert by in finding.message


@pytest.mark.parametrize(
    ("layers", "what"),
    [
        ([], "the frame"),
        ([block("cover", Box(-9, -9, 9, 9), NIGHT)], "the frame"),
        ([text("far", 9.0, 9.0, alpha=0.5)], "the frame"),
        ([text("a title", -7.0, 3.5), PANEL], "the picture area"),
        ([text("a title", -7.0, 3.5), block("cover", AREA, NIGHT)], "the picture area"),
    ],
)
def test_empty_pictures(layers: list[Layer], what: str) -> None:
    """Nothing drawn, nothing but the background's colour, or nothing where the picture should be."""
    (finding,) = found(*layers)
    assert (finding.kind, finding.what) == ("empty", what)


HARMLESS: dict[str, list[Layer]] = {
    "a sheet larger than the frame": [block("sheet", Box(-9, -9, 9, 9), NIGHT), *CLEAN],
    "near": [block("line", Box(-3.0, 0.3, 0.0, 0.36), "#FF5D5D"), text("above it", -2.0, 0.42)],
    "near and over": [text("above it", -2.0, 0.42), block("line", Box(-3.0, 0.3, 0.0, 0.36), "#FF5D5D")],
    "side by side": [text("one", -2.0, 2.0), text("two", -1.22, 2.0)],
    "hidden by a ground": [
        block("line", Box(4.0, 2.0, 7.0, 2.06), "#FF5D5D"),
        block("cover", Box(3.5, 1.5, 7.2, 2.8), "#171D24"),
        text("on the cover", 4.0, 1.9),
    ],
    "fading on a curve": [text("fading", -2.0, -1.5, alpha=0.9)],
    "fading, small, outside": [text("fading", 9.0, 0.0, cap=0.1, alpha=0.5)],
    "fading over a text": [text("solid", -2.0, 2.0), text("fading", -2.0, 2.0, alpha=0.9)],
    "grid": [block("grid", Box(-3.0, 2.1, 0.0, 2.14), GREY), text("crossed", -2.0, 2.0)],
    "haze": [block("haze", Box(-3.0, 1.0, 0.0, 3.0), "#FFFFFF", 20), text("in it", -2.0, 2.0)],
}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_does_not_count(case: str) -> None:
    """Neighbours, what a ground hides, faint lines, grounds, and texts that fade."""
    assert found(*CLEAN, *HARMLESS[case]) == []


def test_a_faint_line_counts_where_it_takes_the_contrast() -> None:
    """The same grid line does no harm to white letters and too much to grey ones."""
    line = block("grid", Box(-3.0, 2.1, 0.0, 2.14), GREY)
    assert contrast("#8A94A0", NIGHT) > 4.5 > contrast("#8A94A0", GREY)
    assert found(*CLEAN, line, text("white", -2.0, 2.0)) == []
    (finding,) = found(*CLEAN, line, text("grey", -2.0, 2.0, "#8A94A0"))
    assert (finding.kind, finding.by) == ("overlap", "grid")


def test_amounts() -> None:
    """How far out, how small, how weak and how much of the letters are what a ruler says."""
    (far,) = found(*CLEAN, text("far", 7.5, 0.0))
    assert far.amount == pytest.approx((7.5 + 0.72 - 8.0 + 0.015 * 9) / 9 * 100)
    (small,) = found(*CLEAN, text("small", -2.0, 2.0, cap=0.18))
    assert (small.amount, small.limit) == (pytest.approx(2.0), 2.2)
    (weak,) = found(*CLEAN, text("weak", -2.0, 2.0, "#5A6068"))
    assert weak.amount == pytest.approx(contrast("#5A6068", NIGHT), abs=0.01)
    (weak,) = found(*CLEAN, text("weak", 4.0, 2.0, "#5A6068"))
    assert weak.amount == pytest.approx(contrast("#5A6068", "#171D24"), abs=0.01)
    # Half of 16 rows, of the letters with the ring about them.
    label = text("half", -2.0, 2.0)
    (half,) = found(*CLEAN, label, block("cover", Box(-2.5, 1.5, 0.0, 2.16), "#FF5D5D"))
    assert half.amount == pytest.approx(50, abs=7)


def test_the_worst_of_the_ground_counts() -> None:
    """Half of a text's ground is dark enough, half is not."""
    left, right = (block("left", Box(-3, 1, -1.5, 3), NIGHT), block("right", Box(-1.5, 1, 2, 3), "#7A8088"))
    whole = block("sheet", Box(-3, 1, 2, 3), NIGHT)
    whole.paint[left.region[0].stop - left.region[0].start :] = 0
    whole.paint[:, 75:] = right.paint[0, 0]
    (finding,) = found(*CLEAN, whole, text("two grounds", -2.5, 2.0))
    assert finding.kind == "contrast"
    assert finding.amount == pytest.approx(contrast(WHITE, "#7A8088"), abs=0.01)


def test_each_colour_of_a_text_is_judged() -> None:
    """One weak part makes the whole text weak."""
    one, other = text("strong", -2.0, 2.0), text("weak", -0.5, 2.0, "#5A6068")
    parts = [
        Layer(**{**vars(layer), "text": one.text}) if layer is other else layer for layer in (one, other)
    ]
    (finding,) = found(*CLEAN, *parts)
    assert (finding.kind, finding.what) == ("contrast", '"strong"')
    assert finding.amount == pytest.approx(contrast("#5A6068", NIGHT), abs=0.01)


def test_two_texts_are_told_once_and_others_each() -> None:
    """Three texts on one another are three pairs."""
    layers = [text(words, -1.0 + 0.02 * k, 2.0) for k, words in enumerate(("one", "two", "three"))]
    pairs = [(finding.what, finding.by) for finding in found(*CLEAN, *layers)]
    assert pairs == [('"one"', '"two"'), ('"one"', '"three"'), ('"two"', '"three"')]
