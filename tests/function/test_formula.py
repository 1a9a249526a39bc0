from __future__ import annotations

import ast
import time

import pytest
import typst

from lranim.function import cost_of
from lranim.function.formula import LENGTH, NESTING, checked, parse, typeset

HOSTILE = [
    "__import__('os').system('true')",
    "x.__class__.__mro__",
    "open('x')",
    "lambda x: x",
    "x if x else 1",
    '"x"',
    "x\0",
    "x; import os",
    "x[0]",
    "exp(x, x)",
    "(exp)(x)",
    "x(1)",
    "Symbol(x)",
    "\N{MATHEMATICAL BOLD SMALL X}",
    "\N{CYRILLIC SMALL LETTER HA}",
    "\N{FULLWIDTH LATIN SMALL LETTER X}",
    "\N{RIGHT-TO-LEFT OVERRIDE}x",
    "x" * 1_000_000,
    "(" * 100_000,
    "(" * 250 + "x",
    "(" * 140 + "x" + ")" * 140,
    "-" * 299 + "x",
    "x" + "+x" * 140,
    "exp(" * 60 + "x" + ")" * 60,
    "x**x",
    "9**9**9**9",
    "10**400*x",
    "x**400",
    "((x**12)**12)**12",
    "(((((9**12)**12)**12)**12)**12)*x",
    "1e999999999*x",
    "9" * 280 + "*x",
    "0." + "0" * 200 + "1*x",
    "sqrt(-1)*x",
    "log(0)*x",
    "x/0",
    "exp(exp(exp(9)))*x",
    "",
    "   ",
    "()",
    "pi*e",
    "x/x",
    "x*0",
    "sin(x)**2 + cos(x)**2",
    "log(-1 - x**2)",
    "sqrt(-1 - x**2 - y**2)",
    "y**2",
    "b",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:30]))
def test_what_is_no_function_is_refused_at_once_in_one_line(text: str) -> None:
    """Whatever is given, it costs one printable line that says what to do, and no more than a moment."""
    began = time.process_time()
    with pytest.raises(ValueError, match="--function is") as refusal:
        cost_of(text)
    assert time.process_time() - began < 10
    (line,) = str(refusal.value).splitlines()
    assert line.isprintable()
    assert len(line) < 250
    assert any(
        word in line
        for word in ("write ", "did you mean", "remove ", "add ", "the highest is", "will do", "it may")
    )


@pytest.mark.parametrize("text", [None, 3, b"x", ["x"]])
def test_what_is_no_text_is_refused(text: object) -> None:
    """From Python, a formula must be a text."""
    with pytest.raises(ValueError, match="must be a text"):
        parse(text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2x + 1", "2x with no sign between; write 2*x"),
        ("3(x + 1)", "3( with no sign between; write 3*("),
        ("x(x - 1)", "write x*("),
        ("(x + 1)(x - 1)", r"write )*("),
        ("2 sin(x)", "write 2*sin"),
        ("xy", "the name xy, which it cannot know; did you mean x*y?"),
        ("ln(x)", "did you mean log?"),
        ("sine(x)", "did you mean sin?"),
        ("sin x", "sin without brackets; write sin(x)"),
        ("sin", "sin without brackets; write sin(x)"),
        ("f(x)", "the name f, which it cannot know; it may have x and y, or a and b, pi, e, exp"),
        ("y = x**2", "the sign =, which means nothing here; write the right-hand side alone"),
        ("|x|", "write abs(x)"),
        ("x**2 + 0,5", "write numbers with a point"),
        ("(x + 1", "add a )"),
        ("x + 1)", "remove a )"),
        ("x**40", "it has the power 40; the highest is 12"),
        ("x**y", "a power that is no plain number"),
        ("x**-13", "it has the power -13; the highest is 12"),
        ("2**pi*x", "a power that is no plain number"),
        ("x**(1/0)", "a power that is no plain number"),
        ("x**(0**-1)", "a power that is no plain number"),
        ("((x**4)**4)**4", "its powers of powers make 64; the highest is 48"),
        ("((x**12)**0.1)**12", "its powers of powers make 144"),
        ("x*b", "the variables b and x; write it in x, in a, in x and y, or in a and b"),
        ("a*b*x", "the variables a, b and x"),
        ("y**2", "its only variable is y; write x for it"),
        ("7", "it has no variable"),
        ("x +", "it is no formula"),
        ("1e300*x", "it has the number 1e300"),
        ("1e13*x", "it has the number 1e13; numbers from 1e-12 to 1e12 will do"),
        ("1e-13*x", "it has the number 1e-13"),
        ("x²²", "it has the power 22"),
        ("f(x) = x**2", "write the right-hand side alone"),
        ("np.sin(x)", "write its functions alone, such as sin(x)"),
        ("log10(x)", "did you mean log(x)/log(10)?"),
        ("θ²", "the sign θ, which means nothing here; write its variable as x"),
        ("x" + "+x" * 75, "it has more than 150 parts"),
        ("x" * 301, f"it has 301 characters; write it in {LENGTH} or fewer"),
        ("(" * 21 + "x" + ")" * 21, f"more than {NESTING} brackets"),
    ],
)
def test_a_refusal_names_what_is_wrong_and_what_to_write(text: str, said: str) -> None:
    """Messages carry the text, the part that is wrong, and the remedy."""
    with pytest.raises(ValueError, match="--function is") as refusal:
        parse(text)
    assert said in str(refusal.value)
    assert text[:50].strip() in str(refusal.value)


@pytest.mark.parametrize(
    ("paper", "python"),
    [
        ("x^2", "x**2"),
        ("2*x^2 + 1", "2*x**2 + 1"),
        ("x²", "x**2"),
        ("x³ − 2·x", "x**3 - 2*x"),
        ("x⁴ + x¹² + 2⋅x⁻¹", "x**4 + x**12 + 2*x**(-1)"),
        ("x^2\n  +\N{NO-BREAK SPACE}1", "x**2 + 1"),
        ("2×x", "2*x"),
        ("sin(π*x)", "sin(pi*x)"),
        ("+x", "x"),
        ("((x))", "x"),
        ("  x  +\t1 ", "x+1"),
    ],
)
def test_signs_from_paper_mean_what_they_mean_there(paper: str, python: str) -> None:
    """What people copy from a page is read as what they mean, with the precedence it has there."""
    assert ast.dump(parse(paper)) == ast.dump(parse(python))


OFF_THE_LIST = (
    "f(x)|x.real|x[0]|exp(x, x)|exp(x=1)|exp(*x)|(exp)(x)(x)|lambda: x|x if x else 1|True|1j|'x'|x @ x|x // 2"
    "|x % 2|~x|not x|x < 1|x and x|(y := x)|[x]"
)


@pytest.mark.parametrize("text", OFF_THE_LIST.split("|"))
def test_nodes_that_are_not_on_the_list_are_refused_by_themselves(text: str) -> None:
    """Were a sign let through that should not be, what Python makes of it would still be refused."""
    with pytest.raises(ValueError, match="means nothing here"):
        checked(ast.parse(text, mode="eval").body, text)


def test_formulas_at_the_bounds_are_read() -> None:
    """What is refused begins right behind the numbers that messages give."""
    for text in ("x**12", "x**-12", "((x**12)**2)**2", "1e12*x + 1e-12", "x" + "+x" * 74, "0*x + x"):
        assert parse(text)
    for text in ("(" * NESTING + "x" + ")" * NESTING, "x" + " " * (LENGTH - 1)):
        assert typeset(parse(text)) == "x"
    assert parse("3.14159265358979323846264338327950288*x")


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
        ("1 - (-a)*sin(b)", "1 - (-a sin(b))"),
        ("x**2**2", "x^(2^2)"),
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
