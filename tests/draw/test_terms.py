from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lranim.draw.lettering import Typesetter
from lranim.draw.terms import Term, TermLine, term_lines
from lranim.look.fonts import check_fonts
from lranim.look.theme import THEMES

DARK = THEMES["dark"]


@pytest.fixture(scope="module")
def setter() -> Typesetter:
    """Makes the lettering, at least of size 3."""
    return Typesetter(DARK, check_fonts(DARK.fonts, "").used, 0.08, 3.0)


def test_terms_have_room_for_all_their_values(setter: Typesetter) -> None:
    """What follows a number stays in place: its slot is as wide as its widest value."""
    values = np.array([13.0, -123.4, 5.0])
    line = TermLine(setter, (Term(values, "point"), " end"), 5).at(1.0, 0.0)
    slot = line.terms[0][0]
    words = line.parts[1][0]
    place = words.submobjects[0].points.copy()
    edges = []
    for k in range(3):
        line.put(k)
        assert np.array_equal(words.submobjects[0].points, place)
        edges.append(slot.points[:, 0].min())
        assert slot.points[:, 0].max() < place[:, 0].min()
    assert min(edges) > 1.0 - 0.01
    assert slot.shown == "5.0"
    line.put(None)
    assert slot.shown == ""
    assert words.submobjects[0].opacity == 0


@pytest.mark.parametrize(
    ("values", "digits", "expected"),
    [([13.0, -99.9], None, 2), ([100.0], None, 1), ([1e3], None, 0), ([1e9], 2, 2), ([], None, 2)],
)
def test_digits_after_the_point(values: list[float], digits: int | None, expected: int) -> None:
    """Two, fewer where numbers get long, or what is asked for."""
    assert Term(np.array(values), "point", digits).decimals == expected


X = np.array([13.0, -7.0])
ONE: list[Any] = [(Term(X, "point"), " − ", Term(X, "gradient", fences="()")), ("= ", Term(X, "point"))]
"""A rule in two lines that may go on in one."""

TWO: list[Any] = [(Term(X, "point"), " − ", Term(X, "gradient"), " = ", Term(X, "point"))] * 2
"""Two rules, a line each, that may be broken."""


def written(line: TermLine) -> str:
    """What a line shows at its first step."""
    line.put(0)
    return "".join(part.words if hasattr(part, "words") else part.shown for part, _ in line.parts)


def test_lines_stay_as_they_are_given_where_that_suits_the_room(setter: Typesetter) -> None:
    """In full size, or all in one that fits."""
    for lines in (ONE, TWO):
        widest = max(TermLine(setter, line, 5).advance for line in lines)
        for room in (widest, 0.7 * widest):
            rows = term_lines(setter, lines, 5, room)
            assert len(rows) == 2
            assert max(row.advance for row in rows) == pytest.approx(room)


def test_a_line_goes_on_where_there_is_room_in_full_size(setter: Typesetter) -> None:
    """A line that begins with an equals sign does, one that does not stays."""
    (row,) = term_lines(setter, ONE, 5, 100.0)
    assert written(row) == "13.00 − (13.00) = 13.00"
    assert len(term_lines(setter, TWO, 5, 100.0)) == 2


def test_lines_are_broken_rather_than_too_small(setter: Typesetter) -> None:
    """Before their equals signs, and then they may be larger again."""
    widest = max(TermLine(setter, line, 5).advance for line in TWO)
    rows = term_lines(setter, TWO, 5, 0.58 * widest)
    assert [written(row) for row in rows] == ["13.00 − 13.00", "= 13.00"] * 2
    assert max(row.advance for row in rows) <= 0.58 * widest + 1e-9
    assert all(slot.em >= setter.em(3.0) for row in rows for slot, _ in row.terms)
