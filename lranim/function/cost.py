"""A user's own function as a cost: derived, compiled, typeset, with a view, minima, a start and a rate."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from lranim.core.types import Cost
from lranim.function import line, plane, start
from lranim.function.formula import parse, shown, typeset, variables
from lranim.function.program import Compiled, Derived, derive

Domain = tuple[tuple[float, float], ...]
Point = tuple[float, ...]

NARROWEST = 1e-12
"""The least width of a domain, the smallest number that a formula may have."""

MOST_MINIMA = 12
"""No more minima are marked in a view, the lowest ones."""


@lru_cache(maxsize=256)
def cost_of(text: str, domain: Domain | None = None) -> Cost:
    """Make a cost of a formula; see `lranim.function.cost_of`."""
    tree = parse(text)
    names = variables(tree)
    if domain is not None:
        _check_domain(domain, names)
    try:
        # Wherever it is looked, a function may be infinite or have no real value: no reason to warn.
        with np.errstate(all="ignore"):
            derived = derive(tree, names)
            of = _on_a_line if len(names) == 1 else _on_a_plane
            ends, minima, (begin, lr) = of(derived, domain)
    except (ValueError, ArithmeticError, RecursionError, MemoryError) as error:
        huge = "its numbers grow beyond all bounds; write a simpler one"
        why = error if isinstance(error, ValueError) else huge
        raise ValueError(f"--function is {shown(text)}; {why}") from None
    return Cost(
        name="function",
        summary=f"your function {' '.join(text.split())}",
        dim=len(names),
        value=derived.value,
        grad=derived.gradient,
        hessian=derived.constant_hessian,
        domain=ends,
        minima=tuple(minima),
        formula=typeset(tree),
        variables=names,
        start=begin,
        lr=lr,
    )


def _check_domain(domain: Domain, names: tuple[str, ...]) -> None:
    if len(domain) != len(names):
        raise ValueError(
            f"the domain has {len(domain)} range{'s' * (len(domain) != 1)} for the function of "
            f"{' and '.join(names)}; give one range for each variable"
        )
    for name, (low, high) in zip(names, domain, strict=True):
        if not (high - low >= NARROWEST and max(abs(low), abs(high)) <= 1e6):  # nor with NaN
            raise ValueError(
                f"the domain of {name} is {low:g} to {high:g}; it must rise by {NARROWEST:g} or more, "
                "and lie within -1e6 and 1e6"
            )


def _on_a_line(derived: Derived, domain: Domain | None) -> tuple[Domain, list[Point], start.Start]:
    ends = domain[0] if domain else line.view(derived.value, line.landmarks(derived))
    marks = line.landmarks(derived, ends)
    gaps = [hole for hole in marks.holes if ends[0] < hole < ends[1]]
    if domain and (gaps or not marks.finite):
        where = f"at {gaps[0]:.4g}" if gaps else "anywhere"
        raise ValueError(f"from {ends[0]:g} to {ends[1]:g} it is not finite {where}; give another domain")
    lowest = sorted(marks.minima, key=lambda turn: turn.value)[:MOST_MINIMA]
    minima = _in_order(derived.value, [(turn.exact(derived),) for turn in lowest])
    at = [x for (x,) in minima]
    turns = sorted([*at, *(turn.at for turn in (*marks.maxima, *marks.minima) if turn not in lowest)])
    return (ends,), minima, start.on_a_line(derived, ends, at, turns)


def _on_a_plane(derived: Derived, domain: Domain | None) -> tuple[Domain, list[Point], start.Start]:
    if domain and not plane.is_sound(derived.value, domain):
        raise ValueError("it is not finite everywhere in its domain; give another one")
    ends = domain or plane.view(derived.value, plane.places(derived))
    reach = max(high - low for low, high in ends) / 2
    lowest = sorted((one for one in plane.places(derived, ends) if one.minimum), key=lambda one: one.value)
    minima = _in_order(derived.value, [place.exact(derived, reach) for place in lowest[:MOST_MINIMA]])
    return ends, minima, start.on_a_plane(derived, ends, minima)


def _in_order(value: Compiled, minima: Sequence[Point]) -> list[Point]:
    """Sort minima: the lowest first, of equal ones the one nearest to 0, then the one with the larger values.

    Costs that differ by rounding alone count as equal, so that it is the same on every machine.
    """
    minima = [at for at in minima if np.isfinite(value(np.array(at)))]
    if not minima:
        return []
    costs = value(np.array(minima))
    slack = 1e-9 * (float(np.ptp(costs)) or 1.0)
    keys = [
        (round((cost - float(costs.min())) / slack), round(float(np.hypot.reduce(at)), 9), *(-x for x in at))
        for cost, at in zip(costs.tolist(), minima, strict=True)
    ]
    return [at for _, at in sorted(zip(keys, minima, strict=True))]
