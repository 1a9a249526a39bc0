"""Where things go in frames of any shape."""

from __future__ import annotations

from itertools import combinations

import pytest

from lranim.draw.layout import CAP, LEADING, SMALLEST, Box, Layout, tall
from lranim.look.theme import Sizes

SIZES = Sizes()
SHAPES = {
    "16:9": (1280, 720),
    "16:10": (1280, 800),
    "5:3": (1000, 600),
    "4:3": (1080, 810),
    "5:4": (1000, 800),
    "1:1": (1080, 1080),
    "4:5": (1080, 1350),
    "3:4": (810, 1080),
    "9:16": (1080, 1920),
    "21:9": (1680, 720),
    "3:1": (2160, 720),
}


def layout_of(shape: str, *, chip: bool = True) -> Layout:
    """The layout of a frame of a shape, as the engine makes it: 8 manim units high."""
    width, height = SHAPES[shape]
    return Layout(8.0 * width / height, 8.0, chip=chip)


def apart(one: Box, two: Box) -> bool:
    """Whether two boxes have no area in common."""
    wide = min(one.right, two.right) - max(one.left, two.left)
    high = min(one.top, two.top) - max(one.bottom, two.bottom)
    return min(wide, high) < 1e-9


def holds(outer: Box, inner: Box) -> bool:
    """Whether one box lies in another."""
    return (
        outer.left - 1e-9 <= inner.left < inner.right <= outer.right + 1e-9
        and outer.bottom - 1e-9 <= inner.bottom < inner.top <= outer.top + 1e-9
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_a_grid_has_room_for_each(shape: str) -> None:
    """So many boxes of one size, in reading order, apart and inside, and no row empty."""
    box = layout_of(shape).body
    for count in range(1, 8):
        cells = box.grid(count, gap=0.2)
        assert len(cells) == count
        assert all(holds(box, cell) for cell in cells)
        assert all(apart(one, two) for one, two in combinations(cells, 2))
        assert len({(round(cell.width, 6), round(cell.height, 6)) for cell in cells}) == 1
        assert cells == sorted(cells, key=lambda cell: (-round(cell.top, 6), cell.left))
        rows = [round(cell.top, 6) for cell in cells]
        assert -(-count // max(rows.count(top) for top in rows)) == len(set(rows))
        assert min(cell.bottom for cell in cells) == pytest.approx(box.bottom)


@pytest.mark.parametrize("chip", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_parts_lie_apart_inside_the_frame(shape: str, chip: bool) -> None:
    """Title, picture, panel and caption share the frame without overlap; picture and panel fill the body."""
    layout = layout_of(shape, chip=chip)
    safe = layout.frame.inset(*[0.02 * layout.frame.height] * 4)
    parts = [layout.title, layout.picture, layout.panel, layout.caption]
    parts += [layout.chip] if chip and layout.chip_below else []
    assert all(holds(safe, part) for part in parts)
    assert all(holds(layout.body, part) for part in (layout.picture, layout.panel))
    assert all(apart(one, two) for one, two in combinations(parts, 2))
    assert holds(safe, layout.chip)
    assert layout.chip.bottom > layout.body.top
    assert {part.left for part in parts if part is not layout.panel} == {layout.body.left}
    assert layout.split(2, 1) == (layout.body.rows if layout.stacked else layout.body.columns)(
        2, 1, gap=layout.gap
    )
    if layout.stacked:
        assert layout.picture.width == layout.panel.width == layout.body.width
        assert layout.picture.bottom - layout.panel.top == pytest.approx(layout.gap)
    else:
        assert layout.picture.height == layout.panel.height == layout.body.height
        assert layout.panel.left - layout.picture.right == pytest.approx(layout.gap)
    # Without a verdict a tall frame's body gains its row; on others it stands beside the title anyway.
    assert (layout_of(shape, chip=False).body.height > layout_of(shape).body.height) == layout.chip_below


@pytest.mark.parametrize("shape", SHAPES)
def test_everything_has_room_and_can_be_read(shape: str) -> None:
    """Capitals are 2.2 % of the frame's height or more; title and caption have room for all their lines."""
    layout = layout_of(shape)
    assert layout.least * layout.unit * CAP == pytest.approx(SMALLEST / 100 * layout.frame.height)
    assert max(SIZES.title, SIZES.step) > layout.least
    assert layout.least < SIZES.tick or layout.stacked
    # So many letters of half an em, of the least size, go in a line: the longest caption has 80.
    line = layout.caption.width / layout.unit / max(layout.least, 0.85 * SIZES.caption) / 0.5
    assert line * layout.lines > 80
    room = layout.caption.height / layout.unit / tall(layout.lines)
    least = 0.85 if layout.frame.width > 1.6 * layout.frame.height - 1e-9 else 1.0
    assert room >= least * max(SIZES.caption, layout.least)
    assert room >= layout.least
    assert tall(3) == pytest.approx(tall(1) + 2 * LEADING)
    assert layout.title.height / layout.unit >= tall(2) * layout.least * (1 - 1e-9)
    assert layout.title.bottom >= (layout.chip.top if layout.chip_below else layout.body.top)
    area, panel, frame = (b.width * b.height for b in (layout.picture, layout.panel, layout.frame))
    assert area > panel or shape in {"4:5", "3:4"}
    assert area > 0.2 * frame


def test_frames_as_they_were_designed() -> None:
    """At 16:9 and wider a unit is one percent of the height; at 16:9 the picture has 61 % of the width."""
    for shape in ("16:9", "21:9", "3:1"):
        assert layout_of(shape).unit == pytest.approx(0.08)
        assert not layout_of(shape).stacked
    layout = layout_of("16:9")
    assert layout.picture.width / layout.frame.width == pytest.approx(0.61, abs=0.01)
    assert layout_of("9:16").unit == pytest.approx(0.08 * 9 / 16)
    # Three pictures stand side by side in a wide box and below one another in a tall one.
    assert len({cell.top for cell in layout.body.grid(3)}) == 1
    assert len({cell.left for cell in layout_of("9:16").body.grid(3)}) == 1
    assert len({cell.top for cell in layout_of("1:1").body.grid(4)}) == 2
