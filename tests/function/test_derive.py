from __future__ import annotations

import pickle

import numpy as np
import pytest

from lranim.core.types import Array
from lranim.function.derive import derive
from lranim.function.parse import parse
from lranim.function.steps import Gradient, Value
from lranim.function.tree import variables

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


def functions(text: str) -> tuple[Value, Gradient, int]:
    """Give a formula's value and gradient, and its number of variables."""
    tree = parse(text)
    names = variables(tree)
    derived = derive(tree, names)
    return Value(derived.value), Gradient(derived.gradient), len(names)


def points(dim: int, count: int = 60) -> Array:
    """Draw points at which all the formulas are smooth and finite."""
    return np.random.default_rng(0).uniform(0.15, 0.95, (count, dim))


@pytest.mark.parametrize("text", FORMULAS)
def test_the_value_is_what_python_makes_of_the_text(text: str) -> None:
    """Python itself, given the formula and numpy's functions, comes to the same costs."""
    value, _, dim = functions(text)
    x = points(dim)
    known = {
        name: getattr(np, name)
        for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")
    }
    names = dict(zip(variables(parse(text)), x.T, strict=True))
    expected = eval(text, {"__builtins__": {}}, {**known, **names, "abs": np.abs, "pi": np.pi, "e": np.e})
    assert value(x) == pytest.approx(expected, rel=1e-13, abs=1e-13)


@pytest.mark.parametrize("text", FORMULAS)
def test_the_gradient_is_the_slope_of_the_value(text: str) -> None:
    """The symbolic gradient agrees with central differences."""
    value, grad, dim = functions(text)
    x, h = points(dim), 1e-6
    slopes = np.stack([(value(x + way) - value(x - way)) / (2 * h) for way in h * np.eye(dim)], axis=-1)
    assert grad(x) == pytest.approx(slopes, rel=2e-6, abs=2e-6)


@pytest.mark.parametrize("text", FORMULAS)
def test_the_hessian_is_the_slope_of_the_gradient(text: str) -> None:
    """The second derivatives agree with differences of the first, and a constant one is given as a matrix."""
    tree = parse(text)
    names = variables(tree)
    derived = derive(tree, names)
    grad, h = Gradient(derived.gradient), 1e-6
    for x in points(len(names), 10):
        slopes = np.stack([(grad(x + way) - grad(x - way)) / (2 * h) for way in h * np.eye(len(x))], axis=-1)
        second = np.array([float(part) for part in derived.hessian.run(list(x))]).reshape(slopes.shape)
        assert second == pytest.approx(slopes, rel=1e-5, abs=1e-5)
        if derived.constant_hessian is not None:
            assert np.array_equal(second, derived.constant_hessian)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_batch_equals_its_points(text: str) -> None:
    """A batch gives, to the last bit, what each of its points gives alone, in any shape."""
    value, grad, dim = functions(text)
    x = points(dim, 24)
    together, slopes = value(x), grad(x)
    assert np.array_equal(value(x.reshape(2, 3, 4, dim)), together.reshape(2, 3, 4))
    assert np.array_equal(grad(x.reshape(2, 3, 4, dim)), slopes.reshape(2, 3, 4, dim))
    assert value(x[:0]).shape == (0,)
    assert grad(x[:0]).shape == (0, dim)
    for point, one, slope in zip(x, together, slopes, strict=True):
        assert np.ndim(value(point)) == 0
        assert value(point) == one
        assert np.array_equal(grad(point), slope)


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
    tree = parse(text)
    found = derive(tree, variables(tree)).constant_hessian
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
    tree = parse(text)
    with pytest.raises(ValueError, match=said):
        derive(tree, variables(tree))


def test_no_value_is_no_warning() -> None:
    """Where a function has no finite value, that is what it gives, without a word."""
    value, grad, _ = functions("log(x) + 1/x + exp(800*x)")
    x = np.array([[-1.0], [0.0], [1.0], [np.nan], [np.inf]])
    assert not np.isfinite(value(x)).any()
    assert not np.isfinite(grad(x))[1:].any()
    assert not np.isfinite(value(np.array([0.0])))


def test_functions_work_on_read_only_points_and_can_be_sent_to_another_process() -> None:
    """Inputs are never changed, and what was pickled gives the same."""
    value, grad, dim = functions("sin(a)*b**3")
    x = points(dim)
    x.setflags(write=False)
    assert np.array_equal(pickle.loads(pickle.dumps(value))(x), value(x))
    assert np.array_equal(pickle.loads(pickle.dumps(grad))(x), grad(x))
    assert not np.shares_memory(grad(x), x)


def test_derivatives_of_long_products_stay_short() -> None:
    """Twice the factors are about twice the steps, and not four or eight times as many."""
    sizes = [
        len(derive(parse("*".join(f"(x+{k})" for k in range(1, count + 1))), ["x"]).hessian.steps)
        for count in (18, 36)
    ]
    assert sizes[1] < 3 * sizes[0] < 3000
