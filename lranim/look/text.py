"""The text on screen: one TOML file a language, and the numbers put into it."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
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
    if not math.isfinite(value):
        return ("+" if sign and value > 0 else MINUS if value < 0 else "") + (
            "\N{INFINITY}" if math.isinf(value) else "?"
        )
    if abs(value) >= 1e5:
        body = _with_power(value, 1)
    else:
        body = f"{value:.{digits}f}"
        if float(body) == 0:
            body = body.lstrip("-")
    if sign and value > 0 and float(f"{value:.{digits}f}") != 0:
        body = "+" + body
    return body.replace("-", MINUS)


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
