"""A formula in Typst math, in the order in which it was written."""

from __future__ import annotations

from decimal import Decimal

from lranim.function.tree import Binary, Call, Constant, Negative, Node, Number, Variable

_NAMES = {"log": "ln"}
_SUM, _PRODUCT, _POWER, _ATOM = range(4)  # how strongly a node's parts hold together


def typeset(node: Node) -> str:
    """Write a formula for Typst: fractions, raised powers, no sign where a product needs none.

    Examples
    --------
    >>> from lranim.function.parse import parse
    >>> typeset(parse("3*x**2/4 - 2*(x - 1)*sin(x)"))
    '(3 x^2) / 4 - 2 (x - 1) sin(x)'
    """
    match node:
        case Number():
            return _number(node)
        case Constant(name=name) | Variable(name=name):
            return name
        case Negative(arg=arg):
            return "-" + _held(arg, _PRODUCT)
        case Call(function=function, arg=arg):
            return f"{_NAMES.get(function, function)}({typeset(arg)})"
    left, right = node.left, node.right
    match node.sign:
        case "+" | "-":
            least = _PRODUCT if node.sign == "-" else _SUM
            return f"{typeset(left)} {node.sign} {_held(right, least, first=False)}"
        case "*":
            return _product(left, right)
        case "/":
            return f"{_side(left)} / {_side(right)}"
    raised = typeset(right) if isinstance(right, Number | Constant | Variable) else f"({typeset(right)})"
    return f"{_held(left, _ATOM)}^{raised}"


def _number(node: Number) -> str:
    mantissa, _, exponent = node.text.lower().partition("e")
    if not exponent:
        return (
            node.text.strip(".") if node.text.endswith(".") else ("0" * node.text.startswith(".")) + node.text
        )
    plain = format(Decimal(node.text), "f")
    if len(plain) <= 7:
        return plain
    power = f"10^{int(exponent)}" if int(exponent) > 0 else f"10^({int(exponent)})"
    return power if float(mantissa) == 1 else f"{mantissa} dot {power}"


def _strength(node: Node) -> int:
    match node:
        case Number():
            text = _number(node)
            return _PRODUCT if "dot" in text else _POWER if "^" in text else _ATOM
        case Constant() | Variable() | Call():
            return _ATOM
        case Negative():
            return _SUM
    return {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}[node.sign]


def _held(node: Node, least: int, *, first: bool = True) -> str:
    """Put a node in brackets where it would fall apart; a minus only stands at the beginning."""
    loose = _strength(node) < least or (not first and _begins_with_minus(node))
    return f"({typeset(node)})" if loose else typeset(node)


def _begins_with_minus(node: Node) -> bool:
    while isinstance(node, Binary) and not (node.sign == "**" or node.sign == "/"):
        node = node.left
    return isinstance(node, Negative)


def _side(node: Node) -> str:
    """Write one side of a fraction; Typst leaves out the brackets round it."""
    if isinstance(node, Binary) and node.sign == "**":
        plain = not isinstance(node.left, Call)
    else:
        plain = isinstance(node, Number | Constant | Variable) and _strength(node) == _ATOM
    return typeset(node) if plain else f"({typeset(node)})"


def _product(left: Node, right: Node) -> str:
    a = typeset(left) if isinstance(left, Negative) else _held(left, _PRODUCT)
    b = _held(right, _PRODUCT, first=False)
    return f"{a} dot {b}" if b[0].isdigit() else f"{a} {b}"
