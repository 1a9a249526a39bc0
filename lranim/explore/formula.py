"""A cost's formula in forms that a page can use: steps to compute it, and text to read it."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from lranim.core.starts import draw_start
from lranim.core.types import Cost
from lranim.errors import InputError
from lranim.function.formula import parse
from lranim.function.program import Compiled, Program, derive

SAMPLES = 20
"""At so many points of its domain a cost is compared with what its formula says."""

NAMED = {"pi": math.pi, "e": math.e}

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def programs(cost: Cost) -> tuple[Program, Program]:
    """Give the steps that compute a cost and its gradient.

    A user's own function has them. Of any other cost they are made from its printed formula, which must
    then give the same values.

    Raises
    ------
    InputError
        The formula cannot be read, or is not the cost's.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> value, gradient = programs(COSTS["ravine"])
    >>> [float(part) for part in gradient.run([np.float64(5), np.float64(2)])]
    [1.0, 8.0]
    """
    if isinstance(cost.value, Compiled) and isinstance(cost.grad, Compiled):
        return cost.value.program, cost.grad.program
    text = typed(cost.formula)
    try:
        derived = derive(parse(text), cost.variables)
    except ValueError as error:
        raise InputError(
            f"a page cannot compute {cost.name}: its formula {cost.formula} is not one that "
            "--function takes; give the function itself with --function"
        ) from error
    points = np.array([draw_start(cost, seed) for seed in range(SAMPLES)])
    for own, given in (
        (derived.value(points), cost.value(points)),
        (derived.gradient(points), cost.grad(points)),
    ):
        if not np.allclose(own, given, rtol=1e-9, atol=1e-9 * float(np.abs(given).max()), equal_nan=True):
            raise InputError(
                f"a page cannot compute {cost.name}: its formula {cost.formula} has other values than it; "
                "give the function itself with --function"
            )
    return derived.value.program, derived.gradient.program


def as_data(program: Program) -> dict[str, Any]:
    """Give a program as JSON has it, its numbers as floats."""
    return {
        "constants": [
            NAMED[value] if isinstance(value, str) else float(value) for value in program.constants
        ],
        "steps": program.steps,
        "results": program.results,
    }


def typed(formula: str) -> str:
    """Write a formula of Typst math as it is typed for ``--function``.

    Examples
    --------
    >>> typed("(3 a^4 - 8 a^3) / 100 + 1/4 (a - 3)^2")
    '(3 * a**4 - 8 * a**3) / 100 + 1/4 * (a - 3)**2'
    >>> typed("a ln(a)^2")
    'a * log(a)**2'
    """
    formula = formula.replace("^", "**").replace(" dot ", " * ")
    return re.sub(r"(?<=[\w)])\s+(?=[\w(])", " * ", re.sub(r"\bln\(", "log(", formula))


def readable(text: str) -> str:
    """Write a typed formula as it is read in a line of text.

    Examples
    --------
    >>> readable("x**4 - 3*x**2 + exp(-x)")
    'x⁴ − 3x² + exp(−x)'
    >>> readable("x**2**3 + 1/2*x*(x - pi)")
    'x^2³ + 1/2 · x · (x − π)'
    """

    def joined(factor: re.Match[str]) -> str:
        """Two factors without a sign between, unless a division stands before them in their product."""
        product = re.split("[+-]", factor.string[: factor.start()])[-1]
        return factor[0] if "/" in product else factor[1] or ""

    text = re.sub(r"\bpi\b", "π", text.strip().replace("^", "**"))
    # Powers of powers are read from the right: of several the last one alone is raised.
    text = re.sub(r"\s*\*\*\s*(\d+)(?![\d.])(?!\s*\*\*)", lambda power: power[1].translate(RAISED), text)
    text = re.sub(r"\s*\*\*\s*", "^", text)
    text = re.sub(r"(?<![\w.^])(\d[\d.]*)\s*\*\s*(?=[a-zπ(])|(?<=\))\s*\*\s*(?=\()", joined, text)
    return re.sub(r"\s*\*\s*", " · ", text).replace("-", "−")
