"""Adam and AdamW: momentum, and a rate for each axis. Their rows are in `lranim.core.rules`."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from lranim.core.checks import below_one, finite
from lranim.core.types import Array, Rule


class Moments(NamedTuple):
    """What Adam remembers.

    Parameters
    ----------
    first_moment
        m, the running average of the slopes of each axis, ``(..., n)``, not yet corrected for its start at 0.
    second_moment
        v, that of the squared slopes, ``(..., n)``, as little corrected.
    """

    first_moment: Array
    second_moment: Array


class MomentsAndPoint(NamedTuple):
    """What AdamW remembers: Adam's moments, and the point, since weight decay pulls it towards 0.

    Parameters
    ----------
    first_moment, second_moment
        m and v, as in `Moments`.
    point
        x, ``(..., n)``.
    """

    first_moment: Array
    second_moment: Array
    point: Array


def adam(beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> Rule:
    """Step by the average slope over the root of the average squared slope, axis by axis.

    ``m <- beta1 m + (1 - beta1) J'(x)`` and ``v <- beta2 v + (1 - beta2) J'(x)^2``, both from 0. Of step t,
    the first being 0, ``m_hat = m / (1 - beta1^(t + 1))`` and ``v_hat = v / (1 - beta2^(t + 1))``; then
    ``x <- x - lr m_hat / (sqrt(v_hat) + epsilon)``. A step is about as long as the rate on each axis, however
    steep it is.

    Parameters
    ----------
    beta1, beta2
        Shares of m and of v that are kept at each step, from 0 to below 1.
    epsilon
        What keeps the divisor from 0, in the gradient's unit; above 0.

    Raises
    ------
    ValueError
        When a number is not finite, or out of its range.

    Notes
    -----
    The same as ``torch.optim.Adam`` and ``optax.adam``, to rounding. Epsilon is added to the corrected root,
    as in the paper's algorithm 1; its "epsilon hat" variant, which TensorFlow took, adds it before.

    Examples
    --------
    >>> rule = adam()
    >>> step, state = rule.step(rule.init(np.zeros(2)), np.array([20.0, -0.1]), 0.5, 0)
    >>> step.round(6), state.first_moment.round(6), state.second_moment.round(6)
    (array([-0.5,  0.5]), array([ 2.  , -0.01]), array([4.e-01, 1.e-05]))

    References
    ----------
    Kingma and Ba, "Adam: a method for stochastic optimization" (2014), arXiv:1412.6980.
    """
    beta1, beta2 = below_one("beta1", beta1), below_one("beta2", beta2)
    epsilon = finite("epsilon", epsilon, above=True)
    return Rule(
        name="adam",
        summary="momentum, and a rate for each axis, by the slopes seen lately",
        formula=_moments_formula(beta1, beta2) + "a <- a - eta hat(m) / (sqrt(hat(v)) + epsilon)",
        init=_no_moments,
        step=partial(_adam_step, beta1, beta2, epsilon),
        rates=partial(_adam_rates, beta2, epsilon),
    )


def adamw(
    beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8, weight_decay: float = 0.01
) -> Rule:
    """Step as Adam, and shrink the point by itself: ``x <- (1 - lr weight_decay) x - (Adam's step)``.

    The decay does not go through m and v, so no axis escapes it by being steep. It pulls towards x = 0: the
    run ends beside a minimum that lies elsewhere.

    Parameters
    ----------
    beta1, beta2, epsilon
        As in `adam`.
    weight_decay
        Share of the point that is taken off per unit of the rate; 0 or more.

    Raises
    ------
    ValueError
        When a number is not finite, or out of its range.

    Notes
    -----
    The same as ``torch.optim.AdamW`` and ``optax.adamw``, to rounding; optax's weight decay is 1e-4 unless
    given. Both multiply the decay by the rate. The paper does not: there it goes with the schedule alone.

    Examples
    --------
    >>> rule = adamw(weight_decay=0.1)
    >>> step, state = rule.step(rule.init(np.array([13.0])), np.array([20.0]), 0.5, 0)
    >>> step.round(6), state.point.round(6)
    (array([-1.15]), array([11.85]))

    References
    ----------
    Loshchilov and Hutter, "Decoupled weight decay regularization" (2017), arXiv:1711.05101.
    """
    beta1, beta2 = below_one("beta1", beta1), below_one("beta2", beta2)
    epsilon, weight_decay = finite("epsilon", epsilon, above=True), finite("weight decay", weight_decay)
    return Rule(
        name="adamw",
        summary="Adam, and the point shrinks by itself",
        formula=(
            _moments_formula(beta1, beta2)
            + f"a <- a - eta (hat(m) / (sqrt(hat(v)) + epsilon) + {weight_decay:g} a)"
        ),
        init=_no_moments_at,
        step=partial(_adamw_step, beta1, beta2, epsilon, weight_decay),
        rates=partial(_adam_rates, beta2, epsilon),
    )


def _moments_formula(beta1: float, beta2: float) -> str:
    return f"m <- {beta1:g} m + {1 - beta1:g} J'(a) \\ v <- {beta2:g} v + {1 - beta2:g} J'(a)^2 \\ "


def _no_moments(x: Array) -> Moments:
    return Moments(np.zeros(x.shape), np.zeros(x.shape))


def _adam_step(
    beta1: float, beta2: float, epsilon: float, state: Moments, grad: Array, lr: Any, t: int
) -> tuple[Array, Moments]:
    first = beta1 * state.first_moment + (1 - beta1) * grad
    second = beta2 * state.second_moment + (1 - beta2) * (grad * grad)
    state = Moments(first, second)
    return -_adam_rates(beta2, epsilon, state, lr, t) * (first / (1 - beta1 ** (t + 1))), state


def _adam_rates(beta2: float, epsilon: float, state: Moments | MomentsAndPoint, lr: Any, t: int) -> Array:
    return np.asarray(lr / (np.sqrt(state.second_moment / (1 - beta2 ** (t + 1))) + epsilon))


def _no_moments_at(x: Array) -> MomentsAndPoint:
    return MomentsAndPoint(*_no_moments(x), x.copy())


def _adamw_step(
    beta1: float,
    beta2: float,
    epsilon: float,
    weight_decay: float,
    state: MomentsAndPoint,
    grad: Array,
    lr: Any,
    t: int,
) -> tuple[Array, MomentsAndPoint]:
    moments = Moments(state.first_moment, state.second_moment)
    step, moments = _adam_step(beta1, beta2, epsilon, moments, grad, lr, t)
    step = step - lr * weight_decay * state.point
    # The sum that the loop makes, to the last bit: this point is the loop's.
    return step, MomentsAndPoint(*moments, state.point + step)
