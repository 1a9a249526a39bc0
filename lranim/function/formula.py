"""A formula: read from a text by a short list of what may stand in it, and set in Typst as it was written.

Nothing of the text is ever run: Python's parser only says how it is nested, after every single sign in it has
been looked at. The tree is made of Python's own nodes, of those on the list alone: names, calls of one
argument, minus, ``+ - * / **``, and constants whose `value` is the number's text.
"""

from __future__ import annotations

import ast
import difflib
import re
from decimal import Decimal
from fractions import Fraction
from typing import NoReturn

LENGTH, NESTING, NODES = 300, 20, 150
"""The most signs, brackets in each other, and parts that a formula may have."""

POWER, TOWER = 12, 48
"""The highest power, and the highest product of powers of powers."""

LARGEST, SMALLEST = 10**12, Fraction(1, 10**12)
"""Numbers beyond these are refused: in floats, what is drawn from them would be rounding alone."""

CONSTANTS = ("pi", "e")
FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "abs")
VARIABLES = (("x",), ("a",), ("x", "y"), ("a", "b"))
"""The sets of variables that a formula may have."""

EXAMPLE = "x**4 - 3*x**2 + x"

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<sign>\*\*|[-+*/()]))",
    re.ASCII,
)
SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}

_PAPER = str.maketrans(
    {"^": "**", "\N{MINUS SIGN}": "-", "\N{MULTIPLICATION SIGN}": "*", "\N{MIDDLE DOT}": "*"}
    | {"\N{DOT OPERATOR}": "*", "\N{GREEK SMALL LETTER PI}": "pi"}
)
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED = str.maketrans(_RAISED + "⁺⁻", "0123456789+-")
_POWER = re.compile(f"([⁺⁻]?)[{_RAISED}]+")

_OTHER_NAMES = {
    "ln": "log",
    "log10": "log(x)/log(10)",
    "log2": "log(x)/log(2)",
    "fabs": "abs",
    "square": "**2",
    "pow": "**",
    "sigmoid": "1/(1 + exp(-x))",
    "relu": "(x + abs(x))/2",
    "t": "x",
    "theta": "x",
    "z": "y",
    "w": "a",
}
"""By names that a formula may not have, what is meant by them."""

_PACKAGES = frozenset({"np", "numpy", "math", "torch", "tf", "jnp", "sp", "sympy"})
"""Names that stand before those of functions in programs."""

_HINTS = {
    "=": "write the right-hand side alone",
    ",": "write numbers with a point, and one function at a time",
    "%": "write a share as a number, such as 0.1",
    "|": "write abs(x)",
    "√": "write sqrt(x)",
}


def parse(text: str) -> ast.expr:
    """Read a formula.

    Numbers, pi, e, the variables x or a, or x and y, or a and b, ``+ - * / **`` (also written ``^``),
    brackets, and the functions in `FUNCTIONS`.

    Raises
    ------
    ValueError
        One line that says what in the text is no such thing, and what to write.

    Examples
    --------
    >>> ast.unparse(parse("2*(x)² - +1"))
    "'2' * x ** '2' - '1'"
    >>> parse("2x")
    Traceback (most recent call last):
    ValueError: --function is 2x; it has 2x with no sign between; write 2*x
    """
    if not isinstance(text, str):
        raise ValueError(f"--function is {text!r}; it must be a text, such as {EXAMPLE}")
    if not text.strip():
        raise ValueError(f"--function is empty; write a formula, such as {EXAMPLE}")
    try:
        return _read(text)
    except ValueError as error:
        raise ValueError(f"--function is {shown(text)}; {error}") from None


def _read(text: str) -> ast.expr:
    if len(text) > LENGTH:
        raise ValueError(f"it has {len(text)} characters; write it in {LENGTH} or fewer")
    # All the raised digits of a power together: one by one, 12 would be a power of a power.
    written = _POWER.sub(_lowered, " ".join(text.split())).translate(_PAPER)
    _check_tokens(written)
    try:
        root = ast.parse(written, mode="eval").body
    except (SyntaxError, RecursionError, MemoryError) as error:
        before = (
            written[: error.offset - 1].strip() if isinstance(error, SyntaxError) and error.offset else ""
        )
        where = f" after {before if len(before) <= 20 else '…' + before[-19:]}" if before else ""
        raise ValueError(f"it is no formula{where}; write one like {EXAMPLE}") from None
    tree = checked(root, written)
    _check_variables(variables(tree))
    return tree


def shown(text: str) -> str:
    """Give a text as messages show it: on one line, not too long, nothing invisible in it.

    Examples
    --------
    >>> shown("x" * 100)[-6:]
    'xxxxx…'
    """
    line = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[:61])
    return line if len(line) <= 60 else line[:59] + "…"


def _lowered(power: re.Match[str]) -> str:
    number = power[0].translate(_LOWERED)
    return f"**({number})" if power[1] else f"**{number}"


def _check_tokens(written: str) -> None:
    """Look at every sign: what is no number, name or sign, names not known, signs left out, brackets."""
    if "=" in written:  # before the name of a function on its left
        _unknown_sign("=")
    at, depth, previous, before = 0, 0, "", ""
    while written[at:].strip():
        token = _TOKEN.match(written, at)
        if token is None:
            _unknown_sign(written[at:].lstrip()[0])
        kind, word = str(token.lastgroup), token[0].strip()
        if kind == "name":
            _check_name(word)
        elif kind == "number":
            _check_number(word)
        ends = previous in ("number", "name") or before == ")"
        if ends and (kind in ("number", "name") or word == "(") and before not in FUNCTIONS:
            raise ValueError(f"it has {before}{word} with no sign between; write {before}*{word}")
        if before in FUNCTIONS and word != "(":
            break
        depth += (word == "(") - (word == ")")
        if depth < 0:
            raise ValueError("it closes a bracket that was not opened; remove a )")
        if depth > NESTING:
            raise ValueError(f"it has more than {NESTING} brackets in each other; write it with fewer")
        at, previous, before = token.end(), kind, word
    if before in FUNCTIONS:
        raise ValueError(f"it has {before} without brackets; write {before}(x)")
    if depth:
        raise ValueError("it opens a bracket that is not closed; add a )")


def _unknown_sign(sign: str) -> NoReturn:
    usual = f"write numbers, names, brackets and + - * / **, as in {EXAMPLE}"
    hint = "write its variable as x, or as a" if sign.isalpha() else _HINTS.get(sign, usual)
    raise ValueError(f"it has the sign {shown(sign)}, which means nothing here; {hint}")


def _check_name(name: str) -> None:
    known = (*(name for names in VARIABLES for name in names), *CONSTANTS, *FUNCTIONS)
    if name in known:
        return
    near = _OTHER_NAMES.get(name.lower()) or next(
        iter(difflib.get_close_matches(name.lower(), known, n=1)), ""
    )
    if 1 < len(name) <= 3 and all(letter in known for letter in name):
        near = "*".join(name)
    hint = f"did you mean {near}?" if near else ""
    if name in _PACKAGES:
        hint = "write its functions alone, such as sin(x)"
    choice = f"it may have x and y, or a and b, {', '.join((*CONSTANTS, *FUNCTIONS))}"
    raise ValueError(f"it has the name {shown(name)}, which it cannot know; {hint or choice}")


def _check_number(number: str) -> None:
    exponent = number.lower().partition("e")[2]
    # Before it becomes a fraction: 1e999999999 would be one with a billion digits.
    value = Fraction(number) if len(exponent) <= 3 else None
    if value is None or (value and not SMALLEST <= value <= LARGEST):
        raise ValueError(f"it has the number {shown(number)}; numbers from 1e-12 to 1e12 will do")


def checked(root: ast.expr, written: str) -> ast.expr:
    """Rebuild Python's tree of what was written from nodes on the list, if it is small enough.

    Raises
    ------
    ValueError
        A node is not on the list, there are too many, or a power is too high.
    """
    nodes = list(ast.walk(root))
    calls = sum(isinstance(node, ast.Call) for node in nodes)
    if sum(isinstance(node, ast.expr) for node in nodes) - calls > NODES:
        raise ValueError(f"it has more than {NODES} parts; write a shorter one")

    def read(node: ast.expr) -> ast.expr:
        match node:
            case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
                return ast.Constant(ast.get_source_segment(written, node))
            case ast.Name():
                return node
            case ast.UnaryOp(ast.UAdd(), operand):
                return read(operand)
            case ast.UnaryOp(ast.USub() as op, operand):
                return ast.UnaryOp(op, read(operand))
            case ast.BinOp(left, op, right) if type(op) in SIGNS:
                found = ast.BinOp(read(left), op, read(right))
                if isinstance(op, ast.Pow):
                    _check_power(found)
                return found
            case ast.Call(ast.Name(name) as function, [arg], []) if name in FUNCTIONS:
                return ast.Call(function, [read(arg)], [])
        raise ValueError(f"a part of it means nothing here; write one like {EXAMPLE}")

    return read(root)


def _check_power(node: ast.BinOp) -> None:
    power = rational(node.right)
    if power is None:
        if variables(node.left) or not variables(node.right):
            raise ValueError("it has a power that is no plain number; write one such as **2, **0.5 or **(-1)")
    elif abs(power) > POWER:
        raise ValueError(f"it has the power {float(power):g}; the highest is {POWER}")
    elif (tower := _tower(node)) > TOWER:
        raise ValueError(f"its powers of powers make {float(tower):g}; the highest is {TOWER}")


def _tower(node: ast.expr) -> Fraction:
    """Give the highest product of powers of powers of powers in it."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        power = rational(node.right)
        if power is not None:
            return _tower(node.left) * max(abs(power), Fraction(1))
    return max(map(_tower, parts(node)), default=Fraction(1))


def _check_variables(names: tuple[str, ...]) -> None:
    if not names:
        raise ValueError(f"it has no variable, so it is the same everywhere; write one of x, as in {EXAMPLE}")
    if names not in VARIABLES:
        wanted = "x and y" if {"x", "y"} & set(names) else "a and b"
        if len(names) == 1:
            raise ValueError(f"its only variable is {names[0]}; write {wanted[0]} for it")
        has = f"{', '.join(names[:-1])} and {names[-1]}"
        raise ValueError(f"it has the variables {has}; write it in x, in a, in x and y, or in a and b")


def parts(node: ast.expr) -> list[ast.expr]:
    """Give what a node is directly made of."""
    match node:
        case ast.BinOp(left, _, right):
            return [left, right]
        case ast.UnaryOp(_, operand):
            return [operand]
    return node.args if isinstance(node, ast.Call) else []


def variables(tree: ast.expr) -> tuple[str, ...]:
    """Give the names of the variables in it, sorted, each once."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return tuple(sorted(names.difference(CONSTANTS, FUNCTIONS)))


def rational(node: ast.expr) -> Fraction | None:
    """Give the exact value of what is made of numbers, + - * / and small whole powers alone, else None.

    Examples
    --------
    >>> rational(parse("-(1/3)*x").left)
    Fraction(-1, 3)
    """
    match node:
        case ast.Constant():
            return Fraction(str(node.value))
        case ast.UnaryOp():
            inner = rational(node.operand)
            return None if inner is None else -inner
        case ast.BinOp():
            left, right = rational(node.left), rational(node.right)
            return None if left is None or right is None else combined(node.op, left, right)
    return None


def combined(sign: ast.operator, left: Fraction, right: Fraction) -> Fraction | None:
    """Give what two numbers come to exactly, None where that is no number or is long."""
    match sign:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right if right else None
    return Fraction(left ** int(right)) if right.denominator == 1 and 0 <= right <= 12 else None


_SUM, _PRODUCT, _RAISING, _ATOM = range(4)  # how strongly a node's parts hold together


def typeset(node: ast.expr) -> str:
    """Write a formula for Typst: fractions, raised powers, no sign where a product needs none.

    Examples
    --------
    >>> typeset(parse("3*x**2/4 - 2*(x - 1)*sin(x)"))
    '(3 x^2) / 4 - 2 (x - 1) sin(x)'
    """
    match node:
        case ast.Name(name):
            return name
        case ast.UnaryOp(_, operand):
            return "-" + _held(operand, _PRODUCT)
        case ast.Call(ast.Name(function), [arg]):
            return f"{'ln' if function == 'log' else function}({typeset(arg)})"
        case ast.BinOp(left, ast.Add(), right):
            return f"{typeset(left)} + {_held(right, _SUM, first=False)}"
        case ast.BinOp(left, ast.Sub(), right):
            return f"{typeset(left)} - {_held(right, _PRODUCT, first=False)}"
        case ast.BinOp(left, ast.Mult(), right):
            a = typeset(left) if isinstance(left, ast.UnaryOp) else _held(left, _PRODUCT)
            b = _held(right, _PRODUCT, first=False)
            return f"{a} dot {b}" if b[0].isdigit() else f"{a} {b}"
        case ast.BinOp(left, ast.Div(), right):
            return f"{_side(left)} / {_side(right)}"
        case ast.BinOp(left, _, right):
            plain = isinstance(right, ast.Constant | ast.Name)
            return f"{_held(left, _ATOM)}^{typeset(right) if plain else f'({typeset(right)})'}"
    return _number(str(getattr(node, "value", "")))


def _number(text: str) -> str:
    mantissa, _, exponent = text.lower().partition("e")
    if not exponent:
        return text.strip(".") if text.endswith(".") else ("0" * text.startswith(".")) + text
    plain = format(Decimal(text), "f")
    if len(plain) <= 7:
        return plain
    power = f"10^{int(exponent)}" if int(exponent) > 0 else f"10^({int(exponent)})"
    return power if float(mantissa) == 1 else f"{mantissa} dot {power}"


def _strength(node: ast.expr) -> int:
    match node:
        case ast.Constant():
            text = typeset(node)
            return _PRODUCT if "dot" in text else _RAISING if "^" in text else _ATOM
        case ast.UnaryOp() | ast.BinOp(op=ast.Add() | ast.Sub()):
            return _SUM
        case ast.BinOp(op=ast.Pow()):
            return _RAISING
        case ast.BinOp():
            return _PRODUCT
    return _ATOM


def _held(node: ast.expr, least: int, *, first: bool = True) -> str:
    """Put a node in brackets where it would fall apart; a minus only stands at the beginning."""
    loose = _strength(node) < least or (not first and _begins_with_minus(node))
    return f"({typeset(node)})" if loose else typeset(node)


def _begins_with_minus(node: ast.expr) -> bool:
    while isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Pow | ast.Div):
        node = node.left
    return isinstance(node, ast.UnaryOp)


def _side(node: ast.expr) -> str:
    """Write one side of a fraction; Typst leaves out the brackets round it."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        plain = not isinstance(node.left, ast.Call)
    else:
        plain = isinstance(node, ast.Constant | ast.Name) and _strength(node) == _ATOM
    return typeset(node) if plain else f"({typeset(node)})"
