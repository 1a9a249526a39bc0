"""What is on screen is what the run did, at every moment at which the picture rests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lranim.catalogue import registry
from lranim.core.costs import COSTS
from lranim.draw.chart.cost_curve import NamedCurvePlot
from lranim.draw.chart.descent import Descent
from lranim.draw.lettering import HaloText, Lettering, Number
from lranim.draw.surface.paint import rgb
from lranim.draw.surface.surface import ELEVATION, Surface
from lranim.look.text import number, trimmed
from lranim.look.theme import THEMES
from lranim.scenes.cost import samples_of

FIELDS = [name for name, cost in COSTS.items() if cost.dim == 2]


def numbers(scene: str, **options: Any) -> Any:
    """What a scene draws."""
    light = registry.get(scene).load_light()
    return light.numbers(light.Params(**options))


def the(kind: type, scene: Any) -> Any:
    """The one mobject of a kind."""
    [found] = [part for part in scene.mobjects if isinstance(part, kind)]
    return found


@pytest.mark.parametrize(
    ("scene", "options", "steps"),
    [("learning-rate", {"lr": 0.9}, {0, 1, 3, 29}), ("oscillation", {}, {0, 1, 6, 7, 8, 13})],
)
def test_the_panel_shows_the_step_that_it_counts(
    tell: Callable[..., Any], scene: str, options: dict[str, Any], steps: set[int]
) -> None:
    """Point, slope or its sign, and next point."""
    run = numbers(scene, **options)
    seen = set()

    def look(told: Any) -> None:
        shown = [part.shown for part in told.get_mobject_family_members() if isinstance(part, Number)]
        shown = [words for words in shown if words not in ("= ", "≈ ")]
        k = int(shown[0])
        seen.add(k)
        if k:
            x, grad = run.x[:, 0], float(run.grad[k - 1, 0])
            factor = number(grad) if "lr" in options else number(np.sign(grad), 0)
            expected = [number(x[k - 1]), factor if grad > 0 else f"({factor})", number(x[k])]
            assert shown[1:] == expected

    tell(scene, look=look, **options)
    assert steps <= seen


@pytest.mark.parametrize("lr", [0.01, 0.3, 0.99, 1.05])
def test_the_point_ends_where_the_words_say(tell: Callable[..., Any], lr: float) -> None:
    """On the curve, at the run's last point, which the description names."""
    told = tell("learning-rate", lr=lr)
    descent, run = the(Descent, told), numbers("learning-rate", lr=lr)
    end = float(run.x[descent.run.steps, 0])
    assert descent.dot.points.mean(axis=0)[:2] == pytest.approx(descent.plot.on_curve(end))
    assert f"it gets to a = {trimmed(end)} in" in told.alt


def test_the_ruler_shows_equal_and_halving_steps(tell: Callable[..., Any]) -> None:
    """Its arcs are as wide as the steps are long."""
    for scene, ratio in (("oscillation", 1.0), ("slope", 0.5)):
        rulers = [m for m in tell(scene).mobjects if isinstance(m, Descent) and m.ruler]
        widths = np.abs(np.diff(rulers[0].hops.points.reshape(-1, 4, 3)[:, [0, 3], 0], axis=1))
        assert np.allclose(widths[1:] / widths[:-1], ratio)


def test_the_arrow_says_slope_and_step(tell: Callable[..., Any]) -> None:
    """What is written at each arrow is the run's gradient and its step."""
    written = set()

    def look(told: Any) -> None:
        descent = the(Descent, told)
        for k in range(3):
            descent.put(k + 0.3)
            written.add((k, " ".join(words for words, *_ in descent.tag.shown)))

    tell("slope", look=look)
    assert {(0, "slope 5.00 → step −5.00"), (1, "slope 2.50 → step −2.50")} <= written


@pytest.mark.parametrize("name", FIELDS)
def test_the_path_on_a_surface_is_the_runs(tell: Callable[..., Any], name: str) -> None:
    """The arrow, whenever it is seen, starts at the point and goes straight down."""
    run = numbers("surface", cost=name)
    seen = []

    def look(told: Any) -> None:
        surface = the(Surface, told)
        if surface.arrow is not None and surface.arrow_alpha > 0.5:
            at, way = surface.arrow
            k = int(np.argmin(np.abs(run.x - at).sum(axis=1)))
            assert np.allclose(run.x[k], at)
            assert np.allclose(way / np.hypot(*way), -run.grad[k] / np.hypot(*run.grad[k]))
            seen.append(k)

    surface = the(Surface, tell("surface", cost=name, look=look))
    assert seen
    assert np.allclose(surface.trail.path, run.x)
    assert np.allclose(surface.trail.until(surface.progress)[0][-1], run.x[-1])


def test_the_surface_turns_one_way_slowly(tell: Callable[..., Any]) -> None:
    """Never back, never at a leap, always from above; less than a quarter turn in all; and then it rests."""
    turned: list[tuple[float, float]] = []

    def look(told: Any) -> None:
        view = the(Surface, told).view
        assert view.elevation == ELEVATION
        turned.append((told.time, view.azimuth))

    tell("surface", look=look)
    time, azimuth = np.array(turned).T
    assert (np.diff(azimuth) >= 0).all()
    assert 0.1 < np.ptp(azimuth) < np.pi / 2
    moving = np.diff(time) > 0
    rates = np.diff(azimuth)[moving] / np.diff(time)[moving]
    assert rates.max() < np.radians(3)
    assert rates[-2:] == pytest.approx([rates.max() / 2, 0.0], rel=0.1)


@pytest.mark.parametrize("name", FIELDS)
def test_the_end_shows_the_opposite_of_the_gradient(tell: Callable[..., Any], name: str) -> None:
    """Of all arrows the one against the gradient is green; the surface is gone."""
    surface = the(Surface, tell("direction", cost=name, theme="light"))
    assert (surface.drop, surface.surface_alpha) == (1.0, 0.0)
    shown = [stroke for stroke in surface.strokes if stroke.alpha == 1 and stroke.shown == 1]
    [green] = [one for one in shown if one.head and one.colour == rgb(THEMES["light"].gradient)]
    way = green.points[-1] - green.points[0]
    light = registry.get("direction").load_light()
    grad = COSTS[name].grad(light.Params(cost=name).place)
    assert way / np.hypot(*way) == pytest.approx(-grad / np.hypot(*grad))


def test_the_readout_is_the_lines_at_that_moment(tell: Callable[..., Any]) -> None:
    """While the line moves, the cost is the mean of the squares of the slope and intercept beside it."""
    data = samples_of(registry.get("cost").load_light().Params())
    seen = set()

    def look(told: Any) -> None:
        shown = [m.shown for m in told.get_mobject_family_members() if getattr(m, "digits", None) is not None]
        *line, cost = [float(words.replace("−", "-")) for words in shown]
        seen.add(len(line))
        if len(line) < 3:  # else one picture gives way to the other
            a, b = [*line, 0.0][:2]
            assert cost == pytest.approx(np.square(data.y - a * data.x - b).mean(), abs=0.05)

    tell("cost", look=look)
    assert {1, 2} <= seen


def test_suggestions_are_named_after_their_sources(tell: Callable[..., Any]) -> None:
    """The two marks of the range test."""
    family = tell("lr-finder").get_mobject_family_members()
    marks = {part.text.words for part in family if isinstance(part, HaloText)}
    assert {"steepest 0.19 (Smith 2017)", "valley 0.11 (fastai)"} <= marks


@pytest.mark.parametrize(
    ("lr", "beta", "kappa", "steps"),
    [
        (0.51, 0.99, 2.0, 3),
        (0.91, 0.81, 50.0, 3),
        (0.5, 0.5, 50.0, 20),
        (0.49, 0.9, 1.0, 400),
        (2.0, 0.99, 1e3, 1),
    ],
)
def test_a_run_is_said_to_diverge_beyond_the_critical_rate_only(
    tell: Callable[..., Any], lr: float, beta: float, kappa: float, steps: int
) -> None:
    """However few its steps: the words agree with the plane, whose border is 2 (1 + beta) / 4."""
    told = tell("momentum", lr=lr, beta=beta, kappa=kappa, steps=steps, size=(320, 180))
    beyond = [lr > 2 * (1 + share) / 4 for share in (0.0, beta)]
    said = " ".join(beat.text for beat in told.beats)
    assert ("gradient descent diverges" in said or "too large for both" in said) == beyond[0], said
    assert ("too large for both" in said) == beyond[1], said


@pytest.mark.parametrize(
    ("options", "chips"),
    [
        ({}, ["training fails", "underfitting", "overfitting", "stopped early: good fit"]),
        ({"lr": 0.1}, ["good fit"]),
        ({"seed": 20, "state": "underfitting"}, ["overfitting", "stopped early"]),
    ],
)
def test_verdicts_are_the_states(tell: Callable[..., Any], options: dict[str, Any], chips: list[str]) -> None:
    """One after another in one place; a training stopped early is judged as any other."""
    shown: list[str] = []

    def look(told: Any) -> None:
        lines = [line.words for part in told.chip for line in getattr(part, "lines", ())]
        shown.extend(word for word in [" ".join(lines)] if word and word not in shown[-1:])

    tell("train-valid", look=look, **options)
    assert shown == chips


def curve(told: Any) -> Any:
    """The cost curve of a scene."""
    return next(part for part in told.get_mobject_family_members() if isinstance(part, NamedCurvePlot))


def test_a_function_of_one_s_own_is_written_at_its_curve(tell: Callable[..., Any]) -> None:
    """Unless it is too long; it gives way to the note of a wider view. Other costs have no formula."""
    plot = curve(tell("slope", function="x**4 - 3*x**2 + x"))
    assert isinstance(plot.formula, Lettering)
    assert plot.formula.words == "inline(J(x) = x^4 - 3 x^2 + x)"
    assert plot.plot.left < plot.formula.x < plot.title_end < plot.plot.right
    assert curve(tell("slope")).formula is None
    long = "+".join(f"{n}*sin({n}*x)/{n + 1}" for n in range(1, 12)) + "+x**2"
    assert curve(tell("slope", function=long, start=1.0, steps=1)).formula is None
    for size, note, there in (
        ((854, 480), "view 2048 times wider", True),
        ((640, 480), "view × 2048", True),
        ((480, 854), "view × 2048", False),
    ):
        plot = curve(tell("slope", function="1000*x**2", size=size))
        assert plot.note.shown[0][0] == note
        assert (plot.formula.submobjects[0].opacity > 0) == there


def test_no_curve_is_drawn_where_there_is_none(tell: Callable[..., Any]) -> None:
    """Left of 0 a logarithm has no value, and its wall ends below the formula."""
    plot = curve(tell("learning-rate", function="log(x)**2"))
    assert plot.curve.points[:, 0].min() > float(plot.at(0.0, 0.0)[0]) - 1e-6
    assert plot.curve.points[:, 1].max() < plot.plot.top


def test_minima_of_the_same_depth_are_none_of_them_local(tell: Callable[..., Any]) -> None:
    """The one on the right is as low as the one on the left, and is called so."""
    told = tell("learning-rate", function="(x**2 - 4)**2 / 8", start=2.8, lr=0.1)
    assert "local" not in told.alt + "".join(beat.text for beat in told.beats)
