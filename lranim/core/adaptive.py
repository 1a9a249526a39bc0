"""Rules with a rate of its own for each axis: AdaGrad and RMSProp. Their rows are in `lranim.core.rules`.

What they share: each axis is stepped by ``lr / (root + epsilon)`` times its slope, where the root is that of
the squared slopes seen so far. Where it has been steep, steps become short; where it has been flat, long.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from lranim.core.checks import below_one, finite
from lranim.core.types import Array, Rule


class SquareSum(NamedTuple):
    """What AdaGrad remembers.

    Parameters
    ----------
    square_sum
        G, the sum of the squared slopes of each axis, ``(..., n)``.
    """

    square_sum: Array


class SquareAverage(NamedTuple):
    """What RMSProp remembers.

    Parameters
    ----------
    square_average
        s, the running average of the squared slopes of each axis, ``(..., n)``.
    """

    square_average: Array


def adagrad(epsilon: float = 1e-10, initial: float = 0.0) -> Rule:
    """Divide each axis by the root of all its squared slopes: its rate can only fall.

    ``G <- G + J'(x)^2``, then ``x <- x - lr J'(x) / (sqrt(G) + epsilon)``, axis by axis.

    Parameters
    ----------
    epsilon
        What keeps the divisor from 0, in the gradient's unit; above 0.
    initial
        G at the start, in the gradient's unit squared; 0 or more.

    Raises
    ------
    ValueError
        When a number is not finite, or out of its range.

    Notes
    -----
    The same as ``torch.optim.Adagrad`` with a `lr_decay` of 0. ``optax.adagrad`` differs: there G begins at
    0.1, and epsilon is 1e-7 and under the root, ``sqrt(G + epsilon)``.

    Examples
    --------
    The first step is as long as the rate, on each axis.

    >>> rule = adagrad()
    >>> step, state = rule.step(rule.init(np.zeros(2)), np.array([20.0, -0.1]), 0.5, 0)
    >>> step.round(6), state.square_sum
    (array([-0.5,  0.5]), array([4.e+02, 1.e-02]))

    References
    ----------
    Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization",
    *JMLR* 12 (2011), 2121-2159, jmlr.org/papers/v12/duchi11a.html.
    """
    epsilon = finite("epsilon", epsilon, above=True)
    return Rule(
        name="adagrad",
        summary="a rate for each axis, which falls with all the slopes seen so far",
        formula="G <- G + J'(a)^2 \\ a <- a - eta (J'(a)) / (sqrt(G) + epsilon)",
        init=partial(_sums, finite("initial sum of squares", initial)),
        step=partial(_adagrad_step, epsilon),
        rates=partial(_adagrad_rates, epsilon),
    )


def rmsprop(alpha: float = 0.99, epsilon: float = 1e-8) -> Rule:
    """Divide each axis by the root of the running average of its squared slopes: its rate can recover.

    ``s <- alpha s + (1 - alpha) J'(x)^2``, then ``x <- x - lr J'(x) / (sqrt(s) + epsilon)``, axis by axis.
    s begins at 0, so that the first step is ``lr / sqrt(1 - alpha)`` long: ten rates, where alpha is 0.99.

    Parameters
    ----------
    alpha
        Share of the average that is kept at each step, from 0 to below 1.
    epsilon
        What keeps the divisor from 0, in the gradient's unit; above 0.

    Raises
    ------
    ValueError
        When a number is not finite, or out of its range.

    Notes
    -----
    The same as ``torch.optim.RMSprop`` with neither momentum nor centring. ``optax.rmsprop`` differs: there
    epsilon is under the root, ``sqrt(s + epsilon)``, unless ``eps_in_sqrt=False``; and alpha, its `decay`,
    is 0.9 unless given.

    Examples
    --------
    >>> rule = rmsprop(alpha=0.75)
    >>> step, state = rule.step(rule.init(np.zeros(2)), np.array([20.0, -0.1]), 0.5, 0)
    >>> step.round(6), state.square_average
    (array([-1.,  1.]), array([1.0e+02, 2.5e-03]))

    References
    ----------
    Tieleman and Hinton, "Lecture 6.5: rmsprop", *Neural Networks for Machine Learning*, Coursera (2012).
    """
    alpha, epsilon = below_one("alpha", alpha), finite("epsilon", epsilon, above=True)
    return Rule(
        name="rmsprop",
        summary="a rate for each axis, by the slopes seen lately",
        formula=(f"s <- {alpha:g} s + {1 - alpha:g} J'(a)^2 \\ a <- a - eta (J'(a)) / (sqrt(s) + epsilon)"),
        init=_averages,
        step=partial(_rmsprop_step, alpha, epsilon),
        rates=partial(_rmsprop_rates, epsilon),
    )


def _sums(initial: float, x: Array) -> SquareSum:
    return SquareSum(np.full(x.shape, initial))


def _adagrad_step(epsilon: float, state: SquareSum, grad: Array, lr: Any, t: int) -> tuple[Array, SquareSum]:
    state = SquareSum(state.square_sum + grad * grad)
    return -_adagrad_rates(epsilon, state, lr, t) * grad, state


def _adagrad_rates(epsilon: float, state: SquareSum, lr: Any, _t: int) -> Array:
    return np.asarray(lr / (np.sqrt(state.square_sum) + epsilon))


def _averages(x: Array) -> SquareAverage:
    return SquareAverage(np.zeros(x.shape))


def _rmsprop_step(
    alpha: float, epsilon: float, state: SquareAverage, grad: Array, lr: Any, t: int
) -> tuple[Array, SquareAverage]:
    state = SquareAverage(alpha * state.square_average + (1 - alpha) * (grad * grad))
    return -_rmsprop_rates(epsilon, state, lr, t) * grad, state


def _rmsprop_rates(epsilon: float, state: SquareAverage, lr: Any, _t: int) -> Array:
    return np.asarray(lr / (np.sqrt(state.square_average) + epsilon))
