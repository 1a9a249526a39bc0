"""The page: a cost as steps and as text, its data, words and colours, put into one HTML file."""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

import numpy as np
from markupsafe import Markup
from pydantic import AfterValidator, Field

from lranim.core.starts import draw_start
from lranim.core.theory import curvatures
from lranim.core.types import Cost
from lranim.errors import InputError, nearest
from lranim.export.template import environment, page_style
from lranim.function.formula import parse
from lranim.function.program import Compiled, Program, derive
from lranim.look.text import DEFAULT_LANG, say, texts
from lranim.params import CurveObjective, SceneParams, SurfaceObjective
from lranim.plugins.tables import rules
from lranim.version import __version__

SAMPLES = 20
"""At so many points of its domain a cost is compared with what its formula says."""

NAMED = {"pi": math.pi, "e": math.e}

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

OWN_RATE = ("gradient-descent", "momentum", "nesterov")
"""Rules whose steps are as long as the slope says, so that the cost says which rates suit them."""

PER_AXIS = ("adagrad", "rmsprop", "adam")
"""Rules whose steps are about as long as the rate, however steep it is."""

RULES = (*OWN_RATE, *PER_AXIS)

SCRIPTS = ("numbers.js", "verdict.js", "picture.js", "controls.js")


def _on_a_page(name: str) -> str:
    if name in RULES:
        return name
    if name in rules():
        known = ", ".join(RULES)
        raise ValueError(
            f"--rule {name} cannot be on a page; it has these of lranim's own rules only: {known}"
        )
    raise ValueError(f"--rule {name} is not known; {nearest(name, RULES)}")


class _Set(SceneParams):
    """What is set when the page opens."""

    rule: Annotated[str, AfterValidator(_on_a_page)] = Field("gradient-descent", description="rule at first")
    lr: float | None = Field(None, ge=1e-9, le=1e6, description="learning rate at first")
    steps: int = Field(30, ge=1, le=200, description="steps at first")


class CurvePage(_Set, CurveObjective):
    """The page of a function of one variable."""

    start: float | None = Field(None, description="start at first")


class SurfacePage(_Set, SurfaceObjective):
    """The page of a function of two variables."""

    start: tuple[float, float] | None = Field(None, description="start at first")


def page(
    cost: Cost,
    *,
    rule: str,
    lang: str,
    lr: float | None,
    start: tuple[float, ...],
    steps: int,
    function: str | None = None,
) -> str:
    """Write the page of a cost.

    Parameters
    ----------
    cost
        What is descended.
    rule
        The one of `RULES` that is chosen when the page opens.
    lang
        Language of its words.
    lr, start, steps
        What is set when the page opens; without a rate it is one that suits the cost and the rule.
    function
        The formula as it was typed, if it was; else the page shows the cost's own.

    Raises
    ------
    InputError
        The cost's formula cannot be computed in a page.
    """
    said = words(lang)
    text = typed(cost.formula) if function is None else " ".join(function.split())
    formula = f"J({', '.join(cost.variables)}) = {readable(text)}"
    value, gradient = programs(cost)
    data = {
        "name": cost.name,
        "variables": cost.variables,
        "domain": cost.domain,
        "minima": cost.minima,
        "value": as_data(value),
        "gradient": as_data(gradient),
        "rules": {name: rates(cost, name, lr if name == rule else None) for name in RULES},
        "curvature": _sharpest(cost),
        "set": {"rule": rule, "start": start, "steps": steps},
        "words": said,
        "verdicts": {
            key.partition(".")[2]: say(lang, key) for key in texts(lang) if key.startswith("verdict.")
        },
    }
    template = environment(package="lranim.explore").get_template("explore.html.j2")
    return template.render(
        generator=f"lranim explore {__version__}",
        lang=said["tag"],
        words=said,
        formula=formula,
        variables=cost.variables,
        domain=cost.domain,
        rules={name: said[f"rule_{name.replace('-', '_')}"] for name in RULES},
        style=page_style(_source("explore.css")),
        scripts=[Markup(_source(name)) for name in SCRIPTS],
        data=Markup(json.dumps(data, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")),
    )


def rates(cost: Cost, rule: str, lr: float | None = None) -> dict[str, float]:
    """Which learning rates the page offers for a rule, and the one it begins with.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> rates(COSTS["bowl"], "gradient-descent")
    {'low': 0.003, 'high': 3.0, 'lr': 0.3}
    >>> rates(COSTS["bowl"], "adam")
    {'low': 0.01, 'high': 20.0, 'lr': 1.0}
    """
    width = max(high - low for low, high in cost.domain)
    sharpest = _sharpest(cost)
    if rule in OWN_RATE:
        suits = cost.lr
        low, high = suits / 100, max(10 * suits, 4 / sharpest if sharpest else 0.0)
    else:
        suits, low, high = width / 20, width / 2000, width
    lr = _round(suits) if lr is None else lr
    return {"low": _round(min(low, lr)), "high": _round(max(high, lr)), "lr": lr}


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(_source("words.toml"))


def words(lang: str) -> Mapping[str, str]:
    """The page's words in a language, or in English if it has none in that."""
    return _words().get(lang, _words()[DEFAULT_LANG])


def _source(name: str) -> str:
    return files("lranim.explore").joinpath("templates", name).read_text(encoding="utf-8")


def _sharpest(cost: Cost) -> float | None:
    """The largest curvature at the lowest known minimum, which limits the rate; None without one."""
    if not cost.minima:
        return None
    with np.errstate(all="ignore"):
        sharpest = float(curvatures(cost).max())
    return sharpest if np.isfinite(sharpest) and sharpest > 0 else None


def _round(value: float) -> float:
    return float(f"{value:.2g}")


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
