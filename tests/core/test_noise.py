from __future__ import annotations

import itertools
import math
import pickle
import re

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend, sweep
from lranim.core.noise import jitter, late_points, noise_at, noisy, stationary_variance
from lranim.core.rules import fixed, gradient_descent
from lranim.core.schedules import SCHEDULES, constant
from lranim.core.types import Trajectory

BOWL, RAVINE = COSTS["bowl"], COSTS["ravine"]


def run(name: str, *, lr: float = 0.4, steps: int = 60, scale: float = 4.0, seed: int = 1) -> Trajectory:
    """Descend the bowl from 13 under a schedule, with noise."""
    schedule = SCHEDULES[name].make(lr, steps)
    return descend(BOWL, gradient_descent(), schedule, (13.0,), steps, gradient=noisy(BOWL, scale, seed))


# The noise


def test_the_noise_hangs_on_seed_and_step_alone() -> None:
    """In any order, with anything drawn in between, the same seed and step give the same numbers."""
    first = [noise_at(t, 2, 1.0, 7) for t in range(50)]
    np.random.default_rng().random()
    again = [noise_at(t, 2, 1.0, 7) for t in reversed(range(50))][::-1]
    assert np.array_equal(first, again)
    assert len(np.unique(first)) == 100
    assert not np.isin(first, [noise_at(t, 2, 1.0, 8) for t in range(50)]).any()


def test_the_noise_is_normal_with_its_scale() -> None:
    """No mean, the asked deviation, and nothing that steps, variables or seeds have to do with each other."""
    drawn = np.array([[noise_at(t, 2, 3.0, seed) for t in range(100)] for seed in range(50)])
    assert abs(drawn.mean()) < 4 * 3 / math.sqrt(drawn.size)
    assert drawn.std() == pytest.approx(3, rel=0.03)
    assert (np.abs(drawn) < 3).mean() == pytest.approx(0.6827, abs=0.02)
    assert abs(np.corrcoef(drawn[:, 1:, 0].ravel(), drawn[:, :-1, 0].ravel())[0, 1]) < 0.06
    assert abs(np.corrcoef(drawn[..., 0].ravel(), drawn[..., 1].ravel())[0, 1]) < 0.06
    assert abs(np.corrcoef(drawn[1:, :, 0].ravel(), drawn[:-1, :, 0].ravel())[0, 1]) < 0.06


def test_all_points_of_a_step_get_the_same_noise() -> None:
    """A batch of points has the gradient of each, and one noise for all."""
    x = np.random.default_rng(0).uniform(-3, 3, (4, 5, 2))
    told = noisy(RAVINE, 0.5, 3)
    added = told(x, 9) - RAVINE.grad(x)
    assert added == pytest.approx(np.broadcast_to(noise_at(9, 2, 0.5, 3), x.shape), abs=1e-14)
    assert np.array_equal(told(x, 9)[1, 2], told(x[1, 2], 9))


def test_no_noise_is_no_noise() -> None:
    """A scale of 0 gives the descent without."""
    quiet = run("cosine", scale=0)
    plain = descend(BOWL, gradient_descent(), SCHEDULES["cosine"].make(0.4, 60), (13.0,), 60)
    assert np.array_equal(quiet.x, plain.x)


def test_a_noisy_gradient_can_be_pickled() -> None:
    """It can be sent to another process."""
    told = noisy(BOWL, 0.5, 3)
    x = np.array([1.0])
    assert np.array_equal(pickle.loads(pickle.dumps(told))(x, 2), told(x, 2))


# Descending with it


def test_a_noisy_descent_is_the_sum_of_what_it_was_told() -> None:
    """On a quadratic x_t = (1 - lr L)^t x_0 - lr sum (1 - lr L)^(t-1-s) xi_s, to rounding."""
    trajectory = run("constant", lr=0.3, steps=40)
    xi = [noise_at(t, 1, 4.0, 1)[0] for t in range(40)]
    for t in (1, 2, 17, 40):
        pushes = sum(0.4 ** (t - 1 - s) * xi[s] for s in range(t))
        assert trajectory.x[t, 0] - 3 == pytest.approx(10 * 0.4**t - 0.3 * pushes, rel=1e-10)


def test_the_trajectory_keeps_the_true_gradient_and_the_real_step() -> None:
    """The slope kept is the cost's; what the rule was told can be read off the step, or asked again."""
    trajectory = run("linear")
    told = noisy(BOWL, 4.0, 1)
    assert np.array_equal(trajectory.grad, BOWL.grad(trajectory.x))
    assert np.array_equal(trajectory.x[1:], trajectory.x[:-1] + trajectory.step)
    for t in range(trajectory.steps):
        assert trajectory.step[t] == pytest.approx(-trajectory.lr[t] * told(trajectory.x[t], t), rel=1e-14)


def test_every_schedule_meets_the_same_noise() -> None:
    """What was told less the true gradient is the same at each step, whatever the rates and the points."""
    runs = [run(name) for name in ("constant", "linear", "exponential")]
    met = [-one.step[:, 0] / one.lr - one.grad[:-1, 0] for one in runs]
    assert met[1] == pytest.approx(met[0], abs=1e-10)
    assert met[2] == pytest.approx(met[0], abs=1e-10)


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    """The noise does not hang on how many steps are asked for, nor on the chunks of the loop."""
    assert np.array_equal(run("constant", steps=1500).x[:61], run("constant", steps=60).x)


def test_the_constant_rate_ends_with_its_stationary_variance() -> None:
    """Over 8,000 steps the variance about the minimum is lr^2 sigma^2 / (1 - (1 - lr L)^2)."""
    for lr in (0.1, 0.4, 0.8):
        x = run("constant", lr=lr, steps=8000).x[200:, 0] - 3
        expected = lr**2 * 16 / (1 - (1 - 2 * lr) ** 2)
        assert np.mean(x) == pytest.approx(0, abs=0.2)
        assert np.mean(x**2) == pytest.approx(expected, rel=0.12)
        assert stationary_variance(lr, 2, 4) == pytest.approx(expected, rel=1e-12)


def test_in_the_plane_each_direction_has_its_own_variance() -> None:
    """The ravine's two curvatures give the two variances."""
    told = noisy(RAVINE, 1.0, 5)
    x = descend(RAVINE, gradient_descent(), constant(0.4), (0.0, 0.0), 8000, gradient=told).x[200:]
    expected = [stationary_variance(0.4, curvature, 1) for curvature in (0.2, 4)]
    assert (x**2).mean(axis=0) == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize("seed", range(20))
def test_a_decaying_rate_settles_and_a_constant_one_does_not(seed: int) -> None:
    """Whatever the seed, each decay ends nearer to the minimum than the constant rate jitters."""
    restless = jitter(run("constant", seed=seed))
    for name in list(SCHEDULES)[1:]:
        assert jitter(run(name, seed=seed)) < 0.7 * restless


def test_a_sweep_is_told_the_same_as_single_runs() -> None:
    """Each rate of a sweep meets the noise that it meets alone."""
    told = noisy(RAVINE, 0.3, 2)
    lrs = [0.05, 0.2, 0.45, 3.0]
    many = sweep(RAVINE, gradient_descent(), lrs, (-3.5, 2.0), 1100, gradient=told)
    for i, lr in enumerate(lrs):
        alone = descend(RAVINE, gradient_descent(), constant(lr), (-3.5, 2.0), 1100, gradient=told)
        assert np.array_equal(many.x[: alone.steps + 1, i], alone.x)


def test_other_rules_are_told_it_too() -> None:
    """A fixed step follows the sign of the noisy slope: near the minimum it goes the wrong way at times."""
    told = noisy(BOWL, 4.0, 1)
    trajectory = descend(BOWL, fixed(0.5), constant(1), (3.2,), 50, gradient=told)
    assert set(np.abs(trajectory.step[:, 0]).tolist()) == {0.5}
    uphill = trajectory.step[:, 0] * trajectory.grad[:-1, 0] > 0
    assert 5 < uphill.sum() < 25


def test_a_noise_beyond_all_bounds_ends_the_run() -> None:
    """What is told leaves the finite numbers: the points before it are kept."""
    trajectory = run("constant", scale=1e308)
    assert trajectory.steps < 60
    assert np.isfinite(trajectory.x).all()
    assert np.isfinite(trajectory.grad).all()


# What is worked out


def test_a_smaller_rate_jitters_less() -> None:
    """Half the rate leaves less than half of the variance, and near the limit it grows beyond bounds."""
    lrs = [0.8, 0.4, 0.2, 0.1, 0.05]
    variances = [stationary_variance(lr, 2, 1) for lr in lrs]
    assert all(small < big / 2 for big, small in itertools.pairwise(variances))
    assert stationary_variance(1 - 1e-9, 2, 1) > 1e7


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 2, 1), "learning rate must be a finite number above 0, got 0"),
        ((1, 2, 1), "learning rate must be below 2 / L = 1, got 1"),
        ((0.1, -2, 1), "curvature must be a finite number above 0, got -2"),
        ((0.1, 2, math.nan), "noise scale must be a finite number, 0 or more, got nan"),
    ],
)
def test_no_variance_where_nothing_settles(arguments: tuple[float, ...], message: str) -> None:
    """From the stability limit on there is no stationary variance."""
    with pytest.raises(ValueError, match=re.escape(message)):
        stationary_variance(*arguments)


@pytest.mark.parametrize(
    ("scale", "seed", "message"),
    [
        (-1, 0, "noise scale must be a finite number, 0 or more, got -1"),
        (math.inf, 0, "noise scale must be a finite number, 0 or more, got inf"),
        (1, -1, "seed must be a whole number, 0 or more, got -1"),
        (1, 0.5, "seed must be a whole number, 0 or more, got 0.5"),
    ],
)
def test_noise_that_is_none_is_refused(scale: float, seed: int, message: str) -> None:
    """Scale and seed are named in the error."""
    with pytest.raises(ValueError, match=re.escape(message)):
        noisy(BOWL, scale, seed)


def test_jitter_is_the_root_of_the_mean_squared_distance() -> None:
    """Of the last fifth of the steps, or of another share, rounded up."""
    trajectory = descend(BOWL, fixed(1), constant(1), (3.5,), 9)
    assert jitter(trajectory) == 0.5
    walk = descend(BOWL, fixed(1), constant(1), (13.0,), 10)
    assert walk.errors.tolist() == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert jitter(walk) == pytest.approx(math.sqrt((1 + 0) / 2))
    assert jitter(walk, 1) == pytest.approx(math.sqrt(285 / 10))


def test_late_points_are_a_share_of_the_steps() -> None:
    """Rounded up, but not where floats put the exact share a little above a whole number."""
    walk = descend(BOWL, fixed(1), constant(1), (13.0,), 100)
    assert [late_points(walk, share) for share in (0.2, 0.07, 0.071, 1)] == [20, 7, 8, 100]


@pytest.mark.parametrize("share", [0, -0.1, 1.5, math.nan])
def test_jitter_needs_a_share_of_the_run(share: float) -> None:
    """A share of nothing, or of more than all, is named in the error."""
    with pytest.raises(ValueError, match=f"share .*got {share}"):
        jitter(descend(BOWL, fixed(1), constant(1), (13.0,), 10), share)
