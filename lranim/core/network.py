"""A real small network that learns by mini-batches: what a learning-rate range test is made on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from lranim.core.checks import whole
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Array, Cost, Gradient, Trajectory

INPUTS, HIDDEN, SAMPLES, BATCH, NOISE = 8, 16, 512, 64, 0.2
"""Numbers given, hidden units, samples, samples a step, and the noise's standard deviation."""

_SMALL = 0.1  # first weights, in units of what would keep a signal's size: the network starts out saying 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Task:
    """A network of n weights and the samples it learns.

    Parameters
    ----------
    cost
        Mean squared error on all samples, as a cost of the weights.
    start
        First weights, ``(n,)``.
    gradient
        What step t is told: the gradient of the error on the mini-batch of that step.
    batch_loss
        Weights ``(n,)`` and a step t to the error on the mini-batch of that step.
    """

    cost: Cost
    start: Array
    gradient: Gradient
    batch_loss: Callable[[Array, int], float]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Samples:
    x: Array
    y: Array


def network_task(seed: int = 0) -> Task:
    """Make a network with one hidden layer and noisy samples of a function for it to learn.

    ``f(x) = v . tanh(W x + b) + c`` learns ``y = 1.2 tanh(2 u . x) + noise xi``, with x and xi normal and a
    direction u of length 1

    An epoch, eight steps, goes once through all samples in an order of its own, which hangs on the seed and
    the epoch alone: every training of a task sees the same mini-batches.

    Parameters
    ----------
    seed
        The same seed gives the same samples, first weights and mini-batches; 0 or more.

    Returns
    -------
    Task
        With 161 weights: W, b, v and c in a row. Its cost's `lr` is that of the range test's steepest fall.

    Raises
    ------
    ValueError
        When `seed` is not a whole number, 0 or more.

    Examples
    --------
    >>> task = network_task()
    >>> task.start.shape, round(float(task.cost.value(task.start)), 3)
    ((161,), 0.964)

    References
    ----------
    Rumelhart, Hinton and Williams (1986), doi:10.1038/323533a0: the gradient, by back-propagation.
    """
    rng = np.random.default_rng(whole("seed", seed, 0))
    x = rng.normal(size=(SAMPLES, INPUTS))
    direction = rng.normal(size=INPUTS)
    signal = x @ (direction / np.linalg.norm(direction))
    data = _Samples(x=x, y=1.2 * np.tanh(2 * signal) + NOISE * rng.normal(size=SAMPLES))
    into = rng.normal(size=INPUTS * HIDDEN) * _SMALL / np.sqrt(INPUTS)
    out = rng.normal(size=HIDDEN) * _SMALL / np.sqrt(HIDDEN)
    start = np.concatenate([into, np.zeros(HIDDEN), out, np.zeros(1)])
    for array in (data.x, data.y, start):
        array.setflags(write=False)
    cost = Cost(
        name="network",
        summary="mean squared error of a network with one hidden layer",
        dim=len(start),
        value=partial(_each, _loss, data),
        grad=partial(_each, _grad, data),
        hessian=None,
        domain=((-10.0, 10.0),) * len(start),
        minima=(),
        formula="1/m sum_(i=1)^m (y_i - f(x_i))^2",
        variables=tuple(f"w_{i}" for i in range(len(start))),
        start=tuple(start.tolist()),
        lr=0.2,
    )
    return Task(
        cost=cost,
        start=start,
        gradient=partial(_batch_grad, data, seed),
        batch_loss=partial(_batch_loss, data, seed),
    )


def train_network(task: Task, lr: float, steps: int = 200) -> Trajectory:
    """Train at one rate, mini-batch by mini-batch.

    Parameters
    ----------
    task
        The network and its samples.
    lr
        Learning rate; 0 or more.
    steps
        Number of steps; 1 or more.

    Returns
    -------
    Trajectory
        Its `cost` is the error on all samples at each step; a run that explodes ends early, as in `descend`.

    Raises
    ------
    ValueError
        When an argument is out of its range.

    Examples
    --------
    >>> task = network_task()
    >>> [round(float(train_network(task, lr).cost[-1]), 3) for lr in (0.002, 0.02, 0.2)]
    [0.922, 0.149, 0.041]
    """
    return descend(task.cost, gradient_descent(), constant(lr), task.start, steps, gradient=task.gradient)


def _batch_loss(data: _Samples, seed: int, w: Array, t: int) -> float:
    return float(_loss(_batch(data, seed, t), w))


def _batch_grad(data: _Samples, seed: int, w: Array, t: int) -> Array:
    return _each(_grad, _batch(data, seed, t), w)


def _batch(data: _Samples, seed: int, t: int) -> _Samples:
    epoch, place = divmod(t, SAMPLES // BATCH)
    order = np.random.default_rng((seed, epoch)).permutation(SAMPLES)[place * BATCH : (place + 1) * BATCH]
    return _Samples(x=data.x[order], y=data.y[order])


def _each(function: Callable[[_Samples, Array], Array], data: _Samples, w: Array) -> Array:
    """Call a function of one point for each of a batch: all at once would hold every hidden unit of each."""
    if w.ndim == 1:
        return function(data, w)
    return np.array([_each(function, data, row) for row in w])


def _loss(data: _Samples, w: Array) -> Array:
    _, missed = _forward(data, w)
    loss: Array = np.square(missed).mean()
    return loss


def _grad(data: _Samples, w: Array) -> Array:
    hidden, missed = _forward(data, w)
    *_, v, _ = _parts(w)
    d_out = 2 * missed / len(missed)
    d_hidden = np.outer(d_out, v) * (1 - np.square(hidden))
    parts = ((data.x.T @ d_hidden).ravel(), d_hidden.sum(axis=0), hidden.T @ d_out, [d_out.sum()])
    return np.concatenate(parts)


def _forward(data: _Samples, w: Array) -> tuple[Array, Array]:
    """Give the hidden layer, ``(m, h)``, and what the network says too much, ``(m,)``."""
    into, b, v, c = _parts(w)
    hidden = np.tanh(data.x @ into + b)
    return hidden, hidden @ v + c - data.y


def _parts(w: Array) -> tuple[Array, Array, Array, Array]:
    into, b, v, c = np.split(w, np.cumsum([INPUTS * HIDDEN, HIDDEN, HIDDEN]))
    return into.reshape(INPUTS, HIDDEN), b, v, c
