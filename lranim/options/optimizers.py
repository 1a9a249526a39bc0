"""Which optimizers a scene can compare, and a rate that suits each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field

from lranim.core.rules import RULES
from lranim.core.types import Array, Cost, Rule
from lranim.options.objective import rounded
from lranim.params import MOST
from lranim.plugins.entry_points import found
from lranim.plugins.tables import enum_of, rules

OWN = tuple(name for name in RULES if name not in ("fixed", "slope"))
"""lranim's own rules that have a learning rate."""

ROLLS = ("momentum", "nesterov")
"""Those that have a beta."""

SLOPES = {"momentum": 0.5, "nesterov": 0.5}
"""Rates as shares of the one that suits gradient descent on a cost; of rules not named here, just that."""

LENGTHS = {"adagrad": 0.2, "rmsprop": 0.02, "adam": 0.04, "adamw": 0.04}
"""Rates as shares of half the domain's width: a step of these is about as long as the rate on each axis,
however steep it is, and RMSProp's first one ten times that."""


def choices() -> tuple[str, ...]:
    """What can be compared: lranim's own rules with a learning rate, and the rules of plugins.

    Examples
    --------
    >>> choices()[:2]
    ('gradient-descent', 'momentum')
    """
    return (*OWN, *(plugin.name for plugin in found("rule") if plugin.name not in RULES))


def known(name: str) -> str:
    """Give an optimizer's name back, if it is one.

    Raises
    ------
    ValueError
        With the choices; a plugin that cannot be used is none.
    """
    if name not in choices() or name not in rules():
        usable = [one for one in choices() if one in rules()]
        raise ValueError(f"--optimizer is {name}; it must be one of {', '.join(usable)}")
    return name


Optimizer = Annotated[str, AfterValidator(known), Field(json_schema_extra=enum_of(choices))]
"""The type of an option that names an optimizer."""


def rule_of(name: str, beta: float) -> Rule:
    """Make the rule of an optimizer; `beta` is for those that keep a velocity.

    Examples
    --------
    >>> rule_of("momentum", 0.5).formula.startswith("v <- 0.5 v"), rule_of("adam", 0.5).name
    (True, 'adam')
    """
    return rules()[name](**({"beta": beta} if name in ROLLS else {}))


def rate_of(name: str, cost: Cost) -> float:
    """Give a rate that suits an optimizer on a cost.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> [rate_of(name, COSTS["ravine"]) for name in ("gradient-descent", "momentum", "adam")]
    [0.4, 0.2, 0.16]
    """
    half = max(high - low for low, high in cost.domain) / 2
    rate = LENGTHS[name] * half if name in LENGTHS else SLOPES.get(name, 1.0) * cost.lr
    return min(rounded(rate), MOST)


def rates_of(names: Sequence[str], given: Sequence[float], cost: Cost) -> dict[str, float]:
    """Give the rate of each optimizer: those that are given, or one for all, or else suited ones.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> rates_of(["momentum", "adam"], [0.1], COSTS["ravine"])
    {'momentum': 0.1, 'adam': 0.1}
    """
    rates = list(given) * (len(names) // len(given)) if given else [rate_of(name, cost) for name in names]
    return dict(zip(names, rates, strict=True))


def first_step(name: str, beta: float, lr: float, x: Array, slope: Array) -> Array:
    """Give the first step ``(n,)`` of an optimizer from a point with this gradient, both ``(n,)``.

    Examples
    --------
    >>> import numpy as np
    >>> first_step("adam", 0.8, 0.16, np.array([-3.5, 2.0]), np.array([-0.7, 8.0])).round(6)
    array([ 0.16, -0.16])
    """
    rule = rule_of(name, beta)
    return rule.step(rule.init(x), slope, lr, 0)[0]
