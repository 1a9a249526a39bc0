"""A formula as a list of single steps, each one operation on results of earlier ones.

It is run by a loop over functions of numpy (or of mpmath, where more digits are asked for): no code is made
from it, and it can be pickled and sent to a process that knows nothing of where it came from.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import numpy as np

from lranim.core.types import Array

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

_ASIDE = (
    1e-5  # nearer, ``(1 - cos(x))/x**2`` would lose its digits; farther, the mean is off by more than 1e-10
)

NUMPY: Mapping[str, Callable[..., Any]] = {
    **_PLAIN,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "abs": np.abs,
    "sign": np.sign,
    "power": np.power,
}
"""What each operation is for floats and arrays of floats."""


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

    def run(self, given: Sequence[Any]) -> list[Any]:
        """Give the results for n numbers, or n arrays of one shape; a result may be a number all the same."""
        places, steps = self._ready
        places = places.copy()
        places[: self.dim] = given
        for place, function, i, j in steps:
            places[place] = function(places[i]) if j < 0 else function(places[i], places[j])
        return [places[i] for i in self.results]

    def run_with(self, table: Mapping[str, Callable[..., Any]], given: Sequence[Any]) -> list[Any]:
        """Give the results for numbers of another kind, with what each operation, and "number", is for it."""
        places = [*given, *(table["number"](value) for value in self.constants)]
        for name, i, j in self.steps:
            places.append(table[name](places[i]) if j < 0 else table[name](places[i], places[j]))
        return [places[i] for i in self.results]

    @cached_property
    def _ready(self) -> tuple[list[Any], list[tuple[int, Callable[..., Any], int, int]]]:
        """Work out once what no variable is in."""
        places: list[Any] = [None] * self.dim + [_rounded(value) for value in self.constants]
        left = []
        with np.errstate(all="ignore"):
            for name, i, j in self.steps:
                known = places[i] is not None and (j < 0 or places[j] is not None)
                if known:
                    places.append(NUMPY[name](places[i]) if j < 0 else NUMPY[name](places[i], places[j]))
                else:
                    left.append((len(places), NUMPY[name], i, j))
                    places.append(None)
        return places, left

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be worked out again."""
        return {name: getattr(self, name) for name in ("dim", "constants", "steps", "results")}


@dataclass(frozen=True)
class Value:
    """A program of one result as a cost's value: points ``(..., n)`` to ``(...)``.

    Where it is 0/0, as ``sin(x)/x`` at 0, it is what it comes to from both sides.

    Examples
    --------
    >>> from lranim.function import cost_of
    >>> cost_of("sin(x)/x").value(np.array([[0.0], [np.pi / 2]])).round(9)
    array([1.       , 0.63661977])
    """

    program: Program

    def __call__(self, x: Array) -> Array:
        """Work it out; where it has no real value the result is not finite."""
        with np.errstate(all="ignore"):
            value = self._plain(x)
            lost = value != value  # for a single number, far faster than numpy's isnan
            if lost if x.ndim == 1 else lost.any():
                value = np.where(lost, _from_both_sides(self._plain, x), value)[()]
        return value

    def _plain(self, x: Array) -> Array:
        # Transposed, a single point unpacks into numpy's single numbers, far faster than 0-d arrays.
        (value,) = self.program.run(tuple(x.T))
        # Transposed again, but not a single number: that would make an array of it.
        return value.T if x.ndim > 1 else value  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Gradient:
    """A program of n results as a cost's gradient: points ``(..., n)`` to ``(..., n)``; as `Value` at 0/0."""

    program: Program

    def __call__(self, x: Array) -> Array:
        """Work it out; where it has no real value the result is not finite."""
        with np.errstate(all="ignore"):
            grad = self._plain(x)
            lost = np.isnan(grad)
            if lost.any():
                grad = np.where(lost, _from_both_sides(self._plain, x), grad)
        return grad

    def _plain(self, x: Array) -> Array:
        grad = np.empty(x.shape[::-1])
        for i, part in enumerate(self.program.run(tuple(x.T))):
            grad[i] = part
        return grad.T


def _from_both_sides(function: Callable[[Array], Array], x: Array) -> Array:
    """Give the mean of what a function is a little before and behind points, where that hardly differs."""
    around = [function(x + share * _ASIDE) for share in (-1, 1, -2, 2)]
    mean = (around[0] + around[1]) / 2
    same = np.ptp(around, axis=0) <= 1e-2 * (1 + np.abs(mean))
    return np.where(same, mean, np.nan)


class Writer:
    """Writes a program: each operation once, also where it is asked for again."""

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self._numbers: dict[Exact, int] = {}
        self._steps: dict[Step, int] = {}

    def variable(self, i: int) -> int:
        """Give the place of a variable."""
        return i

    def number(self, value: Exact) -> int:
        """Give the place of a number; numbers have places below 0 until the program is written."""
        return self._numbers.setdefault(value, -len(self._numbers) - 2)

    def step(self, name: str, i: int, j: int = -1) -> int:
        """Give the place of an operation's result."""
        return self._steps.setdefault((name, i, j), self.dim + len(self._steps))

    def chain(self, name: str, places: Sequence[int]) -> int:
        """Give the sum or the product of any number of places, one after the other; of none it is 1."""
        if not places:
            return self.number(Fraction(1))
        found, *others = places
        for place in others:
            found = self.step(name, found, place)
        return found

    def whole_power(self, base: int, power: int) -> int:
        """Multiply it out: numpy's power is slow, and in a batch may round otherwise than alone."""
        if power == 1:
            return base
        half = self.whole_power(base, power // 2) if power > 1 else self.number(Fraction(1))
        square = self.step("*", half, half)
        return self.step("*", square, base) if power % 2 else square

    def power(self, base: int, power: Fraction) -> int:
        """Raise to a number's power: whole and half powers by products and roots."""
        size = abs(power)
        if not size:
            return self.number(Fraction(1))
        if size.denominator <= 2:
            found = self.whole_power(base, int(size)) if size >= 1 else -1
            if size.denominator == 2:
                root = self.step("sqrt", base)
                found = root if size < 1 else self.step("*", found, root)
        else:
            found = self.step("power", base, self.number(size))
        return found if power > 0 else self.step("/", self.number(Fraction(1)), found)

    def program(self, results: Sequence[int]) -> Program:
        """Write it down."""
        shift = len(self._numbers)

        def place(i: int) -> int:
            if i < -1:
                return self.dim - i - 2
            return i + shift if i >= self.dim else i

        steps = tuple((name, place(i), place(j)) for name, i, j in self._steps)
        return Program(self.dim, tuple(self._numbers), steps, tuple(place(i) for i in results))


def _rounded(value: Exact) -> np.float64:
    named = {"pi": math.pi, "e": math.e}
    return np.float64(named[value] if isinstance(value, str) else float(value))
