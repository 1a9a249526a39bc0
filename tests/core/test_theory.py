"""What the mathematics says, beside eigenvalues and real runs, and the verdict on a run."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest

from lranim.core.costs import COSTS, bowl_of
from lranim.core.descend import descend
from lranim.core.rules import adam, fixed, gradient_descent, momentum, nesterov, slope
from lranim.core.schedules import constant
from lranim.core.theory import (
    MomentumRegime,
    Verdict,
    best_momentum,
    contraction,
    curvatures,
    momentum_borders,
    momentum_radius,
    momentum_regime,
    stability_limit,
    steps_to_within,
    verdict,
)
from lranim.core.types import Cost, Rule

LRS, BETAS = np.linspace(0.003, 1.2, 41), np.linspace(0, 1, 33)
RAVINE = (0.2, 4.0)


@pytest.mark.parametrize(
    ("name", "eigenvalues"),
    [
        ("bowl", [2]),
        ("gentle-bowl", [0.5]),
        ("ravine", RAVINE),
        ("two-minima", [1.8]),
        ("himmelblau", np.linalg.eigvalsh([[74, 20], [20, 34]])),
    ],
)
def test_curvatures(name: str, eigenvalues: list[float]) -> None:
    """The eigenvalues, ascending, of the Hessian worked out by hand at the lowest minimum."""
    assert curvatures(COSTS[name]) == pytest.approx(np.array(eigenvalues), rel=1e-7)


@pytest.mark.parametrize("name", ["bowl", "gentle-bowl", "bowl-2d", "oval", "ravine"])
def test_the_error_shrinks_by_the_contraction_factors(name: str) -> None:
    """Along each axis of the built-in quadratics, a step multiplies the error by 1 - lr L."""
    cost = COSTS[name]
    assert cost.hessian is not None
    factors = contraction(0.3, np.diag(cost.hessian))
    x = descend(cost, gradient_descent(), constant(0.3), cost.start, 5).x - np.array(cost.minima[0])
    assert x[1:] == pytest.approx(x[:-1] * factors, rel=1e-12, abs=1e-12)
    assert np.abs(contraction(stability_limit(curvatures(cost)), curvatures(cost))).max() == pytest.approx(1)


@pytest.mark.parametrize(
    ("distance", "tolerance", "factor", "steps"),
    [
        (10, 0.1, 0.8, 21),
        (10, 0.1, -0.8, 21),
        (10, 0.1, 0, 1),
        (10, 0.1, 1e-300, 1),
        (10, 0.1, -1, None),
        (10, 0.1, 1.1, None),
        (0.1, 0.1, 1.1, 0),
        (0, 0.1, 0.5, 0),
        (10, 0.1, 0.1, 2),
        (8, 1, 0.5, 3),
        (1e300, 1e-300, 0.1, 600),
    ],
)
def test_steps_to_within(distance: float, tolerance: float, factor: float, steps: int | None) -> None:
    """The smallest number of steps, exact hits included, None where there is none."""
    assert steps_to_within(distance, tolerance, factor) == steps


def test_steps_to_within_is_what_a_run_takes() -> None:
    """From 13 on the bowl, at any rate that converges."""
    for lr in np.random.default_rng(6).uniform(0.01, 0.99, 100):
        run = descend(COSTS["bowl"], gradient_descent(), constant(lr), (13.0,), 300)
        assert steps_to_within(10, 0.1, float(contraction(lr, 2))) == run.first_within(0.1)


# Momentum


@pytest.mark.parametrize("curvature", [0.2, 2.0, 4.0])
def test_the_radius_is_the_largest_eigenvalue(curvature: float) -> None:
    """Of a step as a matrix that takes error and velocity to the next ones, to what a double root allows."""
    found = momentum_radius(LRS[:, np.newaxis], BETAS, curvature)
    steps = [[[[1 - lr * curvature, -lr * b], [curvature, b]] for b in BETAS] for lr in LRS]
    expected = np.abs(np.linalg.eigvals(np.array(steps))).max(axis=-1)
    assert found == pytest.approx(expected, abs=3e-8)
    assert np.median(np.abs(found - expected)) < 1e-15


def test_of_several_curvatures_the_slowest_counts() -> None:
    """And the wildest names the regime; a flat direction has no say, one that curves down diverges."""
    grid = np.meshgrid(LRS, BETAS)
    both = momentum_radius(*grid, RAVINE)
    assert np.array_equal(both, np.maximum(*(momentum_radius(*grid, one) for one in RAVINE)))
    assert np.array_equal(both, momentum_radius(*grid, [0, *RAVINE]))
    rates = [0.02, 0.1, 0.67, 0.7, 0.72]
    assert momentum_regime(rates, 0.4, RAVINE).tolist() == [0, 1, 2, 3, 4]
    assert momentum_regime(rates, 0.4, [0, 0.2]).tolist() == [0, 0, 0, 1, 1]
    assert momentum_regime(0.001, [0, 0.5], [-1, 0.1]).tolist() == [4, 4]
    assert momentum_regime([0.3, 1.01], 1.0, 4).tolist() == [3, 4]  # all of the velocity kept
    assert momentum_radius(1e308, 0.5, 1e308) == math.inf


@pytest.mark.parametrize("beta", [0.04, 0.25, 0.81])
@pytest.mark.parametrize("curvature", [0.7, 4.0])
def test_borders_and_regimes_agree(beta: float, curvature: float) -> None:
    """Each regime begins at its border, whatever the rounding; without momentum the last one is 2 / L."""
    borders = momentum_borders(beta, curvature)
    for border, (below, at, above) in zip(borders, [(0, 0, 1), (1, 2, 2), (2, 3, 4)], strict=True):
        rates = float(border) + np.array([-1e-6, 0, 1e-6])
        assert momentum_regime(rates, beta, curvature).tolist() == [below, at, above]
    assert momentum_radius(borders.diverges, beta, curvature) == pytest.approx(1)
    assert momentum_borders(0, curvature).diverges == stability_limit(curvature)
    assert momentum_radius(LRS, 0, curvature) == pytest.approx(np.abs(contraction(1, curvature * LRS)))


@pytest.mark.parametrize(
    ("lr", "beta"), [(0.02, 0.3), (0.1, 0.9), (0.7, 0.5), (0.3, 0.0), (0.9, 0.95), (0.74, 0.5)]
)
def test_descents_shrink_by_the_radius(lr: float, beta: float) -> None:
    """Over many steps the error and velocity of a real run shrink, on average, by the radius a step."""
    run = descend(bowl_of(4), momentum(beta), constant(lr), (13.0,), 3000)
    size = np.hypot(run.x[:, 0] - 3, run.states.velocity[:, 0])
    # Averaged over the last half of what rounding has not drowned; waves leave a little of themselves.
    last = int(np.flatnonzero(size > 1e-11 * size[0])[-1])
    factor = (size[last] / size[last // 2]) ** (1 / (last - last // 2))
    assert factor == pytest.approx(float(momentum_radius(lr, beta, 4)), rel=0.03)


def test_descents_do_what_the_regime_says() -> None:
    """From rest: one sign for ever, or one more at each step in the end; between them sqrt(beta) rules."""
    rng, seen = np.random.default_rng(4), set()
    for _ in range(300):
        lr, beta = rng.uniform(0.01, 1.3), rng.uniform(0, 0.95)
        code = MomentumRegime(int(momentum_regime(lr, beta, 4)))
        error = descend(bowl_of(4), momentum(beta), constant(lr), (13.0,), 60).x[:, 0] - 3
        error = error[: int(np.argmax(np.abs(error) < 1e-9)) or None]
        turns = np.diff(np.sign(error)) != 0
        seen.add(code)
        if code is MomentumRegime.CLOSES_IN:
            assert not turns.any()
            assert (np.diff(error) < 0).all()
        elif code is MomentumRegime.JUMPS and len(turns) > 20:
            assert turns[20:].all()
        elif code is MomentumRegime.SWINGS:
            assert momentum_radius(lr, beta, 4) == pytest.approx(math.sqrt(beta))
    assert seen == set(MomentumRegime) - {MomentumRegime.BOUNCES}


@pytest.mark.parametrize("curvature", [RAVINE, (1, 9), (0.01, 100), (2, 2)])
def test_polyaks_choice_is_the_best(curvature: tuple[float, float]) -> None:
    """The radius is as promised, and no point of a fine map has a smaller one."""
    best = best_momentum(curvature)
    root = math.sqrt(curvature[1] / curvature[0])
    assert best.radius == pytest.approx((root - 1) / (root + 1))
    assert best.beta == pytest.approx(best.radius**2)
    assert momentum_radius(best.lr, best.beta, curvature) == pytest.approx(best.radius, abs=1e-6)
    lr = np.linspace(0, 4 / curvature[1], 400)[:, np.newaxis]
    assert momentum_radius(lr, np.linspace(0, 1, 300), curvature).min() >= best.radius - 1e-9


# The verdict


def judge(
    name: str, rule: Rule | None = None, lr: float = 1.0, start: Any = None, steps: int = 29
) -> Verdict:
    """Descend from the cost's own start, where none is given, and judge the run."""
    cost = COSTS[name]
    return verdict(descend(cost, rule or gradient_descent(), constant(lr), start or cost.start, steps))


LANDS, SETTLES, CRAWLS, JUMPS, BOUNCES, DIVERGES, WANDERS = Verdict


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("bowl", {"lr": 0.01}, CRAWLS),
        ("bowl", {"lr": 0.3}, SETTLES),
        ("bowl", {"lr": 0.5}, LANDS),
        ("bowl", {"lr": 0.99}, JUMPS),
        ("bowl", {"lr": 0.999}, JUMPS),
        ("bowl", {"lr": 0.99998}, BOUNCES),  # what it loses at each turn outlives any lesson
        ("bowl", {"lr": 1}, BOUNCES),
        ("bowl", {"lr": 1.05}, DIVERGES),
        ("bowl", {"lr": 50}, DIVERGES),
        ("bowl", {"lr": 0}, WANDERS),
        ("bowl", {"lr": 0.9, "steps": 1}, JUMPS),  # one step is enough to see on which side it ends
        ("bowl", {"lr": 0.1, "steps": 1}, CRAWLS),
        ("bowl", {"lr": 0.9, "start": (3 + 1e-11,)}, SETTLES),  # rounding is no distance
        ("bowl", {"rule": slope()}, BOUNCES),
        ("gentle-bowl", {"rule": slope()}, SETTLES),
        ("bowl", {"rule": fixed(1.5)}, BOUNCES),
        ("bowl", {"rule": fixed(1.5), "steps": 7}, CRAWLS),  # on its way
        ("bowl", {"rule": fixed(10)}, LANDS),
        ("bowl", {"rule": fixed(2)}, SETTLES),
        ("bowl", {"rule": fixed(0.9), "start": (4.0,), "steps": 1}, SETTLES),  # within a tenth
        ("bowl", {"rule": fixed(0.8), "start": (4.0,), "steps": 1}, CRAWLS),
        ("bowl-2d", {"rule": fixed(1.5), "steps": 300}, BOUNCES),
        ("himmelblau", {"rule": fixed(0.3), "steps": 300}, BOUNCES),
        ("ravine", {"lr": 0.02}, CRAWLS),
        ("ravine", {"lr": 0.35}, CRAWLS),
        ("ravine", {"lr": 0.37}, JUMPS),  # its zigzag makes up most of the way
        ("ravine", {"lr": 0.5}, BOUNCES),
        ("ravine", {"lr": 0.55}, DIVERGES),
        ("ravine", {"lr": 0.2, "steps": 2000}, SETTLES),
        ("ravine", {"lr": 0.4, "steps": 2000}, JUMPS),
        ("two-minima", {"start": (1.0,)}, WANDERS),  # stuck on a maximum
        ("two-minima", {"lr": 1.5, "steps": 200}, WANDERS),  # chaos
        ("two-minima", {"lr": 1.2, "steps": 100}, BOUNCES),  # a cycle of 2 points
        ("two-minima", {"lr": 1.62, "steps": 1000}, BOUNCES),  # of 3
        ("two-minima", {"lr": 1.4, "steps": 400}, BOUNCES),  # of 4
        ("two-minima", {"lr": 1.44, "steps": 2000}, BOUNCES),  # of 8
    ],
)
def test_verdicts(name: str, options: dict[str, Any], expected: Verdict) -> None:
    """Each run reads as the course tells it."""
    assert judge(name, **options) is expected


@pytest.mark.parametrize("name", ["bowl", "gentle-bowl", "bowl-2d"])
@pytest.mark.parametrize("steps", [3, 29, 400])
def test_the_verdict_is_what_theory_says_on_round_bowls(name: str, steps: int) -> None:
    """From one percent of the border rate to half beyond it."""
    limit = stability_limit(curvatures(COSTS[name]))
    for percent in range(1, 151):
        found = judge(name, lr=percent / 100 * limit, steps=steps)
        if percent in (50, 100):
            assert found is (LANDS if percent == 50 else BOUNCES)
        elif percent < 50:
            assert found in (SETTLES, CRAWLS), percent
        else:
            assert found is (JUMPS if percent < 100 else DIVERGES), percent


@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
def test_the_defaults_of_every_cost_reach_a_minimum(cost: Cost) -> None:
    """A lesson that sets nothing shows a run that works; where flat floors are the point, one that crawls."""
    crawling = cost.name in ("rosenbrock", "beale")
    assert judge(cost.name, lr=cost.lr, steps=60) in ((CRAWLS,) if crawling else (SETTLES, JUMPS))
    for point in cost.minima:
        assert judge(cost.name, lr=cost.lr, start=point) is SETTLES


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
    long = descend(COSTS[name], rule, constant(lr), COSTS[name].start, 200)
    assert (np.diff(long.errors) > 1e-6).any()
    assert verdict(long) is SETTLES
    first = int(np.flatnonzero(long.errors > 0.1)[-1]) + 1
    assert judge(name, rule, lr, steps=first) is not SETTLES


@pytest.mark.parametrize(
    ("lr", "expected"),
    [(0.3, SETTLES), (0.7, JUMPS), (0.01, WANDERS), (1, BOUNCES), (1.1, DIVERGES), (0, WANDERS)],
)
def test_without_known_minima_only_the_ending_is_judged(lr: float, expected: Verdict) -> None:
    """Where no minimum is known, a run that has not converged cannot be said to come nearer to one."""
    blind = dataclasses.replace(COSTS["bowl"], minima=())
    assert verdict(descend(blind, gradient_descent(), constant(lr), (13.0,), 29)) is expected


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ((-10, 4, -3), WANDERS),  # through the minimum and on
        ((2, 2, -6, -3, -3, -1), CRAWLS),  # first away, then nearer
        ((-3, -3, -3, 2, 3), WANDERS),  # first nearer, then away
        ((-5, -5, 5e-16, 5e-16), SETTLES),  # at the minimum, but for rounding
        ((-3, -3, -3, -2, 1.9, -1.8, 1.7), JUMPS),  # long on one side, and then from side to side
    ],
)
def test_how_it_ends_counts(moves: tuple[float, ...], expected: Verdict) -> None:
    """A run that makes these moves from 13 on the bowl is judged by its later half."""
    rule = dataclasses.replace(slope(), step=lambda s, g, lr, t: (np.array([float(moves[t])]), s))
    assert verdict(descend(COSTS["bowl"], rule, constant(1), (13.0,), len(moves))) is expected
