from __future__ import annotations

import pickle

import numpy as np
import pytest

from lranim.core.network import BATCH, SAMPLES, Task, network_task, train_network
from lranim.core.types import Status


@pytest.fixture(scope="module")
def task() -> Task:
    """The default network and its samples."""
    return network_task()


def points(task: Task, count: int) -> np.ndarray:
    """Draw weights around the first ones, large enough to bend every hidden unit."""
    return task.start + np.random.default_rng(1).normal(size=(count, len(task.start)))


def test_the_gradient_is_the_slope_of_the_loss(task: Task) -> None:
    """Back-propagation agrees with central differences, on all samples and on a mini-batch."""
    h = 1e-5 * np.eye(len(task.start))
    for x in points(task, 2):
        whole = (task.cost.value(x + h) - task.cost.value(x - h)) / 2e-5
        assert task.cost.grad(x) == pytest.approx(whole, rel=1e-5, abs=1e-7)
        part = [(task.batch_loss(x + way, 5) - task.batch_loss(x - way, 5)) / 2e-5 for way in h]
        assert task.gradient(x, 5) == pytest.approx(np.array(part), rel=1e-5, abs=1e-7)


def test_the_mini_batches_of_an_epoch_make_the_whole(task: Task) -> None:
    """Eight steps go through all samples once: their losses and gradients average to the whole's."""
    steps = SAMPLES // BATCH
    for x in points(task, 3):
        for epoch in (0, 7):
            ts = range(epoch * steps, (epoch + 1) * steps)
            assert np.mean([task.batch_loss(x, t) for t in ts]) == pytest.approx(task.cost.value(x))
            mean = np.mean([task.gradient(x, t) for t in ts], axis=0)
            assert mean == pytest.approx(task.cost.grad(x), abs=1e-12)


def test_mini_batches_differ_and_come_back(task: Task) -> None:
    """Each step has its own, every epoch another order, and asked again it is the same."""
    x = task.start
    losses = [task.batch_loss(x, t) for t in range(24)]
    assert len(set(losses)) == 24
    assert [task.batch_loss(x, t) for t in reversed(range(24))] == losses[::-1]
    assert task.batch_loss(x, 3) == network_task(0).batch_loss(x, 3) != network_task(1).batch_loss(x, 3)


def test_a_batch_of_weights_equals_its_points(task: Task) -> None:
    """Loss and gradients of many weights are those of each."""
    x = points(task, 6).reshape(2, 3, -1)
    value, grad, part = task.cost.value(x), task.cost.grad(x), task.gradient(x, 2)
    assert (value.shape, grad.shape, part.shape) == ((2, 3), x.shape, x.shape)
    for i in np.ndindex(2, 3):
        assert value[i] == task.cost.value(x[i])
        assert np.array_equal(grad[i], task.cost.grad(x[i]))
        assert np.array_equal(part[i], task.gradient(x[i], 2))


def test_the_network_starts_out_knowing_nothing(task: Task) -> None:
    """Its first loss is the variance of what it is to learn, nearly; nothing of it can be changed."""
    zero = np.zeros_like(task.start)
    assert task.cost.value(task.start) == pytest.approx(task.cost.value(zero), rel=0.02)
    assert not task.start.flags.writeable
    assert task.cost.dim == len(task.start) == 161


def test_training_learns_all_but_the_noise(task: Task) -> None:
    """At the cost's own rate the error comes down to the variance of the noise, 0.04."""
    run = train_network(task, task.cost.lr)
    assert run.steps == 200
    assert run.cost[-1] == pytest.approx(0.04, rel=0.1)
    assert np.array_equal(run.cost, task.cost.value(run.x))
    for t in (0, 13, 199):
        assert run.step[t] == pytest.approx(-task.cost.lr * task.gradient(run.x[t], t))


def test_training_explodes_at_too_high_a_rate(task: Task) -> None:
    """Ten times that rate, and the weights leave all bounds; what is kept is finite."""
    run = train_network(task, 10 * task.cost.lr)
    assert run.status is Status.DIVERGED
    assert run.cost[-1] > 1e6 * run.cost[0]
    assert np.isfinite(run.x).all()


def test_a_task_can_be_pickled(task: Task) -> None:
    """It can be sent to another process."""
    copy = pickle.loads(pickle.dumps(task))
    assert copy.batch_loss(task.start, 4) == task.batch_loss(task.start, 4)
    assert copy.cost.value(task.start) == task.cost.value(task.start)


def test_a_seed_that_is_none_is_refused() -> None:
    """It is named in the error."""
    with pytest.raises(ValueError, match="seed must be a whole number, 0 or more, got -1"):
        network_task(-1)
