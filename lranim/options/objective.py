"""What a scene descends: a cost by its name, or a function that the user writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import AfterValidator, Field

from lranim.core.costs import has_value, is_own
from lranim.core.types import Array, Cost
from lranim.function import cost_of
from lranim.function.formula import parse, shown, variables
from lranim.plugins.tables import costs, enum_of

VARIABLES = {1: "one variable", 2: "two variables"}


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


def _typed(point: Sequence[float] | Array) -> str:
    return ",".join(f"{x:g}" for x in point)
