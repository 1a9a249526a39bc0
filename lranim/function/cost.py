"""A user's own function as a cost: derived, compiled, typeset, with a view, minima, a start and a rate."""

from __future__ import annotations

from functools import lru_cache
from typing import NoReturn

import numpy as np

from lranim.core.types import Cost
from lranim.function import line_start, line_view, plane_view
from lranim.function.derive import Derived, derive
from lranim.function.line_search import landmarks
from lranim.function.parse import parse, shown
from lranim.function.plane_search import places
from lranim.function.plane_start import plane_start
from lranim.function.rate import curvature, in_order, pace
from lranim.function.steps import Gradient, Value
from lranim.function.tree import Node, variables
from lranim.function.typeset import typeset

Domain = tuple[tuple[float, float], ...]

NARROWEST = 1e-12
"""The least width of a domain, the smallest number that a formula may have."""

MOST_MINIMA = 12
"""No more minima are marked in a view, the lowest ones."""


@lru_cache(maxsize=256)
def cost_of(text: str, domain: Domain | None = None) -> Cost:
    """Make a cost of a formula; see `lranim.function.cost_of`."""
    tree = parse(text)
    names = variables(tree)
    ends = _checked(domain, names) if domain is not None else None
    make = _on_a_line if len(names) == 1 else _on_a_plane
    try:
        # Wherever it is looked, a function may be infinite or have no real value: no reason to warn.
        with np.errstate(all="ignore"):
            return make(text, tree, derive(tree, names), ends)
    except ValueError as error:
        _refuse(text, str(error))
    except (ArithmeticError, RecursionError, MemoryError):
        _refuse(text, "its numbers grow beyond all bounds; write a simpler one")


def _refuse(text: str, what: str) -> NoReturn:
    raise ValueError(f"--function is {shown(text)}; {what}") from None


def _checked(domain: Domain, names: tuple[str, ...]) -> Domain:
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
    return tuple((float(low), float(high)) for low, high in domain)


def _on_a_line(text: str, tree: Node, derived: Derived, domain: Domain | None) -> Cost:
    value, grad = Value(derived.value), Gradient(derived.gradient)
    ends = domain[0] if domain else line_view.view(value, landmarks(derived))
    marks = landmarks(derived, ends)
    gaps = [hole for hole in marks.holes if ends[0] < hole < ends[1]]
    if domain and (gaps or not marks.finite):
        where = f"at {gaps[0]:.4g}" if gaps else "anywhere"
        raise ValueError(f"from {ends[0]:g} to {ends[1]:g} it is not finite {where}; give another domain")
    lowest = sorted(marks.minima, key=lambda turn: turn.value)[:MOST_MINIMA]
    minima = [at for (at,) in in_order(value, [(turn.exact(derived),) for turn in lowest])]
    turns = sorted([*minima, *(turn.at for turn in (*marks.maxima, *marks.minima) if turn not in lowest)])
    tries = []
    for start, goal in line_start.starts(value, grad, ends, minima, turns):
        sharpest = curvature(derived, (goal,)) if goal is not None else None
        found = pace(value, grad, (start,), (ends,), [(at,) for at in minima], sharpest, 0.6, goal)
        arrives = found.arrives and found.tame
        tries.append((start, found.lr))
        if arrives:
            break
    start, lr = tries[-1] if arrives else tries[0]
    return _cost(text, tree, derived, (ends,), [(at,) for at in minima], (start,), lr)


def _on_a_plane(text: str, tree: Node, derived: Derived, domain: Domain | None) -> Cost:
    value, grad = Value(derived.value), Gradient(derived.gradient)
    if domain and not plane_view.is_sound(value, domain):
        raise ValueError("it is not finite everywhere in its domain; give another one")
    ends = domain or plane_view.view(value, places(derived))
    reach = max(high - low for low, high in ends) / 2
    found = sorted((p for p in places(derived, ends) if p.minimum), key=lambda p: p.value)[:MOST_MINIMA]
    minima = in_order(value, [place.exact(derived, reach) for place in found])
    start, lr = plane_start(value, grad, derived, ends, minima)
    return _cost(text, tree, derived, ends, minima, start, lr)


def _cost(
    text: str,
    tree: Node,
    derived: Derived,
    domain: Domain,
    minima: list[tuple[float, ...]],
    start: tuple[float, ...],
    lr: float,
) -> Cost:
    return Cost(
        name="function",
        summary=f"your function {' '.join(text.split())}",
        dim=len(domain),
        value=Value(derived.value),
        grad=Gradient(derived.gradient),
        hessian=derived.constant_hessian,
        domain=domain,
        minima=tuple(minima),
        formula=typeset(tree),
        variables=variables(tree),
        start=start,
        lr=lr,
    )
