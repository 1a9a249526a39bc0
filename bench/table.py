"""Tables in Markdown that also read well as plain text, and how numbers are written in them."""

from __future__ import annotations

import math
from collections.abc import Sequence


def number(value: float) -> str:
    """Write three digits of a number, and all of those before the point.

    Examples
    --------
    >>> number(12345.6), number(34.56), number(1.234), number(0.0456), number(math.inf)
    ('12,346', '34.6', '1.23', '0.046', 'inf')
    """
    if not math.isfinite(value):
        return str(value)
    digits = next((digits for least, digits in ((100, 0), (10, 1), (1, 2)) if abs(value) >= least), 3)
    return f"{value:,.{digits}f}"


def times(value: float) -> str:
    """Write a ratio.

    Examples
    --------
    >>> times(0.25), times(4)
    ('×0.250', '×4.00')
    """
    return f"×{number(value)}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], texts: int) -> str:
    """Lay out a table; the first `texts` columns are words, the others numbers, to the right.

    Examples
    --------
    >>> print(table(["tool", "s"], [["ours", "1.00"], ["a peer", "10.0"]], texts=1))
    | tool   |    s |
    |--------|-----:|
    | ours   | 1.00 |
    | a peer | 10.0 |
    """
    widths = [max(len(line[i]) for line in (head, *rows)) for i in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        padded = (
            cell.ljust(width) if i < texts else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return f"| {' | '.join(padded)} |"

    rule = "|".join("-" * (w + 2) if i < texts else "-" * (w + 1) + ":" for i, w in enumerate(widths))
    return "\n".join([line(head), f"|{rule}|", *map(line, rows)])
