from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from lranim.core import theory
from lranim.core.adam import adam
from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.momentum import momentum, nesterov
from lranim.core.rules import fixed, gradient_descent, slope
from lranim.core.schedules import constant
from lranim.core.theory import Regime, curvatures, regime, stability_limit
from lranim.core.types import Array, Rule
from lranim.core.verdict import Verdict, verdict
from lranim.function import cost_of

POSSIBLE = {
    Regime.CLOSES_IN: {Verdict.SETTLES, Verdict.CRAWLS},
    Regime.LANDS: {Verdict.LANDS},
    Regime.JUMPS: {Verdict.JUMPS},
    Regime.BOUNCES: {Verdict.BOUNCES},
    Regime.DIVERGES: {Verdict.DIVERGES},
}


def judge(
    name: str, rule: Rule | None = None, lr: float = 1.0, start: object = None, steps: int = 29
) -> Verdict:
    """Descend from the cost's own start, where none is given, and judge the run."""
    cost = COSTS[name]
    start = cost.start if start is None else start
    return verdict(descend(cost, rule or gradient_descent(), constant(lr), start, steps))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lr", "expected"),
    [
        (0.01, Verdict.CRAWLS),
        (0.1, Verdict.SETTLES),
        (0.3, Verdict.SETTLES),
        (0.5, Verdict.LANDS),
        (0.9, Verdict.JUMPS),
        (0.99, Verdict.JUMPS),
        (1, Verdict.BOUNCES),
        (1.05, Verdict.DIVERGES),
        (50, Verdict.DIVERGES),
    ],
)
def test_the_rates_of_the_course(lr: float, expected: Verdict) -> None:
    """Each rate on the bowl reads as the article tells it."""
    assert judge("bowl", lr=lr) is expected


def test_the_other_rules_of_the_article() -> None:
    """A fixed step bounces, the slope settles on a gentle curve and bounces on a steep one."""
    assert judge("bowl", fixed(1.5)) is Verdict.BOUNCES
    assert judge("gentle-bowl", slope()) is Verdict.SETTLES
    assert judge("bowl", slope()) is Verdict.BOUNCES


def test_theory_offers_the_verdict_too() -> None:
    """One import serves for what must happen and what did."""
    assert theory.verdict is verdict
    assert theory.Verdict is Verdict


@pytest.mark.parametrize("name", ["bowl", "gentle-bowl", "bowl-2d"])
@pytest.mark.parametrize("steps", [3, 29, 400])
def test_the_verdict_is_the_regime_on_round_bowls(name: str, steps: int) -> None:
    """From one percent of the border rate to half beyond it, the run does what theory says it must."""
    limit = stability_limit(curvatures(COSTS[name]))
    for percent in range(1, 151):
        lr = percent / 100 * limit
        assert judge(name, lr=lr, steps=steps) in POSSIBLE[regime(lr, curvatures(COSTS[name]))], percent


@pytest.mark.parametrize(
    ("lr", "expected"),
    [
        (0.02, Verdict.CRAWLS),
        (0.2, Verdict.CRAWLS),
        (0.27, Verdict.CRAWLS),
        (0.35, Verdict.CRAWLS),
        (0.37, Verdict.JUMPS),
        (0.4, Verdict.JUMPS),
        (0.45, Verdict.JUMPS),
        (0.5, Verdict.BOUNCES),
        (0.55, Verdict.DIVERGES),
    ],
)
def test_in_a_ravine_the_steep_direction_decides_where_it_is_seen(lr: float, expected: Verdict) -> None:
    """A zigzag that makes up most of the way jumps; one that dies at once leaves a crawl along the floor."""
    assert judge("ravine", lr=lr) is expected


@pytest.mark.parametrize(("lr", "expected"), [(0.2, Verdict.SETTLES), (0.4, Verdict.JUMPS)])
def test_more_steps_do_not_change_how_a_ravine_was_crossed(lr: float, expected: Verdict) -> None:
    """Given time a crawl settles, and what jumped has jumped."""
    assert judge("ravine", lr=lr, steps=2000) is expected


@pytest.mark.parametrize(
    ("steps", "expected"), [(5, Verdict.CRAWLS), (7, Verdict.CRAWLS), (8, Verdict.BOUNCES)]
)
def test_a_fixed_step_on_its_way_crawls(steps: int, expected: Verdict) -> None:
    """Before it bounces it only comes nearer."""
    assert judge("bowl", fixed(1.5), steps=steps) is expected


@pytest.mark.parametrize("name", ["bowl-2d", "ravine", "himmelblau"])
@pytest.mark.parametrize("size", [0.3, 1.5])
def test_fixed_steps_bounce_on_surfaces(name: str, size: float) -> None:
    """From random starts a fixed step ends up going back and forth across the floor."""
    for start in np.random.default_rng(7).uniform(-4, 4, (10, 2)):
        assert judge(name, fixed(size), start=start, steps=300) is Verdict.BOUNCES


def test_a_fixed_step_that_fits_lands_or_settles() -> None:
    """10 from 13 lands in one step; 2 arrives from one side in five."""
    assert judge("bowl", fixed(10)) is Verdict.LANDS
    assert judge("bowl", fixed(2)) is Verdict.SETTLES


@pytest.mark.parametrize(
    ("name", "point"), [(name, point) for name, cost in COSTS.items() for point in cost.minima]
)
@pytest.mark.parametrize("steps", [1, 40])
def test_a_start_at_the_minimum_settles(name: str, point: tuple[float, ...], steps: int) -> None:
    """It is there, and stays."""
    assert judge(name, lr=COSTS[name].lr, start=point, steps=steps) is Verdict.SETTLES


def test_rounding_beside_the_minimum_is_no_distance() -> None:
    """A start that is nearer than anything drawn could show has settled, whatever it does there."""
    assert judge("bowl", lr=0.9, start=(3 + 1e-11,)) is Verdict.SETTLES


@pytest.mark.parametrize(
    ("name", "rule", "lr"),
    [
        ("bowl", momentum(0.9), 0.1),
        ("ravine", momentum(0.8), 0.2),
        ("ravine", adam(), 0.3),
        ("himmelblau", nesterov(0.9), 0.002),
    ],
)
def test_waves_that_stay_near_have_settled(name: str, rule: Rule, lr: float) -> None:
    """Momentum comes nearer and farther in turns; it wanders until the waves stay within 0.1."""
    cost = COSTS[name]
    long = descend(cost, rule, constant(lr), cost.start, 200)
    assert (np.diff(long.errors) > 1e-6).any()
    assert verdict(long) is Verdict.SETTLES
    first = int(np.flatnonzero(long.errors > 0.1)[-1]) + 1
    assert verdict(descend(cost, rule, constant(lr), cost.start, first)) is not Verdict.SETTLES


def test_stuck_on_a_maximum_wanders() -> None:
    """The gradient is zero there, and yet nothing was reached."""
    assert judge("two-minima", start=(1.0,)) is Verdict.WANDERS


def test_going_nowhere_wanders() -> None:
    """A rate of zero is no approach."""
    assert judge("bowl", lr=0) is Verdict.WANDERS


@pytest.mark.parametrize("lr", [1.45, 1.5, 1.55, 1.6])
def test_chaos_wanders(lr: float) -> None:
    """Between its borders and divergence the double valley is chaotic."""
    assert judge("two-minima", lr=lr, steps=200) is Verdict.WANDERS


@pytest.mark.parametrize(
    ("lr", "steps", "period"), [(1.2, 100, 2), (1.15, 60, 2), (1.62, 1000, 3), (1.4, 400, 4), (1.44, 2000, 8)]
)
def test_cycles_bounce(lr: float, steps: int, period: int) -> None:
    """What repeats itself for ever bounces, also where it takes several points, and time to get there."""
    trajectory = descend(COSTS["two-minima"], gradient_descent(), constant(lr), (4.6,), steps)
    back = np.abs(trajectory.x[-1] - trajectory.x[-2 : -period - 2 : -1])
    assert np.all(back[:-1] > 1e-2)
    assert back[-1] < 1e-4
    assert verdict(trajectory) is Verdict.BOUNCES


@pytest.mark.parametrize("name", list(COSTS))
def test_the_defaults_of_every_cost_reach_a_minimum(name: str) -> None:
    """A lesson that sets nothing shows a run that works; where flat floors are the point, one that crawls."""
    cost = COSTS[name]
    trajectory = descend(cost, gradient_descent(), constant(cost.lr), cost.start, 60)
    if name in ("rosenbrock", "beale"):
        assert verdict(trajectory) is Verdict.CRAWLS
        return
    assert verdict(trajectory) in {Verdict.SETTLES, Verdict.JUMPS}
    assert trajectory.first_within() is not None


@pytest.mark.parametrize(("lr", "expected"), [(0.9, Verdict.JUMPS), (0.1, Verdict.CRAWLS)])
def test_a_single_step_can_be_judged(lr: float, expected: Verdict) -> None:
    """One step is enough to see on which side it ends and whether it came nearer."""
    assert judge("bowl", lr=lr, steps=1) is expected


def test_within_a_tenth_counts_the_edge() -> None:
    """A run that ends at 3.1 has settled, one that ends at 3.2 has not."""
    assert judge("bowl", fixed(0.9), start=(4.0,), steps=1) is Verdict.SETTLES
    assert judge("bowl", fixed(0.8), start=(4.0,), steps=1) is Verdict.CRAWLS


@pytest.mark.parametrize(
    ("lr", "expected"),
    [
        (0.3, Verdict.SETTLES),
        (0.7, Verdict.JUMPS),
        (0.01, Verdict.WANDERS),
        (1, Verdict.BOUNCES),
        (1.1, Verdict.DIVERGES),
        (0, Verdict.WANDERS),
    ],
)
def test_without_known_minima_only_the_ending_is_judged(lr: float, expected: Verdict) -> None:
    """Where no minimum is known, a run that has not converged cannot be said to come nearer to one."""
    blind = dataclasses.replace(COSTS["bowl"], minima=())
    assert verdict(descend(blind, gradient_descent(), constant(lr), (13.0,), 29)) is expected


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ((-10, 4, -3), Verdict.WANDERS),  # through the minimum and on
        ((2, 2, -6, -3, -3, -1), Verdict.CRAWLS),  # first away, then nearer
        ((-3, -3, -3, 2, 3), Verdict.WANDERS),  # first nearer, then away
        ((-5, -5, 5e-16, 5e-16), Verdict.SETTLES),  # at the minimum, but for rounding
    ],
)
def test_how_it_ends_counts(moves: tuple[float, ...], expected: Verdict) -> None:
    """A run that makes these moves from 13 on the bowl is judged by its later half."""

    def move(state: None, grad: Array, lr: float, t: int) -> tuple[Array, None]:
        return np.array([float(moves[t])]), state

    rule = dataclasses.replace(slope(), step=move)
    assert verdict(descend(COSTS["bowl"], rule, constant(1), (13.0,), len(moves))) is expected


@pytest.mark.parametrize(("steps", "expected"), [(5, Verdict.CRAWLS), (10, Verdict.JUMPS)])
def test_long_on_one_side_and_then_from_side_to_side(steps: int, expected: Verdict) -> None:
    """What swings about the minimum in its second half does not crawl, however long it walked before that."""
    cost = cost_of("tanh(x)**2 + 0.1*x**2")
    assert verdict(descend(cost, slope(), constant(1.0), (3.6,), steps)) is expected
