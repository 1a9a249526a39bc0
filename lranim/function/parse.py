"""A formula's text to its tree: a short list of what may stand in it, and bounds on its size.

Nothing of the text is ever run: Python's parser only says how it is nested, after every single sign in it has
been looked at, and each node of what it gives must be on the list.
"""

from __future__ import annotations

import ast
import difflib
import re
from fractions import Fraction
from typing import NoReturn

from lranim.function.paper import OTHER_NAMES, PACKAGES, hint_for, plain
from lranim.function.tree import (
    Binary,
    Call,
    Constant,
    Negative,
    Node,
    Number,
    Sign,
    Variable,
    parts,
    rational,
    variables,
)

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
_SIGNS: dict[type[ast.operator], Sign] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}


def parse(text: str) -> Node:
    """Read a formula.

    Numbers, pi, e, the variables x or a, or x and y, or a and b, ``+ - * / **`` (also written ``^``),
    brackets, and the functions in `FUNCTIONS`.

    Raises
    ------
    ValueError
        One line that says what in the text is no such thing, and what to write.

    Examples
    --------
    >>> parse("2*x")
    Binary(sign='*', left=Number(text='2', value=Fraction(2, 1)), right=Variable(name='x'))
    >>> parse("2x")
    Traceback (most recent call last):
    ValueError: --function is 2x; it has 2x with no sign between; write 2*x
    """
    if not isinstance(text, str):
        raise ValueError(f"--function is {text!r}; it must be a text, such as {EXAMPLE}")
    if len(text) > LENGTH:
        _refuse(text, f"it has {len(text)} characters; write it in {LENGTH} or fewer")
    if not text.strip():
        raise ValueError(f"--function is empty; write a formula, such as {EXAMPLE}")
    written = plain(text)
    _check_tokens(text, written)
    try:
        root = ast.parse(written, mode="eval").body
        tree = _Reader(text, written).read(root)
    except (SyntaxError, RecursionError, MemoryError) as error:
        where = ""
        if isinstance(error, SyntaxError) and error.offset and written[: error.offset - 1].strip():
            where = f" after {_short(written[: error.offset - 1])}"
        _refuse(text, f"it is no formula{where}; write one like {EXAMPLE}")
    _check_variables(text, tree)
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


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 20 else "…" + text[-19:]


def _refuse(text: str, what: str) -> NoReturn:
    raise ValueError(f"--function is {shown(text)}; {what}") from None


def _check_tokens(text: str, written: str) -> None:
    """Look at every sign: what is no number, name or sign, names not known, signs left out, brackets."""
    if "=" in written:  # before the name of a function on its left
        _unknown_sign(text, "=")
    at, depth, previous, before = 0, 0, "", ""
    while written[at:].strip():
        token = _TOKEN.match(written, at)
        if token is None:
            _unknown_sign(text, written[at:].lstrip()[0])
        kind, word = str(token.lastgroup), token[0].strip()
        if kind == "name":
            _check_name(text, word)
        elif kind == "number":
            _check_number(text, word)
        ends = previous in ("number", "name") or before == ")"
        if ends and (kind in ("number", "name") or word == "(") and before not in FUNCTIONS:
            _refuse(text, f"it has {before}{word} with no sign between; write {before}*{word}")
        if before in FUNCTIONS and word != "(":
            _refuse(text, f"it has {before} without brackets; write {before}(x)")
        depth += (word == "(") - (word == ")")
        if depth < 0:
            _refuse(text, "it closes a bracket that was not opened; remove a )")
        if depth > NESTING:
            _refuse(text, f"it has more than {NESTING} brackets in each other; write it with fewer")
        at, previous, before = token.end(), kind, word
    if before in FUNCTIONS:
        _refuse(text, f"it has {before} without brackets; write {before}(x)")
    if depth:
        _refuse(text, "it opens a bracket that is not closed; add a )")


def _unknown_sign(text: str, sign: str) -> NoReturn:
    hint = hint_for(sign) or f"write numbers, names, brackets and + - * / **, as in {EXAMPLE}"
    _refuse(text, f"it has the sign {shown(sign)}, which means nothing here; {hint}")


def _check_name(text: str, name: str) -> None:
    known = (*(name for names in VARIABLES for name in names), *CONSTANTS, *FUNCTIONS)
    if name in known:
        return
    near = OTHER_NAMES.get(name.lower()) or next(
        iter(difflib.get_close_matches(name.lower(), known, n=1)), ""
    )
    letters = list(name)
    if 1 < len(letters) <= 3 and all(letter in known for letter in letters):
        near = "*".join(letters)
    hint = f"did you mean {near}?" if near else ""
    if name in PACKAGES:
        hint = "write its functions alone, such as sin(x)"
    choice = f"it may have x and y, or a and b, {', '.join((*CONSTANTS, *FUNCTIONS))}"
    _refuse(text, f"it has the name {shown(name)}, which it cannot know; {hint or choice}")


def _check_number(text: str, number: str) -> None:
    exponent = number.lower().partition("e")[2]
    # Before it becomes a fraction: 1e999999999 would be one with a billion digits.
    value = Fraction(number) if len(exponent) <= 3 else None
    if value is None or (value and not SMALLEST <= value <= LARGEST):
        _refuse(text, f"it has the number {shown(number)}; numbers from 1e-12 to 1e12 will do")


class _Reader:
    """Python's nodes to ours, those on the list alone, while their number and powers stay in bounds."""

    def __init__(self, text: str, written: str) -> None:
        self.text, self.written = text, written
        self.count = 0

    def read(self, node: ast.expr) -> Node:
        self.count += 1
        if self.count > NODES:
            _refuse(self.text, f"it has more than {NODES} parts; write a shorter one")
        match node:
            case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
                number = ast.get_source_segment(self.written, node) or repr(node.value)
                return Number(number, Fraction(number))
            case ast.Name(id=name):
                return Constant(name) if name in CONSTANTS else Variable(name)
            case ast.UnaryOp(op=ast.UAdd()):
                return self.read(node.operand)
            case ast.UnaryOp(op=ast.USub()):
                return Negative(self.read(node.operand))
            case ast.BinOp(op=op) if type(op) in _SIGNS:
                found = Binary(_SIGNS[type(op)], self.read(node.left), self.read(node.right))
                if found.sign == "**":
                    _check_power(self.text, found)
                return found
            case ast.Call(func=ast.Name(id=name), args=[arg], keywords=[]) if name in FUNCTIONS:
                return Call(name, self.read(arg))
        _refuse(self.text, f"a part of it means nothing here; write one like {EXAMPLE}")


def _check_power(text: str, node: Binary) -> None:
    power = rational(node.right)
    if power is None:
        if variables(node.left) or not variables(node.right):
            _refuse(text, "it has a power that is no plain number; write one such as **2, **0.5 or **(-1)")
        return
    if abs(power) > POWER:
        _refuse(text, f"it has the power {float(power):g}; the highest is {POWER}")
    if _tower(node) > TOWER:
        _refuse(text, f"its powers of powers make {float(_tower(node)):g}; the highest is {TOWER}")


def _tower(node: Node) -> Fraction:
    """Give the highest product of powers of powers of powers in it."""
    inner = max((_tower(part) for part in parts(node)), default=Fraction(1))
    if isinstance(node, Binary) and node.sign == "**":
        power = rational(node.right)
        return _tower(node.left) * max(abs(power), Fraction(1)) if power is not None else inner
    return inner


def _check_variables(text: str, tree: Node) -> None:
    names = variables(tree)
    if not names:
        _refuse(text, f"it has no variable, so it is the same everywhere; write one of x, as in {EXAMPLE}")
    if names not in VARIABLES:
        wanted = "x and y" if {"x", "y"} & set(names) else "a and b"
        if len(names) == 1:
            _refuse(text, f"its only variable is {names[0]}; write {wanted[0]} for it")
        has = f"{', '.join(names[:-1])} and {names[-1]}"
        _refuse(text, f"it has the variables {has}; write it in x, in a, in x and y, or in a and b")
