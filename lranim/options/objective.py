"""What a scene descends: a cost by its name, or a function that the user writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import AfterValidator, Field

from lranim.core.arrivals import arrival
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.theory import Verdict, verdict
from lranim.core.types import Array, Cost, Status, Trajectory
from lranim.function import cost_of
from lranim.function.parse import parse, shown
from lranim.function.tree import variables
from lranim.plugins.tables import costs, enum_of

OWN = "function"
"""Name of the cost that a user's own function makes."""

SAMPLES = {1: 401, 2: 81}
"""How many values of each variable stand for all of them."""

TOO_HIGH, TRIED = (3.3, 5.0, 8.0, 12.0), 29
"""Which multiples of the rate that suits a cost are tried in so many steps, to find one that is too high."""

VARIABLES = {1: "one variable", 2: "two variables"}


def is_own(cost: Cost) -> bool:
    """Whether a cost is a user's own function."""
    return cost.name == OWN


def named_cost(dim: int) -> Any:
    """The type of an option that names a cost, for scenes that draw costs of so many variables."""

    def choices() -> list[str]:
        return [name for name, cost in costs().items() if cost.dim == dim]

    def check(name: str) -> str:
        known = costs().get(name)
        if known is not None and known.dim == dim:
            return name
        choice = ", ".join(choices())
        if known is not None:
            other = known.dim
            raise ValueError(
                f"--cost is {name}, a cost of {other} variable{'s' * (other > 1)}; "
                f"this scene draws costs of {VARIABLES[dim]}: {choice}"
            )
        raise ValueError(f"--cost is {name}; it must be one of {choice}")

    return Annotated[str, AfterValidator(check), Field(json_schema_extra=enum_of(choices))]


def own_cost(function: str, domain: tuple[float, ...] | None, dim: int) -> Cost:
    """Make the cost of a user's own function.

    Parameters
    ----------
    function
        Its formula.
    domain
        Lowest and highest value of each variable in a row, as typed; None for what suits the function.
    dim
        Number of variables that are wanted.

    Raises
    ------
    ValueError
        In one line: what of them cannot be used, and what would do.

    Examples
    --------
    >>> own_cost("x**2", (-1, 3), 1).domain
    ((-1.0, 3.0),)
    """
    names = variables(parse(function))
    if len(names) != dim:
        number, other = ("one variable", "learning-rate") if len(names) == 1 else ("two variables", "surface")
        raise ValueError(
            f"--function is {shown(function.strip())}, which has {number}; "
            f"this scene draws functions of {VARIABLES[dim]}: try {other}"
        )
    if domain is None:
        return cost_of(function)
    ends = tuple(zip(domain[::2], domain[1::2], strict=True))
    if not all(low < high for low, high in ends) or not np.isfinite(domain).all():
        raise ValueError(f"--domain is {_typed(domain)}; write numbers, the lower end of a range first")
    return cost_of(function, ends)


def check_start(cost: Cost, start: Sequence[float] | Array, flag: str = "--start") -> None:
    """Refuse a start, or another point given by `flag`, outside the cost's domain or where it has no value.

    Raises
    ------
    ValueError
        With the value, the domain, and how to write a start.
    """
    given, called = _typed(start), "the function" if is_own(cost) else cost.name
    if not all(low <= x <= high for x, (low, high) in zip(start, cost.domain, strict=True)):
        ranges = " and ".join(
            f"{name} from {low:g} to {high:g}"
            for name, (low, high) in zip(cost.variables, cost.domain, strict=True)
        )
        other = "; --domain sets another one" if is_own(cost) else ""
        raise ValueError(f"{flag} is {given}; it must lie in the domain of {called}: {ranges}{other}")
    if not has_value(cost, np.array(start, dtype=np.float64)):
        raise ValueError(
            f"{flag} is {given}, where {called} has no finite value or slope; give another point"
        )


def check_first_steps(
    cost: Cost, start: Sequence[float] | Array, steps_for: Callable[[Array], Mapping[str, Array]]
) -> None:
    """Refuse a first step to where the cost has no value: there would be nothing to draw.

    Parameters
    ----------
    cost
        The cost.
    start
        Where the steps start, ``(n,)``.
    steps_for
        Makes the first steps ``(n,)`` for the slope at the start, each by what sets its length.

    Raises
    ------
    ValueError
        With the step, and what to do.
    """
    here = np.array(start, dtype=np.float64)
    for words, step in steps_for(cost.grad(here)).items():
        if not has_value(cost, here + step):
            raise ValueError(
                f"{words}; its first step would lead from {_typed(here)} to {_typed(here + step)}, where the "
                "cost has no finite value; give a smaller one, or another --start"
            )


def lowest(cost: Cost) -> str:
    """What is known of a cost's lowest point, as the end of a text's key.

    Returns
    -------
    str
        Empty where the first of the known minima is the lowest place of the domain, ``_local`` where an edge
        of the domain is lower, ``_open`` where no minimum is known.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> lowest(COSTS["bowl"]), lowest(own_cost("x**3 - 3*x", None, 1)), lowest(own_cost("x**3", None, 1))
    ('', '_local', '_open')
    """
    if not cost.minima:
        return "_open"
    sides = [np.linspace(low, high, SAMPLES[cost.dim]) for low, high in cost.domain]
    with np.errstate(all="ignore"):
        values = cost.value(np.stack(np.meshgrid(*sides, indexing="ij"), axis=-1))
    values, best = values[np.isfinite(values)], float(cost.value(np.array(cost.minima[0])))
    return "_local" if values.min() < best - 1e-6 * float(np.ptp(values)) else ""


def rates_about(cost: Cost, most: float) -> tuple[float, ...]:
    """Three learning rates for a cost: too low, right, and, where one is found, too high; up to `most`.

    Only two where a rate of `most` is still right.

    Examples
    --------
    >>> rates_about(own_cost("(x - 3)**2 + 1", None, 1), 100)
    (0.01, 0.3, 0.99)
    """
    rates: list[float] = []
    for share in (1 / 30, 1.0, *TOO_HIGH):
        lr = rounded(min(share * cost.lr, most))
        if lr in rates:
            break
        run = descend(cost, gradient_descent(), constant(lr), cost.start, TRIED)
        if len(rates) == 3 and run.steps:
            rates[2] = lr
        elif len(rates) < 3:
            rates.append(lr)
        if share > 1 and arrival(run) is None:
            break
    return tuple(rates)


def best_of(run: Trajectory) -> float:
    """Where the lowest known minimum of a run's curve is; the run's last point where none is known."""
    minima = run.cost_function.minima
    return minima[0][0] if minima else float(run.x[-1, 0])


def falls(run: Trajectory) -> bool:
    """Whether a run diverges though its cost never rose: it falls for ever, or comes where no cost is."""
    return run.status is Status.DIVERGED and bool(run.cost[-1] <= run.cost.min())


def outcome(run: Trajectory) -> str:
    """The end of a text's key for what a run did: its verdict, or what there is no verdict for.

    Returns
    -------
    str
        ``open`` where there is no minimum to arrive at, ``falls`` as `falls` has it, else the verdict's name.
    """
    kind, cost = verdict(run), run.cost_function
    # On a line, what comes to rest without a minimum does so where the curve levels off; on a plane it may
    # be at the bottom of a valley.
    level = kind is Verdict.SETTLES and cost.dim == 1
    if not cost.minima and (level or kind in (Verdict.WANDERS, Verdict.DIVERGES)):
        return "open"
    return "falls" if falls(run) else kind.name.lower()


def has_value(cost: Cost, point: Array) -> bool:
    """Whether cost and gradient are finite at a point ``(n,)``."""
    with np.errstate(all="ignore"):
        return bool(np.isfinite(cost.value(point)) and np.isfinite(cost.grad(point)).all())


def rounded(value: float, digits: int = 2) -> float:
    """Round to so many significant digits, as a person would type it.

    Examples
    --------
    >>> rounded(0.02347), rounded(6.0001)
    (0.023, 6.0)
    """
    return float(f"{value:.{digits}g}")


def _typed(point: Sequence[float] | Array) -> str:
    return ",".join(f"{x:g}" for x in point)
