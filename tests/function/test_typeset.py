from __future__ import annotations

import pytest
import typst

from lranim.function.parse import parse
from lranim.function.typeset import typeset


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("x**4 - 3*x**2 + x", "x^4 - 3 x^2 + x"),
        ("(a**2 + b - 11)**2 + (a + b**2 - 7)**2", "(a^2 + b - 11)^2 + (a + b^2 - 7)^2"),
        ("1/4*(a - 3)**2 + 1", "1 / 4 (a - 3)^2 + 1"),
        ("a**2/10 + 2*b**2", "a^2 / 10 + 2 b^2"),
        ("3*x**2/4", "(3 x^2) / 4"),
        ("(x + 1)/(x - 1)**2", "(x + 1) / (x - 1)^2"),
        ("x - (x - 1)", "x - (x - 1)"),
        ("x - -x", "x - (-x)"),
        ("2*-x", "2 (-x)"),
        ("-x**2", "-x^2"),
        ("(-x)**2", "(-x)^2"),
        ("-(x + 1)", "-(x + 1)"),
        ("(x**2)**3", "(x^2)^3"),
        ("(2*x)**2", "(2 x)^2"),
        ("x*2", "x dot 2"),
        ("2*3*x", "2 dot 3 x"),
        ("x**(-1/2)", "x^((-1) / 2)"),
        ("x**0.5", "x^0.5"),
        ("e**(-x)", "e^(-x)"),
        ("exp(x)*log(x)", "exp(x) ln(x)"),
        ("sin(2*pi*x)/2", "(sin(2 pi x)) / 2"),
        ("sin(x)**2/2", "(sin(x)^2) / 2"),
        ("x + -x*2", "x + (-x dot 2)"),
        ("sqrt(abs(x))", "sqrt(abs(x))"),
        (".5*x", "0.5 x"),
        ("5.*x", "5 x"),
        ("1e9*x", "10^9 x"),
        ("2.5e-9*x", "2.5 dot 10^(-9) x"),
        ("1e-3*x", "0.001 x"),
    ],
)
def test_a_formula_is_set_as_it_was_written(text: str, formula: str) -> None:
    """Order and grouping are the user's; only the signs become those of print. Typst accepts it."""
    assert typeset(parse(text)) == formula
    assert typst.compile(f"$ {formula} $".encode(), format="svg")
