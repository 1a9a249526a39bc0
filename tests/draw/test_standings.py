from __future__ import annotations

import numpy as np
import pytest

from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.shapes import marks
from lranim.draw.standings import Standings
from lranim.look.theme import SERIES

HEADS = [("gradient descent  η = 0.4", "GD  η = 0.4", "GD"), ("momentum  η = 0.2",) * 2 + ("momentum",)]
ROLES = ["gradient", "rate"]


def made(setter: Typesetter, width: float) -> Standings:
    """Two rows in a box of this width, in units."""
    box = Box(0.0, 0.0, width * setter.unit, Standings.height(setter, 2))
    return Standings(setter, box, HEADS, SERIES[:2], ["in 43 steps", "0.69 away"], ROLES)


@pytest.mark.parametrize(
    ("width", "words"),
    [(110, "gradient descent  η = 0.4"), (74, "GD  η = 0.4"), (58, "GD")],
)
def test_heads_are_as_long_as_there_is_room(setter: Typesetter, width: float, words: str) -> None:
    """The longest ones that need not shrink much, all of one kind and size, left of the endings."""
    rows = made(setter, width)
    names = rows.still[1::2]
    assert names[0].lines[0].words == words
    assert names[0].em == names[1].em
    for name, chip in zip(names, rows.chips, strict=True):
        assert name.x + name.advance < chip.box.left


def test_endings_come_in_the_place_of_meters(setter: Typesetter) -> None:
    """Until the end what is remembered is seen, and then how it ended."""
    rows = made(setter, 90)
    rows.meter(0, ("a", "b"), np.array([[1.0, 0.5], [0.2, 0.1]]), "rate", 1.0)
    rows.note(1, "η = 0.4, and a great many words for which there is no room at all", "η = 0.4")
    assert rows.moving[1].lines[0].words == "η = 0.4"
    rows.show(0)
    rows.finish(0.0)
    assert [chip.words.lines[0][0].opacity for chip in rows.chips] == [0.0, 0.0]
    rows.finish(1.0)
    assert [chip.words.lines[0][0].opacity for chip in rows.chips] == [1.0, 1.0]
    assert rows.meters[0].numbers[0].opacity == 0.0


def test_each_row_has_its_mark_and_colour(setter: Typesetter) -> None:
    """The mark of its path, and the colour of how it ends."""
    rows = made(setter, 110)
    for line, mark, style in zip(rows.lines, rows.still[::2], SERIES, strict=False):
        drawn = mark.points[:, :2] - [line.left + 1.6 * setter.unit, line.centre[1]]
        expected = marks(style.marker, np.zeros((1, 2)), 1.25 * setter.unit).reshape(-1, 2)
        assert np.allclose(drawn, expected)
    colours = [chip.frame.get_stroke_color().to_hex() for chip in rows.chips]
    assert colours == [getattr(setter.theme, role).upper() for role in ROLES]


def test_bars_are_to_one_scale(setter: Typesetter) -> None:
    """Twice the rate is twice as long a bar, on either axis; no bar is longer than its room."""
    rows = made(setter, 110)
    rows.meter(0, ("a", "bb"), np.array([[0.4, 0.2], [9.0, 0.4]]), "rate", 0.8)
    meter = rows.meters[0]

    def lengths() -> list[float]:
        corners = meter.bars.points[:, :2].reshape(2, -1, 2)
        return np.ptp(corners[..., 0], axis=1).tolist()

    meter.show(0)
    one, other = lengths()
    assert one == pytest.approx(2 * other)
    meter.show(7)
    assert lengths()[0] == pytest.approx(meter.length)
    assert lengths()[1] == pytest.approx(one)


def test_where_there_is_no_room_for_both_the_bars_stay(setter: Typesetter) -> None:
    """Without their numbers; and numbers without bars lose their digits first."""
    rows = made(setter, 50)
    rows.meter(0, ("a", "b"), np.array([[0.123, 0.0456]]), "rate", 0.2)
    rows.meter(1, ("v: a", "b"), np.array([[-215.6, 88.0]]), "rate", None)
    rows.show(0)
    assert rows.meters[0].numbers == []
    assert len(rows.meters[0].bars.points) > 0
    assert rows.meters[1].numbers[0].text(-215.6) == "−216"
