"""A random walk over functions, rates, starts and step counts: whatever is said is borne out by the run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from lranim.catalogue import registry
from lranim.core.descend import descend
from lranim.core.schedules import constant
from lranim.core.story import FARTHEST, as_far_as_shown
from lranim.core.types import NEAR, Trajectory

CURVES = (
    *("x**2", "0.1*x**4 - x**2 + 0.3*x", "x**4 - 3*x**2 + x", "(x**2 - 4)**2 / 8", "x**2 + 3*sin(3*x)"),
    *(
        "abs(x)",
        "exp(-x)",
        "x**3 - 3*x",
        "log(x)**2",
        "1/x + x",
        "tanh(x)**2",
        "x**6",
        "x*sin(x)",
        "sqrt(x) + x",
    ),
)
FIELDS = (
    "x**2 + 3*y**2",
    "(x**2 - 4)**2/16 + y**2/2",
    "(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
    "x**2 - y**2",
)

Claim = Callable[[Trajectory], bool]


def stays(run: Trajectory, far: float = NEAR) -> bool:
    """Whether the last point is near a minimum."""
    return bool(run.errors[-1] <= far * (1 + 1e-9))


CLAIMS: dict[str, Claim] = {
    "settles": stays,
    "lands": lambda run: bool((run.errors[1:] < 1e-6).all()),
    "early": lambda run: run.steps < 3,
    "nears": lambda run: bool(run.errors[-1] < run.errors[-2]) and not stays(run),
    "crawls": lambda run: bool(run.errors[-1] < run.errors[0]) and not stays(run),
    "jumps": lambda run: bool(run.errors[-1] < run.errors[0]),
    "jumps.arrived": stays,
    "bounces": lambda run: bool(
        np.abs(run.x[-1] - run.x[:-1]).max(axis=1).min() < 1e-2 * np.ptp(run.x[-9:], axis=0).max()
    ),
    "diverges": lambda run: bool(run.errors[-1] > run.errors[0]),
    "falls": lambda run: bool(run.cost[-1] == run.cost.min()),
    "leaves": lambda run: True,
    "open": lambda run: not run.cost_function.minima,
    "wanders": lambda run: not stays(run),
}
"""What must be so of a run whose ending has this name."""

STEPS: dict[str, Callable[[float, float, float, float], bool]] = {
    "tiny": lambda share, before, after, rise: 0 < share < 0.1 and rise < 0,
    "shorter": lambda share, before, after, rise: after < before,
    "lands": lambda share, before, after, rise: abs(share - 1) < 1e-5,
    "over": lambda share, before, after, rise: share > 1 and rise < 0,
    "level": lambda share, before, after, rise: share > 1,
    "higher": lambda share, before, after, rise: share > 1 and rise > 0,
}
"""What must be so of each step of a stretch that is said to do this: share of the way, lengths, and rise."""


def walks(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Requests drawn at random."""
    random = np.random.default_rng(7)
    for _ in range(count):
        scene = random.choice(["learning-rate", "slope", "oscillation", "surface"])
        functions = FIELDS if scene == "surface" else CURVES
        options: dict[str, Any] = {"function": str(random.choice(functions))}
        options["steps"] = int(random.choice([1, 2, 3, 5, 12, 29]))
        scale = float(10 ** random.uniform(-2.5, 0.8))
        if scene in ("learning-rate", "surface"):
            options["lr"] = round(scale, 3)
        if scene == "oscillation":
            options["step"] = round(scale, 2)
        if random.uniform() < 0.3:
            options["start"] = round(float(random.uniform(0.3, 2.0)), 2)
            if scene == "surface":
                options["start"] = (options["start"], round(float(random.uniform(0.3, 2.0)), 2))
        yield str(scene), options


def known(run: Trajectory, options: dict[str, Any]) -> np.ndarray:
    """Every number that may be named: of the options, of the run, and of its steps."""
    cost = run.cost_function
    lists: list[Any] = [run.x, run.x - run.target, run.errors, run.grad, run.step, run.lr, cost.minima, NEAR]
    lists += [np.arange(run.steps + 2), cost.domain, np.linalg.norm(run.step, axis=1), len(cost.minima)]
    lists += [descend(cost, run.rule, constant(run.lr[0]), run.x[0], 3000).first_within() or 0]
    lists += [value for value in options.values() if isinstance(value, float | int | tuple)]
    return np.concatenate([np.abs(np.ravel(np.asarray(one, dtype=float))) for one in lists])


NUMBER = re.compile(r"(\d+(?:\.\d+)?)(?:×10([⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@pytest.mark.thorough_after(24)
@pytest.mark.parametrize(("scene", "options"), [*walks(240)])
def test_what_is_said_is_so(
    tell: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, scene: str, options: dict[str, Any]
) -> None:
    """The ending, what each stretch of steps does, and every number."""
    light = registry.get(scene).load_light()
    try:
        params = light.Params(**options)
    except ValidationError:
        return  # the start or the first step is where no cost is
    run = as_far_as_shown(light.numbers(params), 10.0 if scene == "surface" else FARTHEST)
    keys: list[str] = []
    from lranim.draw import scene as lesson_scene

    say = lesson_scene.say
    monkeypatch.setattr(
        lesson_scene, "say", lambda lang, key, **how: keys.append(key) or say(lang, key, **how)
    )
    told = tell(scene, **options)

    (end,) = {key.partition("end.")[2] for key in keys if re.match(r"(\S+\.)?end\.", key)}
    kind = end.partition(".")[0]
    claim = CLAIMS.get(end) or CLAIMS[kind]
    assert claim(run), (end, run.x[:, 0].tolist())
    cost = run.cost_function
    for key in keys:
        doing = key.partition(".walk.")[2] if ".walk." in key else ""
        if doing in STEPS and run.steps > 1:
            way = [(m[0] - run.x[1, 0]) for m in cost.minima]
            shares = [run.step[1, 0] / one for one in way if one]
            lengths = np.abs(run.step[:2, 0]).tolist()
            rise = float(run.cost[2] - run.cost[1])
            first = next(k for k in keys if ".walk" in k)
            assert key != first or any(STEPS[doing](share, *lengths, rise) for share in shares), (
                doing,
                shares,
            )
    values = known(run, params.model_dump())
    formula = str(options["function"])
    for text in [*(beat.text for beat in told.beats), told.alt]:
        for word, power in NUMBER.findall(text.replace(formula, "")):
            scale = 10.0 ** int(power.translate(RAISED) or 0)
            slack = 0.51 * scale * 10.0 ** -len(word.partition(".")[2])
            assert np.abs(values - scale * float(word)).min() <= slack, (word, text)
