"""The text on screen: one TOML file a language, and the numbers put into it."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib import resources

MINUS = "\N{MINUS SIGN}"


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
    power = str(int(exponent)).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
    return f"{mantissa}×10{power}".replace("-", MINUS)


@cache
def _tables(lang: str) -> dict[str, str]:
    source = resources.files("lranim.look").joinpath("locales", f"{lang}.toml")
    flat: dict[str, str] = {}
    for group, rows in tomllib.loads(source.read_text(encoding="utf-8")).items():
        flat.update({f"{group}.{key}": text for key, text in rows.items()})
    return flat


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
    words = {
        name: _Worded(value) if isinstance(value, float | int) else value for name, value in values.items()
    }
    return _tables(lang)[key].format(**words)


def all_text(lang: str) -> str:
    """Return every text of a language in one string, for checking that a font has its glyphs."""
    return "\n".join(_tables(lang).values())
