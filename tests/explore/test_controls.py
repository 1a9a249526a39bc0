"""The page in a browser: mouse, keys and fingers move what it has, and it says what that does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from lranim.core.costs import COSTS
from lranim.explore.page import RULES, rates, words
from lranim.function import cost_of

Show = Callable[..., Any]


def now(shown: Any) -> dict[str, Any]:
    """What the page has computed."""
    state: dict[str, Any] = shown.evaluate("explore.now()")
    return state


def drawn(shown: Any) -> None:
    """Wait until what has been set is drawn; `wait_for_function` would need eval, which the page forbids."""
    shown.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


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
    parts = re.findall(r"([a-z][a-z:, ]*) from ([\d.]+)", text.partition(": ")[2])
    assert [kind for kind, _ in parts] == [
        *("too small: crawls", "on its way", "settles", "settles late, after jumps"),
        *("jumps from side to side, closes in", "bounces for ever", "too large: diverges"),
    ]
    numbers = shown.evaluate("[...scale.children].map(one => one.textContent)")
    assert numbers[:2] == ["0.003", "3"]
    assert len(numbers) > 3
    shown.evaluate("ruler.scrollIntoView()")
    box = shown.locator("#ruler").bounding_box()
    shown.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert now(shown)["lr"] == pytest.approx(0.095, abs=0.003)
    assert 0.95 < float(parts[-1][1]) < 1.1
    assert shown.inner_text("#limit") == "2/J″ = 1"
    shown.fill("#rate-exact", "1")
    place = shown.evaluate("Number(getComputedStyle(limit).getPropertyValue('--share'))")
    assert int(shown.input_value("#rate")) == pytest.approx(600 * place, abs=1)
    widths = shown.evaluate("[...ruler.children].map(piece => Number(piece.style.flexGrow))")
    assert sum(widths) == 121
    assert sum(widths[:-1]) / 121 == pytest.approx(place, abs=0.02)
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


@pytest.mark.parametrize(("function", "pieces"), [("tan(x)", 3), ("abs(x)*25", 1), ("20*sin(9*x)", 1)])
def test_no_line_crosses_a_pole(show: Show, function: str, pieces: int) -> None:
    """The curve is cut at its poles, and nowhere else."""
    curve = show(cost_of(function)).get_attribute("#landscape .curve", "d")
    assert curve.count("M") == pieces


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


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize(
    ("lang", "steps", "start"),
    [
        ("en", "Give a whole number from 1 to 200.", "The function has no finite value or slope there."),
        ("zh", "请输入 1 到 200 之间的整数。", "函数在那里没有有限的值或斜率。"),
    ],
)
def test_what_cannot_be_used_is_said(show: Show, lang: str, steps: str, start: str) -> None:
    """A wrong number is marked, what would do is said beside it, and the path stays what it was."""
    shown = show(cost_of("log(x**2)**2", ((-3.0, -0.5),)), lang=lang)
    before = now(shown)
    rate, inside = (
        ("Give a number from {} to {}.", "请输入 {} 到 {} 之间的数。")[lang == "zh"],
        ("−3", "−0.5"),
    )
    for field, text, said in (
        ("rate-exact", "-1", rate.format("1×10⁻⁹", "1×10⁶")),
        ("rate-exact", "", rate.format("1×10⁻⁹", "1×10⁶")),
        ("start-0", "2", rate.format(*inside)),
        ("steps", "1.5", steps),
    ):
        shown.fill(f"#{field}", text)
        assert shown.get_attribute(f"#{field}", "aria-invalid") == "true"
        told = shown.get_attribute(f"#{field}", "aria-describedby")
        assert shown.inner_text(f"#{told}") == said
        assert shown.get_attribute(f"#{told}", "role") == "alert"
        assert now(shown) == before
    shown.fill("#steps", "5")
    assert set(shown.locator(".wrong").all_inner_texts()) == {""}
    assert len(now(shown)["x"]) == 6
    drawn(shown)
    assert shown.locator("#rows tr").count() == 6
    jumps = show(cost_of("x**2 + abs(x - 0.1234567)/(x - 0.1234567)", ((-3.0, 3.0),)), lang=lang)
    jumps.fill("#start-0", "0.1234567")
    assert jumps.inner_text("#start-0-wrong") == start


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
