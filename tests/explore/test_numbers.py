"""The page's numbers, verdicts and operations are those of lranim.core."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import RULES as FACTORIES
from lranim.core.schedules import constant
from lranim.core.starts import draw_start
from lranim.core.story import as_far_as_shown, ending
from lranim.core.theory import Verdict, verdict
from lranim.explore.page import RULES, as_data, programs, rates
from lranim.function import cost_of
from lranim.function.program import NUMPY
from lranim.look.text import candidates, say, texts

Show = Callable[..., Any]


OWN = "x**4 - 3*x**2 + x"
TWO = "(a**2 + b - 11)**2 + exp(-a*a/9)*sin(b) + abs(a)/3 + sqrt(b + 9)"


def now(shown: Any) -> dict[str, Any]:
    """What the page has computed."""
    state: dict[str, Any] = shown.evaluate("explore.now()")
    return state


RATES = {
    "bowl": (0.01, 0.3, 0.5, 0.9, 1, 1.05, 300),
    TWO: (0.0001, 0.004, 0.05),
    "two-minima": (0.01, 0.3, 1.2, 1.9),
    "ravine": (0.01, 0.25, 0.4, 0.5, 0.6),
    "himmelblau": (0.0001, 0.01, 0.02, 0.3),
    "beale": (0.001, 0.01),
    OWN: (0.001, 0.04, 0.12, 0.5),
}


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize("name", RATES)
def test_its_numbers_are_the_core_s(name: str, show: Show) -> None:
    """Typed rates give core's points, costs and gradients to 1e-9, and the words of the clip at that rate."""
    cost = COSTS[name] if name in COSTS else cost_of(name)
    shown = show(cost)
    for rule in RULES:
        shown.select_option("#rule", rule)
        for lr in RATES[name]:
            shown.fill("#rate-exact", str(lr))
            state = now(shown)
            assert (state["rule"], state["lr"]) == (rule, lr)
            run = descend(cost, FACTORIES[rule](), constant(lr), cost.start, 30)
            for key in ("x", "cost", "grad", "step"):
                expected = getattr(run, key)
                scale = np.abs(expected).max(initial=1.0)
                found = np.array(state[key], dtype=np.float64).reshape(expected.shape)
                np.testing.assert_allclose(
                    found, expected, rtol=1e-9, atol=1e-9 * scale, err_msg=f"{rule} {lr}"
                )
            assert state["verdict"] == verdict(run).value, (rule, lr)
            shows = shown.inner_text("#verdict").partition(": ")[2]
            key = f"verdict.{ending(as_far_as_shown(run), 30)}"
            assert shows == say("en", next(one for one in candidates("", key) if one in texts("en")))


JUDGED = ("bowl", "two-minima", "ravine", "himmelblau", OWN, "abs(x)", "x + y**2", "(x**2 - 1)**2")
LIMITS = ((13.0, 0.5), (13.0, 1.0), (3.0, 0.1), (3.005, 0.99999))
"""Starts and rates on the bowl: it lands, it bounces, it is there, it is near and all but bounces."""

JUDGE = """cases => cases.map(([made, set]) => {
  const dim = set.start.length;
  const [value, gradient] = [made.value, made.gradient].map(one => numbers.compiled(one, dim));
  const cost = { ...made, value, gradient };
  const run = numbers.descend(cost, set);
  return [verdicts.verdict(cost, run), verdicts.ending(cost, run, set.steps), run.step.length];
})"""


def judged_runs() -> Iterator[tuple[str, str, float, Any, int]]:
    """Cost, rule, rate, start and steps of runs: some at the limits of a kind, then drawn ones."""
    for start, lr in LIMITS:
        yield "bowl", "gradient-descent", lr, (start,), 20
    rng = np.random.default_rng(7)
    for name in JUDGED:
        cost = COSTS[name] if name in COSTS else cost_of(name)
        for k in range(120):
            rule = RULES[k % 9 % len(RULES)]
            low, high = (rates(cost, rule)[end] for end in ("low", "high"))
            lr, steps = float(low * (high / low) ** rng.random()), int(rng.integers(1, 60))
            yield name, rule, lr, draw_start(cost, k).tolist(), steps
    for lr in np.linspace(0.3, 0.42, 60).tolist():  # twos, fours, eights, threes, and chaos
        yield "(x**2 - 1)**2", "gradient-descent", lr, (0.3,), 120


def test_every_verdict_is_the_core_s(show: Show) -> None:
    """Whatever rate, rule, start and number of steps: a thousand runs, of every kind."""
    shown = show(COSTS["bowl"])
    costs = {name: COSTS[name] if name in COSTS else cost_of(name) for name in JUDGED}
    data = {}
    for name, cost in costs.items():
        value, gradient = map(as_data, programs(cost))
        data[name] = {"domain": cost.domain, "minima": cost.minima, "value": value, "gradient": gradient}
    cases, expected = [], []
    for name, rule, lr, start, steps in judged_runs():
        cases.append([data[name], {"rule": rule, "lr": lr, "beta": 0.9, "start": start, "steps": steps}])
        run = descend(costs[name], FACTORIES[rule](), constant(lr), start, steps)
        told = ending(as_far_as_shown(run), steps).removesuffix(".forecast")
        expected.append([verdict(run).value, told, len(run.step)])
    assert {word for word, *_ in expected} == {one.value for one in Verdict}
    found = shown.evaluate(JUDGE, cases)
    assert found[: len(LIMITS)] == expected[: len(LIMITS)]
    unlike = [case[1] for case, one, other in zip(cases, found, expected, strict=True) if one != other]
    assert len(unlike) <= 3, unlike  # rounding decides whether a gradient of 1e-16 has changed its sign


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize("function", ["x", "a*b", "tanh(x)", "exp(x)"])
def test_without_a_minimum_nothing_is_called_wandering(show: Show, function: str) -> None:
    """The page says what the scenes say of such a function: there is nothing to arrive at."""
    shown = show(cost_of(function))
    assert shown.inner_text("#verdict").endswith(": no minimum")
    assert shown.inner_text("#says").startswith("This function has no minimum here")
    assert "no minimum" in shown.locator("#kinds li").all_inner_texts()
    assert "wanders from" not in str(shown.get_attribute("#ruler", "aria-label"))


def test_what_leaves_the_valley_falls(show: Show) -> None:
    """A run whose cost never rises is not told that each step leads farther away."""
    cost = cost_of("x**3 - 3*x")
    shown = show(cost)
    shown.fill("#start-0", "-1.5")
    run = descend(cost, FACTORIES["gradient-descent"](), constant(now(shown)["lr"]), (-1.5,), 30)
    assert ending(as_far_as_shown(run), 30) == "falls"
    assert shown.inner_text("#verdict").endswith(f": {say('en', 'verdict.falls')}")
    assert shown.inner_text("#says").startswith("The cost falls for ever")


def test_every_operation_is_there(show: Show) -> None:
    """The page has what a formula may be made of, each giving what core's gives, and core's rules."""
    shown = show(COSTS["bowl"])
    points = [(0.3, 0.7), (1.7, -0.4), (2.5, 3.0)]
    names = shown.evaluate("Object.keys(numbers.operations)")
    found = shown.evaluate(
        "at => Object.values(numbers.operations).map(f => at.map(([a, b]) => f(a, b)))", points
    )
    assert set(names) == set(NUMPY)
    for name, values in zip(names, found, strict=True):
        count = 2 if name in ("+", "-", "*", "/", "power") else 1
        expected = [float(NUMPY[name](*map(np.float64, point[:count]))) for point in points]
        assert values == pytest.approx(expected, rel=1e-12), name
    assert shown.evaluate("Object.keys(numbers.rules)") == list(RULES)
    assert set(RULES) < set(FACTORIES)


def test_where_a_function_is_nothing_by_nothing(show: Show) -> None:
    """At 0/0 the page takes what lies around, as the core does."""
    cost = cost_of("sin(x)/x")
    shown = show(cost)
    value = "numbers.compiled(JSON.parse(data.textContent).value, 1)"
    assert shown.evaluate(f"{value}([0])")[0] == pytest.approx(1)


def test_where_a_function_jumps_there_is_no_start(show: Show) -> None:
    """At 0/0 between two levels it has no value, in the page as in the core, and the page stays as it was."""
    cost = cost_of("x**2 + abs(x - 0.1234567)/(x - 0.1234567)", ((-3.0, 3.0),))
    assert np.isnan(cost.value(np.array([0.1234567])))
    shown = show(cost)
    before = now(shown)
    shown.fill("#start-0", "0.1234567")
    assert shown.get_attribute("#start-0", "aria-invalid") == "true"
    assert now(shown) == before
