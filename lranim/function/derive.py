"""From a formula's tree to its value, gradient and Hessian: derived by SymPy, which gets no text at all.

SymPy is only given what is made of ``+ - * /`` and whole powers: each call of a function becomes a symbol of
its own, whose derivative follows by the chain rule. On nested functions and broken powers SymPy would ask
whether they are real, or zero, for minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lranim.core.types import Array
from lranim.function.layers import TOO_LONG, Layers
from lranim.function.steps import Program, Writer
from lranim.function.tree import Call, Constant, Negative, Node, Number, Variable, parts, rational, variables

MOST_OPERATIONS = 3000
"""Longer derivatives are refused: every step of a descent would take long, too."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Derived:
    """A function and its derivatives.

    Parameters
    ----------
    value, gradient, hessian
        Programs with 1, n and n times n results.
    constant_hessian
        The Hessian ``(n, n)`` where the function is quadratic, else None.
    """

    value: Program
    gradient: Program
    hessian: Program
    constant_hessian: Array | None


def derive(tree: Node, names: Sequence[str]) -> Derived:
    """Derive a formula twice.

    Raises
    ------
    ValueError
        What is wrong with the function, to be put behind its text: it is constant, not real anywhere, or its
        derivatives would be too long.

    Examples
    --------
    >>> from lranim.function.parse import parse
    >>> derive(parse("x**3"), ["x"]).gradient.run([np.float64(2)])
    [np.float64(12.0)]
    """
    _check_constants(tree)
    layers = Layers(names)
    formula = layers.read(tree)
    gradient = [layers.rate(formula, name) for name in names]
    idle = [name for name, part in zip(names, gradient, strict=True) if not part]
    if len(idle) == len(names):
        raise ValueError("it is the same everywhere; write one that changes with its variable")
    if idle:
        raise ValueError(f"{idle[0]} drops out of it; write it without {idle[0]}")
    hessian = [layers.rate(part, name) for part in gradient for name in names]
    first, second = layers.program(gradient), layers.program(hessian)
    if len(first.steps) + len(second.steps) > MOST_OPERATIONS:
        raise ValueError(TOO_LONG)
    constant = None
    if layers.is_plain(formula) and any(hessian) and not any(layers.varies(part) for part in hessian):
        constant = np.array(second.run([np.float64(0)] * len(names)), dtype=np.float64).reshape(
            len(names), -1
        )
        constant.setflags(write=False)
    writer = Writer(len(names))
    return Derived(
        value=writer.program([_write(tree, names, writer)]),
        gradient=first,
        hessian=second,
        constant_hessian=constant,
    )


def _check_constants(tree: Node) -> None:
    """Refuse what has no variable and no finite value, before SymPy would look for an exact one."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if variables(node):
            waiting.extend(parts(node))
            continue
        writer = Writer(0)
        (value,) = writer.program([_write(node, (), writer)]).run([])
        if not np.isfinite(value) or (value and not 1e-100 < abs(value) < 1e100):
            raise ValueError(
                "a part of it without variables has no value, or one beyond 1e-100 to 1e100; "
                "write another number for it"
            )


def _write(node: Node, names: Sequence[str], writer: Writer) -> int:
    """Write the steps of a tree, in the order in which it was written."""
    match node:
        case Number(value=value):
            return writer.number(value)
        case Constant(name=name):
            return writer.number("pi" if name == "pi" else "e")
        case Variable(name=name):
            return writer.variable(names.index(name))
        case Negative(arg=arg):
            return writer.step("neg", _write(arg, names, writer))
        case Call(function=function, arg=arg):
            return writer.step(function, _write(arg, names, writer))
    left = _write(node.left, names, writer)
    if node.sign != "**":
        return writer.step(node.sign, left, _write(node.right, names, writer))
    power = rational(node.right)
    if power is not None:
        return writer.power(left, power)
    right = _write(node.right, names, writer)
    if node.left == Constant("e"):
        return writer.step("exp", right)
    return writer.step("exp", writer.step("*", writer.step("log", left), right))
