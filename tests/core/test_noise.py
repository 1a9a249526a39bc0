"""Gradient noise: from seed and step alone, and what it does to a descent."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.noise import ending_of, jitter, late_points, noise_at, noisy
from lranim.core.rules import fixed, gradient_descent
from lranim.core.schedules import SCHEDULES, constant
from lranim.core.types import Trajectory

BOWL, RAVINE = COSTS["bowl"], COSTS["ravine"]


def run(name: str, *, lr: float = 0.4, steps: int = 60, scale: float = 4.0, seed: int = 1) -> Trajectory:
    """Descend the bowl from 13 under a schedule, with noise."""
    schedule = SCHEDULES[name].make(lr, steps)
    return descend(BOWL, gradient_descent(), schedule, (13.0,), steps, gradient=noisy(BOWL, scale, seed))


def test_the_noise_hangs_on_seed_and_step_alone() -> None:
    """In any order, and in any process, the same seed and step give the same numbers to all points."""
    first = [noise_at(t, 2, 1.0, 7) for t in range(50)]
    assert np.array_equal(first, [noise_at(t, 2, 1.0, 7) for t in reversed(range(50))][::-1])
    assert len(np.unique(first)) == 100
    assert not np.isin(first, [noise_at(t, 2, 1.0, 8) for t in range(50)]).any()
    x = np.random.default_rng(0).uniform(-3, 3, (4, 5, 2))
    told = pickle.loads(pickle.dumps(noisy(RAVINE, 0.5, 3)))
    assert told(x, 9) - RAVINE.grad(x) == pytest.approx(np.broadcast_to(noise_at(9, 2, 0.5, 3), x.shape))
    assert np.array_equal(noisy(RAVINE, 0, 3)(x, 9), RAVINE.grad(x))


def test_the_noise_is_normal_with_its_scale() -> None:
    """No mean, the asked deviation, and nothing that steps, variables or seeds have to do with each other."""
    drawn = np.array([[noise_at(t, 2, 3.0, seed) for t in range(100)] for seed in range(50)])
    assert abs(drawn.mean()) < 0.12
    assert drawn.std() == pytest.approx(3, rel=0.03)
    for axis in range(3):
        one, other = np.delete(drawn, 0, axis), np.delete(drawn, -1, axis)
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.06


def test_a_noisy_descent_is_the_sum_of_what_it_was_told() -> None:
    """On a quadratic x_t = (1 - lr L)^t x_0 - lr sum (1 - lr L)^(t-1-s) xi_s; longer runs begin like it."""
    trajectory = run("constant", lr=0.3, steps=40)
    xi = [noise_at(t, 1, 4.0, 1)[0] for t in range(40)]
    for t in (1, 2, 17, 40):
        pushes = sum(0.4 ** (t - 1 - s) * xi[s] for s in range(t))
        assert trajectory.x[t, 0] - 3 == pytest.approx(10 * 0.4**t - 0.3 * pushes, rel=1e-10)
    assert np.array_equal(run("constant", lr=0.3, steps=1500).x[:41], trajectory.x)


@pytest.mark.parametrize("lr", [0.1, 0.4, 0.8])
def test_the_constant_rate_ends_with_its_stationary_variance(lr: float) -> None:
    """Over 8,000 steps the variance about the minimum is lr sigma^2 / (L (2 - lr L)), and so the jitter."""
    trajectory = run("constant", lr=lr, steps=8000)
    expected = lr * 16 / (2 * (2 - 2 * lr))
    assert np.mean(np.square(trajectory.x[200:, 0] - 3)) == pytest.approx(expected, rel=0.12)
    assert jitter(trajectory) ** 2 == pytest.approx(expected, rel=0.25)
    told = noisy(RAVINE, 1.0, 5)
    x = descend(RAVINE, gradient_descent(), constant(0.4), (0.0, 0.0), 8000, gradient=told).x[200:]
    assert (x**2).mean(axis=0) == pytest.approx([0.4 / (k * (2 - 0.4 * k)) for k in (0.2, 4)], rel=0.15)


@pytest.mark.parametrize("seed", range(10))
def test_a_decaying_rate_settles_and_a_constant_one_does_not(seed: int) -> None:
    """Whatever the seed, each decay ends nearer to the minimum than the constant rate jitters."""
    restless = jitter(run("constant", seed=seed))
    for name in list(SCHEDULES)[1:]:
        assert jitter(run(name, seed=seed)) < 0.7 * restless


def test_jitter_is_the_root_of_the_mean_squared_distance() -> None:
    """Of the last fifth of the steps, rounded up."""
    walk = descend(BOWL, fixed(1), constant(1), (13.0,), 10)
    assert walk.errors.tolist() == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert jitter(walk) == pytest.approx(math.sqrt((1 + 0) / 2))
    counts = [late_points(descend(BOWL, fixed(1), constant(1), (13.0,), steps)) for steps in (1, 15, 16, 100)]
    assert counts == [1, 3, 4, 20]


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("constant", {}, "jitters"),
        ("cosine", {}, "settles"),
        ("constant", {"scale": 0.01}, "settles"),
        ("constant", {"lr": 0.005, "scale": 0.1}, "away"),
    ],
)
def test_how_a_noisy_run_ends(name: str, options: dict[str, float], expected: str) -> None:
    """Kept restless by its noise, calmed by its rates, or not yet there, noise or not."""
    lr = options.get("lr", 0.4)
    assert ending_of(run(name, **options), SCHEDULES[name].make(lr, 60), lr) == expected
