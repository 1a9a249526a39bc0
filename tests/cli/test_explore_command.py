"""lranim explore: where the page goes, and what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lranim.video.places import is_own


def data(path: Path) -> dict[str, Any]:
    """What a page is made of."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', path.read_text())
    assert found
    made: dict[str, Any] = json.loads(found[1])
    return made


def test_the_page_has_what_was_asked_for(real: Any) -> None:
    """Function, rate, start, steps, rule and language are those of the command; its path goes to stdout."""
    asked = ("--function", "(a - 1)**2 + 3*b**2", "--lr", "0.07", "--start", "1.5,-1", "--steps", "12")
    done = real("explore", *asked, "--rule", "nesterov", "--lang", "zh", "-o", "pages/own.html")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "pages/own.html\n", "")
    made = data(Path("pages/own.html"))
    assert made["set"] == {"rule": "nesterov", "start": [1.5, -1.0], "steps": 12}
    assert made["rules"]["nesterov"]["lr"] == 0.07
    assert {rule["lr"] for name, rule in made["rules"].items() if name != "nesterov"}.isdisjoint({0.07})
    assert made["minima"] == [[1.0, 0.0]]
    assert '<html lang="zh-Hans">' in Path("pages/own.html").read_text()


def test_what_is_not_asked_for(real: Any) -> None:
    """Gradient descent in 30 steps from the cost's own start, at a rate that suits it."""
    assert real("explore", "-o", "page.html").exit_code == 0
    made = data(Path("page.html"))
    assert (made["name"], made["set"]) == ("bowl", {"rule": "gradient-descent", "start": [13.0], "steps": 30})
    assert made["rules"]["gradient-descent"]["lr"] == 0.3


def test_the_domain_of_a_function(real: Any) -> None:
    """The range of one variable, and then that of the other."""
    assert (
        real("explore", "--function", "a**2 + b**2", "--domain", "-1,2,-3,4", "-o", "page.html").exit_code
        == 0
    )
    assert data(Path("page.html"))["domain"] == [[-1.0, 2.0], [-3.0, 4.0]]


@pytest.mark.parametrize("lr", [1e-5, 50.0])
def test_the_slider_reaches_the_rate(real: Any, lr: float) -> None:
    """However small or large it is."""
    assert real("explore", "--lr", str(lr), "-o", "page.html").exit_code == 0
    rule = data(Path("page.html"))["rules"]["gradient-descent"]
    assert (rule["low"] <= rule["lr"] <= rule["high"], rule["lr"]) == (True, lr)


def test_without_a_name_it_is_called_after_its_options(real: Any) -> None:
    """As clips are; written again, it replaces itself."""
    for _ in range(2):
        assert real("explore").stdout == "media/explore.html\n"
    name = real("explore", "--cost", "ravine", "--start", "-3,1", "--lang", "zh").stdout
    assert name == "media/explore.cost=ravine.start=-3,1.zh.html\n"
    assert re.fullmatch(
        r"media/explore\.function=x2_\w{6}\.html\n", real("explore", "--function", "x**2").stdout
    )


def test_a_gallery_stays(real: Any) -> None:
    """Neither command takes the other's page for its own."""
    gallery = '<!doctype html>\n<meta name="generator" content="lranim gallery 0.1.0">\n'
    Path("index.html").write_text(gallery)
    assert real("explore", "-o", "index.html").exit_code == 2
    assert Path("index.html").read_text() == gallery
    assert is_own(Path("index.html"), "gallery")
    assert real("explore", "-o", "index.html", "--force").exit_code == 0
    assert not is_own(Path("index.html"), "gallery")


def test_the_formula_is_shown_as_typed(real: Any) -> None:
    """As far as it can be read in a line; spaces do not matter."""
    real("explore", "--function", " x**2*3 -  x ", "-o", "page.html")
    assert '<p class="formula">J(x) = x² · 3 − x</p>' in Path("page.html").read_text()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--function", "x**"], "--function is x**; it is no formula; write one like x**4 - 3*x**2 + x"),
        (
            ["--function", "x**2", "--cost", "bowl"],
            "--cost is bowl and --function is given; give one of them",
        ),
        (["--cost", "bwl"], "--cost bwl is not known; did you mean bowl"),
        (["--rule", "adm"], "--rule adm is not known; did you mean adam?"),
        (
            ["--rule", "slope"],
            "--rule slope cannot be on a page; it has these of lranim's own rules only: gradient-descent, ",
        ),
        (["--domain", "0,1"], "--domain goes with --function; "),
        (["--function", "x**2", "--domain", "0,1,2"], "--domain is 0,1,2; it must be 2 numbers"),
        (["--function", "x**2", "--domain", "0,1e7"], "--domain is 0,1e+07; the domain of x is 0 to 1e+07; "),
        (["--function", "x**2", "--domain", "1,0"], "--domain is 1,0; write numbers, the lower end"),
        (
            ["--lr", "0"],
            "--lr is 0; it must be a finite number from 1e-09 to 1000000 (explore: ",
        ),
        (["--lr", "1e7"], "--lr is 1e7; it must be a finite number from 1e-09 to 1000000"),
        (["--lr", "fast"], "--lr is fast; it must be a finite number"),
        (["--start", "99"], "--start is 99; it must lie in the domain of bowl: a from -7 to 13"),
        (["--start", "1,2"], "--start is 1,2; it must be a finite number"),
        (["--start", "nan"], "--start is nan; it must be a finite number"),
        (["--steps", "0"], "--steps is 0; it must be a whole number from 1 to 200"),
        (["--lang", "fr"], "Invalid value for '--lang': 'fr' is not one of"),
        (["-o", "page.txt"], "-o page.txt is not a page; give a file name that ends in .html"),
    ],
)
def test_a_mistake_is_one_line(words: list[str], line: str, real: Any, tmp_path: Path) -> None:
    """It ends with 2, and nothing is written."""
    done = real("explore", *words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"Error: {line}")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
