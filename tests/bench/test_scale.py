"""The simulation of a batch against closed forms."""

from __future__ import annotations

import math
from itertools import product

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


def test_one_huge_clip_is_begun_first() -> None:
    """The others are done beside it; begun last it would come on top of them."""
    times = [*[1.0] * 20, 30.0]
    assert simulate(times, [0.0] * 21, 2, FREE).seconds == 30
    assert simulate(times, [0.0] * 21, 2, FREE, longest_first=False).seconds == 40


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
