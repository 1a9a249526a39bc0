"""The time left of a batch against closed forms, on a clock that stands still until it is told."""

from __future__ import annotations

import pytest

from lranim.batch.cache import Expectation
from lranim.cli.estimate import Batch


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        """Tell the time (s)."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock at 0 s."""
    return Clock()


def test_of_equal_clips_the_sum_is_shared(clock: Clock) -> None:
    """Ten clips of 4 s, two at a time: 20 s."""
    assert Batch([Expectation(4, 100)] * 10, 2, clock).left() == pytest.approx(20)


def test_nobody_helps_with_the_longest_clip(clock: Clock) -> None:
    """One of 30 s beside five of 1 s, however many at a time: 30 s."""
    expected = [Expectation(30, 900), *[Expectation(1, 30)] * 5]
    assert [Batch(expected, many, clock).left() for many in (1, 2, 100)] == [35, 30, 30]


def test_an_unknown_clip_is_like_the_known_ones(clock: Clock) -> None:
    """It weighs their mean, to which clips that are only copied do not count."""
    expected = [Expectation(2, 60), Expectation(6, 180), None, Expectation(0, 0)]
    assert Batch(expected, 1, clock).left() == pytest.approx(2 + 6 + 4)


def test_where_nothing_is_known_nothing_is_said(clock: Clock) -> None:
    """No guess at first; after the first clip the others are taken to be like it."""
    batch = Batch([None] * 5, 2, clock)
    batch.frames(0, 1, None)
    clock.now = 7
    assert batch.left() is None
    batch.finish(0, counts=True)
    assert batch.left() == pytest.approx(4 * 7 / 2)


def test_a_slow_machine_is_noticed(clock: Clock) -> None:
    """A clip that takes three times what was expected makes the rest three times as long."""
    batch = Batch([Expectation(2, 60)] * 4, 1, clock)
    batch.frames(0, 1, None)
    clock.now = 6
    batch.finish(0, counts=True)
    assert batch.left() == pytest.approx(3 * 3 * 2)


def test_a_clip_that_was_not_made_says_nothing_of_the_pace(clock: Clock) -> None:
    """One that another run had finished meanwhile is counted, and the others keep their time."""
    batch = Batch([Expectation(2, 60)] * 4, 1, clock)
    batch.frames(0, 0, None)
    clock.now = 50
    batch.finish(0, counts=False)
    assert (batch.left(), len(batch.finished)) == (pytest.approx(6), 1)


def test_frames_count_as_they_are_drawn(clock: Clock) -> None:
    """Three quarters of the frames leave a quarter of the time, and a rate tells when the clip is done."""
    batch = Batch([Expectation(8, 400)], 1, clock)
    batch.frames(0, 100, None)
    clock.now = 4
    batch.frames(0, 300, None)
    one = batch.running[0]
    assert (batch.left(), one.share(), one.rate(clock.now), one.left(clock.now)) == (2, 0.75, 50, 2)


@pytest.mark.parametrize("total", [None, 100])
def test_more_frames_than_expected(clock: Clock, total: int | None) -> None:
    """A clip that has grown has no bar and no time left; the batch counts its age."""
    batch = Batch([Expectation(8, 100)], 1, clock)
    batch.frames(0, 1, total)
    clock.now = 3
    batch.frames(0, 101, total)
    assert (batch.running[0].share(), batch.running[0].left(3), batch.left()) == (None, None, 5)


def test_a_rate_waits_until_it_says_something(clock: Clock) -> None:
    """Neither at once nor while nothing new is drawn; and the end of a batch is 0 s."""
    batch = Batch([Expectation(8, 100)], 1, clock)
    batch.frames(0, 10, None)
    assert batch.running[0].rate(0.0) is None
    assert batch.running[0].rate(9.0) is None
    batch.finish(0, counts=True)
    batch.frames(0, 100, 100)  # comes late
    assert (batch.running, batch.left()) == ({}, 0)
