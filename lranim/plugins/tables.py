"""Costs, rules and schedules by name: lranim's own, then those of plugins, which are tried out first."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from lranim.core.costs import COSTS
from lranim.core.rules import RULES
from lranim.core.schedules import SCHEDULES, ScheduleKind
from lranim.core.types import Cost, Rule
from lranim.plugins.entry_points import Plugin, Table, Unusable, found, needed, tried

SLACK = 1e-3
"""So much of a slope may a plugin's gradient be off that of central differences."""

EXCUSED = 2
"""At so many of the points that are tried it may be off by more: a kink or a jump may be there."""


def costs() -> Table[Cost]:
    """Every cost by name.

    Examples
    --------
    >>> costs()["bowl"].minima
    ((3.0,),)
    """
    return Table("cost", COSTS, _cost)


def rules() -> Table[Callable[..., Rule]]:
    """Every rule's factory by name.

    Examples
    --------
    >>> rules()["fixed"](1.5).name
    'fixed'
    """
    return Table("rule", RULES, _rule)


def schedules() -> Table[ScheduleKind]:
    """Every kind of schedule by name.

    Examples
    --------
    >>> schedules()["linear"].make(0.4, 100)(50)
    0.2
    """
    return Table("schedule", SCHEDULES, _schedule)


def enum_of(names: Callable[[], Iterable[str]]) -> Callable[[dict[str, Any]], None]:
    """Make what puts names into an option's JSON schema: asked when the schema is, since plugins take time.

    Examples
    --------
    >>> schema = {}
    >>> enum_of(schedules)(schema)
    >>> schema["enum"][:2]
    ['constant', 'linear']
    """

    def put(schema: dict[str, Any]) -> None:
        schema["enum"] = list(names())

    return put


def behind(words: Iterable[str]) -> list[Plugin]:
    """The plugins that words may name which are values of options; nothing is imported.

    Examples
    --------
    >>> behind(["bowl", "cosine"])
    []
    """
    own = {*COSTS, *RULES, *SCHEDULES}
    foreign = set(words) - own
    kinds = ("cost", "rule", "schedule") if foreign else ()
    return [plugin for kind in kinds for plugin in found(kind) if plugin.name in foreign]


def _cost(plugin: Plugin) -> Cost:
    made: Cost = _fits(plugin, plugin.product(), Cost)
    lengths = {len(made.domain), len(made.variables), len(made.start), made.dim}
    if made.dim not in (1, 2) or len(lengths) > 1:
        raise Unusable(
            f"it says dim = {made.dim}, with {len(made.domain)} ranges in domain, {len(made.variables)} "
            f"variables and {len(made.start)} numbers in start; it must be 1 or 2 of each"
        )
    start = np.array(made.start, dtype=np.float64)
    for points in (np.stack([start, start]), start, np.stack([[start, start]])):  # rows, a point, a grid
        for name, function, shape in (
            ("value", made.value, points.shape[:-1]),
            ("grad", made.grad, points.shape),
        ):
            result = tried(name, function, points.copy())
            if np.shape(result) != shape or not np.all(np.isfinite(result)):
                raise Unusable(
                    f"its {name} makes points of shape {points.shape} into {result}; "
                    f"it must be finite numbers of shape {shape}"
                )
    tried("domain", lambda: _check_places(made))
    tried("grad", lambda: _check_slopes(made))
    return made


def _check_places(cost: Cost) -> None:
    """Refuse a domain, a start, minima, a Hessian or a rate that no scene could draw."""
    for low, high in cost.domain:
        if not (math.isfinite(high - low) and low < high):
            raise Unusable(f"its domain has a range from {low} to {high}; it must be finite and grow")
    inside = [low <= x <= high for x, (low, high) in zip(cost.start, cost.domain, strict=True)]
    if not all(inside):
        raise Unusable(f"its start {cost.start} lies outside of its domain {cost.domain}")
    if any(np.shape(point) != (cost.dim,) for point in cost.minima):
        raise Unusable(f"its minima are {cost.minima}; each must have a number for each variable")
    if cost.hessian is not None and np.shape(cost.hessian) != (cost.dim, cost.dim):
        raise Unusable(f"its hessian is {cost.hessian}; it must be None or of shape {(cost.dim, cost.dim)}")
    if not (math.isfinite(cost.lr) and cost.lr > 0):
        raise Unusable(f"its lr is {cost.lr}; it must be a finite number greater than 0")


def _check_slopes(cost: Cost) -> None:
    """Refuse a gradient that central differences of the cost disagree with at more than `EXCUSED` points.

    Differences of rounded values are uncertain: more so far from zero, and in single precision.
    """
    low, high = np.transpose(cost.domain)
    places = low + (high - low) * np.linspace(0.05, 0.95, 9)[:, np.newaxis] ** np.arange(1, cost.dim + 1)
    step = 1e-4 * (high - low)
    with np.errstate(all="ignore"):
        ends = [(cost.value(places + h), cost.value(places - h)) for h in np.diag(step)]
        slopes = np.transpose([ahead - behind for ahead, behind in ends]) / (2 * step)
        rounding = np.finfo(np.float32).eps * np.transpose([np.abs(ahead) for ahead, _ in ends]) / step
        given = np.asarray(cost.grad(places))
        known = np.isfinite(slopes) & np.isfinite(given)
        size = np.max(np.abs(slopes), initial=0.0, where=known, axis=0)  # of each variable by itself
        slack = SLACK * np.maximum(np.abs(slopes), size / 10) + rounding
        wrong = known & (np.abs(slopes - given) > slack)
    if (wrong.sum(axis=0) > EXCUSED).any():
        variable = int(np.argmax(wrong.sum(axis=0)))
        place = (int(np.argmax(wrong[:, variable])), variable)
        raise Unusable(
            f"its grad in {cost.variables[variable]} is {given[place]:.6g} at "
            f"{tuple(places[place[0]].tolist())}, where its value has a slope of {slopes[place]:.6g}"
        )


def _rule(plugin: Plugin) -> Callable[..., Rule]:
    factory: Callable[..., Rule] = plugin.object()
    if not callable(factory):
        raise Unusable(f"it is of type {type(factory).__name__}; it must be a function that returns a Rule")
    if names := needed(factory):
        raise Unusable(f"it needs {', '.join(names)}; give each argument a default")
    made: Rule = _fits(plugin, tried("function", factory), Rule)
    first, slope = np.array([1.0, -2.0]), np.array([0.5, 4.0])
    given: Any = tried("step", lambda: made.step(made.init(first), slope, 0.1, 0))
    if (
        not isinstance(given, tuple)
        or len(given) != 2
        or np.shape(given[0]) != first.shape
        or not np.all(np.isfinite(given[0]))
    ):
        raise Unusable(
            f"its step gives {given} for a gradient of 2 numbers; it must be a finite step of 2, and a state"
        )
    return factory


def _schedule(plugin: Plugin) -> ScheduleKind:
    made: ScheduleKind = _fits(plugin, plugin.product(), ScheduleKind)
    rates = tried("make", lambda: [float(made.make(0.5, 10)(t)) for t in range(10)])
    together = tried("make", lambda: made.make(0.5, 10)(np.arange(10)))
    if not all(map(math.isfinite, rates)):
        raise Unusable(f"its rates from 0.5 over 10 steps are {rates}; they must be finite")
    if np.shape(together) != (10,):
        raise Unusable(f"it makes an array of 10 steps into {together}; it must be an array of 10 rates")
    return made


def _fits(plugin: Plugin, given: Any, kind: type[Any]) -> Any:
    if not isinstance(given, kind):
        raise Unusable(f"it is of type {type(given).__name__}; it must be a {kind.__name__}")
    if given.name != plugin.name:
        raise Unusable(f"its name is {given.name}; it must be that of its entry point, {plugin.name}")
    return given
