"""The page as it is written: its rates, its words, and nothing in it that ends its script."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from lranim.core.costs import COSTS
from lranim.core.theory import curvatures
from lranim.explore.page import page, rates, words
from lranim.function import cost_of


@pytest.mark.parametrize("name", [name for name, cost in COSTS.items() if cost.minima])
def test_the_slider_reaches_the_limit(name: str) -> None:
    """That of the steepest direction at the lowest minimum, and that of momentum, twice as far."""
    sharpest = float(curvatures(COSTS[name]).max())
    found = rates(COSTS[name], "momentum")
    assert found["low"] < 2 / sharpest
    assert found["high"] > 3.8 / sharpest
    text = page(COSTS[name], rule="adam", lang="en", lr=None, start=COSTS[name].start, steps=3)
    assert f'"curvature": {sharpest!r},' in text


def test_the_languages_have_the_same_words() -> None:
    """Each has every word, with the same names in braces; the page says none in another language."""
    english, chinese = words("en"), words("zh")
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", chinese[key])), key
        assert text != chinese[key] or not re.search(r"[a-z]{3} ", text), key


def test_nothing_in_a_formula_ends_the_script() -> None:
    """The page's data cannot close its own element, and the same page is the same bytes."""
    cost = cost_of("x**2")
    text = [page(cost, rule="adam", lang="en", lr=0.1, start=(1.0,), steps=3) for _ in range(2)]
    assert text[0] == text[1]
    assert text[0].count("</script>") == 2
    assert "http" not in re.sub(r'"http://www.w3.org/2000/svg"|http-equiv', "", text[0])
    for name, function in (("</script>", None), ("function", "<b>x</b>")):
        named = replace(COSTS["bowl"], name=name)
        made = page(named, rule="adam", lang="en", lr=0.1, start=(1.0,), steps=3, function=function)
        assert made.count("</script>") == 2
        assert "<b>" not in made
