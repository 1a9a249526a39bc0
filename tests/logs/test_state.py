from __future__ import annotations

import numpy as np
import pytest

from lranim.logs import Log, RunState, run_state
from lranim.logs.log import series
from lranim.logs.state import level

T = np.linspace(0, 1, 400)


def log(train: np.ndarray, valid: np.ndarray) -> Log:
    """A log of 4000 steps with these losses, evenly over them."""
    steps = [np.linspace(10, 4000, len(values)) for values in (train, valid)]
    return Log(
        path="run",
        kind="CSV",
        unit="step",
        train_loss=series(step=steps[0], value=train),
        valid_loss=series(step=steps[1], value=valid),
        lr=series(),
        epoch=series(),
        best_step=None,
        columns=(),
        notes=(),
    )


EVERY = slice(0, None, 20)
FALLING = 0.5 + 2 * np.exp(-8 * T)
BURST = np.where(T < 0.7, FALLING, np.minimum(FALLING * np.exp(60 * (T - 0.7)), 1e30))
RUNS = {
    "good": (FALLING, FALLING[EVERY] + 0.1, RunState.GOOD),
    "a model of language": (3.1 + 7 * np.exp(-9 * T), 3.2 + 7 * np.exp(-9 * T[EVERY]), RunState.GOOD),
    "small": (1e-3 * FALLING, 1e-3 * FALLING[EVERY] + 1e-4, RunState.GOOD),
    "overfitting": (
        FALLING - 0.4 * T,
        FALLING[EVERY] + 0.8 * np.maximum(T[EVERY] - 0.4, 0),
        RunState.OVERFITTING,
    ),
    "still falling": (3 - 2 * T, 3.1 - 2 * T[EVERY], RunState.UNDERFITTING),
    "still high": (
        2 - 0.15 * np.minimum(4 * T, 1),
        2.1 - 0.1 * np.minimum(4 * T[EVERY], 1),
        RunState.UNDERFITTING,
    ),
    "flat": (np.full(400, 2.3), np.full(20, 2.3), RunState.FAILING),
    "rising a little": (2.3 + 0.5 * T, 2.3 + 0.5 * T[EVERY], RunState.FAILING),
    "burst": (BURST, BURST[EVERY], RunState.DIVERGED),
    "fallen back": (np.where(T < 0.7, FALLING, 2.4), FALLING[EVERY], RunState.DIVERGED),
    "NaN": (np.where(T < 0.7, FALLING, np.nan), FALLING[EVERY], RunState.DIVERGED),
    "infinite validation": (FALLING, np.append(FALLING[EVERY], np.inf), RunState.DIVERGED),
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
        ([2.0, 2.0], [2.0, 2.0], RunState.FAILING),
        ([2.0, 9.0], [2.0, 2.0], RunState.DIVERGED),
        ([-1.0, -2.0, -2.5, -2.51], [-1.0, -2.0, -2.4, -2.4], RunState.GOOD),
    ],
)
def test_few_epochs(train: list[float], valid: list[float], state: RunState) -> None:
    """Each value counts where there are few; losses may be negative."""
    assert run_state(log(np.array(train), np.array(valid))) is state


def test_level_is_not_moved_by_spikes() -> None:
    """It begins at the start and ends at the end, and lies where the values lie."""
    random = np.random.default_rng(3)
    rough = FALLING * (1 + 0.1 * random.standard_normal(400))
    rough[random.integers(5, 400, 12)] = 1e6
    step, at = level(series(step=np.arange(400), value=rough))
    assert (step[0], step[-1]) == (0, 399)
    assert np.abs(at - np.interp(step, np.arange(400), FALLING)).max() < 0.3


def test_a_single_spike_of_a_short_series_is_left_out() -> None:
    """Not even a share of it stays."""
    value = np.linspace(2, 1, 12)
    value[6] = 1e6
    assert level(series(step=np.arange(12), value=value))[1].max() == 2


def test_no_train_loss() -> None:
    """Then there is no state."""
    with pytest.raises(ValueError, match="run has no train loss"):
        run_state(log(np.zeros(0), np.ones(3)))


@pytest.mark.parametrize(("rise", "overfits"), [(0.02, False), (0.12, True), (0.3, True)])
def test_a_rise_of_a_twentieth_is_overfitting(rise: float, overfits: bool) -> None:
    """A smooth validation loss that ends 2 % above its best is no overfitting, one of 12 % is."""
    valid = np.concatenate([np.linspace(2, 1, 20), np.linspace(1, 1 + rise, 12)[1:]])
    assert (run_state(log(FALLING, valid)) is RunState.OVERFITTING) is overfits
