from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from manim import VMobject

from lranim.draw.layout import Box
from lranim.draw.ledger import Ledger, Scale
from lranim.draw.lettering import Typesetter
from lranim.draw.terms import Term

TALL, WIDE = Box(-3.0, -3.0, 3.0, 3.0), Box(-6.0, -1.6, 6.0, 1.6)
FORMULA = "inline(J(a, b) = 1/m sum_(i=1)^m (y_i - a x_i - b)^2)"


def ledger_in(setter: Typesetter, room: Box) -> Ledger:
    """A ledger of three numbers."""
    lines = [[f"{name} = ", Term(np.array([-9.99, 9.99]), "point")] for name in ("a", "b", "J")]
    return Ledger(setter, room, FORMULA, lines)


@pytest.mark.parametrize("room", [TALL, WIDE], ids=["tall", "wide"])
def test_formula_and_numbers_leave_the_rest(
    setter: Typesetter, ink: Callable[[VMobject], Box], room: Box
) -> None:
    """All that is written lies in the room and outside of what is left of it for a picture."""
    ledger = ledger_in(setter, room)
    ledger.put([-1.25, 2.0, 3.0])
    written = [ink(part) for group in (ledger.still, ledger.moving) for part in group]
    for box in written:
        assert room.left - 0.01 <= box.left < box.right <= room.right + 1e-9
        assert room.bottom <= box.bottom < box.top <= room.top + 0.01
        assert box.right < ledger.rest.left or box.bottom > ledger.rest.top
    assert ledger.rest.width * ledger.rest.height > 0.4 * room.width * room.height
    rows = len({round(float(box.centre[1]), 1) for box in map(ink, ledger.moving)})
    assert rows == (1 if room is TALL else 3)


def test_numbers_are_put_in_order(setter: Typesetter) -> None:
    """Beside the picture and over it."""
    for room in (TALL, WIDE):
        ledger = ledger_in(setter, room)
        ledger.put([-1.25, 2.0, 3.0])
        slots = [slot for row in ledger.rows for slot, _ in row.terms]
        assert [slot.shown for slot in slots] == ["−1.25", "2.00", "3.00"]
        with pytest.raises(ValueError, match=r"shorter|longer"):
            ledger.put([1.0, 2.0])


@pytest.mark.parametrize(
    ("span", "least", "digits", "value", "written"),
    [
        (3.8, None, 2, 1.6666, "1.67"),
        (3.8, None, 2, 2.0, "2"),
        (3.8, None, 2, -0.001, "0"),
        (500.0, None, 0, 51.49, "51"),
        (6.1, 0.063, 3, 0.0634, "0.063"),
        (266.0, 0.0039, 4, 0.00391, "0.0039"),
        (266.0, 1e-30, 0, 1e-30, "0"),
        (266.0, 1e-6, 5, 1e-6, "0"),
        (99_999.0, None, 0, 99_998.6, "99999"),
        (1e-4, None, None, -1.38e-6, "−1.38×10⁻⁶"),
        (2e9, None, None, 3.313e9, "3.31×10⁹"),
        (2e9, None, None, 0.0, "0"),
    ],
)
def test_how_numbers_of_a_range_are_written(
    span: float, least: float | None, digits: int | None, value: float, written: str
) -> None:
    """Digits enough for the range and for what is least in it, powers of ten for the rest."""
    scale = Scale.of(span, least)
    assert scale.digits == digits
    assert scale.written(value) == written


@pytest.mark.parametrize("span", [3.8, 1e-7, 2e9])
def test_a_term_has_room_for_all_of_its_range(setter: Typesetter, span: float) -> None:
    """Whatever the number, it does not run into the words before it."""
    ledger = Ledger(setter, TALL, "a", [["a = ", Scale.of(span).term("point", -span, span)]])
    [(slot, _)] = ledger.rows[0].terms
    width = max(slot.advance(value) for value in (-span, span, -span * 0.7654321))
    for share in np.linspace(-1, 1, 41):
        assert slot.advance(share * span) <= width + 1e-9
