"""A formula in layers: quotients of polynomials in the variables and in the functions' results below them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import sympy  # type: ignore[import-untyped]  # it has neither annotations nor stubs

from lranim.function.steps import Exact, Program, Writer
from lranim.function.tree import Call, Constant, Negative, Node, Number, Variable, rational

TOO_LONG = "its derivatives would be too long; write one with fewer products in each other"

_T = sympy.Symbol("t")
_SLOPES: dict[str, Any] = {
    name: getattr(sympy, name)(_T).diff(_T)
    for name in ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "log")
}
_LONG_FACTOR = 15  # operations from which on a factor gets a symbol of its own
_MOST_WORK = 25_000  # operations times symbols that are derived: some seconds
_LONG = 2  # operations from which on a derivative gets a symbol of its own, so that it is written once


class Layers:
    """The symbols of one formula: its variables, named numbers, and what functions give.

    A symbol stands for a variable, or is defined by ``(operation, argument)``: a function of a quotient, a
    broken power of one, a named number, or, with the operation ``"="``, a quotient itself.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.variables = [sympy.Symbol(name) for name in names]
        self._defined: dict[Any, tuple[Any, Any]] = {}
        self._symbols: dict[tuple[Any, Any], Any] = {}
        self._rates: dict[tuple[Any, str], Any] = {}
        self._work = 0

    def read(self, node: Node) -> Any:
        """Give the uppermost quotient of a formula."""
        match node:
            case Number(value=value):
                return sympy.Rational(value.numerator, value.denominator)
            case Constant(name=name):
                return self._symbol(name, None)
            case Variable(name=name):
                return sympy.Symbol(name)
            case Negative(arg=arg):
                return -self.read(arg)
            case Call(function=function, arg=arg):
                return self._symbol(function, self.read(arg))
        left, right = self.read(node.left), self.read(node.right)
        match node.sign:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return self._short(left) * self._short(right)
            case "/":
                return self._short(left) / self._short(right)
        power = rational(node.right)
        if power is not None:
            return self._raised(left, power)
        if node.left == Constant("e"):
            return self._symbol("exp", right)
        return self._symbol("exp", self._symbol("log", left) * right)

    def _raised(self, base: Any, power: Fraction) -> Any:
        if power.denominator == 1:
            return self._short(base) ** int(power)
        if power == Fraction(1, 2):
            return self._symbol("sqrt", base)
        return self._symbol(power, base)

    def _short(self, part: Any) -> Any:
        """Give a long factor a symbol of its own: derivatives of products repeat each factor."""
        return self._symbol("=", part) if part.count_ops() > _LONG_FACTOR else part

    def _symbol(self, operation: Any, argument: Any) -> Any:
        key = (operation, argument)
        if key not in self._symbols:
            symbol = sympy.Symbol(f"u{len(self._symbols)}")
            self._symbols[key] = symbol
            self._defined[symbol] = key
        return self._symbols[key]

    def rate(self, part: Any, name: str) -> Any:
        """Derive a quotient by a variable."""
        self._work += part.count_ops() * len(part.free_symbols)
        if self._work > _MOST_WORK:
            raise ValueError(TOO_LONG)
        total = sympy.Integer(0)
        for symbol in sorted(part.free_symbols, key=str):
            inner = self._rate_of_symbol(symbol, name)
            if inner:
                total += part.diff(symbol) * inner
        return total

    def _rate_of_symbol(self, symbol: Any, name: str) -> Any:
        if symbol not in self._defined:
            return sympy.Integer(int(symbol.name == name))
        if (symbol, name) not in self._rates:
            operation, argument = self._defined[symbol]
            inner = sympy.Integer(0) if argument is None else self.rate(argument, name)
            found = self._slope(symbol, operation, argument) * inner if inner else inner
            self._rates[symbol, name] = self._symbol("=", found) if found.count_ops() > _LONG else found
        return self._rates[symbol, name]

    def _slope(self, symbol: Any, operation: Any, argument: Any) -> Any:
        """Derive a function by its argument."""
        if isinstance(operation, Fraction):
            return sympy.Rational(operation.numerator, operation.denominator) * self._raised(
                argument, operation - 1
            )
        match operation:
            case "=":
                return sympy.Integer(1)
            case "sqrt":
                return 1 / (2 * symbol)
            case "abs":
                return self._symbol("sign", argument)
            case "sign":
                return sympy.Integer(0)
        slope = _SLOPES[operation]
        calls = {call: self._symbol(call.func.__name__, argument) for call in slope.atoms(sympy.Function)}
        return slope.xreplace({**calls, _T: argument})

    def varies(self, part: Any) -> bool:
        """Whether a quotient changes with any variable."""
        return any(self.rate(part, variable.name) for variable in self.variables)

    def is_plain(self, part: Any) -> bool:
        """Whether it is a polynomial in the variables, with numbers that may be results of functions."""
        return bool(part.is_polynomial(*self.variables)) and not any(
            self.varies(symbol) for symbol in part.free_symbols if symbol not in self.variables
        )

    def program(self, results: Sequence[Any]) -> Program:
        """Write the steps that work quotients out; equal parts share theirs."""
        writer = Writer(len(self.variables))
        places = {symbol: writer.variable(i) for i, symbol in enumerate(self.variables)}
        return writer.program([self._place(part, places, writer) for part in results])

    def _place(self, part: Any, places: dict[Any, int], writer: Writer) -> int:
        if part not in places:
            places[part] = self._steps(part, places, writer)
        return places[part]

    def _steps(self, part: Any, places: dict[Any, int], writer: Writer) -> int:
        def place(inner: Any) -> int:
            return self._place(inner, places, writer)

        if part in (sympy.zoo, sympy.nan):  # a division by what is always 0, at any depth
            raise ValueError("it has no finite value anywhere; write one that can be drawn")
        if part.is_Rational:
            return writer.number(Fraction(int(part.p), int(part.q)))
        if part.is_Add:
            return writer.chain("+", [place(term) for term in part.args])
        if part.is_Mul:
            below = [factor for factor in part.args if factor.is_Pow and factor.exp < 0]
            top = writer.chain("*", [place(factor) for factor in part.args if factor not in below])
            return writer.step("/", top, writer.chain("*", [place(1 / f) for f in below])) if below else top
        if part.is_Pow:
            return writer.power(place(part.base), Fraction(int(part.exp)))
        operation, argument = self._defined[part]
        if argument is None:
            named: Exact = operation
            return writer.number(named)
        if operation == "=":
            return place(argument)
        if isinstance(operation, Fraction):
            return writer.power(place(argument), operation)
        return writer.step(operation, place(argument))
