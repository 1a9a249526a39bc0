from __future__ import annotations

import itertools

import pytest

from lranim.look.text import NEVER_FIRST, NEVER_LAST, breaks, is_wide, part, plain, spans, wrap

LATIN = "<rate>0.3</rate> × slope is more than the way to the minimum: it lands on the other side."
CHINESE = (
    "从 <point>a = 13</point> 出发，沿着（<gradient>负梯度</gradient>）一步一步往下走：代价的最低点在"
    " <minimum>a = 3</minimum>，学习率是 <rate>0.3</rate>！共 29 步，“很快”就到了。"
)


def width(char: str) -> float:
    """A character's width as it is in most fonts."""
    return 1.0 if is_wide(char) else 0.5


def long(line: str) -> float:
    """A line's width."""
    return sum(map(width, plain(line)))


@pytest.mark.parametrize("markup", [LATIN, CHINESE, "", "plain", "<point>3</point><cost>5</cost>"])
def test_a_part_keeps_its_colours(markup: str) -> None:
    """Any two parts hold all characters, each in its colour."""
    coloured = [(char, role) for body, role in spans(markup) for char in body]
    for cut in range(len(coloured) + 1):
        halves = part(markup, 0, cut) + part(markup, cut, len(coloured))
        assert [(char, role) for body, role in spans(halves) for char in body] == coloured


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("a long  word", ["long  word", "word"]),
        ("unbreakable", []),
        ("a = 13, b", ["= 13, b", "b"]),
        ("1.5 × 2 (and so on)", ["× 2 (and so on)", "(and so on)", "so on)", "on)"]),
        ("步长太大", ["长太大", "太大", "大"]),
        ("好。（好）！", ["（好）！"]),
        ("是“好”的", ["“好”的", "的"]),
        ("走 29 步了", ["29 步了", "了"]),
        ("η太大", ["太大", "大"]),
        ("等等……吧", ["等……吧", "吧"]),
    ],
)
def test_where_a_line_may_break(text: str, starts: list[str]) -> None:
    """At spaces and between Chinese characters, with closing, opening and other signs where they belong."""
    assert [text[i:] for i in breaks(text)] == starts


@pytest.mark.parametrize("markup", [LATIN, CHINESE])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_lines(markup: str, count: int) -> None:
    """So many lines, nothing lost but spaces at their ends, no mark on the wrong side, and rather even."""
    lines = wrap(markup, count, 100.0, width)
    assert len(lines) == count
    assert "".join(map(plain, lines)).replace(" ", "") == plain(markup).replace(" ", "")
    tinted = [[(body, role) for body, role in spans(text) if role] for text in ("".join(lines), markup)]
    assert tinted[0] == tinted[1]
    for before, after in itertools.pairwise(map(plain, lines)):
        assert before == before.strip()
        assert before[-1] not in NEVER_LAST
        assert after[0] not in NEVER_FIRST
    mean = sum(map(long, lines)) / count
    assert all(0.6 * mean < long(line) < 1.4 * mean for line in lines)


def test_a_break_comes_where_one_pauses_if_there_is_room() -> None:
    """Else it comes where it fills the lines best."""
    text = "One two three four. Five six seven eight nine ten."
    assert wrap(text, 2, 20.0, width) == ["One two three four.", "Five six seven eight nine ten."]
    tight = wrap(text, 2, 13.0, width)
    assert max(map(long, tight)) <= 13.0
    assert tight[0] != "One two three four."


def test_a_coloured_part_stays_in_one_line_if_it_can() -> None:
    """And goes on in the same colour if it cannot."""
    text = "Step = <rate>learning rate</rate> × slope, down"
    assert wrap(text, 2, 10.0, width) == ["Step = <rate>learning rate</rate>", "× slope, down"]
    alone = wrap("<rate>one two three</rate>", 3, 10.0, width)
    assert alone == ["<rate>one</rate>", "<rate>two</rate>", "<rate>three</rate>"]


@pytest.mark.parametrize("text", ["", " ", "word", "（好）"])
def test_a_text_without_a_place_to_break_is_one_line(text: str) -> None:
    """However many are asked for."""
    assert len(wrap(text, 3, 1.0, width)) == 1
