"""A formula as single operations, each on results of earlier ones: written, derived by the chain rule, run.

They are run by a loop over functions of numpy (or of mpmath, where more digits are asked for): no code is
made from a formula, and what was made can be pickled and sent to a process that knows nothing of where it
came from. Derivatives share what the formula has worked out: they are a few times as long as it at most.
"""

from __future__ import annotations

import ast
import contextlib
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from typing import Any, Literal

import numpy as np

from lranim.core.types import Array
from lranim.function.formula import FUNCTIONS, SIGNS, parts, rational, variables

Step = tuple[str, int, int]
"""An operation's name and the places of what it works on; the second is -1 where it works on one thing."""

Exact = Fraction | Literal["pi", "e"]
"""A number that is rounded only when it is known what to."""

_PLAIN: dict[str, Callable[..., Any]] = {
    # For single numbers these are ten times as fast as numpy's functions, and give the same.
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "neg": operator.neg,
}

NUMPY: Mapping[str, Callable[..., Any]] = {
    **_PLAIN,
    **{name: getattr(np, name) for name in (*FUNCTIONS, "sign", "power")},
}
"""What each operation is for floats and arrays of floats."""

# Nearer, ``(1 - cos(x))/x**2`` would lose its digits; farther, the mean is off by more than 1e-10.
_ASIDE = 1e-5

_LARGEST = 3000  # arguments of functions beyond it would take numbers of millions of digits

_PLACES = (
    (-1.21, 0.58),
    (0.37, 1.93),
    (2.83, -3.41),
    (1.1e-5, 2.3e-5),
    (17.3, 41.7),
    (-9.7, -23.1),
    (311.7, 207.3),
)
"""Where it is tried whether a derivative is the same everywhere: with 80 digits a few places tell."""

LOST = (TypeError, ValueError, ZeroDivisionError, OverflowError)
"""What is raised where 80 digits do not reach, or there is no real value."""


@cache
def _digits() -> dict[str, Callable[..., Any]]:
    """What each operation, and "number", is with 80 digits: a root of order three keeps a third of them."""
    import mpmath  # type: ignore[import-untyped]  # it has neither annotations nor stubs; who unpickles needs it not

    context = mpmath.MPContext()
    context.dps, context.trap_complex = 80, True

    def bounded(name: str) -> Callable[[Any], Any]:
        function = getattr(context, name)

        def of(x: Any) -> Any:
            if not abs(x) < _LARGEST:
                raise OverflowError
            return function(x)

        return of

    def number(value: Any) -> Any:
        if isinstance(value, Fraction):
            return context.mpf(value.numerator) / value.denominator
        return +getattr(context, value) if isinstance(value, str) else context.mpf(value)

    return {
        **_PLAIN,
        **{name: bounded(name) for name in ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
        **{name: getattr(context, name) for name in ("log", "sqrt", "sign", "power")},
        "abs": abs,
        "number": number,
    }


def exact(x: Exact | float) -> Any:
    """Make a number of 80 digits."""
    return _digits()["number"](x)


@dataclass(frozen=True)
class Program:
    """Functions of n variables, worked out together.

    Parameters
    ----------
    dim
        Number of variables n; they are in the places 0 to n - 1.
    constants
        Exact numbers, in the places from n on.
    steps
        The operations, each of which fills the next place.
    results
        The places of the results.
    """

    dim: int
    constants: tuple[Exact, ...]
    steps: tuple[Step, ...]
    results: tuple[int, ...]

    def run(self, given: Sequence[Any], *, exactly: bool = False) -> list[Any]:
        """Give the results for n numbers, or n arrays of one shape; a result may be a number all the same.

        With numbers of `exact` they have 80 digits, or one of `LOST` is raised.
        """
        table = _digits() if exactly else NUMPY
        places = [*given, *(map(exact, self.constants) if exactly else self._floats)]
        for name, i, j in self.steps:
            places.append(table[name](places[i]) if j < 0 else table[name](places[i], places[j]))
        return [places[i] for i in self.results]

    @cached_property
    def _floats(self) -> list[Any]:
        named: dict[Exact, float] = {"pi": math.pi, "e": math.e}
        return [np.float64(float(named.get(one, one))) for one in self.constants]


@dataclass(frozen=True)
class Compiled:
    """A program as a function of points ``(..., n)``, whose results ``(..., *shape)`` have a shape.

    Where it is 0/0, as ``sin(x)/x`` at 0, it is what it comes to from both sides.

    Examples
    --------
    >>> from lranim.function import cost_of
    >>> cost_of("sin(x)/x").value(np.array([[0.0], [np.pi / 2]])).round(9)
    array([1.       , 0.63661977])
    """

    program: Program
    shape: tuple[int, ...] = ()

    def __call__(self, x: Array) -> Array:
        """Work it out; where it has no real value the result is not finite."""
        with np.errstate(all="ignore"):
            found = self.plain(x)
            lost = found != found  # for a single number, far faster than numpy's isnan
            if lost.any():
                found = np.where(lost, self._from_both_sides(x), found)[()]
        return found

    def plain(self, x: Array) -> Array:
        """Work it out, 0/0 as no number."""
        # Transposed, a single point unpacks into numpy's single numbers, far faster than 0-d arrays.
        results = self.program.run(tuple(x.T))
        if not self.shape:
            value = results[0]
            # Transposed again, but not a single number: that would make an array of it.
            return value.T if x.ndim > 1 else value  # type: ignore[no-any-return]
        found = np.empty((len(results), *x.shape[-2::-1]))
        for i, part in enumerate(results):
            found[i] = part
        return found.T.reshape(x.shape[:-1] + self.shape)

    def _from_both_sides(self, x: Array) -> Array:
        """Give the mean of what it is a little before and behind points, where that hardly differs."""
        around = [self.plain(x + share * _ASIDE) for share in (-1, 1, -2, 2)]
        mean = (around[0] + around[1]) / 2
        same = np.ptp(around, axis=0) <= 1e-2 * (1 + np.abs(mean))
        return np.where(same, mean, np.nan)


@dataclass(frozen=True, kw_only=True, eq=False)
class Derived:
    """A function and its derivatives.

    Parameters
    ----------
    value, gradient, hessian
        Functions of points ``(..., n)``.
    constant_hessian
        The Hessian ``(n, n)`` where the function is quadratic, else None.
    """

    value: Compiled
    gradient: Compiled
    hessian: Compiled
    constant_hessian: Array | None


def derive(tree: ast.expr, names: Sequence[str]) -> Derived:
    """Derive a formula twice.

    Raises
    ------
    ValueError
        What is wrong with the function, to be put behind its text: it is constant, or not real anywhere.

    Examples
    --------
    >>> from lranim.function.formula import parse
    >>> derive(parse("x**3"), ["x"]).gradient(np.array([2.0]))
    array([12.])
    """
    _check_constants(tree)
    n = len(names)
    writer = Writer(names)
    formula = writer.read(tree)
    slopes = [writer.slope(formula, i) for i in range(n)]
    idle = [name for name, slope in zip(names, slopes, strict=True) if writer.is_zero(slope)]
    if len(idle) == n:
        raise ValueError("it is the same everywhere; write one that changes with its variable")
    if idle:
        raise ValueError(f"{idle[0]} drops out of it; write it without {idle[0]}")
    hessian = Compiled(writer.program([writer.slope(slope, i) for slope in slopes for i in range(n)]), (n, n))
    constant = None
    if writer.is_polynomial(formula) and len(set(_tried(hessian.program))) == 1:
        constant = hessian(np.zeros(n))
        constant.setflags(write=False)
    return Derived(
        value=Compiled(writer.program([formula])),
        gradient=Compiled(writer.program(slopes), (n,)),
        hessian=hessian,
        constant_hessian=constant if constant is not None and constant.any() else None,
    )


def _check_constants(node: ast.expr) -> None:
    """Refuse what has no variable and no finite value, wherever in a formula it is."""
    if variables(node):
        for part in parts(node):
            _check_constants(part)
        return
    writer = Writer(())
    with np.errstate(all="ignore"):
        (value,) = writer.program([writer.read(node)]).run([])
    if not np.isfinite(value) or (value and not 1e-100 < abs(value) < 1e100):
        raise ValueError(
            "a part of it without variables has no value, or one beyond 1e-100 to 1e100; "
            "write another number for it"
        )


def _tried(program: Program) -> list[tuple[float, ...]]:
    """Give a program's results, to 50 digits after the point, at those places where there are some."""
    found = []
    for place in _PLACES:
        with contextlib.suppress(*LOST):
            results = program.run([exact(x) for x in place[: program.dim]], exactly=True)
            found.append(tuple(float(x) if abs(x) > 1e-50 else 0.0 for x in results))
    return found


class Writer:
    """Writes operations, each once; what is plainly a number, or one of its own operands, is that."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self._rows: dict[tuple[str, Any, int], int] = {}
        self._powers: dict[int, tuple[int, Fraction]] = {}
        self._slopes: list[list[int]] = [[] for _ in names]
        self._numbers: dict[int, Fraction] = {}
        for i in range(len(names)):
            self._place("variable", i)

    def _place(self, name: str, i: Any, j: int = -1) -> int:
        return self._rows.setdefault((name, i, j), len(self._rows))

    def number(self, value: Fraction | int) -> int:
        """Give the place of a number."""
        place = self._place("number", Fraction(value))
        self._numbers[place] = Fraction(value)
        return place

    def step(self, name: str, i: int, j: int = -1) -> int:
        """Give the place of an operation's result."""
        p, q = self._numbers.get(i), self._numbers.get(j)
        if name == "/" and q == 0:  # a division by what is always 0, at any depth
            if self.names:
                raise ValueError("it has no finite value anywhere; write one that can be drawn")
            return self._place(name, i, j)
        if name in _PLAIN and p is not None and (q is not None or j < 0):
            return self.number(_PLAIN[name](p) if q is None else _PLAIN[name](p, q))
        match name, p, q:
            case ("+", 0, _) | ("*", 1, _) | ("*", _, 0):
                return j
            case ("+" | "-", _, 0) | ("*" | "/", _, 1) | ("*" | "/", 0, _):
                return i
            case "-", 0, _:
                return self.step("neg", j)
            case "-" | "/", _, _ if i == j:
                return self.number(int(name == "/"))
            case "+", _, _ if i == j:
                return self.step("*", self.number(2), i)
            case (("+" | "*"), _, _):
                return self._place(name, *sorted((i, j)))
        return self._place(name, i, j)

    def power(self, base: int, power: Fraction) -> int:
        """Raise to a number's power: whole and half powers by products and roots.

        numpy's power is slow, and in a batch may round otherwise than alone.
        """
        if power in (0, 1):
            return base if power else self.number(1)
        size = abs(power)
        if power < 0:
            found = self.step("/", self.number(1), self.power(base, size))
        elif size.denominator > 2:
            found = self._place("power", base, self.number(size))
        elif size == Fraction(1, 2):
            found = self._place("sqrt", base)
        elif size.denominator == 2:
            found = self.step("*", self.power(base, Fraction(int(size))), self.power(base, Fraction(1, 2)))
        else:
            half = self.power(base, Fraction(int(size) // 2))
            found = self.step("*", half, half)
            found = self.step("*", found, base) if size % 2 else found
        self._powers.setdefault(found, (base, power))
        return found

    def read(self, node: ast.expr) -> int:
        """Write the operations of a tree, in the order in which they stand in it."""
        match node:
            case ast.Name(name) if name in self.names:
                return self.names.index(name)
            case ast.Name(name):
                return self._place("number", name)
            case ast.UnaryOp(_, operand):
                return self.step("neg", self.read(operand))
            case ast.Call(ast.Name("sqrt"), [arg]):
                return self.power(self.read(arg), Fraction(1, 2))
            case ast.Call(ast.Name(function), [arg]):
                return self.step(function, self.read(arg))
            case ast.BinOp(left, ast.Pow(), right):
                power = rational(right)
                if power is not None:
                    return self.power(self.read(left), power)
                if isinstance(left, ast.Name) and left.id == "e":
                    return self.step("exp", self.read(right))
                return self.step("exp", self.step("*", self.step("log", self.read(left)), self.read(right)))
            case ast.BinOp(left, op, right):
                return self.step(SIGNS[type(op)], self.read(left), self.read(right))
        return self.number(Fraction(str(getattr(node, "value", None))))

    def slope(self, place: int, variable: int) -> int:
        """Derive by a variable: the chain rule, one operation after the other."""
        found = self._slopes[variable]
        for row in list(self._rows)[len(found) : place + 1]:
            found.append(self._rule(len(found), *row, variable))
        return found[place]

    def _rule(self, place: int, name: str, i: Any, j: int, variable: int) -> int:
        step, number, found = self.step, self.number, self._slopes[variable]
        if name in ("variable", "number", "sign"):
            return number(int(name == "variable" and i == variable))
        if place in self._powers:
            base, power = self._powers[place]
            return step("*", step("*", number(power), self.power(base, power - 1)), found[base])
        di, dj = found[i], found[j] if j >= 0 else -1
        match name:
            case "+" | "-" | "neg":
                return step(name, di, dj)
            case "*":
                return step("+", step("*", di, j), step("*", i, dj))
            case "/":
                return step("/", step("-", di, step("*", place, dj)), j)
            case "log":
                return step("/", di, i)
            case "exp":
                outer = place
            case "abs":
                outer = step("sign", i)
            case "cos":
                outer = step("neg", step("sin", i))
            case "tan":
                outer = step("+", number(1), step("*", place, place))
            case "tanh":
                outer = step("-", number(1), step("*", place, place))
            case _:
                outer = step({"sin": "cos", "sinh": "cosh", "cosh": "sinh"}[name], i)
        return step("*", outer, di)

    def is_zero(self, place: int) -> bool:
        """Whether a derivative vanishes everywhere; of what has kinks only where that is plain."""
        program = self.program([place])
        if not program.steps:
            return self._numbers.get(place) == 0
        tried = _tried(program)
        return (
            bool(tried) and not any(map(any, tried)) and all(name != "sign" for name, _, _ in program.steps)
        )

    def is_polynomial(self, place: int) -> bool:
        """Whether it is one in the variables, with numbers that may be results of functions."""
        program = self.program([place])
        varies = [True] * program.dim + [False] * len(program.constants)
        for name, i, j in program.steps:
            below = j >= 0 and varies[j]
            varies.append(varies[i] or below)
            if varies[-1] and (name not in _PLAIN or (name == "/" and below)):
                return False
        return True

    def program(self, results: Sequence[int]) -> Program:
        """Write down what these places need."""
        rows, needed = list(self._rows), set(results)
        for place in range(max(results), -1, -1):
            name, i, j = rows[place]
            if place in needed and name not in ("variable", "number"):
                needed |= {i, j} - {-1}
        inner = [place for place in sorted(needed) if rows[place][0] != "variable"]
        inner.sort(key=lambda place: rows[place][0] != "number")
        at = {place: k for k, place in enumerate([*range(len(self.names)), *inner])} | {-1: -1}
        constants = tuple(rows[place][1] for place in inner if rows[place][0] == "number")
        steps = [rows[place] for place in inner if rows[place][0] != "number"]
        return Program(
            dim=len(self.names),
            constants=constants,
            steps=tuple((name, at[i], at[j]) for name, i, j in steps),
            results=tuple(at[place] for place in results),
        )
