"""A real small network that learns by mini-batches: what a learning-rate range test is made on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from lranim.core.descend import descend
from lranim.core.least_squares import Samples
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.types import Array, Cost, Trajectory

INPUTS, HIDDEN, SAMPLES, BATCH, NOISE = 8, 16, 512, 64, 0.2
"""Numbers given, hidden units, samples, samples a step, and the noise's standard deviation."""

_SMALL = 0.1  # first weights, in units of what would keep a signal's size: the network starts out saying 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Task:
    """A network of n weights: its error on all samples as a cost, its first weights, and what it learns."""

    cost: Cost
    start: Array
    data: Samples
    seed: int

    def batch(self, t: int) -> Samples:
        """Give the samples of one step."""
        epoch, place = divmod(t, SAMPLES // BATCH)
        order = np.random.default_rng((self.seed, epoch)).permutation(SAMPLES)
        chosen = order[place * BATCH : (place + 1) * BATCH]
        return Samples(x=self.data.x[chosen], y=self.data.y[chosen])

    def gradient(self, w: Array, t: int) -> Array:
        """Give the gradient of the error on the mini-batch of one step: what a descent is told."""
        return _grad(self.batch(t), w)

    def batch_loss(self, w: Array, t: int) -> float:
        """Give the error on the mini-batch of one step."""
        return float(_loss(self.batch(t), w))


def network_task(seed: int = 0) -> Task:
    """Make a network with one hidden layer and noisy samples of a function for it to learn.

    ``f(x) = v . tanh(W x + b) + c`` learns ``y = 1.2 tanh(2 u . x) + noise xi``, with x and xi normal and a
    direction u of length 1. There are 161 weights, W, b, v and c in a row, and the cost's `lr` is that of the
    range test's steepest fall.

    An epoch, eight steps, goes once through all samples in an order of its own, which hangs on the seed and
    the epoch alone: every training of a task sees the same mini-batches. The gradient is by back-propagation:
    Rumelhart, Hinton and Williams (1986), doi:10.1038/323533a0.
    """
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(SAMPLES, INPUTS))
    direction = rng.normal(size=INPUTS)
    signal = x @ (direction / np.linalg.norm(direction))
    data = Samples(x=x, y=1.2 * np.tanh(2 * signal) + NOISE * rng.normal(size=SAMPLES))
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
    return Task(cost=cost, start=start, data=data, seed=seed)


def train_network(task: Task, lr: float, steps: int = 200) -> Trajectory:
    """Train at one rate, mini-batch by mini-batch; `cost` is the error on all samples at each step."""
    return descend(task.cost, gradient_descent(), constant(lr), task.start, steps, gradient=task.gradient)


def _each(function: Callable[[Samples, Array], Array], data: Samples, w: Array) -> Array:
    """Call a function of one point for each of a batch: all at once would hold every hidden unit of each."""
    if w.ndim == 1:
        return function(data, w)
    return np.array([_each(function, data, row) for row in w])


def _loss(data: Samples, w: Array) -> Array:
    _, missed = _forward(data, w)
    loss: Array = np.square(missed).mean()
    return loss


def _grad(data: Samples, w: Array) -> Array:
    hidden, missed = _forward(data, w)
    *_, v, _ = _parts(w)
    d_out = 2 * missed / len(missed)
    d_hidden = np.outer(d_out, v) * (1 - np.square(hidden))
    parts = ((data.x.T @ d_hidden).ravel(), d_hidden.sum(axis=0), hidden.T @ d_out, [d_out.sum()])
    return np.concatenate(parts)


def _forward(data: Samples, w: Array) -> tuple[Array, Array]:
    """Give the hidden layer, ``(m, h)``, and what the network says too much, ``(m,)``."""
    into, b, v, c = _parts(w)
    hidden = np.tanh(data.x @ into + b)
    return hidden, hidden @ v + c - data.y


def _parts(w: Array) -> tuple[Array, Array, Array, Array]:
    into, b, v, c = np.split(w, np.cumsum([INPUTS * HIDDEN, HIDDEN, HIDDEN]))
    return into.reshape(INPUTS, HIDDEN), b, v, c
