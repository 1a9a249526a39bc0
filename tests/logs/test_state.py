from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lranim.logs import Log, RunState, Shape, rate_shape, run_state, thinned
from lranim.logs.log import level, series


def log(train: np.ndarray, valid: np.ndarray) -> Log:
    """A log of 4000 steps with these losses, evenly over them."""
    losses = [series(step=np.linspace(10, 4000, len(values)), value=values) for values in (train, valid)]
    rest = {"lr": series(), "best_step": None, "columns": (), "notes": ()}
    return Log(path="run", unit="step", train_loss=losses[0], valid_loss=losses[1], **rest)


T = np.linspace(0, 1, 400)
FEW = T[::20]
FALLING = 0.5 + 2 * np.exp(-8 * T)
BURST = np.where(T < 0.7, FALLING, np.minimum(FALLING * np.exp(60 * (T - 0.7)), 1e30))
HIGH = 0.15 * np.minimum(4 * T, 1)
RUNS = {
    "good": (FALLING, FALLING[::20] + 0.1, RunState.GOOD),
    "a model of language": (3.1 + 7 * np.exp(-9 * T), 3.2 + 7 * np.exp(-9 * FEW), RunState.GOOD),
    "small": (1e-3 * FALLING, 1e-3 * FALLING[::20] + 1e-4, RunState.GOOD),
    "over": (FALLING - 0.4 * T, FALLING[::20] + 0.8 * np.maximum(FEW - 0.4, 0), RunState.OVERFITTING),
    "still falling": (3 - 2 * T, 3.1 - 2 * FEW, RunState.UNDERFITTING),
    "still high": (2 - HIGH, 2.1 - HIGH[::20] / 1.5, RunState.UNDERFITTING),
    "flat": (np.full(400, 2.3), np.full(20, 2.3), RunState.FAILING),
    "rising a little": (2.3 + 0.5 * T, 2.3 + 0.5 * FEW, RunState.FAILING),
    "burst": (BURST, BURST[::20], RunState.DIVERGED),
    "fallen back": (np.where(T < 0.7, FALLING, 2.4), FALLING[::20], RunState.DIVERGED),
    "NaN": (np.where(T < 0.7, FALLING, np.nan), FALLING[::20], RunState.DIVERGED),
    "infinite validation": (FALLING, np.append(FALLING[::20], np.inf), RunState.DIVERGED),
}


@pytest.mark.parametrize("noise", [0.0, 0.08])
@pytest.mark.parametrize("name", RUNS)
def test_states(name: str, noise: float) -> None:
    """With the noise of mini-batches and spikes, too, whatever the seed."""
    train, valid, state = RUNS[name]
    noise /= 4 if name == "still high" else 1  # a fall that is small is not told from a large one
    for seed in range(6 if noise else 1):
        random = np.random.default_rng(seed)
        rough = train * (1 + noise * random.standard_normal(len(train)))
        if noise:
            rough[random.integers(5, 395, 3)] *= 3
        judged = valid * (1 + noise / 8 * random.standard_normal(len(valid)))
        assert run_state(log(rough, judged)) is state


@pytest.mark.parametrize(
    ("train", "valid", "state"),
    [
        ([2.0, 1.0, 0.6, 0.4, 0.3, 0.2], [2.0, 1.1, 0.8, 0.9, 1.1, 1.4], RunState.OVERFITTING),
        ([2.0, 1.0, 0.6, 0.4, 0.3], [2.0, 1.1, 0.8, 0.84, 0.9], RunState.OVERFITTING),
        ([2.0, 1.5, 1.1, 0.8], [2.0, 1.6, 1.3, 1.1], RunState.UNDERFITTING),
        ([2.0, 1.5, 1.1, 0.8], [2.0, 1.6, 1.3, 1.3], RunState.GOOD),
        ([2.0, 0.9, 0.8, 0.79, 0.785], [2.0, 1.0, 0.9, 0.89, 0.89], RunState.GOOD),
        ([2.0, 1.0], [2.1, 1.1], RunState.UNDERFITTING),
        ([2.0, 1.0], [], RunState.UNDERFITTING),
        ([2.0, 1.0], [2.0], RunState.GOOD),
        ([2.0], [2.0], RunState.FAILING),
        ([2.0, 2.0], [2.0, 2.0], RunState.FAILING),
        ([2.0, 9.0], [2.0, 2.0], RunState.DIVERGED),
        ([-1.0, -2.0, -2.5, -2.51], [-1.0, -2.0, -2.4, -2.4], RunState.GOOD),
        # A smooth validation loss that ends 2 % above its best is no overfitting, one of 12 % is.
        (FALLING, [*np.linspace(2, 1, 20), *np.linspace(1, 1.02, 12)], RunState.GOOD),
        (FALLING, [*np.linspace(2, 1, 20), *np.linspace(1, 1.12, 12)], RunState.OVERFITTING),
        (FALLING, [2.0, 1.5, *[1.1, 1.0] * 8, 1.1], RunState.GOOD),  # as much is noise
    ],
)
def test_few_values(train: list[float], valid: list[float], state: RunState) -> None:
    """Each counts where there are few; losses may be negative."""
    assert run_state(log(np.array(train), np.array(valid))) is state


def test_no_train_loss() -> None:
    """Then there is no state."""
    with pytest.raises(ValueError, match="run has no train loss"):
        run_state(log(np.zeros(0), np.ones(3)))


def test_level_is_not_moved_by_spikes() -> None:
    """It begins at the start and ends at the end, and lies where the values lie, however few they are."""
    random = np.random.default_rng(3)
    rough = FALLING * (1 + 0.1 * random.standard_normal(400))
    rough[random.integers(5, 400, 12)] = 1e6
    step, at = level(series(step=np.arange(400), value=rough))
    assert (step[0], step[-1]) == (0, 399)
    assert np.abs(at - np.interp(step, np.arange(400), FALLING)).max() < 0.3
    few = np.linspace(2, 1, 12)
    few[6] = 1e6
    assert level(series(step=np.arange(12), value=few))[1].max() == 2


X = np.linspace(0, 1, 101)
WARM = np.minimum(X / 0.1, 1)


@pytest.mark.parametrize(
    ("rate", "shape", "peak", "turns"),
    [
        (np.full(101, 3e-4), Shape.FLAT, 0, 0),
        (WARM, Shape.RISE, 10, 1),
        (WARM * np.where(X < 0.9, 0.9995, 1), Shape.RISE, 10, 1),
        (1 - X, Shape.FALL, 0, 0),
        (1 - 0.05 * X, Shape.FALL, 0, 0),
        (0.5 ** (10 * X // 3), Shape.FALL, 0, 0),
        (WARM * (1 + np.cos(np.pi * X)) / 2, Shape.BOTH, 10, 1),
        (1 - np.abs(2 * X - 1), Shape.BOTH, 50, 1),
        ((1 + np.cos(np.pi * (3.99 * X % 1))) / 2, Shape.WAVES, 0, 3),
        (np.abs(2 * X - 1), Shape.WAVES, 0, 1),
    ],
)
@pytest.mark.parametrize("size", [1e-6, 1.0])
def test_shapes_of_rates(rate: np.ndarray, shape: Shape, peak: float, turns: int, size: float) -> None:
    """Of the usual schedules, whatever their size."""
    found = rate_shape(series(step=np.arange(101), value=size * rate))
    assert (found.shape, found.turns) == (shape, turns)
    assert found.peak == pytest.approx(peak, abs=1)


HEIGHTS = st.one_of(st.floats(-1e9, 1e9), st.sampled_from([np.nan, np.inf, -np.inf, 0.0]))


@settings(max_examples=60, deadline=None)
@given(y=arrays(np.float64, st.integers(0, 400), elements=HEIGHTS), count=st.integers(4, 90))
def test_thinned_series_lose_no_extremum(y: np.ndarray, count: int) -> None:
    """At most so many points of the series, in order, its ends among them, its highest and its lowest."""
    x = np.arange(len(y)) * 2.0
    kept, heights = thinned(x, y, count)
    assert len(kept) <= count
    assert (np.diff(kept) > 0).all()
    assert np.array_equal(heights, y[(kept / 2).astype(int)], equal_nan=True)
    assert set(x[[0, -1]] if len(y) else ()) <= set(kept)
    known, left = y[np.isfinite(y)], heights[np.isfinite(heights)]
    assert not len(known) or (left.min(), left.max()) == (known.min(), known.max())
