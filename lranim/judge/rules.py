"""The rules of a picture that can be read, over what is drawn in it: no scene, no files.

A text lies in the safe area, its capitals are high enough, it has contrast to what is behind it, and nothing
else touches its letters. Nothing reaches out of the frame, and neither the frame nor the picture area in it
is empty. What is behind a text is looked at pixel by pixel, in its letters and in a thin ring about them:

- what covers all of it (a panel, a chip, a surface) is its ground, and the contrast to that is judged;
- what covers a part of it is an overlap, unless it is faint: a grid line that hardly stands out from the
  ground, and leaves the text its contrast, does no harm;
- whatever is drawn over the letters is an overlap;
- another text is one anywhere in the box about the letters.

A text that is fading, its alpha under 1, is not judged and is in nobody's way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from lranim.draw.layout import SMALLEST, Box
from lranim.judge.picture import Colour, Layer, Mask, Picture, Pixels, Region, TextBox, around, common, shape
from lranim.look.theme import READABLE, luminance
from lranim.video.changes import bounds

SAFE = 1.5
"""Width of the border that stays free of text, in percent of the frame's shorter side."""

CUT = 0.3
"""How far a thing may reach out of the frame, in percent of its shorter side: half a line's width."""

FAINT = 2.2
"""What has less contrast than this to a text's ground may cross the text: grids have, marks have not."""

RING = 0.002
"""Width of the ring about the letters that must be free too, as a share of the frame's height."""

SPECKS = 3
"""So few pixels do not count: soft edges that meet."""

COVERED = 0.98
"""What covers this share of the letters and their ring is their ground."""

LETTER, THING = 96, 64
"""From which alpha of 255 on a pixel belongs to a letter, or to something else."""

SEEN = 8
"""Levels of 255 by which a pixel must differ from the background to be seen."""

_LINEAR = np.array([luminance(f"#{level:02X}{level:02X}{level:02X}") for level in range(256)])
_WEIGHTS = np.array([luminance(code) for code in ("#FF0000", "#00FF00", "#0000FF")])

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


def judge(picture: Picture) -> Iterator[Finding]:
    """Find all that is wrong with a picture."""
    yield from _empty(picture)
    yield from _cut_off(picture)
    told: set[frozenset[TextBox]] = set()
    for text in dict.fromkeys(layer.text for layer in picture.layers if layer.text):
        if text.alpha >= 1:
            yield from _placed_and_sized(picture, text)
            yield from _legible(picture, text, told)


def _empty(picture: Picture) -> Iterator[Finding]:
    for name, box in (("the frame", picture.frame), ("the picture area", picture.area)):
        where = picture.region(box)
        small_first = sorted(picture.layers, key=lambda layer: layer.paint.size)
        if not any(_shows(picture, layer, where) for layer in small_first):
            yield Finding(kind="empty", what=name, amount=0.0, limit=0.0, box=box)
            return


def _shows(picture: Picture, layer: Layer, where: Region) -> bool:
    """Whether anything of a layer would be seen there on the empty frame."""
    both = common(layer.region, where)
    if both is None:
        return False
    ground = np.full((*shape(both), 3), picture.background, np.float32)
    return bool((np.abs(layer.over(ground, both) - ground) > SEEN).any())


def _cut_off(picture: Picture) -> Iterator[Finding]:
    for layer in picture.layers:
        if layer.text is None:
            sides = _reach(layer.box, picture.frame)
            amount = max(sides) / picture.percent
            if amount > CUT and min(sides) < 0:  # what is larger on all sides is a ground
                yield Finding(kind="cut off", what=layer.name, amount=amount, limit=CUT, box=layer.box)


def _placed_and_sized(picture: Picture, text: TextBox) -> Iterator[Finding]:
    border = SAFE * picture.percent
    outside = max(_reach(text.box, picture.frame.inset(border, border, border, border))) / picture.percent
    if outside > 1e-6:
        yield Finding(kind="outside", what=text.name, amount=outside, limit=0.0, box=text.box)
    height = 100 * text.cap_height / picture.frame.height
    if height < SMALLEST - 1e-6:
        yield Finding(kind="small", what=text.name, amount=height, limit=SMALLEST, box=text.box)


def _reach(box: Box, frame: Box) -> tuple[float, float, float, float]:
    """How far a box is outside a frame on each side; inside it is negative."""
    return frame.left - box.left, frame.bottom - box.bottom, box.right - frame.right, box.top - frame.top


def _legible(picture: Picture, text: TextBox, told: set[frozenset[TextBox]]) -> Iterator[Finding]:
    """Judge what is behind a text and over it; `told` has the texts already found to overlap one another."""
    places = [k for k, layer in enumerate(picture.layers) if layer.text is text]
    own = tuple(picture.layers[k] for k in places)
    ring = max(1, round(RING * picture.size[0]))
    spot = around([layer.region for layer in own], ring, picture.size)
    near = [k for k in picture.touching(spot) if _solid(picture.layers[k])]
    under = tuple(picture.layers[k] for k in near if k < places[0])
    over = tuple(picture.layers[k] for k in near if k > places[-1])
    worst, touching = _surroundings(own, under, over, picture.size, picture.background, ring)
    if worst < READABLE:
        yield Finding(kind="contrast", what=text.name, amount=worst, limit=READABLE, box=text.box)
    for layer, share in touching:
        pair = frozenset({text, layer.text or text})
        if pair not in told:
            yield Finding(
                kind="overlap", what=text.name, by=layer.name, amount=share, limit=0.0, box=text.box
            )
        if layer.text:
            told.add(pair)


def _solid(layer: Layer) -> bool:
    return layer.text is None or layer.text.alpha >= 1


@lru_cache(maxsize=512)  # most texts of a picture are as they were in the last one
def _surroundings(
    own: tuple[Layer, ...],
    under: tuple[Layer, ...],
    over: tuple[Layer, ...],
    size: tuple[int, int],
    background: Colour,
    ring: int,
) -> tuple[float, list[tuple[Layer, float]]]:
    """The worst contrast of a text to its ground, and what touches its letters with the share in percent."""
    spot = around([layer.region for layer in own], ring, size)
    letters = [_thick(layer.alpha(spot) >= LETTER, ring) for layer in own]
    whole = np.logical_or.reduce(letters)
    if not whole.any():
        return np.inf, []  # out of the frame
    plain, real, marks = _grounds(under, spot, background, whole)
    bare, full = _lightness(plain), _lightness(real)
    crossed, worst = np.zeros_like(whole), np.inf
    apart = _ratio(bare, full) > FAINT
    for layer, mask in zip(own, letters, strict=True):
        if mask.any():
            light = _lightness(np.array(layer.colour))
            to_ground = _ratio(light, bare)
            worst = min(worst, float(np.sort(to_ground[mask])[:SPECKS].max()))
            crossed |= mask & (apart | ((_ratio(light, full) < READABLE) & (to_ground >= READABLE)))
    # Letters of two texts may pass between one another: a text has all of its box for itself.
    filled = np.zeros_like(whole)
    filled[bounds(whole)] = True
    masks = [(layer, filled if layer.text else crossed) for layer in marks]
    masks += [(layer, filled if layer.text else whole) for layer in over]
    counts = {layer: np.count_nonzero(mask & (layer.alpha(spot) >= THING)) for layer, mask in masks}
    total = np.count_nonzero(whole)
    return worst, [
        (layer, min(100.0, 100.0 * count / total)) for layer, count in counts.items() if count > SPECKS
    ]


def _grounds(
    under: tuple[Layer, ...], spot: Region, background: Colour, whole: Mask
) -> tuple[Pixels, Pixels, list[Layer]]:
    """What is behind a text: its ground alone, all that is there, and what lies on the ground."""
    plain = real = np.full((*whole.shape, 3), background, np.float32)
    marks: list[Layer] = []
    for layer in under:
        real = layer.over(real, spot)
        alpha = layer.alpha(spot)[whole]
        if np.mean(alpha >= THING) < COVERED:
            marks.append(layer)
        elif alpha.mean() >= 255 * COVERED:
            plain, marks = real, []  # it hides whatever was there
        else:
            plain = layer.over(plain, spot)
    return plain, real, marks


def _lightness(pixels: Any) -> Any:
    """Relative luminance of RGB levels ``(..., 3)``."""
    return _LINEAR[np.rint(pixels).astype(np.intp)] @ _WEIGHTS


def _ratio(one: Any, other: Any) -> Any:
    """Contrast of two relative luminances."""
    return (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)


def _thick(mask: Mask, ring: int) -> Mask:
    """A mask with a ring of this many pixels about it."""
    grown = mask.copy()
    for axis in (0, 1):
        narrow = grown.copy()
        for step in range(1, ring + 1):
            ahead = (slice(None),) * axis + (slice(step, None),)
            back = (slice(None),) * axis + (slice(None, -step),)
            grown[ahead] |= narrow[back]
            grown[back] |= narrow[ahead]
    return grown
