"""Step rules: which way and how far. One factory and one row each in `RULES`.

A rule is two pure functions (see `lranim.core.types.Rule`); the loop that calls them is `descend`.
The step functions stay at module level so that a `Rule`, and with it a `Trajectory`, can be pickled.
Each refuses a setting that is out of its range with a ValueError.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from lranim.core.checks import below_one, finite, rounded
from lranim.core.types import Array, Cost, Rule


def fixed(size: float) -> Rule:
    """Step by the same length each time, whatever the slope: only the slope's sign counts.

    ``x <- x - size sign(J'(x))``; in n dimensions ``x <- x - size grad / |grad|``, which is the same for
    n = 1. Where the gradient is zero, so is the step.

    Parameters
    ----------
    size
        Length of each step, in units of x; above 0.

    Examples
    --------
    >>> fixed(1.5).step(None, np.array([3.0, -4.0]), 1.0, 0)[0]
    array([-0.9,  1.2])

    References
    ----------
    Nesterov, *Introductory Lectures on Convex Optimization* (2004), section 3.2.3.
    """
    size = finite("step size", size, above=True)
    return Rule(
        name="fixed",
        summary="steps of one length, down the slope",
        formula=f'a <- a - {size:g} dot op("sign") J\'(a)',
        init=_no_state,
        step=partial(_fixed_step, np.array(-size)),
    )


def slope() -> Rule:
    """Step by the slope itself: ``x <- x - J'(x)``; steps shrink by themselves as the curve flattens.

    It is `gradient_descent` at a rate of 1.
    """
    return Rule(
        name="slope",
        summary="the slope is the step",
        formula="a <- a - J'(a)",
        init=_no_state,
        step=_slope_step,
    )


def gradient_descent() -> Rule:
    """Step by the slope times the learning rate: ``x <- x - lr J'(x)``.

    Examples
    --------
    >>> gradient_descent().step(None, np.array([20.0]), 0.3, 0)
    (array([-6.]), None)

    References
    ----------
    Cauchy, *Comptes rendus* 25 (1847), 536-538; Nesterov (2004), section 1.2.3.
    """
    return Rule(
        name="gradient-descent",
        summary="the slope times the learning rate is the step",
        formula="a <- a - eta dot J'(a)",
        init=_no_state,
        step=_gradient_descent_step,
    )


class Velocity(NamedTuple):
    """What momentum and Nesterov's momentum remember: v, the gradients so far, ever more forgotten."""

    velocity: Array


def momentum(beta: float = 0.9) -> Rule:
    """Roll like a heavy ball: ``v <- beta v + J'(x)``, then ``x <- x - lr v``. v begins at 0.

    Along a valley the gradients add up, to ``1 / (1 - beta)`` of them; across it they cancel.

    Parameters
    ----------
    beta
        Share of the velocity that is kept at each step, from 0 (gradient descent) to below 1.

    Notes
    -----
    The same as ``torch.optim.SGD(momentum=beta)`` with a dampening of 0, and as ``optax.sgd(momentum=beta)``.
    At a constant rate it is Polyak's ``x_{t+1} = x_t - lr J'(x_t) + beta (x_t - x_{t-1})``. When the rate
    changes the two differ: here it acts on the whole velocity at once.

    Examples
    --------
    >>> rule = momentum(0.5)
    >>> step, state = rule.step(rule.init(np.array([13.0])), np.array([20.0]), 0.1, 0)
    >>> step, state.velocity, rule.step(state, np.array([16.0]), 0.1, 1)[0]
    (array([-2.]), array([20.]), array([-2.6]))

    References
    ----------
    Polyak, "Some methods of speeding up the convergence of iteration methods" (1964),
    doi:10.1016/0041-5553(64)90137-5; Sutskever et al., "On the importance of initialization and momentum in
    deep learning", ICML (2013), section 2; Goh, "Why Momentum Really Works", Distill (2017),
    doi:10.23915/distill.00006.
    """
    beta = below_one("momentum", beta)
    return Rule(
        name="momentum",
        summary="a heavy ball: what is left of the last velocity, plus the slope",
        formula=f"v <- {beta:g} v + J'(a) \\ a <- a - eta v",
        init=partial(_filled, Velocity, 0.0),
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

    Notes
    -----
    The same as ``torch.optim.SGD(momentum=beta, nesterov=True)`` and ``optax.sgd(momentum=beta,
    nesterov=True)``. Sutskever writes ``u <- beta u - lr J'(y + beta u)``, then ``y <- y + u``; at a constant
    rate, x is his look-ahead point ``y + beta u``, and v is ``-u / lr``. Nesterov's own beta grows with the
    step; here it stays.

    Examples
    --------
    >>> rule = nesterov(0.5)
    >>> rule.step(rule.init(np.array([13.0])), np.array([20.0]), 0.1, 0)[0]
    array([-3.])

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
        init=partial(_filled, Velocity, 0.0),
        step=partial(_nesterov_step, beta),
    )


class SquareSum(NamedTuple):
    """What AdaGrad remembers: G, the sum of the squared slopes of each axis, ``(..., n)``."""

    square_sum: Array


def adagrad(epsilon: float = 1e-10, initial: float = 0.0) -> Rule:
    """Divide each axis by the root of all its squared slopes: its rate can only fall.

    ``G <- G + J'(x)^2``, then ``x <- x - lr J'(x) / (sqrt(G) + epsilon)``, axis by axis. Where it has been
    steep, steps become short; where it has been flat, long.

    Parameters
    ----------
    epsilon
        What keeps the divisor from 0, in the gradient's unit; above 0.
    initial
        G at the start, in the gradient's unit squared; 0 or more.

    Notes
    -----
    The same as ``torch.optim.Adagrad`` with a `lr_decay` of 0. ``optax.adagrad`` differs: there G begins at
    0.1, and epsilon is 1e-7 and under the root, ``sqrt(G + epsilon)``.

    Examples
    --------
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
        init=partial(_filled, SquareSum, finite("initial sum of squares", initial)),
        step=partial(_squares_step, 1.0, 1.0, epsilon),
        rates=partial(_squares_rates, epsilon),
    )


class SquareAverage(NamedTuple):
    """What RMSProp remembers: s, the running average of the squared slopes of each axis, ``(..., n)``."""

    square_average: Array


def rmsprop(alpha: float = 0.99, epsilon: float = 1e-8) -> Rule:
    """Divide each axis by the root of the running average of its squared slopes: its rate can recover.

    ``s <- alpha s + (1 - alpha) J'(x)^2``, then ``x <- x - lr J'(x) / (sqrt(s) + epsilon)``, axis by axis.
    s begins at 0, so that the first step is ``lr / sqrt(1 - alpha)`` long: ten rates, where alpha is 0.99.

    Parameters
    ----------
    alpha
        Share of the average that is kept at each step, from 0 to below 1.
    epsilon
        As in `adagrad`.

    Notes
    -----
    The same as ``torch.optim.RMSprop`` with neither momentum nor centring. ``optax.rmsprop`` differs: there
    epsilon is under the root, ``sqrt(s + epsilon)``, unless ``eps_in_sqrt=False``; and alpha, its `decay`,
    is 0.9 unless given.

    Examples
    --------
    >>> rule = rmsprop(alpha=0.75)
    >>> rule.step(rule.init(np.zeros(2)), np.array([20.0, -0.1]), 0.5, 0)[0].round(6)
    array([-1.,  1.])

    References
    ----------
    Tieleman and Hinton, "Lecture 6.5: rmsprop", *Neural Networks for Machine Learning*, Coursera (2012).
    """
    alpha, epsilon = below_one("alpha", alpha), finite("epsilon", epsilon, above=True)
    return Rule(
        name="rmsprop",
        summary="a rate for each axis, by the slopes seen lately",
        formula=f"s <- {alpha:g} s + {1 - alpha:g} J'(a)^2 \\ a <- a - eta (J'(a)) / (sqrt(s) + epsilon)",
        init=partial(_filled, SquareAverage, 0.0),
        step=partial(_squares_step, alpha, 1 - alpha, epsilon),
        rates=partial(_squares_rates, epsilon),
    )


class Moments(NamedTuple):
    """What Adam remembers: running averages of the slopes, m, and of their squares, v, ``(..., n)`` each."""

    first_moment: Array
    second_moment: Array


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
        As in `adagrad`.

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
        init=partial(_filled, Moments, 0.0),
        step=partial(_adam_step, beta1, beta2, epsilon),
        rates=partial(_adam_rates, beta2, epsilon),
    )


class MomentsAndPoint(NamedTuple):
    """What AdamW remembers: Adam's moments, and the point, since weight decay pulls it towards 0."""

    first_moment: Array
    second_moment: Array
    point: Array


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
    update = f"a <- a - eta (hat(m) / (sqrt(hat(v)) + epsilon) + {weight_decay:g} a)"
    return Rule(
        name="adamw",
        summary="Adam, and the point shrinks by itself",
        formula=_moments_formula(beta1, beta2) + update,
        init=_moments_at,
        step=partial(_adamw_step, beta1, beta2, epsilon, weight_decay),
        rates=partial(_adam_rates, beta2, epsilon),
    )


RULES: dict[str, Callable[..., Rule]] = {
    "fixed": fixed,
    "slope": slope,
    "gradient-descent": gradient_descent,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}
"""Every built-in rule's factory by name."""

SLOPES = {"momentum": 0.5, "nesterov": 0.5}
"""Suited rates as shares of the one that suits gradient descent; of rules not named here, just that."""

LENGTHS = {"adagrad": 0.2, "rmsprop": 0.02, "adam": 0.04, "adamw": 0.04}
"""Suited rates as shares of half the domain's width: a step of these is about as long as the rate on each
axis, however steep it is, and RMSProp's first one ten times that."""


def suited_rate(rule: str, cost: Cost) -> float:
    """Give a learning rate that suits a rule on a cost."""
    half = max(high - low for low, high in cost.domain) / 2
    return rounded(LENGTHS[rule] * half if rule in LENGTHS else SLOPES.get(rule, 1.0) * cost.lr)


def _no_state(_x: Array) -> None:
    """These rules remember nothing."""


def _filled(kind: type[Any], value: float, x: Array) -> Any:
    return kind(*(np.full(x.shape, value) for _ in kind._fields))


def _fixed_step(minus_size: Array, state: None, grad: Array, _lr: Any, _t: int) -> tuple[Array, None]:
    if grad.shape[-1] == 1:
        return minus_size * np.sign(grad), state
    # hypot and not the root of squares: a gradient of 1e-200 has a direction too.
    length = np.hypot.reduce(grad, axis=-1, keepdims=True, initial=0.0)
    return minus_size * np.divide(grad, length, out=np.zeros(grad.shape), where=length != 0), state


def _slope_step(state: None, grad: Array, _lr: Any, _t: int) -> tuple[Array, None]:
    return -grad, state


def _gradient_descent_step(state: None, grad: Array, lr: Any, _t: int) -> tuple[Array, None]:
    return -lr * grad, state


def _momentum_step(beta: float, state: Velocity, grad: Array, lr: Any, _t: int) -> tuple[Array, Velocity]:
    velocity = beta * state.velocity + grad
    return -lr * velocity, Velocity(velocity)


def _nesterov_step(beta: float, state: Velocity, grad: Array, lr: Any, _t: int) -> tuple[Array, Velocity]:
    velocity = beta * state.velocity + grad
    return -lr * (grad + beta * velocity), Velocity(velocity)


def _squares_step(
    kept: float, added: float, epsilon: float, state: Any, grad: Array, lr: Any, t: int
) -> tuple[Array, Any]:
    state = type(state)(kept * state[0] + added * (grad * grad))
    return -_squares_rates(epsilon, state, lr, t) * grad, state


def _squares_rates(epsilon: float, state: Any, lr: Any, _t: int) -> Array:
    return np.asarray(lr / (np.sqrt(state[0]) + epsilon))


def _moments_formula(beta1: float, beta2: float) -> str:
    return f"m <- {beta1:g} m + {1 - beta1:g} J'(a) \\ v <- {beta2:g} v + {1 - beta2:g} J'(a)^2 \\ "


def _adam_step(
    beta1: float, beta2: float, epsilon: float, state: Moments, grad: Array, lr: Any, t: int
) -> tuple[Array, Moments]:
    first = beta1 * state.first_moment + (1 - beta1) * grad
    second = beta2 * state.second_moment + (1 - beta2) * (grad * grad)
    state = Moments(first, second)
    return -_adam_rates(beta2, epsilon, state, lr, t) * (first / (1 - beta1 ** (t + 1))), state


def _adam_rates(beta2: float, epsilon: float, state: Moments | MomentsAndPoint, lr: Any, t: int) -> Array:
    return np.asarray(lr / (np.sqrt(state.second_moment / (1 - beta2 ** (t + 1))) + epsilon))


def _moments_at(x: Array) -> MomentsAndPoint:
    return MomentsAndPoint(np.zeros(x.shape), np.zeros(x.shape), x.copy())


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
    step, moments = _adam_step(beta1, beta2, epsilon, Moments(*state[:2]), grad, lr, t)
    step = step - lr * weight_decay * state.point
    # The sum that the loop makes, to the last bit: this point is the loop's.
    return step, MomentsAndPoint(*moments, state.point + step)
