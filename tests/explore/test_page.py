"""The page in a browser: its numbers are those of lranim.core; mouse, keys and fingers move what it has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
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
from lranim.core.starts import draw_start
from lranim.core.theory import Verdict, curvatures, verdict
from lranim.core.types import Cost
from lranim.errors import InputError
from lranim.explore.formula import as_data, programs, readable
from lranim.explore.page import RULES, page, rates, words
from lranim.look.text import say
from lranim.objective import outcome

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
        one.wait_for_selector("#landscape .last", state="attached")
        drawn(one)
        return one

    yield open_page
    for context in contexts:
        context.close()
    assert {text for text in seen if not text.startswith(("file:", "data:"))} == set()


def now(shown: Any) -> dict[str, Any]:
    """What the page has computed."""
    state: dict[str, Any] = shown.evaluate("explore.now()")
    return state


def drawn(shown: Any) -> None:
    """Wait until what has been set is drawn; `wait_for_function` would need eval, which the page forbids."""
    shown.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


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


JUDGED = ("bowl", "two-minima", "ravine", "himmelblau", OWN, "abs(x)", "x + y**2", "(x**2 - 1)**2")
LIMITS = ((13.0, 0.5), (13.0, 1.0), (3.0, 0.1), (3.005, 0.99999))
"""Starts and rates on the bowl: it lands, it bounces, it is there, it is near and all but bounces."""

JUDGE = """cases => cases.map(([made, set]) => {
  const dim = set.start.length;
  const [value, gradient] = [made.value, made.gradient].map(one => numbers.compiled(one, dim));
  const cost = { ...made, value, gradient };
  const run = numbers.descend(cost, set);
  return [verdicts.verdict(cost, run), run.step.length];
})"""


def judged_runs() -> Iterator[tuple[str, str, float, Any, int]]:
    """Cost, rule, rate, start and steps of runs: some at the limits of a kind, then drawn ones."""
    for start, lr in LIMITS:
        yield "bowl", "gradient-descent", lr, (start,), 20
    rng = np.random.default_rng(7)
    for name in JUDGED:
        cost = COSTS[name] if name in COSTS else cost_of(name)
        for k in range(120):
            rule = RULES[k % 9 % len(RULES)]
            low, high = (rates(cost, rule)[end] for end in ("low", "high"))
            lr, steps = float(low * (high / low) ** rng.random()), int(rng.integers(1, 60))
            yield name, rule, lr, draw_start(cost, k).tolist(), steps
    for lr in np.linspace(0.3, 0.42, 60).tolist():  # twos, fours, eights, threes, and chaos
        yield "(x**2 - 1)**2", "gradient-descent", lr, (0.3,), 120


def test_every_verdict_is_the_core_s(show: Show) -> None:
    """Whatever rate, rule, start and number of steps: a thousand runs, of every kind."""
    shown = show(COSTS["bowl"])
    costs = {name: COSTS[name] if name in COSTS else cost_of(name) for name in JUDGED}
    data = {}
    for name, cost in costs.items():
        value, gradient = map(as_data, programs(cost))
        data[name] = {"domain": cost.domain, "minima": cost.minima, "value": value, "gradient": gradient}
    cases, expected = [], []
    for name, rule, lr, start, steps in judged_runs():
        cases.append([data[name], {"rule": rule, "lr": lr, "beta": 0.9, "start": start, "steps": steps}])
        run = descend(costs[name], FACTORIES[rule](), constant(lr), start, steps)
        expected.append([verdict(run).value, len(run.step)])
    assert {word for word, _ in expected} == {one.value for one in Verdict}
    found = shown.evaluate(JUDGE, cases)
    assert found[: len(LIMITS)] == expected[: len(LIMITS)]
    unlike = [case[1] for case, one, other in zip(cases, found, expected, strict=True) if one != other]
    assert len(unlike) <= 3, unlike  # rounding decides whether a gradient of 1e-16 has changed its sign


@pytest.mark.parametrize("function", ["x", "a*b", "tanh(x)", "exp(x)"])
def test_without_a_minimum_nothing_is_called_wandering(show: Show, function: str) -> None:
    """The page says what the scenes say of such a function: there is nothing to arrive at."""
    shown = show(cost_of(function))
    assert shown.inner_text("#verdict").endswith(": no minimum")
    assert shown.inner_text("#says").startswith("This function has no minimum here")
    assert "no minimum" in shown.locator("#kinds li").all_inner_texts()
    assert "wanders from" not in str(shown.get_attribute("#ruler", "aria-label"))


def test_what_leaves_the_valley_falls(show: Show) -> None:
    """A run whose cost never rises is not told that each step leads farther away."""
    cost = cost_of("x**3 - 3*x")
    shown = show(cost)
    shown.fill("#start-0", "-1.5")
    run = descend(cost, FACTORIES["gradient-descent"](), constant(now(shown)["lr"]), (-1.5,), 30)
    assert outcome(run) == "falls"
    assert shown.inner_text("#verdict").endswith(f": {say('en', 'verdict.falls')}")
    assert shown.inner_text("#says").startswith("The cost falls for ever")


def test_every_operation_is_there(show: Show) -> None:
    """The page has what a formula may be made of, each giving what core's gives, and core's rules."""
    shown = show(COSTS["bowl"])
    points = [(0.3, 0.7), (1.7, -0.4), (2.5, 3.0)]
    names = shown.evaluate("Object.keys(numbers.operations)")
    found = shown.evaluate(
        "at => Object.values(numbers.operations).map(f => at.map(([a, b]) => f(a, b)))", points
    )
    assert set(names) == set(NUMPY)
    for name, values in zip(names, found, strict=True):
        count = 2 if name in ("+", "-", "*", "/", "power") else 1
        expected = [float(NUMPY[name](*map(np.float64, point[:count]))) for point in points]
        assert values == pytest.approx(expected, rel=1e-12), name
    assert shown.evaluate("Object.keys(numbers.rules)") == list(RULES)
    assert set(RULES) < set(FACTORIES)


def test_where_a_function_is_nothing_by_nothing(show: Show) -> None:
    """At 0/0 the page takes what lies around, as the core does."""
    cost = cost_of("sin(x)/x")
    shown = show(cost)
    value = "numbers.compiled(JSON.parse(data.textContent).value, 1)"
    assert shown.evaluate(f"{value}([0])")[0] == pytest.approx(1)


def test_where_a_function_jumps_there_is_no_start(show: Show) -> None:
    """At 0/0 between two levels it has no value, in the page as in the core, and the page stays as it was."""
    cost = cost_of("x**2 + abs(x - 0.1234567)/(x - 0.1234567)", ((-3.0, 3.0),))
    assert np.isnan(cost.value(np.array([0.1234567])))
    shown = show(cost)
    before = now(shown)
    shown.fill("#start-0", "0.1234567")
    assert shown.get_attribute("#start-0", "aria-invalid") == "true"
    assert now(shown) == before


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
    bowl = COSTS["bowl"]
    with pytest.raises(InputError, match=r"its formula \(a - 2\)\^2 has other values than it; give"):
        programs(replace(bowl, formula="(a - 2)^2"))
    with pytest.raises(InputError, match="has other values than it; give"):
        programs(replace(bowl, grad=lambda x: 1.5 * (x - 3)))
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
    assert shown.inner_text("#says") == words("en")["says_diverges"]
    drawn(shown)
    assert shown.inner_text("#outside").startswith("From step ")
    shown.click("#reset")
    assert now(shown)["lr"] == 0.3
    assert shown.get_attribute("body", "data-verdict") == "settles"
    assert shown.inner_text("#says") == words("en")["says_settles"]


def test_the_ruler_says_where_it_changes(show: Show) -> None:
    """What each rate does stands in the strip's text, and the limit is marked, also that of momentum."""
    shown = show(COSTS["bowl"])
    text = shown.get_attribute("#ruler", "aria-label")
    parts = re.findall(r"(too small: crawls|settles|jumps|too large: diverges)[a-z, ]* from ([\d.]+)", text)
    assert [kind for kind, _ in parts] == ["too small: crawls", "settles", "jumps", "too large: diverges"]
    assert 0.95 < float(parts[-1][1]) < 1.1
    assert shown.inner_text("#limit") == "2/J″ = 1"
    shown.fill("#rate-exact", "1")
    place = shown.evaluate("Number(getComputedStyle(limit).getPropertyValue('--share'))")
    assert int(shown.input_value("#rate")) == pytest.approx(600 * place, abs=1)
    widths = shown.evaluate("[...ruler.children].map(piece => Number(piece.style.flexGrow))")
    assert sum(widths) == 121
    assert sum(widths[:3]) / 121 == pytest.approx(place, abs=0.02)
    shown.select_option("#rule", "momentum")
    shown.fill("#momentum-exact", "0.4")
    drawn(shown)
    assert shown.inner_text("#limit") == "2(1 + β)/J″ = 1.4"
    assert now(shown)["beta"] == 0.4
    shown.focus("#momentum")
    shown.keyboard.press("ArrowLeft")
    assert now(shown)["beta"] == 0.39
    assert shown.input_value("#momentum-exact") == "0.39"


def test_each_rule_begins_with_a_rate_that_suits_it(show: Show) -> None:
    """The rates of one rule would be too large or too small for another."""
    shown = show(COSTS["bowl"])
    for rule in RULES:
        shown.select_option("#rule", rule)
        assert now(shown)["lr"] == rates(COSTS["bowl"], rule)["lr"]


@pytest.mark.parametrize("name", [name for name, cost in COSTS.items() if cost.minima])
def test_the_slider_reaches_the_limit(name: str) -> None:
    """That of the steepest direction at the lowest minimum, and that of momentum, twice as far."""
    sharpest = float(curvatures(COSTS[name]).max())
    found = rates(COSTS[name], "momentum")
    assert found["low"] < 2 / sharpest
    assert found["high"] > 3.8 / sharpest
    text = page(COSTS[name], rule="adam", lang="en", lr=None, start=COSTS[name].start, steps=3)
    assert f'"curvature": {sharpest!r},' in text


def test_the_pictures_have_the_numbers(show: Show) -> None:
    """Labels of the axes, minima, the rows of the table, and where the path leaves the picture."""
    shown = show(COSTS["bowl"])
    labels = shown.evaluate(
        "[...document.querySelectorAll('#landscape .grid text')].map(one => one.textContent)"
    )
    assert labels[:5] == ["−5", "0", "5", "10", "15"]
    assert shown.locator("#landscape .minimum").count() == 1
    assert shown.inner_text("#rows tr:nth-child(1)").split() == ["0", "13", "101", "20", "−6"]
    assert shown.inner_text("#rows tr:nth-child(2)").split() == ["1", "7", "17", "8", "−2.4"]
    assert shown.inner_text("#outside") == ""
    assert shown.inner_text("#picture-says") == "From a = 13 the path goes in 30 steps to a = 3."
    shown.fill("#rate-exact", "1.05")
    shown.fill("#steps", "3")
    drawn(shown)
    assert shown.inner_text("#outside") == "From step 2 on, the path leaves the picture."
    assert shown.inner_text("#cost-says") == "The cost goes from 101 to 178.2 in 3 steps."
    assert show(COSTS["himmelblau"]).locator("#landscape .minimum").count() == 4


def test_keys_move_the_start(show: Show) -> None:
    """Each arrow its way on the map, by a hundredth of it, and with Shift by a tenth."""
    cost = cost_of("a**2 + b**2", ((-4.0, 4.0), (-2.0, 2.0)))
    shown = show(cost)
    shown.fill("#start-0", "1")
    shown.fill("#start-1", "1")
    shown.focus("#handle")
    for key, start in (
        ("ArrowUp", [1.0, 1.04]),
        ("ArrowLeft", [0.92, 1.04]),
        ("Shift+ArrowDown", [0.92, 0.64]),
        ("Shift+ArrowRight", [1.72, 0.64]),
    ):
        shown.keyboard.press(key)
        assert now(shown)["start"] == pytest.approx(start), key


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
    drawn(shown)
    assert middle(shown)[0] == pytest.approx(max(x - 60, middle(shown)[0]), abs=2)
    shown.focus("#handle")
    shown.keyboard.press("ArrowRight")
    width = cost.domain[0][1] - cost.domain[0][0]
    assert now(shown)["start"][0] == pytest.approx(dragged[0] + width / 100, abs=width / 200)
    drawn(shown)
    said = f"a = {now(shown)['start'][0]:g}".replace("-", "−")
    assert said in shown.get_attribute("#handle", "aria-valuetext")
    shown.fill("#start-0", str(cost.start[0]))
    assert now(shown)["start"][0] == cost.start[0]


def test_a_finger_does_it_too(show: Show) -> None:
    """On a phone a tap sets the start and a drag moves it; nothing is wider than the screen."""
    shown = show(COSTS["himmelblau"], has_touch=True, is_mobile=True)
    shown.set_viewport_size({"width": 400, "height": 800})
    drawn(shown)
    assert shown.evaluate("document.documentElement.scrollWidth") == 400
    box = shown.locator("#landscape").bounding_box()
    shown.touchscreen.tap(box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"])
    tapped = now(shown)["start"]
    assert tapped[0] > 0
    assert tapped[1] > 0
    drawn(shown)
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
    drawn(shown)
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
    for about in ({"name": "</script>"}, {"name": "function", "summary": "your function <b>x</b>"}):
        made = page(replace(COSTS["bowl"], **about), rule="adam", lang="en", lr=0.1, start=(1.0,), steps=3)
        assert made.count("</script>") == 2
        assert "<b>" not in made


def test_pi_and_e_are_numbers_in_the_page() -> None:
    """Their names are the formula's, their values the page's."""
    assert as_data(programs(cost_of("pi*x**2 + e*x"))[0])["constants"] == [np.pi, np.e]
