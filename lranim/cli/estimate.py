"""How far a batch is, as numbers: what each clip has drawn, and how long the rest will take."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lranim.batch.cache import Expectation

SETTLED_S = 0.5
"""A rate is told once a clip has been drawing for so long (s)."""


@dataclass
class Running:
    """One clip that is being made: when it was first heard of (s), its frames then, and its frames now."""

    began: float
    first: int
    done: int = 0
    total: int | None = None

    def rate(self, now: float) -> float | None:
        """Frames a second since it was first heard of; None while that says nothing."""
        age = now - self.began
        return (self.done - self.first) / age if age >= SETTLED_S and self.done > self.first else None

    def share(self) -> float | None:
        """The share of its frames that is done; None if that is unknown, or was expected wrongly."""
        return self.done / self.total if self.total and self.done <= self.total else None

    def left(self, now: float) -> float | None:
        """Seconds until its last frame, at its rate so far; None if unknown."""
        rate = self.rate(now)
        return (self.total - self.done) / rate if rate and self.total and self.share() is not None else None


@dataclass
class Batch:
    """The progress of many clips.

    Each clip has a weight: the seconds it is expected to take, or the mean of the others where that is
    unknown. The pace is what the finished ones took over what they weigh, and the time left is

    ``pace · max((weight left of all) / (clips at a time), (largest weight left of one))``.

    Parameters
    ----------
    expected
        What each clip is expected to take, None if unknown; 0 s for one that is only copied.
    at_once
        Clips at a time.
    clock
        The time (s).

    Examples
    --------
    >>> times = iter((0.0, 0.0, 10.0, 10.0))
    >>> batch = Batch([Expectation(5, 100), None, None], at_once=1, clock=lambda: next(times))
    >>> batch.frames(0, 1, None)
    >>> batch.finish(0, counts=True)  # it took 10 s where 5 s were expected
    >>> batch.left()
    20.0
    """

    expected: Sequence[Expectation | None]
    at_once: int
    clock: Callable[[], float] = time.monotonic
    running: dict[int, Running] = field(default_factory=dict)
    finished: set[int] = field(default_factory=set)
    spent: float = 0.0
    weighed: float = 0.0

    def __post_init__(self) -> None:
        known = [one.seconds for one in self.expected if one and one.seconds > 0]
        mean = sum(known) / len(known) if known else 1.0
        self.informed = bool(known)
        self.began = self.clock()
        self.weights = [mean if one is None else one.seconds for one in self.expected]

    def frames(self, index: int, done: int, total: int | None) -> None:
        """Take note of the frames of one clip: done, and in all if that is known."""
        if index in self.finished:
            return
        if (one := self.running.get(index)) is None:
            one = self.running[index] = Running(self.clock(), done)
        expectation = self.expected[index]
        one.done, one.total = done, total or (expectation.frames if expectation else None) or None

    def finish(self, index: int, *, counts: bool) -> None:
        """Take note that a clip is done; one that was not made says nothing about the pace."""
        self.finished.add(index)
        one = self.running.pop(index, None)
        if one is not None and counts:
            self.spent += self.clock() - one.began
            self.weighed += self.weights[index]

    def left(self) -> float | None:
        """Seconds until all clips are done; None as long as nothing is known."""
        now = self.clock()
        if self.weighed > 0:
            pace = self.spent / self.weighed
        elif self.informed:
            pace = 1.0
        else:
            return None
        rest = [self._rest(index, pace, now) for index in range(len(self.expected))]
        return max(sum(rest) / max(1, self.at_once), max(rest, default=0.0))

    def _rest(self, index: int, pace: float, now: float) -> float:
        if index in self.finished:
            return 0.0
        whole = pace * self.weights[index]
        if (one := self.running.get(index)) is None:
            return whole
        share = one.share()
        return max(0.0, whole - (now - one.began)) if share is None else whole * (1 - share)
