"""The text on screen: one TOML file a language, numbers put in, parts in colour, where lines may break."""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

MINUS = "\N{MINUS SIGN}"

DEFAULT_LANG = "en"
"""The language of what is drawn unless another is asked for, whatever the machine's own language is."""

LOCALES = Path(__file__).with_name("locales")

READ = "help."
"""How the keys of texts begin that are read in the terminal; all others are drawn."""

# Greek letters count as Latin ones. Operators do not: they have their own spaces, as in a formula.
_HAN, _LATIN = "[\u3400-\u9fff]", "A-Za-z0-9\u0370-\u03ff"
_FIRST, _LAST = rf"[{_LATIN}({{+{MINUS}\N{{INFINITY}}]", rf"[{_LATIN})}}%\N{{INFINITY}}⁰¹²³⁴⁵⁶⁷⁸⁹]"
_JOINTS = [
    re.compile(rf"(?<={before})((?:</\w+>)*)(?=(?:<\w+>)*{after})")
    for before, after in ((_HAN, _FIRST), (_LAST, _HAN))
]


@dataclass(frozen=True, kw_only=True)
class Beat:
    """One stage of a scene's story: when it begins (s) and what it says.

    Captions, notes and storyboards come from the one list of these.
    """

    t: float
    text: str


def number(value: float, digits: int = 2, *, sign: bool = False) -> str:
    """Print a number for the screen: fixed digits, a real minus sign, powers of ten when it is huge.

    Parameters
    ----------
    value
        What to print.
    digits
        Digits after the point.
    sign
        Whether to write a plus sign too.

    Examples
    --------
    >>> number(-6.55)
    '−6.55'
    >>> number(5.9, sign=True)
    '+5.90'
    >>> number(-0.001)
    '0.00'
    >>> number(123456.0, 1)
    '1.2×10⁵'
    """
    size = abs(value)
    if not math.isfinite(value):
        body = "?" if math.isnan(value) else "\N{INFINITY}"
    else:
        body = _with_power(size, 1) if size >= 1e5 else f"{size:.{digits}f}"
    signed = body.strip("0.") != ""
    return (MINUS if value < 0 and signed else "+" if sign and value > 0 and signed else "") + body


def short(value: float, digits: int = 4) -> str:
    """Print a setting as a person would write it: no trailing zeros, a real minus sign, no ``1e+05``.

    Examples
    --------
    >>> short(1.50), short(30000.0), short(-0.05), short(2.5e-07)
    ('1.5', '30000', '−0.05', '2.5×10⁻⁷')
    """
    if not math.isfinite(value):
        return number(value)
    if value == 0 or 1e-4 <= abs(value) < 1e6:
        rounded = float(f"{value:.{digits}g}") + 0.0  # which makes -0.0 a plain 0
        return f"{rounded:.10f}".rstrip("0").rstrip(".").replace("-", MINUS)
    return _with_power(value, digits - 1)


def trimmed(value: float, digits: int = 2) -> str:
    """Print a number as `number` does, without zeros at its end.

    Examples
    --------
    >>> trimmed(2.5), trimmed(3.0000001), trimmed(-155.63)
    ('2.5', '3', '−155.63')
    """
    body = number(value, digits)
    return body.rstrip("0").rstrip(".") if "." in body and "×" not in body else body


def _with_power(value: float, digits: int) -> str:
    mantissa, exponent = f"{value:.{digits}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}×{power_of_ten(int(exponent))}".replace("-", MINUS)


def power_of_ten(exponent: int) -> str:
    """Print a power of ten with its exponent raised.

    Examples
    --------
    >>> power_of_ten(-3)
    '10⁻³'
    """
    return "10" + str(exponent).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))


@cache
def languages() -> tuple[str, ...]:
    """Every language there is, sorted: the names of the files in ``look/locales``."""
    return tuple(sorted(file.stem for file in LOCALES.glob("*.toml")))


@cache
def texts(lang: str) -> Mapping[str, str]:
    """Every text of a language as its file has it, by key."""
    source = (LOCALES / f"{lang}.toml").read_text(encoding="utf-8")
    return MappingProxyType(dict(_flat(tomllib.loads(source))))


def _flat(rows: Mapping[str, Any], group: str = "") -> Iterator[tuple[str, str]]:
    for key, value in rows.items():
        if isinstance(value, str):
            yield group + key, value
        else:
            yield from _flat(value, f"{group}{key}.")


def spaced(text: str) -> str:
    """Put a space between Chinese and Latin letters or digits, outside of tags.

    The locale files have none there, so that none can be forgotten, also where a value is put in.

    Examples
    --------
    >>> spaced("第3步：从<point>a = 13</point>出发，学习率η太大。")
    '第 3 步：从 <point>a = 13</point> 出发，学习率 η 太大。'
    """
    for joint in _JOINTS:
        text = joint.sub(r"\1 ", text)
    return text


class _Worded(float):
    """A number in a text: `short`, or with ``{steps:# step|# steps}`` the form for one or for many."""

    def __format__(self, forms: str) -> str:
        """Write the number."""
        if "|" not in forms:
            return short(float(self))
        one, many = forms.split("|")
        return (one if float(self) == 1.0 else many).replace("#", short(float(self)))


def candidates(scene: str, key: str) -> Iterator[str]:
    """Name the keys under which a scene's text may stand, the most special one first.

    Examples
    --------
    >>> list(candidates("slope", "end.settles.local"))[:3]
    ['slope.end.settles.local', 'end.settles.local', 'slope.end.settles']
    """
    parts = key.split(".")
    for count in range(len(parts), 0, -1):
        short_key = ".".join(parts[:count])
        yield from (f"{scene}.{short_key}", short_key)


def say(lang: str, key: str, **values: object) -> str:
    """Look up one text and put the values into it.

    Parameters
    ----------
    lang
        Language, the name of a file in ``look/locales``.
    key
        ``group.name``; tags such as ``<rate>…</rate>`` name the colour role of a part of the text.
    values
        What the placeholders stand for; numbers are written by `short`, and ``{steps:# step|# steps}``
        chooses between two forms.

    Raises
    ------
    KeyError
        When the language has no such text, or a placeholder has no value.
    """
    return filled(texts(lang)[key], **values)


def filled(text: str, **values: object) -> str:
    """Put values into a text, as `say` does.

    Examples
    --------
    >>> filled("{steps:# step|# steps} of {lr}", steps=1, lr=0.30)
    '1 step of 0.3'
    """
    words = {
        name: _Worded(value) if isinstance(value, float | int) else value for name, value in values.items()
    }
    return spaced(text.format(**words))


def find(lang: str, key: str, default: str) -> str:
    """Look up a text without values that a language may lack, such as the help of somebody else's scene."""
    return spaced(texts(lang).get(key, default))


def all_text(lang: str) -> str:
    """Return every drawn text of a language in one string, for checking that a font has its glyphs."""
    return "\n".join(text for key, text in texts(lang).items() if not key.startswith(READ))


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
    first, *others = TAG.split(markup)
    found = [(first, "")]
    for role, body, after in zip(*[iter(others)] * 3, strict=True):
        found += [(body, role), (after, "")]
    return [(body, role) for body, role in found if body or role]


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
        ways = {
            j: [(total + weight(i, j), [*ends, j]) for i, (total, ends) in best.items() if i < j]
            for j in range(1, len(edges))
        }
        best = {j: min(found) for j, found in ways.items() if found}
    ends = best[len(edges) - 1][1]
    lines = [(edges[i], edges[j]) for i, j in pairwise(ends)]
    return [part(markup, i, i + len(text[i:j].rstrip())) for i, j in lines]
