"""The page in a browser: its numbers are those of lranim.core; mouse, keys and fingers move what it has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lranim.algebra import cost_of
from lranim.algebra.program import NUMPY
from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import RULES as FACTORIES
from lranim.core.schedules import constant
from lranim.core.theory import verdict
from lranim.core.types import Cost
from lranim.errors import InputError
from lranim.explore.formula import programs, readable
from lranim.explore.page import RULES, page, words
from lranim.look.text import say

OWN = "x**4 - 3*x**2 + x"
TWO = "(a**2 + b - 11)**2 + exp(-a*a/9)*sin(b) + abs(a)/3 + sqrt(b + 9)"


Show = Callable[..., Any]


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Show]:
    """Open the page of a cost; at the end nothing may have been asked for, and no error been said."""
    seen: list[str] = []
    contexts = []

    def open_page(cost: Cost, *, lang: str = "en", **how: Any) -> Any:
        context = browser.new_context(viewport={"width": 1000, "height": 800}, **how)
        contexts.append(context)
        place = tmp_path / "explore.html"
        place.write_text(
            page(cost, rule="gradient-descent", lang=lang, lr=None, start=cost.start, steps=30),
            encoding="utf-8",
        )
        one = context.new_page()
        one.on("console", lambda message: seen.append(message.text))
        one.on("pageerror", lambda error: seen.append(str(error)))
        one.on("request", lambda request: seen.append(request.url))
        one.goto(place.as_uri())
        one.wait_for_function("document.querySelector('#landscape .last')")
        return one

    yield open_page
    for context in contexts:
        context.close()
    assert {text for text in seen if not text.startswith(("file:", "data:"))} == set()


def now(shown: Any) -> dict[str, Any]:
    """What the page has computed."""
    state: dict[str, Any] = shown.evaluate("explore.now()")
    return state


RATES = {
    "bowl": (0.01, 0.3, 0.5, 0.9, 1, 1.05, 300),
    TWO: (0.0001, 0.004, 0.05),
    "two-minima": (0.01, 0.3, 1.2, 1.9),
    "ravine": (0.01, 0.25, 0.4, 0.5, 0.6),
    "himmelblau": (0.0001, 0.01, 0.02, 0.3),
    "beale": (0.001, 0.01),
    OWN: (0.001, 0.04, 0.12, 0.5),
}


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize("name", RATES)
def test_its_numbers_are_the_core_s(name: str, show: Show) -> None:
    """Typed rates give core's points, costs and gradients to 1e-9, and its verdict word for word."""
    cost = COSTS[name] if name in COSTS else cost_of(name)
    shown = show(cost)
    for rule in RULES:
        shown.select_option("#rule", rule)
        for lr in RATES[name]:
            shown.fill("#rate-exact", str(lr))
            state = now(shown)
            assert (state["rule"], state["lr"]) == (rule, lr)
            run = descend(cost, FACTORIES[rule](), constant(lr), cost.start, 30)
            for key in ("x", "cost", "grad", "step"):
                expected = getattr(run, key)
                scale = np.abs(expected).max(initial=1.0)
                found = np.array(state[key], dtype=np.float64).reshape(expected.shape)
                np.testing.assert_allclose(
                    found, expected, rtol=1e-9, atol=1e-9 * scale, err_msg=f"{rule} {lr}"
                )
            said = verdict(run).value
            assert state["verdict"] == said, (rule, lr)
            assert shown.inner_text("#verdict").endswith(f": {say('en', f'verdict.{said}')}")


def test_every_operation_is_there(show: Show) -> None:
    """The page has what a formula may be made of, and all its rules are core's."""
    shown = show(COSTS["bowl"])
    assert set(shown.evaluate("Object.keys(numbers.operations)")) == set(NUMPY)
    assert shown.evaluate("Object.keys(numbers.rules)") == list(RULES)
    assert set(RULES) < set(FACTORIES)


def test_where_a_function_is_nothing_by_nothing(show: Show) -> None:
    """At 0/0 the page takes what lies around, as the core does."""
    cost = cost_of("sin(x)/x")
    shown = show(cost)
    assert shown.evaluate("numbers.compiled(JSON.parse(data.textContent).value, 1)([0])")[0] == pytest.approx(
        1
    )


@pytest.mark.parametrize("name", COSTS)
def test_every_cost_has_a_formula_that_is_its_own(name: str) -> None:
    """What the page computes is the cost, anywhere in its domain and at its minima."""
    cost = COSTS[name]
    value, gradient = programs(cost)
    rng = np.random.default_rng(1)
    low, high = np.array(cost.domain).T
    points = [*rng.uniform(low, high, (50, cost.dim)), *np.array(cost.minima)]
    for point in points:
        scale = 1e-9 * (1 + abs(float(cost.value(point))))
        assert value.run(tuple(point))[0] == pytest.approx(float(cost.value(point)), rel=1e-9, abs=scale)
        assert gradient.run(tuple(point)) == pytest.approx(cost.grad(point), rel=1e-9, abs=1e-9 + scale)


def test_a_formula_that_is_not_the_cost_is_refused() -> None:
    """A cost whose printed formula says something else, or cannot be read, has no page."""
    from dataclasses import replace

    bowl = COSTS["bowl"]
    with pytest.raises(InputError, match=r"its formula \(a - 2\)\^2 has other values than it; give"):
        programs(replace(bowl, formula="(a - 2)^2"))
    with pytest.raises(InputError, match="a page cannot compute bowl, its formula is sum_i a_i: "):
        programs(replace(bowl, formula="sum_i a_i"))


def test_the_slider(show: Show) -> None:
    """By keys it goes from crawling to diverging, and the box beside it says the rate."""
    shown = show(COSTS["bowl"])
    shown.focus("#rate")
    shown.keyboard.press("Home")
    assert now(shown)["verdict"] == "crawls"
    low = now(shown)["lr"]
    shown.keyboard.press("ArrowRight")
    assert low < now(shown)["lr"] < 1.05 * low
    shown.keyboard.press("End")
    assert now(shown)["verdict"] == "diverges"
    assert float(shown.input_value("#rate-exact")) == now(shown)["lr"]
    assert shown.get_attribute("#rate", "aria-valuetext") == f"η = {now(shown)['lr']:g}"
    shown.wait_for_function("document.getElementById('outside').textContent")
    shown.click("#reset")
    assert now(shown)["lr"] == 0.3
    assert shown.get_attribute("body", "data-verdict") == "settles"


def test_the_ruler_says_where_it_changes(show: Show) -> None:
    """What each rate does stands in the strip's text, and the limit is marked, also that of momentum."""
    shown = show(COSTS["bowl"])
    text = shown.get_attribute("#ruler", "aria-label")
    parts = re.findall(r"(too small: crawls|settles|jumps|too large: diverges)[a-z, ]* from ([\d.]+)", text)
    assert [kind for kind, _ in parts] == ["too small: crawls", "settles", "jumps", "too large: diverges"]
    assert 0.95 < float(parts[-1][1]) < 1.1
    assert shown.inner_text("#limit") == "2/J″ = 1"
    shown.select_option("#rule", "momentum")
    shown.fill("#momentum-exact", "0.4")
    shown.wait_for_function("document.getElementById('limit').textContent.includes('1 + β')")
    assert shown.inner_text("#limit") == "2(1 + β)/J″ = 1.4"
    assert now(shown)["beta"] == 0.4


def middle(shown: Any) -> tuple[float, float]:
    """Where the start is on the screen."""
    box = shown.locator("#handle .ring").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize("name", ["ravine", "two-minima"])
def test_the_start_is_dragged(name: str, show: Show) -> None:
    """With the mouse it follows the hand, in both directions on a map; with keys it goes in small steps."""
    cost = COSTS[name]
    shown = show(cost)
    x, y = middle(shown)
    shown.mouse.move(x, y)
    shown.mouse.down()
    shown.mouse.move(x - 60, y + 40, steps=3)
    shown.mouse.up()
    dragged = now(shown)["start"]
    assert dragged[0] < cost.start[0] if name == "two-minima" else dragged[0] == cost.domain[0][0]
    if cost.dim == 2:
        assert dragged[1] < cost.start[1]
    shown.wait_for_timeout(50)
    assert middle(shown)[0] == pytest.approx(max(x - 60, middle(shown)[0]), abs=2)
    shown.focus("#handle")
    shown.keyboard.press("ArrowRight")
    width = cost.domain[0][1] - cost.domain[0][0]
    assert now(shown)["start"][0] == pytest.approx(dragged[0] + width / 100, abs=width / 200)
    shown.wait_for_timeout(50)
    said = f"a = {now(shown)['start'][0]:g}".replace("-", "−")
    assert said in shown.get_attribute("#handle", "aria-valuetext")
    shown.fill("#start-0", str(cost.start[0]))
    assert now(shown)["start"][0] == cost.start[0]


def test_a_finger_does_it_too(show: Show) -> None:
    """On a phone a tap sets the start and a drag moves it; nothing is wider than the screen."""
    shown = show(COSTS["himmelblau"], has_touch=True, is_mobile=True)
    shown.set_viewport_size({"width": 400, "height": 800})
    shown.wait_for_function("document.documentElement.scrollWidth === 400")
    box = shown.locator("#landscape").bounding_box()
    shown.touchscreen.tap(box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"])
    tapped = now(shown)["start"]
    assert tapped[0] > 0
    assert tapped[1] > 0
    shown.wait_for_timeout(50)
    x, y = middle(shown)
    session = shown.context.new_cdp_session(shown)
    for kind, place in (("touchStart", x), ("touchMove", x - 40), ("touchMove", x - 80), ("touchEnd", None)):
        points = [] if place is None else [{"x": place, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert now(shown)["start"][0] < tapped[0] - 1
    for name in ("rate", "rate-exact", "rule", "start-0", "steps", "reset"):
        assert shown.locator(f"#{name}").bounding_box()["height"] >= 44


def test_what_cannot_be_used_is_said(show: Show) -> None:
    """A wrong number is marked and explained, and the path stays what it was."""
    shown = show(cost_of("log(x)**2"))
    before = now(shown)
    for field, text in (("rate-exact", "-1"), ("rate-exact", ""), ("start-0", "-3"), ("steps", "1.5")):
        shown.fill(f"#{field}", text)
        assert shown.get_attribute(f"#{field}", "aria-invalid") == "true"
        assert shown.inner_text("#wrong").startswith("Give a number from ")
        assert now(shown) == before
    shown.fill("#steps", "5")
    assert shown.inner_text("#wrong") == ""
    assert len(now(shown)["x"]) == 6
    assert shown.locator("#rows tr").count() == 6


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize(("name", "scheme"), [("bowl", "dark"), ("ravine", "light")])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everybody_can_use_it(name: str, scheme: str, lang: str, show: Show) -> None:
    """axe-core finds nothing at all, in both languages and both looks, and no picture leaves the page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    shown = show(COSTS[name], lang=lang, color_scheme=scheme)
    dark = shown.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert dark == ("rgb(16, 20, 24)" if scheme == "dark" else "rgb(255, 255, 255)")
    assert shown.inner_text("h1") == words(lang)["title"]
    for width in (1280, 800, 400):
        shown.set_viewport_size({"width": width, "height": 900})
        assert shown.evaluate("document.documentElement.scrollWidth") == width
    found = axe.Axe().run(shown)
    assert found.violations_count == 0, found.generate_report()


def test_the_languages_have_the_same_words() -> None:
    """Each has every word, with the same names in braces; the page says none in another language."""
    english, chinese = words("en"), words("zh")
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", chinese[key])), key
        assert text != chinese[key] or not re.search(r"[a-z]{3} ", text), key


def test_a_formula_is_read_as_written() -> None:
    """Raised powers, real minus signs, products without a star where none is needed."""
    assert readable("2*exp(-x**2) - x**0.5*(x + 1)") == "2exp(−x²) − x^0.5 · (x + 1)"
    assert readable("(x - 1)*(x + 1)**12") == "(x − 1)(x + 1)¹²"


def test_nothing_in_a_formula_ends_the_script() -> None:
    """The page's data cannot close its own element, and the same page is the same bytes."""
    cost = cost_of("x**2")
    text = [page(cost, rule="adam", lang="en", lr=0.1, start=(1.0,), steps=3) for _ in range(2)]
    assert text[0] == text[1]
    assert text[0].count("</script>") == 2
    assert "http" not in re.sub(r'"http://www.w3.org/2000/svg"|http-equiv', "", text[0])
