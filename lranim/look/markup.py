"""Text with colour tags, and where its lines may break."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import groupby, pairwise

TAG = re.compile(r"<(?P<role>\w+)>(?P<body>.*?)</(?P=role)>")

NEVER_FIRST = frozenset(",.;:!?)]}%…，。、；：！？）】》〉」』”’％—")
"""What no line begins with: it belongs to the character before it."""

NEVER_LAST = frozenset("([{（【《〈「『“‘")
"""What no line ends with: it belongs to the character after it."""

SIGNS = {**dict.fromkeys("=<>≤≥≈→←", 1.0), **dict.fromkeys("+−×·", 2.0)}
"""What no line ends with, and what a break before it costs more: ``a = 3`` is one thing to the eye."""

PAUSES = {**dict.fromkeys(".;:!?。；：！？", 0.0), **dict.fromkeys(",，、", 0.5)}
"""What a break costs after a mark at which one pauses."""

BETWEEN_WORDS, IN_WORDS, IN_COLOUR = 1.0, 2.0, 3.0
"""What a break costs at a space, what between two Chinese characters, and what more in a coloured part."""

OVERFULL = 50.0
"""What a line costs that is twice as wide as the room."""


def spans(markup: str) -> list[tuple[str, str]]:
    """Split ``Learning rate <rate>0.9</rate>`` into ``[("Learning rate ", ""), ("0.9", "rate")]``."""
    found, at = [], 0
    for tag in TAG.finditer(markup):
        if tag.start() > at:
            found.append((markup[at : tag.start()], ""))
        found.append((tag["body"], tag["role"]))
        at = tag.end()
    if at < len(markup):
        found.append((markup[at:], ""))
    return found


def plain(markup: str) -> str:
    """A text without its colour tags.

    Examples
    --------
    >>> plain("a step of <gradient>1.5</gradient>")
    'a step of 1.5'
    """
    return "".join(body for body, _ in spans(markup))


def part(markup: str, start: int, end: int) -> str:
    """The characters from `start` to `end` of the text without tags, in their colours.

    Examples
    --------
    >>> part("the <gradient>negative gradient</gradient> points", 4, 12)
    '<gradient>negative</gradient>'
    """
    coloured = [(char, role) for body, role in spans(markup) for char in body][start:end]
    runs = ((role, "".join(char for char, _ in run)) for role, run in groupby(coloured, lambda pair: pair[1]))
    return "".join(f"<{role}>{body}</{role}>" if role else body for role, body in runs)


def is_wide(char: str) -> bool:
    """Whether a character fills an em square, as Chinese ones and their punctuation do."""
    return unicodedata.east_asian_width(char) in ("W", "F")


def columns(text: str) -> int:
    """How wide a text is in a terminal: two columns a wide character, one any other.

    Examples
    --------
    >>> columns("步长 1.5")
    8
    """
    return sum(2 if is_wide(char) else 1 for char in text)


def breaks(text: str) -> list[int]:
    """Indices before which a line may end: at spaces, and between Chinese characters.

    Not before a closing mark nor after an opening one, not after a sign such as ``=``, and not between a
    number and the Chinese word that counts it.

    Examples
    --------
    >>> breaks("Start at a = 13")
    [6, 9, 11]
    >>> [text[i] for text in ["步长（1.5），太大。"] for i in breaks(text)]
    ['长', '（', '太', '大']
    """
    return [i for i in range(1, len(text)) if _may_break(text, i)]


def _may_break(text: str, i: int) -> bool:
    before, after = text[:i].rstrip()[-1:], text[i]
    spaced = text[i - 1].isspace()
    if after.isspace() or not before or after in NEVER_FIRST or before in NEVER_LAST or before in SIGNS:
        return False
    if before.isdigit() and is_wide(after) and after not in NEVER_LAST:
        return False
    return spaced or is_wide(before) or is_wide(after)


def wrap(markup: str, count: int, room: float, width: Callable[[str], float]) -> list[str]:
    """Break a text into so many lines, as even as can be, rather where one pauses in reading.

    Minimises Σ (wᵢ / w)⁴ for line widths wᵢ of mean w, plus the cost of each break (`PAUSES`) and of each
    line wider than the room; derived here, by dynamic programming over the places where a line may end.

    Parameters
    ----------
    markup
        One line, with colour tags; a tag that a break falls into goes on in the next line.
    count
        Number of lines, 1 or more; a text with too few places to break has fewer.
    room
        Width of a line, in the unit of `width`.
    width
        Width of a character.

    Examples
    --------
    >>> wrap("Start at <point>a = 13</point>. The lowest cost is at a = 3.", 2, 30.0, lambda char: 1.0)
    ['Start at <point>a = 13</point>.', 'The lowest cost is at a = 3.']
    """
    text = plain(markup)
    edges = [0, *breaks(text), len(text)]
    count = min(count, len(edges) - 1)
    reach = [0.0]
    for char in text:
        reach.append(reach[-1] + width(char))
    mean = reach[-1] / count or 1.0
    roles = [(index, role) for index, (body, role) in enumerate(spans(markup)) for _ in body]

    def price(at: int) -> float:
        inside = roles[at] == roles[at - 1] and roles[at][1] != ""
        pause = PAUSES.get(text[:at].rstrip()[-1], BETWEEN_WORDS if text[at - 1].isspace() else IN_WORDS)
        return pause + SIGNS.get(text[at], 0.0) + IN_COLOUR * inside

    prices = [0.0, *(price(at) for at in edges[1:-1]), 0.0]

    def weight(i: int, j: int) -> float:
        length = len(text[edges[i] : edges[j]].rstrip())
        wide = reach[edges[i] + length] - reach[edges[i]]
        return float((wide / mean) ** 4 + prices[j] + OVERFULL * max(0.0, wide / room - 1))

    # best[j] is the lightest way to have set all up to edge j, and where its lines end.
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [0])}
    for _ in range(count):
        best = dict(_longer(best, len(edges), weight))
    ends = best[len(edges) - 1][1]
    lines = [(edges[i], edges[j]) for i, j in pairwise(ends)]
    return [part(markup, i, i + len(text[i:j].rstrip())) for i, j in lines]


def _longer(
    best: dict[int, tuple[float, list[int]]], size: int, weight: Callable[[int, int], float]
) -> Iterator[tuple[int, tuple[float, list[int]]]]:
    """The lightest ways with one line more."""
    for j in range(1, size):
        ways = [(total + weight(i, j), [*ends, j]) for i, (total, ends) in best.items() if i < j]
        if ways:
            yield j, min(ways)
