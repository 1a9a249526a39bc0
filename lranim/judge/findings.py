"""What is wrong with a picture, as data and as one line of text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from lranim.draw.layout import Box

MESSAGES = {
    "outside": "{what} is {amount:.1f} % of the shorter side outside the safe area",
    "cut off": "{what} reaches {amount:.1f} % of the shorter side out of the frame",
    "overlap": "{by} touches {amount:.1f} % of the letters of {what}",
    "small": "{what} has capitals of {amount:.1f} % of the height, less than {limit:.1f} %",
    "contrast": "{what} has a contrast of {amount:.1f}:1 to what is behind it, less than {limit:.1f}:1",
    "empty": "{what} is empty",
}
"""The kinds of findings, and how each is told."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong with a picture.

    Parameters
    ----------
    kind
        A key of `MESSAGES`.
    what
        What is at fault: the words of a text in quotes, or the name of a thing.
    by
        What overlaps it.
    amount
        By how much, in the unit that `MESSAGES` says.
    limit
        What it should be at least, or at most.
    box
        Where, in manim units.
    """

    kind: str
    what: str
    amount: float
    limit: float
    box: Box
    by: str = ""

    @property
    def message(self) -> str:
        """One line.

        Examples
        --------
        >>> Finding(kind="empty", what="the frame", amount=0, limit=0, box=Box(-7, -4, 7, 4)).message
        'the frame is empty'
        """
        return MESSAGES[self.kind].format(**{name: getattr(self, name) for name in self.__dataclass_fields__})


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A finding in a clip: where it is seen first, and at how many moments in all."""

    finding: Finding
    t: float
    beat: int
    moments: int

    @property
    def line(self) -> str:
        """Time, beat, what kind and how it is told.

        Examples
        --------
        >>> empty = Finding(kind="empty", what="the frame", amount=0, limit=0, box=Box(-7, -4, 7, 4))
        >>> Sighting(finding=empty, t=1.25, beat=2, moments=3).line
        '1.2 s, beat 2 (and 2 more): empty: the frame is empty'
        """
        more = f" (and {self.moments - 1} more)" if self.moments > 1 else ""
        return f"{self.t:.1f} s, beat {self.beat}{more}: {self.finding.kind}: {self.finding.message}"

    def as_dict(self) -> dict[str, Any]:
        """The JSON-ready dict."""
        about = asdict(self.finding) | {"message": self.finding.message}
        about["box"] = [round(side, 3) for side in asdict(self.finding.box).values()]
        about["amount"] = round(self.finding.amount, 3)
        return {"t": self.t, "beat": self.beat, "moments": self.moments, **about}


def together(seen: Iterable[tuple[float, int, Finding]]) -> tuple[Sighting, ...]:
    """Put together what is found at several moments ``(time, beat, finding)``, the worst amount kept.

    Examples
    --------
    >>> one = Finding(kind="overlap", what='"a"', by="a line", amount=5.0, limit=0, box=Box(0, 0, 1, 1))
    >>> (sighting,) = together([(0.0, 1, one), (2.0, 2, one)])
    >>> sighting.t, sighting.beat, sighting.moments
    (0.0, 1, 2)
    """
    rows: dict[tuple[str, str, str], list[tuple[float, int, Finding]]] = defaultdict(list)
    for row in seen:
        rows[row[2].kind, row[2].what, row[2].by].append(row)
    return tuple(
        Sighting(
            t=alike[0][0],
            beat=alike[0][1],
            moments=len({t for t, _, _ in alike}),
            finding=max((finding for _, _, finding in alike), key=lambda one: abs(one.amount - one.limit)),
        )
        for alike in rows.values()
    )
