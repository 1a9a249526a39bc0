"""Repeats of several runs, taken in turn, so that a busy moment of the machine meets all of them alike."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


def interleaved(
    runs: Mapping[str, Callable[[], T]], repeats: int, once: Collection[str] = ()
) -> dict[str, list[T]]:
    """Run each of `runs` once a repeat, every other repeat in reverse order.

    Parameters
    ----------
    runs
        What to run, by name.
    repeats
        How often.
    once
        Names of those to run in the first repeat only.

    Returns
    -------
    dict
        The results of each run, one a repeat.
    """
    results: dict[str, list[T]] = {name: [] for name in runs}
    for repeat in range(repeats):
        for name in list(runs)[:: -1 if repeat % 2 else 1]:
            if repeat and name in once:
                continue
            print(f"  {name}, {repeat + 1} of {repeats}", file=sys.stderr, flush=True)
            results[name].append(runs[name]())
    return results


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the middle two."""
    return float(statistics.median(values))


def ratio(values: Sequence[float], others: Sequence[float]) -> float:
    """Median of the ratios within each repeat, so that what slows down a whole repeat cancels out.

    Examples
    --------
    >>> ratio([1.0, 10.0, 1.0], [2.0, 20.0, 4.0])
    0.5
    """
    return median([value / other for value, other in zip(values, others, strict=True)])
