"""What a clip gives up to keep to a size: what is tried, in which order, and what must stay readable."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields

from lranim.draw.layout import CAP, Layout
from lranim.look.theme import Sizes, Theme
from lranim.video.job import Job

RATES = (25, 20, 10)
"""Frames a second to step down to. Slower than the last one is no motion any more."""

PALETTES = (128, 64, 32)
"""Numbers of colours to step down to; the last one holds every role of a theme, and its soft edges."""

NARROWER = 0.8
"""About what a step in width leaves of it."""

LEAST_WIDTH = 400
"""Width (px) at which a picture of 16:9 with the usual sizes of text can still be read."""

LETTERING = ("title", "chip", "step", "rule", "numbers", "caption", "label", "tick")
"""Fields of `Sizes` that are sizes of text."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What a file may cost.

    Parameters
    ----------
    most
        Bytes.
    least_width
        Width (px) below which the text cannot be read.
    kept
        Colours (RGB) that tell things apart, and so must stay apart.
    """

    most: int
    least_width: int
    kept: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One try: frames a second, colours at most, and width in px."""

    rate: int
    colours: int
    width: int


def budget_of(job: Job) -> Budget | None:
    """The job's budget; None if it has none."""
    if job.max_size is None:
        return None
    least = least_width(job.width, job.height, job.theme.sizes)
    return Budget(most=job.max_size, least_width=least, kept=_roles(job.theme))


def _roles(theme: Theme) -> tuple[tuple[int, int, int], ...]:
    """The colours of a theme, each once."""
    codes = (getattr(theme, field.name) for field in fields(theme))
    colours = (tuple(bytes.fromhex(code[1:])) for code in codes if str(code).startswith("#"))
    return tuple(dict.fromkeys((red, green, blue) for red, green, blue in colours))


def least_width(width: int, height: int, sizes: Sizes) -> int:
    r"""Width (px) at which the smallest capitals of this shape are as high as those of 16:9 at 400 px.

    In a picture :math:`H` manim units high and :math:`h` px, a text of :math:`s` units has capitals of
    :math:`0.73\,s\,u\,h / H` px, with the layout's unit :math:`u`; no text is smaller than the layout's
    `least`.

    Examples
    --------
    >>> [least_width(w, h, Sizes()) for w, h in ((1280, 720), (960, 720), (720, 720), (720, 1280))]
    [400, 347, 284, 160]
    """
    usual = _smallest(16 / 9, Sizes()) * LEAST_WIDTH * 9 / 16
    return math.ceil(usual / _smallest(width / height, sizes) * width / height - 1e-9)


def _smallest(aspect: float, sizes: Sizes) -> float:
    """Height of the smallest capitals, as a share of the picture's height."""
    layout = Layout(aspect, 1.0)
    size = max(layout.least, min(getattr(sizes, name) for name in LETTERING))
    return CAP * size * layout.unit


def steps(rate: int, colours: int, width: int, least_width: int) -> Iterator[Step]:
    """What to try, in this order: as it is, a lower rate, then fewer colours, then less width.

    Parameters
    ----------
    rate, colours, width
        As it is.
    least_width
        Where to stop; a picture that is narrower already keeps its width.

    Examples
    --------
    >>> [(s.rate, s.colours, s.width) for s in steps(20, 64, 600, 400)]
    [(20, 64, 600), (10, 64, 600), (10, 32, 600), (10, 32, 490), (10, 32, 400)]
    """
    count = max(0, math.ceil(math.log(width / least_width) / -math.log(NARROWER)))
    widths = (round(width * (least_width / width) ** (k / count)) for k in range(1, count + 1))
    rates = [rate, *(one for one in RATES if one < rate)]
    palettes = [colours, *(one for one in PALETTES if one < colours)]
    yield from (Step(rate=one, colours=colours, width=width) for one in rates)
    yield from (Step(rate=rates[-1], colours=one, width=width) for one in palettes[1:])
    yield from (Step(rate=rates[-1], colours=palettes[-1], width=one) for one in widths)
