"""The network that learns by mini-batches, and the range test that finds its rate."""

from __future__ import annotations

import dataclasses
import math
import pickle
from types import SimpleNamespace

import numpy as np
import pytest

from lranim.core.network import BATCH, SAMPLES, Task, network_task, train_network
from lranim.core.range_test import RangeTest, judged, range_test, smooth, steepest, valley
from lranim.core.types import Array, Status


@pytest.fixture(scope="module")
def task() -> Task:
    """The default network and its samples."""
    return network_task()


@pytest.fixture(scope="module")
def found(task: Task) -> RangeTest:
    """The default test."""
    return range_test(task)


# The network


def test_the_gradient_is_the_slope_of_the_loss(task: Task) -> None:
    """Back-propagation agrees with central differences; the eight mini-batches of an epoch make the whole."""
    h = 1e-5 * np.eye(len(task.start))
    for x in task.start + np.random.default_rng(1).normal(size=(2, len(task.start))):
        slopes = (task.cost.value(x + h) - task.cost.value(x - h)) / 2e-5
        assert task.cost.grad(x) == pytest.approx(slopes, rel=1e-5, abs=1e-7)
        part = [(task.batch_loss(x + way, 5) - task.batch_loss(x - way, 5)) / 2e-5 for way in h]
        assert task.gradient(x, 5) == pytest.approx(np.array(part), rel=1e-5, abs=1e-7)
        for epoch in (0, 7):
            ts = epoch * SAMPLES // BATCH + np.arange(SAMPLES // BATCH)
            assert np.mean([task.batch_loss(x, t) for t in ts]) == pytest.approx(task.cost.value(x))
            mean = np.mean([task.gradient(x, t) for t in ts], axis=0)
            assert mean == pytest.approx(task.cost.grad(x), abs=1e-12)


def test_mini_batches_differ_and_come_back(task: Task) -> None:
    """Each step has its own, every epoch another order; asked again, or elsewhere, it is the same."""
    losses = [task.batch_loss(task.start, t) for t in range(24)]
    assert len(set(losses)) == 24
    copy = pickle.loads(pickle.dumps(task))
    assert [copy.batch_loss(task.start, t) for t in reversed(range(24))] == losses[::-1]
    assert losses[3] == network_task(0).batch_loss(task.start, 3) != network_task(1).batch_loss(task.start, 3)


def test_training_learns_all_but_the_noise(task: Task) -> None:
    """From knowing nothing to the variance of the noise, 0.04, at its own rate; ten times that explodes."""
    assert task.cost.value(task.start) == pytest.approx(task.cost.value(0 * task.start), rel=0.02)
    run = train_network(task, task.cost.lr)
    assert run.steps == 200
    assert run.cost[-1] == pytest.approx(0.04, rel=0.1)
    assert np.array_equal(run.cost, [task.cost.value(x) for x in run.x])
    for t in (0, 13, 199):
        assert run.step[t] == pytest.approx(-task.cost.lr * task.gradient(run.x[t], t))
    wild = train_network(task, 10 * task.cost.lr)
    assert wild.status is Status.DIVERGED
    assert wild.cost[-1] > 1e6 * wild.cost[0]
    assert np.isfinite(wild.x).all()


# The range test


def test_the_loss_is_flat_then_falls_then_explodes(found: RangeTest) -> None:
    """Low rates change nothing; then the loss comes down to a third; then it is above the first."""
    flat = found.smoothed[found.lr < 0.005]
    low = int(np.argmin(found.smoothed))
    assert len(flat) > 30
    assert np.ptp(flat[5:]) < 0.06 * flat.mean()
    assert found.smoothed[low] < flat.mean() / 3
    assert 0.5 < found.lr[low] < 1.5
    assert found.exploded
    assert found.smoothed[-1] > flat.mean()
    beyond = found.smoothed > 4 * np.minimum.accumulate(found.smoothed)
    assert np.flatnonzero(beyond).tolist() == [len(found.lr) - 1]


def test_losses_are_those_of_the_training(task: Task, found: RangeTest) -> None:
    """At rates that grow by one factor, the mini-batch's before its step; read-only."""
    assert found.lr[0] == 1e-4
    assert found.lr[1:] / found.lr[:-1] == pytest.approx((10 / 1e-4) ** (1 / 99))
    x = task.start
    for t, lr in enumerate(found.lr):
        assert found.loss[t] == pytest.approx(task.batch_loss(x, t), rel=1e-9)
        x = x - lr * task.gradient(x, t)
    assert np.array_equal(found.smoothed, smooth(found.loss, 0.9))
    assert not any(array.flags.writeable for array in (found.lr, found.loss, found.smoothed))


def test_the_first_tenth_and_the_last_five_have_no_say(found: RangeTest) -> None:
    """The suggestions are those of the losses in between."""
    inner = slice(10, len(found.lr) - 5)
    assert found.steepest == 10 + steepest(found.lr[inner], found.smoothed[inner])
    assert found.valley == 10 + valley(found.smoothed[inner])


def test_the_fall_is_found_by_hand() -> None:
    """From the last loss that is hardly below the plateau to the lowest; by less than a fifth it is none."""

    def seen(losses: Array) -> RangeTest:
        lr = 1e-4 * 10 ** (np.arange(len(losses)) / 20)
        return RangeTest(lr=lr, loss=losses, smoothed=losses, exploded=True, steepest=10, valley=50)

    losses = np.concatenate([np.full(40, 2.0), np.linspace(2.0, 1.0, 21)[1:], [3.0, 9.0]])
    assert seen(losses).fall == (40, 59)  # 1.95 is within a tenth of 2.0, 1.9 is not
    losses[0] = 2.6
    assert seen(losses).fall == (40, 59)
    assert seen(losses).found == seen(losses).lr[50]  # the steepest lies outside of it
    for depth in (0.0, 0.19):
        level = seen(np.concatenate([np.full(40, 1.0), np.full(20, 1.0 - depth), [5.0]]))
        assert level.fall is None
        assert level.found == level.lr[10]


@pytest.mark.thorough_after(2)
@pytest.mark.parametrize("seed", range(4))
def test_the_suggestions_work_and_ten_times_the_steepest_does_not(seed: int) -> None:
    """They lie in the fall, between rates too small and too large."""
    task = network_task(seed)
    test, start = range_test(task), task.cost.value(task.start)
    assert test.fall is not None
    first, last = test.fall
    assert first < test.steepest < last
    low, high = test.lr[test.valley], test.lr[test.steepest]
    assert test.found == high
    for lr, lowest, highest in (
        (low, 0, 0.15),
        (high, 0, 0.06),
        (high / 100, 0.8, 1),
        (10 * high, 1e6, math.inf),
    ):
        assert lowest * start <= train_network(task, lr).cost[-1] <= highest * start
    assert train_network(task, test.lr[first] / 10, 30).cost[-1] > 0.8 * start
    assert train_network(task, 3 * test.lr[last], 30).cost[-1] > 1e3


def test_where_it_ends(task: Task) -> None:
    """At the highest rate, at a loss that is no number, though finite again later, or refused at once."""
    calm = range_test(task, low=1e-3, high=0.1, steps=60)
    assert (calm.exploded, len(calm.lr), calm.lr[-1]) == (False, 60, pytest.approx(0.1))
    hole = SimpleNamespace(**{field.name: getattr(task, field.name) for field in dataclasses.fields(task)})
    hole.gradient, hole.batch_loss = task.gradient, lambda x, t: math.inf if t == 30 else 1 / (1 + t)
    broken = range_test(hole)  # type: ignore[arg-type]
    assert (broken.exploded, len(broken.lr)) == (True, 30)
    with pytest.raises(ValueError, match=r"explodes at once, at a rate of 50: start the range test lower"):
        range_test(task, low=50, high=100)


def test_a_test_made_elsewhere_is_read_in_the_same_way(task: Task, found: RangeTest) -> None:
    """Rates and losses alone give all that the test had found, whatever comes after it stopped."""
    lr = 1e-4 * (10 / 1e-4) ** (np.arange(100) / 99)
    again = judged(lr, [*found.loss, *[1e9] * (100 - len(found.loss))])
    for name in ("loss", "smoothed"):
        assert np.array_equal(getattr(again, name), getattr(found, name))
    assert (again.steepest, again.valley, again.exploded) == (found.steepest, found.valley, True)


# Smoothing and suggestions


def test_smoothing_is_a_weighted_mean_of_what_came_before() -> None:
    """Loss l_s has the weight beta^(t-s), and all weights make 1: a level loss stays level."""
    losses = np.random.default_rng(0).normal(size=40)
    for beta in (0.0, 0.5, 0.98):
        for t in (0, 1, 39):
            weights = beta ** np.arange(t, -1.0, -1)
            assert smooth(losses, beta)[t] == pytest.approx(weights @ losses[: t + 1] / weights.sum())


def test_the_steepest_fall_is_per_factor_of_the_rate() -> None:
    """On a logarithmic axis, named by the step it begins from: of an S-curve it is the middle."""
    # Between 0.1 and 0.11 the loss falls less than between 0.01 and 0.1, and yet more steeply.
    assert steepest([0.01, 0.1, 0.11], [9, 7, 6]) == 1
    lr = np.geomspace(1e-3, 1e3, 601)
    assert lr[steepest(lr, 1 / (1 + lr))] == pytest.approx(1, rel=0.03)


@pytest.mark.parametrize("seed", range(10))
def test_the_valley_is_the_longest_of_all(seed: int) -> None:
    """Against every series there is, of ten losses, ties and all."""
    losses = np.random.default_rng(seed).integers(0, 8, 10).astype(float)
    chosen = ([i for i in range(10) if mask >> i & 1] for mask in range(1, 2**10))
    length, end = max((len(row), -row[-1]) for row in chosen if np.all(np.diff(losses[row]) < 0))
    expected = max(-end - length + length // 3 + length // 6, 0) if length > 1 else 0
    assert valley(losses) == expected
