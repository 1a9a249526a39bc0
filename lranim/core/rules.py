"""Step rules: which way and how far. One factory and one row each.

Those that remember their past are in `lranim.core.momentum`, `lranim.core.adaptive` and `lranim.core.adam`.
A rule is two pure functions (see `lranim.core.types.Rule`); the loop that calls them is `descend`.
The step functions stay at module level so that a `Rule`, and with it a `Trajectory`, can be pickled.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from lranim.core.adam import adam, adamw
from lranim.core.adaptive import adagrad, rmsprop
from lranim.core.checks import finite
from lranim.core.momentum import momentum, nesterov
from lranim.core.types import Array, Rule


def fixed(size: float) -> Rule:
    """Step by the same length each time, whatever the slope: only the slope's sign counts.

    ``x <- x - size sign(J'(x))``; in n dimensions ``x <- x - size grad / |grad|``, which is the same for
    n = 1. Where the gradient is zero, so is the step.

    Parameters
    ----------
    size
        Length of each step, in units of x; above 0.

    Raises
    ------
    ValueError
        When `size` is not a finite number above 0.

    Examples
    --------
    >>> rule = fixed(1.5)
    >>> rule.step(rule.init(np.array([13.0])), np.array([20.0]), 1.0, 0)
    (array([-1.5]), None)
    >>> rule.step(None, np.array([3.0, -4.0]), 1.0, 0)[0]
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

    Examples
    --------
    >>> rule = slope()
    >>> rule.step(rule.init(np.array([13.0])), np.array([5.0]), 1.0, 0)
    (array([-5.]), None)

    References
    ----------
    Gradient descent at a rate of 1; see `gradient_descent`.
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
    >>> rule = gradient_descent()
    >>> rule.step(rule.init(np.array([13.0])), np.array([20.0]), 0.3, 0)
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


def _no_state(_x: Array) -> None:
    """These rules remember nothing."""


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
