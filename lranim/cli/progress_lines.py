"""What the board shows: a line a running clip, and one for the batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from lranim.cli.estimate import Batch, Running

if TYPE_CHECKING:
    from rich.console import RenderableType

NUMBERS = (11, 6, 7)
"""Widths of a clip's frames, rate and time left (columns)."""

BAR = 24
"""Width of the longest bar (columns)."""

LEAST_NAME = 8


def picture(names: Sequence[str], batch: Batch, width: int, height: int) -> RenderableType:
    """Draw a batch.

    Parameters
    ----------
    names
        Of the clips.
    batch
        How far they are.
    width, height
        What there is room for (columns, lines). Of more clips than lines the first are shown.
    """
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table

    now = batch.clock()
    running = [(names[index], one) for index, one in sorted(batch.running.items())]
    total = f"{len(batch.finished)} of {len(names)} clips"
    numbers = sum(NUMBERS) + len(NUMBERS)
    bar = min(BAR, max(0, (width - numbers) // 3))
    # Of all names, so that nothing moves sideways when one clip follows another.
    longest = max(cell_len(label) for label in (f"{len(names)} of {len(names)} clips", *names))
    room = max(LEAST_NAME, min(width - numbers - bar - 2, longest))

    clips, whole = Table.grid(padding=(0, 1, 0, 0)), Table.grid(padding=(0, 1, 0, 0))
    for lines in (clips, whole):
        lines.add_column(width=room, no_wrap=True)
        lines.add_column(width=bar, no_wrap=True)
    for columns in NUMBERS:
        clips.add_column(width=columns, no_wrap=True, justify="right")
    whole.add_column(no_wrap=True)

    for name, one in running[: max(0, height - 2)]:
        shown = "" if one.share() is None else ProgressBar(one.total, one.done, width=bar)
        clips.add_row(shortened(name, room), shown, *_figures(one, now))
    if len(names) > 1:
        left = batch.left()
        rest = "" if left is None else f", about {duration(left)} left"
        done = ProgressBar(len(names), len(batch.finished), width=bar)
        whole.add_row(total, done, f"{duration(now - batch.began)}{rest}")
    return Group(*(lines for lines in (clips, whole) if lines.row_count))


def _figures(one: Running, now: float) -> tuple[str, str, str]:
    """A clip's frames, its rate and its time left, as far as they are known."""
    frames = str(one.done) if one.share() is None else f"{one.done}/{one.total}"
    rate, left = one.rate(now), one.left(now)
    return frames, "" if rate is None else f"{rate:.0f}/s", "" if left is None else duration(left)


def duration(seconds: float) -> str:
    """Write a time as a clock shows it.

    >>> duration(7.4), duration(83), duration(3725)
    ('0:07', '1:23', '1:02:05')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def shortened(name: str, width: int) -> str:
    """Cut a name down to so many columns, in its middle: both its ends tell it from others.

    >>> shortened("learning-rate.lr=0.9.zh", 16), shortened("slope", 16)
    ('learnin…r=0.9.zh', 'slope')
    """
    if cell_len(name) <= width:
        return name
    head, tail = name, ""
    while cell_len(head) > (width - 1) // 2:
        head = head[:-1]
    for sign in reversed(name):
        if cell_len(f"{head}…{sign}{tail}") > width:
            break
        tail = sign + tail
    return f"{head}…{tail}"
