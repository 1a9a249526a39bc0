from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from lranim.core.theory import best_momentum, momentum_radius
from lranim.core.types import NEAR, Status
from lranim.draw.boards.optimizers import OptimizersBoard
from lranim.look.text import texts
from lranim.scenes import momentum
from lranim.scenes.momentum import Params, numbers

STORIES: list[tuple[dict[str, Any], str]] = [
    ({}, "After 31 steps momentum is there; gradient descent after 50 is still 0.69 away."),
    ({"kappa": 20.0, "beta": 0.95, "steps": 60}, "After 43 steps gradient descent is there; momentum"),
    ({"kappa": 5.0}, "After 33 steps momentum is there, gradient descent after 10 steps."),
    ({"steps": 1}, "After 1 step: momentum 3.59 away, gradient descent 3.59."),
    ({"lr": 0.6}, "At this rate gradient descent diverges, and after 35 steps momentum is there."),
    ({"lr": 0.6, "steps": 20}, "At this rate gradient descent diverges, and momentum does not:"),
    ({"lr": 1.0}, "This rate is too large for both"),
    ({"beta": 0.0, "kappa": 1.0}, "With β = 0 nothing of the velocity is kept: both take the same steps."),
    (
        {"kappa": 1.0},
        "Equally steep both ways, the ball gains speed, too: it rolls past the minimum, and back.",
    ),
]
"""Options whose stories together have all of the texts, and how the sentence after the walk begins."""


@pytest.mark.parametrize("kappa", [1.0, 20.0, 50.0])
@pytest.mark.parametrize("beta", [0.0, 0.8])
@pytest.mark.parametrize("share", [0.98, 1.02])
def test_it_diverges_beyond_the_critical_rate(kappa: float, beta: float, share: float) -> None:
    """At 2 (1 + beta) / L, with L = 4, and not before."""
    run = numbers(Params(kappa=kappa, beta=beta, lr=share * (1 + beta) / 2, steps=500)).runs["momentum"]
    assert (run.status is Status.DIVERGED) == (share > 1)
    assert (run.errors[-1] > run.errors[0]) == (share > 1)


def test_it_shrinks_by_the_spectral_radius() -> None:
    """The distance to the minimum, in the long run, at each step."""
    run = numbers(Params(steps=300)).runs["momentum"]
    radius = float(momentum_radius(0.4, 0.8, [0.08, 4.0]))
    assert (run.errors[250] / run.errors[50]) ** (1 / 200) == pytest.approx(radius, rel=0.01)


def test_without_beta_it_is_gradient_descent() -> None:
    """Both runs are one."""
    plain, ball = numbers(Params(beta=0.0)).runs.values()
    assert np.array_equal(plain.x, ball.x)


def test_the_story_of_the_default(tell: Callable[..., Any]) -> None:
    """The ravine, the rule, the walk, who is there; the plane, the critical rate, the best pair."""
    scene = tell("momentum")
    assert [beat.text for beat in scene.beats] == [
        "A ravine, 50 times as steep across as along. Same start, same rate η = 0.4.",
        "Like a heavy ball, momentum keeps 0.8 of its velocity and adds the slope.",
        "Across, slopes cancel; along, they add up, to 5 times as much: it gains speed.",
        "After 31 steps momentum is there; gradient descent after 50 is still 0.69 away.",
        "Each point of this plane is a rate η and a β. The marks are the two runs.",
        "Critical rate: 2(1 + β)/L = 0.9 with L = 4. Without momentum: 0.5.",
        "Fastest for κ = 50: η = 0.77, β = 0.57 (ring). Steps grow with the root of κ.",
    ]
    assert scene.alt == (
        "In a ravine of condition number 50, at rate 0.4: gradient descent (0.69 away) and momentum with "
        "β = 0.8 (in 31 steps), 50 steps. In the plane of η and β it diverges above 2(1 + β)/L = 0.9, "
        "without momentum above 0.5."
    )
    assert 20 < scene.time < 32


def test_the_plane_has_the_runs_in_it(tell: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Both pairs, the best one, and as crawling what would not be near the minimum after so many steps.

    Before that the ball's velocity has an arrow.
    """
    seen: list[Any] = []
    boards: list[OptimizersBoard] = []
    plane = momentum.StabilityPlane
    monkeypatch.setattr(momentum, "StabilityPlane", lambda *args: seen.append(args) or plane(*args))
    monkeypatch.setattr(
        momentum,
        "OptimizersBoard",
        lambda *args, **how: boards.append(OptimizersBoard(*args, **how)) or boards[0],
    )
    tell("momentum", kappa=25.0, lr=0.3, beta=0.6, steps=30)
    ((_, _, curvatures, pairs, styles, place, slowest, _),) = seen
    assert [run.rule.name for run, _ in boards[0].arrows] == ["momentum"]
    assert curvatures.tolist() == pytest.approx([0.16, 4.0])
    assert pairs.tolist() == [[0.3, 0.0], [0.3, 0.6]]
    assert len(styles) == 2
    assert place == pytest.approx((best_momentum(curvatures).lr, best_momentum(curvatures).beta))
    start = float(numbers(Params(kappa=25.0)).runs["momentum"].errors[0])
    assert start * slowest**30 == pytest.approx(NEAR)


def test_every_text_comes_up(tell: Callable[..., Any], heard: set[str]) -> None:
    """Each story runs through, finite and not too long, and together they say all there is."""
    for place, (options, words) in enumerate(STORIES):
        size = ((426, 240), (240, 426), (320, 240), (240, 240))[place % 4]
        theme = ("dark", "light", "contrast")[place % 3]
        scene = tell("momentum", lang="en", theme=theme, size=size, **options)
        assert all(later.t - earlier.t > 1 for earlier, later in pairwise(scene.beats))
        assert len(scene.alt) <= 250
        assert all(np.isfinite(part.points).all() for part in scene.get_mobject_family_members())
        assert scene.time < 32
        assert any(beat.text.startswith(words) for beat in scene.beats), [b.text for b in scene.beats]
    assert {key for key in texts("en") if key.startswith("momentum.")} <= heard


@pytest.mark.parametrize(
    "options", [{"lr": 2.0}, {"kappa": 1000.0}, {"beta": 0.0, "lr": 0.5}, {"lr": 1e-6, "steps": 2}]
)
def test_options_leave_the_layout_whole(faults: Callable[..., set[str]], options: dict[str, Any]) -> None:
    """Marks on the borders of the plane, and off the numbers of its axes."""
    assert faults("momentum", size=(854, 480), **options) == set()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kappa": 0.5}, "greater than or equal to 1"),
        ({"beta": 1.0}, "less than 1"),
        ({"beta": -0.1}, "greater than or equal to 0"),
        ({"lr": 0.0}, "greater than 0"),
        ({"lr": 3.0}, "less than or equal to 2"),
        ({"steps": 0}, "greater than or equal to 1"),
    ],
)
def test_bad_options(options: dict[str, Any], message: str) -> None:
    """Refused with what is wrong before anything is drawn."""
    with pytest.raises(ValidationError, match=message):
        Params(**options)


@pytest.mark.thorough_after(5)
@pytest.mark.parametrize(
    ("lr", "beta", "kappa", "steps", "ends"),
    [
        (0.51, 0.99, 2.0, 3, ("diverged", "away")),  # the ball goes far before it comes back
        (0.9, 0.81, 50.0, 8, ("diverged", "away")),
        (0.91, 0.81, 50.0, 3, ("diverged", "diverged")),  # few steps do not show it
        (0.5, 0.5, 50.0, 20, ("away", "away")),  # on the border plain steps never get nearer
        (0.49, 0.9, 1.0, 400, ("arrived", "arrived")),
        (0.95, 0.95, 50.0, 3, ("diverged", "away")),
        (0.99, 0.99, 50.0, 10, ("diverged", "away")),
        (2.0, 0.99, 1000.0, 1, ("diverged", "diverged")),
    ],
)
def test_the_words_agree_with_the_plane(
    tell: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    lr: float,
    beta: float,
    kappa: float,
    steps: int,
    ends: tuple[str, str],
) -> None:
    """A run is said to diverge just where its mark lies beyond the critical rate, however few its steps."""
    boards: list[OptimizersBoard] = []
    monkeypatch.setattr(
        momentum,
        "OptimizersBoard",
        lambda *args, **how: boards.append(OptimizersBoard(*args, **how)) or boards[0],
    )
    scene = tell("momentum", lr=lr, beta=beta, kappa=kappa, steps=steps, size=(320, 180))
    assert tuple(one.kind for one in boards[0].entries) == ends
    beyond = [lr > 2 * (1 + share) / 4 for share in (0.0, beta)]
    assert [one.kind == "diverged" for one in boards[0].entries] == beyond
    assert len(scene.beats) >= 6


def test_a_bowl_is_as_steep_across_as_along(tell: Callable[..., Any]) -> None:
    """A condition number of 1 is said in words."""
    first = tell("momentum", kappa=1.0, steps=3, lang="en", size=(320, 180)).beats[0]
    assert first.text.startswith("A ravine, just as steep across as along.")
