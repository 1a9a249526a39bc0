"""The simulation of a batch against closed forms."""

from __future__ import annotations

import math
from itertools import pairwise, product

import numpy as np
import pytest

from bench.simulation import Costs, simulate

FREE = Costs(start=0, job=0, link=math.inf, client=0)


@pytest.mark.parametrize(("clips", "workers"), [*product((1, 5, 12, 24), (1, 2, 5, 8))])
def test_equal_clips_come_in_rounds(clips: int, workers: int) -> None:
    """A start, then ⌈clips / workers⌉ rounds."""
    costs = Costs(start=1.5, job=0.25, link=math.inf, client=0)
    run = simulate([4.0] * clips, [1e6] * clips, workers, costs)
    assert run.seconds == pytest.approx(1.5 + math.ceil(clips / workers) * 4.25)


def test_one_worker_does_all_one_after_another() -> None:
    """The sum, in any order, and nobody is ever idle."""
    times = [3.0, 1.0, 7.5, 0.5]
    for longest_first in (True, False):
        run = simulate(times, [0.0] * 4, 1, FREE, longest_first=longest_first)
        assert (run.seconds, run.bound, run.busy) == (sum(times), "workers", 1)


def test_more_workers_than_clips_wait_for_the_longest() -> None:
    """From as many workers as clips on, nothing gets faster, and the others idle."""
    times = [3.0, 1.0, 7.5, 0.5]
    for workers in (4, 5, 1000):
        run = simulate(times, [0.0] * 4, workers, Costs(2, 0.5, math.inf, 0))
        assert (run.seconds, run.bound) == (10, "longest clip")
        assert run.busy == pytest.approx(12 / (10 * workers))


def test_one_huge_clip_is_begun_first() -> None:
    """The others are done beside it; begun last it would come on top of them."""
    times = [*[1.0] * 20, 30.0]
    assert simulate(times, [0.0] * 21, 2, FREE).seconds == 30
    assert simulate(times, [0.0] * 21, 2, FREE, longest_first=False).seconds == 40


def test_a_thin_link_is_all_that_counts() -> None:
    """The first file leaves when its clip is done; from then on the link is never idle."""
    run = simulate([2.0] * 100, [5e6] * 100, 100, Costs(0, 0, 1e6, 0))
    assert (run.seconds, run.bound) == (pytest.approx(2 + 500), "link")


def test_a_busy_client_is_all_that_counts() -> None:
    """It takes clips one at a time while others come in: the first one's way, then all of its own."""
    run = simulate([2.0] * 100, [1e6] * 100, 100, Costs(0, 0, 10e6, 0.5))
    assert (run.seconds, run.bound) == (pytest.approx(2 + 0.1 + 100 * 0.5), "client")


def test_a_single_clip_takes_the_sum_of_its_way() -> None:
    """Start, job, rendering, link and client one after another."""
    assert simulate([3.0], [4e6], 7, Costs(1, 0.5, 2e6, 0.25)).seconds == pytest.approx(
        1 + 0.5 + 3 + 2 + 0.25
    )


@pytest.mark.parametrize("workers", [1, 2, 3, 8, 64])
def test_between_the_bounds(workers: int) -> None:
    """Never faster than the workers or the longest clip, nor slower than Graham's bound of any list order."""
    times = list(np.random.default_rng(workers).lognormal(1, 0.7, 200))
    share, longest = sum(times) / workers, max(times)
    seconds = simulate(times, [0.0] * 200, workers, FREE).seconds
    assert max(share, longest) <= seconds * (1 + 1e-12)
    assert seconds <= share + (1 - 1 / workers) * longest + 1e-9


def test_more_workers_are_never_slower_here() -> None:
    """The whole curve falls, down to its longest clip."""
    times = [1.0 + 0.1 * index for index in range(50)]
    curve = [simulate(times, [1e6] * 50, workers, Costs(1, 0.1, 1e8, 0)).seconds for workers in range(1, 60)]
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(curve))
    assert curve[-1] >= 1 + 0.1 + max(times)
