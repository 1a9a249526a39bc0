"""A formula as a tree of its parts, in the order in which it was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

Sign = Literal["+", "-", "*", "/", "**"]


@dataclass(frozen=True)
class Number:
    """A number as written, `text`, and what it is worth exactly, `value`; never below 0."""

    text: str
    value: Fraction


@dataclass(frozen=True)
class Constant:
    """A number with a name: pi or e."""

    name: str


@dataclass(frozen=True)
class Variable:
    """One of the function's variables."""

    name: str


@dataclass(frozen=True)
class Negative:
    """What stands behind it, with the other sign."""

    arg: Node


@dataclass(frozen=True)
class Binary:
    """Two parts with a sign between them."""

    sign: Sign
    left: Node
    right: Node


@dataclass(frozen=True)
class Call:
    """A known function of one part."""

    function: str
    arg: Node


Node: TypeAlias = Number | Constant | Variable | Negative | Binary | Call


def parts(node: Node) -> tuple[Node, ...]:
    """Give what a node is directly made of."""
    if isinstance(node, Binary):
        return (node.left, node.right)
    return (node.arg,) if isinstance(node, Negative | Call) else ()


def walk(node: Node) -> Iterator[Node]:
    """Go through a node and all that it is made of.

    Examples
    --------
    >>> len(list(walk(Binary("+", Variable("x"), Number("1", Fraction(1))))))
    3
    """
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(parts(node)))


def variables(node: Node) -> tuple[str, ...]:
    """Give the names of the variables in it, sorted, each once."""
    return tuple(sorted({part.name for part in walk(node) if isinstance(part, Variable)}))


def rational(node: Node) -> Fraction | None:
    """Give the exact value of what is made of numbers, + - * / and small whole powers alone, else None.

    Examples
    --------
    >>> rational(Negative(Binary("/", Number("1", Fraction(1)), Number("3", Fraction(3)))))
    Fraction(-1, 3)
    """
    match node:
        case Number():
            return node.value
        case Negative():
            inner = rational(node.arg)
            return None if inner is None else -inner
        case Binary():
            left, right = rational(node.left), rational(node.right)
            return None if left is None or right is None else _combined(node.sign, left, right)
    return None


def _combined(sign: Sign, left: Fraction, right: Fraction) -> Fraction | None:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right if right else None
    whole = right.denominator == 1 and 0 <= right <= 12
    return Fraction(left ** int(right)) if whole else None
