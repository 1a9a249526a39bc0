from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lranim.logs import thinned

HEIGHTS = st.one_of(st.floats(-1e9, 1e9), st.sampled_from([np.nan, np.inf, -np.inf, 0.0]))


@settings(max_examples=60, deadline=None)
@given(y=arrays(np.float64, st.integers(0, 400), elements=HEIGHTS), count=st.integers(4, 90))
def test_no_extremum_is_lost(y: np.ndarray, count: int) -> None:
    """At most so many points of the series, in order, its ends among them, its highest and its lowest."""
    x = np.arange(len(y)) * 2.0
    kept, heights = thinned(x, y, count)
    assert len(kept) <= max(count, 0)
    assert (np.diff(kept) > 0).all()
    assert np.array_equal(heights, y[(kept / 2).astype(int)], equal_nan=True)
    if len(y):
        assert (kept[0], kept[-1]) == (x[0], x[-1])
    known, left = y[np.isfinite(y)], heights[np.isfinite(heights)]
    if len(known):
        assert (left.min(), left.max()) == (known.min(), known.max())


def test_every_spike_of_its_group_stays() -> None:
    """A million points with spikes far apart keep each of them."""
    y = np.sin(np.arange(1_000_000) / 1e5)
    places = np.arange(5000, 1_000_000, 10_000)
    y[places] = 50 + np.arange(len(places))
    kept, _ = thinned(np.arange(len(y)), y, 400)
    assert set(places.tolist()) <= set(kept.astype(int).tolist())


@pytest.mark.parametrize("place", [0, 1, 2, 24, 25, 49, 50, 97, 98, 99])
@pytest.mark.parametrize("height", [9.0, -9.0])
def test_a_spike_stays_wherever_it_is(place: int, height: float) -> None:
    """Also beside the ends, and where two groups meet."""
    y = np.zeros(100)
    y[place] = height
    for count in (4, 6, 10, 50):
        assert place in thinned(np.arange(100), y, count)[0]


@pytest.mark.parametrize(("x", "y", "count"), [([1, 2], [1], 4), ([1], [1], 3), ([[1]], [[1]], 4)])
def test_refused(x: list, y: list, count: int) -> None:
    """Points that do not match, and fewer than four."""
    with pytest.raises(ValueError, match=r"must"):
        thinned(x, y, count)
