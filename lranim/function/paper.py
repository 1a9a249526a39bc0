"""What people write on paper, or in other programs, for what a formula is written with here."""

from __future__ import annotations

import re

_SIGNS = str.maketrans(
    {"^": "**", "\N{MINUS SIGN}": "-", "\N{MULTIPLICATION SIGN}": "*", "\N{MIDDLE DOT}": "*"}
    | {"\N{DOT OPERATOR}": "*", "\N{GREEK SMALL LETTER PI}": "pi"}
)
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED = str.maketrans(_RAISED + "⁺⁻", "0123456789+-")
_POWER = re.compile(f"([⁺⁻]?)[{_RAISED}]+")

OTHER_NAMES = {
    "ln": "log",
    "log10": "log(x)/log(10)",
    "log2": "log(x)/log(2)",
    "fabs": "abs",
    "square": "**2",
    "pow": "**",
    "sigmoid": "1/(1 + exp(-x))",
    "relu": "(x + abs(x))/2",
    "t": "x",
    "theta": "x",
    "z": "y",
    "w": "a",
}
"""By names that a formula may not have, what is meant by them."""

PACKAGES = frozenset({"np", "numpy", "math", "torch", "tf", "jnp", "sp", "sympy"})
"""Names that stand before those of functions in programs."""

_HINTS = {
    "=": "write the right-hand side alone",
    ",": "write numbers with a point, and one function at a time",
    "%": "write a share as a number, such as 0.1",
    "|": "write abs(x)",
    "√": "write sqrt(x)",
}


def plain(text: str) -> str:
    """Give a formula on one line, in the signs that Python has for those from paper.

    Examples
    --------
    >>> plain("x² − 3·x⁻¹²")
    'x**2 - 3*x**(-12)'
    """
    # All the raised digits of a power together: one by one, 12 would be a power of a power.
    return _POWER.sub(_lowered, " ".join(text.split())).translate(_SIGNS)


def _lowered(power: re.Match[str]) -> str:
    number = power[0].translate(_LOWERED)
    return f"**({number})" if power[1] else f"**{number}"


def hint_for(sign: str) -> str | None:
    """What to write for a sign that means nothing in a formula; None where nothing is known of it."""
    return "write its variable as x, or as a" if sign.isalpha() else _HINTS.get(sign)
