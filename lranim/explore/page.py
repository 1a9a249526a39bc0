"""The page as HTML: its data, its words and its colours, put into one file that asks for nothing else."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
from markupsafe import Markup

from lranim.core.theory import Verdict, curvatures
from lranim.core.types import Cost
from lranim.explore.formula import as_data, programs, readable, typed
from lranim.export.template import environment, page_style
from lranim.look.text import DEFAULT_LANG, say
from lranim.version import __version__

OWN_RATE = ("gradient-descent", "momentum", "nesterov")
"""Rules whose steps are as long as the slope says, so that the cost says which rates suit them."""

PER_AXIS = ("adagrad", "rmsprop", "adam")
"""Rules whose steps are about as long as the rate, however steep it is."""

RULES = (*OWN_RATE, *PER_AXIS)

SAID = (*(one.value for one in Verdict), "falls", "open")
"""What the scenes say of a run; the page says of some that wander that they swing."""

SCRIPTS = ("numbers.js", "verdict.js", "picture.js", "controls.js")


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
        "verdicts": {name: say(lang, f"verdict.{name}") for name in SAID} | {"swings": said["swings"]},
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
