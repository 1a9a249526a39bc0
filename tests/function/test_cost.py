from __future__ import annotations

import math
import os
import pickle
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.starts import draw_start
from lranim.core.types import Cost, Status
from lranim.function import cost_of
from lranim.function.cost import MOST_MINIMA
from lranim.function.formula import FUNCTIONS

SENSIBLE = [
    "x**2",
    "(x - 3)**2 + 1",
    "x**4 - 3*x**2 + x",
    "(3*x**4 - 8*x**3 - 30*x**2 + 72*x)/100 + 2",
    "x**2/10 - cos(3*x)",
    "log(1 + exp(-x)) + 0.05*x**2",
    "x*log(x)",
    "sin(x)",
    "(a - 1)**2 + (b + 1)**2 + 1",
    "(a**2 + b - 11)**2 + (a + b**2 - 7)**2",
    "4*a**2 - 2.1*a**4 + a**6/3 + a*b - 4*b**2 + 4*b**4",
    "20 + x**2 - 10*cos(2*pi*x) + y**2 - 10*cos(2*pi*y)",
]

UNUSUAL = [
    "x",
    "x**3",
    "sqrt(x)",
    "-sqrt(4 - x**2)",
    "1/x**2",
    "tan(x)",
    "tanh(x)",
    "abs(x - 1)",
    "sqrt(abs(x))",
    "log(abs(x - 0.3))",
    "abs(x)/x + x**2",
    "sin(x)/x",
    "cosh(10*x)",
    "exp(exp(exp(x)))",
    "1 - exp(-(100*x)**2)",
    "sin(1/x)",
    "a + b",
    "a**2 - b**2",
    "(a - b)**2",
    "a**4 + b**4",
    "abs(a) + abs(b)",
    "sqrt(a*b)",
    "log(a)**2 + log(b)**2",
    "1/(a - 0.3)**2 + b**2",
    "exp(-a**2 - b**2)",
    "(a - 100)**2 + (b - 200)**2",
    "sqrt(1 - a**2 - b**2)",
]


def points(cost: Cost, count: int) -> np.ndarray:
    """Give points all over the domain, ends included."""
    axes = [np.linspace(low, high, count) for low, high in cost.domain]
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, cost.dim)


def attempt(text: str) -> Cost | str:
    """Give a formula's cost, or why there is none."""
    try:
        return cost_of(text)
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize("text", [*SENSIBLE, *UNUSUAL])
def test_a_cost_is_complete(text: str) -> None:
    """The view is finite all over, and start, rate and minima can be used in any lesson."""
    cost = cost_of(text)
    low, high = np.array(cost.domain).T
    assert cost.name == "function"
    assert cost.summary == f"your function {text}"
    assert cost.dim == len(cost.domain) == len(cost.variables) == len(cost.start)
    assert np.isfinite(cost.value(points(cost, 41))).all()
    assert 0 < cost.lr <= 100
    assert math.isfinite(cost.lr)
    for point in (cost.start, *cost.minima):
        assert all(type(x) is float for x in point)
        assert np.all((low <= point) & (point <= high))
    start = np.array(cost.start)
    assert np.isfinite(cost.value(start))
    assert np.isfinite(cost.grad(start)).all()
    assert cost.grad(start).any()
    run = descend(cost, gradient_descent(), constant(cost.lr), cost.start, 5)
    assert run.steps
    drawn = draw_start(cost, 1)
    assert np.isfinite(cost.value(drawn))


@pytest.mark.parametrize("text", [*SENSIBLE, *UNUSUAL])
def test_minima_are_lower_than_all_around_them(text: str) -> None:
    """What is marked as a minimum is one, and the lowest comes first."""
    cost = cost_of(text)
    width = max(high - low for low, high in cost.domain)
    ways = np.random.default_rng(0).normal(size=(100, cost.dim))
    ways /= np.linalg.norm(ways, axis=-1, keepdims=True)
    for minimum in np.array(cost.minima).reshape(-1, cost.dim):
        for share in (1e-3, 1e-2):
            around = cost.value(minimum + share * width * ways) if text != "sin(1/x)" else np.array([np.inf])
            assert np.all(np.isnan(around) | (around > cost.value(minimum)))
    costs = cost.value(np.array(cost.minima).reshape(-1, cost.dim))
    assert np.all(np.diff(costs) >= -1e-8 * (1 + np.abs(costs[1:])))


@pytest.mark.parametrize("text", SENSIBLE)
def test_descent_from_the_start_at_the_rate_arrives(text: str) -> None:
    """A lesson with nothing but a function given shows a descent that falls all the way to a minimum."""
    cost = cost_of(text)
    run = descend(cost, gradient_descent(), constant(cost.lr), cost.start, 60)
    width = max(high - low for low, high in cost.domain)
    assert np.all(np.diff(run.cost) <= 1e-9)
    assert run.errors[-1] < 0.02 * width
    assert run.status in (Status.CONVERGED, Status.OUT_OF_STEPS)
    # Neither over in a step nor too slow to see.
    assert run.errors[0] > 0.05 * width
    assert run.errors[1] > 0.2 * run.errors[0]
    assert run.errors[29] < 0.3 * run.errors[0]


@pytest.mark.parametrize(
    ("text", "minima"),
    [
        ("x**2", [(0.0,)]),
        ("(x - 1/3)**2", [(1 / 3,)]),
        ("x**4 - 2*x**2", [(1.0,), (-1.0,)]),
        ("x**3 - 3*x", [(1.0,)]),
        ("x*log(x)", [(math.exp(-1),)]),
        ("x + 1/x", [(1.0,)]),
        ("exp(x) - 2*x", [(math.log(2),)]),
        ("cosh(x - 0.1)", [(0.1,)]),
        ("abs(x - 0.7)", [(0.7,)]),
        ("(x - 1)**4", [(1.0,)]),
        ("x**4 - 4*x**3 + 6*x**2 - 4*x + 1", [(1.0,)]),
        ("x*exp(x)", [(-1.0,)]),
        ("x", []),
        ("x**3", []),
        ("-x**2", []),
        ("100*(y - x**2)**2 + (1 - x)**2", [(1.0, 1.0)]),
        ("(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2", [(3.0, 0.5)]),
        ("(a**2 - 1)**2 + b**2", [(1.0, 0.0), (-1.0, 0.0)]),
        ("exp(a) - a + cosh(b - 2)", [(0.0, 2.0)]),
        ("a**4 + b**4", [(0.0, 0.0)]),
        ("log(abs(x - 0.3))", []),
        ("abs(x) + abs(x - 1)", []),
        ("abs(a) + 2*abs(b)", [(0.0, 0.0)]),
        ("-1/sqrt(a**2 + b**2)", []),
        ("-1/(abs(a) + abs(b))", []),
        ("a**2 + b**2 - 1/sqrt((a - 0.31)**2 + b**2)", []),
        ("log(abs(a) + abs(b - 0.2))", []),
        ("sqrt(a**2 + b**2)", [(0.0, 0.0)]),
        ("abs(a) + abs(b - 0.2)", [(0.0, 0.2)]),
        ("cosh(x)*exp(x**2)", [(0.0,)]),
        ("a**2 + cosh(b)", [(0.0, 0.0)]),
        ("a**2 - b**2", []),
        ("a**3 - 3*a*b**2", []),
        ("(a - b)**2", []),
        ("(a*b - 1)**2", []),
    ],
)
def test_minima_in_closed_form(text: str, minima: list[tuple[float, ...]]) -> None:
    """Minima that pencil and paper give are found, to the nearest float; saddles and lines are none."""
    found = cost_of(text).minima
    assert len(found) == len(minima)
    assert np.array(found) == pytest.approx(np.array(minima), rel=1e-15, abs=1e-15)


def test_of_many_minima_the_lowest_are_marked() -> None:
    """At most a dozen, so that a view is not covered with marks."""
    line = cost_of("sin(x) + x/100", ((-100, 100),))
    assert len(line.minima) == MOST_MINIMA
    assert max(line.minima) < (-20.0,)
    assert line.start[0] < -20  # above one that is marked
    plane = cost_of("sin(2*a) + a/100 + cos(2*b)", ((-8, 8), (-8, 8)))
    assert len(plane.minima) == MOST_MINIMA
    assert max(plane.minima)[0] < 0


def test_what_is_flat_but_for_rounding_is_refused() -> None:
    """Floats would draw noise."""
    for text in ("abs(x)/x", "1e12 + 1e-12*x**2", "1e12 + 1e-12*a*b"):
        with pytest.raises(ValueError, match="it is flat or not finite wherever it was looked at"):
            cost_of(text)


def test_a_first_step_leads_to_where_the_function_is() -> None:
    """Also from near the corners, where lessons draw their starts, and where the slope is steep."""
    cost = cost_of("sqrt(x*y)")
    for seed in range(20):
        start = np.array(draw_start(cost, seed))
        assert np.isfinite(cost.value(start - cost.lr * cost.grad(start)))


def test_himmelblau_as_text_is_the_built_in_one() -> None:
    """Typed in, Himmelblau's function has the built-in one's four minima, to the last bit, and formula."""
    typed, known = cost_of("(a**2 + b - 11)**2 + (a + b**2 - 7)**2"), COSTS["himmelblau"]
    assert set(typed.minima) == set(known.minima)
    assert typed.formula == known.formula
    x = points(known, 15)
    assert typed.value(x) == pytest.approx(known.value(x), rel=1e-14)
    assert typed.grad(x) == pytest.approx(known.grad(x), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("x**2", -4, 4),
        ("(x - 3)**2", -1, 7),
        ("x**4 - 2*x**2", -1.8, 1.8),
        ("log(x)", 0.1, 8),
        ("sqrt(x)", 0, 8),
        ("sqrt(4 - x**2)", -2, 2),
        ("tan(x)", -1.53, 1.53),
        ("exp(x)", -4, 4),
        ("1/x", 0.65, 8),
        ("tan(x)**2", -1, 1),
        ("log(abs(x - 0.3))", 0.4, 8.5),
        ("x**4 + 2*x**3 - 3*x**2", -3.6, 2.2),
        ("x**5 - 5*x**3 + 4*x", -1.4, 2.4),
        ("x + 2*sin(x)", -13, 9),
        ("(x - 2.3)**2 - 0.01*log(x + 1.9)", -1.8, 6.5),
        ("(x + 2.3)**2 - 0.01*log(1.9 - x)", -6.5, 1.8),
    ],
)
def test_the_view_follows_from_the_shape(text: str, low: float, high: float) -> None:
    """Round ends, as wide as there is something to see, and not across a place where it is infinite."""
    assert cost_of(text).domain == ((low, high),)


@pytest.mark.parametrize(
    ("text", "start", "lr"),
    [
        ("x", (3.6,), 0.6),
        ("exp(x)", (3.6,), 0.015),
        ("exp(-x)", (-3.6,), 0.015),
        ("-x**2", (0.4,), 0.8),
        ("sin(x)", (7.5,), 0.6),
        ("x*log(x)", (7.6,), 0.2),
        ("x**12", (3.6,), 1e-7),
        ("x**2/1e9", (3.6,), 100),
        ("tanh(x)", (3.6,), 80),
        ("a**4 + b**4", (-3.0, 3.0), 0.025),
        ("a**3 - 3*a + b**2", (3.0, 3.0), 0.1),
        ("sin(a)*sin(b)", (-6.8, 4.0), 0.8),
        ("a + b", (-3.0, 3.0), 0.6),
    ],
)
def test_start_and_rate_follow_from_the_shape(text: str, start: tuple[float, ...], lr: float) -> None:
    """High on the right, or where the way down is; round, not over in a step, and 100 at the most.

    On a plane away from the minima, towards one where that can be, and as tame from the view's corners.
    """
    cost = cost_of(text)
    assert (cost.start, cost.lr) == (start, lr)


@pytest.mark.parametrize(
    ("text", "pole"),
    [
        ("1/(a - 0.3)**2 + b**2", 0.3),
        ("(a - 2)**2 + (b - 2)**2 + 1/a**2", 0.0),
        ("1/(a - 0.3) + b**2", 0.3),
    ],
)
def test_a_plane_is_not_shown_across_a_pole(text: str, pole: float) -> None:
    """Whether the function goes to the same infinity on both sides of it, or not."""
    (low, high), _ = cost_of(text).domain
    assert high < pole or pole < low


def test_a_given_domain_is_kept() -> None:
    """Minima outside of it are not marked, and the start lies in it."""
    cost = cost_of("x**4 - 2*x**2", ((0, 3),))
    assert cost.domain == ((0.0, 3.0),)
    assert cost.minima == ((1.0,),)
    assert 0 <= cost.start[0] <= 3
    plane = cost_of("(a**2 - 1)**2 + b**2", ((-2, 0), (-1, 1)))
    assert plane.minima == ((-1.0, 0.0),)
    assert cost_of("sin(a)*sin(b)", ((-1, 2), (-2, 1))).minima == ((math.pi / 2, -math.pi / 2),)


@pytest.mark.parametrize(
    ("text", "domain", "said"),
    [
        ("x**2", ((1, 1),), "the domain of x is 1 to 1; it must rise"),
        ("x**2", ((2, 1),), "the domain of x is 2 to 1; it must rise"),
        ("x**2", ((0, math.inf),), "the domain of x is 0 to inf"),
        ("x**2", ((0, 1.5e6),), "x is 0 to 1.5e+06; it must rise by 1e-12 or more, and lie within -1e6 and"),
        ("x", ((0, 1e-310),), "the domain of x is 0 to 1e-310; it must rise by 1e-12"),
        ("x**2", ((math.nan, 1),), "the domain of x is nan to 1"),
        ("x**2", ((0, 1), (0, 1)), "give one range for each"),
        ("a*b", ((0, 1),), "the domain has 1 range for the function of a and b"),
        ("log(x)", ((-1, 1),), "from -1 to 1 it is not finite at 0; give another domain"),
        ("log(x)", ((-3, -1),), "from -3 to -1 it is not finite anywhere"),
        ("1/x", ((-1, 1),), "not finite at 0"),
        ("1/(a - b)", ((0, 1), (0, 1)), "not finite everywhere in its domain"),
    ],
)
def test_a_domain_that_cannot_be_drawn_is_refused(
    text: str, domain: tuple[tuple[float, float], ...], said: str
) -> None:
    """One line names the domain and what is wrong with it."""
    with pytest.raises(ValueError, match="domain") as refusal:
        cost_of(text, domain)
    assert said in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1


def test_the_same_text_is_the_same_cost() -> None:
    """It is made once, and can be sent to another process."""
    cost = cost_of("sin(x) + x**2/20")
    assert cost_of("sin(x) + x**2/20") is cost
    copy = pickle.loads(pickle.dumps(cost))
    x = points(cost, 9)
    assert np.array_equal(copy.value(x), cost.value(x))
    assert np.array_equal(copy.grad(x), cost.grad(x))
    assert (copy.minima, copy.domain, copy.start, copy.lr) == (cost.minima, cost.domain, cost.start, cost.lr)


def test_another_process_makes_the_same_to_the_last_bit() -> None:
    """Neither hashing nor the order of anything shows: a process with another seed makes the same."""
    texts = ("sin(x)*exp(-x/3)", "(a**2 + b - 11)**2 + (a + b**2 - 7)**2")
    seed = "1" if os.environ.get("PYTHONHASHSEED") == "2" else "2"
    program = f"from lranim.function import cost_of; print([cost_of(text) for text in {texts!r}])"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == str([cost_of(text) for text in texts])


def test_the_package_is_cheap_until_it_is_asked() -> None:
    """Who draws a built-in cost does not wait for this room; nor does who unpickles one, for mpmath."""
    cost = pickle.dumps(cost_of("x**2"))
    program = (
        "import sys, pickle; import lranim.function; "
        "print('lranim.function.cost' in sys.modules, "
        f"pickle.loads({cost!r}).name, 'mpmath' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "function", "False"]


def _terms(variables: list[str]) -> st.SearchStrategy[str]:
    leaves = st.sampled_from([*variables, *variables, "1", "2", "0.5", "pi", "e"])

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("({}{}{})".format, inner, st.sampled_from("+-*/"), inner),
            st.builds("{}({})".format, st.sampled_from(FUNCTIONS), inner),
            st.builds("({})**{}".format, inner, st.sampled_from(["2", "3", "0.5", "-1", "12", "1.5"])),
            st.builds("(-{})".format, inner),
        )

    return st.recursive(leaves, grow, max_leaves=8)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.one_of(_terms(["x"]), _terms(["a", "b"])))
def test_any_formula_is_a_cost_or_one_line(text: str) -> None:
    """What is put together from what is allowed can be descended, or is refused in one line, in time."""
    began = time.process_time()
    made = attempt(text)
    if isinstance(made, Cost):
        assert np.isfinite(descend(made, gradient_descent(), constant(made.lr), made.start, 3).x).all()
    else:
        assert made.startswith("--function is")
        assert len(made.splitlines()) == 1
    assert time.process_time() - began < 60


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=30) | st.text("xyab0123456789.+-*/()^ elogsincqrtp,=_", max_size=30))
def test_any_text_is_a_cost_or_one_line(text: str) -> None:
    """No text at all ends in anything but a cost or a line."""
    made = attempt(text)
    assert isinstance(made, Cost) or (made.startswith("--function is") and len(made.splitlines()) == 1)
