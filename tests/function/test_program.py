from __future__ import annotations

import pickle
import time

import numpy as np
import pytest

from lranim.core.types import Array
from lranim.function.formula import FUNCTIONS, parse, variables
from lranim.function.program import Derived, derive
from lranim.function.roots import crossing, root

FORMULAS = [
    "x",
    "x**4 - 3*x**2 + x",
    "(x - 3)**2 + 1",
    "exp(-x**2)",
    "log(1 + x**2)",
    "sqrt(x)*log(x)",
    "sin(x)*cos(2*x)",
    "tan(x/2)",
    "tan(x + pi/2)",
    "sinh(x) + cosh(x)/tanh(x)",
    "abs(x - 1)**1.5",
    "abs(log(x))",
    "x**(1/3) + x**-2",
    "x**(-0.5)",
    "2**x + e**(-x)",
    "1/(1 + exp(-x))",
    "x/(1 + x**2)",
    "sqrt(x**2 + 1)",
    "sin(sin(sin(sin(x))))",
    "x**12/1e3",
    "-x--x**2",
    "sqrt(2)*x + log(3)*x**2",
    "(a**2 + b - 11)**2 + (a + b**2 - 7)**2",
    "100*(y - x**2)**2 + (1 - x)**2",
    "e**(x*y) + sin(x)/y",
    "a*b",
    "20 + x**2 + y**2 - 10*(cos(2*pi*x) + cos(2*pi*y))",
    "abs(a) + abs(b - 5)",
    "sqrt(a*a + b*b)*log(a/b)",
    "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
]


def derived(text: str) -> tuple[Derived, tuple[str, ...]]:
    """Give a formula with its derivatives, and its variables."""
    tree = parse(text)
    return derive(tree, variables(tree)), variables(tree)


def points(dim: int, count: int = 60) -> Array:
    """Draw points at which all the formulas are smooth and finite."""
    return np.random.default_rng(0).uniform(0.15, 0.95, (count, dim))


@pytest.mark.parametrize("text", FORMULAS)
def test_value_and_derivatives(text: str) -> None:
    """The value is what Python makes of the text; each derivative is the slope of what it is derived from."""
    function, variables = derived(text)
    x, h = points(len(variables)), 1e-6
    known = {name: getattr(np, name) for name in FUNCTIONS}
    names = {**known, **dict(zip(variables, x.T, strict=True)), "pi": np.pi, "e": np.e}
    expected = eval(text, {"__builtins__": {}}, names)
    assert function.value(x) == pytest.approx(expected, rel=1e-13, abs=1e-13)
    for of, slope, slack in (
        (function.value, function.gradient, 2e-6),
        (function.gradient, function.hessian, 1e-5),
    ):
        slopes = [(of(x + way) - of(x - way)) / (2 * h) for way in h * np.eye(len(variables))]
        assert slope(x) == pytest.approx(np.stack(slopes, axis=-1), rel=slack, abs=slack)
    if function.constant_hessian is not None:
        assert function.hessian(x) == pytest.approx(np.tile(function.constant_hessian, (60, 1, 1)), rel=1e-15)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_batch_equals_its_points(text: str) -> None:
    """A batch gives, to the last bit, what each of its points gives alone, in any shape, also elsewhere."""
    function, names = derived(text)
    value, grad, dim = function.value, function.gradient, len(names)
    x = points(dim, 24)
    x.setflags(write=False)
    together, slopes = value(x), grad(x)
    assert np.array_equal(value(x.reshape(2, 3, 4, dim)), together.reshape(2, 3, 4))
    assert np.array_equal(grad(x.reshape(2, 3, 4, dim)), slopes.reshape(2, 3, 4, dim))
    assert value(x[:0]).shape == (0,)
    assert grad(x[:0]).shape == (0, dim)
    for point, one, slope in zip(x, together, slopes, strict=True):
        assert np.ndim(value(point)) == 0
        assert value(point) == one
        assert np.array_equal(grad(point), slope)
    assert np.array_equal(pickle.loads(pickle.dumps(value))(x), together)
    assert np.array_equal(pickle.loads(pickle.dumps(grad))(x), slopes)


@pytest.mark.parametrize(
    ("text", "hessian"),
    [
        ("(x - 3)**2/4 + 1", [[0.5]]),
        ("a**2/10 + 2*b**2", [[0.2, 0], [0, 4]]),
        ("(a + b)**2 - a", [[2, 2], [2, 2]]),
        ("pi*x**2", [[2 * np.pi]]),
        ("x*x + sqrt(2)*x", [[2]]),
        ("x", None),
        ("x**3", None),
        ("x**2 + abs(x)", None),
        ("abs(x)", None),
        ("sqrt(x**2)", None),
        ("exp(x)", None),
    ],
)
def test_only_quadratics_have_a_constant_hessian(text: str, hessian: list[list[float]] | None) -> None:
    """Where the cost is quadratic the Hessian is exact and read-only; a line and a kink have none."""
    found = derived(text)[0].constant_hessian
    if hessian is None:
        assert found is None
    else:
        assert found is not None
        assert found == pytest.approx(np.array(hessian), rel=1e-15)
        assert not found.flags.writeable


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x**2 + 0*y", "y drops out of it; write it without y"),
        ("(x + y)**2 - 2*x*y - x**2", "x drops out of it"),
        ("sin(x)/sin(x)", "the same everywhere"),
        ("log(0)*x", "a part of it without variables has no value"),
        ("exp(300)*x", "or one beyond 1e-100 to 1e100"),
        ("exp(-300)*x", "or one beyond 1e-100 to 1e100"),
        ("x/(x - x)", "no finite value anywhere"),
    ],
)
def test_refused(text: str, said: str) -> None:
    """What cannot be drawn in all of its variables is refused before anything is searched."""
    with pytest.raises(ValueError, match=said):
        derived(text)


def test_no_value_is_no_warning() -> None:
    """Where a function has no finite value, that is what it gives, without a word."""
    function, _ = derived("log(x) + 1/x + exp(800*x)")
    x = np.array([[-1.0], [0.0], [1.0], [np.nan], [np.inf]])
    assert not np.isfinite(function.value(x)).any()
    assert not np.isfinite(function.gradient(x))[1:].any()
    assert not np.isfinite(function.value(np.array([0.0])))


def test_derivatives_of_long_products_stay_short() -> None:
    """Twice the factors are about twice the steps, and not four or eight times as many."""
    sizes = [
        len(derived("*".join(f"(x+{k})" for k in range(1, count + 1)))[0].hessian.program.steps)
        for count in (18, 36)
    ]
    assert sizes[1] < 3 * sizes[0] < 3000


@pytest.mark.parametrize(
    ("text", "low", "high", "at"),
    [
        ("(x - 0.7)**2", 0.5, 1.1, 0.7),
        ("abs(x - 0.7)", 0.5, 1.1, 0.7),
        ("(x - 0.1)**6", -0.13, 0.31, 0.1),
        ("x**4", -0.3, 0.7, 0.0),
    ],
)
def test_a_change_of_sign_is_found_to_the_nearest_float(
    text: str, low: float, high: float, at: float
) -> None:
    """Also where the slope is all but flat about it."""
    found = crossing(derived(text)[0], low, high)
    assert found == at


def test_numbers_of_millions_of_digits_are_left_alone() -> None:
    """Where exact numbers would take for ever there is no exact place."""
    function, _ = derived("(x - 11)**2 + sin(exp(exp(x)))")
    began = time.process_time()
    assert crossing(function, 10.5, 11.2) is None
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("text", "point", "reach", "found"),
    [
        ("a**2 + (b - 2)**2", (0.0, 1.9), 0.2, (0.0, 2.0)),
        ("a**2 + (b - 2)**2", (0.0, 0.5), 0.2, None),
        ("(a - 2)**2 + b**2", (0.5, 0.0), 0.2, None),
        ("(a - 2)**2 + sqrt(a - 1) + b**2", (0.5, 0.0), 10.0, None),
        ("(a - b)**2", (0.5, 0.0), 10.0, None),
    ],
)
def test_a_root_is_one_near_the_place(
    text: str, point: tuple[float, float], reach: float, found: tuple[float, float] | None
) -> None:
    """None where the steps lead far away, to where the function has no real value, or to a whole line."""
    assert root(derived(text)[0], point, reach) == found
