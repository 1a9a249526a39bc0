"""Rules that keep a velocity: heavy ball and Nesterov's momentum. Their rows are in `lranim.core.rules`.

References
----------
Goh, "Why Momentum Really Works", Distill (2017), doi:10.23915/distill.00006.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from lranim.core.checks import below_one
from lranim.core.types import Array, Rule


class Velocity(NamedTuple):
    """What momentum and Nesterov's momentum remember.

    Parameters
    ----------
    velocity
        v, the gradients so far, each forgotten a little at every step; ``(..., n)``, in the gradient's unit.
    """

    velocity: Array


def momentum(beta: float = 0.9) -> Rule:
    """Roll like a heavy ball: ``v <- beta v + J'(x)``, then ``x <- x - lr v``. v begins at 0.

    Along a valley the gradients add up, to ``1 / (1 - beta)`` of them; across it they cancel.

    Parameters
    ----------
    beta
        Share of the velocity that is kept at each step, from 0 (gradient descent) to below 1.

    Raises
    ------
    ValueError
        When `beta` is not such a number.

    Notes
    -----
    The same as ``torch.optim.SGD(momentum=beta)`` with a dampening of 0, and as ``optax.sgd(momentum=beta)``.
    At a constant rate it is Polyak's ``x_{t+1} = x_t - lr J'(x_t) + beta (x_t - x_{t-1})``. When the rate
    changes the two differ: here it acts on the whole velocity at once.

    Examples
    --------
    >>> rule = momentum(0.5)
    >>> step, state = rule.step(rule.init(np.array([13.0])), np.array([20.0]), 0.1, 0)
    >>> step, state.velocity
    (array([-2.]), array([20.]))
    >>> rule.step(state, np.array([16.0]), 0.1, 1)[0]
    array([-2.6])

    References
    ----------
    Polyak, "Some methods of speeding up the convergence of iteration methods" (1964),
    doi:10.1016/0041-5553(64)90137-5; Sutskever et al., "On the importance of initialization and momentum in
    deep learning", ICML (2013), section 2.
    """
    beta = below_one("momentum", beta)
    return Rule(
        name="momentum",
        summary="a heavy ball: what is left of the last velocity, plus the slope",
        formula=f"v <- {beta:g} v + J'(a) \\ a <- a - eta v",
        init=_at_rest,
        step=partial(_momentum_step, beta),
    )


def nesterov(beta: float = 0.9) -> Rule:
    """Roll and look ahead: ``v <- beta v + J'(x)``, then ``x <- x - lr (J'(x) + beta v)``. v begins at 0.

    Where x stands is the place that the heavy ball would roll to next: the slope is taken there, in time to
    brake.

    Parameters
    ----------
    beta
        As in `momentum`.

    Raises
    ------
    ValueError
        As `momentum`.

    Notes
    -----
    The same as ``torch.optim.SGD(momentum=beta, nesterov=True)`` and ``optax.sgd(momentum=beta,
    nesterov=True)``. Sutskever writes ``u <- beta u - lr J'(y + beta u)``, then ``y <- y + u``; at a constant
    rate, x is his look-ahead point ``y + beta u``, and v is ``-u / lr``. Nesterov's own beta grows with the
    step; here it stays.

    Examples
    --------
    >>> rule = nesterov(0.5)
    >>> step, state = rule.step(rule.init(np.array([13.0])), np.array([20.0]), 0.1, 0)
    >>> step, state.velocity
    (array([-3.]), array([20.]))

    References
    ----------
    Nesterov, "A method for solving the convex programming problem with convergence rate O(1/k^2)", *Doklady
    Akademii Nauk SSSR* 269 (1983), 543-547; Sutskever et al. (2013), section 2; Bengio et al., "Advances in
    optimizing recurrent networks" (2012), arXiv:1212.0901, section 3.5.
    """
    beta = below_one("momentum", beta)
    return Rule(
        name="nesterov",
        summary="momentum that looks ahead, and brakes in time",
        formula=f"v <- {beta:g} v + J'(a) \\ a <- a - eta (J'(a) + {beta:g} v)",
        init=_at_rest,
        step=partial(_nesterov_step, beta),
    )


def _at_rest(x: Array) -> Velocity:
    return Velocity(np.zeros(x.shape))


def _momentum_step(beta: float, state: Velocity, grad: Array, lr: Any, _t: int) -> tuple[Array, Velocity]:
    velocity = beta * state.velocity + grad
    return -lr * velocity, Velocity(velocity)


def _nesterov_step(beta: float, state: Velocity, grad: Array, lr: Any, _t: int) -> tuple[Array, Velocity]:
    velocity = beta * state.velocity + grad
    return -lr * (grad + beta * velocity), Velocity(velocity)
